"""A zip dropped as one: judged by its table of contents before anything of it is unpacked.

Nothing is unpacked to a path that stands in the zip: a member's own last name is used, in a folder of ours.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple
from unicodedata import normalize
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from pipeline.intake.bundle_folder import MAX_DEPTH, MAX_MEMBERS
from pipeline.intake.files import FILE_MODE, PART, move_file, opened
from pipeline.intake.kinds import DropKind, kind_of
from pipeline.intake.not_ours import is_nobodys
from pipeline.intake.zip_names import name_of

MAX_BYTES = 8 * 2**30
"""Unpacked, all members together: two recordings of some gigabytes fit, a disk does not."""
MAX_RATIO = 200
"""Unpacked against packed. Records of one campaign pack at 20 to 1, an empty scan at 100 to 1."""
_RATIO_FROM = 2**20
"""Below this many bytes no ratio is a danger."""
_LONGEST_NAME = 255  # bytes
_LONGEST_ENTRY = 46 + 3 * _LONGEST_NAME * MAX_DEPTH
"""Of the table of contents: its fixed part and a path, generously."""
_ENCRYPTED = 0x1 | 0x40 | 0x2000
"""General purpose bits 0, 6 and 13 (APPNOTE.TXT 4.4.4)."""
_UNIX = 3
_DRIVE = re.compile("[A-Za-z]:")
_END = b"PK\x05\x06"
_END_REACH = 22 + 0xFFFF
_CHUNK = 1 << 20


class BundleRefusedError(Exception):
    """The zip comes back whole. `code` is of `input.<code>`, `member` the path it is about."""

    def __init__(self, code: str, member: str = "", *, hostile: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.member = member
        self.hostile = hostile


class Member(NamedTuple):
    """A file in the zip: its path as people read it, and the zip's own entry."""

    path: PurePosixPath
    entry: ZipInfo


@contextmanager
def opened_zip(path: Path) -> Iterator[tuple[ZipFile, tuple[Member, ...]]]:
    """The zip and the members to be worked off, in their order by path.

    Raises:
        BundleRefusedError: it is no zip, or must not be unpacked.
        UnfitError, OSError: it cannot be read.
    """
    with opened(path) as file:
        _require_short_table(file)
        with _damage_refused():
            bundle = ZipFile(file)
            members = _members(bundle, os.fstat(file.fileno()).st_size)
        with bundle:
            yield bundle, members


def unpack(bundle: ZipFile, member: Member, target: Path) -> None:
    """Brings a member to a new file, whole at once; what its entry says of size and checksum is held to.

    Raises:
        BundleRefusedError: `bundle_member_damaged`.
        OSError: the file cannot be written.
    """
    part = target.with_name(PART)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with open(os.open(part, flags, FILE_MODE), "wb") as writing:  # noqa: PTH123  # a descriptor, not a path
        with _damage_refused(str(member.path)), bundle.open(member.entry) as reading:
            while chunk := reading.read(_CHUNK):
                writing.write(chunk)
        if writing.tell() != member.entry.file_size:
            raise _damaged(str(member.path))
        writing.flush()
        os.fsync(writing.fileno())
    move_file(part, target)


@contextmanager
def _damage_refused(member: str = "") -> Iterator[None]:
    """Whatever the library stumbles over, the zip is at fault."""
    try:
        yield
    except (BadZipFile, zlib.error, NotImplementedError, EOFError, struct.error, ValueError) as error:
        raise _damaged(member) from error
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
        raise _damaged(member) from error  # its table sent the library to before the beginning of the file


def _damaged(member: str) -> BundleRefusedError:
    return BundleRefusedError("bundle_member_damaged" if member else "bundle_damaged", member)


def _require_short_table(file: IO[bytes]) -> None:
    """The library reads the whole table of contents at once: a long one is given up before."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _END_REACH))
    tail = file.read(_END_REACH)
    file.seek(0)
    at = tail.rfind(_END)
    if at < 0 or at + 16 > len(tail):
        raise BundleRefusedError("bundle_damaged")
    count, length = struct.unpack_from("<HL", tail, at + 10)
    if count > MAX_MEMBERS * 2 or length > MAX_MEMBERS * _LONGEST_ENTRY:
        raise BundleRefusedError("bundle_too_large")


def _members(bundle: ZipFile, packed: int) -> tuple[Member, ...]:
    entries = bundle.infolist()
    if len(entries) > MAX_MEMBERS:
        raise BundleRefusedError("bundle_too_large")
    members = [Member(_path(entry), entry) for entry in entries if not _is_folder(entry)]
    members = [member for member in members if not any(is_nobodys(part) for part in member.path.parts)]
    for member in members:
        _require_plain(member)
    _require_bounded(members, packed)
    _require_distinct(members)
    if not members:
        raise BundleRefusedError("bundle_empty")
    return tuple(sorted(members, key=lambda member: member.path))


def _is_folder(entry: ZipInfo) -> bool:
    return entry.filename.endswith(("/", "\\")) and entry.file_size == 0


def _path(entry: ZipInfo) -> PurePosixPath:
    """The member's path; what could lead out of a folder, or name nothing, is refused."""
    name = name_of(entry)
    parts = name.split("/")
    if name.startswith("/") or _DRIVE.match(name) or ".." in parts or "\0" in name:
        raise BundleRefusedError("bundle_path", name, hostile=True)
    path = PurePosixPath(name)
    try:
        lengths = [len(part.encode()) for part in path.parts]
    except UnicodeEncodeError:
        raise BundleRefusedError("bundle_name", name) from None
    if not lengths or max(lengths) > _LONGEST_NAME or parts[-1] in ("", "."):
        raise BundleRefusedError("bundle_name", name)
    if len(lengths) > MAX_DEPTH + 1:
        raise BundleRefusedError("bundle_too_large", name)
    return path


def _require_plain(member: Member) -> None:
    entry, name = member.entry, str(member.path)
    if entry.flag_bits & _ENCRYPTED:
        raise BundleRefusedError("bundle_locked", name)
    kind = stat.S_IFMT(entry.external_attr >> 16) if entry.create_system == _UNIX else 0
    if kind not in (0, stat.S_IFREG):
        raise BundleRefusedError("bundle_link", name, hostile=True)
    if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise BundleRefusedError("bundle_method", name)
    if kind_of(member.path.name) is DropKind.BUNDLE:
        raise BundleRefusedError("bundle_nested", name)


def _require_bounded(members: list[Member], packed: int) -> None:
    """By what the table says; unpacking then holds each member to it."""
    total = sum(member.entry.file_size for member in members)
    if total > _RATIO_FROM and total > packed * MAX_RATIO:
        raise BundleRefusedError("bundle_bomb", hostile=True)
    if total > MAX_BYTES:
        raise BundleRefusedError("bundle_too_large")


def _require_distinct(members: list[Member]) -> None:
    """Also as file systems see it that know neither case nor the two ways of writing й."""
    seen: set[str] = set()
    for member in members:
        folded = normalize("NFC", str(member.path)).casefold()
        if folded in seen:
            raise BundleRefusedError("bundle_twice", str(member.path))
        seen.add(folded)
