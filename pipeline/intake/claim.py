"""A drop's way through the work folder: claimed, worked off or given back; killed anywhere, it goes on.

The journal speaks before each step. A dropped file is at every moment whole in exactly one of three places:
inbox/, state/work/<drop>/, or a folder of inbox/ that it was given back into. It is seized by one rename, a
folder as well as a file, and becomes the service's own before it is hashed (taking.py): a copy counts only
once it is whole and named.

What lies in a folder or zip becomes drops of its own (`take_out`), one after the other, each under an id that
follows from the bundle's and its path: taken apart again after a kill, nothing comes out twice.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import stat
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from pipeline.domain.errors import JekeError, MachineError, NotFoundError
from pipeline.intake.bundles.bundle_folder import TooLargeError, content_of, survey
from pipeline.intake.files import (
    Stamp,
    UnfitError,
    fingerprint,
    make_folder,
    move_file,
    opened,
    read_file,
    remove,
    remove_tree,
    rename_folder,
    rename_new,
    share,
)
from pipeline.intake.inbox import RETURNED
from pipeline.intake.journal import FILED, Detail, Drop, DropState, Journal
from pipeline.intake.own_folder import NotOursError, own_folder
from pipeline.intake.taking import DROPPED, ChangedError, left_aside, let_go, lying_in, seize, seized, take_in
from pipeline.system.files import rename, sync_folder, write_file

_LONGEST_NAME = 255  # bytes
_NOT_IN_NAMES = re.compile(r'[<>:"/\\|?*]')
"""What Windows lets stand in no name: HR see these folders over a share."""


_UNFIT = "drop_unfit"
_HELD = (DropState.CLAIMED, DropState.RETRY)
_STAGE = re.compile(r"\.[0-9a-f]{32}")
"""What is being given back is put together in a folder of this name, the drop's id."""
_ASIDE_BEFORE = ".jeke-taken"
"""Where version 0.2 put a folder in inbox/ on its way to another file system; there it is whole."""
_COPIED_BEFORE = ".jeke-copied"
"""What it was called there once the copy was whole."""

log = logging.getLogger(__name__)


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


