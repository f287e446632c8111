"""The service (uid 5000) takes a dropped folder apart, and its clerk (uid 5001) swaps it before a chosen call.

Both are real processes with real users; run as root. The place of work lies as deploy/systemd lays it out.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.domain.errors import JekeError
from pipeline.flow.drops.bundle_drop import is_bundle, open_bundle
from pipeline.intake.claim import Claimed, claim, give_back, recover
from pipeline.intake.inbox import Inbox
from pipeline.intake.journal import DropState, Journal

from .bundle_worker import bench

SERVICE, CLERK, COLLEAGUE, HR, PAGE = 5000, 5001, 5002, 5003, 5005
"""The three users, the group of the two clerks, and the page's user."""
NOW = datetime(2025, 10, 16, 10, 30, tzinfo=UTC)
SECRETS = {"marks.key": "", "test-seal.p12": "seal/", "2026.jsonl": "audit/", "index.sqlite": ""}
"""What the clerk is after, by its name and the folder of state/ it lies in."""
CALLS = (
    "open", "stat", "lstat", "fstat", "scandir", "access", "mkdir", "rename", "link", "unlink", "rmdir",
    "fchmod", "fchown", "copy_file_range", "fsync",
)  # fmt: skip


def lay_out(place: Path) -> None:
    """Closed as the service closes it; the secrets are the service's own."""
    place.chmod(0o755)
    for name, owner, group, mode in (
        ("inbox", SERVICE, HR, 0o3730),
        ("state", SERVICE, SERVICE, 0o750),
        ("state/seal", SERVICE, SERVICE, 0o700),
        ("state/audit", SERVICE, SERVICE, 0o750),
        ("state/work", SERVICE, SERVICE, 0o750),
        ("outside", CLERK, CLERK, 0o700),
    ):
        (place / name).mkdir()
        os.chown(place / name, owner, group)
        (place / name).chmod(mode)
    for name, folder in SECRETS.items():
        path = place / "state" / folder / name
        path.write_text(f"secret of {name}")
        os.chown(path, SERVICE, SERVICE)
        path.chmod(0o640)


def become(user: int, *groups: int) -> None:
    """Another user, for good."""
    os.setgroups(groups)
    os.setgid(user)
    os.setuid(user)


def played(user: int, act: Callable[[], object]) -> int:
    """Runs it as that user of the clerks' group."""
    return as_user(user, act, HR)


def as_user(user: int, act: Callable[[], object], *groups: int) -> int:
    """Runs it as that user in a process of its own; its exit status, 0 where it raised nothing."""
    child = os.fork()
    if child == 0:
        try:
            become(user, *groups)
            act()
        except BaseException:  # noqa: BLE001  # whatever it is, the parent is told
            traceback.print_exc(file=sys.stderr)
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


class Clerk:
    """A process of the clerk's own that has dropped a folder, holds it open and swaps when told to."""

    def __init__(self, place: Path, swap: Callable[[int, Path], None]) -> None:
        """Returns once the folder lies there."""
        ours, theirs = os.pipe(), os.pipe()
        self._ask, self._answer = ours[1], theirs[0]
        self.process = os.fork()
        if self.process == 0:
            try:
                become(CLERK, HR)
                os.umask(0o007)
                self._play(place, swap, ours[0], theirs[1])
            except BaseException:  # noqa: BLE001  # as in `played`
                traceback.print_exc(file=sys.stderr)
            os._exit(0)
        os.read(self._answer, 1)

    def _play(self, place: Path, swap: Callable[[int, Path], None], asked: int, answer: int) -> None:
        folder = place / "inbox" / "бума"
        (folder / "a").mkdir(parents=True)
        for number in range(2):
            (folder / "a" / f"{number}.yaml").write_text("kind: case\n")
        for name in SECRETS:
            (folder / name[0]).mkdir()
            (folder / name[0] / name).write_text("bait")
        for path in (folder, *(p for p in folder.rglob("*") if p.is_dir())):
            os.chown(path, -1, HR)
            path.chmod(0o2770)
        top = os.open(folder, os.O_RDONLY)
        os.write(answer, b".")
        while os.read(asked, 1) == b"s":
            with contextlib.suppress(OSError):
                swap(top, place)
            os.write(answer, b".")

    def swap(self) -> None:
        """Now; returns when it is done."""
        os.write(self._ask, b"s")
        os.read(self._answer, 1)

    def end(self) -> None:
        """The clerk goes home."""
        os.write(self._ask, b"e")
        os.waitpid(self.process, 0)


