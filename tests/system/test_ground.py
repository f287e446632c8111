"""Every fsync, lock and start of a process of the product stands in pipeline/system/."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pipeline

ROOM = Path(pipeline.__file__).parent
# Run by the Python of the LibreOffice that is installed, which has none of our modules.
APART = {"documents/rendering/soffice_sidecar.py"}
NOT_ELSEWHERE = {
    "fsync",
    "fdatasync",
    "flock",
    "lockf",
    "Popen",
    "fork",
    "posix_spawn",
    "system",
    "NamedTemporaryFile",
}


def named(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id="os" | "fcntl" | "subprocess" | "tempfile"), attr=name):
                yield name
            case ast.Import(names=names):
                yield from ("Popen" for alias in names if alias.name == "subprocess")
            case ast.ImportFrom(module="os" | "fcntl" | "subprocess" | "tempfile", names=names):
                yield from (alias.name for alias in names)


def test_only_the_ground_room_syncs_locks_and_starts_processes() -> None:
    found = {
        str(path.relative_to(ROOM)): sorted(NOT_ELSEWHERE & set(named(ast.parse(path.read_text()))))
        for path in ROOM.rglob("*.py")
    }
    assert {path: names for path, names in found.items() if names and not path.startswith("system/")} == {
        path: ["Popen"] for path in APART
    }


def test_what_is_looked_for_is_really_found() -> None:
    found = {name for path in (ROOM / "system").glob("*.py") for name in named(ast.parse(path.read_text()))}
    assert {"fsync", "flock", "Popen"} <= found
