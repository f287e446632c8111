"""Papers at the gate, through the real command."""

from pathlib import Path

import pytest

from tests.e2e.place import Place
from tests.intake.gate.papers import HOSTILE, pdf, put, unpacking_into


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place.make(tmp_path / "place")


def test_a_hostile_paper_lies_whole_in_quarantine_with_the_reason(place):
    content = pdf(HOSTILE["gate_launch"])
    put(place.folder / "inbox", "Хаттама.pdf", content)
    ran = place.run_once()
    assert (ran.status, place.objects()) == (2, [])
    (apart,) = (place.folder / "inbox" / "quarantine").iterdir()
    assert apart.name.endswith("-Хаттама.pdf")
    assert (apart / "Хаттама.pdf").read_bytes() == content
    words = (apart / "жауап.txt").read_text(encoding="utf-8")
    assert "Файлды ашпаңыз" in words
    assert "gate_launch" in words
    assert "1-жол" not in words
    assert list((place.folder / "inbox" / "refused").iterdir()) == []
    assert "inbox/quarantine" in ran.err
    history = place.jeke("history", "Хаттама.pdf")
    assert history.status == 0, history.err


def test_a_bomb_ends_at_the_limit(place):
    put(place.folder / "inbox", "a.pdf", unpacking_into(80 * 2**20))
    assert place.run_once().status == 2
    (apart,) = (place.folder / "inbox" / "quarantine").iterdir()
    assert "gate_bomb" in (apart / "жауап.txt").read_text(encoding="utf-8")


def test_what_is_cut_short_is_waited_for_then_goes_back_to_hr(place):
    put(place.folder / "inbox", "a.pdf", pdf()[:-40])
    ran = place.run_once()
    assert (ran.status, ran.err) == (0, "a.pdf: әлі толық емес, кейінірек қайта қаралады\n")
    config = place.folder / "config.yaml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("unfinished_minutes: 10", "unfinished_minutes: 0"), encoding="utf-8")
    assert place.run_once().status == 2
    (back,) = (place.folder / "inbox" / "refused").iterdir()
    assert "gate_cut_short" in (back / "жауап.txt").read_text(encoding="utf-8")


def test_an_empty_paper_gets_its_answer_at_once(place):
    put(place.folder / "inbox", "a.pdf", b"")
    assert place.run_once().status == 2
    (back,) = (place.folder / "inbox" / "refused").iterdir()
    assert "Файл бос" in (back / "жауап.txt").read_text(encoding="utf-8")
