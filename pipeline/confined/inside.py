"""The side of the worker: it loads what it needs, gives up every right, says so, and only then is asked.

A worker is a module run by name; all it imports is loaded before the first byte of a stranger, since nothing
can be opened afterwards:

    if __name__ == "__main__":
        serve(answer)

`answer` gets the question, the bytes with it, and the files handed in (open for reading, in their order); it
gives back what is told, with bytes beside it. An exception in it is told by its name alone, and the worker
goes on; running out of memory ends it.
"""

from __future__ import annotations

import codecs
import ctypes
import json
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any, BinaryIO, Final, NoReturn

from pipeline.confined import landlock, seccomp, syscall_numbers
from pipeline.confined.frames import HEAD, packed, unpacked

OUT_OF_MEMORY: Final = 97
"""Exit status."""

Told = tuple[Mapping[str, object], bytes]
Files = tuple[BinaryIO, ...]
Answer = Callable[[dict[str, Any], bytes, Files], Told]
"""A worker's own function."""

_SET_PARENT_DEATH_SIGNAL: Final = 1
_SET_DUMPABLE: Final = 4
_SET_NO_NEW_PRIVILEGES: Final = 38
_NEW_USER_AND_NETWORK: Final = 0x10000000 | 0x40000000
_CAPABILITIES_VERSION: Final = 0x20080522
_ENCODINGS: Final = (
    "utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-16-le", "utf-32", "utf-32-be", "utf-32-le", "latin-1",
    "ascii", "cp1251", "cp1252", "cp437", "cp866", "mac-roman", "idna", "punycode", "unicode_escape",
    "raw_unicode_escape", "hex", "base64",
)  # fmt: skip
"""Python loads these from files when they are first used."""


@dataclass(frozen=True, slots=True)
class Confinement:
    """What of it this kernel gave. `landlock` is the ABI, 0 where there is none."""

    no_new_privileges: bool
    landlock: int
    seccomp: bool
    network: bool
    """A network namespace of its own, with nothing in it."""


def serve(answer: Answer) -> NoReturn:
    """Gives up every right and answers until the questions end."""
    asked = json.loads(sys.argv[1])
    files = tuple(open(number, "rb", closefd=False) for number in asked["files"])  # noqa: SIM115  # for life
    stdin, stdout = open(0, "rb", buffering=0), open(1, "wb", buffering=0)  # noqa: SIM115  # as above
    given = confine(asked)
    _send(stdout, asdict(given))
    status = 0
    try:
        while (message := _received(stdin)) is not None:
            _send(stdout, *_told(answer, message, files))
    except MemoryError:
        status = OUT_OF_MEMORY
    except (OSError, ValueError):
        status = 1  # nobody listens any more
    os._exit(status)


def _told(answer: Answer, message: tuple[dict[str, Any], bytes], files: Files) -> Told:
    try:
        return answer(*message, files)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001  # whatever a file brings about is told, and nothing of its content
        return {"failed": type(error).__name__}, b""


def _received(stream: BinaryIO) -> tuple[dict[str, Any], bytes] | None:
    head = _exactly(stream, HEAD.size)
    if head is None:
        return None
    text_length, data_length = HEAD.unpack(head)
    text, data = _exactly(stream, text_length), _exactly(stream, data_length)
    return None if text is None or data is None else (unpacked(text), data)


def _exactly(stream: BinaryIO, length: int) -> bytes | None:
    pieces = bytearray()
    while len(pieces) < length:
        piece = stream.read(min(length - len(pieces), 1 << 20))
        if not piece:
            return None
        pieces += piece
    return bytes(pieces)


def _send(stream: BinaryIO, told: Mapping[str, object], data: bytes = b"") -> None:
    rest = memoryview(packed(told, data))
    while rest:
        rest = rest[stream.write(rest) :]


def confine(asked: Mapping[str, Any]) -> Confinement:
    """Gives up every right and resource that decoding does not need; what this kernel lacks is left out.

    `asked` has `parent` (a process id), `memory`, `open_files`.
    """
    _load_what_comes_late()
    network = _own_network()
    _drop_capabilities()
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_SET_DUMPABLE, 0, 0, 0, 0)
    libc.prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != asked["parent"]:
        os._exit(1)  # it died before
    no_new_privileges = libc.prctl(_SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0) == 0
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
        (resource.RLIMIT_NOFILE, asked["open_files"]),
        (resource.RLIMIT_AS, asked["memory"]),
    ):
        resource.setrlimit(what, (most, most))
    return Confinement(no_new_privileges, landlock.restrict(), seccomp.restrict(), network)


def _load_what_comes_late() -> None:
    """What libraries open or map only when it is first needed."""
    for name in _ENCODINGS:
        codecs.lookup(name)
    time.tzset()
    ctypes.CFUNCTYPE(ctypes.c_int)(lambda: 0)  # the first of its kind maps memory for callbacks


def _own_network() -> bool:
    """A network with nothing in it, and no file by a path, where the system lets anybody have his own."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_NEW_USER_AND_NETWORK):
        return False
    with suppress(OSError):
        os.chroot("/proc/self/fdinfo")  # a folder that is gone with this process
        os.chdir("/")
    return True


def _drop_capabilities() -> None:
    """Those of a namespace of its own, and of the superuser."""
    if not seccomp.known():
        return
    number = syscall_numbers.CAPSET[syscall_numbers.MACHINES[os.uname().machine]]
    head = (ctypes.c_uint32 * 2)(_CAPABILITIES_VERSION, 0)
    ctypes.CDLL(None).syscall(number, head, (ctypes.c_uint32 * 6)())
