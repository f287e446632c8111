"""A place of work opened as its configuration says: for the command line and the page alike."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from pipeline.archive.index.locations import Index
from pipeline.archive.ocfl.storage_root import StorageRoot
from pipeline.config import Config, TitleMode
from pipeline.domain.calendar import WorkCalendar
from pipeline.flow.site.identity import require
from pipeline.flow.site.opening import archive_of
from pipeline.flow.site.places import Places
from pipeline.flow.site.rights import require_closed
from pipeline.system import time_zone

if TYPE_CHECKING:
    from pipeline.flow.site.workplace import Workplace
    from pipeline.retention.clock import Running


def places_of(config: Config) -> Places:
    """The folders of the place of work."""
    return config.paths.places


@contextmanager
def archive(config: Config, *, rebuild: bool = True) -> Iterator[tuple[StorageRoot, Index]]:
    """The archive and its index, which is made anew where it has to be, unless `rebuild` is off.

    Raises:
        JekeError: the archive cannot be used; `place_open` where others may look in; as `require`, a folder
            is not the one that belongs here.
    """
    time_zone.settle(config.time_zone)
    places = places_of(config)
    require(places)
    require_closed(places)
    with archive_of(places, rebuild=rebuild) as opened:
        yield opened


@contextmanager
def workplace(
    config: Config, on: date | None = None, calendar: WorkCalendar | None = None, *, rebuild: bool = True
) -> Iterator[Workplace]:
    """The place of work, opened; `on` judges as if it were that day, `calendar` is one read before.

    `rebuild`: as for `archive`.

    Raises:
        JekeError: configuration, calendar or archive cannot be used.
    """
    from pipeline.documents.content.context import DocumentOptions
    from pipeline.flow.site.workplace import Workplace
    from pipeline.intake.workdays import load_calendar
    from pipeline.messages.answers import Answers
    from pipeline.messages.catalogue import Messages

    with archive(config, rebuild=rebuild) as (root, index):
        place = Workplace(
            places=places_of(config),
            root=root,
            index=index,
            calendar=calendar or load_calendar(config.calendar),
            readings=config.readings.readings,
            options=DocumentOptions(
                print_instructions=config.documents.print_instructions,
                title_exact=config.documents.title_mode is TitleMode.EXACT,
            ),
            speaker=Answers(Messages(config.lang)),
            seal_key=config.seal.key if config.seal else None,
            quiet_seconds=config.intake.quiet_seconds,
            paper_quiet_seconds=config.intake.paper_quiet_seconds,
            unfinished_seconds=config.intake.unfinished_minutes * 60,
            mended_days=config.intake.mended_days,
            running=_running,
            recordings=config.recordings.rules,
            trusting=config.trusting,
            clock=now if on is None else lambda: datetime.combine(on, time(12)).astimezone(),
        )
        try:
            yield place
        finally:
            place.close()


def now() -> datetime:
    """The moment, in the body's zone."""
    return datetime.now(UTC).astimezone()


def _running() -> Running:
    from pipeline.retention.clock import running

    return running()
