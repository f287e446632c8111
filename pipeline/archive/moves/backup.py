"""A backup: a second OCFL storage root for the archive, everything else by its SHA-512, a list for each time.

    DIR/backup.json            what this folder is
    DIR/README.txt             how to restore by hand
    DIR/archive/               a storage root; an object in it only ever gains versions
    DIR/files/ab/ab12…         every other file, named by its SHA-512
    DIR/damaged/               objects that `--check` found damaged, laid aside whole
    DIR/lists/20260131-030000.sha512    what the place held then, in the form that `sha512sum -c` reads
    DIR/lists/20260131-030000.json      about that list; written last: without it the backup was cut short

Nothing sound is ever changed, so an interrupted backup is done again and copies only what is missing,
and every earlier list stays as good as on its day.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import IO, Any, Self

from pipeline.archive.moves.backup_list import ARCHIVE, FORMAT, BackupList, Kept, Taken, parsed, written
from pipeline.archive.ocfl.inventory import INVENTORY
from pipeline.archive.ocfl.layout import object_path
from pipeline.archive.ocfl.snapshot import Snapshot
from pipeline.archive.ocfl.storage_root import StorageRoot
from pipeline.archive.ocfl.verify import verify_root
from pipeline.domain.errors import CorruptError, MachineError, NotFoundError, RefusedError
from pipeline.system.files import (
    atomic_write,
    make_folder,
    new_file,
    open_regular,
    opened,
    read_file,
    rename,
    sync_folder,
)
from pipeline.system.locks import BusyError, locked

_MARK = "backup.json"
_LISTS = "lists"
_FILES = "files"
_PART = "part"
_SCRATCH = "part.sqlite"
_README = "README.txt"
_DAMAGED = "damaged"
_OURS = {_README, _LISTS, _FILES, _DAMAGED, "archive", "lost+found"}
_FOLDER_MODE = 0o700
_FILE_MODE = 0o600
_CHUNK = 1 << 20
_ASIDE = ".damaged"
_NAME = re.compile(r"\d{8}-\d{6}(-\d+)?")

_README_WORDS = """\
жеке іс (jeke-is) бағдарламасының сақтық көшірмесі. Құпия: ішінде мөр мен белгі кілттері бар.

Қалпына келтіру:  jeke restore ОСЫ_ҚАЛТА --to ЖАҢА_ҚАЛТА

