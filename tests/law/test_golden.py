"""Every value of every finding, deadline, decision and verdict of the examples, as it was last read by a person."""

from .golden import FILE, golden


def test_all_is_said_as_it_was():
    assert golden().splitlines() == FILE.read_text("utf-8").splitlines()
