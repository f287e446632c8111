import contextlib
import errno
import hashlib
import itertools
import multiprocessing
import os
import random
import signal
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from multiprocessing.context import ForkProcess
from pathlib import Path

import pytest

from pipeline.domain.errors import MachineError, NotFoundError
from pipeline.intake import claim as claim_module
from pipeline.intake.claim import Claimed, claim, finish, give_back, recover, settle_return
from pipeline.intake.journal import DropState, Journal
from pipeline.intake.taking import DROPPED
from pipeline.system.files import PART

from . import claim_worker

NOW = datetime(2025, 10, 16, 10, 30, 5, tzinfo=UTC)
ROUNDS = 1_000 if "JEKE_SOAK" in os.environ else 24
TWO_HUNDRED_FIFTY_FIVE_BYTES = "ж" * 125 + ".yaml"
STRANGE_NAMES = [
    b"\xff\xfe.yaml",
    "екі\nжол.yaml".encode(),
    "\u202eлмай.yaml".encode(),
    TWO_HUNDRED_FIFTY_FIVE_BYTES.encode(),
    "и\u0306.yaml".encode(),
    b"-rf.yaml",
    " бос .YML".encode(),
]


@pytest.fixture
def scratch() -> Iterator[Path]:
    """In memory where there is such a place: a killed process loses nothing that the kernel has."""
    memory = Path("/dev/shm")  # noqa: S108  # a folder of one's own is made in it
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as folder:
        yield Path(folder)


@pytest.fixture
def place(scratch: Path) -> Path:
    for name in ("inbox", "work"):
        (scratch / name).mkdir()
    return scratch


@pytest.fixture
def journal(place: Path) -> Iterator[Journal]:
    with Journal.open(place / "journal.sqlite") as journal:
        yield journal


def drop(place: Path, name: str = "іс.yaml", data: bytes = b"kind: case\n") -> Path:
    path = place / "inbox" / name
    path.write_bytes(data)
    return path


def refuse(place: Path, claimed: Claimed, journal: Journal) -> Path:
    return give_back(
        claimed,
        place / "inbox" / "refused",
        place / "work",
        journal,
        DropState.REFUSED,
        now=NOW,
        detail={"code": "yaml"},
        beside={"жауап.txt": "жауап".encode()},
    )


def tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_claimed_file_lies_whole_in_a_folder_of_its_own(place: Path, journal: Journal) -> None:
    claimed = claim(drop(place), place / "work", journal, now=NOW)
    assert tree(place / "inbox") == {}
    assert claimed.path == place / "work" / claimed.drop_id / "іс.yaml"
    assert claimed.read() == b"kind: case\n"
    assert (claimed.sha256, claimed.size) == (hashlib.sha256(b"kind: case\n").hexdigest(), 11)
    entry = journal.drop(claimed.drop_id)
    assert (entry.state, entry.name, entry.sha256, entry.size) == (
        DropState.CLAIMED,
        "іс.yaml",
        claimed.sha256,
        11,
    )
    assert claimed.path.stat().st_mode & 0o777 == 0o640
    assert claimed.path.parent.stat().st_mode & 0o777 == 0o750


@pytest.mark.parametrize("name", STRANGE_NAMES)
def test_strange_names_are_claimed_and_given_back_as_they_are(
    place: Path, journal: Journal, name: bytes
) -> None:
    path = place / "inbox" / os.fsdecode(name)
    path.write_bytes(b"x")
    claimed = claim(path, place / "work", journal, now=NOW)
    assert os.fsencode(journal.drop(claimed.drop_id).name) == name
    target = refuse(place, claimed, journal)
    assert os.fsencode(target / claimed.name).endswith(b"/" + name)
    assert (target / claimed.name).read_bytes() == b"x"
    assert target.name.isprintable()
    assert len(os.fsencode(target.name)) <= 255


