from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import permutations
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pipeline.archive.person.recordings_register import Registered, merged, read_register, register_yaml
from pipeline.domain.errors import CorruptError
from pipeline.domain.recordings import (
    Destruction,
    Entry,
    Hold,
    Lifting,
    RecordingState,
    Register,
    Storing,
)
from pipeline.domain.records import Appeal, Recording, RecordingType
from pipeline.retention.plan import keep_until

AT = datetime(2025, 10, 20, 9, 30, tzinfo=UTC)
DAY = date(2025, 10, 16)
STORED = Storing("a" * 32, "b" * 64, 2432, "c" * 64, 2717, 61.5, AT)
ACT = Destruction(
    "2026-001/1", date(2026, 10, 17), "cases/x/act.pdf", "d" * 128, "2026-001", "Мақұлдаған: А\nБ"
)
NAMED = Registered("І-1", "О-1", Recording("a.mp4", RecordingType.VIDEO, DAY, "b" * 64), DAY)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


def written(register: Register) -> Any:
    return yaml.safe_load(register_yaml(register))


def first(*named: Registered, years: int = 1) -> Register:
    return merged(named, Register(), years, {}, AT.date())


OPEN: dict[str, Appeal | None] = {"І-1": Appeal(date(2025, 11, 3), None, court=False)}


def again(
    named: list[Registered], before: Register, years: int, appeals: dict[str, Appeal | None] | None = None
) -> Register:
    return merged(named, before, years, {"І-1": None} if appeals is None else appeals, date(2026, 12, 1))


def only(register: Register) -> Entry:
    (entry,) = register.entries
    return entry


def stored(register: Register, by: Storing = STORED) -> Register:
    return replace(register, entries=tuple(replace(e, stored=by) for e in register.entries))


# --- as it is written -----------------------------------------------------------------------------------


def test_an_entry_says_what_of_whom_and_until_when() -> None:
    content = written(first(NAMED))
    assert content["format"] == "jeke/recordings/3"
    assert content["holds"] == []
    assert content["recordings"] == [
        {
            "file": "a.mp4",
            "type": "video",
            "case": "І-1",
            "sitting": "О-1",
            "state": "күтілуде",
            "recorded_on": "2025-10-16",
            "sitting_held_on": "2025-10-16",
            "rule": "¶29, № 218, 26.03.2025: 1 жыл",
            "counted_from": "2025-10-16",
            "keep_until": "2026-10-16",
            "sha256": "b" * 64,
            "named": "иә",
            "appeal_open": "жоқ",
            "stored": None,
            "destroyed": None,
        }
    ]


@pytest.mark.parametrize(
    ("recorded_on", "years", "keep_until"),
    [
        (date(2023, 3, 1), 1, date(2024, 3, 1)),  # 366 days: a calendar year, not 365 days
        (date(2024, 2, 29), 1, date(2025, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
        (date(2025, 10, 16), 3, date(2028, 10, 16)),
        (None, 1, None),
    ],
)
def test_a_term_is_of_calendar_years(recorded_on: date | None, years: int, keep_until: date | None) -> None:
    named = Registered("І-1", "О-1", Recording("a.mp3", recorded_on=recorded_on))
    entry = only(first(named, years=years))
    assert (entry.keep_until, entry.years) == (keep_until, years)


def test_no_recordings_is_an_empty_list() -> None:
    assert written(Register()) == {"format": "jeke/recordings/3", "recordings": [], "holds": []}


def test_the_order_of_arrival_leaves_no_trace() -> None:
    named = [Registered(case, "О-1", Recording(f"{case}.mp4")) for case in "abc"]
    assert len({register_yaml(first(*order)) for order in permutations(named)}) == 1


@given(TEXT, TEXT, TEXT, st.none() | st.floats(0, 1e6).map(lambda s: round(s, 3)))
def test_whatever_is_written_reads_back(file: str, case: str, mandate: str, seconds: float | None) -> None:
    entry = Entry(
        case,
        "no",
        file,
        "audio",
        DAY,
        DAY,
        date(2026, 10, 16),
        DAY,
        1,
        "1e10",
        stored=replace(STORED, seconds=seconds),
        destroyed=ACT,
    )
    holds = (
        Hold(case, None, mandate, "on", AT),
        Hold(case, "a" * 32, mandate, "К.", AT, Lifting("null", "~", AT)),
    )
    register = Register((entry,), tuple(sorted(holds, key=lambda h: h.recording or "")))
    assert read_register(register_yaml(register)) == register


def test_a_register_of_the_first_version_is_read() -> None:
    old = (
        'format: "jeke/recordings/1"\nrecordings:\n  - file: "a.mp4"\n    type: "video"\n    case: "І-1"\n'
        '    sitting: "О-1"\n    recorded_on: "2025-10-16"\n    rule: "¶29: 3 жыл"\n    keep_until: "2028-10-16"\n'
        '    sha256: null\n    state: "күтілуде"\n'
    )
    (entry,) = read_register(old.encode()).entries
    assert (entry.years, entry.keep_until, entry.stored, entry.named) == (3, date(2028, 10, 16), None, True)


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"format: other", b"format: [", b"\xff", b'format: "jeke/recordings/2"']
)
def test_what_is_none_of_ours_is_said_so(data: bytes) -> None:
    with pytest.raises(CorruptError, match="filed_format"):
        read_register(data)


