import os
import time
from pathlib import Path

import pytest

from pipeline.domain.errors import MachineError
from pipeline.intake.inbox import Inbox, Look, Oddity

QUIET = 2.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def names(look: Look) -> list[str]:
    return [path.name for path in look.ready]


def later(seconds: float) -> dict[str, float]:
    return {"now": time.time() + seconds, "steady": 1000.0 + seconds}


def test_a_file_is_ready_once_it_has_been_quiet(folder: Path) -> None:
    (folder / "a.yaml").write_text("x")
    inbox = Inbox(folder, QUIET)
    first = inbox.look(**later(0))
    assert (names(first), first.settling) == ([], 1)
    second = inbox.look(**later(3))
    assert (names(second), second.settling) == (["a.yaml"], 0)


def test_a_single_look_suffices_for_a_file_at_rest(folder: Path) -> None:
    (folder / "a.yaml").write_text("x")
    assert names(Inbox(folder, QUIET).look(**later(3))) == ["a.yaml"]


def test_an_old_date_set_by_the_copying_program_does_not_make_it_quiet(folder: Path) -> None:
    (folder / "a.yaml").write_text("x")
    os.utime(folder / "a.yaml", (1, 1))
    assert names(Inbox(folder, QUIET).look(**later(0))) == []


def test_a_date_ahead_does_not_keep_it_waiting(folder: Path) -> None:
    (folder / "a.yaml").write_text("x")
    os.utime(folder / "a.yaml", (time.time() + 10**6, time.time() + 10**6))
    assert names(Inbox(folder, QUIET).look(**later(3))) == ["a.yaml"]


def test_with_the_clock_put_back_two_looks_tell(folder: Path) -> None:
    (folder / "a.yaml").write_text("x")
    inbox = Inbox(folder, QUIET)
    behind = time.time() - 10**6
    assert names(inbox.look(now=behind, steady=1)) == []
    assert names(inbox.look(now=behind, steady=2.9)) == []
    assert names(inbox.look(now=behind, steady=3)) == ["a.yaml"]


def test_growing_starts_the_wait_anew(folder: Path) -> None:
    path = folder / "a.yaml"
    path.write_text("x")
    inbox = Inbox(folder, QUIET)
    behind = time.time() - 10**6
    inbox.look(now=behind, steady=1)
    with path.open("a") as more:
        more.write("y")
    assert names(inbox.look(now=behind, steady=3.5)) == []
    assert names(inbox.look(now=behind, steady=5.5)) == ["a.yaml"]


def test_another_file_of_the_same_name_is_another(folder: Path) -> None:
    inbox = Inbox(folder, QUIET)
    behind = time.time() - 10**6
    (folder / "a.yaml").write_text("x")
    inbox.look(now=behind, steady=1)
    (folder / "b").write_text("x")
    (folder / "b").rename(folder / "a.yaml")
    assert names(inbox.look(now=behind, steady=3.5)) == []


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        ".gitkeep",
        ".DS_Store",
        "~$іс.yaml",
        "іс.yaml.part",
        "ІС.TMP",
        "a.crdownload",
        "Thumbs.db",
        "DESKTOP.INI",
    ],
)
def test_files_of_others_are_left_alone(folder: Path, name: str) -> None:
    (folder / name).write_text("x")
    assert Inbox(folder, QUIET).look(**later(3)) == Inbox(folder / ".", QUIET).look(**later(9))
    assert names(Inbox(folder, QUIET).look(**later(3))) == []


def test_folders_are_left_alone(folder: Path) -> None:
    for name in ("refused", "duplicates", "quarantine", "басқа"):
        (folder / name).mkdir()
        (folder / name / "a.yaml").write_text("x")
    look = Inbox(folder, QUIET).look(**later(3))
    assert (look.ready, look.settling, look.odd) == ((), 0, ())


def test_files_of_no_known_kind_are_taken_too_so_that_they_get_an_answer(folder: Path) -> None:
    for name in ("a.docx", "b", "c.yaml.txt", "readme.md"):
        (folder / name).write_text("x")
    assert sorted(names(Inbox(folder, QUIET).look(**later(3)))) == ["a.docx", "b", "c.yaml.txt", "readme.md"]


def test_links_and_pipes_are_named_not_taken(folder: Path) -> None:
    inbox = folder / "inbox"
    inbox.mkdir()
    (folder / "real").write_text("x")
    (inbox / "a.yaml").symlink_to(folder / "real")
    (inbox / "b.yaml").hardlink_to(folder / "real")
    os.mkfifo(inbox / "c.yaml")
    look = Inbox(inbox, QUIET).look(**later(3))
    assert look.ready == ()
    assert [(path.name, why) for path, why in look.odd] == [
        ("a.yaml", Oddity.LINK),
        ("b.yaml", Oddity.LINKED_TWICE),
        ("c.yaml", Oddity.NOT_A_FILE),
    ]


def test_oldest_first_then_by_name(folder: Path) -> None:
    for name, modified in (("c.yaml", 50), ("b.yaml", 100), ("a.yaml", 100), ("d.yaml", 10)):
        (folder / name).write_text("x")
        os.utime(folder / name, (modified, modified))
    assert names(Inbox(folder, QUIET).look(**later(3))) == ["d.yaml", "c.yaml", "a.yaml", "b.yaml"]


def test_names_of_any_bytes_are_seen(folder: Path) -> None:
    for name in (b"\xff.yaml", "\u202e.yaml".encode(), b"a\nb.yaml", "ж".encode() * 127):
        (folder / os.fsdecode(name)).write_text("x")
    assert len(Inbox(folder, QUIET).look(**later(3)).ready) == 4


def test_an_inbox_that_is_not_there_is_said(folder: Path) -> None:
    with pytest.raises(MachineError, match="inbox_unreadable"):
        Inbox(folder / "жоқ", QUIET).look()
