import contextlib
import os
import stat
import threading
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.archive.ocfl.storage_root import StorageRoot
from pipeline.domain.errors import CorruptError, MachineError, NotFoundError
from tests.archive.ocfl_support import (
    CREATED,
    ID,
    OTHER_ID,
    SCRATCH,
    Changes,
    at_step,
    die,
    faults_by_ocfl_py,
    full_disk,
    history,
    in_a_process,
    object_folder,
    opened,
    put,
    steps_of,
    was_killed,
    while_working,
)


@pytest.fixture
def scratch() -> Iterator[Path]:
    with TemporaryDirectory(dir=SCRATCH) as folder:
        yield Path(folder)


@pytest.fixture
def root(tmp_path: Path) -> StorageRoot:
    return StorageRoot.create(tmp_path / "archive")


# --- the storage root -----------------------------------------------------------------------------------


def test_an_empty_storage_root_is_valid(root: StorageRoot) -> None:
    assert faults_by_ocfl_py(root.path) == []
    assert list(root.object_ids()) == []


def test_creating_again_changes_nothing(root: StorageRoot) -> None:
    put(root, {"a": b"1"})
    before = sorted((path, path.stat().st_mtime_ns) for path in root.path.rglob("*"))

    assert StorageRoot.create(root.path).get(ID) is not None

    assert sorted((path, path.stat().st_mtime_ns) for path in root.path.rglob("*")) == before


def test_creation_killed_at_any_step_can_be_done_again(scratch: Path) -> None:
    steps = steps_of(lambda: StorageRoot.create(scratch / "whole"))
    for number in range(1, steps + 1):
        path = scratch / f"archive-{number}"

        def create(path: Path = path, number: int = number) -> None:
            with at_step(number, die):
                StorageRoot.create(path)

        assert was_killed(in_a_process(create))
        StorageRoot.create(path)
        assert faults_by_ocfl_py(path) == []
        assert not list(path.rglob("*.part"))


def test_a_folder_with_other_folders_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "Құжаттар").mkdir()
    with pytest.raises(MachineError, match="archive-not-empty"):
        StorageRoot.create(tmp_path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["Құжаттар"]


def test_a_folder_with_a_file_in_it_is_taken(tmp_path: Path) -> None:
    (tmp_path / ".gitkeep").touch()
    StorageRoot.create(tmp_path)
    assert faults_by_ocfl_py(tmp_path) == []


def test_opening_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(MachineError, match="archive-missing"):
        StorageRoot.open(tmp_path / "archive")


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("0=ocfl_1.1", b"ocfl_1.0\n", "archive-declaration"),
        ("ocfl_layout.json", b"{}", "archive-layout"),
        ("ocfl_layout.json", b"[", "archive-layout"),
        ("extensions/0003-hash-and-id-n-tuple-storage-layout/config.json", b"{}", "archive-layout"),
    ],
)
def test_a_storage_root_that_is_not_as_made_is_not_opened(
    root: StorageRoot, name: str, content: bytes, code: str
) -> None:
    (root.path / name).write_bytes(content)
    with pytest.raises(CorruptError, match=code):
        StorageRoot.open(root.path)


# --- versions -------------------------------------------------------------------------------------------


def test_versions_follow_one_another(root: StorageRoot) -> None:
    assert put(root, {"record.yaml": b"kind: case\n", "annex-1.pdf": b"%PDF"}) == "v1"
    assert put(root, {"record.yaml": b"kind: case\nid: x\n", "annex-1.pdf": None, "note": b"!"}) == "v2"

    found = opened(root)
    assert (found.id, found.head) == (ID, "v2")
    assert sorted(found.state) == ["note", "record.yaml"]
    assert found.read("record.yaml") == b"kind: case\nid: x\n"
    assert found.read("record.yaml", "v1") == b"kind: case\n"
    assert found.read("annex-1.pdf", "v1") == b"%PDF"
    assert [(info.version, info.message, info.created) for info in found.versions()] == [
        ("v1", "Сынақ жазба", CREATED),
        ("v2", "Сынақ жазба", CREATED),
    ]
    assert list(root.object_ids()) == [ID]
    assert faults_by_ocfl_py(root.path) == []


def test_what_changes_nothing_makes_no_version(root: StorageRoot) -> None:
    assert put(root, {}) is None
    assert put(root, {"a": None}) is None
    assert root.get(ID) is None
    put(root, {"a": b"1"})
    assert put(root, {"a": b"1", "b": None}) is None
    assert opened(root).head == "v1"


def test_content_is_stored_once_in_an_object(root: StorageRoot) -> None:
    put(root, {"a": b"same", "b": b"same"})
    put(root, {"c": b"same", "a": None, "b": None})
    put(root, {"d": b"same"})
    stored = [
        path for path in object_folder(root.path).rglob("*") if "content" in path.parts and path.is_file()
    ]
    assert len(stored) == 1
    assert opened(root).read("d") == b"same"
    assert faults_by_ocfl_py(root.path) == []


