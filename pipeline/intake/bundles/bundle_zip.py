"""A zip dropped as one: judged by its table of contents before anything of it is unpacked.

Table and members are read in a confined child (`bundle_zip_process`); here it is judged what came of it.
Nothing is unpacked to a path that stands in the zip: a member's own last name is used, in a folder of ours.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final, NamedTuple
from unicodedata import normalize

from pipeline.confined.child import Answer, Child, ChildError, CutOffError, FailedError, Worker
from pipeline.confined.limits import MIB, Budget, Limit, Limits
from pipeline.domain.errors import MachineError
from pipeline.intake.bundles.bundle_folder import MAX_DEPTH, MAX_MEMBERS
from pipeline.intake.files import move_file, opened
from pipeline.intake.kinds import DropKind, kind_of
from pipeline.intake.not_ours import is_nobodys
from pipeline.system.files import PART, new_file

MAX_BYTES = 8 * 2**30
"""Unpacked, all members together: two recordings of some gigabytes fit, a disk does not."""
MAX_RATIO = 200
"""Unpacked against packed. Records of one campaign pack at 20 to 1, an empty scan at 100 to 1."""
BYTES_A_SECOND: Final = 20_000_000
"""Of processor time; what is deflated unpacks ten times as fast."""
_WAITED_FOR: Final = 6
"""How many times longer than its processor time it may last, for a slow disk."""
_RATIO_FROM = 2**20
"""Below this many bytes no ratio is a danger."""
_LONGEST_NAME = 255  # bytes
_DRIVE = re.compile("[A-Za-z]:")
_METHODS: Final = (0, 8)
"""Stored and deflated (APPNOTE.TXT 4.4.5)."""
_WORKER: Final = Worker(
    "inspection_unusable",
    "pipeline.intake.bundles.bundle_zip_process",
    Limits(memory_bytes=512 * MIB, cpu_seconds=20, wall_seconds=120, answer_bytes=16 * MIB),
)
_TOO_LARGE: Final = (Limit.MEMORY, Limit.ANSWER)


class BundleRefusedError(Exception):
    """The zip comes back whole. `code` is of `input.<code>`, `member` the path it is about."""

    def __init__(self, code: str, member: str = "", *, hostile: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.member = member
        self.hostile = hostile


class Member(NamedTuple):
    """A file in the zip: its path as people read it, its place in the table, and its size unpacked."""

    path: PurePosixPath
    number: int
    size: int


class _Entry(NamedTuple):
    """What the table says of a member."""

    name: str
    folder: bool
    size: int
    locked: bool
    type: int
    method: int


class Bundle:
    """A zip that is open in a child."""

    def __init__(self, child: Child) -> None:
        self._child = child

    def entries(self) -> list[_Entry]:
        """Its table of contents.

        Raises:
            BundleRefusedError: it is damaged, or too long.
        """
        told = self.ask("", do="list").told
        try:
            return [_entry(given) for given in told["entries"]]
        except (KeyError, TypeError, ValueError) as error:
            raise _damaged("") from error

    def ask(self, member: str, **question: object) -> Answer:
        """A question about a member, or the zip.

        Raises:
            BundleRefusedError: `bundle_damaged`, `bundle_member_damaged`, `bundle_too_large`, `bundle_bomb`.
            MachineError: the child was ended by the machine.
            OSError: the zip cannot be read.
        """
        try:
            return self._child.ask(question)
        except FailedError as failed:
            if failed.name == "OSError":
                raise OSError(None, failed.name) from failed
            if failed.name == "LongTableError":
                raise BundleRefusedError("bundle_too_large") from failed
            raise _damaged(member) from failed
        except CutOffError as cut:
            if cut.limit is Limit.KILLED:
                raise MachineError("inspection_unusable", reason=cut.limit.value) from cut
            if cut.limit in _TOO_LARGE:
                raise BundleRefusedError("bundle_too_large") from cut
            raise BundleRefusedError("bundle_bomb", hostile=True) from cut
        except ChildError as error:
            raise _damaged(member) from error


@contextmanager
def opened_zip(path: Path, budget: Budget) -> Iterator[tuple[Bundle, tuple[Member, ...]]]:
    """The zip and the members to be worked off, in their order by path; questions draw from `budget`.

    Once the table is judged, the budget grows by what its members take to unpack.

    Raises:
        BundleRefusedError: it is no zip, or must not be unpacked.
        MachineError: `inspection_unusable`, there is no child to read it.
        UnfitError, OSError: it cannot be read.
    """
    with opened(path) as file, _started(file, budget) as child:
        bundle = Bundle(child)
        members = _members(bundle.entries(), os.fstat(file.fileno()).st_size)
        seconds = sum(member.size for member in members) / BYTES_A_SECOND
        budget.allow(seconds, _WAITED_FOR * seconds)
        yield bundle, members


def _started(file: IO[bytes], budget: Budget) -> Child:
    try:
        return Child(_WORKER, files=(file,), budget=budget)
    except CutOffError as cut:
        raise BundleRefusedError("bundle_bomb", hostile=True) from cut


def unpack(bundle: Bundle, member: Member, target: Path) -> None:
    """Brings a member to a new file, whole at once; what its entry says of size and checksum is held to.

    Raises:
        BundleRefusedError: `bundle_member_damaged`.
        OSError: the file cannot be written.
    """
    part = target.with_name(PART)
    name = str(member.path)
    with new_file(part) as writing:
        bundle.ask(name, do="open", number=member.number)
        while piece := bundle.ask(name, do="read").data:
            writing.write(piece)
            if writing.tell() > member.size:
                break
        if writing.tell() != member.size:
            raise _damaged(name)
    move_file(part, target)


def _entry(given: dict[str, Any]) -> _Entry:
    entry = _Entry(**given)
    kinds = (str, bool, int, bool, int, int)
    if any(type(value) is not kind for value, kind in zip(entry, kinds, strict=True)) or entry.size < 0:
        raise TypeError
    return entry


def _damaged(member: str) -> BundleRefusedError:
    return BundleRefusedError("bundle_member_damaged" if member else "bundle_damaged", member)


def _members(entries: list[_Entry], packed: int) -> tuple[Member, ...]:
    if len(entries) > MAX_MEMBERS:
        raise BundleRefusedError("bundle_too_large")
    named = [(n, _path(entry.name), entry) for n, entry in enumerate(entries) if not entry.folder]
    named = [each for each in named if not any(is_nobodys(part) for part in each[1].parts)]
    for _, path, entry in named:
        _require_plain(path, entry)
    members = [Member(path, number, entry.size) for number, path, entry in named]
    _require_bounded(members, packed)
    _require_distinct(members)
    if not members:
        raise BundleRefusedError("bundle_empty")
    return tuple(sorted(members, key=lambda member: member.path))


def _path(name: str) -> PurePosixPath:
    """The member's path; what could lead out of a folder, or name nothing, is refused."""
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


def _require_plain(path: PurePosixPath, entry: _Entry) -> None:
    if entry.locked:
        raise BundleRefusedError("bundle_locked", str(path))
    if entry.type not in (0, stat.S_IFREG):
        raise BundleRefusedError("bundle_link", str(path), hostile=True)
    if entry.method not in _METHODS:
        raise BundleRefusedError("bundle_method", str(path))
    if kind_of(path.name) is DropKind.BUNDLE:
        raise BundleRefusedError("bundle_nested", str(path))


def _require_bounded(members: list[Member], packed: int) -> None:
    """By what the table says; unpacking then holds each member to it."""
    total = sum(member.size for member in members)
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
