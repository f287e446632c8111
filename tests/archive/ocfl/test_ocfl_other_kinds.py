"""OCFL objects whose versions are zero-padded, or that are digested otherwise, wholly or from some version on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import ocfl
import pytest

from pipeline.archive.ocfl.inventory import Inventory, InventoryError
from pipeline.archive.ocfl.verify_object import examine

VERSIONS: list[dict[str, bytes]] = [
    {"a": b"one", "b": b"two"},
    {"a": b"one", "b": b"two", "c": b"one"},
    {"a": b"new", "empty": b""},
]
Change = Callable[[str, dict[str, Any]], object]
PLAIN = ("sha512",) * 3


def object_of(
    folder: Path,
    algorithms: Sequence[str] = PLAIN,
    *,
    name: str = "v{}",
    directories: Sequence[str] = ("content",) * 3,
    change: Change = lambda _where, _raw: None,
) -> Path:
    """Versions with one algorithm, directory name and way of numbering each; `change` as in the neighbour."""
    (folder / "0=ocfl_object_1.1").write_bytes(b"ocfl_object_1.1\n")
    stored: dict[bytes, list[str]] = {}
    for number, (files, algorithm, directory) in enumerate(
        zip(VERSIONS, algorithms, directories, strict=True), 1
    ):
        version = name.format(number)
        for path, data in files.items():
            if data not in stored:
                stored[data] = [f"{version}/{directory}/{path}"]
                (folder / version / directory).mkdir(parents=True, exist_ok=True)
                (folder / version / directory / path).write_bytes(data)
        raw: dict[str, Any] = {
            "id": "urn:uuid:1a4ce2cc-b86c-4a77-9b64-5b0c4ccd1f5a",
            "type": "https://ocfl.io/1.1/spec/#inventory",
            "digestAlgorithm": algorithm,
            "head": version,
            "manifest": {digest(algorithm, data): paths for data, paths in stored.items()},
            "versions": {
                name.format(n): block(algorithm, files) for n, files in enumerate(VERSIONS[:number], 1)
            },
        }
        if directory != "content":
            raw["contentDirectory"] = directory
        for place in (version, *([""] if number == len(VERSIONS) else [])):
            own = json.loads(json.dumps(raw))
            change(place, own)
            put(folder / place, own)
    return folder


def put(folder: Path, raw: dict[str, Any]) -> None:
    folder.mkdir(exist_ok=True)
    data, algorithm = json.dumps(raw).encode(), raw["digestAlgorithm"]
    (folder / "inventory.json").write_bytes(data)
    (folder / f"inventory.json.{algorithm}").write_text(f"{digest(algorithm, data)} inventory.json\n")


def digest(algorithm: str, data: bytes) -> str:
    return hashlib.new(algorithm, data).hexdigest()


def block(algorithm: str, files: dict[str, bytes]) -> dict[str, Any]:
    state: dict[str, list[str]] = {}
    for path, data in files.items():
        state.setdefault(digest(algorithm, data), []).append(path)
    user = {"name": "x", "address": "mailto:x@a.kz"}
    return {"created": "2026-01-01T00:00:00Z", "state": state, "message": "m", "user": user}


def codes(folder: Path, *, quick: bool = False) -> set[str]:
    return {trouble.code for trouble in examine(folder, None, quick=quick).troubles}


def good_by_ocfl_py(folder: Path) -> bool:
    sound, _ = ocfl.Object().validate(str(folder))
    return bool(sound)


OLD, MIXED, WEAK = ("sha256", "sha512", "sha512"), ("sha512", "sha256", "sha512"), ("sha256",) * 3


@pytest.mark.parametrize("name", ["v{}", "v{:02d}", "v{:05d}"])
@pytest.mark.parametrize("algorithms", [PLAIN, OLD, MIXED, WEAK])
def test_good_objects(tmp_path: Path, algorithms: Sequence[str], name: str) -> None:
    made = object_of(tmp_path, algorithms, name=name)
    padded, weak = name != "v{}", algorithms != PLAIN
    expected = ({"W001", "profile"} if padded else set()) | ({"W004", "profile"} if weak else set())
    assert codes(made) == codes(made, quick=True) == expected
    assert good_by_ocfl_py(made)


@pytest.mark.parametrize("name", ["v{}", "v{:02d}"])
@pytest.mark.parametrize("algorithms", [PLAIN, OLD, MIXED, WEAK])
@pytest.mark.parametrize(
    ("path", "data", "code"),
    [
        ("{1}/content/a", b"eno", "E092"),
        ("{1}/content/b", None, "E092"),
        ("{2}/content/extra", b"x", "E023"),
        ("{2}/note", b"x", "E015"),
        ("{2}/inventory.json.md5", b"x", "E015"),
        ("inventory.json.md5", b"x", "E001"),
        ("{3}/inventory.json.{a}", b"00 inventory.json\n", "E061"),
        ("inventory.json.{a}", b"x" * 9, "E061"),
    ],
)
def test_a_fault_is_found(
    tmp_path: Path, algorithms: Sequence[str], name: str, path: str, data: bytes | None, code: str
) -> None:
    made = object_of(tmp_path, algorithms, name=name)
    target = made / path.format("", *(name.format(n) for n in (1, 2, 3)), a=algorithms[-1])
    target.parent.mkdir(exist_ok=True)
    if data is None:
        target.unlink()
    else:
        target.write_bytes(data)
    assert codes(made) - {"W001", "W004", "profile"} == {code}
    assert not good_by_ocfl_py(made)


def test_a_state_that_another_algorithm_tells_otherwise(tmp_path: Path) -> None:
    def swapped(where: str, raw: dict[str, Any]) -> None:
        if where == "v1":
            state = raw["versions"]["v1"]["state"]
            one, two = state
            state[one], state[two] = state[two], state[one]

    assert codes(object_of(tmp_path, OLD, change=swapped)) - {"W004", "profile"} == {"E066"}


def test_a_digest_of_an_earlier_algorithm_that_does_not_fit(tmp_path: Path) -> None:
    def wrong(where: str, raw: dict[str, Any]) -> None:
        if where == "v1":
            own = digest("sha256", b"one")
            raw["manifest"]["0" * 64] = raw["manifest"].pop(own)
            raw["versions"]["v1"]["state"]["0" * 64] = raw["versions"]["v1"]["state"].pop(own)

    made = object_of(tmp_path, OLD, change=wrong)
    assert codes(made) - {"W004", "profile"} == {"E092"}


@pytest.mark.parametrize("directories", [("content", "data", "data"), ("data", "content", "content")])
def test_a_content_directory_that_changes(tmp_path: Path, directories: Sequence[str]) -> None:
    assert codes(object_of(tmp_path, directories=directories)) - {"profile"} == {"E019"}


@pytest.mark.parametrize(
    ("wrong", "found"),
    [("v03", {"E012"}), ("v003", {"E012"}), ("v0", {"E001"}), ("v", {"E001"}), ("V3", {"E001"})],
)
def test_directories_numbered_otherwise(tmp_path: Path, wrong: str, found: set[str]) -> None:
    made = object_of(tmp_path)
    (made / "v3").rename(made / wrong)
    assert found <= codes(made)


def test_padding_that_runs_out(tmp_path: Path) -> None:
    """Behind v09 comes no v10: an object of that many versions must have begun with v001."""
    made = object_of(tmp_path, name="v0{}")
    (made / "v03").rename(made / "v10")
    assert {"E011", "E013"} <= codes(made)


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha-512", "blake2b", "../x"])
def test_an_algorithm_that_no_inventory_may_use(tmp_path: Path, algorithm: str) -> None:
    made = object_of(tmp_path, change=lambda _w, raw: None)
    for place in ("", "v1", "v2", "v3"):
        raw = json.loads((made / place / "inventory.json").read_bytes())
        raw["digestAlgorithm"] = algorithm
        (made / place / "inventory.json").write_text(json.dumps(raw))
    assert "E025" in codes(made)


@pytest.mark.parametrize(("algorithms", "name"), [(WEAK, "v{}"), (PLAIN, "v{:02d}")])
def test_this_archive_goes_on_writing_its_own_kind_alone(
    tmp_path: Path, algorithms: Sequence[str], name: str
) -> None:
    made = object_of(tmp_path, algorithms, name=name)
    with pytest.raises(InventoryError):
        Inventory.parse((made / "inventory.json").read_bytes())
