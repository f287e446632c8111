"""The audit chain under two users of one group, the service and the page; real users, so run as root."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.archive.audit.log import AuditEvent, AuditLog
from pipeline.domain.errors import MachineError
from tests.flow.swapping import PAGE, SERVICE, become

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="takes on two users")
UMASKS = (0o077, 0o027, 0o007, 0o022)


@pytest.fixture
def state() -> Iterator[Path]:
    """As deploy/systemd lays it out; pytest's own folders let nobody else in."""
    memory = Path("/dev/shm")  # noqa: S108
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as folder:
        Path(folder).chmod(0o755)
        made = Path(folder) / "state"
        for path, mode in ((made, 0o750), (made / "audit", 0o2770)):
            path.mkdir()
            os.chown(path, SERVICE, SERVICE)
            path.chmod(mode)
        yield made


def played(user: int, act: Callable[[], object], umask: int) -> bool:
    """Whether that user, of the service's group, did it."""
    child = os.fork()
    if child == 0:
        try:
            os.umask(umask)
            become(user, SERVICE)
            act()
        except MachineError:
            os._exit(1)
        except BaseException:  # noqa: BLE001  # the child must not go on as pytest
            os._exit(2)
        os._exit(0)
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert ended in (0, 1)
    return ended == 0


def told(state: Path, user: int, year: int, umask: int = 0o027) -> bool:
    """Whether that user could add an entry."""
    at = datetime(year, 6, 1, 12, tzinfo=UTC)
    log = AuditLog.open(state / "audit")
    return played(user, lambda: log.append(AuditEvent.VIEW, agent=f"u{user}", at=at), umask)


@pytest.mark.parametrize("umask", UMASKS)
def test_both_add_to_the_chain_whoever_makes_its_files(state: Path, umask: int) -> None:
    for year, user in (
        (2025, SERVICE),
        (2025, PAGE),
        (2026, PAGE),
        (2026, SERVICE),
        (2026, PAGE),
        (2027, SERVICE),
    ):
        assert told(state, user, year, umask)
    report = AuditLog.open(state / "audit").verify()
    assert (report.breaks, report.head.number) == ((), 6)
    files = [*(state / "audit").iterdir(), state / "audit-seen"]
    assert {path.name for path in files} == {
        "2025.jsonl", "2026.jsonl", "2027.jsonl", "head", "lock", "audit-seen"
    }  # fmt: skip
    assert {path.stat().st_mode & 0o777 for path in files} == {0o660}


def test_without_a_page_the_chain_is_the_services_alone(state: Path) -> None:
    (state / "audit").chmod(0o750)
    assert told(state, SERVICE, 2025)
    files = [*(state / "audit").iterdir(), state / "audit-seen"]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o640}
    assert not told(state, PAGE, 2025)
    assert AuditLog.open(state / "audit").head().number == 1


def test_the_page_reads_the_chain_and_cannot_put_another_in_its_place(state: Path) -> None:
    assert told(state, SERVICE, 2025)

    def reads() -> None:
        assert AuditLog.open(state / "audit").verify().head.number == 1

    assert played(PAGE, reads, 0o027)

    def swaps() -> None:
        try:
            (state / "audit-seen").unlink()
        except PermissionError as error:
            raise MachineError("audit_unwritable", reason="") from error

    assert not played(PAGE, swaps, 0o027)
