"""A seccomp filter (classic BPF): the few system calls that decoding needs, and no others; see seccomp(2).

Everything not named fails with EPERM, what is newer than the list with ENOSYS, so that a C library of another
age takes its older way. A call by the number table of another architecture ends the process.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
from collections.abc import Iterable
from typing import Final

from pipeline.confined import syscall_numbers as numbers

_Line = tuple[int, int, int, int]
"""A BPF instruction: code, jump if true, jump if false, constant."""

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW: Final = 0x7FFF0000
_KILL: Final = 0x80000000
_FAIL: Final = 0x00050000
_NUMBER, _ARCHITECTURE = 0, 4

_WRITE_AND_RUN: Final = 0x2 | 0x4
_RUN: Final = 0x4
_DUPLICATE: Final = (0, 1, 2, 3, 4, 1030)
"""fcntl: F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC; not locks, owners, leases."""
_TERMINAL: Final = (0x5401, 0x5421, 0x5450, 0x5451)
"""ioctl: TCGETS (is it a terminal?), FIONBIO, FIONCLEX, FIOCLEX."""
_UNIX: Final = 1
_STREAM: Final = 1
_STREAM_FLAGS: Final = 0o4000 | 0o2000000
"""SOCK_NONBLOCK, SOCK_CLOEXEC."""

_MODE_FILTER: Final = 2
_PR_SET_SECCOMP: Final = 22


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def known() -> bool:
    """Whether there is a table for this architecture."""
    return platform.system() == "Linux" and platform.machine() in numbers.MACHINES


def restrict() -> bool:
    """Puts this process under the filter; False where there is none. New privileges must be given up before.

    Raises:
        OSError: the kernel has seccomp and refused.
    """
    if not known():
        return False
    column = numbers.MACHINES[platform.machine()]
    program = b"".join(struct.pack("HBBI", *line) for line in _filter(column))
    filled = _Program(len(program) // 8, program)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(numbers.SECCOMP[column], 1, 0, ctypes.byref(filled)) == 0:
        return True
    # Some service managers forbid the newer call and not the older.
    if libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(filled), 0, 0) == 0:
        return True
    if ctypes.get_errno() in (errno.ENOSYS, errno.EINVAL):
        return False
    raise OSError(ctypes.get_errno(), "seccomp")


def _filter(column: int) -> Iterable[_Line]:
    yield from ((_LOAD, 0, 0, _ARCHITECTURE), (_EQUAL, 1, 0, numbers.AUDIT_ARCHITECTURES[column]))
    yield from (_answer(_KILL), (_LOAD, 0, 0, _NUMBER))
    for pair in numbers.ALWAYS.values():
        if pair[column] is not None:
            yield from _call(pair[column], [_answer(_ALLOW)])
    for pair, checks in _narrowed():
        yield from _call(pair[column], checks)
    for pair in (numbers.STATX, numbers.CLONE3):
        yield from _call(pair[column], [_failure(errno.ENOSYS)])
    yield from ((_AT_LEAST, 0, 1, numbers.FIRST_RECENT), _failure(errno.ENOSYS), _failure(errno.EPERM))


def _narrowed() -> Iterable[tuple[tuple[int, int], list[_Line]]]:
    """Calls allowed with some arguments alone."""
    yield numbers.MMAP, [*_low(2), *_unless_all_of(_WRITE_AND_RUN), _answer(_ALLOW)]
    yield numbers.MPROTECT, [*_low(2), *_unless_any_of(_RUN), _answer(_ALLOW)]
    yield numbers.FCNTL, [*_low(1), *_only(_DUPLICATE), _answer(_ALLOW)]
    yield numbers.IOCTL, [*_low(1), *_only(_TERMINAL), _answer(_ALLOW)]
    # Its own limits may be asked after and not set.
    yield numbers.PRLIMIT64, [*_low(0), *_only((0,)), *_null(2), _answer(_ALLOW)]
    # abort() of a library that has found itself broken.
    yield numbers.TGKILL, [*_low(0), *_only((os.getpid(),)), _answer(_ALLOW)]
    # An event loop wakes itself through a pair that leads nowhere else.
    pair = [*_low(0), *_only((_UNIX,)), *_low(1), *_unless_any_of(0xFFFFFFFF ^ _STREAM ^ _STREAM_FLAGS)]
    yield numbers.SOCKETPAIR, [*pair, _answer(_ALLOW)]
    yield numbers.SENDTO, [*_null(4), _answer(_ALLOW)]


def _call(number: int | None, checks: list[_Line]) -> Iterable[_Line]:
    """If it is this call, the checks decide."""
    assert number is not None  # noqa: S101  # the caller has looked
    yield (_EQUAL, 0, len(checks), number)
    yield from checks


def _low(argument: int) -> list[_Line]:
    return [(_LOAD, 0, 0, 16 + 8 * argument)]


def _high(argument: int) -> list[_Line]:
    return [(_LOAD, 0, 0, 20 + 8 * argument)]


def _only(values: tuple[int, ...]) -> list[_Line]:
    """What was loaded is one of these, else the call fails."""
    tests = [(_EQUAL, len(values) - n, 0, value) for n, value in enumerate(values)]
    return [*tests, _failure(errno.EPERM)]


def _null(argument: int) -> list[_Line]:
    return [*_low(argument), *_only((0,)), *_high(argument), *_only((0,))]


def _unless_any_of(bits: int) -> list[_Line]:
    return [(_ANY_BIT, 0, 1, bits), _failure(errno.EPERM)]


def _unless_all_of(bits: int) -> list[_Line]:
    """Two bits: both of them set is what fails."""
    first, second = bits & -bits, bits & (bits - 1)
    return [(_ANY_BIT, 0, 2, first), (_ANY_BIT, 0, 1, second), _failure(errno.EPERM)]


def _answer(action: int) -> _Line:
    return (_RETURN, 0, 0, action)


def _failure(error: int) -> _Line:
    return (_RETURN, 0, 0, _FAIL | error)
