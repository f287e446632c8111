"""A real place of work whose personal files have recordings, at a moment of the test's choosing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from unittest.mock import patch

from pipeline.cli.context import CliContext
from pipeline.domain.records import Kind, Ref
from pipeline.flow.outcomes.results import Result
from pipeline.flow.recordings.register import enter
from pipeline.flow.retention.sweep import Cleanup
from pipeline.flow.site.workplace import Workplace
from pipeline.retention.clock import Running
from pipeline.retention.plan import Plan
from pipeline.retention.vault import About, Stored
from pipeline.working import at_work
from tests.e2e.place import Place, documents_of, sample

ASTANA = timezone(timedelta(hours=5))
CASE, SITTING, FILE = "QRG-PD-2025-014", "QRG-PD-AK-2025-S3", "В-2025-118.mp4"
PLAIN = b"Invented interview, spoken by nobody. " * 64
STORED_ON = datetime(2025, 10, 20, 9, tzinfo=ASTANA)
DUE_ON = datetime(2026, 10, 17, 9, tzinfo=ASTANA)
"""The day after the last day of keeping of the sample's recording."""
LOGINS = "bolat", "saule (jeke)"
MANDATE = "Есімов Болат Серікұлы", "Ахметова Сәуле Нұрланқызы"


def at(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=ASTANA)


def machine(now: datetime, boot: str = "a", time: timedelta | None = None) -> Running:
    """One that has run since long ago at that moment, or for that time."""
    return Running(boot, now - datetime(2020, 1, 1, tzinfo=ASTANA) if time is None else time, now)


def laid_out(folder: Path) -> Place:
    """A place of work that was laid out before anything of the sample was stored: the chain tells when."""
    with patch("pipeline.cli.commands.init.datetime") as clock:
        clock.now.return_value = STORED_ON - timedelta(days=1)
        return Place.make(folder)


@contextmanager
def opened(place: Place, now: datetime) -> Iterator[Workplace]:
    cli = CliContext(place.folder / "config.yaml", config_named=True, language=None, debug=False)
    with cli.workplace() as opened_now:
        then = replace(opened_now, clock=lambda: now, running=lambda: machine(now))
        try:
            yield then
        finally:
            then.close()


def filed(place: Place, *records: str, now: datetime = STORED_ON) -> None:
    """Records dropped and worked off at that moment; the sample where none are given."""
    place.drop("records.yaml", "---\n".join(records) if records else sample("recommended"))
    results: list[Result] = []
    with opened(place, now) as work, at_work(work) as working:
        working.work_off_all(lambda ended: results.append(ended.answer.result))
    assert set(results) <= {Result.DONE, Result.WAITING}, results


def store(
    place: Place, file: str = FILE, data: bytes = PLAIN, *, case: str = CASE, sitting: str = SITTING
) -> Stored:
    """A recording put into the store and the register, as a drop of it would be."""
    with opened(place, STORED_ON) as work:
        source = place.folder / "state" / "work" / "source"
        source.write_bytes(data)
        about = About(
            file,
            case,
            sitting,
            "video",
            date(2025, 10, 16),
            61.0,
            len(data),
            hashlib.sha256(data).hexdigest(),
        )
        stored = work.vault.put(source, about, at=STORED_ON)
        source.unlink()
        object_id = work.index.object_of(Ref(Kind.CASE, case))
        assert object_id is not None
        enter(work, object_id, stored, lambda _: None)
        return stored


def approved(place: Place, now: datetime) -> Plan:
    """A plan with its two approvals."""
    with opened(place, now) as work:
        plan = Cleanup(work, "tester").plan()
        for login, name in zip(LOGINS, MANDATE, strict=True):
            Cleanup(work, login).approve(plan.number, name)
        return plan


def without(record: str, **changes: str) -> str:
    """A sample's record with some text in it replaced."""
    for old, new in changes.items():
        assert old in record
        record = record.replace(old, new)
    return record


def records_of_the_sample() -> dict[str, str]:
    """Kind → text of each record of the sample."""
    return {text.partition("kind:")[2].split()[0]: text for text in documents_of(sample("recommended"))}
