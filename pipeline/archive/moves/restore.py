"""A place of work out of a backup: laid out beside, every file proven as it is read, then moved in whole."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipeline.archive.moves.backup import Backup
from pipeline.archive.moves.backup_list import BackupList, Kept
from pipeline.archive.ocfl.storage_root import StorageRoot
from pipeline.domain.errors import CorruptError, MachineError, RefusedError
from pipeline.system.files import FILE_MODE, FOLDER_MODE, make_folder, new_file, opened, rename, sync_folder

_SECRET_MODE = 0o600
_SECRET_FOLDER_MODE = 0o700
_OTHERS = 0o077
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back, and what could not: objects by id, files by path."""

    objects: int
    files: int
    damaged: tuple[str, ...]


def restore(
    backup: Backup,
    listed: BackupList,
    target: Path,
    complete: Callable[[Path], None],
    step: Callable[[int], None],
) -> Restored:
    """Lays out what the list names in `target`, which must not be there or be empty.

    It is made in a hidden folder beside and renamed at the end; one left by a kill is cleared away.
    `complete` adds to that folder what no backup holds. A file that does not verify is left out and named.

    Raises:
        RefusedError: `restore_not_empty`.
        MachineError: `restore_unwritable`, the disk refused.
    """
    target = target.absolute()
    part = target.with_name(f".{target.name}.part")
    try:
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise RefusedError("restore_not_empty", folder=str(target))
        if part.exists():
            shutil.rmtree(part)
        part.mkdir(mode=FOLDER_MODE, parents=True)
        restored = _lay_out(backup, listed, part, step)
        _close_secret_folders(part, listed)
        complete(part)
        _sync(part)
        if target.exists():
            target.rmdir()
        rename(part, target)
        sync_folder(target.parent)
    except OSError as error:
        raise MachineError("restore_unwritable", folder=str(target), reason=error.strerror or "") from error
    return restored


def _lay_out(backup: Backup, listed: BackupList, part: Path, step: Callable[[int], None]) -> Restored:
    damaged: list[str] = []
    root = StorageRoot.create(part / "archive")
    for object_id, inventory in sorted(listed.objects.items()):
        try:
            root.adopt(backup.snapshot(object_id, inventory))
        except CorruptError:
            damaged.append(object_id)
        step(1)
    for path, kept in sorted(listed.files.items()):
        if not _copy(backup.stored(kept.sha512), part / path, kept):
            damaged.append(path)
        step(1)
    sound = len(listed.objects) + len(listed.files) - len(damaged)
    files = sum(path not in damaged for path in listed.files)
    return Restored(sound - files, files, tuple(damaged))


def _close_secret_folders(part: Path, listed: BackupList) -> None:
    """Folders in which every file was its owner's alone."""
    folders = {str(Path(path).parent) for path in listed.files}
    open_folders = {str(Path(path).parent) for path, kept in listed.files.items() if kept.mode & _OTHERS}
    for folder in folders - open_folders:
        if (part / folder).is_dir():
            (part / folder).chmod(_SECRET_FOLDER_MODE)


def _sync(folder: Path) -> None:
    for at, _, _ in os.walk(folder, topdown=False):
        sync_folder(Path(at))


def _copy(source: Path, target: Path, kept: Kept) -> bool:
    """The file with its old permissions, as far as the house allows them; False where it does not verify."""
    for parent in reversed(target.parents):
        make_folder(parent)
    digest = hashlib.sha512()
    mode = FILE_MODE if kept.mode & _OTHERS else _SECRET_MODE
    try:
        with new_file(target, mode) as out, opened(source) as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
                out.write(chunk)
    except FileNotFoundError:
        target.unlink()
        return False
    if digest.hexdigest() != kept.sha512:
        target.unlink()
        return False
    os.utime(target, ns=(kept.mtime, kept.mtime))
    return True
