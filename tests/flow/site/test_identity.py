"""A place of work knows itself: nothing goes on beside a folder that is empty, not mounted or another's."""

from __future__ import annotations

import json
import shutil
import tarfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from pipeline.archive.ocfl.layout import IDENTITY_FILE
from tests.archive.ocfl_support import SCRATCH, at_step, die, faults_by_ocfl_py, in_a_process, was_killed
from tests.e2e.place import Place, sample
from tests.flow import kept_place as kept

SAMPLES = Path(__file__).parents[3] / "samples"
OF_OLD = Path(__file__).parents[1] / "places" / "place-0.2.0.tar.xz"
COMMANDS = (
    ("run", "--once"),
    ("find", "x"),
    ("status",),
    ("verify",),
    ("verify", "--quick"),
    ("audit", "--verify"),
    ("reindex",),
    ("retention", "reconcile"),
    ("init", "."),
)


@pytest.fixture(scope="module", autouse=True)
def _clear() -> Iterator[None]:
    yield
    kept.clear()


@pytest.fixture
def folder() -> Iterator[Path]:
    with TemporaryDirectory(dir=SCRATCH) as name:
        yield Path(name)


@pytest.fixture
def place(folder: Path) -> Place:
    return kept.kept_place(folder / "place")


def of_old(folder: Path) -> Place:
    """A place that version 0.2.0 laid out and filed a refused case in."""
    with tarfile.open(OF_OLD) as packed:
        packed.extractall(folder, filter="data")
    for kept_folder in ("archive", "state", "recordings"):
        (folder / "p2" / kept_folder).chmod(0o750)
    return Place(folder / "p2")


def files(place: Place) -> set[str]:
    found = (str(path.relative_to(place.folder)) for path in place.folder.rglob("*"))
    return {path for path in found if not path.endswith(("-wal", "-shm"))}  # SQLite's own


def emptied(folder: Path) -> None:
    """As a mount point lies there without its disk, open to everybody."""
    shutil.rmtree(folder)
    folder.mkdir()
    folder.chmod(0o755)


def stops(place: Place, word: str) -> None:
    """Every command ends with status 5 and the remedy, doctor and health name it, and nothing is made."""
    place.drop("new.yaml", sample("refused"))
    before = files(place)
    for command in COMMANDS:
        ran = place.jeke(*command)
        assert ran.status == 5, (command, ran.out, ran.err)
        assert word in ran.err, (command, ran.err)
    assert place.jeke("backup", str(place.folder.parent / "b")).status == 5
    for command in (("doctor",), ("doctor", "--health")):
        ran = place.jeke(*command)
        assert ran.status == 5
        assert word in ran.out
    assert files(place) == before


def test_a_new_place_has_its_identity_in_all_three_and_verifies(folder: Path) -> None:
    place = Place.make(folder / "p")
    found = {(place.folder / p).read_bytes() for p in ("state/place.json", "recordings/place.json")}
    assert found == {(place.folder / "archive" / IDENTITY_FILE).read_bytes()}
    assert faults_by_ocfl_py(place.folder / "archive") == []
    for command in (("verify",), ("verify", "--quick"), ("audit", "--verify"), ("retention", "reconcile")):
        ran = place.jeke(*command)
        assert ran.status == 0, (command, ran.out, ran.err)
    assert place.run_once().status == 0
    assert place.jeke("verify").status == 0


@pytest.mark.parametrize("gone", [emptied, shutil.rmtree])
@pytest.mark.parametrize(
    ("which", "word"),
    [
        ("archive", "мұрағаты жоқ"),
        ("state", "деректері жоқ"),
        ("recordings", "жазбалар қоймасы жоқ"),
    ],
)
def test_an_emptied_folder_stops_everything(place: Place, which: str, word: str, gone) -> None:
    gone(place.folder / which)
    stops(place, word)


def test_an_emptied_folder_of_an_older_place_stops_too(folder: Path) -> None:
    for which, word in (("archive", "мұрағаты жоқ"), ("state", "деректері жоқ")):
        place = of_old(folder / which)
        emptied(place.folder / which)
        stops(place, word)


def test_folders_of_two_places_stop_everything(place: Place, folder: Path) -> None:
    other = Place.make(folder / "other")
    for which in ("archive", "recordings", "state"):
        (place.folder / which).rename(folder / "aside")
        shutil.copytree(other.folder / which, place.folder / which)
        stops(place, "бір жұмыс орнына жатпайды")
        shutil.rmtree(place.folder / which)
        (folder / "aside").rename(place.folder / which)
    assert place.jeke("verify").status == 0


def test_an_identity_removed_from_all_three_is_not_given_anew(place: Place) -> None:
    for path in (f"archive/{IDENTITY_FILE}", "state/place.json", "recordings/place.json"):
        (place.folder / path).unlink()
    stops(place, "place.json")


def test_a_damaged_identity_stops_and_is_named(place: Place) -> None:
    path = place.folder / "archive" / IDENTITY_FILE
    path.write_bytes(path.read_bytes().replace(b"place/1", b"place/2"))
    assert ("place-differs", IDENTITY_FILE) in kept.codes(kept.checked(place))
    stops(place, "place.json")


def test_an_older_place_gets_its_identity_at_the_first_run_and_its_chain_holds(folder: Path) -> None:
    place = of_old(folder)
    assert place.jeke("audit", "--verify").status == 0
    assert not (place.folder / "state/place.json").exists()  # looking gives none
    chain = next((place.folder / "state/audit").glob("*.jsonl")).read_bytes()
    ran = place.jeke("init", ".")
    assert ran.status == 0, ran.err
    place.drop("same.yaml", sample("refused"))
    assert place.run_once().status == 0
    new = next((place.folder / "state/audit").glob("*.jsonl")).read_bytes()
    assert new.startswith(chain)
    place_entry = json.loads(new.splitlines()[len(chain.splitlines())])
    assert set(place_entry["objects"]) == {o.id for o in place.objects()}
    for command in (("verify", "--fresh"), ("audit", "--verify")):
        ran = place.jeke(*command)
        assert ran.status == 0, ran.out
    (person,) = [o for o in place.objects() if "person.json" in o.state]
    shutil.rmtree(person.root)
    place.jeke("reindex")
    assert "object-missing" in place.jeke("verify").out


