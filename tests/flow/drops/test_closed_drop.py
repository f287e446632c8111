"""A folder that its owner closes just when it has left inbox/: said with the remedy, taken up once it is open."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import patch

import pytest

from pipeline.intake import claim
from pipeline.intake.taking import seize
from tests.e2e.place import Place
from tests.flow.swapping import HR, SERVICE, Clerk, played

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="takes on two other users")
OPEN, CLOSED = 0o2770, 0


@pytest.fixture(scope="module", autouse=True)
def _all_loaded(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Python itself may lie where only root may read: what these commands load is loaded before."""
    warm = Place.make(tmp_path_factory.mktemp("warm") / "place")
    (warm.folder / "inbox" / "бума").mkdir()
    (warm.folder / "inbox" / "бума" / "0.yaml").write_text("kind: case\n")
    for command in (("run", "--once"), ("status", "--drops"), ("doctor", "--health")):
        warm.jeke(*command)


@pytest.fixture
def place() -> Iterator[Place]:
    """The service's own, laid out by its user; HR may drop."""
    memory = Path("/dev/shm")  # noqa: S108  # pytest's own folders let nobody else in
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as folder:
        os.chown(folder, SERVICE, HR)
        Path(folder).chmod(0o751)
        assert played(SERVICE, lambda: Place.make(Path(folder) / "place")) == 0
        made = Place(Path(folder) / "place")
        made.folder.chmod(0o751)
        os.chown(made.folder / "inbox", SERVICE, HR)
        (made.folder / "inbox").chmod(0o3730)
        yield made


def turn_key(top: int, _place: Path) -> None:
    """The clerk closes the folder they hold open, or opens it again."""
    os.fchmod(top, OPEN if os.fstat(top).st_mode & 0o777 == CLOSED else CLOSED)


def by_the_service(
    place: Place, *command: str, seized: Callable[[], object] = lambda: None
) -> tuple[int, str]:
    """Status and words of a command of the service's user; `seized` comes between seizing and taking in."""
    said = place.folder.parent / "said"

    def seize_and_tell(path: Path, own: Path) -> None:
        seize(path, own)
        seized()

    def act() -> None:
        with patch.object(claim, "seize", seize_and_tell):
            ran = place.jeke(*command)
        said.write_text(f"{ran.status}\n{ran.out}{ran.err}", encoding="utf-8")

    assert played(SERVICE, act) == 0
    status, _, words = said.read_text(encoding="utf-8").partition("\n")
    return int(status), words


def notes(place: Place) -> list[str]:
    folder = place.folder / "inbox" / "refused"
    return [path.read_text(encoding="utf-8") for path in folder.glob("*бума.txt")]


def test_people_are_told_and_it_is_taken_up_when_it_is_opened(place: Place) -> None:
    clerk = Clerk(place.folder, turn_key)
    status, words = by_the_service(place, "run", "--once", seized=clerk.swap)
    assert status == 5
    assert "жауып қойған" in words
    assert "chown -R jeke:" in words
    (lying,) = (place.folder / "state" / "work").glob("*/.dropped")
    for command in (("run", "--once"), ("run", "--once")):
        assert by_the_service(place, *command)[0] == 0, "it stops nothing else"
    (note,) = notes(place)
    assert str(lying) in note
    status, words = by_the_service(place, "doctor", "--health")
    assert status == 5
    assert f"chown -R jeke: {lying}" in words
    assert "жауып қойған" in by_the_service(place, "status", "--drops")[1]

    clerk.swap()
    clerk.end()
    by_the_service(place, "run", "--once")
    assert list((place.folder / "state" / "work").iterdir()) == []
    assert list((place.folder / "inbox" / "refused").glob("*/0.yaml"))
    assert "жауып қойған" not in by_the_service(place, "doctor", "--health")[1]


def test_the_administrators_remedy_opens_it(place: Place) -> None:
    clerk = Clerk(place.folder, turn_key)
    by_the_service(place, "run", "--once", seized=clerk.swap)
    clerk.end()
    (lying,) = (place.folder / "state" / "work").glob("*/.dropped")
    for path in (lying, *lying.rglob("*")):
        os.chown(path, SERVICE, SERVICE, follow_symlinks=False)
        path.chmod(0o700)
    by_the_service(place, "run", "--once")
    assert list((place.folder / "state" / "work").iterdir()) == []
