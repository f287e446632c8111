"""Folders and zips dropped as one: taken apart once, whatever happens; worked off together."""

import errno
import multiprocessing
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from multiprocessing.context import ForkProcess
from pathlib import Path

import pytest

from pipeline.intake.claim import recover
from pipeline.intake.journal import DropState, Journal
from tests.e2e.place import Place, documents_of, sample
from tests.flow import bundle_worker
from tests.intake.bundles.zips import zipped

CONTENTS = {"a.yaml": b"one", "ішкі/b.yaml": b"two"}
ALL = [("folder", True), ("zip", False), ("folder", False), ("zip", True)]
"""What is dropped, and whether inbox/ and state/ lie on two file systems."""
WAYS = ALL if "JEKE_SOAK" in os.environ else ALL[:2]
FORK = multiprocessing.get_context("fork")


@pytest.fixture
def scratch() -> Iterator[Path]:
    memory = Path("/dev/shm")  # noqa: S108  # a folder of one's own is made in it
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as folder:
        yield Path(folder)


def dropped(place: Path, form: str) -> Path:
    inbox = place / "inbox"
    inbox.mkdir(parents=True)
    (place / "work").mkdir()
    if form == "zip":
        return zipped(inbox, CONTENTS)
    for path, content in CONTENTS.items():
        (inbox / "бума" / path).parent.mkdir(parents=True, exist_ok=True)
        (inbox / "бума" / path).write_bytes(content)
    return inbox / "бума"


def ended(process: ForkProcess) -> int | None:
    process.join(60)
    return process.exitcode


def worker(place: Path, step: int, *, across: bool) -> ForkProcess:
    ready = FORK.Event()
    process = FORK.Process(
        target=bundle_worker.run, args=(place, step), kwargs={"across": across, "ready": ready}
    )
    process.start()
    assert ready.wait(60)
    return process


def filed_once(place: Path) -> None:
    """Everything is in the archive, every drop is over; after the next start nothing is left lying anywhere."""
    assert sorted(path.read_bytes() for path in (place / "archive").iterdir()) == sorted(CONTENTS.values())
    with Journal.open(place / "journal.sqlite") as journal:
        assert {drop.state for drop in journal.drops()} == {DropState.DONE}
        (bundle,) = [drop for drop in journal.drops() if drop.bundle is None]
        inside = journal.taken_out_of(bundle.id)
        assert sorted(drop.name for drop in inside) == ["a.yaml", "b.yaml"]
        assert {drop.bundle for drop in inside} == {bundle.id}
        assert bundle.detail == {"members": 2}
        assert recover(place / "inbox", place / "work", journal, now=bundle_worker.NOW) == ()
    assert list((place / "work").iterdir()) == []
    assert list((place / "inbox").iterdir()) == []


def nothing_is_lost(place: Path) -> None:
    """After `recover`, each content lies somewhere: in inbox/, in what is held, or in the archive."""
    with Journal.open(place / "journal.sqlite") as journal:
        recover(place / "inbox", place / "work", journal, now=bundle_worker.NOW)
    folders = (place / "inbox", place / "work", place / "archive")
    files = [path for folder in folders if folder.is_dir() for path in folder.rglob("*") if path.is_file()]
    whole_zip = any(path.name == "бума.zip" for path in files)
    assert whole_zip or {path.read_bytes() for path in files} >= set(CONTENTS.values())


@pytest.mark.parametrize(("form", "across"), WAYS)
def test_killed_at_every_step_nothing_is_lost_or_doubled(scratch, form, across):
    finished, step = False, 0
    while not finished:
        step += 1 if "JEKE_SOAK" in os.environ else 2
        assert step < 200
        place = scratch / str(step)
        dropped(place, form)
        code = ended(worker(place, step, across=across))
        assert code in (0, -signal.SIGKILL)
        finished = code == 0
        nothing_is_lost(place)
        assert ended(worker(place, 0, across=across)) == 0
        filed_once(place)
        shutil.rmtree(place)
    assert step > 40


