"""Folders the service writes into beside names that strangers may take: its own, or nothing is written there.

HR may write into inbox/, so anybody may have made `refused` before the service did: as a link into state/, or
as a folder of their own, to take away what comes back to colleagues. Before each use such a folder is looked
at without following links, and worked in through the descriptor of what was looked at.
"""

from __future__ import annotations

import logging
import os
import stat
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.intake.files import folder_opened, make_folder, rename_new

_ANYBODY_WRITES = 0o022
_NOT_FOR_OTHERS = 0o027
_ROOT = 0

log = logging.getLogger(__name__)


class NotOursError(Exception):
    """The folder is a stranger's or open to strangers, and cannot be set aside; its path."""


@contextmanager
def own_folder(path: Path, *, make: bool = True) -> Iterator[Path]:
    """The folder, made where it is missing, by a path that leads nowhere else for as long as it is used.

    What a stranger has put in its place is set aside first, under another name beside it. Rights of others
    to it, and the group's to write into it, are taken away.

    Raises:
        NotOursError: neither can be done.
        FileNotFoundError, UnfitError: it is not there, or a link, and `make` is false.
        OSError.
    """
    if make:
        _make(path)
    with folder_opened(path) as folder:
        found = os.fstat(folder)
        if not _is_ours(found, path):
            raise NotOursError(path)
        if found.st_mode & _ANYBODY_WRITES:
            _close(folder, path)
        yield Path(f"/proc/self/fd/{folder}")


def is_own_folder(path: Path) -> bool:
    """Whether it is there, the service's own, and nobody else may write into it."""
    try:
        found = os.lstat(path)
    except OSError:
        return False
    return _is_ours(found, path) and not found.st_mode & _ANYBODY_WRITES


def _make(path: Path) -> None:
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        make_folder(path)
        return
    if not _is_ours(found, path):
        _set_aside(path)
        make_folder(path)


def _set_aside(path: Path) -> None:
    name = f"{path.name}.{uuid.uuid4().hex[:8]}"
    try:
        rename_new(path, path.with_name(name))
    except OSError as error:
        raise NotOursError(path) from error
    log.warning("folder_set_aside", extra={"values": {"folder": path.name, "name": name}})


def _is_ours(found: os.stat_result, path: Path) -> bool:
    """Ours are the folders of the service, of root, and of whom the folder above belongs to anyway."""
    trusted = (os.geteuid(), _ROOT, os.stat(path.parent).st_uid)  # noqa: PTH116  # as in files
    return stat.S_ISDIR(found.st_mode) and found.st_uid in trusted


def _close(folder: int, path: Path) -> None:
    """An ACL's rights go with the group's: a mode bounds them all."""
    try:
        os.fchmod(folder, stat.S_IMODE(os.fstat(folder).st_mode) & ~_NOT_FOR_OTHERS)
    except OSError as error:
        raise NotOursError(path) from error
    if os.fstat(folder).st_mode & _ANYBODY_WRITES:  # a file system without modes
        raise NotOursError(path)
