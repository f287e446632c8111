from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.domain.errors import RefusedError
from pipeline.retention.clock import BACKWARDS, LONGEST_PAUSE, Belief, Believed, Running, check, running

NOW = datetime(2026, 10, 17, 9, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def up(time: timedelta, boot: str = "a", kernel: datetime | None = None) -> Running:
    return Running(boot, time, kernel)


def believed(at: datetime, time: timedelta = DAY, boot: str = "a") -> Belief:
    return Belief(at, up(time, boot))


def test_a_clock_that_goes_on_is_believed() -> None:
    assert check(NOW, up(HOUR), [], None, confirmed=False) == Belief(NOW, up(HOUR))
    check(NOW, up(2 * DAY), [NOW - DAY], believed(NOW - DAY), confirmed=False)
    check(NOW, up(HOUR, "b"), [NOW], believed(NOW - LONGEST_PAUSE), confirmed=False)
    check(NOW, up(HOUR), [NOW + BACKWARDS], None, confirmed=False)
    check(NOW, up(400 * DAY), [], believed(NOW - 399 * DAY), confirmed=False)


@pytest.mark.parametrize("confirmed", [True, False])
@pytest.mark.parametrize("which", ["seen", "last"])
def test_a_clock_behind_what_is_written_down_is_never_believed(which: str, confirmed: bool) -> None:  # noqa: FBT001
    ahead = NOW + BACKWARDS + timedelta(seconds=1)
    seen, last = ([ahead], None) if which == "seen" else ([], believed(ahead))
    with pytest.raises(RefusedError, match="clock_back"):
        check(NOW, up(2 * DAY), seen, last, confirmed=confirmed)


@pytest.mark.parametrize("confirmed", [True, False])
def test_a_clock_set_forward_while_the_machine_runs_is_never_believed(confirmed: bool) -> None:  # noqa: FBT001
    with pytest.raises(RefusedError, match="clock_jump"):
        check(NOW, up(DAY + HOUR), [], believed(NOW - 61 * DAY), confirmed=confirmed)


@pytest.mark.parametrize("confirmed", [True, False])
def test_a_process_that_is_shown_another_time_than_the_kernels(confirmed: bool) -> None:  # noqa: FBT001
    for kernel in (NOW - 61 * DAY, NOW + HOUR):
        with pytest.raises(RefusedError, match="clock_false"):
            check(NOW, up(DAY, kernel=kernel), [], None, confirmed=confirmed)
    check(NOW, up(DAY, kernel=NOW - timedelta(seconds=2)), [], None, confirmed=confirmed)


def test_after_a_long_pause_a_person_has_to_look() -> None:
    long_ago = NOW - LONGEST_PAUSE - 2 * HOUR
    for seen, last in (([long_ago], None), ([], believed(long_ago))):
        with pytest.raises(RefusedError, match="clock_leap"):
            check(NOW, up(HOUR, "b"), seen, last, confirmed=False)
        assert check(NOW, up(HOUR, "b"), seen, last, confirmed=True).unvouched == timedelta()


def test_leaps_between_restarts_add_up() -> None:
    """61 days ahead, started anew, again: twice is more than a machine may be off for."""
    last, boots = believed(NOW), 0
    for boots in range(1, 13):
        ahead = last.at + 61 * DAY
        try:
            last = check(ahead, up(HOUR, f"boot {boots}"), [last.at], last, confirmed=False)
        except RefusedError as error:
            assert error.code == "clock_leap"  # noqa: PT017
            break
    assert boots == 2


@pytest.mark.parametrize("off_hours", [8, 12, 16])
def test_a_machine_that_is_switched_off_every_night_works(off_hours: int) -> None:
    last = believed(NOW)
    asked = 0
    for day in range(1, 366):
        on = timedelta(hours=24 - off_hours)
        now = NOW + day * DAY
        try:
            last = check(now, up(on, f"boot {day}"), [last.at], last, confirmed=False)
        except RefusedError:
            asked += 1
            last = check(now, up(on, f"boot {day}"), [last.at], last, confirmed=True)
    assert asked <= (2 if off_hours > 12 else 0)


def test_what_was_written_down_after_the_leap_does_not_hide_it() -> None:
    """A file dropped under a wrong clock is in the journal with that clock's time."""
    with pytest.raises(RefusedError, match="clock_leap"):
        check(NOW, up(HOUR, "b"), [NOW - HOUR], believed(NOW - 400 * DAY), confirmed=False)


def test_moments_that_two_people_declared_void_do_not_count_and_no_others() -> None:
    wrong = NOW.replace(year=2099)
    last = replace(believed(NOW - DAY), void=frozenset({wrong}))
    after = check(NOW, up(2 * DAY), [wrong], last, confirmed=False)
    assert after.void == {wrong}
    with pytest.raises(RefusedError, match="clock_back"):
        check(NOW, up(2 * DAY), [wrong, NOW + HOUR], last, confirmed=False)


def test_what_is_believed_is_written_down_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "retention" / "clock.json"
    kept = Believed(path)
    assert kept.last() is None
    belief = Belief(NOW, up(DAY), 3 * HOUR, frozenset({NOW.replace(year=2099)}), 17)
    kept.believe(belief)
    assert Believed(path).last() == belief
    path.write_text("{")
    assert kept.last() is None
    path.write_text(json.dumps({"believed": NOW.isoformat()}))
    assert kept.last() == Belief(NOW), "as version 0.2.0 wrote it"


def test_this_machine_tells_its_time() -> None:
    first, second = running(), running()
    assert first.boot == second.boot
    assert first.time <= second.time
    assert first.kernel is not None
    assert abs(datetime.now(UTC) - first.kernel) < timedelta(minutes=2)
