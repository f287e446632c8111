"""A drop's way through the work folder: claimed, worked off or given back; killed anywhere, it goes on.

The journal speaks before each step. A dropped file is at every moment whole in exactly one of three places:
inbox/, state/work/<drop>/, or a folder of inbox/ that it was given back into. Across file systems it is
copied, and the copy counts only once it is whole and named. A folder is claimed like a file, by one rename.

What lies in a folder or zip becomes drops of its own (`take_out`), one after the other, each under an id that
follows from the bundle's and its path: taken apart again after a kill, nothing comes out twice.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from pipeline.domain.errors import JekeError, MachineError, NotFoundError
from pipeline.intake.bundle_folder import ASIDE, COPIED, TooLargeError, content_of, move_folder
from pipeline.intake.files import (
    PART,
    UnfitError,
    fingerprint,
    make_folder,
    move_file,
    opened,
    read_file,
    rename_folder,
    share,
    sync_folder,
    write_file,
)
from pipeline.intake.journal import FILED, Detail, Drop, DropState, Journal

_LONGEST_NAME = 255  # bytes
_NOT_IN_NAMES = re.compile(r'[<>:"/\\|?*]')
"""What Windows lets stand in no name: HR see these folders over a share."""


_HELD = (DropState.CLAIMED, DropState.RETRY)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A dropped file that is ours now. `name` is as it was dropped, `path` where it lies, `size` in bytes.

    Of a folder `sha256` is that of the list of its files, `size` that of all of them.
    """

    drop_id: str
    name: str
    path: Path
    sha256: str
    size: int

    def read(self) -> bytes:
        """The file as it was when it was hashed.

        Raises:
            MachineError: `drop_changed`, somebody still writes to it; `work_unusable`.
        """
        with _translated("work_unusable"):
            data, digest = read_file(self.path)
        if digest != self.sha256:
            raise MachineError("drop_changed", drop=self.drop_id)
        return data


def claim(path: Path, work: Path, journal: Journal, *, now: datetime) -> Claimed:
    """Takes a file or folder out of inbox/ into a work folder of its own, and hashes it there.

    Raises:
        NotFoundError: `drop_gone`, somebody took it away first.
        MachineError: `drop_unfit`, it is no plain file with one name, or a folder with another in it;
            `inbox_not_writable`, `work_unusable`, `journal_unusable`. The file is then back in inbox/, or the
            next `recover` sees to it.
    """
    drop_id = uuid.uuid4().hex
    journal.intend(drop_id, path.name, now)
    try:
        with _translated("work_unusable"):
            make_folder(work / drop_id)
        with _translated("inbox_not_writable"):
            _take(path, work / drop_id / path.name)
        return _hold(drop_id, work / drop_id / path.name, journal)
    except JekeError:
        _undo(drop_id, path, work, journal)
        raise


def take_out(
    bundle: Claimed,
    path: PurePosixPath,
    put: Callable[[Path], None],
    work: Path,
    journal: Journal,
    *,
    now: datetime,
) -> None:
    """Makes a file of a claimed bundle a drop of its own, unless it is one already.

    `path` is where it lies in the bundle; `put` brings it, whole at once, to a name that does not exist yet.
    What an earlier try left half done is to be settled before (`settle_members`).

    Raises:
        MachineError: `work_unusable`, `journal_unusable`; to be done again.
    """
    drop_id = member_id(bundle.drop_id, path)
    if journal.find(drop_id) is not None:
        return
    held = work / drop_id / path.name
    journal.intend(drop_id, path.name, now, bundle=bundle.drop_id)
    with _translated("work_unusable"):
        make_folder(held.parent)
        put(held)
    _hold(drop_id, held, journal)


def settle_members(bundle: Claimed, work: Path, journal: Journal) -> None:
    """Before a bundle is taken apart further: what was cut short in taking out is out, or never was.

    Raises:
        MachineError: as `take_out`.
    """
    for drop in journal.taken_out_of(bundle.drop_id):
        if drop.state is DropState.CLAIMING:
            held = work / drop.id / drop.name
            if _is_there(held):
                _hold(drop.id, held, journal)
            else:
                with _translated("work_unusable"):
                    _clear(work, drop.id)
                journal.forget(drop.id)


def member_id(bundle_id: str, path: PurePosixPath) -> str:
    """The id of the drop that a file of a bundle becomes, the same each time."""
    return uuid.uuid5(uuid.UUID(hex=bundle_id), os.fsencode(str(path)).hex()).hex


def members_under_way(bundle: Claimed, work: Path, journal: Journal) -> tuple[Claimed, ...]:
    """The drops of a bundle that are not over yet, in the order of their taking out."""
    drops = [drop for drop in journal.taken_out_of(bundle.drop_id) if drop.state in _HELD]
    return tuple(
        Claimed(drop.id, drop.name, work / drop.id / drop.name, drop.sha256 or "", drop.size or 0)
        for drop in drops
    )


