"""The plan as a value: canonical, frozen by its hash, and never early."""

from __future__ import annotations

import hashlib
import random
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.errors import CorruptError
from pipeline.domain.recordings import Appealed, Entry, Hold, Register, Storing
from pipeline.retention.plan import InStore, Plan, Reason, Situation, keep_until, make_plan, read_plan

AT = datetime(2026, 10, 17, 9, tzinfo=timezone(timedelta(hours=5)))
DAYS = st.dates(date(2020, 1, 1), date(2060, 12, 31))


def entry(number: int, recorded_on: date | None, *, case: str = "І-1") -> Entry:
    stored = Storing(f"{number:032x}", f"{number:064x}", 10, "0" * 64, 20, None, AT)
    return Entry(case, "О-1", f"{number}.mp4", recorded_on=recorded_on, held_on=recorded_on, stored=stored)


def situation(*entries: Entry, years: int = 1, holds: tuple[Hold, ...] = ()) -> Situation:
    store = {
        e.stored.id: InStore(e.stored.sha256, key=True, file=True, of=e.key) for e in entries if e.stored
    }
    return Situation((Register(entries, holds),), store, years=years)


def plan_of(of: Situation, on: date) -> Plan:
    return make_plan(of, number="2026-001", on=on, made_at=AT)


@given(DAYS, DAYS, st.integers(1, 5))
def test_nothing_is_destroyed_before_its_term_is_over(recorded_on: date, on: date, years: int) -> None:
    one = entry(1, recorded_on)
    plan = plan_of(situation(one, years=years), on)
    until, _ = keep_until(one, years)
    assert until is not None
    assert bool(plan.destroy) == (on > until)
    assert (until.year - recorded_on.year, until.month) == (years, recorded_on.month)
    assert until.day == recorded_on.day or (recorded_on.month, recorded_on.day, until.day) == (2, 29, 28)


@given(DAYS)
def test_a_hold_or_an_open_appeal_keeps_for_ever(on: date) -> None:
    one = entry(1, date(2020, 1, 1))
    hold = Hold("І-1", None, "м", "К.", AT)
    held = plan_of(situation(one, holds=(hold,)), on)
    assert (held.destroy, held.keep[0].reason) == ((), Reason.HELD)


def test_a_written_plan_reads_back_and_its_hash_is_that_of_its_file() -> None:
    plan = plan_of(
        situation(entry(1, date(2025, 10, 16)), entry(2, None), entry(3, date(2026, 1, 1))), AT.date()
    )
    assert read_plan(plan.data()) == plan
    assert plan.sha256 == hashlib.sha256(plan.data()).hexdigest()
    assert plan.short_of_the_law


def test_the_order_of_registers_leaves_no_trace() -> None:
    entries = [entry(n, date(2025, 1, 1 + n), case=f"І-{n % 3}") for n in range(9)]
    one = plan_of(situation(*entries), AT.date())
    random.Random(29).shuffle(entries)
    assert plan_of(situation(*entries), AT.date()).data() == one.data()


@pytest.mark.parametrize(
    "change",
    [
        (b'"number": "2026-001"', b'"number": "2026-002"'),
        (b'"reason": "term_over"', b'"reason": "held"'),
        (b'"years": 1', b'"years": 1 '),
        (b"{", b"["),
        (b'"format": "jeke/retention-plan/1"', b'"format": "other"'),
    ],
)
def test_an_altered_plan_is_not_the_same_plan(change: tuple[bytes, bytes]) -> None:
    plan = plan_of(situation(entry(1, date(2025, 10, 16))), AT.date())
    altered = plan.data().replace(*change)
    assert altered != plan.data()
    try:
        read = read_plan(altered)
    except CorruptError as error:
        assert error.code == "plan_unreadable"  # noqa: PT017
    else:
        assert read.sha256 != plan.sha256


def stored_for(one: Entry) -> dict[str, InStore]:
    assert one.stored is not None
    return {one.stored.id: InStore(one.stored.sha256, key=True, file=True, of=one.key)}


def foreign(one: Entry, recorded_on: date) -> Entry:
    """An imported register's entry that bears the id and the SHA-256 of somebody else's recording."""
    return replace(one, case="БӨТЕН-1", sitting="Б-1", recorded_on=recorded_on, held_on=recorded_on)


def test_a_register_speaks_only_for_what_was_stored_for_it() -> None:
    """Somebody else's recording, named with days of 2021: alone, beside ours, before it and behind it."""
    ours = entry(1, date(2025, 10, 16))
    theirs = foreign(ours, date(2021, 1, 1))
    on, store = date(2026, 10, 1), stored_for(ours)
    for registers in (
        (Register((theirs,)),),
        (Register((theirs,)), Register((ours,))),
        (Register((ours, theirs)),),
    ):
        for elsewhere in (frozenset(), frozenset({("БӨТЕН-1", f"{1:032x}")})):
            plan = plan_of(Situation(registers, store, elsewhere=elsewhere), on)
            assert plan.destroy == ()
    due = plan_of(Situation((Register((theirs,)), Register((ours,))), store), date(2026, 10, 17))
    assert [(i.case, i.keep_until) for i in due.destroy] == [("І-1", date(2026, 10, 16))]


def test_of_two_registers_the_longest_term_and_the_ban_win() -> None:
    ours = entry(1, date(2025, 10, 16))
    store, on = stored_for(ours), date(2026, 10, 17)
    longer = foreign(ours, date(2026, 1, 1))
    plan = plan_of(Situation((Register((ours,)), Register((longer,))), store), on)
    assert [(i.reason, i.keep_until) for i in plan.keep] == [(Reason.TERM, date(2027, 1, 1))]
    hold = Hold("БӨТЕН-1", None, "сот", "К.", AT)
    older = foreign(ours, date(2021, 1, 1))
    plan = plan_of(Situation((Register((ours,)), Register((older,), (hold,))), store), on)
    assert [(i.reason, i.mandates) for i in plan.keep] == [(Reason.HELD, ("сот",))]
    undated = replace(older, recorded_on=None)
    plan = plan_of(Situation((Register((ours,)), Register((undated,))), store), on)
    assert [i.reason for i in plan.keep] == [Reason.UNDATED]


def test_what_stayed_with_the_sender_is_neither_lost_nor_due() -> None:
    one = entry(1, date(2021, 10, 16))
    known = frozenset({("І-1", f"{1:032x}")})
    assert [i.reason for i in plan_of(Situation((Register((one,)),), elsewhere=known), AT.date()).keep] == [
        Reason.ELSEWHERE
    ]
    assert [i.reason for i in plan_of(Situation((Register((one,)),)), AT.date()).keep] == [
        Reason.FILE_MISSING
    ]


def test_an_appeals_ban_is_told_as_an_appeal_and_another_hold_before_it() -> None:
    one = entry(1, date(2021, 10, 16))
    appeal = Hold("І-1", None, "шағым", "іс жазбасы", AT, appeal=Appealed(None, court=False))
    assert [i.reason for i in plan_of(situation(one, holds=(appeal,)), AT.date()).keep] == [Reason.APPEAL]
    both = (appeal, Hold("І-1", None, "сот", "К.", AT))
    assert [i.reason for i in plan_of(situation(one, holds=both), AT.date()).keep] == [Reason.HELD]