def test_an_open_object_does_not_see_later_versions(root: StorageRoot) -> None:
    put(root, {"a": b"1"})
    before = opened(root)
    put(root, {"a": b"2"})
    assert (before.head, before.read("a")) == ("v1", b"1")


def test_all_files_may_be_taken_out(root: StorageRoot) -> None:
    put(root, {"a": b"1"})
    assert put(root, {"a": None}) == "v2"
    assert dict(opened(root).state) == {}
    assert faults_by_ocfl_py(root.path) == []


def test_objects_share_the_hierarchy(root: StorageRoot) -> None:
    for number in range(40):
        put(root, {"a": str(number).encode()}, f"urn:uuid:{number}")
    assert sorted(root.object_ids()) == sorted(f"urn:uuid:{number}" for number in range(40))
    assert faults_by_ocfl_py(root.path) == []


def test_modes_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        root = StorageRoot.create(tmp_path / "archive")
        put(root, {"a/b": b"1"})
        put(root, {"a/b": b"2"})
    finally:
        os.umask(before)
    for path in root.path.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o750 if path.is_dir() else 0o640), path


def test_a_path_is_filed_in_nfc(root: StorageRoot) -> None:
    name = "Қайсы й.txt"
    put(root, {unicodedata.normalize("NFD", name): b"1"})
    assert list(opened(root).state) == [unicodedata.normalize("NFC", name)]


@pytest.mark.parametrize(
    "path", ["", "/a", "a/", "a//b", "./a", "a/../b", "..", "a\nb", "a\0b", "ә" * 128, "\ud800"]
)
def test_paths_that_cannot_be_filed(root: StorageRoot, path: str) -> None:
    with pytest.raises(ValueError, match="logical path"):
        put(root, {path: b"1"})
    assert root.get(ID) is None


def test_a_path_cannot_be_a_directory_too(root: StorageRoot) -> None:
    put(root, {"a/b/c": b"1"})
    with pytest.raises(ValueError, match="directory of another"):
        put(root, {"a": b"2"})
    assert put(root, {"a": b"2", "a/b/c": None}) == "v2"
    assert faults_by_ocfl_py(root.path) == []


def test_two_spellings_of_one_path_are_refused(root: StorageRoot) -> None:
    with pytest.raises(ValueError, match="NFC"):
        put(root, {"й": b"1", unicodedata.normalize("NFD", "й"): b"2"})


@pytest.mark.parametrize("object_id", ["", "urn:x:" + "ә" * 20])
def test_ids_that_cannot_be_filed(root: StorageRoot, object_id: str) -> None:
    with pytest.raises(ValueError, match="object id"):
        put(root, {"a": b"1"}, object_id)


def test_a_date_needs_its_zone(root: StorageRoot) -> None:
    naive = datetime(2025, 1, 1, tzinfo=UTC).replace(tzinfo=None)
    with pytest.raises(ValueError, match="zone"):
        root.write_version(ID, {"a": b"1"}, message="", user="", address="urn:x:y", created=naive)


names = st.sampled_from(["a", "b/c", "b/d", "ең/қалың/қағаз.pdf", "б"])
contents = st.sampled_from([b"", b"1", b"2", b"3" * 70_000])
histories = st.lists(st.dictionaries(names, st.none() | contents, max_size=4), min_size=1, max_size=8)


@settings(max_examples=int(os.environ.get("JEKE_SOAK", "25")), deadline=None)
@given(histories)
def test_any_history_reads_back_and_is_valid(steps: list[Changes]) -> None:
    with TemporaryDirectory(dir=SCRATCH) as folder:
        root = StorageRoot.create(Path(folder) / "archive")
        expected: list[dict[str, bytes]] = []
        for changes in steps:
            old = expected[-1] if expected else {}
            kept = {path: data for path, data in old.items() if path not in changes}
            new = kept | {path: data for path, data in changes.items() if data is not None}
            filed = put(root, changes)
            assert (filed is None) == (new == old)
            if filed is not None:
                expected.append(new)
            assert history(root) == expected
            if expected:
                assert faults_by_ocfl_py(root.path) == []


# --- reading what is not there, or not right ------------------------------------------------------------


def test_what_is_not_there(root: StorageRoot) -> None:
    put(root, {"a": b"1"})
    found = opened(root)
    assert root.get(OTHER_ID) is None
    with pytest.raises(NotFoundError, match="archive-path"):
        found.read("b")
    with pytest.raises(NotFoundError, match="archive-version"):
        found.read("a", "v2")
    with pytest.raises(NotFoundError, match="archive-version"):
        found.state_at("v0")


