"""`jeke recording`: what is kept, and listening to it."""

from __future__ import annotations

import pwd
import sys
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO, Final

import click

from pipeline.cli.context import CliContext
from pipeline.cli.identity import identity
from pipeline.cli.options import OutPath, as_json, common
from pipeline.domain.errors import RefusedError
from pipeline.flow.recordings.drop import length_of
from pipeline.flow.recordings.listed import Listed, listed
from pipeline.flow.recordings.listening import Listener, take_out
from pipeline.flow.site.places import Places
from pipeline.messages.catalogue import Messages

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
        rows = listed(index, cli.config.readings.recording_retention_years)
    if as_json:
        cli.put_json({"format": "jeke/recording-list/1", "recordings": [_entry(row) for row in rows]})
        return
    for row in rows:
        cli.put(_line(row, cli.say))
    if not rows:
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


def _entry(row: Listed) -> dict[str, object]:
    until = row.keep_until
    return asdict(row) | {"keep_until": until.isoformat() if until else None}


def _line(row: Listed, say: Messages) -> str:
    return say.text(
        "cli.recording.line",
        id=row.id or "—",
        case=row.case,
        sitting=row.sitting,
        file=row.file or "—",
        length=length_of(row.seconds),
        until=row.keep_until or "—",
        state=row.state,
    )


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
