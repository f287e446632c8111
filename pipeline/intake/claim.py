"""A drop's way through the work folder: claimed, worked off or given back; killed anywhere, it goes on.

The journal speaks before each step. A dropped file is at every moment whole in exactly one of three places:
inbox/, state/work/<drop>/, or a folder of inbox/ that it was given back into. Across file systems it is
copied, and the copy counts only once it is whole and named.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.domain.errors import JekeError, MachineError, NotFoundError
from pipeline.intake.files import (
    PART,
    UnfitError,
    fingerprint,
    make_folder,
    move_file,
    read_file,
    rename_folder,
    sync_folder,
    write_file,
)
from pipeline.intake.journal import FILED, Detail, Drop, DropState, Journal

_LONGEST_NAME = 255  # bytes


@dataclass(frozen=True, slots=True)
class Claimed:
    """A dropped file that is ours now. `name` is as it was dropped, `path` where it lies, `size` in bytes."""

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
    """Takes a file out of inbox/ into a work folder of its own, and hashes it there.

    Raises:
        NotFoundError: `drop_gone`, somebody took it away first.
        MachineError: `drop_unfit`, it is no plain file with one name; `inbox_not_writable`, `work_unusable`,
            `journal_unusable`. The file is then back in inbox/, or the next `recover` sees to it.
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


def finish(
    claimed: Claimed, work: Path, journal: Journal, state: DropState, *, now: datetime, detail: Detail
) -> None:
    """The content is safe in the archive: the drop ends and its work folder goes.

    Raises:
        ValueError: a state in which the content is not in the archive.
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

    `folder` is inbox/refused or inbox/duplicates. The new folder appears at once with all it holds, and the
    drop ends in `state`.

    Raises:
        MachineError: `inbox_not_writable`; the next `recover` sees to what was begun.
    """
    with _translated("inbox_not_writable"):
        make_folder(folder)
        stage = folder / f".{claimed.drop_id}"
        _take_back(stage, claimed.path)
        target = _given_back(journal.drop(claimed.drop_id), folder, claimed)
        if target is None:
            target = _free(folder, now, claimed.name)
            journal.returning(claimed.drop_id, f"{folder.name}/{target.name}", state, detail)
            make_folder(stage)
            for name, data in beside.items():
                write_file(stage / (f"_{name}" if name == claimed.name else name), data)
            move_file(claimed.path, stage / claimed.name)
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
    resumed = [_resume(drop, inbox, work, journal, now) for drop in unfinished]
    settled = {drop.id for drop in unfinished}
    adopted = [_settle(drop_id, work, journal, now) for drop_id in strangers if drop_id not in settled]
    return tuple(claimed for claimed in (*resumed, *adopted) if claimed is not None)


def _resume(drop: Drop, inbox: Path, work: Path, journal: Journal, now: datetime) -> Claimed | None:
    held = work / drop.id / drop.name
    with _translated("work_unusable"):
        if drop.back_to is not None and drop.back_as is not None:
            _take_back((inbox / drop.back_to).parent / f".{drop.id}", held)
            if not _is_there(held):
                journal.end(drop.id, drop.back_as, now)
                _clear(work, drop.id)
                return None
        if drop.state is DropState.CLAIMING and not _was_claimed(inbox / drop.name, held):
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


def _was_claimed(dropped: Path, held: Path) -> bool:
    """Whether the file reached the work folder. One copied but not yet taken away from inbox/ did not."""
    return _is_there(held) and not (_is_there(dropped) and read_file(dropped)[1] == read_file(held)[1])


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
        move_file(dropped, held)
    except FileNotFoundError as error:
        raise NotFoundError("drop_gone") from error


def _hold(drop_id: str, path: Path, journal: Journal) -> Claimed:
    with _translated("work_unusable"):
        digest, size = fingerprint(path)
    journal.claimed(drop_id, digest, size)
    return Claimed(drop_id, path.name, path, digest, size)


def _undo(drop_id: str, path: Path, work: Path, journal: Journal) -> None:
    """Puts a file that cannot be claimed back where it was, if it can; else `recover` sees to it."""
    held = work / drop_id / path.name
    with suppress(OSError, UnfitError, JekeError):
        if _is_there(held) and not _is_there(path):
            move_file(held, path)
        if not _is_there(held):
            _clear(work, drop_id)
            journal.forget(drop_id)


def _free(folder: Path, now: datetime, name: str) -> Path:
    """A folder name not taken yet, cut to what a name may hold; signs that cannot be seen become `_`."""
    plain = "".join(c if c.isprintable() else "_" for c in name)
    for number in range(1, 10_000):
        head = f"{now:%Y%m%d-%H%M%S}-" if number == 1 else f"{now:%Y%m%d-%H%M%S}-{number}-"
        room = _LONGEST_NAME - len(head)
        target = folder / (head + plain.encode()[:room].decode(errors="ignore"))
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


def _is_there(path: Path) -> bool:
    return os.path.lexists(path)


@contextmanager
def _translated(code: str) -> Iterator[None]:
    try:
        yield
    except UnfitError as error:
        raise MachineError("drop_unfit") from error
    except OSError as error:
        raise MachineError(code, reason=error.strerror or "") from error
