import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from pipeline.archive.ocfl.snapshot import Snapshot
from pipeline.archive.ocfl.storage_root import StorageRoot
from pipeline.archive.ocfl.verify import verify_root
from pipeline.domain.errors import CorruptError, RefusedError
from tests.archive.ocfl_support import (
    ID,
    SCRATCH,
    at_step,
    die,
    faults_by_ocfl_py,
    full_disk,
    history,
    in_a_process,
    opened,
    put,
    steps_of,
    was_killed,
    while_working,
)


@pytest.fixture
def folder() -> Iterator[Path]:
    with TemporaryDirectory(dir=SCRATCH) as name:
        yield Path(name)


@pytest.fixture
def source(folder: Path) -> StorageRoot:
    root = StorageRoot.create(folder / "source")
    put(root, {"a": b"1", "d/б": b"2"})
    put(root, {"a": b"3"})
    put(root, {"d/б": None, "c": b""})
    return root


def snapshot(root: StorageRoot) -> Snapshot:
    return Snapshot(opened(root).root, opened(root).inventory)


def test_it_is_the_object_file_for_file(source):
    folder = opened(source).root
    on_disk = {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    assert dict(snapshot(source)) == on_disk


def test_an_object_comes_over_with_its_whole_history(source, folder):
    target = StorageRoot.create(folder / "target")
    assert target.adopt(snapshot(source)) == ("v1", "v2", "v3")
    assert history(target) == history(source)
    assert dict(snapshot(target)) == dict(snapshot(source))
    assert faults_by_ocfl_py(target.path) == []
    assert target.adopt(snapshot(source)) == ()


def test_what_is_here_already_only_gains_its_later_versions(source, folder):
    target = StorageRoot.create(folder / "target")
    assert target.adopt(Snapshot.at(opened(source).root, "v1", ID)) == ("v1",)
    assert history(target) == history(source)[:1]
    assert target.adopt(snapshot(source)) == ("v2", "v3")
    assert history(target) == history(source)
    assert list(verify_root(target.path, quick=False)) == []


def test_another_object_of_the_same_id_is_never_replaced(source, folder):
    target = StorageRoot.create(folder / "target")
    put(target, {"a": b"another"})
    before = history(target)
    with pytest.raises(RefusedError, match="archive-diverges"):
        target.adopt(snapshot(source))
    further = StorageRoot.create(folder / "further")
    further.adopt(snapshot(source))
    put(further, {"x": b"further"})
    with pytest.raises(RefusedError, match="archive-diverges"):
        further.adopt(snapshot(source))
    assert history(target) == before
    assert len(history(further)) == 4


def test_nothing_comes_of_an_object_that_does_not_verify(source, folder):
    target = StorageRoot.create(folder / "target")
    (opened(source).root / "v1/content/d/б").write_bytes(b"altered")
    with pytest.raises(CorruptError, match="archive-content"):
        target.adopt(snapshot(source))
    assert list(target.object_ids()) == []
    assert list(verify_root(target.path, quick=False)) == []
    assert not (target.path / "extensions/jeke-staging").exists()


@pytest.mark.parametrize("here", [(), ("v1",)])
def test_killed_at_any_step_the_object_is_old_or_new(source, folder, here):
    def start(name: str) -> StorageRoot:
        target = StorageRoot.create(folder / name)
        if here:
            target.adopt(Snapshot.at(opened(source).root, "v1", ID))
        return target

    steps = steps_of(lambda: start("counted").adopt(snapshot(source)))
    before = steps_of(lambda: start("begun"))
    for number in range(before + 1, steps + 1, 3):
        target = start(f"at-{number}")

        def killed(target=target, number=number) -> None:
            with at_step(number - before, die):
                target.adopt(snapshot(source))

        was_killed(in_a_process(killed))
        again = StorageRoot.open(target.path)
        again.recover()
        assert history(again) in (history(source)[: len(here)], history(source))
        assert again.adopt(snapshot(source)) in ((), ("v1", "v2", "v3"), ("v2", "v3"))
        assert history(again) == history(source)
        assert list(verify_root(again.path, quick=False)) == []
        shutil.rmtree(target.path)


def test_a_full_disk_leaves_the_object_as_it_was(source, folder):
    target = StorageRoot.create(folder / "target")
    with at_step(5, full_disk), pytest.raises(Exception, match="archive-write"):
        target.adopt(snapshot(source))
    assert list(verify_root(target.path, quick=False)) == []
    assert list(target.object_ids()) == []


def test_a_snapshot_taken_while_versions_are_written_is_whole(source, folder):
    def write() -> None:
        for number in range(50):
            put(source, {"n": str(number).encode()})

    seen = set()
    for _ in while_working(write):
        taken = snapshot(source)
        seen.add(taken.head)
        assert set(taken) == set(dict(taken))
    assert len(seen) > 1


def test_a_reader_never_sees_half_a_version(source):
    """Two files that always change together are never read apart, whatever is being written."""

    def write() -> None:
        for number in range(60):
            put(source, {"left": str(number).encode(), "right": str(number).encode()})

    put(source, {"left": b"0", "right": b"0"})
    seen = set()
    for _ in while_working(write):
        found = opened(source)
        left, right = found.read("left"), found.read("right")
        assert left == right
        seen.add(left)
    assert len(seen) > 1
