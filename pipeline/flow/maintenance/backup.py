"""`jeke backup`: which files of a place of work are kept, in which order, and put where.

Kept: the archive; of state/ everything that cannot be made anew; config.yaml and the files it names; the
templates; the recordings as they lie there, encrypted. Left out: the keys of the recordings, unless asked
for; the passphrase of the seal, always; of the page all but its accounts; inbox/, outbox/ and what is under
way: recordings lie there in the clear, and HR keep what they dropped until it is answered.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.archive.audit.actor import Actor
from pipeline.archive.audit.file import held
from pipeline.archive.audit.log import AuditEvent, AuditLog
from pipeline.archive.moves.backup import Backup
from pipeline.archive.moves.backup_list import ARCHIVE, BackupList, Taken
from pipeline.archive.ocfl.layout import EXTENSIONS, LAYOUT_CONFIG, STAGING
from pipeline.archive.ocfl.storage_root import StorageRoot
from pipeline.domain.errors import MachineError, RefusedError
from pipeline.flow.maintenance.importing import IMPORT_LOCK, IMPORTING
from pipeline.flow.maintenance.told_versions import lost_versions
from pipeline.flow.site.laying_out import CONFIG
from pipeline.flow.site.places import Places
from pipeline.flow.site.write_lock import LOCK_FILE, write_lock

STATE, RECORDINGS, TEMPLATES = "state/", "recordings/", "templates/"
OUTSIDE = "outside/"
"""Where files that config.yaml names and that lie elsewhere go."""
_DATABASE = ".sqlite"
_OF_A_DATABASE = ("-wal", "-shm", "-journal")
_LOCKS = {"lock", LOCK_FILE, IMPORT_LOCK}
_UNFINISHED = (".part", ".tmp", ".new")


@dataclass(frozen=True, slots=True)
class Whole:
    """What is to be backed up.

    `named` are the files that config.yaml names, by the path they are kept under, `apart` those that are not
    kept. `indexed` are the objects that the index knows.
    """

    places: Places
    config: Path
    named: Mapping[str, Path]
    apart: tuple[Path, ...]
    recording_keys: bool
    now: datetime
    indexed: tuple[str, ...]


def back_up(
    whole: Whole, folder: Path, actor: Actor, step: Callable[[int], None]
) -> tuple[BackupList, Taken]:
    """One backup into that folder, told to the audit chain first, while the service may go on.

    The archive comes first, object by object, each at a whole version. Then, while nobody files anything,
    the objects that changed since, the audit chain, the journal and the names of the recordings: they agree.
    The recordings themselves, which never change, come last.

    Raises:
        RefusedError: `backup_inside`, `backup_foreign`.
        MachineError: a disk refused; what was copied stays and is not copied again. `audit_unwritable`.
    """
    places = whole.places
    actor.tell(AuditEvent.BACKUP, recording_keys=int(whole.recording_keys))
    _refuse_inside(places, folder)
    backup = Backup.create(folder)
    with backup.alone():
        before = backup.last()
        taken = Taken()
        taking = _Taking(whole, backup, before, taken)
        root = StorageRoot.open(places.archive)
        for object_id in root.object_ids():
            backup.take_object(root, object_id, taken)
            step(1)
        with write_lock(places.state):
            for object_id in sorted(_changed_since(places, whole.now) & set(root.object_ids())):
                backup.take_object(root, object_id, taken)
            taking.state()
            log = AuditLog.open(places.audit)
            head = str(log.head())
            taken.missing = sorted(_missing(whole, root, log, before))
        taking.rest()
        taken.damaged = sorted(set(taken.damaged))
        return backup.finish(taken, at=whole.now, left_out=taking.left_out, audit_head=head), taken


def damaged_in(folder: Path) -> tuple[str, ...]:
    """The backups of that folder, read whole: what of them does not verify.

    Raises:
        NotFoundError, MachineError: as `Backup.open`.
    """
    opened = Backup.open(folder)
    with opened.alone():
        return tuple(opened.check())


def _missing(whole: Whole, root: StorageRoot, log: AuditLog, before: BackupList | None) -> set[str]:
    """Objects that chain, index or the last backup know and that are gone, or back at an older version."""
    here = set(root.object_ids())
    known = {*whole.indexed, *(before.objects if before else ())}
    lost = lost_versions(root, log, whole.places.state)
    return (known - here) | {problem.object_id for problem in lost if problem.object_id}


class _Taking:
    """Takes the files beside the archive."""

    def __init__(self, whole: Whole, backup: Backup, before: BackupList | None, taken: Taken) -> None:
        self._whole = whole
        self._backup = backup
        self._before = before.files if before else {}
        self._taken = taken
        self._recordings: tuple[Path, ...] = ()
        self.left_out: tuple[str, ...] = ()

    def state(self) -> None:
        """state/, but for what can be made anew, is under way, or is a recording's key.

        With it what the archive holds beside its objects: its identity, the sealed heads of the chain.
        """
        places = self._whole.places
        keys = places.recording_keys
        not_kept = {places.work, places.index, places.verified, places.heartbeat, places.state / IMPORTING}
        not_kept.add(places.web)
        if not self._whole.recording_keys:
            not_kept.add(keys)
            if keys.is_dir() and any(keys.iterdir()):
                self.left_out += (f"{STATE}{keys.name}",)
        self._recordings = tuple(_files(places.recordings, set()))
        with held(places.audit, writing=False):
            for path in _files(places.archive / EXTENSIONS, {places.archive / EXTENSIONS / STAGING}):
                if path != places.archive / LAYOUT_CONFIG:
                    self._take(f"{ARCHIVE}{path.relative_to(places.archive)}", path)
            accounts = (places.accounts,) if places.accounts.is_file() else ()
            for path in (*_files(places.state, not_kept), *accounts):
                self._take(f"{STATE}{path.relative_to(places.state)}", path)

    def rest(self) -> None:
        """Recordings, templates, config.yaml and what it names."""
        whole, places = self._whole, self._whole.places
        for path in self._recordings:
            self._take(f"{RECORDINGS}{path.relative_to(places.recordings)}", path)
        for path in _files(places.templates, set()):
            self._take(f"{TEMPLATES}{path.relative_to(places.templates)}", path)
        self._take(CONFIG, whole.config)
        for kept, path in whole.named.items():
            self._take(kept, path.resolve())
        self.left_out += tuple(str(path) for path in whole.apart)

    def _take(self, path: str, source: Path) -> None:
        before = self._before.get(path)
        if source.suffix == _DATABASE:
            copy = _database_copy(source, self._backup.scratch)
            self._backup.take_file(path, copy, before, self._taken)
            copy.unlink()
        else:
            self._backup.take_file(path, source, before, self._taken)


def _changed_since(places: Places, moment: datetime) -> set[str]:
    entries = AuditLog.open(places.audit).entries(since=moment)
    return {object_id for entry in entries for object_id in entry.objects}


def _refuse_inside(places: Places, folder: Path) -> None:
    ours = (places.archive, places.state, places.recordings, places.inbox, places.outbox, places.templates)
    resolved = folder.resolve()
    for own in ours:
        if resolved.is_relative_to(own.resolve()) or own.resolve().is_relative_to(resolved):
            raise RefusedError("backup_inside", folder=str(folder))


def _files(folder: Path, but: set[Path]) -> Iterator[Path]:
    """Plain files below the folder, in order; no locks, nothing half written, nothing that SQLite minds."""
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except FileNotFoundError:
        return
    except OSError as error:
        raise MachineError("backup_source", reason=error.strerror or "") from error
    for entry in entries:
        path = Path(entry.path)
        if path in but:
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _files(path, but)
        elif entry.is_file(follow_symlinks=False) and not _passing(entry.name):
            yield path


def _passing(name: str) -> bool:
    database = any(name.endswith(f"{_DATABASE}{suffix}") for suffix in _OF_A_DATABASE)
    return name in _LOCKS or name.endswith(_UNFINISHED) or database


def _database_copy(source: Path, target: Path) -> Path:
    """A whole copy at one moment, whoever writes meanwhile (SQLite's backup), checked.

    Raises:
        MachineError: `backup_database`.
    """
    mode = source.stat().st_mode & 0o777
    try:
        with closing(sqlite3.connect(source, timeout=60)) as old, closing(sqlite3.connect(target)) as new:
            old.backup(new)
            new.execute("PRAGMA journal_mode = DELETE")
            sound = new.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    except sqlite3.Error as error:
        raise MachineError("backup_database", file=source.name) from error
    if not sound:
        raise MachineError("backup_database", file=source.name)
    target.chmod(mode)
    return target


def kept_as(path: Path, place: Path) -> str:
    """Where in a backup, and in a restored place, a file or folder lies that config.yaml names."""
    path, place = (Path(os.path.abspath(each)) for each in (path, place))  # noqa: PTH100  # ".." goes, links stay
    return str(path.relative_to(place)) if path.is_relative_to(place) else f"{OUTSIDE}{path.name}"
