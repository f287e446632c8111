"""Decisions on scans: kept whole, found by the scan's bytes, applied to nothing else."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.errors import MachineError
from pipeline.flow.scans.drop import page_list
from pipeline.flow.scans.state import Assigned, Question, ScanState, all_open, change, load, save

SHA = "ab" * 32
AT = datetime(2026, 1, 12, 10, tzinfo=UTC)
QUESTION = Question(
    7, "urn:uuid:1", "A-1/annex-4", "Аттестаттау парағы", ("ink:1:0:seal",), (("scan_look", {"page": "1"}),)
)
STATE = ScanState(SHA, "d" * 32, "скан.pdf", (3, 5), (QUESTION,))


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    state = STATE.with_page(3, Assigned(7, 2, 3, "root", AT.isoformat())).decided(
        QUESTION, accepted=True, by="Ә. Б.", login="a", at=AT
    )
    save(tmp_path / "scans", state)
    assert load(tmp_path / "scans", SHA) == state
    assert state.unmarked == (5,)
    assert state.questions == ()
    (path,) = (tmp_path / "scans").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o750


def test_a_decision_covers_what_was_seen_and_no_more() -> None:
    state = STATE.decided(QUESTION, accepted=True, by="Ә.", login="a", at=AT)
    assert state.decision(7, ("ink:1:0:seal",)) is not None
    assert state.decision(7, ("ink:1:0:seal", "other:1:20:30")) is None
    assert state.decision(8, ("ink:1:0:seal",)) is None


def test_the_latest_decision_holds() -> None:
    state = STATE.decided(QUESTION, accepted=False, by="Ә.", login="a", at=AT).decided(
        QUESTION, accepted=True, by="Б.", login="b", at=AT
    )
    found = state.decision(7, QUESTION.doubts)
    assert found is not None
    assert (found.accepted, found.by, found.login) == (True, "Б.", "b")


def test_a_decision_kept_by_an_earlier_version_is_read(tmp_path: Path) -> None:
    save(tmp_path, STATE.decided(QUESTION, accepted=True, by="Ә.", login="a", at=AT))
    (path,) = tmp_path.iterdir()
    entry = json.loads(path.read_bytes())
    del entry["decisions"][0]["login"]
    path.write_text(json.dumps(entry), encoding="utf-8")
    (decision,) = load(tmp_path, SHA).decisions
    assert (decision.by, decision.login) == ("Ә.", "")


def test_only_what_is_asked_is_listed(tmp_path: Path) -> None:
    save(tmp_path, STATE)
    save(tmp_path, ScanState("cd" * 32, "e" * 32, "б.pdf"))
    (tmp_path / f"{'ef' * 32}.json.part").write_bytes(b"{")
    assert all_open(tmp_path) == (STATE,)
    change(tmp_path, SHA, lambda s: ScanState(s.sha256, s.drop, s.name))
    assert all_open(tmp_path) == ()
    assert all_open(tmp_path / "none") == ()


@pytest.mark.parametrize("data", [b"", b"[]", b'{"format": "jeke/scan/9"}', b"\xff"])
def test_a_damaged_file_is_said_to_be_that(data: bytes, tmp_path: Path) -> None:
    (tmp_path / f"{SHA}.json").write_bytes(data)
    with pytest.raises(MachineError) as raised:
        load(tmp_path, SHA)
    assert raised.value.code == "scan_state"


@given(st.lists(st.integers(1, 40), max_size=20))
def test_pages_as_people_write_them(pages: list[int]) -> None:
    told = page_list(pages)
    back: set[int] = set()
    for part in filter(None, told.split(", ")):
        first, _, last = part.partition("–")
        back |= set(range(int(first), int(last or first) + 1))
    assert back == set(pages)
