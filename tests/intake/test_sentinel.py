import pytest

from pipeline.intake.sentinel import KNOWN, SENTINEL, InboxGoneError, mark, require_marked, was_marked


@pytest.fixture
def place(tmp_path):
    for name in ("inbox", "state"):
        (tmp_path / name).mkdir()
    return tmp_path


def test_a_marked_folder_is_the_inbox(place):
    assert not was_marked(place / "state")
    with pytest.raises(InboxGoneError, match="inbox_unmarked"):
        require_marked(place / "inbox")
    assert mark(place / "inbox", place / "state")
    require_marked(place / "inbox")
    assert was_marked(place / "state")


def test_marking_again_changes_nothing(place):
    mark(place / "inbox", place / "state")
    before = (place / "inbox" / SENTINEL).stat()
    assert not mark(place / "inbox", place / "state")
    assert (place / "inbox" / SENTINEL).stat() == before


def test_the_mark_of_a_folder_put_in_its_place_is_missing(place):
    mark(place / "inbox", place / "state")
    (place / "inbox").rename(place / "away")
    with pytest.raises(InboxGoneError, match="inbox_unmarked"):
        require_marked(place / "inbox")
    (place / "inbox").mkdir()
    with pytest.raises(InboxGoneError, match="inbox_unmarked"):
        require_marked(place / "inbox")
    (place / "inbox").rmdir()
    (place / "away").rename(place / "inbox")
    require_marked(place / "inbox")


def test_a_lost_state_does_not_lose_the_mark(place):
    """Killed between the two, or with state/ made anew, the mark is found and remembered again."""
    mark(place / "inbox", place / "state")
    (place / "state" / KNOWN).unlink()
    assert not mark(place / "inbox", place / "state")
    assert was_marked(place / "state")


def test_the_mark_says_what_it_is(place):
    mark(place / "inbox", place / "state")
    assert "өшірмеңіз" in (place / "inbox" / SENTINEL).read_text(encoding="utf-8")
    assert (place / "inbox" / SENTINEL).stat().st_mode & 0o007 == 0
