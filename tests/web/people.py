"""Invented people who sign in, one a role, and the place they look into."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.place import SAMPLES, Place

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


def filled_place(folder: Path) -> Place:
    """A place with the three samples filed."""
    place = Place.make(folder)
    for sample in sorted(SAMPLES.glob("*.yaml")):
        shutil.copy(sample, folder / "inbox")
    ran = place.run_once()
    assert ran.status == 0, ran.err
    return place
