"""Whatever `jeke import` files, the independent validator ocfl-py finds sound; what it does not file, it says."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from pipeline.archive.ocfl.inventory import sha512_of, sidecar
from tests.archive.ocfl_support import SCRATCH, faults_by_ocfl_py
from tests.e2e.place import Place
from tests.flow import kept_place as kept
from tests.flow.maintenance.test_transfer import _sealed_again, exported

Change = Callable[[Path], object]


@pytest.fixture(scope="module", autouse=True)
def _clear() -> Iterator[None]:
    yield
    kept.clear()


def inventory(change: Callable[[dict[str, Any]], object]) -> Change:
    """In the root and the newest version, with right sidecars."""

    def changed(folder: Path) -> None:
        raw = json.loads((folder / "inventory.json").read_bytes())
        change(raw)
        data = json.dumps(raw).encode()
        for place in (folder, folder / raw["head"]):
            (place / "inventory.json").write_bytes(data)
            (place / "inventory.json.sha512").write_bytes(sidecar(data))

    return changed


def put(path: str, data: bytes = b"x") -> Change:
    def changed(folder: Path) -> None:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)

    return changed


def of_the_version(key: str, value: object) -> Change:
    return inventory(lambda raw: raw["versions"]["v1"].update({key: value}))


def without(key: str) -> Change:
    return inventory(lambda raw: raw["versions"]["v1"].pop(key))


def upper_case(raw: dict[str, Any]) -> None:
    raw["manifest"] = {digest.upper(): paths for digest, paths in raw["manifest"].items()}
    block = raw["versions"]["v1"]
    block["state"] = {digest.upper(): paths for digest, paths in block["state"].items()}


def one_of_two_cases(raw: dict[str, Any]) -> None:
    digest = next(iter(raw["manifest"]))
    raw["manifest"][digest.upper()] = raw["manifest"].pop(digest)


def a_second_copy(folder: Path) -> None:
    """One digest stored twice is lawful (OCFL 1.1, 3.5.2)."""
    data = (folder / "v1/content/person.json").read_bytes()
    put("v1/content/copy.json", data)(folder)
    inventory(lambda raw: raw["manifest"][sha512_of(data)].append("v1/content/copy.json"))(folder)


def renamed(folder: Path) -> None:
    (folder / "v1").rename(folder / "v01")
    text = (folder / "inventory.json").read_text().replace('"v1', '"v01')
    for place in (folder, folder / "v01"):
        (place / "inventory.json").write_text(text)
        (place / "inventory.json.sha512").write_bytes(sidecar(text.encode()))


MEMBERS: dict[str, Change] = {
    "as exported": lambda _folder: None,
    "no message": without("message"),
    "no user": without("user"),
    "user without an address": of_the_version("user", {"name": "x"}),
    "created in UTC": of_the_version("created", "2025-10-21T05:00:00Z"),
    "created with parts of a second": of_the_version("created", "2025-10-21T05:00:00.123456789+05:00"),
    "created without a zone": of_the_version("created", "2025-10-21T05:00:00"),
    "created at second sixty": of_the_version("created", "2025-10-21T05:00:60Z"),
    "created in small letters": of_the_version("created", "2025-10-21t05:00:00z"),
    "upper-case digests": inventory(upper_case),
    "digests of two cases": inventory(one_of_two_cases),
    "a second copy": a_second_copy,
    "a fixity block": inventory(lambda raw: raw.update(fixity={})),
    "OCFL 1.0": inventory(lambda raw: raw.update(type="https://ocfl.io/1.0/spec/#inventory")),
    "another content directory": inventory(lambda raw: raw.update(contentDirectory="data")),
    "the content directory named": inventory(lambda raw: raw.update(contentDirectory="content")),
    "a key of its own": inventory(lambda raw: raw.update(comment="x")),
    "padded versions": renamed,
    "logs": put("logs/log.txt"),
    "an extension": put("extensions/0001-digest-algorithms/x"),
    "a file among extensions": put("extensions/x"),
    "a directory in a version": put("v1/other/x"),
    "a file in a version": put("v1/x"),
    "a file in the root": put("x"),
    "content that nothing names": put("v1/content/x"),
    "no inventory in the version": lambda folder: (folder / "v1/inventory.json").unlink(),
    "an empty directory": lambda folder: (folder / "v1/content/empty").mkdir(),
    "a version that nothing names": lambda folder: shutil.copytree(folder / "v1", folder / "v2"),
}
LAWFUL = {
    *("as exported", "created in UTC", "upper-case digests", "the content directory named", "a second copy"),
    *("no message", "no user", "user without an address"),
}


@pytest.mark.parametrize("name", MEMBERS)
def test_what_is_filed_is_sound_for_ocfl_py_too(name: str) -> None:
    with TemporaryDirectory(dir=SCRATCH) as folder:
        bag = exported(kept.kept_place(Path(folder) / "here"), Path(folder) / "bag")
        MEMBERS[name](bag / "data/object")
        _sealed_again(bag)
        elsewhere = Place.make(Path(folder) / "elsewhere")
        ran = elsewhere.jeke("import", str(bag))
        assert ran.status in {0, 1}, ran.err
        assert len(elsewhere.objects()) == (ran.status == 0)
        errors = [said for said in faults_by_ocfl_py(elsewhere.folder / "archive") if "[W" not in said]
        assert errors == []
        assert ran.status == 0 or name not in LAWFUL, ran.err
