"""What the archive's tests share: invented ids and authors, the independent validator, a process that dies."""

import errno
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, NoReturn

import ocfl
import pytest

from pipeline.archive.ocfl.storage_root import OcflObject, StorageRoot

ID = "urn:uuid:6c1f5b1e-5f0d-4f43-9a55-1d0f3a1b2c3d"
OTHER_ID = "urn:uuid:0b7a3f0e-0000-4000-8000-000000000001"
CREATED = datetime(2025, 10, 16, 10, 0, tzinfo=timezone(timedelta(hours=5)))

# Where there is a file system in memory, tests that kill and recover hundreds of times lie there: what a killed
# process leaves behind is the same, and the machine's disk need not sync each step.
MEMORY = Path("/dev/shm")  # noqa: S108 - the folders made in it are TemporaryDirectory's
SCRATCH = MEMORY if os.access(MEMORY, os.W_OK) else None

Changes = dict[str, bytes | None]

# Every system call by which the archive changes the disk, and the syncs.
STEPS = ("open", "write", "fsync", "rename", "mkdir", "chmod", "fchmod", "unlink", "rmdir")


def put(root: StorageRoot, changes: Changes, object_id: str = ID) -> str | None:
    return root.write_version(
        object_id,
        changes,
        message="Сынақ жазба",
        user="жеке іс",
        address="https://example.invalid/jeke",
        created=CREATED,
    )


def opened(root: StorageRoot, object_id: str = ID) -> OcflObject:
    found = root.get(object_id)
    assert found is not None
    return found


def history(root: StorageRoot, object_id: str = ID) -> list[dict[str, bytes]]:
    """Every version's files, each read through the check of its digest."""
    found = root.get(object_id)
    if found is None:
        return []
    names = [info.version for info in found.versions()]
    return [{path: found.read(path, name) for path in found.state_at(name)} for name in names]


def faults_by_ocfl_py(path: Path) -> list[str]:
    """What ocfl-py, errors and warnings, says of the storage root and of every object in it."""
    root = ocfl.StorageRoot(root=str(path))
    sound = root.validate(log_warnings=True)
    said = [message for _, message in root.errors]
    if not sound or root.num_objects != root.good_objects:
        said.append(str(root.log) or "not valid")
    return said


def object_folder(path: Path) -> Path:
    (declaration,) = path.glob("*/*/*/*/0=ocfl_object_1.1")
    return declaration.parent


def in_a_process(work: Callable[[], object]) -> int:
    """The wait status of a forked process that did the work, or died over it."""
    return os.waitpid(started(work), 0)[1]


def while_working(work: Callable[[], object]) -> Iterator[None]:
    """Goes on as long as a process does the work; whatever is done meanwhile is done beside it."""
    process = started(work)
    while not os.waitid(os.P_PID, process, os.WEXITED | os.WNOHANG | os.WNOWAIT):
        yield
    assert not was_killed(os.waitpid(process, 0)[1])


def started(work: Callable[[], object]) -> int:
    """Number of a forked process that does the work."""
    process = os.fork()
    if process == 0:
        try:
            work()
        except BaseException:  # noqa: BLE001 - a child must not return into pytest
            os._exit(1)
        os._exit(0)
    return process


def was_killed(status: int) -> bool:
    if os.WIFSIGNALED(status):
        return True
    assert os.WEXITSTATUS(status) == 0
    return False


@contextmanager
def at_step(number: int, then: Callable[[], object]) -> Iterator[list[str]]:
    """`then` happens before the system call of that number, counted from 1, or after half of it in a write.

    Yields the names of the calls so far.
    """
    calls: list[str] = []

    def watched(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def step(*args: Any, **kwargs: Any) -> Any:
            if name == "open" and not args[1] & os.O_CREAT:
                return call(*args, **kwargs)
            calls.append(name)
            if len(calls) == number:
                if name == "write":
                    call(args[0], args[1][: len(args[1]) // 2])
                then()
            return call(*args, **kwargs)

        return step

    with pytest.MonkeyPatch.context() as patch:
        for name in STEPS:
            patch.setattr(os, name, watched(name, getattr(os, name)))
        yield calls


def calls_of(work: Callable[[], object]) -> list[str]:
    """The system calls the work takes."""
    with at_step(0, die) as calls:
        work()
        return [*calls]


def steps_of(work: Callable[[], object]) -> int:
    """How many they are."""
    return len(calls_of(work))


def die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def full_disk() -> NoReturn:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
