"""Fixity and completeness of the archive (OCFL 1.1). Looks and reports; never repairs.

Problems bear the specification's codes (E001-E112, W001-W016). Three are the archive's own: `profile`,
allowed by the specification and never written here; `interrupted`, a version that a crash cut short and
`recover` settles; `unreadable`, the disk refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.archive.ocfl.layout import (
    EXTENSIONS,
    IDENTITY,
    LAYOUT,
    LAYOUT_CONFIG,
    LAYOUT_FILE,
    ROOT_DECLARATION,
    SEALED_HEADS,
    STAGING,
    STAGING_README,
    declaration,
    is_layout,
    object_id_at,
    object_path,
    root_files,
)
from pipeline.archive.ocfl.lock import undisturbed
from pipeline.archive.ocfl.staging import interrupted_object
from pipeline.archive.ocfl.verify_inventory import Trouble
from pipeline.archive.ocfl.verify_object import Examined, Listing, examine, list_directory
from pipeline.domain.errors import MachineError, NotFoundError
from pipeline.system.files import read_file


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that does not verify. `path` is relative to the object where there is one, else to the root.

    `detail` names a part of the path: a key of an inventory, a version. It is data, not text for people.
    """

    code: str
    object_id: str | None
    path: str
    detail: str = ""

    @property
    def warning(self) -> bool:
        """The specification says SHOULD, not MUST."""
        return self.code.startswith("W")


@dataclass(frozen=True, slots=True)
class RootStanding:
    """Where an object stands in the root; no id where the path is none of the layout's."""

    path: str
    object_id: str | None


@dataclass(frozen=True, slots=True)
class Verified:
    """What one object came to: its problems, the SHA-512 of its inventory, the content looked at."""

    standing: RootStanding
    problems: tuple[Problem, ...]
    inventory: str = ""
    files: int = 0
    size: int = 0

    @property
    def sound(self) -> bool:
        """Nothing but the specification's warnings."""
        return all(problem.warning for problem in self.problems)


def verify_root(root: Path, *, quick: bool) -> Iterator[Problem]:
    """Everything wrong in the storage root, object by object; nothing where all verifies.

    Quick looks at structure, inventories and empty files; full also hashes every byte of content.

    Raises:
        MachineError: `archive-missing`, there is no such directory; `archive-busy`, a writer holds the root,
            and what is found may be its doing.
    """
    for found in survey(root):
        if isinstance(found, Problem):
            yield found
        else:
            yield from verify_standing(root, found, quick=quick).problems


def survey(root: Path) -> Iterator[Problem | RootStanding]:
    """What is wrong with the root itself and its hierarchy, and every object in it, not yet looked into.

    Raises:
        MachineError: as `verify_root`.
    """
    if not root.is_dir():
        raise MachineError("archive-missing", path=str(root))
    listing = list_directory(root, "")
    for trouble in (*listing.strange, *_declarations(root, listing), *_layout(root)):
        yield Problem(trouble.code, None, trouble.path, trouble.detail)
    if EXTENSIONS in listing.directories:
        yield from _extensions(root)
    for name in sorted(listing.directories - {EXTENSIONS}):
        yield from _hierarchy(root, name)


def verify_object(root: Path, object_id: str, *, quick: bool) -> Iterator[Problem]:
    """Everything wrong with one object.

    Raises:
        NotFoundError: `archive-object`, there is no such object.
        MachineError: `archive-busy`, as above.
    """
    path = object_path(object_id)
    if not (root / path).is_dir():
        raise NotFoundError("archive-object", object=object_id)
    yield from verify_standing(root, RootStanding(path, object_id), quick=quick).problems


