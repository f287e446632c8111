"""Landlock (Linux ≥ 5.13): from here on no file can be opened, whatever its rights; see landlock(7).

A ruleset without a single rule: what is open already stays open. Newer kernels also close TCP (ABI 4), and
signals and abstract Unix sockets to processes outside (ABI 6).
"""

from __future__ import annotations

import ctypes
import os
from typing import Final

from pipeline.confined.syscall_numbers import LANDLOCK_CREATE_RULESET, LANDLOCK_RESTRICT_SELF

_VERSION: Final = 1
_FILE_RIGHTS: Final = ((1, 13), (2, 14), (3, 15), (5, 16))
"""From which ABI on how many rights to files there are: refer, truncate and ioctl of devices came later."""
_TCP: Final = 0b11
_SCOPES: Final = 0b11
_TCP_SINCE: Final = 4
_SCOPES_SINCE: Final = 6


class _Ruleset(ctypes.Structure):
    _fields_ = (
        ("handled_access_fs", ctypes.c_uint64),
        ("handled_access_net", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


def abi() -> int:
    """Which version of it the kernel gives; 0 where it gives none."""
    return max(0, _call(LANDLOCK_CREATE_RULESET, None, 0, _VERSION))


def restrict() -> int:
    """Shuts this process off from every file; gives the ABI, 0 where there is none. New privileges are gone.

    Raises:
        OSError: the kernel has Landlock and refused.
    """
    version = abi()
    if not version:
        return 0
    rights = max(count for since, count in _FILE_RIGHTS if since <= version)
    attributes = _Ruleset(
        (1 << rights) - 1,
        _TCP if version >= _TCP_SINCE else 0,
        _SCOPES if version >= _SCOPES_SINCE else 0,
    )
    size = 24 if version >= _SCOPES_SINCE else 16 if version >= _TCP_SINCE else 8
    ruleset = _call(LANDLOCK_CREATE_RULESET, ctypes.byref(attributes), size, 0)
    if ruleset < 0:
        raise OSError(ctypes.get_errno(), "landlock")
    try:
        if _call(LANDLOCK_RESTRICT_SELF, ruleset, 0):
            raise OSError(ctypes.get_errno(), "landlock")
    finally:
        os.close(ruleset)
    return version


def _call(number: int, *arguments: object) -> int:
    return int(ctypes.CDLL(None, use_errno=True).syscall(number, *arguments))