# --- as it is filed anew --------------------------------------------------------------------------------


def test_what_happened_stays_when_the_records_are_filed_anew() -> None:
    hold = Hold("І-1", None, "сот", "Қ.", AT)
    before = replace(stored(first(NAMED)), holds=(hold,))
    after = again([NAMED], before, 1)
    assert after == before
    assert after.state(only(after)) is RecordingState.HELD


def test_the_name_in_another_unicode_form_or_case_is_the_same_recording() -> None:
    named = replace(NAMED, recording=replace(NAMED.recording, file="Й.MP4"))
    before = stored(first(named))
    other = replace(NAMED, recording=replace(NAMED.recording, file="\u0418\u0306.mp4"))
    assert only(again([other], before, 1)).stored == STORED


def test_a_later_day_counts_anew_and_no_term_is_shortened() -> None:
    before = stored(first(NAMED, years=3))
    assert only(again([NAMED], before, 1)).keep_until == date(2028, 10, 16)
    assert only(again([NAMED], stored(first(NAMED)), 3)).keep_until == date(2028, 10, 16)
    later = replace(NAMED, recording=replace(NAMED.recording, recorded_on=date(2025, 10, 17)))
    assert only(again([later], before, 1)).keep_until == date(2028, 10, 16)
    assert only(again([later], stored(first(NAMED)), 1)).keep_until == date(2026, 10, 17)


def test_no_longer_named_it_stays_if_it_was_stored_or_destroyed_and_goes_if_it_never_came() -> None:
    assert again([], first(NAMED), 1).entries == ()
    unnamed = again([], stored(first(NAMED)), 1)
    assert unnamed.state(only(unnamed)) is RecordingState.UNNAMED
    assert only(again([NAMED], unnamed, 1)).named
    gone = replace(stored(first(NAMED)), entries=(replace(only(stored(first(NAMED))), destroyed=ACT),))
    assert only(again([], gone, 1)) == replace(only(gone), named=False)


def test_the_entry_of_a_destroyed_recording_stands_as_it_was() -> None:
    gone = Register((replace(only(stored(first(NAMED))), destroyed=ACT),))
    changed = replace(NAMED, recording=Recording("a.mp4", RecordingType.AUDIO, date(2030, 1, 1)))
    assert again([changed], gone, 3, OPEN).entries == gone.entries


def decided(
    day: date, *, filed_on: date = date(2025, 11, 3), court: bool = False
) -> dict[str, Appeal | None]:
    return {"І-1": Appeal(filed_on, None, court, day, "өзгеріссіз")}


def test_an_open_appeal_holds_until_a_record_says_how_it_was_decided() -> None:
    open_now = again([NAMED], stored(first(NAMED)), 1, OPEN)
    assert open_now.state(only(open_now)) is RecordingState.HELD
    assert again([NAMED], open_now, 1, OPEN) == open_now
    over = again([NAMED], open_now, 1, decided(date(2026, 11, 20)))
    assert over.state(only(over)) is RecordingState.STORED
    (hold,) = over.holds
    assert hold.lifted is not None
    assert read_register(register_yaml(over)) == over
    anew = again([NAMED], over, 1, OPEN)
    assert anew.state(only(anew)) is RecordingState.HELD, "the same appeal said to be open again"


@pytest.mark.parametrize(
    "said",
    [
        {"І-1": None},
        {"І-1": Appeal()},
        {},
        decided(date(2025, 11, 1)),
        decided(date(2026, 12, 2)),
        decided(date(2025, 10, 30), filed_on=date(2025, 10, 20)),
        decided(date(2026, 11, 20), filed_on=date(2025, 10, 20)),
        {"І-1": Appeal(None, None, court=False, decided_on=date(2026, 11, 20))},
    ],
    ids=["left out", "empty", "not filed", "before its filing", "to come", "older", "older, late", "undated"],
)
def test_no_record_but_the_appeals_own_end_lifts_its_ban(said: dict[str, Appeal | None]) -> None:
    open_now = again([NAMED], stored(first(NAMED)), 1, OPEN)
    after = again([NAMED], open_now, 1, said)
    assert after.state(only(after)) is RecordingState.HELD
    assert again([], open_now, 1, said).state(only(after)) is RecordingState.HELD


