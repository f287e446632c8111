"""OCFL objects as other programs keep them: a fault is found whatever stands beside it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.archive.ocfl.inventory import sidecar
from pipeline.archive.ocfl.verify_object import examine

OBJECT = "urn:uuid:1a4ce2cc-b86c-4a77-9b64-5b0c4ccd1f5a"


def sha(data: bytes) -> str:
    return hashlib.sha512(data).hexdigest()


def object_of(
    folder: Path,
    contents: list[dict[str, bytes]],
    *,
    spec: str = "1.1",
    directory: str = "content",
    fixity: Any = None,
    change: Callable[[str, dict[str, Any]], object] = lambda _where, _raw: None,
) -> Path:
    """A version for each of `contents`; `change` sees each inventory before it is written ("" is the root's)."""
    (folder / f"0=ocfl_object_{spec}").write_bytes(f"ocfl_object_{spec}\n".encode())
    manifest: dict[str, list[str]] = {}
    versions: dict[str, Any] = {}
    state: dict[str, list[str]] = {}
    for number, files in enumerate(contents, 1):
        for name, data in files.items():
            path = folder / f"v{number}" / directory / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            manifest.setdefault(sha(data), []).append(f"v{number}/{directory}/{name}")
            state = {**state, sha(data): [name]}
        user = {"name": "x", "address": "mailto:x@a.kz"}
        versions[f"v{number}"] = {
            "created": "2026-01-01T00:00:00Z",
            "state": state,
            "message": "m",
            "user": user,
        }
        raw = {
            "id": OBJECT,
            "type": f"https://ocfl.io/{spec}/spec/#inventory",
            "digestAlgorithm": "sha512",
            "head": f"v{number}",
            "manifest": {d: list(p) for d, p in manifest.items()},
            "versions": dict(versions),
        }
        if directory != "content":
            raw["contentDirectory"] = directory
        if fixity is not None:
            raw["fixity"] = fixity
        places = [f"v{number}"] + ([""] if number == len(contents) else [])
        for place in places:
            own = json.loads(json.dumps(raw))
            change(place, own)
            data = json.dumps(own).encode()
            (folder / place).mkdir(exist_ok=True)
            (folder / place / "inventory.json").write_bytes(data)
            (folder / place / "inventory.json.sha512").write_bytes(sidecar(data))
    return folder


def codes(folder: Path) -> set[str]:
    return {trouble.code for trouble in examine(folder, None, quick=False).troubles}


TWO = [{"a": b"one", "b": b"two"}, {"c": b"three"}]


@pytest.mark.parametrize("spec", ["1.0", "1.1"])
@pytest.mark.parametrize("directory", ["content", "stuff"])
@pytest.mark.parametrize("algorithm", [None, "md5", "sha1", "blake2b-512", "another"])
def test_good_objects(tmp_path: Path, spec: str, directory: str, algorithm: str | None) -> None:
    fixity = None
    if algorithm:
        name = {"blake2b-512": "blake2b", "another": "md5"}.get(algorithm, algorithm)
        fixity = {algorithm: {hashlib.new(name, b"one").hexdigest(): [f"v1/{directory}/a"]}}
    assert codes(object_of(tmp_path, TWO, spec=spec, directory=directory, fixity=fixity)) <= {"profile"}


@pytest.mark.parametrize("spec", ["1.0", "1.1"])
@pytest.mark.parametrize("fixity", [None, {"md5": {}}])
@pytest.mark.parametrize("directory", ["content", "stuff"])
@pytest.mark.parametrize(
    ("path", "data", "code"),
    [
        ("v1/{}/a", b"changed", "E092"),
        ("v1/{}/b", None, "E092"),
        ("v2/{}/extra", b"x", "E023"),
        ("v2/note", b"x", "E015"),
    ],
)
def test_nothing_masks_a_fault(
    tmp_path: Path, spec: str, fixity: Any, directory: str, path: str, data: bytes | None, code: str
) -> None:
    made = object_of(tmp_path, TWO, spec=spec, directory=directory, fixity=fixity)
    target = made / path.format(directory)
    if data is None:
        target.unlink()
    else:
        target.write_bytes(data)
    assert codes(made) - {"profile"} == {code}


def test_an_earlier_manifest_that_leaves_out_what_lay_there(tmp_path: Path) -> None:
    """zimeon/ocfl-py #55: v2's own manifest without a file of v1."""

    def leave_out(where: str, raw: dict[str, Any]) -> None:
        if where == "v2":
            del raw["manifest"][sha(b"two")]
            for version in raw["versions"].values():
                version["state"].pop(sha(b"two"), None)

    made = object_of(tmp_path, [*TWO, {"d": b"four"}], change=leave_out)
    assert "E023" in codes(made)


def test_an_earlier_manifest_without_one_of_two_copies(tmp_path: Path) -> None:
    """Its states say the same all the same: nothing else tells of it."""

    def leave_out(where: str, raw: dict[str, Any]) -> None:
        if where == "v2":
            raw["manifest"][sha(b"one")] = ["v1/content/a"]

    made = object_of(tmp_path, [{"a": b"one", "dup": b"one"}, {"c": b"x"}, {"d": b"y"}], change=leave_out)
    assert codes(made) == {"E023"}


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha256", "blake2b-512", "sha512/256"])
def test_a_digest_of_a_fixity_block_that_does_not_fit(tmp_path: Path, algorithm: str) -> None:
    made = object_of(tmp_path, TWO, fixity={algorithm: {"00" * 16: ["v1/content/a"]}})
    assert codes(made) == {"profile", "E093"}


@pytest.mark.parametrize(
    ("fixity", "code"),
    [
        ({"md5": {"ab": ["v1/content/a"], "AB": ["v1/content/b"]}}, "E097"),
        ({"md5": {"ab": ["/v1/content/a"]}}, "E100"),
        ({"md5": {"ab": ["v1/content/../a"]}}, "E099"),
        ({"md5": ["ab"]}, "E057"),
    ],
)
def test_a_fixity_block_is_built_as_a_manifest(tmp_path: Path, fixity: Any, code: str) -> None:
    assert code in codes(object_of(tmp_path, TWO, fixity=fixity))


@pytest.mark.parametrize(
    ("directory", "code"), [("a/b", "E017"), ("", "E017"), (".", "E018"), ("..", "E018")]
)
def test_names_of_the_content_directory(tmp_path: Path, directory: str, code: str) -> None:
    made = object_of(tmp_path, TWO, change=lambda _w, raw: raw.update(contentDirectory=directory))
    assert code in codes(made)


def test_a_version_said_to_be_older_than_the_one_before(tmp_path: Path) -> None:
    older = "https://ocfl.io/1.0/spec/#inventory"
    made = object_of(tmp_path, TWO, change=lambda w, raw: w != "v1" and raw.update(type=older))
    assert {"E103", "E038"} <= codes(made)


def test_a_missing_version(tmp_path: Path) -> None:
    made = object_of(tmp_path, [{"a": b"1"}, {}, {"c": b"3"}])
    for file in (made / "v2").iterdir():
        file.unlink()
    (made / "v2").rmdir()
    assert "E010" in codes(made)