def claim(path: Path, work: Path, journal: Journal, *, now: datetime, seen: Stamp | None = None) -> Claimed:
    """Takes a file or folder out of inbox/ into a work folder of its own, and hashes it there.

    `seen` is what it was when it was found quiet and whole.

    Raises:
        NotFoundError: `drop_gone`, somebody took it away first, or it is no longer what was seen.
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
            _seize(path, work / drop_id)
        return _hold(drop_id, path.name, path.parent, work, journal, seen)
    except JekeError:
        _undo(drop_id, path.name, path.parent, work, journal)
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
    _count(drop_id, held, journal)


def settle_members(bundle: Claimed, work: Path, journal: Journal) -> None:
    """Before a bundle is taken apart further: what was cut short in taking out is out, or never was.

    Raises:
        MachineError: as `take_out`.
    """
    for drop in journal.taken_out_of(bundle.drop_id):
        if drop.state is DropState.CLAIMING:
            held = work / drop.id / drop.name
            if _is_there(held):
                _count(drop.id, held, journal)
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
    with _translated("inbox_not_writable"), own_folder(folder) as inside:
        stage = inside / f".{claimed.drop_id}"
        _take_back(stage, claimed.path)
        name = _given_back(journal.drop(claimed.drop_id), inside, claimed)
        if name is None:
            name = free_name(inside, now, claimed.name).name
            journal.returning(claimed.drop_id, f"{folder.name}/{name}", state, detail)
            make_folder(stage)
            for beside_name, data in beside.items():
                write_file(stage / _beside(beside_name, claimed.name), data)
            _move(claimed.path, stage / claimed.name)
            share(stage / claimed.name, stage)
            sync_folder(stage)
            rename_folder(stage, inside / name)
    journal.end(claimed.drop_id, state, now)
    _leave(work, claimed.drop_id)
    return folder / name


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
        _settle_aside_before(inbox, work, journal)
    resumed = [_resume(drop, inbox, work, journal, now) for drop in unfinished]
    settled = {drop.id for drop in unfinished}
    adopted = [
        claimed
        for drop_id in strangers
        if drop_id not in settled
        for claimed in _settle(drop_id, inbox, work, journal, now)
    ]
    with _translated("inbox_not_writable"):
        _settle_aside(inbox, journal)
        _settle_stages(inbox, journal, now)
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
        with (
            suppress(FileNotFoundError, UnfitError, NotOursError),
            own_folder((inbox / drop.back_to).parent, make=False) as inside,
        ):
            _take_back(inside / f".{drop.id}", held)
        if _is_there(held):
            return None
        journal.end(drop.id, drop.back_as, now)
        _clear(work, drop.id)
    return drop.back_as


def _settle_aside_before(inbox: Path, work: Path, journal: Journal) -> None:
    """What version 0.2 had on its way to another file system: put aside it is whole, a copy is not."""
    remove_tree(inbox / _COPIED_BEFORE)
    if not _is_folder(inbox / _ASIDE_BEFORE):
        return
    claiming = [drop for drop in journal.drops(DropState.CLAIMING) if drop.bundle is None]
    for drop in claiming:
        _clear(work, drop.id)
    _put_back(inbox / _ASIDE_BEFORE, inbox, claiming[0].name if claiming else _ASIDE_BEFORE.lstrip("."))


def _settle_aside(inbox: Path, journal: Journal) -> None:
    """What is left of taking in on the file system of inbox/; what the journal knows nothing of goes back."""
    for aside, drop_id in left_aside(inbox):
        if journal.find(drop_id) is None:
            for path in sorted(aside.iterdir()):
                _put_back(path, inbox, path.name)
        with suppress(OSError):
            remove_tree(aside)


def _settle_stages(inbox: Path, journal: Journal, now: datetime) -> None:
    """A giving back cut short that the journal has lost: what lies in its hidden folder is shown to HR."""
    for name in RETURNED:
        with (
            suppress(FileNotFoundError, UnfitError, NotOursError),
            own_folder(inbox / name, make=False) as inside,
        ):
            for stage in sorted(inside.glob(".*")):
                known = not _STAGE.fullmatch(stage.name) or journal.find(stage.name[1:]) is not None
                if not known and _is_folder(stage):
                    largest = max(stage.iterdir(), key=lambda path: path.lstat().st_size, default=stage)
                    rename_folder(stage, free_name(inside, now, largest.name))


def _put_back(path: Path, inbox: Path, name: str) -> None:
    """Into inbox/, under a name that nobody has taken."""
    for number in range(1, 10_000):
        with suppress(FileExistsError):
            rename_new(path, inbox / (name if number == 1 else f"{name} ({number})"))
            return
    raise FileExistsError(name)


def _resume(drop: Drop, inbox: Path, work: Path, journal: Journal, now: datetime) -> Claimed | None:
    if settle_return(drop, inbox, work, journal, now=now) is not None:
        return None
    held = work / drop.id / drop.name
    lies_seized = seized(inbox, work / drop.id, drop.name) is not None
    with _translated("work_unusable"):
        if (
            drop.state is DropState.CLAIMING
            and not lies_seized
            and not _was_claimed(drop, inbox / drop.name, held)
        ):
            _clear(work, drop.id)
            journal.forget(drop.id)
            return None
        if not lies_seized and not _is_there(held):
            journal.end(drop.id, DropState.FAILED, now, {"reason": "gone"})
            return None
    return _hold_again(drop.id, drop.name, inbox, work, journal)


def _hold_again(drop_id: str, name: str, inbox: Path, work: Path, journal: Journal) -> Claimed | None:
    """What was seized may have become unfit meanwhile: then it goes back, and holds up nothing else.

    One that its owner has closed to us stays where it is until somebody opens it.
    """
    try:
        return _hold(drop_id, name, inbox, work, journal)
    except JekeError as error:
        if not _undo(drop_id, name, inbox, work, journal) and error.code != _UNFIT:
            raise
        return None


def closed(inbox: Path, work: Path, journal: Journal) -> tuple[tuple[Drop, Path], ...]:
    """Drops that were seized and could neither be taken in nor put back, each with the folder it lies in.

    Its owner has closed to us a folder that only they, or root, may open.

    Raises:
        MachineError: `journal_unusable`.
    """
    drops = journal.drops(DropState.CLAIMING, DropState.RETRY)[::-1]
    lying = ((drop, seized(inbox, work / drop.id, drop.name)) for drop in drops)
    return tuple(
        (drop, path.parent)
        for drop, path in lying
        if path is not None and not _is_there(work / drop.id / drop.name)
    )


def take_closed(drop: Drop, inbox: Path, work: Path, journal: Journal) -> Claimed | None:
    """One of these taken in, or put back into inbox/, if it has been opened meanwhile; else None.

    Raises:
        MachineError: as `claim`.
    """
    return _hold_again(drop.id, drop.name, inbox, work, journal)


def _take_back(stage: Path, held: Path) -> None:
    """Undoes a giving back that did not reach its folder."""
    if _is_there(stage / held.name) and not _is_there(held):
        _move(stage / held.name, held)
    remove_tree(stage)


def _given_back(drop: Drop, folder: Path, claimed: Claimed) -> str | None:
    """The folder into which an earlier try, cut short after its last move, has put the file."""
    if drop.back_to is None or _is_there(claimed.path):
        return None
    name = drop.back_to.partition("/")[2]
    return name if _is_there(folder / name / claimed.name) else None


def _beside(name: str, dropped: str) -> str:
    """A name beside the dropped file, also where the file system tells no capital letters from small ones."""
    return f"_{name}" if name.casefold() == dropped.casefold() else name


def _move(source: Path, target: Path) -> None:
    """A file or folder of our own, also to another file system."""
    try:
        move_file(source, target)
    except (UnfitError, IsADirectoryError):
        if not _is_folder(source):
            raise
        take_in(source, target)
        remove_tree(source)


def _was_claimed(drop: Drop, dropped: Path, held: Path) -> bool:
    """Whether the file reached the work folder.

    One that version 0.2 copied there and had not taken away from inbox/ yet did not.
    """
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


def _settle(drop_id: str, inbox: Path, work: Path, journal: Journal, now: datetime) -> tuple[Claimed, ...]:
    """A work folder that no unfinished drop accounts for: one left over, or one the journal has lost."""
    with suppress(NotFoundError):
        drop = journal.drop(drop_id)
        if drop.state is not DropState.FAILED or drop.back_to is not None:
            with _translated("work_unusable"):
                _clear(work, drop_id)
        return ()
    return tuple(
        claimed
        for drop in adopt(drop_id, work, journal, now)
        if (claimed := _hold_again(drop.id, drop.name, inbox, work, journal)) is not None
    )


def adopt(drop_id: str, work: Path, journal: Journal, now: datetime) -> tuple[Drop, ...]:
    """Makes drops of all that lies in a work folder of which the journal knows nothing.

    One thing lies in each; where a kill has left more, none is passed over: each gets a folder of its own,
    before the drop that this one belongs to can end and take it away.

    Raises:
        MachineError: `work_unusable`, `journal_unusable`.
    """
    with _translated("work_unusable"):
        names = lying_in(work / drop_id)
        ids = [drop_id if name == names[0] else uuid.uuid4().hex for name in names]
        for of, name in reversed([*zip(ids, names, strict=True)]):
            if of != drop_id:
                make_folder(work / of)
                move_file(work / drop_id / name, work / of / name)
            journal.intend(of, name, now)
    return tuple(map(journal.drop, ids))


def _seize(dropped: Path, own: Path) -> None:
    try:
        seize(dropped, own)
    except FileNotFoundError as error:
        raise NotFoundError("drop_gone") from error


def _hold(
    drop_id: str, name: str, inbox: Path, work: Path, journal: Journal, seen: Stamp | None = None
) -> Claimed:
    """What was seized becomes ours, if it is not yet; what is left of it where it was seized goes."""
    own, held = work / drop_id, work / drop_id / name
    with _translated("work_unusable"):
        _seize_again(own, held)
        if not _is_there(held):
            dropped = seized(inbox, own, name)
            if dropped is None:
                raise NotFoundError("drop_gone")
            try:
                take_in(dropped, held, seen)
            except PermissionError as error:
                raise UnfitError from error
        if not let_go(inbox, own):
            log.warning("folder_not_removed", extra={"values": {"drop": drop_id}})
    return _count(drop_id, held, journal)


def _seize_again(own: Path, held: Path) -> None:
    """What version 0.2 claimed still belongs to whoever dropped it."""
    if not _is_there(held):
        return
    if survey(held).foreign if _is_folder(held) else os.lstat(held).st_uid != os.geteuid():
        make_folder(own / DROPPED)
        rename(held, own / DROPPED / held.name)


def _count(drop_id: str, path: Path, journal: Journal) -> Claimed:
    with _translated("work_unusable"):
        digest, size = content_of(path) if _is_folder(path) else fingerprint(path)
    journal.claimed(drop_id, digest, size)
    return Claimed(drop_id, path.name, path, digest, size)


def _undo(drop_id: str, name: str, inbox: Path, work: Path, journal: Journal) -> bool:
    """Puts what cannot be claimed back into inbox/, if it can; else `recover` sees to it."""
    own = work / drop_id
    with suppress(OSError, UnfitError, JekeError):
        if _is_there(own / name):
            return False
        dropped = seized(inbox, own, name)
        if dropped is not None:
            _put_back(dropped, inbox, name)
        let_go(inbox, own)
        _clear(work, drop_id)
        journal.forget(drop_id)
        return True
    return False


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
    """Of what was dropped, its owner may let some not be removed; ours goes all the same."""
    folder = work / drop_id
    if not folder.is_dir():
        return
    for path in folder.iterdir():
        if path.name != DROPPED:
            remove(path)
    try:
        remove_tree(folder)
    except OSError:
        log.warning("folder_not_removed", extra={"values": {"drop": drop_id}})
    sync_folder(work)


def _leave(work: Path, drop_id: str) -> None:
    """The drop is over; a folder that cannot be removed now is at the next start."""
    with suppress(OSError):
        _clear(work, drop_id)


def _is_folder(path: Path) -> bool:
    with suppress(FileNotFoundError):
        return stat.S_ISDIR(os.lstat(path).st_mode)
    return False


def _is_there(path: Path) -> bool:
    return os.path.lexists(path)


@contextmanager
def _translated(code: str) -> Iterator[None]:
    try:
        yield
    except (UnfitError, TooLargeError) as error:
        raise MachineError(_UNFIT) from error
    except ChangedError as error:
        raise NotFoundError("drop_gone") from error
    except NotOursError as error:
        raise MachineError("folder_squatted", folder=str(error)) from error
    except OSError as error:
        raise MachineError(code, reason=error.strerror or "") from error
