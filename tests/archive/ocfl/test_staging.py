"""Power cuts and kills: after `recover`, the old version or the new, never anything between."""

import itertools
import json
import os
import random
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from pipeline.archive.ocfl import lock
from pipeline.archive.ocfl.layout import EXTENSIONS, STAGING, object_path
from pipeline.archive.ocfl.staging import StagingOutcome
from pipeline.archive.ocfl.storage_root import StorageRoot
from pipeline.archive.ocfl.verify import Problem, verify_object, verify_root
from pipeline.domain.errors import CorruptError, MachineError
from tests.archive.ocfl_support import (
    ID,
    OTHER_ID,
    SCRATCH,
    STEPS,
    Changes,
    at_step,
    calls_of,
    die,
    faults_by_ocfl_py,
    history,
    in_a_process,
    opened,
    put,
    started,
    steps_of,
    was_killed,
)

SOAK = int(os.environ.get("JEKE_SOAK", "0"))
NEW: Changes = {"a": b"new" * 50, "b": None, "қалта/в": b"x", "empty": b""}

BEFORE: dict[str, list[Changes]] = {
    "first object": [],
    "second version": [{"a": b"1", "b": b"2"}],
    "fourth version": [{"a": b"1", "b": b"2"}, {"a": b"2"}, {"c": b"2"}],
}


@pytest.fixture
def scratch() -> Iterator[Path]:
    with TemporaryDirectory(dir=SCRATCH) as folder:
        yield Path(folder)


@pytest.fixture(params=BEFORE)
def base(request: pytest.FixtureRequest, scratch: Path) -> Path:
    """A storage root with a neighbour, and the object as it was before the new version."""
    root = StorageRoot.create(scratch / "base")
    put(root, {"neighbour": b"1"}, OTHER_ID)
    for changes in BEFORE[request.param]:
        put(root, changes)
    return root.path


def copy(base: Path, name: str) -> StorageRoot:
    return StorageRoot.open(shutil.copytree(base, base.with_name(name)))


def kill_while(work: Callable[[], object], number: int) -> None:
    def dying() -> None:
        with at_step(number, die):
            work()

    assert was_killed(in_a_process(dying))


def staging(root: StorageRoot) -> Path:
    return root.path / EXTENSIONS / STAGING


def is_sound(root: StorageRoot) -> bool:
    return (
        faults_by_ocfl_py(root.path) == []
        and list(verify_root(root.path, quick=False)) == []
        and not staging(root).exists()
    )


def test_killed_at_any_step(base: Path) -> None:
    whole = copy(base, "whole")
    old = history(whole)
    steps = steps_of(lambda: put(whole, NEW))
    new = history(whole)
    seen = set()
    for number in range(1, steps + 1):
        root = copy(base, f"killed-{number}")
        kill_while(partial(put, root, NEW), number)

        recovered = root.recover()

        assert history(root) in (old, new), number
        assert is_sound(root), number
        for recovery in recovered:
            assert recovery.object_id == ID
            assert recovery.version == f"v{len(new)}"
            assert (recovery.outcome is StagingOutcome.FORWARD) == (history(root) == new)
            seen.add(recovery.outcome)
        assert root.recover() == ()
        assert put(root, {"z": b"next"}) == f"v{len(history(root))}"
        assert is_sound(root), number
    assert seen == set(StagingOutcome)


def test_killed_at_any_step_the_next_write_needs_no_recover(base: Path) -> None:
    whole = copy(base, "whole")
    for number in range(1, steps_of(lambda: put(whole, NEW)) + 1, 3):
        root = copy(base, f"killed-{number}")
        kill_while(partial(put, root, NEW), number)
        put(root, NEW)
        assert history(root) == history(whole)
        assert is_sound(root), number


