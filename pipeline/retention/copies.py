"""Copies of a recording outside its store: in work folders, beside answers, among files given back."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from pipeline.domain.errors import MachineError
from pipeline.retention.state_files import translated
from pipeline.system.files import opened, sync_folder


def destroy_copies(
    folders: Iterable[Path],
    sha256: str,
    size: int,
    recording: str,
    spared: Callable[[str], bool] = lambda _: False,
) -> int:
    """Takes away every file with exactly these bytes under the folders; gives how many there were.

    `spared` names files, by their names, that are another recording's which is still kept or on its way.

    Raises:
        MachineError: `recording_remains`, one is still there; `retention_unusable`.
    """
    folders = tuple(folders)
    with translated():
        found = [path for path in copies(folders, sha256, size) if not spared(path.name)]
        for path in found:
            path.unlink(missing_ok=True)
            sync_folder(path.parent)
        if not all(spared(path.name) for path in copies(folders, sha256, size)):
            raise MachineError("recording_remains", recording=recording)
    return len(found)


def copies(folders: Iterable[Path], sha256: str, size: int) -> Iterator[Path]:
    """Files of that size and SHA-256; links are not followed."""
    for folder in folders:
        for at, _, names in os.walk(folder):
            for name in names:
                path = Path(at, name)
                if _size(path) == size and _sha256(path) == sha256:
                    yield path


def _size(path: Path) -> int | None:
    try:
        found = path.lstat()
    except FileNotFoundError:
        return None
    return found.st_size if stat.S_ISREG(found.st_mode) else None


def _sha256(path: Path) -> str | None:
    try:
        with opened(path) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return None
