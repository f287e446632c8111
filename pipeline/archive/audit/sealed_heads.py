"""Sealed heads of the audit chain: `extensions/jeke-audit-heads/heads/<number>.p7m` in the storage root.

CMS with its content inside (RFC 5652): `openssl cms -verify` proves and prints it without this program.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from pipeline.archive.ocfl.layout import EXTENSIONS, SEALED_HEADS
from pipeline.system.files import atomic_write, make_folder, open_regular, rename, sync_folder

FOLDER: Final = f"{EXTENSIONS}/{SEALED_HEADS}/heads"
_WIDTH: Final = 12
LARGEST: Final = 1 << 16
"""Bytes that a sealed head may have; one with its certificates takes 4 kB."""


def path_of(number: int) -> str:
    """Where the sealed head of that number lies, relative to the storage root."""
    return f"{FOLDER}/{number:0{_WIDTH}}.p7m"


def sealed_heads(root: Path) -> tuple[Path, ...]:
    """The files, by the number of their head."""
    return tuple(sorted((root / FOLDER).glob("*.p7m")))


def read(path: Path) -> bytes | None:
    """A sealed head; None where the file is none of ours: larger than any can be.

    Raises:
        OSError: it is a link or no regular file, or cannot be read.
    """
    with os.fdopen(open_regular(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
        return file.read() if os.fstat(file.fileno()).st_size <= LARGEST else None


def put(root: Path, number: int, data: bytes) -> None:
    """Lays a sealed head down; it is on the disk when this returns.

    Raises:
        OSError: the archive cannot be written.
    """
    folder = root / FOLDER
    for directory in (folder.parent, folder):
        make_folder(directory)
        sync_folder(directory.parent)
    atomic_write(root / path_of(number), data)


def lay_aside(root: Path, chain: str) -> None:
    """Those of a chain that is lost for good: kept, and no longer held against the one begun anew.

    Raises:
        OSError: the archive cannot be written.
    """
    folder = root / FOLDER
    if folder.is_dir():
        number, free = 1, folder.with_name(f"former-{chain}")
        while os.path.lexists(free):
            number += 1
            free = folder.with_name(f"former-{chain}-{number}")
        rename(folder, free)
        sync_folder(folder.parent)