def finish(
    claimed: Claimed, work: Path, journal: Journal, state: DropState, *, now: datetime, detail: Detail
) -> None:
    """The content is safe in the archive, or, of a bundle, in drops of its own: its work folder goes.

    Raises:
        ValueError: a state in which the content is not safe.
    """
    if state not in FILED:
        raise ValueError("only filed content may be removed from the work folder")
    journal.end(claimed.drop_id, state, now, detail)
    _leave(work, claimed.drop_id)


def give_back(
    claimed: Claimed,
    folder: Path,
    work: Path,
    journal: Journal,
    state: DropState,
    *,
    now: datetime,
    detail: Detail,
    beside: Mapping[str, bytes],
) -> Path:
    """Puts the file whole into `<folder>/<YYYYMMDD-HHMMSS>-<name>/`, with what is to lie beside it.

    `folder` is inbox/refused, inbox/duplicates or inbox/quarantine. The new folder appears at once with all
    it holds, and the drop ends in `state`.

    Raises:
        MachineError: `inbox_not_writable`; the next `recover` sees to what was begun.
    """
    with _translated("inbox_not_writable"):
        make_folder(folder)
        stage = folder / f".{claimed.drop_id}"
        _take_back(stage, claimed.path)
        target = _given_back(journal.drop(claimed.drop_id), folder, claimed)
        if target is None:
            target = free_name(folder, now, claimed.name)
            journal.returning(claimed.drop_id, f"{folder.name}/{target.name}", state, detail)
            make_folder(stage)
            for name, data in beside.items():
                write_file(stage / (f"_{name}" if name == claimed.name else name), data)
            move_file(claimed.path, stage / claimed.name)
            share(stage / claimed.name, stage)
            sync_folder(stage)
            rename_folder(stage, target)
    journal.end(claimed.drop_id, state, now)
    _leave(work, claimed.drop_id)
    return target


def recover(inbox: Path, work: Path, journal: Journal, *, now: datetime) -> tuple[Claimed, ...]:
    """At start, alone: settles whatever was cut short, and gives the drops that are to be worked off.

    A drop whose file is nowhere to be found ends as failed, with the detail `reason: gone`.

    Raises:
        MachineError: as `claim` and `give_back`.
    """
    unfinished = journal.unfinished()
    with _translated("work_unusable"):
        make_folder(work)
        strangers = sorted(path.name for path in work.iterdir())
        _settle_aside(inbox, work, journal)
    resumed = [_resume(drop, inbox, work, journal, now) for drop in unfinished]
    settled = {drop.id for drop in unfinished}
    adopted = [_settle(drop_id, work, journal, now) for drop_id in strangers if drop_id not in settled]
    return tuple(claimed for claimed in (*resumed, *adopted) if claimed is not None)


def settle_return(
    drop: Drop, inbox: Path, work: Path, journal: Journal, *, now: datetime
) -> DropState | None:
    """Settles a giving back that was cut short: what it ended in, or None where the file is ours (again).

    Raises:
        MachineError: `work_unusable`, `journal_unusable`; to be done again.
    """
    if drop.back_to is None or drop.back_as is None:
        return None
    held = work / drop.id / drop.name
    with _translated("work_unusable"):
        _take_back((inbox / drop.back_to).parent / f".{drop.id}", held)
        if _is_there(held):
            return None
        journal.end(drop.id, drop.back_as, now)
        _clear(work, drop.id)
    return drop.back_as


def _settle_aside(inbox: Path, work: Path, journal: Journal) -> None:
    """A folder on its way to another file system: put aside it is whole, and its copy does not count yet."""
    shutil.rmtree(inbox / COPIED, ignore_errors=True)
    if not _is_there(inbox / ASIDE):
        return
    claiming = [drop for drop in journal.drops(DropState.CLAIMING) if drop.bundle is None]
    for drop in claiming:
        _clear(work, drop.id)
    _put_back_aside(inbox, claiming[0].name if claiming else ASIDE.lstrip("."))


def _put_back_aside(inbox: Path, name: str) -> None:
    os.rename(inbox / ASIDE, _free_in_inbox(inbox, name))  # noqa: PTH104  # as in files
    sync_folder(inbox)


def _free_in_inbox(folder: Path, name: str) -> Path:
    numbered = (folder / (name if number == 1 else f"{name} ({number})") for number in range(1, 10_000))
    return next(path for path in numbered if not _is_there(path))


def _resume(drop: Drop, inbox: Path, work: Path, journal: Journal, now: datetime) -> Claimed | None:
    held = work / drop.id / drop.name
    if settle_return(drop, inbox, work, journal, now=now) is not None:
        return None
    with _translated("work_unusable"):
        if drop.state is DropState.CLAIMING and not _was_claimed(drop, inbox / drop.name, held):
            _clear(work, drop.id)
            journal.forget(drop.id)
            return None
        if not _is_there(held):
            journal.end(drop.id, DropState.FAILED, now, {"reason": "gone"})
            return None
    return _hold(drop.id, held, journal)


