"""What code inside of a confined child would try, were a parser taken over: each attempt says what it got.

A child loads what the real worker loads, and then does this in its place (`test_child.Attacker`).
"""

from __future__ import annotations

import ctypes
import errno
import mmap
import os
import resource
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipeline.confined.inside import Files, Told

LIBC = ctypes.CDLL(None, use_errno=True)
MACHINE = os.uname().machine
HARMLESS = signal.SIGURG
"""Should a wall not hold, nobody is to be harmed."""


def called(number: dict[str, int] | int, *arguments: object) -> None:
    """A system call by its number; raises OSError where it fails."""
    found = number if isinstance(number, int) else number[MACHINE]
    if LIBC.syscall(found, *arguments) < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def reopened(asked: dict[str, Any]) -> None:
    with open(f"/proc/self/fd/{asked['number']}", "r+b") as file:
        file.write(b"x")


def change_folder(asked: dict[str, Any]) -> bytes:
    os.chdir(asked["folder"])
    return Path("marks.key").read_bytes()


def abstract_socket(_: dict[str, Any]) -> None:
    with socket.socket(socket.AF_UNIX) as end:
        end.bind("\0jeke")


def thread(_: dict[str, Any]) -> None:
    threading.Thread(target=time.sleep, args=(0,)).start()


def process(_: dict[str, Any]) -> None:
    if os.fork() == 0:
        os._exit(0)


def other_memory(asked: dict[str, Any], *, writing: bool) -> None:
    buffer = ctypes.create_string_buffer(8)
    local = (ctypes.c_size_t * 2)(ctypes.addressof(buffer), 8)
    remote = (ctypes.c_size_t * 2)(asked["address"], 8)
    number = {"x86_64": 311, "aarch64": 271} if writing else {"x86_64": 310, "aarch64": 270}
    called(number, asked["parent"], local, 1, remote, 1, 0)


def mapped(asked: dict[str, Any]) -> None:
    mmap.mmap(asked["number"], 5, mmap.MAP_SHARED, mmap.PROT_WRITE)[:] = b"taken"


def traced(asked: dict[str, Any]) -> None:
    attach = 16
    called({"x86_64": 101, "aarch64": 117}, attach, asked["parent"], None, None)


def many_descriptors(_: dict[str, Any]) -> None:
    for _number in range(1000):
        os.dup(0)


def code_of_its_own(_: dict[str, Any]) -> None:
    mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)


