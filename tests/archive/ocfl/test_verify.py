import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from pipeline.archive.ocfl.inventory import Inventory, sidecar
from pipeline.archive.ocfl.storage_root import StorageRoot
from pipeline.archive.ocfl.verify import Problem, verify_object, verify_root
from pipeline.domain.errors import MachineError, NotFoundError
from tests.archive.ocfl_support import (
    ID,
    OTHER_ID,
    SCRATCH,
    faults_by_ocfl_py,
    object_folder,
    put,
    while_working,
)

GHOST = "0" * 128


@pytest.fixture
def root() -> Iterator[Path]:
    with TemporaryDirectory(dir=SCRATCH) as folder:
        root = StorageRoot.create(Path(folder) / "archive")
        put(root, {"a.txt": b"one", "annex/б.pdf": b"%PDF-1.7", "empty": b""})
        put(root, {"a.txt": b"two", "copy": b"one", "empty": None})
        put(root, {"annex/б.pdf": None})
        yield root.path


def found(root: Path, *, quick: bool = False) -> list[Problem]:
    return list(verify_root(root, quick=quick))


def codes(root: Path, *, quick: bool = False) -> set[tuple[str, str]]:
    return {(problem.code, problem.path) for problem in found(root, quick=quick)}


@pytest.mark.parametrize("quick", [False, True])
def test_what_this_archive_writes_verifies(root: Path, quick: bool) -> None:  # noqa: FBT001 - a parameter
    assert found(root, quick=quick) == []
    assert list(verify_object(root, ID, quick=quick)) == []


