"""A judgement is the same on every day up to the one that its day of judging noted."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.findings import Nature
from pipeline.law.docket import Docket
from pipeline.law.engine import Bench
from pipeline.law.judging import apply_rules, reckon
from pipeline.law.judging_day import JudgingDay
from pipeline.law.next_step import sitting_terms, stage_of, wanting
from pipeline.law.personal_file import required

from .examples import CALENDAR, ON, Example, examples

DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))
A_DAY = timedelta(days=1)
FAR = timedelta(days=1500)


def stands(docket: Docket, example: Example, on: date) -> dict[str, object]:
    """What is kept of how each record stands."""
    bench = Bench(docket, CALENDAR, example._readings(), on)
    found: dict[str, object] = {}
    for case in docket.cases.values():
        blocks = [(f.paragraph, f.code, f.path) for f in apply_rules(bench, [case.ref]).blocks]
        terms = sitting_terms(case, bench)
        found[case.id] = (
            stage_of(case, bench), wanting(case, bench), terms, blocks, required(case, bench),
            bench.concluded(case),
        )  # fmt: skip
    due = reckon(bench, [record.ref for record in docket])
    found["due"] = [
        (str(d.record), d.code, d.due, d.reckoned)
        for d in due
        if d.done is None and d.nature is not Nature.KEEP
    ]
    return found


@pytest.mark.parametrize(
    ("moved", "first", "step"), [(0, 0, 2), (0, 1, 2), (-40, 0, 12), (100, 5, 12)],
    ids=["its-day", "its-day-2", "before", "later"],
)  # fmt: skip
def test_nothing_changes_before_the_day_noted(moved: int, first: int, step: int) -> None:
    limited = 0
    for example in examples()[first::step]:
        on = date.fromisoformat(example.document["on"]) if "on" in example.document else ON
        day = JudgingDay.of(on + timedelta(days=moved))
        docket = Docket(example.records)
        now = stands(docket, example, day)
        last = min(day.holds_through, day.plain + FAR)
        limited += day.holds_through < date.max
        for later in {min(day.plain + A_DAY, last), last}:
            assert stands(docket, example, later) == now, (example.name, example.title, day.plain, later)
    assert limited


def test_a_case_that_is_over_is_judged_for_good() -> None:
    over = next(e for e in examples() if e.lawful and "change" not in e.document and "add" not in e.document)
    docket, day = Docket(over.records), JudgingDay.of(date(2027, 6, 1))
    bench = Bench(docket, CALENDAR, over._readings(), day)
    for case in docket.cases.values():
        apply_rules(bench, [case.ref])
        stage_of(case, bench)
    assert day.holds_through == date.max


@given(on=DAYS, other=DAYS)
def test_what_is_asked_of_a_day_holds_until_it_would_be_answered_otherwise(on: date, other: date) -> None:
    for ask in (
        lambda day: day < other,
        lambda day: day <= other,
        lambda day: day > other,
        lambda day: day >= other,
        lambda day: other < day,
        lambda day: other >= day + 3 * A_DAY,
        lambda day: day - A_DAY <= other,
        lambda day: day == other,
        lambda day: (day.year, day.month),
        lambda day: (day - other).days,
        lambda day: day in {other},  # noqa: FURB171  # by its hash
        lambda day: day.isoformat(),
        lambda day: max(other, day) == other,
        lambda day: day.weekday(),
    ):
        day = JudgingDay.of(on)
        said = ask(day)
        assert said == ask(on)
        last = day.holds_through
        assert last >= on
        if last < date.max:
            assert ask(last) == said
        assert all(ask(later) == said for later in (on + A_DAY, on + 40 * A_DAY) if later <= last)
