"""A place of work laid out: only what is missing is added, nothing that is there is touched."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass
from datetime import datetime
from pathlib import Path

from pipeline.archive.ocfl.storage_root import StorageRoot
from pipeline.flow.site import identity
from pipeline.flow.site.places import Places
from pipeline.intake.inbox import README
from pipeline.intake.sentinel import SENTINEL
from pipeline.system.files import write_file

CONFIG = "config.yaml"

PlacesOf = Callable[[Path], Places]
"""The folders that a configuration file names."""


@dataclass(frozen=True, slots=True)
class Shipped:
    """What comes with the program for a new place: configuration, the word to HR, the folder of templates."""

    config: Path
    readme: Path
    templates: Path


def lay_out_place(
    folder: Path, shipped: Shipped, places_of: PlacesOf, *, agent: str, at: datetime
) -> Iterator[Path]:
    """The paths added, in the order of their making. The folders are those that config.yaml names.

    Raises:
        MachineError: as `identity.require`: what belongs here is not mounted, it is not made anew.
    """
    config_file = folder / CONFIG
    folder.mkdir(parents=True, exist_ok=True)
    yield from _copied(shipped.config, config_file)
    places = places_of(config_file)
    missing = [place for place in astuple(places) if not place.exists()]
    identity.require(places)
    places.make()
    StorageRoot.create(places.archive)
    identity.settle(places, agent=agent, at=at)
    places.templates.mkdir(parents=True, exist_ok=True)
    yield from missing
    if places.mark_inbox():
        yield places.inbox / SENTINEL
    yield from _copied(shipped.readme, places.inbox / README)
    for template in sorted(shipped.templates.glob("*.docx")):
        yield from _copied(template, places.templates / template.name)


def _copied(source: Path, target: Path) -> Iterator[Path]:
    """HR may write into inbox/ and templates/: a link they have put there is left alone, not followed."""
    if not os.path.lexists(target):
        write_file(target, source.read_bytes())
        yield target