def test_recovery_killed_at_any_step(base: Path) -> None:
    """Cut short just when everything was staged, then cut short again while recovering, and again."""
    whole = copy(base, "whole")
    prepared = copy(base, "prepared")
    kill_while(lambda: put(prepared, NEW), _first_step_with_intent(base, steps_of(lambda: put(whole, NEW))))
    counted = copy(prepared.path, "counted")
    for number in range(1, steps_of(counted.recover) + 1):
        root = copy(prepared.path, f"again-{number}")
        kill_while(root.recover, number)
        if staging(root).exists():
            kill_while(root.recover, 1)
        root.recover()
        assert history(root) == history(whole), number
        assert is_sound(root), number


_FIRST_STEP_WITH_INTENT: dict[int, int] = {}
"""By the number of versions before; it takes a process a step to find."""


def _first_step_with_intent(base: Path, steps: int) -> int:
    versions = len(history(StorageRoot.open(base)))
    if versions not in _FIRST_STEP_WITH_INTENT:
        _FIRST_STEP_WITH_INTENT[versions] = _found_first_step(base, steps)
    return _FIRST_STEP_WITH_INTENT[versions]


def _found_first_step(base: Path, steps: int) -> int:
    for number in range(1, steps):
        root = copy(base, f"search-{number}")
        kill_while(partial(put, root, NEW), number)
        if (staging(root) / "intent.json").exists():
            return number
    raise AssertionError


def test_a_power_cut_may_keep_any_of_the_renames(base: Path) -> None:
    """A file system may write renames that were not synced in any order."""
    whole = copy(base, "whole")
    steps = steps_of(lambda: put(whole, NEW))
    prepared = copy(base, "prepared")
    kill_while(lambda: put(prepared, NEW), _first_step_with_intent(base, steps))
    moves = json.loads((staging(prepared) / "intent.json").read_bytes())["moves"]
    for kept in itertools.chain.from_iterable(
        itertools.combinations(moves, n) for n in range(len(moves) + 1)
    ):
        root = copy(prepared.path, f"cut-{len(list(base.parent.iterdir()))}")
        for source, target in kept:
            (staging(root) / "tree" / source).rename(root.path / target)
        (recovery,) = root.recover()
        assert recovery.outcome is StagingOutcome.FORWARD
        assert history(root) == history(whole)
        assert is_sound(root)


