"""The place of work as a worker of the page knows it: read once, opened anew for each request."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pipeline import office
from pipeline.config import Config, load_config
from pipeline.domain.calendar import WorkCalendar
from pipeline.flow.site.places import Places
from pipeline.intake.workdays import load_calendar
from pipeline.system import time_zone

if TYPE_CHECKING:
    from pipeline.flow.site.workplace import Workplace

CONFIG_VARIABLE: Final = "JEKE_CONFIG"
"""In the environment of the workers: the path of config.yaml."""
SOCKET_VARIABLE: Final = "JEKE_BEHIND_PROXY"
"""Set where the page is served on a Unix socket: only the reverse proxy can ask, and its headers count."""


@cache
def config() -> Config:
    """The configuration, as it was when the worker began.

    Raises:
        ConfigError: there is none, or it does not stand.
    """
    read = load_config(Path(os.environ.get(CONFIG_VARIABLE, "config.yaml")))
    time_zone.settle(read.time_zone)
    return read


@cache
def places() -> Places:
    """The folders of the place of work."""
    return office.places_of(config())


def web_folder() -> Path:
    """What the page keeps for itself."""
    return places().web


def forget() -> None:
    """Another place of work is used from here on."""
    for known in (config, places, calendar):
        known.cache_clear()


@cache
def calendar() -> WorkCalendar:
    """The working days."""
    return load_calendar(config().calendar)


@contextmanager
def opened() -> Iterator[Workplace]:
    """The place of work, for as long as one request needs it.

    Raises:
        JekeError: configuration or archive cannot be used.
    """
    with office.workplace(config(), calendar=calendar(), rebuild=False) as place:
        yield place
