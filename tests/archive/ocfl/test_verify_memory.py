from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.archive.ocfl.verify_memory import Memory, Sound

NOW = datetime(2026, 2, 1, 3, tzinfo=UTC)
LATER = NOW + timedelta(days=9)
SOUND = Sound("urn:uuid:1", "a" * 128, NOW, "program", "rows")


def test_a_finished_run_leaves_what_it_read_and_no_run(tmp_path: Path) -> None:
    with Memory.open(tmp_path / "m", now=NOW, fresh=False) as memory:
        memory.remember(SOUND)
        memory.finish()
    with Memory.open(tmp_path / "m", now=LATER, fresh=False) as memory:
        assert (memory.resumed, memory.begun) == (False, LATER)
        assert memory.of(SOUND.object_id) == SOUND
        assert not memory.in_this_run(SOUND.object_id)


def test_an_unfinished_run_goes_on_with_the_day_it_began(tmp_path: Path) -> None:
    with Memory.open(tmp_path / "m", now=NOW, fresh=False) as memory:
        memory.remember(SOUND)
    with Memory.open(tmp_path / "m", now=LATER, fresh=False) as memory:
        assert (memory.resumed, memory.begun) == (True, NOW)
        assert memory.in_this_run(SOUND.object_id)
        assert not memory.in_this_run("urn:uuid:2")


def test_what_an_earlier_run_found_is_not_of_an_interrupted_one(tmp_path: Path) -> None:
    with Memory.open(tmp_path / "m", now=NOW, fresh=False) as memory:
        memory.remember(SOUND)
        memory.finish()
    with Memory.open(tmp_path / "m", now=LATER, fresh=False):
        pass
    with Memory.open(tmp_path / "m", now=LATER, fresh=False) as memory:
        assert memory.resumed
        assert not memory.in_this_run(SOUND.object_id)


def test_fresh_forgets_everything(tmp_path: Path) -> None:
    with Memory.open(tmp_path / "m", now=NOW, fresh=False) as memory:
        memory.remember(SOUND)
    with Memory.open(tmp_path / "m", now=LATER, fresh=True) as memory:
        assert (memory.resumed, memory.of(SOUND.object_id)) == (False, None)


@pytest.mark.parametrize("content", [b"no database at all, but long enough to be taken for one" * 9, b""])
def test_a_file_that_is_none_of_ours_is_made_anew(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "m").write_bytes(content)
    with Memory.open(tmp_path / "m", now=NOW, fresh=False) as memory:
        memory.remember(SOUND)
    with Memory.open(tmp_path / "m", now=NOW, fresh=False) as memory:
        assert memory.of(SOUND.object_id) == SOUND


def test_without_a_file_it_remembers_for_the_one_run(tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    for path in (None, tmp_path / "m"):
        with Memory.open(path, now=NOW, fresh=False) as memory:
            memory.remember(SOUND)
            assert memory.of(SOUND.object_id) == SOUND
