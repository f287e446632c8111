"""A clerk swaps what was dropped, at every moment: nothing of the service's own ever leaves state/."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.flow import swapping
from tests.flow.swapping import (
    SECRETS,
    SERVICE,
    SWAPS,
    Clerk,
    clean,
    lay_out,
    played,
    readable_outside,
    told_before,
)

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="takes on three other users")
STRIDE = 1 if "JEKE_SOAK" in os.environ else 17
"""Every call in the long run; else one of so many, each variant with a beginning of its own."""


@pytest.fixture
def place() -> Iterator[Path]:
    memory = Path("/dev/shm")  # noqa: S108  # pytest's own folders let nobody else in
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as folder:
        yield Path(folder)


def secrets_of(place: Path) -> dict[str, tuple[int, str, int, int]]:
    found = {}
    for name, folder in SECRETS.items():
        path = place / "state" / folder / name
        about = path.lstat()
        found[name] = (about.st_ino, path.read_text(), about.st_uid, about.st_mode)
    return found


def calls_of_the_service(place: Path, clerk: Clerk, call: int) -> int:
    """How many calls it made, with the clerk swapping before the given one."""
    told, tell = os.pipe()

    def service() -> None:
        with told_before(call, clerk.swap) as count:
            swapping.work_off(place)
        os.write(tell, str(count[0]).encode())

    assert played(SERVICE, service) == 0, f"the service broke off, swapped before call {call}"
    os.close(tell)
    with open(told) as answer:  # noqa: PTH123  # a descriptor
        return int(answer.read())


@pytest.mark.parametrize("swap", SWAPS, ids=lambda swap: swap.__name__)
def test_whenever_a_folder_is_swapped_the_service_hands_out_nothing_of_its_own(
    place: Path, swap: Callable[[int, Path], None]
) -> None:
    last = 0
    for call in (0, *range(1 + SWAPS.index(swap) % STRIDE, 2_000, STRIDE)):
        if call and call > last:
            break
        lay_out(place)
        before = secrets_of(place)
        clerk = Clerk(place, swap)
        calls = calls_of_the_service(place, clerk, call)
        clerk.end()
        last = last or calls
        assert played(SERVICE, lambda: swapping.work_off(place)) == 0, f"it starts no more after call {call}"
        assert secrets_of(place) == before, call
        assert not {text for text in readable_outside(place) if text.startswith(b"secret")}, call
        clean(place)
    assert last > 100
