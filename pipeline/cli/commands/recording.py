"""`jeke recording`: what is kept, and listening to it."""

from __future__ import annotations

import pwd
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO, Final

import click

from pipeline.cli.context import CliContext
from pipeline.cli.identity import identity
from pipeline.cli.options import OutPath, as_json, common
from pipeline.domain.errors import RefusedError
from pipeline.domain.recordings import Entry, Register
from pipeline.flow.recordings.drop import length_of
from pipeline.flow.recordings.listening import Listener, take_out
from pipeline.flow.site.places import Places
from pipeline.retention.plan import keep_until

_STANDARD_OUTPUT: Final = "-"


@click.group("recording")
@common
def recording() -> None:
    """The texts of all help stand in the catalogues."""


@recording.command("list")
@as_json
@common
@click.pass_obj
def list_recordings(cli: CliContext, *, as_json: bool) -> None:
    """All that the registers name, in the order of the cases; destroyed and expected ones too."""
    with cli.archive() as (_, index):
        registers = index.registers().values()
    years = cli.config.readings.recording_retention_years
    lines = sorted(_lines(registers, years), key=lambda line: (line.case, line.sitting, line.file))
    if as_json:
        cli.put_json({"format": "jeke/recording-list/1", "recordings": [line.entry() for line in lines]})
        return
    for line in lines:
        cli.put(line.text(cli))
    if not lines:
        cli.tell(cli.say.text("cli.recording.list.none"))


@recording.command("get")
@click.argument("recording_id", metavar="ID")
@click.option("--out", type=OutPath(path_type=Path), required=True, metavar="FILE")
@common
@click.pass_obj
def get(cli: CliContext, recording_id: str, *, out: Path) -> None:
    """Decrypts one recording for somebody who may listen to it; "-" is standard output."""
    piped = str(out) == _STANDARD_OUTPUT
    into = _standard_output() if piped else out.absolute()
    with cli.workplace() as place:
        stored = take_out(place, recording_id, into, _listener(cli.places))
    if not piped:
        cli.put(str(out))
    cli.tell(
        cli.say.text(
            "cli.recording.got",
            case=stored.case,
            sitting=stored.sitting,
            length=length_of(stored.seconds),
            sha256=stored.sha256,
        )
    )
    cli.tell(cli.say.text("cli.recording.got.remedy"))


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

    def text(self, cli: CliContext) -> str:
        return cli.say.text(
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
    """Who logged in, whatever user they have become since."""
    who = identity()
    return Listener(who.login, str(who), who.login == _owner(places.state))


def _owner(folder: Path) -> str:
    uid = folder.stat().st_uid
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _standard_output() -> BinaryIO:
    """For a player or a file of the listener's own behind a pipe.

    Raises:
        RefusedError: `out_is_terminal`.
    """
    if sys.stdout.isatty():
        raise RefusedError("out_is_terminal")
    return sys.stdout.buffer


COMMANDS = (recording,)
