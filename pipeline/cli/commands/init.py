"""`jeke init`: lays out a place of work, adding only what is missing."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

import pipeline
from pipeline.cli.context import CONFIG_NAME, CliContext, login
from pipeline.cli.options import common
from pipeline.config import load_config
from pipeline.domain.errors import MachineError
from pipeline.flow.site.anew import ANEW, begin_anew
from pipeline.flow.site.laying_out import Shipped, lay_out_place
from pipeline.flow.site.places import Places
from pipeline.flow.site.rights import close
from pipeline.messages.catalogue import Language

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
    now = datetime.now(UTC).astimezone()
    try:
        for what in anew:
            begin_anew(
                places_of(folder / CONFIG_NAME), what, agent=login(), at=datetime.now(UTC).astimezone()
            )
            cli.tell(cli.say.text("cli.init.begun_anew", what=what))
        given = shipped(cli.say.language)
        added = list(lay_out_place(folder, given, places_of, agent=login(), at=now))
        closed = close(places_of(folder / CONFIG_NAME))
    except OSError as error:
        raise MachineError("place_unusable", folder=str(folder), reason=error.strerror or "") from error
    for path in added:
        cli.tell(cli.say.text("cli.init.added", path=str(path)))
    for path in closed:
        cli.tell(cli.say.text("cli.init.closed", path=str(path)))
    cli.tell(cli.say.text("cli.init.ready" if added else "cli.init.nothing", folder=str(folder)))


def shipped(language: Language = Language.KK) -> Shipped:
    """What a new place is given, its remarks in that language; the Kazakh ones stand in place/ itself."""
    told = _SHIPPED if language is Language.KK else _SHIPPED / language
    installed = _PACKAGE / "_templates"  # in the installed package, else at the root of the sources
    templates = installed if installed.is_dir() else _PACKAGE.parent / "templates"
    return Shipped(told / CONFIG_NAME, told / "inbox.md", templates)


def places_of(config_file: Path) -> Places:
    """The folders that the configuration names."""
    return load_config(config_file).paths.places


COMMANDS = (init,)