ATTEMPTS: dict[str, Callable[[dict[str, Any]], object]] = {
    "read a key": lambda asked: Path(asked["key"]).read_bytes(),
    "list /": lambda _: os.listdir("/"),
    "list the archive": lambda asked: os.listdir(asked["folder"]),
    "make a file": lambda asked: Path(asked["folder"], "new").touch(),
    "rename in the archive": lambda asked: os.rename(asked["key"], asked["key"] + "~"),
    "remove a file": lambda asked: os.unlink(asked["key"]),
    "open a file's mode": lambda asked: os.chmod(asked["key"], 0o777),
    "link a file": lambda asked: os.link(asked["key"], asked["key"] + "+"),
    "cut a file": lambda asked: os.truncate(asked["key"], 0),
    "change folder and read": change_folder,
    "read /proc of the parent": lambda asked: Path(f"/proc/{asked['parent']}/environ").read_bytes(),
    "write into the parent": lambda asked: open(f"/proc/{asked['parent']}/mem", "r+b"),  # noqa: SIM115
    "read the parent's memory": lambda asked: other_memory(asked, writing=False),
    "trace the parent": traced,
    "kill the parent": lambda asked: os.kill(asked["parent"], HARMLESS),
    "signal a group of processes": lambda _: os.kill(0, HARMLESS),
    "kill a thread of the parent": lambda asked: called(
        {"x86_64": 234, "aarch64": 131}, asked["parent"], asked["parent"], HARMLESS
    ),
    "limit the parent": lambda asked: resource.prlimit(asked["parent"], resource.RLIMIT_CORE, (0, 0)),
    "raise its own limit": lambda _: resource.setrlimit(resource.RLIMIT_CPU, (9999, resource.RLIM_INFINITY)),
    "open a socket (inet)": lambda _: socket.socket(socket.AF_INET),
    "open a socket (inet6, datagrams)": lambda _: socket.socket(socket.AF_INET6, socket.SOCK_DGRAM),
    "open a socket (unix)": lambda _: socket.socket(socket.AF_UNIX),
    "open a socket (abstract)": abstract_socket,
    "open a socket (netlink)": lambda _: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW),
    "a pair that can be addressed": lambda _: socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM),
    "run a program": lambda _: os.execv("/bin/true", ["true"]),
    "fork": process,
    "a thread": thread,
    "become another user": lambda _: os.setuid(65534),
    "a namespace of its own": lambda _: called({"x86_64": 272, "aarch64": 97}, 0x10000000),
    "mount": lambda _: called({"x86_64": 165, "aarch64": 40}, b"none", b"/", b"tmpfs", 0, None),
    "bpf": lambda _: called({"x86_64": 321, "aarch64": 280}, 0, None, 0),
    "io_uring": lambda _: called(425, 1, ctypes.create_string_buffer(120)),
    "keys of the kernel": lambda _: called({"x86_64": 250, "aarch64": 219}, 0, -3, 1),
    "open by a handle": lambda _: called({"x86_64": 304, "aarch64": 265}, -100, None, 0),
    "perf": lambda _: called({"x86_64": 298, "aarch64": 241}, None, 0, -1, -1, 0),
    "userfaultfd": lambda _: called({"x86_64": 323, "aarch64": 282}, 0),
    "a file in memory": lambda _: os.memfd_create("x"),
    "be looked into again": lambda _: called({"x86_64": 157, "aarch64": 167}, 4, 1, 0, 0, 0),
    "take the file's lock": lambda asked: called({"x86_64": 73, "aarch64": 32}, asked["number"], 2),
    "write through what was handed in": lambda asked: os.write(asked["number"], b"x"),
    "cut what was handed in": lambda asked: os.ftruncate(asked["number"], 0),
    "open the mode of what was handed in": lambda asked: os.fchmod(asked["number"], 0o777),
    "date what was handed in": lambda asked: os.utime(asked["number"], (0, 0)),
    "open what was handed in for writing": reopened,
    "many descriptors": many_descriptors,
    "memory both written and run": code_of_its_own,
    "wait for others' signals": lambda _: os.pidfd_open(os.getppid()),
    "write into the parent's memory": lambda asked: other_memory(asked, writing=True),
    "take a descriptor of the parent": lambda asked: called(438, 0, asked["parent"], 0),
    "let itself be traced": lambda _: called({"x86_64": 101, "aarch64": 117}, 0, 0, None, None),
    "a queued signal": lambda asked: called(
        {"x86_64": 129, "aarch64": 138}, asked["parent"], HARMLESS, ctypes.create_string_buffer(128)
    ),
    "slow the parent down": lambda asked: os.setpriority(os.PRIO_PROCESS, asked["parent"], 19),
    "bind the parent to a processor": lambda asked: os.sched_setaffinity(asked["parent"], {0}),
    "memory shared by a key": lambda _: called({"x86_64": 29, "aarch64": 194}, 0x6A656B65, 4096, 0o1666),
    "a queue shared by a key": lambda _: called({"x86_64": 68, "aarch64": 186}, 0x6A656B65, 0o1666),
    "a queue shared by a name": lambda _: called(
        {"x86_64": 240, "aarch64": 180}, b"jeke", 0o102, 0o600, None
    ),
    "a semaphore shared by a key": lambda _: called({"x86_64": 64, "aarch64": 190}, 0x6A656B65, 1, 0o1666),
    "a file in /dev/shm": lambda _: Path("/dev/shm/jeke").write_bytes(b"x"),  # noqa: S108  # must fail
    "a file without a name": lambda asked: os.open(asked["folder"], os.O_TMPFILE | os.O_RDWR),
    "a named pipe": lambda asked: os.mkfifo(asked["folder"] + "/pipe"),
    "a folder": lambda asked: os.mkdir(asked["folder"] + "/new"),
    "a link to a key": lambda asked: os.symlink(asked["key"], asked["folder"] + "/new"),
    "its own memory as a file": lambda _: open("/proc/self/mem", "r+b"),  # noqa: SIM115
    "another root": lambda asked: os.chroot(asked["folder"]),
    "watch a folder": lambda asked: called({"x86_64": 254, "aarch64": 27}, 3, asked["folder"].encode(), 2),
    "watch all files": lambda _: called({"x86_64": 300, "aarch64": 262}, 0, 0),
    "tags of a file": lambda asked: os.setxattr(asked["number"], "user.x", b"x"),
    "own what was handed in": lambda asked: os.fchown(asked["number"], 65534, 65534),
    "make room in what was handed in": lambda asked: os.posix_fallocate(asked["number"], 0, 1 << 20),
    "write what was handed in through memory": mapped,
    "be told by signals of what was handed in": lambda asked: called(
        {"x86_64": 72, "aarch64": 25}, asked["number"], 8, asked["parent"]
    ),
    "a lease of what was handed in": lambda asked: called(
        {"x86_64": 72, "aarch64": 25}, asked["number"], 1024, 0
    ),
    "speak to the log of the kernel": lambda _: called({"x86_64": 103, "aarch64": 116}, 3, None, 0),
    "set the clock": lambda _: time.clock_settime(time.CLOCK_REALTIME, time.time()),
    "another name of the machine": lambda _: called({"x86_64": 170, "aarch64": 161}, b"x", 1),
    "a timer that signals": lambda _: signal.setitimer(signal.ITIMER_REAL, 9),
    "ask newer calls of files": lambda asked: called(437, -100, asked["key"].encode(), None, 24),
    "a call of another table": lambda _: called(0x40000000 + 2, b"/etc/passwd", 0),
    "a session of its own": lambda _: os.setsid(),
    "print to the terminal": lambda _: called({"x86_64": 16, "aarch64": 29}, 0, 0x5412, b"x"),
}
"""What must fail with an error number, each in each worker."""


