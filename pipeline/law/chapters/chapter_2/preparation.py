"""¶9 and 10: how often the commission sits, and what the announcement must hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from pipeline.domain.records import Campaign, Commission, Kind, Sitting
from pipeline.domain.terms import Reckoned, Unit, last_working_day, quarter, quarter_bounds, working_days
from pipeline.law.chapters.chapter_1 import begun
from pipeline.law.docket import attendees
from pipeline.law.engine import Bench, Due, RuleOutcome, block, info, pending, rule, term, warn
from pipeline.law.numbers import IN_FORCE_FROM, SHORTEST_PATH_WORKING_DAYS
from pipeline.law.votes import quorum_reached, voters_present

# --- ¶9 -------------------------------------------------------------------------------------------------


@rule("9", on=Kind.COMMISSION, warn="quarter_missed", info="quarter_partial")
def sits_every_quarter(commission: Commission, bench: Bench) -> Iterator[RuleOutcome]:
    """¶9: at least one sitting in each calendar quarter since the composition was approved."""
    since = _since(commission)
    if since is None:
        yield pending("order.date")
        return
    held = {quarter(day) for day in _held(commission, bench)}
    missed = [q for q in _quarters_past(since, _until(commission, bench)) if q not in held]
    partial = quarter(since) if since > quarter_bounds(*quarter(since))[0] else None
    whole = tuple(f"{year}-{number}" for year, number in missed if (year, number) != partial)
    if whole:
        yield warn("order.date", quarters=whole)
    if partial in missed:
        yield info("order.date", "quarter_partial", quarters=(f"{partial[0]}-{partial[1]}",))


@term("9", "quarter", on=Kind.COMMISSION, responsible="secretary")
def sitting_of_this_quarter(commission: Commission, bench: Bench) -> Iterator[Due]:
    """¶9: a sitting by the last working day of the current quarter."""
    since = _since(commission)
    if since is None or since > bench.on:
        return
    first, last = quarter_bounds(*quarter(bench.on))
    if commission.dissolved_on is not None and commission.dissolved_on < last:
        return
    held = [day for day in _held(commission, bench) if day >= first]
    due = last_working_day(bench.calendar, first, last)
    unverified = () if due.year in bench.calendar.verified_years else (due.year,)
    reckoned = Reckoned(due, first - timedelta(days=1), 3, Unit.MONTHS)
    yield Due(replace(reckoned, unverified_years=unverified), min(held, default=None))


def _held(commission: Commission, bench: Bench) -> list[date]:
    """The days on which it has sat by the day of judging; a meeting below two thirds is no sitting (¶24)."""
    sittings = (s for s in bench.docket.sittings_of(commission.id) if not _too_few(commission, s))
    return [s.held_on for s in sittings if s.held_on is not None and s.held_on <= bench.on]


def _too_few(commission: Commission, sitting: Sitting) -> bool:
    present, voting = attendees(sitting), commission.voting
    known = bool(present and voting)
    return known and not quorum_reached(len(voters_present(commission, sitting)), len(voting))


def _since(commission: Commission) -> date | None:
    """From its order on, and not before the Rules themselves."""
    approved = commission.order.date if commission.order else None
    return None if approved is None else max(approved, IN_FORCE_FROM)


def _until(commission: Commission, bench: Bench) -> date:
    """A quarter is owed if it ended before this day: that of judging, or the day after the dissolution."""
    gone = commission.dissolved_on
    return bench.on if gone is None else min(bench.on, gone + timedelta(days=1))


def _quarters_past(since: date, on: date) -> Iterator[tuple[int, int]]:
    """Quarters from that of `since` to the last one that has ended before `on`."""
    year, number = quarter(since)
    while quarter_bounds(year, number)[1] < on:
        yield year, number
        year, number = (year, number + 1) if number < 4 else (year + 1, 1)  # noqa: PLR2004  # quarters


# --- ¶10 ------------------------------------------------------------------------------------------------


@rule("10.1", on=Kind.CAMPAIGN, block="announcement_missing")
def announced_before_reports(campaign: Campaign, bench: Bench) -> Iterator[RuleOutcome]:
    """¶10 sub-item 1: the announcement on the body's resource starts the five days of ¶11."""
    if campaign.announcement is not None and campaign.announcement.published_on is not None:
        return
    path = "announcement.published_on" if campaign.announcement else "announcement"
    if begun(campaign, bench):
        yield block(path)
    else:
        yield pending(path)


@rule("10.1", on=Kind.CAMPAIGN, warn="resource_missing")
def announced_where(campaign: Campaign, _bench: Bench) -> Iterator[RuleOutcome]:
    """¶10 sub-item 1: on which internet resource it was published."""
    announcement = campaign.announcement
    if announcement is None or announcement.published_on is None:
        yield pending("announcement.resource")
    elif announcement.resource is None:
        yield warn("announcement.resource")


@rule("10.2", on=Kind.CAMPAIGN, warn="plan_missing")
def day_and_place_planned(campaign: Campaign, _bench: Bench) -> Iterator[RuleOutcome]:
    """¶10 sub-item 2: days and place are set, in the announcement or in an act of their own."""
    announcement = campaign.announcement
    if announcement is None or announcement.published_on is None:
        yield pending("announcement.planned_sitting_on")
        return
    if announcement.planned_sitting_on is None:
        yield warn("announcement.planned_sitting_on", wanting="planned_sitting_on")
    if announcement.place is None:
        yield warn("announcement.place", wanting="place")


@rule("10.2", on=Kind.CAMPAIGN, warn="planned_too_soon")
def time_for_every_step(campaign: Campaign, bench: Bench) -> Iterator[RuleOutcome]:
    """¶10 sub-item 2: the terms of ¶11, 13 and 17 leave no sitting sooner after publication."""
    announcement = campaign.announcement
    if announcement is None or announcement.published_on is None or announcement.planned_sitting_on is None:
        yield pending("announcement.planned_sitting_on")
        return
    earliest = working_days(bench.calendar, announcement.published_on, SHORTEST_PATH_WORKING_DAYS).due
    if announcement.planned_sitting_on < earliest:
        yield warn(
            "announcement.planned_sitting_on",
            planned_on=announcement.planned_sitting_on,
            published_on=announcement.published_on,
            earliest=earliest,
        )
