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

from pipeline.archive.lock import undisturbed
from pipeline.archive.ocfl_layout import (
    EXTENSIONS,
    LAYOUT,
    LAYOUT_CONFIG,
    LAYOUT_FILE,
    ROOT_DECLARATION,
    STAGING,
    declaration,
    is_config,
    is_layout,
    object_id_at,
    object_path,
)
from pipeline.archive.staging import interrupted_object
from pipeline.archive.verify_object import Listing, Trouble, list_directory, object_troubles
from pipeline.domain.errors import MachineError, NotFoundError


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


def verify_root(root: Path, *, quick: bool) -> Iterator[Problem]:
    """Everything wrong in the storage root, object by object; nothing where all verifies.

    Quick looks at structure, inventories and empty files; full also hashes every byte of content.

    Raises:
        MachineError: `archive-missing`, there is no such directory; `archive-busy`, a writer holds the root,
            and what is found may be its doing.
    """
    if not root.is_dir():
        raise MachineError("archive-missing", path=str(root))
    listing = list_directory(root, "")
    for trouble in (*listing.strange, *_declarations(root, listing), *_layout(root)):
        yield Problem(trouble.code, None, trouble.path, trouble.detail)
    if EXTENSIONS in listing.directories:
        yield from _extensions(root)
    for name in sorted(listing.directories - {EXTENSIONS}):
        yield from _hierarchy(root, name, quick=quick)


def verify_object(root: Path, object_id: str, *, quick: bool) -> Iterator[Problem]:
    """Everything wrong with one object.

    Raises:
        NotFoundError: `archive-object`, there is no such object.
        MachineError: `archive-busy`, as above.
    """
    path = object_path(object_id)
    if not (root / path).is_dir():
        raise NotFoundError("archive-object", object=object_id)
    yield from _object(root, path, object_id, quick=quick)


def _declarations(root: Path, listing: Listing) -> Iterator[Trouble]:
    declared = sorted(name for name in listing.files if name.startswith("0="))
    if not declared:
        yield Trouble("E069", ROOT_DECLARATION)
    elif len(declared) > 1:
        yield Trouble("E076", " ".join(declared))
    for name in declared:
        if name != ROOT_DECLARATION:
            yield Trouble("E079", name)
        elif (root / name).read_bytes() != declaration(name):
            yield Trouble("E080", name)


def _layout(root: Path) -> Iterator[Trouble]:
    layout = _json(root / LAYOUT_FILE)
    if not isinstance(layout, dict) or not {"extension", "description"} <= layout.keys():
        yield Trouble("E070", LAYOUT_FILE)
    elif not is_layout(layout):
        yield Trouble("E071", LAYOUT_FILE, "extension")
    if not is_config(_json(root / LAYOUT_CONFIG)):
        yield Trouble("profile", LAYOUT_CONFIG)


def _extensions(root: Path) -> Iterator[Problem]:
    listing = list_directory(root / EXTENSIONS, f"{EXTENSIONS}/")
    for trouble in listing.strange:
        yield Problem(trouble.code, None, trouble.path)
    for name in sorted(listing.files):
        yield Problem("E112", None, f"{EXTENSIONS}/{name}")
    for name in sorted(listing.directories - {LAYOUT, STAGING}):
        yield Problem("W016", None, f"{EXTENSIONS}/{name}")
    if STAGING in listing.directories:
        with undisturbed(root):
            if (root / EXTENSIONS / STAGING).is_dir():
                yield Problem("interrupted", interrupted_object(root), f"{EXTENSIONS}/{STAGING}")


def _hierarchy(root: Path, path: str, *, quick: bool) -> Iterator[Problem]:
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
        yield from _object(root, path, object_id, quick=quick)
        return
    yield from (Problem(trouble.code, None, trouble.path) for trouble in listing.strange)
    yield from (Problem("E072", None, f"{path}/{name}") for name in sorted(listing.files))
    if not (listing.files or listing.directories or listing.strange):
        yield Problem("E073", None, path)
    for name in sorted(listing.directories):
        yield from _hierarchy(root, f"{path}/{name}", quick=quick)


def _object(root: Path, path: str, object_id: str | None, *, quick: bool) -> Iterator[Problem]:
    """What is found while a version may be on its way in is looked at again when none is."""
    troubles = _troubles(root / path, object_id, quick=quick)
    if troubles:
        try:
            with undisturbed(root):
                troubles = _troubles(root / path, object_id, quick=quick)
        except MachineError as error:  # a root that cannot be locked has no writer either
            if error.code == "archive-busy":
                raise
    prefix = "" if object_id is not None else f"{path}/"
    for code, place, detail in troubles:
        yield Problem(code, object_id, f"{prefix}{place}", detail)


def _troubles(folder: Path, object_id: str | None, *, quick: bool) -> list[Trouble]:
    try:
        return list(object_troubles(folder, object_id, quick=quick))
    except OSError as error:
        return [Trouble("unreadable", "", error.strerror or "")]


def _json(path: Path) -> object:
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