def _take_back(stage: Path, held: Path) -> None:
    """Undoes a giving back that did not reach its folder."""
    if _is_there(stage / held.name) and not _is_there(held):
        move_file(stage / held.name, held)
    if stage.is_dir():
        shutil.rmtree(stage)


def _given_back(drop: Drop, folder: Path, claimed: Claimed) -> Path | None:
    """Where an earlier try, cut short after its last move, has put the file."""
    if drop.back_to is None or _is_there(claimed.path):
        return None
    target = folder.parent / drop.back_to
    return target if _is_there(target / claimed.name) else None


def _was_claimed(drop: Drop, dropped: Path, held: Path) -> bool:
    """Whether the file reached the work folder. One copied but not yet taken away from inbox/ did not."""
    if not _is_there(held):
        return False
    copied_only = drop.bundle is None and _is_there(dropped) and _same(dropped, held)
    return not copied_only


def _same(dropped: Path, held: Path) -> bool:
    """Whether both are plain files of the same content; a folder is never in two places."""
    try:
        with opened(dropped) as one, opened(held) as other:
            digests = [hashlib.file_digest(file, "sha256").digest() for file in (one, other)]
    except (UnfitError, OSError):
        return False
    return digests[0] == digests[1]


def _settle(drop_id: str, work: Path, journal: Journal, now: datetime) -> Claimed | None:
    """A work folder that no unfinished drop accounts for: one left over, or one the journal has lost."""
    with suppress(NotFoundError):
        drop = journal.drop(drop_id)
        if drop.state is not DropState.FAILED or drop.back_to is not None:
            with _translated("work_unusable"):
                _clear(work, drop_id)
        return None
    files = [path for path in (work / drop_id).glob("*") if path.name != PART]
    if len(files) != 1:
        return None
    journal.intend(drop_id, files[0].name, now)
    return _hold(drop_id, files[0], journal)


def _take(dropped: Path, held: Path) -> None:
    try:
        (move_folder if _is_folder(dropped) else move_file)(dropped, held)
    except FileNotFoundError as error:
        raise NotFoundError("drop_gone") from error


def _hold(drop_id: str, path: Path, journal: Journal) -> Claimed:
    with _translated("work_unusable"):
        digest, size = content_of(path) if _is_folder(path) else fingerprint(path)
    journal.claimed(drop_id, digest, size)
    return Claimed(drop_id, path.name, path, digest, size)


def _undo(drop_id: str, path: Path, work: Path, journal: Journal) -> None:
    """Puts what cannot be claimed back where it was, if it can; else `recover` sees to it."""
    held = work / drop_id / path.name
    with suppress(OSError, UnfitError, JekeError):
        if _is_there(path.with_name(ASIDE)):
            _clear(work, drop_id)
            _put_back_aside(path.parent, path.name)
        elif _is_there(held) and not _is_there(path):
            move_file(held, path)  # a folder only by a rename: no second copy is under way then
        if not _is_there(held) or (_is_there(path) and _same(path, held)):
            _clear(work, drop_id)
            journal.forget(drop_id)


def free_name(folder: Path, now: datetime, name: str, *, ending: str = "") -> Path:
    """A name in that folder not taken yet: when, and what it is about, as far as a name has room.

    Signs that cannot be seen, or that Windows lets stand in no name, become `_`.
    """
    plain = _NOT_IN_NAMES.sub("_", "".join(c if c.isprintable() else "_" for c in name))
    for number in range(1, 10_000):
        head = f"{now:%Y%m%d-%H%M%S}-" if number == 1 else f"{now:%Y%m%d-%H%M%S}-{number}-"
        room = _LONGEST_NAME - len(head) - len(ending)
        # A name that ends in a blank or a full stop cannot be opened on Windows.
        target = folder / ((head + plain.encode()[:room].decode(errors="ignore")).rstrip(" .") + ending)
        if not _is_there(target):
            return target
    raise FileExistsError(folder)


def _clear(work: Path, drop_id: str) -> None:
    folder = work / drop_id
    if folder.is_dir():
        shutil.rmtree(folder)
        sync_folder(work)


def _leave(work: Path, drop_id: str) -> None:
    """The drop is over; a folder that cannot be removed now is at the next start."""
    with suppress(OSError):
        _clear(work, drop_id)


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _is_there(path: Path) -> bool:
    return os.path.lexists(path)


@contextmanager
def _translated(code: str) -> Iterator[None]:
    try:
        yield
    except (UnfitError, TooLargeError) as error:
        raise MachineError("drop_unfit") from error
    except OSError as error:
        raise MachineError(code, reason=error.strerror or "") from error
