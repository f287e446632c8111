from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.domain.errors import RefusedError
from pipeline.retention.clock import BACKWARDS, LONGEST_PAUSE, Believed, check

NOW = datetime(2026, 10, 17, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def test_a_clock_that_goes_on_is_believed() -> None:
    check(NOW, [], None, confirmed=False)
    check(NOW, [NOW - DAY, None], NOW - DAY, confirmed=False)
    check(NOW, [NOW], NOW - LONGEST_PAUSE, confirmed=False)
    check(NOW, [NOW + BACKWARDS], None, confirmed=False)


@pytest.mark.parametrize("confirmed", [True, False])
@pytest.mark.parametrize("which", ["seen", "last"])
def test_a_clock_behind_what_is_written_down_is_never_believed(which: str, confirmed: bool) -> None:  # noqa: FBT001
    ahead = NOW + BACKWARDS + timedelta(seconds=1)
    seen, last = ([ahead], None) if which == "seen" else ([], ahead)
    with pytest.raises(RefusedError, match="clock_back"):
        check(NOW, seen, last, confirmed=confirmed)


def test_after_a_long_pause_a_person_has_to_look() -> None:
    long_ago = NOW - LONGEST_PAUSE - timedelta(seconds=1)
    with pytest.raises(RefusedError, match="clock_leap"):
        check(NOW, [], long_ago, confirmed=False)
    check(NOW, [], long_ago, confirmed=True)


def test_what_was_written_down_after_the_leap_does_not_hide_it() -> None:
    """A file dropped under a wrong clock is in the journal with that clock's time."""
    with pytest.raises(RefusedError, match="clock_leap"):
        check(NOW, [NOW - timedelta(hours=1)], NOW - 400 * DAY, confirmed=False)


def test_the_moment_believed_in_only_grows(tmp_path: Path) -> None:
    believed = Believed(tmp_path / "retention" / "clock.json")
    assert believed.last() is None
    believed.believe(NOW)
    believed.believe(NOW - DAY)
    assert Believed(tmp_path / "retention" / "clock.json").last() == NOW
    (tmp_path / "retention" / "clock.json").write_text("{")
    assert believed.last() is None
