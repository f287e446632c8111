"""`jeke init`: lays out a place of work, adding only what is missing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import astuple
from datetime import UTC, datetime
from pathlib import Path

import click

import pipeline
from pipeline.archive.ocfl.storage_root import StorageRoot
from pipeline.cli.context import CONFIG_NAME, CliContext, login
from pipeline.cli.options import common
from pipeline.config import load_config
from pipeline.domain.errors import MachineError
from pipeline.flow.site import identity
from pipeline.flow.site.anew import ANEW, begin_anew
from pipeline.flow.site.rights import close
from pipeline.intake.inbox import README
from pipeline.intake.sentinel import SENTINEL
from pipeline.messages.catalogue import Language
from pipeline.system.files import write_file

_SHIPPED = Path(__file__).parents[1] / "place"
_PACKAGE = Path(pipeline.__file__).parent


@click.command("init")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--anew", type=click.Choice(ANEW), multiple=True, metavar="WHAT")
@common
@click.pass_obj
def init(cli: CliContext, folder: Path, *, anew: tuple[str, ...]) -> None:
    """Nothing that is there already is touched; run again, it adds what has gone missing.

    Only what is kept there is closed to others, where it was open. What is lost for good is begun anew where
    `--anew` names it.
    """
    try:
        for what in anew:
            places = load_config(folder / CONFIG_NAME).paths.places
            begin_anew(places, what, agent=login(), at=datetime.now(UTC).astimezone())
            cli.tell(cli.say.text("cli.init.begun_anew", what=what))
        added = list(lay_out(folder, cli.say.language))
        closed = close(load_config(folder / CONFIG_NAME).paths.places)
    except OSError as error:
        raise MachineError("place_unusable", folder=str(folder), reason=error.strerror or "") from error
    for path in added:
        cli.tell(cli.say.text("cli.init.added", path=str(path)))
    for path in closed:
        cli.tell(cli.say.text("cli.init.closed", path=str(path)))
    cli.tell(cli.say.text("cli.init.ready" if added else "cli.init.nothing", folder=str(folder)))


def lay_out(folder: Path, language: Language = Language.KK) -> Iterator[Path]:
    """The paths added, in the order of their making. The folders are those that config.yaml names.

    Raises:
        MachineError: as `identity.require`: what belongs here is not mounted, it is not made anew.
    """
    config_file = folder / CONFIG_NAME
    folder.mkdir(parents=True, exist_ok=True)
    yield from _copied(_told_in(language, CONFIG_NAME), config_file)
    places = load_config(config_file).paths.places
    missing = [place for place in astuple(places) if not place.exists()]
    identity.require(places)
    places.make()
    StorageRoot.create(places.archive)
    identity.settle(places, agent=login(), at=datetime.now(UTC).astimezone())
    places.templates.mkdir(parents=True, exist_ok=True)
    yield from missing
    if places.mark_inbox():
        yield places.inbox / SENTINEL
    yield from _copied(_told_in(language, "inbox.md"), places.inbox / README)
    for template in sorted(shipped("templates").glob("*.docx")):
        yield from _copied(template, places.templates / template.name)


def _told_in(language: Language, name: str) -> Path:
    """The file with its remarks in that language; the Kazakh ones stand in the folder itself."""
    return _SHIPPED / name if language is Language.KK else _SHIPPED / language / name


def shipped(name: str) -> Path:
    """A folder that comes with the program: in the installed package, else at the root of the sources."""
    installed = _PACKAGE / f"_{name}"
    return installed if installed.is_dir() else _PACKAGE.parent / name


def _copied(source: Path, target: Path) -> Iterator[Path]:
    """HR may write into inbox/ and templates/: a link they have put there is left alone, not followed."""
    if not os.path.lexists(target):
        write_file(target, source.read_bytes())
        yield target


COMMANDS = (init,)