def test_a_flipped_byte_is_found_in_every_file(root: Path) -> None:
    folder = object_folder(root)
    files = [path for path in folder.rglob("*") if path.is_file() and path.stat().st_size]
    assert len(files) == 12
    for file in files:
        sound = file.read_bytes()
        name = str(file.relative_to(folder))
        for position in sorted({0, len(sound) // 2, len(sound) - 1}):
            for mask in (0x01, 0x20, 0xFF):
                broken = bytearray(sound)
                broken[position] ^= mask
                file.write_bytes(broken)
                named = {problem.path.removesuffix(".sha512") for problem in found(root)}
                assert name.removesuffix(".sha512") in named, (name, position, mask)
                assert all(problem.object_id == ID for problem in found(root))
        file.write_bytes(sound)
    assert found(root) == []


def test_a_flipped_byte_in_the_root_s_own_declarations(root: Path) -> None:
    names = [
        str(path.relative_to(root))
        for path in (*root.glob("*"), *root.glob("extensions/*/*"))
        if path.is_file()
    ]
    assert len(names) == 4
    for name in names:
        sound = (root / name).read_bytes()
        for position in range(0, len(sound), 7):
            broken = bytearray(sound)
            broken[position] ^= 1
            (root / name).write_bytes(broken)
            assert [problem.path for problem in found(root, quick=True)] == [name]
        (root / name).write_bytes(sound)


def test_content_that_is_gone_cut_or_added(root: Path) -> None:
    content = object_folder(root) / "v1/content"
    (content / "a.txt").unlink()
    (content / "annex/б.pdf").write_bytes(b"")
    (content / "empty").write_bytes(b"no longer")
    (content / "annex/added").write_bytes(b"?")
    expected = {
        ("E092", "v1/content/a.txt"),
        ("E092", "v1/content/annex/б.pdf"),
        ("E092", "v1/content/empty"),
        ("E023", "v1/content/annex/added"),
    }
    assert codes(root) == expected
    assert codes(root, quick=True) == expected
    assert {problem.detail for problem in found(root) if problem.code == "E092"} == {"missing", "empty", ""}


def test_quick_does_not_hash_content_and_full_does(root: Path) -> None:
    (object_folder(root) / "v1/content/a.txt").write_bytes(b"eno")
    assert found(root, quick=True) == []
    assert codes(root) == {("E092", "v1/content/a.txt")}


Damage = Callable[[Path], object]

SIDE_BY_SIDE = ("inventory.json", "inventory.json.sha512")


def touch(path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    path.touch()


def move_object(root: Path, target: Path) -> None:
    target.parent.mkdir()
    object_folder(root).rename(target)


def shout(sidecar_file: Path) -> None:
    digest, name = sidecar_file.read_text().split()
    sidecar_file.write_text(f"{digest.upper()} {name}\n")


ON_DISK: list[tuple[str, str, Damage]] = [
    ("E001", "thumbs.db", lambda o: (o / "thumbs.db").touch()),
    ("E001", "other", lambda o: (o / "other").mkdir()),
    ("E003", "0=ocfl_object_1.1", lambda o: (o / "0=ocfl_object_1.1").unlink()),
    ("E003", "0=ocfl_object_1.1", lambda o: (o / "0=ocfl_object_1.0").write_text("ocfl_object_1.0\n")),
    ("E006", "0=ocfl_objekt_1.1", lambda o: (o / "0=ocfl_object_1.1").rename(o / "0=ocfl_objekt_1.1")),
    ("E007", "0=ocfl_object_1.1", lambda o: (o / "0=ocfl_object_1.1").write_text("ocfl_object_1.0\n")),
    ("E015", "v2/note", lambda o: (o / "v2/note").touch()),
    ("W002", "v2/other", lambda o: (o / "v2/other").mkdir()),
    ("W003", "v3/content", lambda o: (o / "v3/content").mkdir()),
    ("E023", "v2/content/x", lambda o: (o / "v2/content/x").touch()),
    ("E023", "v3/content/x", lambda o: touch(o / "v3/content/x")),
    ("E024", "v1/content/d/e", lambda o: (o / "v1/content/d/e").mkdir(parents=True)),
    ("E046", "v2", lambda o: shutil.rmtree(o / "v2")),
    ("E046", "v3", lambda o: shutil.rmtree(o / "v3")),
    ("E046", "v4", lambda o: shutil.copytree(o / "v3", o / "v4")),
    ("E012", "v04", lambda o: (o / "v04").mkdir()),
    ("E058", "inventory.json.sha512", lambda o: (o / "inventory.json.sha512").unlink()),
    ("E058", "v2/inventory.json.sha512", lambda o: (o / "v2/inventory.json.sha512").unlink()),
    ("E060", "v1/inventory.json.sha512", lambda o: shutil.copy(o / "inventory.json.sha512", o / "v1")),
    ("E061", "inventory.json.sha512", lambda o: (o / "inventory.json.sha512").write_text(f"{GHOST}\n")),
    ("E061", "inventory.json.sha512", lambda o: (o / "inventory.json.sha512").write_bytes(b"\xff")),
    ("E063", "inventory.json", lambda o: (o / "inventory.json").unlink()),
    ("W010", "v2/inventory.json", lambda o: (o / "v2/inventory.json").unlink()),
    ("E067", "extensions/file", lambda o: touch(o / "extensions/file")),
    ("W013", "extensions/x", lambda o: (o / "extensions/x").mkdir(parents=True)),
    ("E090", "v1/content/link", lambda o: (o / "v1/content/link").symlink_to("a.txt")),
    ("E090", "v4", lambda o: (o / "v4").symlink_to("v3")),
    ("E089", "v1/content/pipe", lambda o: os.mkfifo(o / "v1/content/pipe")),
    ("E064", "inventory.json", lambda o: [shutil.copy(o / "v2" / name, o) for name in SIDE_BY_SIDE]),
    (
        "profile",
        "inventory.json.sha512",
        lambda o: shout(o / "inventory.json.sha512"),
    ),
]


@pytest.mark.parametrize(
    ("code", "path", "damage"), ON_DISK, ids=[f"{code} {path}" for code, path, _ in ON_DISK]
)
def test_faults_on_disk(root: Path, code: str, path: str, damage: Damage) -> None:
    damage(object_folder(root))
    assert (code, path) in codes(root, quick=True)
    assert (code, path) in codes(root)


def edit(folder: Path, change: Callable[[dict[str, Any]], object], *places: str) -> None:
    """Changes inventories and seals them again with right sidecars: only the content of the inventory is wrong."""
    for place in places:
        raw = json.loads((folder / place / "inventory.json").read_bytes())
        change(raw)
        data = json.dumps(raw).encode()
        (folder / place / "inventory.json").write_bytes(data)
        (folder / place / "inventory.json.sha512").write_bytes(sidecar(data))


SEALED: list[tuple[str, str, tuple[str, ...], Callable[[dict[str, Any]], object]]] = [
    ("E064", "inventory.json", (".",), lambda raw: raw["versions"]["v3"].update(message="x")),
    ("E110", "v1/inventory.json", ("v1",), lambda raw: raw.update(id=OTHER_ID)),
    ("E083", "inventory.json", (".", "v3"), lambda raw: raw.update(id=OTHER_ID)),
    ("E040", "v2/inventory.json", ("v2",), lambda raw: raw.update(head="v1")),
    ("W011", "v1/inventory.json", ("v1",), lambda raw: raw["versions"]["v1"].update(message="x")),
    ("E066", "v2/inventory.json", ("v2",), lambda raw: _leave_out(raw, "v1", "a.txt")),
    ("E066", "v1/inventory.json", ("v1",), lambda raw: _swap(raw, "v1")),
    ("E092", "v1/content/a.txt", (".", "v3"), lambda raw: _redigest(raw, "v1/content/a.txt")),
    ("E023", "v1/content/a.txt", ("v1",), lambda raw: _forget(raw, "v1/content/a.txt")),
]


def _swap(raw: dict[str, Any], version: str) -> None:
    state = raw["versions"][version]["state"]
    first, second = list(state)[:2]
    state[first], state[second] = state[second], state[first]


def _leave_out(raw: dict[str, Any], version: str, path: str) -> None:
    state = raw["versions"][version]["state"]
    del state[next(digest for digest, paths in state.items() if path in paths)]


def _redigest(raw: dict[str, Any], path: str) -> None:
    digest = next(digest for digest, paths in raw["manifest"].items() if path in paths)
    other = hashlib.sha512(b"other").hexdigest()
    raw["manifest"][other] = raw["manifest"].pop(digest)
    for block in raw["versions"].values():
        if digest in block["state"]:
            block["state"][other] = block["state"].pop(digest)


def _forget(raw: dict[str, Any], path: str) -> None:
    digest = next(digest for digest, paths in raw["manifest"].items() if path in paths)
    del raw["manifest"][digest]
    for block in raw["versions"].values():
        block["state"].pop(digest, None)


@pytest.mark.parametrize(
    ("code", "path", "places", "change"),
    SEALED,
    ids=[f"{code} {path}" for code, path, _, _ in SEALED],
)
def test_faults_between_inventories(
    root: Path, code: str, path: str, places: tuple[str, ...], change: Callable[[dict[str, Any]], object]
) -> None:
    edit(object_folder(root), change, *places)
    assert (code, path) in codes(root, quick=not path.endswith("a.txt"))
    assert faults_by_ocfl_py(root) != []


def test_faults_within_an_inventory_name_their_place(root: Path) -> None:
    edit(object_folder(root), lambda raw: raw["versions"]["v2"].update(created="today"), "v2")
    assert Problem("E049", ID, "v2/inventory.json", "versions.v2.created") in found(root, quick=True)


def test_content_is_checked_even_where_the_root_inventory_is_lost(root: Path) -> None:
    (object_folder(root) / "inventory.json").write_bytes(b"{")
    (object_folder(root) / "v1/content/a.txt").write_bytes(b"eno")
    assert {("E033", "inventory.json"), ("E092", "v1/content/a.txt")} <= codes(root)


ON_ROOT: list[tuple[str, str, Damage]] = [
    ("E069", "0=ocfl_1.1", lambda r: (r / "0=ocfl_1.1").unlink()),
    ("E076", "0=ocfl_1.0 0=ocfl_1.1", lambda r: (r / "0=ocfl_1.0").write_text("ocfl_1.0\n")),
    ("E079", "0=okfl_1.1", lambda r: (r / "0=ocfl_1.1").rename(r / "0=okfl_1.1")),
    ("E080", "0=ocfl_1.1", lambda r: (r / "0=ocfl_1.1").write_text("ocfl_1.0\n")),
    ("E070", "ocfl_layout.json", lambda r: (r / "ocfl_layout.json").write_text("{}")),
    (
        "E071",
        "ocfl_layout.json",
        lambda r: (r / "ocfl_layout.json").write_text('{"extension":"x","description":""}'),
    ),
    (
        "profile",
        "extensions/0003-hash-and-id-n-tuple-storage-layout/config.json",
        lambda r: _config(r).write_text("{}"),
    ),
    ("E112", "extensions/file", lambda r: (r / "extensions/file").touch()),
    ("W016", "extensions/other", lambda r: (r / "extensions/other").mkdir()),
    ("E072", "abc/file", lambda r: touch(r / "abc/file")),
    ("E073", "abc/def", lambda r: (r / "abc/def").mkdir(parents=True)),
    ("E090", "abc", lambda r: (r / "abc").symlink_to(r)),
    ("E083", "abc/moved", lambda r: move_object(r, r / "abc/moved")),
]


def _config(root: Path) -> Path:
    return root / "extensions/0003-hash-and-id-n-tuple-storage-layout/config.json"


@pytest.mark.parametrize(
    ("code", "path", "damage"), ON_ROOT, ids=[f"{code} {path}" for code, path, _ in ON_ROOT]
)
def test_faults_of_the_storage_root(root: Path, code: str, path: str, damage: Damage) -> None:
    damage(root)
    assert (code, path) in codes(root, quick=True)


def test_a_lost_object_leaves_its_hierarchy_behind(root: Path) -> None:
    folder = object_folder(root)
    shutil.rmtree(folder)
    assert codes(root) == {("E073", str(folder.parent.relative_to(root)))}


def test_other_files_in_the_root_are_ignored(root: Path) -> None:
    (root / "README.txt").touch()
    assert found(root) == []


def test_every_fault_but_the_profile_and_the_hierarchy_is_one_for_ocfl_py_too(root: Path) -> None:
    """An independent opinion on the table above: what it lists is not sound."""
    for code, _, damage in ON_DISK:
        if code in {"profile", "E089", "E090", "W002"}:
            continue
        copy = root.with_name("copy")
        shutil.copytree(root, copy)
        damage(object_folder(copy))
        assert faults_by_ocfl_py(copy) != [], code
        shutil.rmtree(copy)


def test_warnings_are_told_apart(root: Path) -> None:
    (root / "extensions/other").mkdir()
    (root / "extensions/file").touch()
    assert {problem.code: problem.warning for problem in found(root)} == {"W016": True, "E112": False}


def test_one_object_alone(root: Path) -> None:
    put(StorageRoot.open(root), {"x": b"1"}, OTHER_ID)
    (object_folder_of(root, OTHER_ID) / "v1/content/x").write_bytes(b"2")
    assert list(verify_object(root, ID, quick=False)) == []
    assert [problem.code for problem in verify_object(root, OTHER_ID, quick=False)] == ["E092"]
    with pytest.raises(NotFoundError, match="archive-object"):
        list(verify_object(root, "urn:uuid:none", quick=False))


def object_folder_of(root: Path, object_id: str) -> Path:
    found_object = StorageRoot.open(root).get(object_id)
    assert found_object is not None
    return found_object.root


def test_no_such_storage_root(tmp_path: Path) -> None:
    with pytest.raises(MachineError, match="archive-missing"):
        list(verify_root(tmp_path / "none", quick=True))


def test_a_file_the_disk_refuses_is_named(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "read", refuse)
    assert {(problem.code, problem.detail) for problem in found(root)} == {
        ("unreadable", "Input/output error")
    }


def test_verification_changes_nothing(root: Path) -> None:
    (object_folder(root) / "v1/content/a.txt").write_bytes(b"eno")
    (object_folder(root) / "inventory.json.sha512").unlink()

    def everything() -> list[tuple[str, int, int]]:
        return sorted((str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in root.rglob("*"))

    before = everything()
    assert found(root) != []
    assert everything() == before


def test_no_false_alarm_while_versions_are_written(root: Path) -> None:
    archive = StorageRoot.open(root)

    def write() -> None:
        for number in range(60):
            put(archive, {"n": str(number).encode()})
            put(archive, {"n": str(number).encode()}, f"urn:uuid:{number}")

    alarms: list[Problem] = []
    for _ in while_working(write):
        alarms.extend(verify_root(root, quick=True))
    assert alarms == []


def test_an_inventory_read_and_written_is_the_same(root: Path) -> None:
    data = (object_folder(root) / "inventory.json").read_bytes()
    assert Inventory.parse(data).to_bytes() == data
