"""`jeke recording` and `jeke retention reconcile`: what is kept, listening to it, whether all is there."""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import click

from pipeline.cli.desk import Desk, login
from pipeline.cli.options import as_json, common
from pipeline.cli.retention import retention
from pipeline.domain.errors import ExitCode
from pipeline.domain.recordings import Entry, Register
from pipeline.flow.listening import Listener, take_out
from pipeline.flow.places import Places
from pipeline.flow.reconciling import check_recordings
from pipeline.flow.recording_drop import length_of
from pipeline.retention.plan import keep_until

_NOBODY = 2**32 - 1
"""What the kernel says where nobody logged in: a service."""


@click.group("recording")
@common
def recording() -> None:
    """The texts of all help stand in the catalogues."""


@recording.command("list")
@as_json
@common
@click.pass_obj
def list_recordings(desk: Desk, *, as_json: bool) -> None:
    """All that the registers name, in the order of the cases; destroyed and expected ones too."""
    with desk.archive() as (_, index):
        registers = index.registers().values()
    years = desk.config.readings.recording_retention_years
    lines = sorted(_lines(registers, years), key=lambda line: (line.case, line.sitting, line.file))
    if as_json:
        desk.put_json({"format": "jeke/recording-list/1", "recordings": [line.entry() for line in lines]})
        return
    for line in lines:
        desk.put(line.text(desk))
    if not lines:
        desk.tell(desk.say.text("cli.recording.list.none"))


@recording.command("get")
@click.argument("recording_id", metavar="ID")
@click.option("--out", type=click.Path(path_type=Path), required=True, metavar="FILE")
@common
@click.pass_obj
def get(desk: Desk, recording_id: str, *, out: Path) -> None:
    """Decrypts one recording for somebody who may listen to it."""
    with desk.workplace() as place:
        stored = take_out(place, recording_id, out.absolute(), _listener(desk.places))
    desk.put(str(out))
    desk.tell(
        desk.say.text(
            "cli.recording.got",
            case=stored.case,
            sitting=stored.sitting,
            length=length_of(stored.seconds),
            sha256=stored.sha256,
        )
    )
    desk.tell(desk.say.text("cli.recording.got.remedy"))


@retention.command("reconcile")
@click.option("--full", is_flag=True)
@as_json
@common
@click.pass_obj
def reconcile(desk: Desk, *, full: bool, as_json: bool) -> int:
    """Exit status: 1 where something does not agree."""
    with desk.archive() as (_, index):
        found = tuple(check_recordings(desk.places, index, full=full))
    if as_json:
        entries = [asdict(mismatch) for mismatch in found]
        desk.put_json({"format": "jeke/reconcile/1", "full": full, "mismatches": entries})
    for mismatch in () if as_json else found:
        what = desk.say.word("discrepancy", mismatch.code)
        desk.put(
            desk.say.text(
                "cli.retention.reconcile.mismatch",
                what=what,
                recording=mismatch.recording or "—",
                where=mismatch.where,
            )
        )
    desk.tell(desk.say.text("cli.retention.reconcile.broken" if found else "cli.retention.reconcile.sound"))
    if found:
        desk.tell(desk.say.text("cli.retention.reconcile.broken.remedy"))
    return ExitCode.FINDINGS if found else ExitCode.DONE


@dataclass(frozen=True, slots=True)
class _Line:
    """One recording as the list shows it."""

    id: str
    case: str
    sitting: str
    file: str
    type: str
    seconds: float | None
    size: int | None
    keep_until: date | None
    state: str
    act: str

    @classmethod
    def of(cls, entry: Entry, register: Register, years: int) -> _Line:
        stored = entry.stored
        return cls(
            id=stored.id if stored else "",
            case=entry.case,
            sitting=entry.sitting,
            file=entry.file or "",
            type=entry.type or "",
            seconds=stored.seconds if stored else None,
            size=stored.size if stored else None,
            keep_until=keep_until(entry, years)[0],
            state=register.state(entry),
            act=entry.destroyed.act if entry.destroyed else "",
        )

    def entry(self) -> dict[str, object]:
        until = self.keep_until
        return asdict(self) | {"keep_until": until.isoformat() if until else None}

    def text(self, desk: Desk) -> str:
        return desk.say.text(
            "cli.recording.line",
            id=self.id or "—",
            case=self.case,
            sitting=self.sitting,
            file=self.file or "—",
            length=length_of(self.seconds),
            until=self.keep_until or "—",
            state=self.state,
        )


def _lines(registers: Iterable[Register], years: int) -> Iterator[_Line]:
    return (_Line.of(e, register, years) for register in registers for e in register.entries)


def _listener(places: Places) -> Listener:
    """Who logged in, whatever user they have become since; where nobody did, the process's own user."""
    return Listener(_logged_in() or login(), os.geteuid() == places.state.stat().st_uid)


def _logged_in() -> str | None:
    try:
        uid = int(Path("/proc/self/loginuid").read_text(encoding="ascii"))
        return None if uid == _NOBODY else pwd.getpwuid(uid).pw_name
    except (OSError, ValueError, KeyError):
        return None


COMMANDS = (recording, retention)