def test_a_file_taken_away_meanwhile_is_no_drop(place: Path, journal: Journal) -> None:
    with pytest.raises(NotFoundError, match="drop_gone"):
        claim(place / "inbox" / "жоқ.yaml", place / "work", journal, now=NOW)
    assert journal.drops() == ()
    assert list((place / "work").iterdir()) == []


@pytest.mark.parametrize("kind", ["symlink", "hardlink", "fifo"])
def test_what_became_a_link_or_a_pipe_since_the_look_goes_back(
    place: Path, journal: Journal, kind: str
) -> None:
    path, secret = place / "inbox" / "іс.yaml", place / "secret"
    secret.write_bytes(b"secret")
    match kind:
        case "symlink":
            path.symlink_to(secret)
        case "hardlink":
            path.hardlink_to(secret)
        case "fifo":
            os.mkfifo(path)
    with pytest.raises(MachineError, match="drop_unfit"):
        claim(path, place / "work", journal, now=NOW)
    assert os.path.lexists(path)
    assert journal.drops() == ()
    assert list((place / "work").iterdir()) == []


def test_an_inbox_that_may_not_be_written_is_the_machines_fault(
    place: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = drop(place)

    def forbidden(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(os, "rename", forbidden)
    with pytest.raises(MachineError, match="inbox_not_writable"):
        claim(path, place / "work", journal, now=NOW)
    assert path.read_bytes() == b"kind: case\n"
    assert journal.drops() == ()


def test_a_file_still_written_to_is_not_read_as_another(place: Path, journal: Journal) -> None:
    claimed = claim(drop(place), place / "work", journal, now=NOW)
    with claimed.path.open("ab") as late:
        late.write(b"id: x\n")
    with pytest.raises(MachineError, match="drop_changed"):
        claimed.read()
    (again,) = recover(place / "inbox", place / "work", journal, now=NOW)
    assert again.read() == b"kind: case\nid: x\n"


def test_given_back_whole_beside_its_answer(place: Path, journal: Journal) -> None:
    claimed = claim(drop(place), place / "work", journal, now=NOW)
    target = refuse(place, claimed, journal)
    assert target == place / "inbox" / "refused" / "20251016-103005-іс.yaml"
    assert tree(target) == {"іс.yaml": b"kind: case\n", "жауап.txt": "жауап".encode()}
    assert list((place / "work").iterdir()) == []
    entry = journal.drop(claimed.drop_id)
    assert (entry.state, entry.ended_at, entry.detail) == (DropState.REFUSED, NOW, {"code": "yaml"})


def test_two_of_one_name_in_one_second_get_two_folders(place: Path, journal: Journal) -> None:
    targets = [refuse(place, claim(drop(place), place / "work", journal, now=NOW), journal) for _ in range(3)]
    assert [t.name for t in targets] == [
        "20251016-103005-іс.yaml",
        "20251016-103005-2-іс.yaml",
        "20251016-103005-3-іс.yaml",
    ]


def test_a_file_named_like_the_answer_is_not_overwritten(place: Path, journal: Journal) -> None:
    claimed = claim(drop(place, "жауап.txt", b"mine"), place / "work", journal, now=NOW)
    assert tree(refuse(place, claimed, journal)) == {"жауап.txt": b"mine", "_жауап.txt": "жауап".encode()}


@pytest.mark.parametrize(("refused", "ends_in"), [("rename_folder", None), ("end", DropState.REFUSED)])
def test_a_giving_back_cut_short_is_settled_before_another_try(
    place: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch, refused: str, ends_in: DropState | None
) -> None:
    """The file is the work folder's again, or the drop is over: a try never looks for it where it is not."""
    claimed = claim(drop(place), place / "work", journal, now=NOW)

    def full(*_: object) -> None:
        raise MachineError("journal_unusable", reason="SQLITE_FULL")

    with monkeypatch.context() as failing:
        owner = Journal if refused == "end" else claim_module
        failing.setattr(owner, refused, full)
        with pytest.raises(MachineError):
            refuse(place, claimed, journal)
    unfinished = journal.drop(claimed.drop_id)
    assert settle_return(unfinished, place / "inbox", place / "work", journal, now=NOW) is ends_in
    assert claimed.path.exists() is (ends_in is None)
    if ends_in is None:
        refuse(place, claimed, journal)
    (target,) = (place / "inbox" / "refused").iterdir()
    assert tree(target) == {"іс.yaml": b"kind: case\n", "жауап.txt": "жауап".encode()}
    assert journal.drop(claimed.drop_id).state is DropState.REFUSED
    assert list((place / "work").iterdir()) == []


@pytest.mark.parametrize("call", ["fsync", "rename", "open", "mkdir"])
@pytest.mark.parametrize("nth", range(1, 10))
def test_giving_back_can_be_tried_again_after_a_full_disk(
    place: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch, call: str, nth: int
) -> None:
    claimed = claim(drop(place), place / "work", journal, now=NOW)
    real, calls = getattr(os, call), itertools.count(1)

    def full(*args: object, **kwargs: object) -> object:
        if next(calls) == nth:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(*args, **kwargs)

    with monkeypatch.context() as failing, contextlib.suppress(MachineError):
        failing.setattr(os, call, full)
        refuse(place, claimed, journal)
    if journal.drop(claimed.drop_id).state is not DropState.REFUSED:
        refuse(place, claimed, journal)
    (target,) = (place / "inbox" / "refused").iterdir()
    assert tree(target) == {"іс.yaml": b"kind: case\n", "жауап.txt": "жауап".encode()}


def test_a_filed_drop_leaves_no_work_folder(place: Path, journal: Journal) -> None:
    claimed = claim(drop(place), place / "work", journal, now=NOW)
    finish(claimed, place / "work", journal, DropState.WAITING, now=NOW, detail={"waits": "campaign"})
    assert list((place / "work").iterdir()) == []
    assert journal.drop(claimed.drop_id).state is DropState.WAITING


@pytest.mark.parametrize("state", [DropState.REFUSED, DropState.FAILED, DropState.RETRY])
def test_unfiled_content_is_never_removed(place: Path, journal: Journal, state: DropState) -> None:
    claimed = claim(drop(place), place / "work", journal, now=NOW)
    with pytest.raises(ValueError, match="filed"):
        finish(claimed, place / "work", journal, state, now=NOW, detail={})
    assert claimed.read() == b"kind: case\n"


def test_what_was_under_way_goes_on_after_a_restart(place: Path, journal: Journal) -> None:
    first = claim(drop(place, "a.yaml"), place / "work", journal, now=NOW)
    second = claim(drop(place, "b.yaml"), place / "work", journal, now=NOW)
    journal.retry(second.drop_id, NOW, {"code": "archive-busy"})
    assert recover(place / "inbox", place / "work", journal, now=NOW) == (first, second)
    assert journal.drop(second.drop_id).state is DropState.RETRY


def test_a_lost_journal_loses_no_drop(place: Path, journal: Journal) -> None:
    claimed = claim(drop(place), place / "work", journal, now=NOW)
    with Journal.open(place / "new.sqlite") as fresh:
        assert recover(place / "inbox", place / "work", fresh, now=NOW) == (claimed,)
        assert fresh.drop(claimed.drop_id).name == "іс.yaml"


def test_a_lost_journal_passes_over_nothing_that_lies_in_one_folder(place: Path, journal: Journal) -> None:
    """Killed at an unlucky moment, or put there by a person: each is a drop of its own."""
    own = place / "work" / ("0" * 32)
    (own / DROPPED).mkdir(parents=True)
    (own / DROPPED / "в.yaml").write_bytes(b"3")
    (own / "а.yaml").write_bytes(b"1")
    (own / "б.yaml").write_bytes(b"2")
    (own / PART).write_bytes(b"half")
    recovered = recover(place / "inbox", place / "work", journal, now=NOW)
    assert {(claimed.name, claimed.read()) for claimed in recovered} == {
        ("а.yaml", b"1"),
        ("б.yaml", b"2"),
        ("в.yaml", b"3"),
    }
    for claimed in recovered:
        refuse(place, claimed, journal)
    assert sorted(path.name for path in (place / "inbox" / "refused").glob("*/*.yaml")) == [
        "а.yaml",
        "б.yaml",
        "в.yaml",
    ]
    assert list((place / "work").iterdir()) == []


def test_what_was_being_given_back_when_the_journal_was_lost_is_shown(place: Path, journal: Journal) -> None:
    stage = place / "inbox" / "refused" / f".{'0' * 32}"
    stage.mkdir(parents=True)
    (stage / "жауап.txt").write_bytes(b"x")
    (stage / "іс.yaml").write_bytes(b"kind: case\n")
    (place / "work" / ("0" * 32)).mkdir()
    assert recover(place / "inbox", place / "work", journal, now=NOW) == ()
    (shown,) = (place / "inbox" / "refused").iterdir()
    assert shown.name == "20251016-103005-іс.yaml"
    assert sorted(path.name for path in shown.iterdir()) == ["жауап.txt", "іс.yaml"]
    recover(place / "inbox", place / "work", journal, now=NOW)
    assert shown.exists()


def test_a_file_that_is_nowhere_is_said_to_be_lost(place: Path, journal: Journal) -> None:
    claimed = claim(drop(place), place / "work", journal, now=NOW)
    claimed.path.unlink()
    assert recover(place / "inbox", place / "work", journal, now=NOW) == ()
    entry = journal.drop(claimed.drop_id)
    assert (entry.state, entry.detail) == (DropState.FAILED, {"reason": "gone"})


@pytest.mark.parametrize("state", [DropState.DONE, DropState.WAITING, DropState.REFUSED, DropState.FAILED])
def test_a_work_folder_left_over_after_the_end_is_cleared(
    place: Path, journal: Journal, state: DropState
) -> None:
    claimed = claim(drop(place), place / "work", journal, now=NOW)
    if state in (DropState.REFUSED, DropState.FAILED):
        journal.returning(claimed.drop_id, "refused/x", state, {})
    journal.end(claimed.drop_id, state, NOW, {})
    assert recover(place / "inbox", place / "work", journal, now=NOW) == ()
    assert list((place / "work").iterdir()) == []


def test_what_failed_without_being_given_back_is_kept(place: Path, journal: Journal) -> None:
    claimed = claim(drop(place), place / "work", journal, now=NOW)
    journal.end(claimed.drop_id, DropState.FAILED, NOW, {})
    assert recover(place / "inbox", place / "work", journal, now=NOW) == ()
    assert claimed.read() == b"kind: case\n"


def test_the_same_name_dropped_anew_while_the_claim_was_cut_short_is_kept(
    place: Path, journal: Journal
) -> None:
    journal.intend("d1", "іс.yaml", NOW)
    (place / "work" / "d1").mkdir()
    (place / "work" / "d1" / "іс.yaml").write_bytes(b"first")
    drop(place, data=b"second")
    (claimed,) = recover(place / "inbox", place / "work", journal, now=NOW)
    assert claimed.read() == b"first"
    assert (place / "inbox" / "іс.yaml").read_bytes() == b"second"


# --- killed -------------------------------------------------------------------------------------------------


FORK = multiprocessing.get_context("fork")  # a hundred interpreters started anew would take minutes


def worker(place: Path, step: int, plan: str, *, across: bool = False) -> ForkProcess:
    ready = FORK.Event()
    process = FORK.Process(
        target=claim_worker.run, args=(place, step, plan), kwargs={"across": across, "ready": ready}
    )
    process.start()
    assert ready.wait(60)
    return process


def ended(process: ForkProcess) -> int | None:
    process.join(60)
    return process.exitcode


def whereabouts(place: Path) -> list[bytes]:
    """Content → how often it lies somewhere, after `recover`."""
    inbox = place / "inbox"
    with Journal.open(place / "journal.sqlite") as journal:
        held = recover(inbox, place / "work", journal, now=NOW)
        known = {drop.id for drop in journal.drops()}
        found = [claimed.read() for claimed in held]
        assert {path.name for path in (place / "work").iterdir()} == {claimed.drop_id for claimed in held}
        assert {claimed.drop_id for claimed in held} <= known
        assert not [drop for drop in journal.drops() if drop.state is DropState.FAILED]
    for folder in ("refused", "duplicates"):
        for target in sorted((inbox / folder).glob("*")):
            assert not target.name.startswith(".")
            assert (target / "жауап.txt").read_bytes() == b"answer"
            found += [path.read_bytes() for path in target.glob("*.yaml")]
    found += [path.read_bytes() for path in inbox.glob("*.yaml")]
    found += [path.read_bytes() for path in (place / "archive").glob("*")]
    return sorted(found)


@pytest.mark.parametrize("across", ["one file system", "two"])
@pytest.mark.parametrize("plan", ["refused", "filed"])
def test_killed_at_every_step_nothing_is_lost_or_doubled(scratch: Path, plan: str, across: str) -> None:
    finished = False
    step = 0
    while not finished:
        step += 1
        assert step < 100
        place = scratch / str(step)
        (place / "inbox").mkdir(parents=True)
        drop(place, data=b"one")
        code = ended(worker(place, step, plan, across=across == "two"))
        assert code in (0, -signal.SIGKILL)
        finished = code == 0
        # Killed between filing and the journal's word, the content is in the archive and filed once more.
        assert set(whereabouts(place)) == {b"one"}
        assert plan == "filed" or whereabouts(place) == [b"one"]
        assert ended(worker(place, 0, plan, across=across == "two")) == 0
        assert whereabouts(place) == [b"one"]
        assert list((place / "inbox").glob("*.yaml")) == []
    assert step > 12


@pytest.mark.parametrize("across", ["one file system", "two"])
@pytest.mark.parametrize("plan", ["refused", "filed"])
def test_whatever_step_the_disk_refuses_nothing_is_lost(scratch: Path, plan: str, across: str) -> None:
    outcomes = set()
    for step in range(1, 60, 1 if "JEKE_SOAK" in os.environ else 2):
        place = scratch / str(step)
        (place / "inbox").mkdir(parents=True)
        drop(place, data=b"one")
        process = FORK.Process(
            target=claim_worker.run_on_a_bad_disk,
            args=(place, step, errno.ENOSPC, plan),
            kwargs={"across": across == "two"},
        )
        process.start()
        outcomes.add(ended(process))
        assert set(whereabouts(place)) == {b"one"}
        assert ended(worker(place, 0, plan)) == 0
        assert whereabouts(place) == [b"one"]
        assert list((place / "inbox").glob("*.yaml")) == []
    assert outcomes == {0, 5}


def test_killed_at_any_moment_every_file_is_in_one_place(scratch: Path) -> None:
    rng = random.Random(218)
    (scratch / "inbox").mkdir()
    contents = sorted(f"drop {number}".encode() for number in range(2 * ROUNDS))
    for number, data in enumerate(contents):
        drop(scratch, f"{number}.yaml", data)
    plan = "filed,refused,duplicates"
    for _ in range(ROUNDS):
        process = worker(scratch, 0, plan)
        time.sleep(rng.uniform(0, 0.02))
        process.kill()
        ended(process)
        assert sorted(set(whereabouts(scratch))) == contents
    assert ended(worker(scratch, 0, plan)) == 0
    assert whereabouts(scratch) == contents
    assert list((scratch / "work").iterdir()) == []
