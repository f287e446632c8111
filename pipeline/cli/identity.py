"""Who is at the terminal: the operating-system login that asks, whatever rights it has taken on since.

The kernel's login id is asked first: neither sudo nor su changes it. Where nobody has one (a container, a
shell without PAM) the processes above ours tell: the nearest that runs under a person's own id. The
environment is asked last, of root alone or below a sudo that runs: anybody can write it.
"""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipeline.domain.errors import RefusedError

_PROC: Final = Path("/proc")
_NO_LOGIN: Final = 2**32 - 1
"""What the kernel says where nobody logged in: a service."""
_ROOT: Final = 0
_MOST_PROCESSES: Final = 64
_NO_SHELLS: Final = ("nologin", "false")


@dataclass(frozen=True, slots=True)
class Identity:
    """`login` is who asks, `rights` whose rights the process has."""

    login: str
    rights: str

    def __str__(self) -> str:
        """As the audit chain names an agent: "aigerim", "aigerim (jeke)"."""
        return self.login if self.login == self.rights else f"{self.login} ({self.rights})"


def identity() -> Identity:
    """Of this process."""
    own = os.getuid()
    rights = _name(own)
    return Identity(_logged_in(_PROC) or _above(_PROC, own) or _by_sudo(_PROC, own) or rights, rights)


def approver() -> str:
    """The same as an agent of the audit chain, if a person stands behind it.

    Raises:
        RefusedError: `approval_no_person`, a service's account that nobody can log in to, or a number that no
            account has.
    """
    who = identity()
    try:
        shell = Path(pwd.getpwnam(who.login).pw_shell).name
    except KeyError:
        shell = None
    if shell is None or shell in _NO_SHELLS:
        raise RefusedError("approval_no_person", user=who.login)
    return str(who)


def _logged_in(proc: Path) -> str | None:
    try:
        uid = int((proc / "self/loginuid").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
    return None if uid == _NO_LOGIN else _name(uid)


def _above(proc: Path, own: int) -> str | None:
    """The nearest process above ours that runs under another real id than ours and root's."""
    return next((_name(uid) for _, uid in _ancestors(proc) if uid not in (own, _ROOT)), None)


def _by_sudo(proc: Path, own: int, environment: Mapping[str, str] = os.environ) -> str | None:
    """By its number: two names of one account are one login, and a name that no account has is none."""
    below_sudo = any(name == "sudo" and uid == _ROOT for name, uid in _ancestors(proc))
    try:
        uid = pwd.getpwnam(environment.get("SUDO_USER", "")).pw_uid
    except (KeyError, ValueError):
        return None
    return _name(uid) if own == _ROOT or below_sudo else None


def _ancestors(proc: Path) -> Iterator[tuple[str, int]]:
    """Name and real user id of each process above ours, the nearest first, as far as they may be seen."""
    pid = os.getppid()
    for _ in range(_MOST_PROCESSES):
        try:
            text = (proc / str(pid) / "status").read_text(encoding="utf-8", errors="replace")
            fields = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
            yield fields["Name"].strip(), int(fields["Uid"].split()[0])
            pid = int(fields["PPid"])
        except (OSError, ValueError, KeyError, IndexError):
            return
        if pid == 0:
            return


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