def test_a_court_stays_a_court() -> None:
    to_court = again([NAMED], stored(first(NAMED)), 1, {"І-1": Appeal(date(2025, 11, 3), None, court=True)})
    back = again([NAMED], to_court, 1, OPEN)
    assert back == to_court
    for register in (to_court, back):
        kept = again([NAMED], register, 1, decided(date(2026, 11, 20)))
        assert kept.state(only(kept)) is RecordingState.HELD
        over = again([NAMED], register, 1, decided(date(2026, 11, 20), court=True))
        assert over.state(only(over)) is RecordingState.STORED


@pytest.mark.parametrize("earlier", [1, 2])
def test_a_register_of_an_earlier_version_keeps_its_appeal_and_its_term(earlier: int) -> None:
    """Written by 0.2.0: the appeal stood in the entries alone, the term was that of the day said last."""
    old = (
        f'format: "jeke/recordings/{earlier}"\nrecordings:\n  - file: "a.mp4"\n    type: "video"\n    case: "І-1"\n'
        '    sitting: "О-1"\n    state: "сақтаулы"\n    recorded_on: "2025-10-16"\n    sitting_held_on: "2025-10-16"\n'
        '    rule: "¶29: 1 жыл"\n    keep_until: "2026-10-16"\n    sha256: null\n    named: "иә"\n    appeal_open: "иә"\n'
        '    stored:\n      id: "' + "a" * 32 + '"\n      sha256: "' + "b" * 64 + '"\n      size: "1"\n'
        '      sealed_sha256: "' + "c" * 64 + '"\n      sealed_size: "2"\n      seconds: null\n'
        f'      stored_at: "{AT.isoformat()}"\n    destroyed: null\nholds: []\n'
    )
    before = read_register(old.encode())
    assert before.state(only(before)) is RecordingState.HELD
    sooner = replace(NAMED, recording=replace(NAMED.recording, recorded_on=date(2022, 10, 16)))
    after = again([sooner], before, 1, {"І-1": None})
    assert after.state(only(after)) is RecordingState.HELD
    assert only(after).keep_until == date(2026, 10, 16)
    assert register_yaml(after).startswith(b"#")
    assert read_register(register_yaml(after)) == after
    over = again([sooner], after, 1, decided(date(2026, 11, 20)))
    assert over.appeal("І-1") is None


@pytest.mark.parametrize("is_stored", [True, False])
@pytest.mark.parametrize(
    "said",
    [
        (replace(NAMED, recording=replace(NAMED.recording, recorded_on=date(2022, 10, 16))),),
        (replace(NAMED, recording=replace(NAMED.recording, recorded_on=None)),),
        (replace(NAMED, held_on=date(2022, 10, 16)),),
        (
            replace(
                NAMED,
                recording=replace(NAMED.recording, type=RecordingType.AUDIO, recorded_on=date(2022, 1, 1)),
            ),
        ),
    ],
)
def test_no_record_moves_a_term_back(said: tuple[Registered, ...], is_stored: bool) -> None:  # noqa: FBT001
    before = stored(first(NAMED)) if is_stored else first(NAMED)
    for steps in ((said,), (said, said), ((), said) if is_stored else (said,)):
        register = before
        for step in steps:
            register = again(list(step), register, 1)
        assert only(register).keep_until == date(2026, 10, 16)
        assert only(register).counted_from == DAY
    assert keep_until(only(again(list(said), before, 1)), 3)[0] in (None, date(2028, 10, 16))


@pytest.mark.parametrize(
    ("days", "taken"),
    [((DAY, date(2025, 10, 18)), date(2025, 10, 18)), ((DAY, None), None), ((None, None), None)],
)
def test_a_file_named_twice_is_one_recording_counted_from_the_later_day(
    days: tuple[date | None, ...], taken: date | None
) -> None:
    named = [Registered("І-1", "О-1", Recording("a.mp4", recorded_on=day)) for day in days]
    for order in permutations(named):
        assert only(first(*order)).recorded_on == taken


def test_recordings_without_a_file_name_are_not_one() -> None:
    named = [Registered("І-1", "О-1", Recording(recorded_on=DAY)), Registered("І-1", "О-1", Recording())]
    assert len(first(*named).entries) == 2


@pytest.mark.parametrize(
    ("recorded_on", "state"),
    [
        (DAY, RecordingState.STORED),
        (None, RecordingState.UNDATED),
        (date(2025, 10, 15), RecordingState.DOUBTFUL),
    ],
)
def test_the_state_says_whether_the_day_can_be_counted_from(
    recorded_on: date | None, state: RecordingState
) -> None:
    named = replace(NAMED, recording=replace(NAMED.recording, recorded_on=recorded_on))
    register = stored(first(named))
    assert register.state(only(register)) is state
