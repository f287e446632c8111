"""What goes wrong is told in plain words with a number; the log names nobody."""

import io
import json
import logging

import pytest

from pipeline.web.logging import Plain

from .people import PASSWORD


@pytest.fixture
def log():
    """What the page's log would hold."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(Plain())
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


def test_a_fault_of_the_program_is_told_with_its_number_and_no_name(place, signed_in, monkeypatch, log):
    def fails(*_args, **_more):
        raise KeyError("Құрманғалиева 850314390019")

    client = signed_in("hr")
    monkeypatch.setattr("pipeline.web.screens.find.find_or_guess", fails)
    answer = client.post("/find", {"words": "Құрманғалиева"})
    assert answer.status_code == 500
    line = json.loads(log.getvalue().splitlines()[-1])
    assert line["event"] == "web.fault"
    assert line["error"] == "KeyError"
    assert line["number"] in answer.content.decode()
    assert "Құрманғалиева" not in log.getvalue()
    assert "Ештеңе жоғалған жоқ" in answer.content.decode()


def test_an_index_that_is_gone_is_awaited_and_not_made_by_the_page(place, signed_in):
    client, index = signed_in("hr"), place.folder / "state" / "index.sqlite"
    index.rename(index.with_name("away"))
    try:
        answer = client.get("/")
        assert answer.status_code == 503
        assert "jeke reindex" in answer.content.decode()
        assert not index.exists()
    finally:
        index.with_name("away").rename(index)
    assert client.get("/").status_code == 200


def test_where_accounts_themselves_fail_it_is_still_said(place, signed_in):
    client = signed_in("hr")
    client.raise_request_exception = False
    from django.db import connections

    file = place.folder / "state" / "web" / "accounts.sqlite"
    connections["default"].close()
    file.rename(file.with_name("away"))
    file.mkdir()
    try:
        assert client.get("/").status_code == 500
    finally:
        connections["default"].close()
        file.rmdir()
        file.with_name("away").rename(file)
    assert client.get("/").status_code == 200


def test_what_is_typed_for_a_name_is_kept_nowhere(place, nobody):
    from axes.models import AccessAttempt

    nobody.post("/login", {"name": "менің құпиясөзім осы", "password": PASSWORD})
    kept = str(list(AccessAttempt.objects.values()))
    assert "құпиясөзім" not in kept
    assert PASSWORD not in kept


@pytest.mark.parametrize("number", ["999", "x" * 2000, "<script>", "%00"])
def test_no_such_paragraph(place, signed_in, number):
    assert signed_in("hr").get(f"/law/{number}").status_code == 404