def test_killed_while_it_gets_its_identity_it_goes_on(folder: Path) -> None:
    for number in count(1, 4):
        place = of_old(folder / str(number))

        def dies(place: Place = place, number: int = number) -> None:
            with at_step(number, die):
                place.jeke("init", ".")

        killed = was_killed(in_a_process(dies))
        assert place.jeke("init", ".").status == 0
        assert place.jeke("audit", "--verify").status == 0
        assert (place.folder / "archive" / IDENTITY_FILE).read_bytes() == (
            place.folder / "state/place.json"
        ).read_bytes()
        if not killed:
            break
    assert number > 40  # it was killed often enough to mean something


@pytest.mark.parametrize(
    ("key", "what", "word"),
    [
        ("marks.key", "marks-key", "белгілерінің кілті жоқ"),
        ("seal/test-seal.p12", "seal-key", "мөрінің кілті жоқ"),
    ],
)
def test_a_key_that_papers_hang_on_is_never_made_anew_silently(
    place: Place, key: str, what: str, word: str
) -> None:
    path = place.folder / "state" / key
    path.unlink()
    place.drop("again.yaml", sample("refused"))
    for command in (("run", "--once"), ("doctor",), ("doctor", "--health")):
        ran = place.jeke(*command)
        assert ran.status == 5, (command, ran.out)
        assert word in ran.out + ran.err
    for command in (("verify",), ("verify", "--quick")):
        ran = place.jeke(*command)
        assert ran.status == 1
        assert "state-missing" in ran.out
        assert key in ran.out
    assert not path.exists()
    assert place.jeke("init", ".").status == 0
    assert not path.exists()
    assert place.jeke("init", ".", "--anew", what).status == 0
    assert path.exists()
    assert place.run_once().status == 0
    assert place.jeke("verify").status == 0
    assert place.jeke("init", ".", "--anew", what).status == 4


@pytest.mark.parametrize("content", [b"", b"x"])
@pytest.mark.parametrize("file", ["marks.key", "seal/test-seal.p12"])
def test_a_key_that_was_emptied_is_told_of_by_all_who_look(place: Place, file: str, content: bytes) -> None:
    key = place.folder / "state" / file
    key.write_bytes(content)
    for command in (("doctor",), ("doctor", "--health"), ("verify",)):
        ran = place.jeke("--lang", "en", *command)
        assert ran.status, command
        words = ran.out + ran.err
        assert file in words or "key of the document marks cannot be used" in words, (command, words)
    assert key.read_bytes() == content


@pytest.mark.parametrize("emptied_file", [False, True], ids=["deleted", "of no bytes"])
def test_a_journal_that_is_gone_is_not_made_anew_silently_and_drops_under_way_are_taken_up(
    place: Place,
    *,
    emptied_file: bool,
) -> None:
    """Archive case journal-zero-silent: a file of no bytes is a sound database to SQLite; looking does not fill it."""
    journal = place.folder / "state/journal.sqlite"
    for file in place.folder.glob("state/journal.sqlite*"):
        file.unlink()
    if emptied_file:
        journal.touch()
        for command in (("status", "--drops"), ("status",), ("review",), ("find", "Ә")):
            place.jeke(*command)
    held = place.folder / "state/work" / ("0" * 32)
    held.mkdir(parents=True)
    shutil.copyfile(SAMPLES / "refused.yaml", held / "жазба.yaml")
    (held / "екінші.yaml").write_text("kind: x\n", encoding="utf-8")
    for command in (("run", "--once"), ("doctor", "--health")):
        ran = place.jeke(*command)
        assert ran.status == 5, (command, ran.out)
        assert "файлдардың журналы жоқ" in ran.out + ran.err
        assert not journal.exists() or (emptied_file and not journal.stat().st_size)
    assert "state-missing" in place.jeke("verify", "--quick").out
    assert place.jeke("init", ".", "--anew", "journal").status == 0
    before = {o.id for o in place.objects()}
    ran = place.run_once()
    assert ran.status == 2, ran.err
    assert {o.id for o in place.objects()} > before
    assert list((place.folder / "inbox" / "refused").glob("*/екінші.yaml"))
    assert not held.exists()
    assert place.jeke("init", ".", "--anew", "journal").status == 4


def test_a_state_lost_for_good_is_begun_anew_on_purpose(place: Place) -> None:
    emptied(place.folder / "state")
    assert place.jeke("init", ".", "--anew", "marks-key").status == 5
    ran = place.jeke("init", ".", "--anew", "state")
    assert ran.status == 0, ran.err
    assert place.run_once().status == 0
    assert place.jeke("audit", "--verify").status == 0
    found = {problem.code for problem in kept.checked(place).problems}
    assert found == {"seal-untrusted"}  # the former authority's certificate went with state/
    assert list((place.folder / "archive/extensions/jeke-audit-heads").glob("former-*/*.p7m"))
    assert place.jeke("init", ".", "--anew", "state").status == 4


def test_recordings_lost_for_good_are_begun_anew_on_purpose(place: Place) -> None:
    shutil.rmtree(place.folder / "recordings")
    assert place.jeke("init", ".", "--anew", "recordings").status == 0
    assert place.jeke("verify").status == 0