def misbehave(asked: dict[str, Any], data: bytes) -> Told:
    """Costs, or ends otherwise than with an answer."""
    match asked["try"]:
        case "memory":
            return {"length": len(b"x" * asked["bytes"])}, b""
        case "time":
            while True:
                pass
        case "sleep":
            time.sleep(asked["seconds"])
        case "answer":
            return {}, b"x" * asked["bytes"]
        case "raise":
            raise LookupError(asked)
        case "load late":
            raise ModuleNotFoundError("idna")
        case "die":
            os.abort()
        case "no answer":
            os.write(1, data)
            os._exit(0)
    return {}, b""


def answer(asked: dict[str, Any], data: bytes, files: Files) -> Told:
    """One attempt: `got` where it worked, else the error number."""
    if asked["try"] == "echo":
        return {"files": [file.read(99).decode() for file in files]}, data
    if asked["try"] == "what is here":
        return {"environment": sorted(os.environ), "argv": sys.argv[1:]}, b""
    if asked["try"] not in ATTEMPTS:
        return misbehave(asked, data)
    try:
        got = ATTEMPTS[asked["try"]]({**asked, "number": files[0].fileno()})
    except OSError as error:
        return {"error": errno.errorcode.get(error.errno or 0, "?")}, b""
    except (RuntimeError, ValueError) as error:  # as Python tells of a thread, and of limits
        return {"error": str(error)}, b""
    return {"got": repr(got)}, b""