@pytest.mark.parametrize(("form", "across"), WAYS)
def test_whatever_step_the_disk_refuses_it_goes_on_in_the_same_process(scratch, form, across):
    for step in range(1, 70, 1 if "JEKE_SOAK" in os.environ else 3):
        place = scratch / str(step)
        dropped(place, form)
        process = FORK.Process(
            target=bundle_worker.run_on_a_bad_disk,
            args=(place, step, errno.ENOSPC),
            kwargs={"across": across},
        )
        process.start()
        if ended(process) != 0:  # the second try failed too: the next start goes on
            nothing_is_lost(place)
            assert ended(worker(place, 0, across=across)) == 0
        filed_once(place)
        shutil.rmtree(place)


# --- through the real command ---------------------------------------------------------------------------


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place.make(tmp_path / "place")


@pytest.mark.parametrize("form", ["folder", "zip"])
def test_records_of_one_bundle_complete_each_other(place, form):
    records = {f"бөлік/{n}.yaml": text.encode() for n, text in enumerate(documents_of(sample("recommended")))}
    inbox = place.folder / "inbox"
    if form == "zip":
        zipped(inbox, dict(reversed(records.items())))
    else:
        (inbox / "бума" / "бөлік").mkdir(parents=True)
        for path, content in records.items():
            (inbox / "бума" / path).write_bytes(content)
    ran = place.run_once()
    assert ran.status == 0, ran.err
    assert list((inbox / "refused").iterdir()) == []
    assert list((place.folder / "state" / "work").iterdir()) == []
    expected = Place.make(place.folder.parent / "expected")
    expected.drop("all.yaml", sample("recommended"))
    assert expected.run_once().status == 0
    assert place.content() == expected.content()


def test_what_is_wrong_in_a_bundle_comes_back_by_itself(place):
    zipped(
        place.folder / "inbox",
        {"refused.yaml": sample("refused").encode(), "б/a.docx": b"x", "c.yaml": b"kind"},
    )
    assert place.run_once().status == 2
    back = sorted((place.folder / "inbox" / "refused").iterdir())
    assert sorted(path.name.split("-", 2)[2] for path in back) == ["a.docx", "c.yaml"]
    assert place.jeke("find", "Өмірзақов").status == 0
    for folder in back:
        assert "Мына бумада келген: бума.zip" in (folder / "жауап.txt").read_text(encoding="utf-8")


def test_a_zip_dropped_again_brings_nothing_twice(place):
    for _ in range(2):
        zipped(place.folder / "inbox", {"refused.yaml": sample("refused").encode()})
        assert place.run_once().status == 0
    assert {filed.head for filed in place.objects()} == {"v1"}
    (back,) = (place.folder / "inbox" / "duplicates").iterdir()
    assert (back / "refused.yaml").is_file()
    assert "Мына бумада келген: бума.zip" in (back / "жауап.txt").read_text(encoding="utf-8")


def test_a_damaged_zip_comes_back_whole_with_nothing_of_it_taken(place):
    path = zipped(
        place.folder / "inbox", {"refused.yaml": sample("refused").encode(), "z.yaml": b"kind: case\n"}
    )
    content = bytearray(path.read_bytes())
    content[content.rindex(b"z.yaml", 0, content.index(b"PK\1\2")) + 8] ^= 0xFF
    path.write_bytes(content)
    assert place.run_once().status == 2
    (back,) = (place.folder / "inbox" / "refused").iterdir()
    assert (back / "бума.zip").read_bytes() == bytes(content)
    assert "z.yaml" in (back / "жауап.txt").read_text(encoding="utf-8")
    assert place.objects() == []
    assert list((place.folder / "state" / "work").iterdir()) == []


def test_a_hostile_zip_is_set_apart(place):
    zipped(place.folder / "inbox", {"../../evil.yaml": b"x"})
    assert place.run_once().status == 2
    (apart,) = (place.folder / "inbox" / "quarantine").iterdir()
    assert {path.name for path in apart.iterdir()} == {"бума.zip", "жауап.txt"}
    assert "evil.yaml" not in {path.name for path in place.folder.parent.rglob("*")}
