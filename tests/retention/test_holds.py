from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from pipeline.domain.errors import NotFoundError, RefusedError
from pipeline.domain.recordings import (
    Appealed,
    Destruction,
    Entry,
    Hold,
    Lifting,
    RecordingState,
    Register,
    Storing,
)
from pipeline.retention.holds import lift, lift_appeal, set_hold, shorten

AT = datetime(2026, 10, 17, 9, tzinfo=UTC)
ENTRY = Entry(
    "І-1",
    "О-1",
    "a.mp4",
    recorded_on=date(2025, 10, 16),
    held_on=date(2025, 10, 16),
    stored=Storing("a" * 32, "b" * 64, 1, "c" * 64, 2, None, AT),
)
OTHER = replace(ENTRY, case="І-2", stored=Storing("d" * 32, "b" * 64, 1, "c" * 64, 2, None, AT))
REGISTER = Register((ENTRY, OTHER))
LIFTING = Lifting("шешілді", "К.", AT)


def hold(mandate: str, recording: str | None = None) -> Hold:
    return Hold("І-1", recording, mandate, "Қасымов А.", AT)


def test_a_hold_bars_its_own_case_or_recording_alone() -> None:
    whole = set_hold(REGISTER, hold("сот"))
    assert [h.mandate for h in whole.bars(ENTRY)] == ["сот"]
    assert whole.bars(OTHER) == ()
    assert (whole.state(ENTRY), whole.state(OTHER)) == (RecordingState.HELD, RecordingState.STORED)
    one = set_hold(REGISTER, hold("сот", "f" * 32))
    assert one.bars(ENTRY) == ()


def test_the_same_hold_twice_is_one_hold() -> None:
    once = set_hold(REGISTER, hold("Сот  ұйғарымы"))
    assert set_hold(once, hold("сот ұйғарымы")) is once


def test_each_mandate_is_lifted_by_itself_and_stays_in_the_register() -> None:
    both = set_hold(set_hold(REGISTER, hold("сот")), hold("прокурор"))
    left = lift(both, "І-1", None, " СОТ ", LIFTING)
    assert [h.mandate for h in left.bars(ENTRY)] == ["прокурор"]
    assert {h.mandate: h.lifted for h in left.holds} == {"сот": LIFTING, "прокурор": None}
    assert lift(left, "І-1", None, "прокурор", LIFTING).bars(ENTRY) == ()


def test_lifted_it_may_be_set_again() -> None:
    lifted = lift(set_hold(REGISTER, hold("сот")), "І-1", None, "сот", LIFTING)
    assert len(set_hold(lifted, hold("сот")).holds) == 2


@pytest.mark.parametrize(
    ("case", "recording", "mandate"), [("І-1", None, "басқа"), ("І-2", None, "сот"), ("І-1", "a" * 32, "сот")]
)
def test_what_does_not_stand_cannot_be_lifted(case: str, recording: str | None, mandate: str) -> None:
    with pytest.raises(NotFoundError, match="hold_unknown"):
        lift(set_hold(REGISTER, hold("сот")), case, recording, mandate, LIFTING)


def test_a_hold_needs_a_mandate_and_something_to_hold() -> None:
    with pytest.raises(RefusedError, match="hold_without_mandate"):
        set_hold(REGISTER, hold("  "))
    gone = replace(ENTRY, destroyed=Destruction("1", date(2026, 10, 17), "p", "0", "2026-001", "м"))
    with pytest.raises(RefusedError, match="hold_destroyed"):
        set_hold(Register((gone,)), hold("сот"))
    assert set_hold(Register((gone, replace(ENTRY, file="b.mp4"))), hold("сот")).holds


APPEAL = Hold(
    "І-1", None, "34-тармақ бойынша шағым", "іс жазбасы", AT, appeal=Appealed(AT.date(), court=True)
)


def test_an_appeals_ban_is_not_lifted_as_a_hold_is() -> None:
    held = replace(REGISTER, holds=(APPEAL,))
    with pytest.raises(NotFoundError, match="hold_unknown"):
        lift(held, "І-1", None, APPEAL.mandate, LIFTING)
    assert lift_appeal(held, "І-1", LIFTING).bars(ENTRY) == ()
    with pytest.raises(NotFoundError, match="appeal_unknown"):
        lift_appeal(held, "І-2", LIFTING)


def test_an_appeal_of_an_earlier_register_is_lifted_too() -> None:
    old = Register((replace(ENTRY, appeal_open=True), OTHER))
    assert lift_appeal(old, "І-1", LIFTING).entries == (ENTRY, OTHER)


def test_a_term_is_shortened_to_what_the_record_says_and_no_further() -> None:
    promised = replace(ENTRY, counted_from=date(2026, 2, 1), keep_until=date(2027, 2, 1))
    shorter = shorten(Register((promised, OTHER)), "a" * 32).entries[0]
    assert (shorter.counted_from, shorter.keep_until) == (date(2025, 10, 16), date(2026, 10, 16))
    for register in (Register((shorter,)), Register((replace(promised, recorded_on=None),))):
        with pytest.raises(RefusedError, match="term_not_longer"):
            shorten(register, "a" * 32)
    with pytest.raises(NotFoundError, match="recording_named"):
        shorten(Register((promised,)), "e" * 32)
