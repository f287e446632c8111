"""Files that come over the network: hidden in inbox/ until the last byte is there, then named, once.

What they hold is looked at by nobody here. The name is what a browser said: cleaned before it is used.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Final
from uuid import UUID

from pipeline.domain.errors import MachineError, RefusedError
from pipeline.intake.files import rename_new, share
from pipeline.intake.handing_in import names
from pipeline.intake.kinds import DropKind, kind_of
from pipeline.system.files import new_file, open_regular, sync_descriptor
from pipeline.system.locks import lock_now

MIB: Final = 2**20
LIMITS: Final[Mapping[DropKind, int]] = {
    DropKind.RECORDS: 64 * MIB,
    DropKind.PAPER: 1024 * MIB,
    DropKind.SIGNATURE: 128 * MIB,
    DropKind.BUNDLE: 8 * 1024 * MIB,
    DropKind.RECORDING: 16 * 1024 * MIB,
}
"""How large a file of each kind may be."""
KEPT_FREE: Final = 512 * MIB
"""On the disk of inbox/, whatever is handed in."""

_HIDDEN: Final = ".jeke-upload-"
_LONGEST: Final = 180
"""Bytes of a name: room is left for what is set before it when a file is given back."""
_NOT_IN_NAMES: Final = re.compile(r'[<>:"/\\|?*]')
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Categories of Unicode: control signs, marks that turn the writing round, and what is no letter at all."""
_BEFORE: Final = " .~$_-"
"""Signs a name does not begin with: it would be hidden, or taken for a program's own."""
_PIECE: Final = 1 << 20


class OtherOffsetError(Exception):
    """What was sent is not what comes next, or another sends it just now; `offset` is what there is."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


def plain_name(given: str) -> str:
    """The name under which a file may lie in inbox/: no path, nothing unseen, never hidden; NFC.

    Raises:
        RefusedError: `upload_kind`, nothing that is handed in ends so: a name of inbox's own neither.
    """
    last = re.split(r"[/\\]", given)[-1]
    seen = "".join(c for c in last if unicodedata.category(c) not in _UNSEEN or c in "\t\n")
    name = _NOT_IN_NAMES.sub("_", " ".join(unicodedata.normalize("NFC", seen).split())).lstrip(_BEFORE)
    ending = PurePath(name).suffix
    if kind_of(name) is DropKind.UNKNOWN:
        raise RefusedError("upload_kind", name=name or "—")
    stem = name.removesuffix(ending).encode()[: _LONGEST - len(ending)].decode(errors="ignore").rstrip(" .")
    return f"{stem or 'file'}{ending}"


def require_size(name: str, size: int) -> None:
    """That a file of that name may be so large.

    Raises:
        RefusedError: `upload_too_large`, `upload_empty`.
    """
    limit = LIMITS[kind_of(name)]
    if size > limit:
        raise RefusedError("upload_too_large", name=name, limit_mib=limit // MIB)
    if size <= 0:
        raise RefusedError("upload_empty", name=name)


def require_disk(inbox: Path, size: int) -> None:
    """That so many bytes find room on the disk of inbox/.

    Raises:
        RefusedError: `upload_disk`. MachineError: `inbox_not_writable`.
    """
    with _translated():
        found = os.statvfs(inbox)
    if found.f_bavail * found.f_frsize < size + KEPT_FREE:
        raise RefusedError("upload_disk")


@dataclass(frozen=True, slots=True)
class Arriving:
    """A file on its way, under its hidden name in inbox/."""

    inbox: Path
    key: UUID

    @property
    def path(self) -> Path:
        """Where its bytes lie."""
        return self.inbox / f"{_HIDDEN}{self.key}"

    def begin(self) -> None:
        """Makes it, empty, unless it is there.

        Raises:
            MachineError: `inbox_not_writable`.
        """
        with _translated(), suppress(FileExistsError), new_file(self.path):
            share(self.path, self.inbox)

    @property
    def is_there(self) -> bool:
        """Whether it was begun and has no name yet."""
        return os.path.lexists(self.path)

    @property
    def size(self) -> int:
        """How many bytes have come; 0 where it is not there.

        Raises:
            MachineError: `inbox_not_writable`.
        """
        with _translated():
            try:
                return self.path.lstat().st_size
            except FileNotFoundError:
                return 0

    def append(self, offset: int, pieces: Iterable[bytes], most: int, *, sync: bool = True) -> int:
        """Adds what comes next, never beyond `most` bytes in all; the new size, with `sync` on the disk.

        Raises:
            OtherOffsetError: something else comes next.
            MachineError: `inbox_not_writable`; what has come until then stays.
        """
        with self._held() as descriptor:
            size = os.fstat(descriptor).st_size
            if offset != size:
                raise OtherOffsetError(size)
            try:
                for piece in pieces:
                    rest = memoryview(piece)[: most - size]
                    size += len(rest)
                    while rest:
                        rest = rest[os.write(descriptor, rest) :]
            finally:
                if sync:
                    sync_descriptor(descriptor)
            return size

    def lay(self, name: str, before: Callable[[str, int], None], named: Callable[[str], None]) -> str:
        """Gives it its name in inbox/, or that with -2, -3… where somebody has taken it; never replaces.

        `before` is told SHA-256 and size first; `named` each name before it is tried.

        Raises:
            OtherOffsetError: somebody does so just now.
            MachineError: `inbox_not_writable`.
        """
        with self._held() as descriptor:
            digest = hashlib.sha256()
            os.lseek(descriptor, 0, os.SEEK_SET)
            while piece := os.read(descriptor, _PIECE):
                digest.update(piece)
            sync_descriptor(descriptor)
            before(digest.hexdigest(), os.fstat(descriptor).st_size)
            ending = PurePath(name).suffix
            for each in names(name.removesuffix(ending), ending):
                if os.path.lexists(self.inbox / each):
                    continue
                named(each)
                with suppress(FileExistsError):
                    self._rename(each)
                    sync_descriptor(descriptor)  # with the new name, where inbox/ may not be read
                    return each
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))

    def _rename(self, name: str) -> None:
        try:
            rename_new(self.path, self.inbox / name)
        except PermissionError:
            if os.path.lexists(self.path):
                raise

    def remove(self) -> None:
        """Takes it away, if it is there.

        Raises:
            MachineError: `inbox_not_writable`.
        """
        with _translated():
            self.path.unlink(missing_ok=True)

    @contextmanager
    def _held(self) -> Iterator[int]:
        """Its descriptor, at its end, for one at a time."""
        with _translated():
            descriptor = open_regular(self.path, os.O_RDWR | os.O_APPEND | os.O_NOFOLLOW)
            try:
                lock_now(descriptor)
                yield descriptor
            except BlockingIOError:
                raise OtherOffsetError(os.fstat(descriptor).st_size) from None
            finally:
                os.close(descriptor)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise RefusedError("upload_disk") from error
        raise MachineError("inbox_not_writable", reason=error.strerror or "") from error
