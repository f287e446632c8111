"""Every system call that changes the disk, stopped by the kernel and asked about (seccomp user notification).

The process that is to be watched calls `install`; it and everything it starts then waits at each such call until
whoever holds the listener says what becomes of it: it is made, it fails with an error number, or never returns
because the caller is killed there. So SQLite and every library stand under it as our own code does, and no
compiler is needed. Calls that concern nothing in the watched folder are made without a word.

Linux on x86_64 or aarch64; elsewhere, and where the kernel or a container forbids it, `possible` says no.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import platform
import select
import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

_FD = "descriptor"
_PATH = "path"
_AT = "path at a folder"

# name: (number on x86_64, number on aarch64 or None, how the call names what it changes, which arguments do)
_CALLS: Final[dict[str, tuple[int | None, int | None, str, tuple[int, ...]]]] = {
    "open": (2, None, _PATH, (0,)),
    "creat": (85, None, _PATH, (0,)),
    "openat": (257, 56, _AT, (0, 1)),
    "write": (1, 64, _FD, (0,)),
    "pwrite64": (18, 68, _FD, (0,)),
    "writev": (20, 66, _FD, (0,)),
    "pwritev": (296, 70, _FD, (0,)),
    "sendfile": (40, 71, _FD, (0,)),
    "copy_file_range": (326, 285, _FD, (2,)),
    "fallocate": (285, 47, _FD, (0,)),
    "ftruncate": (77, 46, _FD, (0,)),
    "truncate": (76, 45, _PATH, (0,)),
    "fsync": (74, 82, _FD, (0,)),
    "fdatasync": (75, 83, _FD, (0,)),
    "rename": (82, None, _PATH, (1,)),
    "renameat": (264, 38, _AT, (2, 3)),
    "renameat2": (316, 276, _AT, (2, 3)),
    "link": (86, None, _PATH, (1,)),
    "linkat": (265, 37, _AT, (2, 3)),
    "symlink": (88, None, _PATH, (1,)),
    "symlinkat": (266, 36, _AT, (1, 2)),
    "mkdir": (83, None, _PATH, (0,)),
    "mkdirat": (258, 34, _AT, (0, 1)),
    "rmdir": (84, None, _PATH, (0,)),
    "unlink": (87, None, _PATH, (0,)),
    "unlinkat": (263, 35, _AT, (0, 1)),
    "chmod": (90, None, _PATH, (0,)),
    "fchmod": (91, 52, _FD, (0,)),
    "fchmodat": (268, 53, _AT, (0, 1)),
    "chown": (92, None, _PATH, (0,)),
    "fchown": (93, 55, _FD, (0,)),
    "lchown": (94, None, _PATH, (0,)),
    "fchownat": (260, 54, _AT, (0, 1)),
    "utimensat": (280, 88, _AT, (0, 1)),
}
_FLAGS_AT = {"open": 1, "openat": 2}
"""Opening is looked at only where the flags ask for writing or making."""
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT

# number of seccomp(2), the architecture as audit.h names it
_MACHINES = {"x86_64": (317, 0xC000003E), "aarch64": (277, 0xC00000B7)}
_MACHINE = platform.machine()

_PR_SET_NO_NEW_PRIVS = 38
_SET_MODE_FILTER, _NEW_LISTENER = 1, 8
_ALLOW, _NOTIFY = 0x7FFF0000, 0x7FC00000
_RECEIVE, _SEND = 0xC0502100, 0xC0182101
_NOTICE = struct.Struct("QIIiIQ6Q")
_ANSWER = struct.Struct("QqiI")
_GO_ON = 1
_AT_CWD = 2**32 - 100
_LONGEST_PATH = 4096


@dataclass(frozen=True, slots=True)
class Call:
    """A call that waits for its answer. `path` is relative to the watched folder."""

    ticket: int
    pid: int
    name: str
    path: str


class Listener:
    """Whoever holds it answers for the watched processes."""

    def __init__(self, descriptor: int, folder: str) -> None:
        self._descriptor = descriptor
        self._folder = os.path.realpath(folder) + os.sep

    def calls(self, seconds: float) -> Iterator[Call]:
        """The calls that wait, for so long at the most; those elsewhere are let go on."""
        ready, _, _ = select.select([self._descriptor], [], [], seconds)
        if not ready:
            return
        notice = bytearray(_NOTICE.size)
        try:
            fcntl.ioctl(self._descriptor, _RECEIVE, notice)
        except OSError as error:
            if error.errno == errno.ENOENT:  # the caller was killed meanwhile
                return
            raise
        ticket, pid, _, number, _, _, *arguments = _NOTICE.unpack(notice)
        name = _names()[number]
        path = _concerned(pid, name, arguments)
        if path is not None and f"{path}{os.sep}".startswith(self._folder):
            yield Call(ticket, pid, name, path.removeprefix(self._folder))
        else:
            self.go_on(ticket)

    def go_on(self, ticket: int) -> None:
        """The call is made."""
        self._answer(ticket, 0, _GO_ON)

    def fail(self, ticket: int, error: int) -> None:
        """The call fails with that error number and does nothing."""
        self._answer(ticket, -error, 0)

    def close(self) -> None:
        """Nobody is watched any more: to be done when they are gone."""
        os.close(self._descriptor)

    def _answer(self, ticket: int, error: int, flags: int) -> None:
        try:
            fcntl.ioctl(self._descriptor, _SEND, bytearray(_ANSWER.pack(ticket, 0, error, flags)))
        except OSError as gone:
            if gone.errno != errno.ENOENT:
                raise


def install(to: socket.socket) -> None:
    """Puts this process, and all it will start, under the watch; the listener goes to the other end."""
    libc = ctypes.CDLL(None, use_errno=True)
    program = _program()
    filled = _Program(len(program) // 8, program)
    number, _ = _MACHINES[_MACHINE]
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "no_new_privs")
    listener = libc.syscall(number, _SET_MODE_FILTER, _NEW_LISTENER, ctypes.byref(filled))
    if listener < 0:
        raise OSError(ctypes.get_errno(), "seccomp")
    socket.send_fds(to, [b"."], [listener])
    os.close(listener)


def received(at: socket.socket, folder: str) -> Listener:
    """The listener of a process that has called `install` with the other end."""
    _, descriptors, _, _ = socket.recv_fds(at, 1, 1)
    return Listener(descriptors[0], folder)


@cache
def possible() -> bool:
    """Whether a process can be watched here; tried in one of its own."""
    if platform.system() != "Linux" or _MACHINE not in _MACHINES:
        return False
    ours, theirs = socket.socketpair()
    process = os.fork()
    if process == 0:
        try:
            install(theirs)
        except OSError:
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(process, 0)
    for end in (ours, theirs):
        end.close()
    return status == 0


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def _program() -> bytes:
    """Classic BPF: another architecture is allowed all; of the calls above each is asked about."""
    _, architecture = _MACHINES[_MACHINE]
    load, equal, any_bit, end = 0x20, 0x15, 0x45, 0x06

    def at(argument: int) -> int:
        return 16 + 8 * argument

    lines = [(load, 0, 0, 4), (equal, 1, 0, architecture), (end, 0, 0, _ALLOW), (load, 0, 0, 0)]
    for number, name in _names().items():
        if name in _FLAGS_AT:
            flags = (load, 0, 0, at(_FLAGS_AT[name]))
            ask = [flags, (any_bit, 0, 1, _WRITING), (end, 0, 0, _NOTIFY), (end, 0, 0, _ALLOW)]
        else:
            ask = [(end, 0, 0, _NOTIFY)]
        lines += [(equal, 0, len(ask), number), *ask]
    lines.append((end, 0, 0, _ALLOW))
    return b"".join(struct.pack("HBBI", *line) for line in lines)


@cache
def _names() -> dict[int, str]:
    column = list(_MACHINES).index(_MACHINE)
    numbers = {name: call[column] for name, call in _CALLS.items()}
    return {number: name for name, number in numbers.items() if isinstance(number, int)}


def _concerned(pid: int, name: str, arguments: list[int]) -> str | None:
    """The path that the call would change; None where it is no path, or the caller is gone."""
    _, _, how, which = _CALLS[name]
    try:
        if how == _FD:
            return str(Path(f"/proc/{pid}/fd/{arguments[which[0]] & 0xFFFFFFFF}").readlink())
        given = _text(pid, arguments[which[-1]])
        base = arguments[which[0]] & 0xFFFFFFFF if how == _AT else _AT_CWD
        folder = Path(f"/proc/{pid}/cwd" if base == _AT_CWD else f"/proc/{pid}/fd/{base}").readlink()
        return os.path.normpath(folder / given)
    except OSError:
        return None


def _text(pid: int, address: int) -> str:
    """The string at that address, page by page: the next page may not be there."""
    found = b""
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:  # noqa: PTH123
        while b"\0" not in found and len(found) < _LONGEST_PATH:
            memory.seek(address + len(found))
            found += memory.read(4096 - (address + len(found)) % 4096)
    return os.fsdecode(found.partition(b"\0")[0])
