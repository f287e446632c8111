"""Invented people who sign in, one a role, and the place they look into."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.archive.index.locations import Index
from pipeline.domain.records import Kind
from tests.e2e.place import SAMPLES, Place

if TYPE_CHECKING:
    from pipeline.web.accounts.models import Account

PASSWORD = "қараша айында қар жауды"  # noqa: S105  # of invented people


@dataclass(frozen=True)
class Somebody:
    """An account as the tests make it."""

    name: str
    full_name: str
    role: str
    commissions: tuple[str, ...] = ()
    campaigns: tuple[str, ...] = ()


def everybody(commission: str, campaign: str) -> tuple[Somebody, ...]:
    return (
        Somebody("hr", "Серікова Айгерім Болатқызы", "hr"),
        Somebody("secretary", "Мұқанова Әйгүл Ерланқызы", "secretary", commissions=(commission,)),
        Somebody("archivist", "Ким Елена Викторовна", "archivist"),
        Somebody("approver", "Жандосов Ерлан Бекұлы", "approver"),
        Somebody("head", "Төлегенов Асқар Мұратұлы", "head", campaigns=(campaign,)),
        Somebody("auditor", "Ғабитова Ләззат Әнуарқызы", "auditor"),
        Somebody("admin", "Өтегенов Дәурен Қайратұлы", "admin"),
    )


def with_accounts(place: Place) -> list[Account]:
    """Makes an account a role in that place, which this process uses from here on."""
    from pipeline.web import database

    database.use(place.folder / "config.yaml")
    from pipeline.web.accounts import managing
    from pipeline.web.accounts.roles import Role

    with Index.open(place.folder / "state" / "index.sqlite") as index:
        commission, campaign = index.refs(Kind.COMMISSION)[0].id, index.refs(Kind.CAMPAIGN)[0].id
    return [
        managing.add(
            one.name,
            one.full_name,
            PASSWORD,
            [Role(one.role)],
            commissions=one.commissions,
            campaigns=one.campaigns,
        )
        for one in everybody(commission, campaign)
    ]


def filled_place(folder: Path) -> Place:
    """A place with the three samples filed."""
    place = Place.make(folder)
    for sample in sorted(SAMPLES.glob("*.yaml")):
        shutil.copy(sample, folder / "inbox")
    ran = place.run_once()
    assert ran.status == 0, ran.err
    return place
