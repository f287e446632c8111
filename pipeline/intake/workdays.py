"""The calendar the body works by: the library `holidays` under HR's own file.

A day's status is taken from the file's `days`, else from the library, else from the weekend rule.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from datetime import date
from functools import cache, partial
from importlib import metadata, resources, util
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.domain.calendar import CalendarDay, WorkCalendar
from pipeline.domain.errors import ConfigError
from pipeline.intake.calendar_file import NO_BASE, CalendarFile, read_calendar_file

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_FILE = "calendar.default.yaml"

_VERSION = re.compile(r"[0-9]+(\.[0-9]+)*")
_SWAPPED_IN = "Жұмыс күні (демалыс күні ауыстырылды)"

_Days = dict[date, CalendarDay]


def load_calendar(override: Path | None) -> WorkCalendar:
    """The calendar of HR's file, or of the one that ships with the program where `override` is None.

    Raises:
        ConfigError: the file cannot be read, or says what it cannot say. `file` and `line` are among the
            parameters. Codes: those of `read_calendar_file`, calendar_unreadable where there is no such file,
            calendar_library_old where the library is older than the file allows.
    """
    file, content = _content(override)
    settings = read_calendar_file(file, content)
    by_year: defaultdict[int, _Days] = defaultdict(dict)
    for day, entry in settings.days.items():
        by_year[day.year][day] = entry

    if settings.base == NO_BASE:
        version = NO_BASE

        def year_days(year: int) -> Mapping[date, CalendarDay]:
            return by_year[year]
    else:
        version = f"holidays {_library_version(settings, file)}"

        def year_days(year: int) -> Mapping[date, CalendarDay]:
            return _library_days(year) | by_year[year]

    return WorkCalendar(
        year_days,
        week=settings.week,
        verified_years=settings.verified_years,
        digest=hashlib.sha256(version.encode() + b"\0" + content).hexdigest(),
    )


def default_calendar() -> bytes:
    """The override file that ships with the program, for HR to start from."""
    return resources.files(__package__).joinpath(DEFAULT_FILE).read_bytes()


def _content(override: Path | None) -> tuple[str, bytes]:
    if override is None:
        return DEFAULT_FILE, default_calendar()
    try:
        return str(override), override.read_bytes()
    except OSError as error:
        raise ConfigError(
            "calendar_unreadable", file=str(override), line=1, reason=error.strerror or ""
        ) from error


# The library is imported only where it is asked for: with `base: none` the program runs without it.


def _library_version(settings: CalendarFile, file: str) -> str:
    version = metadata.version("holidays")  # to import the library costs more than all else a start needs
    if _numbers(version) < _numbers(settings.base_min_version):
        raise ConfigError(
            "calendar_library_old",
            file=file,
            line=settings.base_line,
            found=version,
            needed=settings.base_min_version,
        )
    return version


def _library_days(year: int) -> _Days:
    library = _kazakhstan()(years=year, language="kk", expand=False)
    days = {day: CalendarDay(working=False, title=title) for day, title in library.items()}
    swapped_in = {day: CalendarDay(working=True, title=_SWAPPED_IN) for day in library.weekend_workdays}
    return days | swapped_in


@cache
def _kazakhstan() -> Any:
    """The class for Kazakhstan out of its own file: asked for it, the library loads every country."""
    library = util.find_spec("holidays")
    file = Path(str(library and library.origin)).parent / "countries" / "kazakhstan.py"
    spec = util.spec_from_file_location("holidays_of_kazakhstan", file)
    if spec is None or spec.loader is None or not file.is_file():  # a later edition may lie otherwise
        from holidays import country_holidays

        return partial(country_holidays, "KZ")
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Kazakhstan


def _numbers(version: str) -> tuple[int, ...]:
    match = _VERSION.match(version)
    return tuple(int(n) for n in match[0].split(".")) if match else ()
