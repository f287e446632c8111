from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from pipeline.domain.recordings import Entry, Hold, Lifting, Register, Storing, appeal_open, fold_file
from pipeline.domain.records import Appeal, Case, Employee

AT = datetime(2026, 10, 17, 9, tzinfo=UTC)
ENTRY = Entry("І-1", "О-1", "a.mp4", stored=Storing("a" * 32, "b" * 64, 1, "c" * 64, 2, None, AT))
HOLD = Hold("І-1", None, "сот", "Қ.", AT)
CASE = Case("І-1", "Н-1", Employee("850314390019", "Әбілқасов"))


@pytest.mark.parametrize(
    ("hold", "bars"),
    [
        (HOLD, True),
        (replace(HOLD, recording="a" * 32), True),
        (replace(HOLD, recording="d" * 32), False),
        (replace(HOLD, case="І-2"), False),
        (replace(HOLD, lifted=Lifting("", "Қ.", AT)), False),
    ],
)
def test_a_hold_bars_what_it_is_about_until_it_is_lifted(hold: Hold, *, bars: bool) -> None:
    assert hold.bars(ENTRY) is bars


def test_a_hold_on_one_recording_does_not_bar_one_that_never_came() -> None:
    assert not replace(HOLD, recording="a" * 32).bars(replace(ENTRY, stored=None))
    assert HOLD.bars(replace(ENTRY, stored=None))


@pytest.mark.parametrize(
    ("appeal", "is_open"),
    [
        (None, False),
        (Appeal(), False),
        (Appeal(filed_on=date(2025, 11, 3)), True),
        (Appeal(to="сот"), True),
        (Appeal(filed_on=date(2025, 11, 3), decided_on=date(2026, 1, 9)), False),
    ],
)
def test_an_appeal_is_open_until_it_is_decided(appeal: Appeal | None, *, is_open: bool) -> None:
    assert appeal_open(replace(CASE, appeal=appeal)) is is_open


@pytest.mark.parametrize(
    ("recorded_on", "doubtful"),
    [(None, False), (date(2025, 10, 15), True), (date(2025, 10, 16), False), (date(2025, 10, 17), False)],
)
def test_nobody_is_recorded_before_the_sitting(recorded_on: date | None, *, doubtful: bool) -> None:
    entry = replace(ENTRY, recorded_on=recorded_on, held_on=date(2025, 10, 16))
    assert entry.doubtful is doubtful
    assert replace(entry, held_on=None).doubtful is (recorded_on is not None)


def test_registers_joined_hold_everything_once() -> None:
    one, other = Register((ENTRY,), (HOLD,)), Register((replace(ENTRY, case="І-2"),))
    assert (one + other + one).entries == (ENTRY, replace(ENTRY, case="І-2"))
    assert (one + one).holds == (HOLD,)
    assert (one + other).of_cases(["І-2"]) == other


def test_file_names_are_one_in_every_unicode_form_and_case() -> None:
    assert fold_file("\u0418\u0306.MP4") == fold_file("й.mp4")
    assert fold_file(None) == ""
    assert fold_file("a.mp4") != fold_file("b.mp4")
