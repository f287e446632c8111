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
STEPS = ("rename", "unlink", "mkdir", "rmdir", "fsync", "open", "write", "chmod")


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
    real = os.rename
    inbox = str(place / "inbox")

    def rename(source: Any, target: Any) -> None:
        if str(source).startswith(inbox) != str(target).startswith(inbox):
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        real(source, target)

    os.rename = rename  # type: ignore[assignment]  # with the two arguments that are used here


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
