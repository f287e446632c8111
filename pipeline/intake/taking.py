"""What was dropped becomes the service's own, before anything is decided about it.

A rename out of inbox/ ends nobody's rights: whoever dropped a folder still owns the folders in it, may hold
them open, and may put links in the place of files at any moment; a file may still be open for writing. So
what was seized is not used where it lies. It is opened part by part without following links, compared with
what was seen before, and made anew in folders that only the service may enter:

    inbox/<name> ─ seize ─ work/<drop>/.dropped/<name> ─ take in ─ work/<drop>/<name>

It counts as taken in once it has its last name there, and it lies whole under `.dropped` until then: killed
anywhere, it is taken in anew. On another file system than inbox/ it is seized into `inbox/.jeke-<drop>/`, a
folder that only the service may enter.

A file is copied, unless it is the service's own already and the kernel vouches that nobody has it open for
writing (a read lease, fcntl(2)): then it keeps its place on the disk and only gets a new name. Recordings of
gigabytes that come over a share with `force user` take no second copy so; others take one where the file
system cannot share blocks.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from io import BufferedReader
from pathlib import Path, PurePath

from pipeline.intake.bundles.bundle_folder import MAX_BYTES, TooLargeError, survey_of
from pipeline.intake.files import (
    Stamp,
    UnfitError,
    copy_opened,
    drop_acls,
    folder_opened,
    is_closed_to_writers,
    make_folder,
    opened,
    remove,
    remove_tree,
    stamp_of,
)
from pipeline.system.files import FILE_MODE, PART, rename, sync_folder

DROPPED = ".dropped"
_ASIDE = ".jeke-"
_CLOSED = 0o700


class ChangedError(Exception):
    """It is no longer what was seen: it is looked at anew."""


def seize(path: Path, own: Path) -> None:
    """Takes a drop out of inbox/ by one rename; from then on nobody reaches it by its name there.

    `own` is the drop's work folder. Raises OSError.
    """
    try:
        _rename_into(own / DROPPED, path)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        (own / DROPPED).rmdir()
        _rename_into(_aside(path.parent, own), path)


def _rename_into(folder: Path, path: Path) -> None:
    with suppress(FileExistsError):
        os.mkdir(folder, _CLOSED)  # noqa: PTH102  # every step stands here by its system call
    rename(path, folder / path.name)
    sync_folder(folder)
    sync_folder(path.parent)


def seized(inbox: Path, own: Path, name: str) -> Path | None:
    """Where a drop lies that was seized and not taken in yet."""
    places = (folder / name for folder in (own / DROPPED, _aside(inbox, own)))
    return next((path for path in places if os.path.lexists(path)), None)


def lying_in(own: Path) -> tuple[str, ...]:
    """The names of all that lies whole in a work folder, taken in or only seized; what was seized first.

    Raises OSError.
    """
    folders = (folder for folder in (own / DROPPED, own) if folder.is_dir())
    names = (path.name for folder in folders for path in sorted(folder.iterdir()))
    return tuple(dict.fromkeys(name for name in names if name not in (DROPPED, PART)))


def left_aside(inbox: Path) -> tuple[tuple[Path, str], ...]:
    """Folders of our own in inbox/ that a kill has left, each with the id of its drop."""
    with suppress(OSError):
        found = (path for path in sorted(inbox.glob(f"{_ASIDE}*")) if _is_our_folder(path))
        return tuple((path, path.name.removeprefix(_ASIDE)) for path in found)
    return ()


def take_in(dropped: Path, held: Path, seen: Stamp | None = None) -> None:
    """Makes what was seized our own, whole before it has the name `held`; the seized one is still there.

    Raises:
        ChangedError: it is not what `seen` says, or somebody changed it meanwhile.
        UnfitError, TooLargeError, OSError.
    """
    part = held.with_name(PART)
    remove(part)
    found = os.lstat(dropped)
    if seen is not None and not stat.S_ISDIR(found.st_mode) and stamp_of(found) != seen:
        raise ChangedError
    if stat.S_ISDIR(found.st_mode):
        _take_folder(dropped, part, seen)
    else:
        _take_file(dropped, part)
    rename(part, held)
    sync_folder(held.parent)


def let_go(inbox: Path, own: Path) -> bool:
    """Removes what is taken in from where it was seized; False where its owner lets it not be removed."""
    try:
        for folder in (own / DROPPED, _aside(inbox, own)):
            remove_tree(folder)
    except OSError:
        return False
    return True


def _take_folder(dropped: Path, part: Path, seen: Stamp | None) -> None:
    with folder_opened(dropped) as top:
        before = survey_of(top)
        if seen not in (None, before.stamp):
            raise ChangedError
        if before.odd:
            raise UnfitError
        make_folder(part)
        for path, stamp in before.stamps.items():
            for above in reversed(path.parents[:-1]):
                make_folder(part / above)
            with folder_opened(path.parent, top) as here:
                _take(path.name, here, part / path, stamp)
        if survey_of(top).files != before.files:
            raise ChangedError


def _take_file(dropped: Path, part: Path) -> None:
    with folder_opened(dropped.parent) as here:
        _take(dropped.name, here, part, stamp_of(os.lstat(dropped)))


def _take(name: str, here: int, target: Path, seen: Stamp) -> None:
    """A file of the folder `here`, if it still is what was seen."""
    with opened(PurePath(name), here) as file:
        found = os.fstat(file.fileno())
        if stamp_of(found) != seen:
            raise ChangedError
        if found.st_size > MAX_BYTES:
            raise TooLargeError
        if _is_ours(os.fstat(here)) and _is_ours(found) and _nobody_writes(file):
            with suppress(OSError):
                _link(name, here, target, found)
                return
        copy_opened(file, target)
        if stamp_of(os.fstat(file.fileno())) != seen or target.stat().st_size != found.st_size:
            raise ChangedError


def _link(name: str, here: int, target: Path, found: os.stat_result) -> None:
    os.link(name, target, src_dir_fd=here, follow_symlinks=False)
    if not os.path.samestat(os.lstat(target), found):
        os.unlink(target)  # noqa: PTH108  # as above
        raise ChangedError


def _nobody_writes(file: BufferedReader) -> bool:
    """Whether a file of ours is closed to everybody else, now and from now on."""
    descriptor = file.fileno()
    drop_acls(descriptor)
    os.fchown(descriptor, -1, os.getegid())
    os.fchmod(descriptor, FILE_MODE)
    return is_closed_to_writers(file)


def _is_ours(found: os.stat_result) -> bool:
    return found.st_uid == os.geteuid()


def _is_our_folder(path: Path) -> bool:
    found = os.lstat(path)
    return stat.S_ISDIR(found.st_mode) and _is_ours(found)


def _aside(inbox: Path, own: Path) -> Path:
    return inbox / f"{_ASIDE}{own.name}"