def swap_folders(top: int, place: Path) -> None:
    """Each baited folder becomes a link into state/."""
    for name, folder in SECRETS.items():
        with contextlib.suppress(OSError):
            os.rename(name[0], f"{name[0]}-", src_dir_fd=top, dst_dir_fd=top)
        with contextlib.suppress(OSError):
            os.symlink(place / "state" / folder, name[0], dir_fd=top)


def swap_files(top: int, place: Path) -> None:
    """Each bait becomes a link to the secret itself."""
    for name, folder in SECRETS.items():
        with contextlib.suppress(OSError):
            os.unlink(f"{name[0]}/{name}", dir_fd=top)
        with contextlib.suppress(OSError):
            os.symlink(place / "state" / folder / name, f"{name[0]}/{name}", dir_fd=top)


def swap_for_pipes(top: int, _place: Path) -> None:
    """Each bait becomes a pipe: whoever opens it for reading waits for ever."""
    for name in SECRETS:
        with contextlib.suppress(OSError):
            os.unlink(f"{name[0]}/{name}", dir_fd=top)
        with contextlib.suppress(OSError):
            os.mkfifo(f"{name[0]}/{name}", dir_fd=top)


def swap_whole_folder(top: int, place: Path) -> None:
    """All that lies in it moves out, and one link to state/ takes its place."""
    for name in os.listdir(top):
        with contextlib.suppress(OSError):
            os.rename(name, place / "outside" / name, src_dir_fd=top)
    for name in SECRETS:
        with contextlib.suppress(OSError):
            os.symlink(place / "state", name[0], dir_fd=top)


def close_folders(top: int, _place: Path) -> None:
    """Nobody but the clerk may take anything out any more."""
    for name in SECRETS:
        with contextlib.suppress(OSError):
            os.chmod(name[0], 0o500, dir_fd=top)
    os.fchmod(top, 0o500)


SWAPS = (swap_folders, swap_files, swap_for_pipes, swap_whole_folder, close_folders)


@contextlib.contextmanager
def told_before(call: int, tell: Callable[[], None]) -> Iterator[list[int]]:
    """Tells before the Nth call that looks at or changes anything on the disk; yields the count."""
    count = [0]
    real = {name: getattr(os, name) for name in CALLS}

    def wrapped(name: str) -> Callable[..., Any]:
        def told(*args: Any, **kwargs: Any) -> Any:
            count[0] += 1
            if count[0] == call:
                tell()
            return real[name](*args, **kwargs)

        return told

    try:
        for name in CALLS:
            setattr(os, name, wrapped(name))
        yield count
    finally:
        for name, function in real.items():
            setattr(os, name, function)


def work_off(place: Path) -> None:
    """What the service does with a folder: looks, claims, takes apart; gives back what is in it."""
    at = bench(place / "state")
    inbox, work = place / "inbox", place / "state" / "work"
    with Journal.open(place / "state" / "journal.sqlite") as journal:
        held = list(recover(inbox, work, journal, now=NOW))
        look = Inbox(inbox, 0, unfinished_seconds=0).look()
        for path in look.ready:
            with contextlib.suppress(JekeError):
                held.append(claim(path, work, journal, now=NOW, seen=look.seen[path]))
        while held:
            claimed = held.pop()
            if is_bundle(claimed):
                inside = open_bundle(at, journal, claimed)  # type: ignore[arg-type]  # see bundle_worker.Bench
                held += inside if isinstance(inside, tuple) else ()
            else:
                _give_back(claimed, inbox, work, journal)


def _give_back(claimed: Claimed, inbox: Path, work: Path, journal: Journal) -> None:
    give_back(
        claimed,
        inbox / "refused",
        work,
        journal,
        DropState.REFUSED,
        now=NOW,
        detail={},
        beside={"жауап.txt": b"answer"},
    )


def readable_outside(place: Path) -> set[bytes]:
    """All content a clerk may come by: in inbox/ and in their own folder."""
    files = (p for name in ("inbox", "outside") for p in (place / name).rglob("*"))
    return {path.read_bytes() for path in files if not path.is_symlink() and path.is_file()}


def clean(place: Path) -> None:
    """Empties a place of work for the next try."""
    for path in place.iterdir():
        shutil.rmtree(path)