Бағдарламасыз: archive/ – OCFL 1.1 қоймасы, көшіріп ала салуға болады. Қалған файлдар files/ ішінде SHA-512
сомасымен аталған; lists/*.sha512 әрқайсысының бұрынғы жолын көрсетеді:

    grep -v '/inventory.json$' lists/20260131-030000.sha512 | while read -r sum path; do
      mkdir -p "NEW/$(dirname "$path")" && cp "files/$(echo $sum | cut -c1-2)/$sum" "NEW/$path"
    done

A backup of a jeke-is place of work. Secret: it holds the keys of the seal and of the marks.
"""


class Backup:
    """One backup folder, opened. One process writes to it at a time."""

    def __init__(self, folder: Path) -> None:
        """Use `open` or `create`."""
        self.folder = folder
        self.mirror = StorageRoot(folder / ARCHIVE)

    @classmethod
    def create(cls, folder: Path) -> Self:
        """The backup in that folder; an empty or absent folder becomes one.

        Raises:
            RefusedError: `backup_foreign`, there is something else in the folder.
            MachineError: `backup_unusable`.
        """
        with _translated():
            if not (folder / _MARK).is_file():
                folder.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
                if {entry.name for entry in folder.iterdir()} - _OURS:
                    raise RefusedError("backup_foreign", folder=str(folder))
                _lay_out(folder)
        return cls.open(folder)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """The backup in that folder.

        Raises:
            NotFoundError: `no_backup`.
            MachineError: `backup_unusable`; and as StorageRoot.open.
        """
        with _translated():
            if _json(folder / _MARK).get("format") != FORMAT:
                raise NotFoundError("no_backup", folder=str(folder))
        backup = cls(folder)
        StorageRoot.open(backup.mirror.path)
        return backup

    @contextmanager
    def alone(self) -> Iterator[None]:
        """No other backup into this folder meanwhile; what an interrupted one left half written is settled.

        Raises:
            MachineError: `backup_busy`, `backup_unusable`.
        """
        with ExitStack() as stack:
            with _translated():
                try:
                    stack.enter_context(locked(self.folder / _MARK))
                except BusyError:
                    raise MachineError("backup_busy", folder=str(self.folder)) from None
            for half in (_PART, _SCRATCH, f"{_SCRATCH}-journal"):
                (self.folder / half).unlink(missing_ok=True)
            self.mirror.recover()
            yield

    @property
    def scratch(self) -> Path:
        """Where the copy of a database is made before it is taken."""
        return self.folder / _SCRATCH

    # --- taking -------------------------------------------------------------------------------------------

    def take_object(self, root: StorageRoot, object_id: str, taken: Taken) -> None:
        """Copies the versions of an object that are not here yet, each file proven as it is read.

        One that does not verify is named; what an earlier backup holds of it stays.

        Raises:
            MachineError: a disk refused.
        """
        here = self.mirror.stated_inventory(object_id)
        try:
            if here is None or here != root.stated_inventory(object_id):
                filed = root.get(object_id)
                if filed is not None:
                    new = self.mirror.adopt(Snapshot(filed.root, filed.inventory))
                    taken.versions += len(new)
        except (CorruptError, RefusedError):
            taken.damaged.append(object_id)
        here = self.mirror.stated_inventory(object_id)
        if here is not None:
            taken.objects[object_id] = here

    def take_file(self, path: str, source: Path, before: Kept | None, taken: Taken) -> None:
        """Copies a file under the path it has in the place of work; `before` is the same at the last backup.

        One of the same size and time as then is not read again. One that has gone meanwhile is left out.

        Raises:
            MachineError: a disk refused.
        """
        try:
            descriptor = open_regular(source, os.O_RDONLY | os.O_NOFOLLOW)
        except FileNotFoundError:
            return
        except OSError as error:
            raise MachineError("backup_source", reason=error.strerror or "") from error
        with os.fdopen(descriptor, "rb") as file:
            about = os.fstat(file.fileno())
            seen = (about.st_size, about.st_mtime_ns)
            if before is not None and seen == (before.size, before.mtime) and self._has(before):
                taken.files[path] = Kept(before.sha512, *seen, about.st_mode & 0o777)
                return
            with _translated():
                sha512, size, new = self._store(file)
        taken.files[path] = Kept(sha512, size, about.st_mtime_ns, about.st_mode & 0o777)
        taken.copied += new
        taken.copied_size += size if new else 0

    def finish(self, taken: Taken, *, at: datetime, left_out: tuple[str, ...], audit_head: str) -> BackupList:
        """Writes the list; from here on this is a backup.

        Raises:
            MachineError: `backup_unusable`.
        """
        name = self._free(f"{at:%Y%m%d-%H%M%S}")
        damaged = tuple(sorted(taken.damaged))
        missing = tuple(taken.missing)
        number = max((number for number, _ in self._numbered()), default=0) + 1
        made = BackupList(
            name, at, taken.files, taken.objects, left_out, damaged, missing, audit_head, number
        )
        listed, about = written(made)
        with _translated():
            atomic_write(self.folder / _LISTS / f"{name}.sha512", listed)
            atomic_write(self.folder / _LISTS / f"{name}.json", about)
        return made

    # --- giving back --------------------------------------------------------------------------------------

    def names(self) -> tuple[str, ...]:
        """Every finished backup in the order they were made, whatever the clock said, oldest first."""
        return tuple(name for _, name in self._numbered())

    def last(self) -> BackupList | None:
        """The newest list that reads; None where there is none yet."""
        for name in reversed(self.names()):
            with suppress(CorruptError):
                return self.read(name)
        return None

    def read(self, name: str) -> BackupList:
        """One list.

        Raises:
            NotFoundError: `no_backup_list`.
            CorruptError: `backup_list`, it is not as it was written.
            MachineError: `backup_unusable`.
        """
        path = self.folder / _LISTS / f"{name}.json"
        if not _NAME.fullmatch(name) or not path.is_file():
            raise NotFoundError("no_backup_list", name=name)
        with _translated():
            listed = read_file(path.with_suffix(".sha512")) if path.with_suffix(".sha512").exists() else b""
            about = read_file(path)
        return parsed(name, listed, about)

    def check(self) -> Iterator[str]:
        """Reads everything in the backup; gives what is damaged, by its path in the folder.

        A list that does not read, and what the newest list names and is not there, count as damaged.
        A damaged file is laid aside, so that the next backup copies it anew from the place of work; a damaged
        object goes whole into damaged/, for there may be no other copy of what is sound in it.
        """
        objects: set[str] = set()
        for problem in verify_root(self.mirror.path, quick=False):
            if not problem.warning:
                objects |= {problem.object_id} if problem.object_id else set()
                yield f"{ARCHIVE}{problem.object_id or ''} {problem.path}"
        with _translated():
            for object_id in sorted(objects):
                self._lay_aside(object_id)
            for path in sorted((self.folder / _FILES).glob("*/*")):
                if path.suffix != _ASIDE and sha512_of(path) != path.name:
                    rename(path, path.with_suffix(_ASIDE))
                    yield str(path.relative_to(self.folder))
        for name in self.names():
            try:
                self.read(name)
            except CorruptError:
                yield f"{_LISTS}/{name}"
        if newest := self.last():
            yield from self._lacking(newest)

    def _lacking(self, listed: BackupList) -> Iterator[str]:
        for object_id, inventory in sorted(listed.objects.items()):
            try:
                self.snapshot(object_id, inventory)
            except CorruptError:
                yield f"{ARCHIVE}{object_id}"
        with _translated():
            yield from (path for path, kept in sorted(listed.files.items()) if not self._has(kept))

    def _numbered(self) -> list[tuple[int, str]]:
        """Backups by the number in their lists, 0 in those of version 0.3.0 and before, then by their names.

        A list that does not read stands behind the one whose name comes before, so that it is missed.
        """
        numbered: list[tuple[int, str]] = []
        for path in sorted((self.folder / _LISTS).glob("*.json"), key=lambda path: path.stem):
            if _NAME.fullmatch(path.stem):
                about, before = _json(path), numbered[-1][0] if numbered else 0
                number = about.get("number", 0) if about else before
                numbered.append((number if isinstance(number, int) else before, path.stem))
        return sorted(numbered)

    def _lay_aside(self, object_id: str) -> None:
        folder = self.mirror.path / object_path(object_id)
        if not folder.is_dir():
            return
        aside = self.folder / _DAMAGED
        make_folder(aside)
        free = next(f for n in count(1) if not (f := aside / f"{folder.name}-{n}").exists())
        rename(folder, free)
        sync_folder(aside)
        for above in folder.relative_to(self.mirror.path).parents[:-1]:
            if any((self.mirror.path / above).iterdir()):
                break
            (self.mirror.path / above).rmdir()
        sync_folder(self.mirror.path)

    def stored(self, sha512: str) -> Path:
        """Where the bytes of that digest lie."""
        return self.folder / _FILES / sha512[:2] / sha512

    def snapshot(self, object_id: str, inventory: str) -> Snapshot:
        """The object as it stood when its inventory had that SHA-512.

        Raises:
            CorruptError: `archive-inventory`, no version of it here ever had.
        """
        folder = self.mirror.path / object_path(object_id)
        for path in sorted(folder.glob(f"v*/{INVENTORY}"), reverse=True):
            if hashlib.sha512(read_file(path)).hexdigest() == inventory:
                return Snapshot.at(folder, path.parent.name, object_id)
        raise CorruptError("archive-inventory", object=object_id, fault="E060", place=INVENTORY)

    def _free(self, name: str) -> str:
        taken, number = set(self.names()), 2
        free = name
        while free in taken:
            free, number = f"{name}-{number}", number + 1
        return free

    def _has(self, kept: Kept) -> bool:
        try:
            return self.stored(kept.sha512).stat().st_size == kept.size
        except FileNotFoundError:
            return False

    def _store(self, file: IO[bytes]) -> tuple[str, int, bool]:
        """Digest and size of what was read, and whether it was new here."""
        part = self.folder / _PART
        digest, size = hashlib.sha512(), 0
        with new_file(part, _FILE_MODE, replace=True) as out:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
                out.write(chunk)
        sha512 = digest.hexdigest()
        target = self.stored(sha512)
        if target.exists() and target.stat().st_size == size:
            part.unlink()
            return sha512, size, False
        if not target.parent.is_dir():
            make_folder(target.parent)
            sync_folder(target.parent.parent)
        rename(part, target)
        sync_folder(target.parent)
        return sha512, size, True


def sha512_of(path: Path) -> str:
    """Of the bytes that are really there."""
    with opened(path) as file:
        return hashlib.file_digest(file, "sha512").hexdigest()


def _lay_out(folder: Path) -> None:
    for name in (_LISTS, _FILES):
        make_folder(folder / name)
    StorageRoot.create(folder / ARCHIVE)
    atomic_write(folder / _README, _README_WORDS.encode())
    atomic_write(folder / _MARK, (json.dumps({"format": FORMAT}) + "\n").encode())
    os.chmod(folder, _FOLDER_MODE)  # noqa: PTH101 - it holds keys
    sync_folder(folder)


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(read_file(path))
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise MachineError("backup_unusable", reason=error.strerror or "") from error
