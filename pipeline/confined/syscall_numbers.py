"""Numbers of the system calls that a confined child may make, and of those that confine it.

From the kernel's own tables: arch/x86/entry/syscalls/syscall_64.tbl, asm-generic/unistd.h for aarch64. The
list was measured: honest files of every kind in the workers' tests, under strace, meet no call that fails for
not being here; some are what C libraries of other ages call in place of others.
"""

from __future__ import annotations

from typing import Final

X86_64: Final = 0
AARCH64: Final = 1
MACHINES: Final = {"x86_64": X86_64, "aarch64": AARCH64}
"""As `platform.machine()` says it, and the column below."""
AUDIT_ARCHITECTURES: Final = (0xC000003E, 0xC00000B7)
"""linux/audit.h: AUDIT_ARCH_X86_64, AUDIT_ARCH_AARCH64."""

# name: (x86_64, aarch64); None where the architecture has no such call
ALWAYS: Final[dict[str, tuple[int | None, int | None]]] = {
    # its own descriptors
    "read": (0, 63),
    "write": (1, 64),
    "readv": (19, 65),
    "writev": (20, 66),
    "pread64": (17, 67),
    "preadv": (295, 69),
    "close": (3, 57),
    "fstat": (5, 80),
    "newfstatat": (262, 79),
    "lseek": (8, 62),
    "dup": (32, 23),
    "fadvise64": (221, 223),
    "poll": (7, None),
    "ppoll": (271, 73),
    "select": (23, None),
    "pselect6": (270, 72),
    "epoll_create1": (291, 20),
    "epoll_ctl": (233, 21),
    "epoll_wait": (232, None),
    "epoll_pwait": (281, 22),
    "eventfd2": (290, 19),
    "pipe2": (293, 59),
    "recvfrom": (45, 207),
    # its own memory
    "munmap": (11, 215),
    "mremap": (25, 216),
    "brk": (12, 214),
    "madvise": (28, 233),
    "mincore": (27, 232),
    "membarrier": (324, 283),
    # its own signals, its end, waiting for itself
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "sigaltstack": (131, 132),
    "restart_syscall": (219, 128),
    "futex": (202, 98),
    "set_robust_list": (273, 99),
    "rseq": (334, 293),
    "exit": (60, 93),
    "exit_group": (231, 94),
    "sched_yield": (24, 124),
    "nanosleep": (35, 101),
    "clock_nanosleep": (230, 115),
    # asking after itself and the time
    "getpid": (39, 172),
    "gettid": (186, 178),
    "getppid": (110, 173),
    "getuid": (102, 174),
    "geteuid": (107, 175),
    "getgid": (104, 176),
    "getegid": (108, 177),
    "getrlimit": (97, 163),
    "getrusage": (98, 165),
    "getrandom": (318, 278),
    "getcpu": (309, 168),
    "sched_getaffinity": (204, 123),
    "clock_gettime": (228, 113),
    "clock_getres": (229, 114),
    "gettimeofday": (96, 169),
    "time": (201, None),
    "times": (100, 153),
    "getcwd": (79, 17),
    "uname": (63, 160),
    "sysinfo": (99, 179),
}
"""Whatever their arguments."""

MMAP: Final = (9, 222)
MPROTECT: Final = (10, 226)
FCNTL: Final = (72, 25)
IOCTL: Final = (16, 29)
PRLIMIT64: Final = (302, 261)
TGKILL: Final = (234, 131)
SOCKETPAIR: Final = (53, 199)
SENDTO: Final = (44, 206)
"""Allowed with some arguments alone (see `seccomp`)."""

CLONE3: Final = (435, 435)
STATX: Final = (332, 291)
FIRST_RECENT: Final = 424
"""From here on numbers are the same on all architectures (Linux 5.1): C libraries try these calls and
know what to do where the kernel has not got them, so they are answered as if it had not."""

SECCOMP: Final = (317, 277)
CAPSET: Final = (126, 91)
LANDLOCK_CREATE_RULESET: Final = 444
LANDLOCK_RESTRICT_SELF: Final = 446