def test_all_is_synced_before_it_counts(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is renamed into the hierarchy before it, and the intent, are synced; nor the intent removed before
    the renames are; nor anything staged again before that removal is.
    """
    root = copy(base, "traced")
    events: list[tuple[str, str]] = []

    def traced(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def step(first: Any, *rest: Any, **kwargs: Any) -> Any:
            descriptor = first if isinstance(first, int) else kwargs.get("dir_fd")
            place = Path(f"/proc/self/fd/{descriptor}").readlink() if descriptor is not None else Path(first)
            path = place if isinstance(first, int) else place / first
            events.append((name, str(path)))
            if name == "rename":
                events.append(("to", str(rest[0])))
            return call(first, *rest, **kwargs)

        return step

    for name in {*STEPS} - {"open"}:
        monkeypatch.setattr(os, name, traced(name, getattr(os, name)))
    put(root, NEW)
    monkeypatch.undo()

    folder = str(staging(root))
    renamed = [index for index, (name, _) in enumerate(events) if name == "rename"]
    into_intent, published = renamed[0], renamed[1:]
    assert events[into_intent + 1] == ("to", f"{folder}/intent.json")
    synced = {path for name, path in events[:into_intent] if name == "fsync"}
    assert {path for name, path in events[:into_intent] if name in {"write", "mkdir"}} <= synced
    assert str(staging(root).parent) in synced
    assert ("fsync", folder) in events[into_intent : published[0]]

    gone = events.index(("unlink", f"{folder}/intent.json"))
    assert max(published) < gone
    parents = {str(Path(events[index + 1][1]).parent) for index in published}
    assert parents <= {path for name, path in events[max(published) : gone] if name == "fsync"}
    assert events[gone + 1] == ("fsync", folder)


def test_a_prepared_version_with_a_part_gone_stops_all_writing(base: Path) -> None:
    whole = copy(base, "whole")
    root = copy(base, "prepared")
    kill_while(lambda: put(root, NEW), _first_step_with_intent(base, steps_of(lambda: put(whole, NEW))))
    shutil.rmtree(staging(root) / "tree")
    for attempt in (root.recover, lambda: put(root, {"x": b"1"}, OTHER_ID)):
        with pytest.raises(CorruptError, match="archive-interrupted"):
            attempt()
    assert opened(root, OTHER_ID).head == "v1"
    assert [problem.code for problem in verify_root(root.path, quick=True)] == ["interrupted"]


def test_while_a_version_is_moved_in(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The writer stands still before each of its renames: others see the old version, the new one, or wait."""
    whole = copy(base, "whole")
    old = history(whole)
    calls = calls_of(lambda: put(whole, NEW))
    renames = [number for number, name in enumerate(calls, 1) if name == "rename"]
    monkeypatch.setattr(lock, "PATIENCE", 0.0)
    waits = []
    for number in renames:
        root = copy(base, f"moving-{number}")
        process = started(partial(_stopping, root, number))
        assert os.WIFSTOPPED(os.waitpid(process, os.WUNTRACED)[1])
        try:
            seen = _unless_busy(partial(history, root))
            troubles = _unless_busy(partial(_troubles, root)) if old else []
        finally:
            os.kill(process, signal.SIGCONT)
            status = os.waitpid(process, 0)[1]
        assert seen in (old, None), number
        assert troubles in ([], None), number
        waits.append((seen is None, troubles is None))
        assert not was_killed(status)
        assert history(root) == history(whole)
    # Before the intent, the directory, the inventory, the sidecar: only a missing sidecar keeps a reader waiting.
    expected = [(False, False), (False, False), (False, True), (True, True)]
    assert waits == (expected if old else expected[:2])


def _troubles(root: StorageRoot) -> list[Problem]:
    return list(verify_object(root.path, ID, quick=False))


def _unless_busy(look: Callable[[], Any]) -> Any:
    try:
        return look()
    except MachineError as error:
        if error.code != "archive-busy":
            raise
        return None


def _stopping(root: StorageRoot, number: int) -> None:
    with at_step(number, lambda: os.kill(os.getpid(), signal.SIGSTOP)):
        put(root, NEW)


def test_nothing_to_recover(tmp_path: Path) -> None:
    assert StorageRoot.create(tmp_path / "archive").recover() == ()


def test_staging_is_on_the_object_s_file_system_and_goes_away(base: Path) -> None:
    root = copy(base, "copy")
    put(root, NEW)
    assert not staging(root).exists()
    assert (root.path / f"{STAGING}.md").read_text().startswith(f"# {EXTENSIONS}/{STAGING}")
    assert (root.path / object_path(ID)).is_dir()


def write_on(root: StorageRoot) -> None:
    """One version after another, each with its number in it."""
    for number in range(len(history(root)), 10_000):
        put(root, {"n": str(number).encode(), f"f{number % 7}": os.urandom(3000)})


def assert_nothing_lost_nothing_twice(root: StorageRoot) -> None:
    versions = history(root)
    assert [files["n"] for files in versions] == [str(number).encode() for number in range(len(versions))]
    assert list(verify_root(root.path, quick=False)) == []


def test_killed_again_and_again(scratch: Path) -> None:
    """One archive, a writer that files version after version, dies at any step, is started again."""
    root = StorageRoot.create(scratch / "archive")
    chance = random.Random(218)
    for _ in range(40 + SOAK):
        kill_while(partial(write_on, root), chance.randint(1, 160))
        root.recover()
        assert_nothing_lost_nothing_twice(root)
    assert len(history(root)) > 20
    assert is_sound(root)


@pytest.mark.skipif(not SOAK, reason="takes as long as JEKE_SOAK says")
def test_killed_from_outside_at_any_moment(tmp_path: Path) -> None:
    """The same on the disk itself, and with the signal coming in the middle of a system call too."""
    root = StorageRoot.create(tmp_path / "archive")
    chance = random.Random(218)
    for _ in range(SOAK):
        process = started(partial(write_on, root))
        time.sleep(chance.random() * 0.2)
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        root.recover()
        assert_nothing_lost_nothing_twice(root)
    assert is_sound(root)