@pytest.mark.parametrize("damage", ["altered", "cut", "gone"])
def test_damaged_content_is_not_handed_out(root: StorageRoot, damage: str) -> None:
    put(root, {"annex.pdf": b"%PDF"})
    file = object_folder(root.path) / "v1/content/annex.pdf"
    if damage == "gone":
        file.unlink()
    else:
        file.write_bytes(b"%PDf" if damage == "altered" else b"")
    with pytest.raises(CorruptError, match="archive-content") as caught:
        opened(root).read("annex.pdf")
    assert caught.value.params["path"] == "annex.pdf"
    with pytest.raises(CorruptError, match="archive-content"):
        list(opened(root).pieces("annex.pdf"))


def test_content_comes_piece_by_piece(root: StorageRoot) -> None:
    content = b"%PDF" * 600_000
    put(root, {"annex.pdf": content})
    pieces = list(opened(root).pieces("annex.pdf"))
    assert len(pieces) > 1
    assert b"".join(pieces) == content


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("inventory.json", b"{}", "archive-sidecar"),
        ("inventory.json.sha512", b"0" * 128 + b" inventory.json\n", "archive-sidecar"),
        ("inventory.json.sha512", b"", "archive-sidecar"),
        ("inventory.json", None, "archive-inventory"),
        ("inventory.json.sha512", None, "archive-inventory"),
    ],
)
def test_a_damaged_inventory_is_neither_read_nor_written_over(
    root: StorageRoot, name: str, content: bytes | None, code: str
) -> None:
    put(root, {"a": b"1"})
    file = object_folder(root.path) / name
    file.unlink()
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(CorruptError, match=code):
        root.get(ID)
    with pytest.raises(CorruptError, match=code):
        put(root, {"a": b"2"})
    assert not (object_folder(root.path) / "v2").exists()
    assert list(root.object_ids()) == [ID]


def test_an_object_in_anothers_place_is_refused(root: StorageRoot) -> None:
    put(root, {"a": b"1"})
    put(root, {"a": b"1"}, OTHER_ID)
    first, second = (opened(root, object_id).root for object_id in (ID, OTHER_ID))
    aside = root.path / "aside"
    first.rename(aside)
    second.rename(first)
    with pytest.raises(CorruptError, match="archive-inventory"):
        root.get(ID)


def test_a_version_directory_from_elsewhere_is_not_written_into(root: StorageRoot) -> None:
    put(root, {"a": b"1"})
    stray = object_folder(root.path) / "v2"
    stray.mkdir()
    with pytest.raises(CorruptError, match="archive-inventory"):
        put(root, {"a": b"2"})
    assert list(stray.iterdir()) == []


# --- a disk that refuses --------------------------------------------------------------------------------


@pytest.mark.parametrize("before", [[], [{"a": b"1", "b": b"2"}]])
def test_a_refusal_of_the_disk_at_any_step_leaves_the_old_version_or_the_new(
    scratch: Path, before: list[Changes]
) -> None:
    after: Changes = {"a": b"9" * 100, "c/d": b"8"}

    def archive(name: str) -> StorageRoot:
        root = StorageRoot.create(scratch / name)
        for changes in before:
            put(root, changes)
        return root

    whole = archive("whole")
    old = history(whole)
    for number in range(1, steps_of(lambda: put(whole, after)) + 1):
        root = archive(f"archive-{number}")
        try:
            with at_step(number, full_disk):
                put(root, after)
            assert history(root) == history(whole), number
        except MachineError:
            assert history(root) == old, number
        assert faults_by_ocfl_py(root.path) == []
        assert put(root, {"e": b"next"}) is not None
        assert faults_by_ocfl_py(root.path) == []


# --- readers and writers at once ------------------------------------------------------------------------


def test_readers_never_see_half_a_version(scratch: Path) -> None:
    """Each version writes its number into all of its files; a reader finds one number, and never an older one."""
    root = StorageRoot.create(scratch / "archive")
    put(root, {f"file-{i}": b"1" for i in range(4)})

    def write() -> None:
        for number in range(2, 120):
            put(root, {f"file-{i}": str(number).encode() for i in range(4)})

    last = 0
    for _ in while_working(write):
        found = opened(root)
        seen = {int(found.read(f"file-{i}")) for i in range(4)}
        assert len(seen) == 1
        assert last <= min(seen)
        assert found.head == f"v{min(seen)}"
        last = min(seen)
    assert opened(root).head == "v119"


def test_writers_take_turns(root: StorageRoot) -> None:
    def write(name: str) -> None:
        for number in range(15):
            put(root, {name: str(number).encode()})

    threads = [threading.Thread(target=write, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert opened(root).head == "v45"
    assert {name: opened(root).read(name) for name in "abc"} == dict.fromkeys("abc", b"14")
    assert faults_by_ocfl_py(root.path) == []


def test_reading_needs_no_right_to_write(root: StorageRoot) -> None:
    put(root, {"a": b"1"})
    with contextlib.ExitStack() as stack:
        for path in [root.path, *root.path.rglob("*")]:
            mode = path.stat().st_mode
            path.chmod(mode & ~0o222)
            stack.callback(path.chmod, mode)
        assert StorageRoot.open(root.path).get(ID) is not None
