"""One place of work for all tests of the page in this process: Django's settings are read once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.test import Client

from pipeline.archive.index.locations import Index
from pipeline.domain.records import Kind
from tests.e2e.place import Place

from .people import PASSWORD, Somebody, filled_place, with_accounts

ORIGIN = "http://localhost"


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """With the samples filed, and an account a role."""
    os.environ.pop("JEKE_BEHIND_PROXY", None)
    made = filled_place(tmp_path_factory.mktemp("page") / "place")
    with_accounts(made)
    return made


@pytest.fixture(autouse=True)
def _this_place(place: Place) -> None:
    """Other tests of this process may have used another place's accounts since."""
    from pipeline.web import database, site

    if site.places().state != place.folder / "state":
        database.use(place.folder / "config.yaml")


def commission_and_campaign(place: Place) -> tuple[str, str]:
    """Of the first sample."""
    with index_of(place) as index:
        return index.refs(Kind.COMMISSION)[0].id, index.refs(Kind.CAMPAIGN)[0].id


@contextmanager
def index_of(place: Place) -> Iterator[Index]:
    with Index.open(place.folder / "state" / "index.sqlite") as index:
        yield index


@pytest.fixture
def nobody(place: Place) -> Client:
    """A browser in which nobody has signed in."""
    return Client(headers={"host": "localhost", "origin": ORIGIN})


@pytest.fixture
def signed_in(place: Place):
    """Gives a browser in which that account has signed in, with its one-time code where the role wants one."""

    def browser(name: str, password: str = PASSWORD) -> Client:
        client = Client(headers={"host": "localhost", "origin": ORIGIN})
        answer = client.post("/login", {"name": name, "password": password})
        assert answer.status_code == 302, answer.content.decode()
        if client.get("/").headers.get("Location") == "/second-factor":
            client.get("/second-factor")
            assert client.post("/second-factor", {"code": code_of(name)}).status_code == 302
        return client

    return browser


def code_of(name: str) -> str:
    """The one-time code that the account's telephone shows now; the one before is forgotten."""
    from django_otp.oath import TOTP
    from django_otp.plugins.otp_totp.models import TOTPDevice

    device = TOTPDevice.objects.get(user__name=name)
    device.last_t = -1
    device.throttling_failure_count = 0
    device.throttling_failure_timestamp = None
    device.save()
    return f"{TOTP(device.bin_key, device.step, device.t0, device.digits).token():06d}"


__all__ = ("ORIGIN", "Somebody", "code_of", "index_of")
