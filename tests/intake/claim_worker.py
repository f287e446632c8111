"""A process that claims and works off an inbox until it is killed: at its Nth step, or at any moment from outside.

`plan` names the outcomes that occur (filed, refused, duplicates); `across` makes inbox/ and the work folder seem to
lie on two file systems.
"""

import errno
import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

from pipeline.domain.errors import MachineError
from pipeline.intake.claim import Claimed, finish, give_back, recover
from pipeline.intake.claim import claim as claim_file
from pipeline.intake.inbox import Inbox
from pipeline.intake.journal import DropState, Journal

NOW = datetime(2025, 10, 16, 10, 30, tzinfo=UTC)
STEPS = ("rename", "link", "unlink", "mkdir", "rmdir", "fsync", "open", "copy_file_range", "fchmod", "chmod")


def die_at(step: int) -> None:
    """Kill oneself before the Nth step that changes anything on the disk or in the journal."""
    left = step

    def count() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    for name in STEPS:
        before(os, name, count)
    for name in ("intend", "claimed", "returning", "end", "forget"):
        before(Journal, name, count)


def fail_at(step: int, error: int) -> None:
    """The disk refuses the Nth step."""
    left = step

    def count() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise OSError(error, os.strerror(error))

    for name in STEPS:
        before(os, name, count)


def before(owner: Any, name: str, do: Callable[[], None]) -> None:
    real = getattr(owner, name)

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        do()
        return real(*args, **kwargs)

    setattr(owner, name, wrapped)


def two_file_systems(place: Path) -> None:
    inbox = os.path.realpath(place / "inbox")

    def in_inbox(path: Any, folder: int | None = None) -> bool:
        above = f"/proc/self/fd/{folder}" if folder is not None else Path(path).parent
        return os.path.realpath(above).startswith(inbox)

    def across(real: Callable[..., None]) -> Callable[..., None]:
        def moved(source: Any, target: Any, *, src_dir_fd: int | None = None, **other: Any) -> None:
            if in_inbox(source, src_dir_fd) != in_inbox(target):
                raise OSError(errno.EXDEV, "Invalid cross-device link")
            real(source, target, **other, **({} if src_dir_fd is None else {"src_dir_fd": src_dir_fd}))

        return moved

    os.rename, os.link = across(os.rename), across(os.link)


def work_off(place: Path, outcomes: list[str]) -> None:
    inbox, work = place / "inbox", place / "work"
    with Journal.open(place / "journal.sqlite") as journal:
        under_way = list(recover(inbox, work, journal, now=NOW))
        watched = Inbox(inbox, 0)
        while under_way or (ready := watched.look().ready):
            claimed = under_way.pop() if under_way else claim_file(ready[0], work, journal, now=NOW)
            outcome = outcomes[
                int(claimed.sha256, 16) % len(outcomes)
            ]  # the same for the same file, each time
            if outcome == "filed":
                file(place, claimed)
                finish(claimed, work, journal, DropState.DONE, now=NOW, detail={})
            else:
                give_back(
                    claimed,
                    inbox / outcome,
                    work,
                    journal,
                    DropState.REFUSED if outcome == "refused" else DropState.DONE,
                    now=NOW,
                    detail={},
                    beside={"жауап.txt": b"answer"},
                )


def file(place: Path, claimed: Claimed) -> None:
    """Stands for the archive: whole or not at all, and the same when done again."""
    part = place / "archive.part"
    try:
        (place / "archive").mkdir(exist_ok=True)
        part.write_bytes(claimed.read())
        part.replace(place / "archive" / claimed.sha256)
    except OSError as error:
        raise MachineError("archive-write") from error


def run(place: Path, kill_step: int, plan: str, *, across: bool, ready: Event) -> None:
    if across:
        two_file_systems(place)
    if kill_step:
        die_at(kill_step)
    ready.set()
    work_off(place, plan.split(","))


def run_on_a_bad_disk(place: Path, step: int, error: int, plan: str, *, across: bool) -> None:
    """Exit status 5 where the machine's fault was reported as such."""
    if across:
        two_file_systems(place)
    fail_at(step, error)
    try:
        work_off(place, plan.split(","))
    except MachineError:
        sys.exit(5)