def verify_standing(root: Path, standing: RootStanding, *, quick: bool) -> Verified:
    """One object. What is found while a version may be on its way in is looked at again when none is.

    Raises:
        MachineError: `archive-busy`.
    """
    folder = root / standing.path
    seen = _examined(folder, standing.object_id, quick=quick)
    if seen.troubles:
        try:
            with undisturbed(root):
                seen = _examined(folder, standing.object_id, quick=quick)
        except MachineError as error:  # a root that cannot be locked has no writer either
            if error.code == "archive-busy":
                raise
    prefix = "" if standing.object_id is not None else f"{standing.path}/"
    problems = tuple(Problem(code, standing.object_id, f"{prefix}{at}", of) for code, at, of in seen.troubles)
    return Verified(standing, problems, seen.inventory, seen.files, seen.size)


def _declarations(root: Path, listing: Listing) -> Iterator[Trouble]:
    declared = sorted(name for name in listing.files if name.startswith("0="))
    if not declared:
        yield Trouble("E069", ROOT_DECLARATION)
    elif len(declared) > 1:
        yield Trouble("E076", " ".join(declared))
    for name in declared:
        if name != ROOT_DECLARATION:
            yield Trouble("E079", name)
        elif read_file(root / name) != declaration(name):
            yield Trouble("E080", name)


def _layout(root: Path) -> Iterator[Trouble]:
    layout = _json(root / LAYOUT_FILE)
    if not isinstance(layout, dict) or not {"extension", "description"} <= layout.keys():
        yield Trouble("E070", LAYOUT_FILE)
    elif not is_layout(layout):
        yield Trouble("E071", LAYOUT_FILE, "extension")
    elif not _as_written(root, LAYOUT_FILE):
        yield Trouble("profile", LAYOUT_FILE)
    yield from (Trouble("profile", n) for n in (LAYOUT_CONFIG, STAGING_README) if not _as_written(root, n))


def _as_written(root: Path, name: str) -> bool:
    """No digest of these files stands anywhere else, so they are held against what this archive writes."""
    try:
        return read_file(root / name) == root_files()[name]
    except OSError:
        return False


def _extensions(root: Path) -> Iterator[Problem]:
    listing = list_directory(root / EXTENSIONS, f"{EXTENSIONS}/")
    for trouble in listing.strange:
        yield Problem(trouble.code, None, trouble.path)
    for name in sorted(listing.files):
        yield Problem("E112", None, f"{EXTENSIONS}/{name}")
    for name in sorted(listing.directories - {IDENTITY, LAYOUT, SEALED_HEADS, STAGING}):
        yield Problem("W016", None, f"{EXTENSIONS}/{name}")
    if STAGING in listing.directories:
        with undisturbed(root):
            if (root / EXTENSIONS / STAGING).is_dir():
                yield Problem("interrupted", interrupted_object(root), f"{EXTENSIONS}/{STAGING}")


def _hierarchy(root: Path, path: str) -> Iterator[Problem | RootStanding]:
    """Intermediate directories hold directories, and end in objects (§4.3)."""
    try:
        listing = list_directory(root / path, f"{path}/")
    except OSError as error:
        yield Problem("unreadable", None, path, error.strerror or "")
        return
    object_id = object_id_at(path)
    if object_id is not None or any(name.startswith("0=ocfl_object_") for name in listing.files):
        if object_id is None:
            yield Problem("E083", None, path)
        yield RootStanding(path, object_id)
        return
    yield from (Problem(trouble.code, None, trouble.path) for trouble in listing.strange)
    yield from (Problem("E072", None, f"{path}/{name}") for name in sorted(listing.files))
    if not (listing.files or listing.directories or listing.strange):
        yield Problem("E073", None, path)
    for name in sorted(listing.directories):
        yield from _hierarchy(root, f"{path}/{name}")


def _examined(folder: Path, object_id: str | None, *, quick: bool) -> Examined:
    try:
        return examine(folder, object_id, quick=quick)
    except OSError as error:
        return Examined([Trouble("unreadable", "", error.strerror or "")])


def _json(path: Path) -> object:
    try:
        return json.loads(read_file(path))
    except (OSError, ValueError):
        return None
