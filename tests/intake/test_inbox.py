import os
import time
from pathlib import Path

import pytest

from pipeline.domain.errors import MachineError
from pipeline.intake.inbox import Inbox, Look, Unsupported

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


def test_our_folders_hidden_ones_and_empty_ones_are_left_alone(folder: Path) -> None:
    for name in ("refused", "duplicates", "quarantine", ".жасырын"):
        (folder / name).mkdir()
        (folder / name / "a.yaml").write_text("x")
    (folder / "бос" / "ішінде").mkdir(parents=True)
    (folder / "бос" / "Thumbs.db").write_text("x")
    look = Inbox(folder, QUIET).look(**later(3))
    assert (look.ready, look.settling, look.odd, look.unfinished) == ((), 0, (), ())


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
        ("a.yaml", Unsupported.LINK),
        ("b.yaml", Unsupported.LINKED_TWICE),
        ("c.yaml", Unsupported.NOT_A_FILE),
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


# --- folders, papers, what is not whole -----------------------------------------------------------------

PAPER = 6.0


def inbox(folder: Path, *, unfinished: float = 600.0) -> Inbox:
    return Inbox(folder, QUIET, paper_quiet_seconds=PAPER, unfinished_seconds=unfinished)


def bundle(folder: Path, name: str = "бума") -> Path:
    (folder / name / "ішкі").mkdir(parents=True)
    (folder / name / "a.yaml").write_text("x\n")
    (folder / name / "ішкі" / "b.yaml").write_text("x\n")
    return folder / name


def test_a_folder_is_one_drop_and_rests_as_long_as_a_paper(folder: Path) -> None:
    bundle(folder)
    assert inbox(folder).look(**later(3)).settling == 1
    assert names(inbox(folder).look(**later(7))) == ["бума"]


def test_a_change_anywhere_in_a_folder_starts_its_wait_anew(folder: Path) -> None:
    inner = bundle(folder) / "ішкі" / "b.yaml"
    watched = inbox(folder)
    behind = time.time() - 10**6
    watched.look(now=behind, steady=1)
    inner.write_text("y\n")
    assert watched.look(now=behind, steady=8).settling == 1
    assert names(watched.look(now=behind, steady=14)) == ["бума"]


@pytest.mark.parametrize("name", ["a.pdf.part", "~$a.docx", "b.tmp"])
def test_a_folder_with_an_unfinished_file_waits_but_not_for_ever(folder: Path, name: str) -> None:
    (bundle(folder) / name).write_text("x")
    look = inbox(folder).look(**later(30))
    assert (look.ready, [path.name for path in look.unfinished]) == ((), ["бума"])
    assert names(inbox(folder).look(**later(601))) == ["бума"]


def test_a_folder_with_a_link_or_pipe_in_it_is_left_untouched(folder: Path) -> None:
    for name, make in (("s", lambda p: p.symlink_to("/etc/passwd")), ("p", os.mkfifo)):
        make(bundle(folder, name) / "ішкі" / "x")
    look = inbox(folder).look(**later(7))
    assert (look.ready, [why for _, why in look.odd]) == ((), [Unsupported.ODD_INSIDE] * 2)


def test_a_folder_of_thousands_or_of_a_whole_disk_is_not_taken(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = folder / "терең" / "/".join("0123456789")
    deep.mkdir(parents=True)
    (deep / "a.yaml").write_text("x\n")
    assert [why for _, why in inbox(folder).look(**later(7)).odd] == [Unsupported.FOLDER_TOO_LARGE]
    monkeypatch.setattr("pipeline.intake.bundles.bundle_folder.MAX_MEMBERS", 2)
    bundle(folder)
    assert [why for _, why in inbox(folder).look(**later(7)).odd] == [Unsupported.FOLDER_TOO_LARGE] * 2


def test_scans_rest_longer_for_scanners_open_them_anew_for_each_page(folder: Path) -> None:
    (folder / "a.pdf").write_bytes(b"%PDF-1.7\n%%EOF\n")
    assert inbox(folder).look(**later(5)).settling == 1
    assert names(inbox(folder).look(**later(7))) == ["a.pdf"]


def test_records_that_end_in_the_middle_of_a_line_rest_longer(folder: Path) -> None:
    (folder / "a.yaml").write_text("kind: case\nid: QRG-")
    (folder / "b.yaml").write_text("kind: case\n")
    assert names(inbox(folder).look(**later(3))) == ["b.yaml"]
    assert sorted(names(inbox(folder).look(**later(7)))) == ["a.yaml", "b.yaml"]


def test_what_has_no_end_is_waited_for_and_then_answered(folder: Path) -> None:
    path = folder / "a.pdf"
    path.write_bytes(b"%PDF-1.7\n")
    watched = inbox(folder)
    look = watched.look(**later(30))
    assert (look.ready, look.settling, look.unfinished) == ((), 0, (path,))
    with path.open("ab") as more:
        more.write(b"%%EOF\n")
    assert names(watched.look(**later(30))) == ["a.pdf"]
    path.write_bytes(b"%PDF-1.7\n")
    assert names(watched.look(**later(601))) == ["a.pdf"]


def test_an_empty_file_is_taken_after_its_quiet_time(folder: Path) -> None:
    (folder / "a.yaml").touch()
    (folder / "a.pdf").touch()
    assert names(inbox(folder).look(**later(3))) == ["a.yaml"]
    assert sorted(names(inbox(folder).look(**later(7)))) == ["a.pdf", "a.yaml"]


def test_the_end_is_looked_for_until_it_is_there(folder: Path) -> None:
    (folder / "a.pdf").write_bytes(b"%PDF-1.7\n")
    watched = inbox(folder)
    assert [names(watched.look(**later(30))) for _ in range(2)] == [[], []]
    with (folder / "a.pdf").open("ab") as paper:
        paper.write(b"%%EOF\n")
    assert [names(watched.look(**later(30))) for _ in range(2)] == [["a.pdf"], ["a.pdf"]]


def test_odd_things_are_told_once_they_rest(folder: Path) -> None:
    """Some programs give a file a second name for a moment while they put it in place."""
    (folder / "a.yaml").write_text("x\n")
    (folder / "b.yaml").hardlink_to(folder / "a.yaml")
    look = inbox(folder).look(**later(0))
    assert (look.odd, look.settling) == ((), 2)
    (folder / "b.yaml").unlink()
    assert names(inbox(folder).look(**later(3))) == ["a.yaml"]


def test_tens_of_thousands_at_once_are_all_seen(folder: Path) -> None:
    for number in range(20_000):
        os.close(os.open(folder / f"{number}.yaml", os.O_CREAT))
    assert len(inbox(folder).look(**later(3)).ready) == 20_000


def test_what_is_unclaimed_is_listed_with_its_age(folder: Path) -> None:
    (folder / "a.yaml").write_text("x\n")
    bundle(folder)
    (folder / ".hidden").write_text("x")
    assert [path.name for path, _ in inbox(folder).unclaimed()] == ["a.yaml", "бума"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_what_we_have_no_right_to_is_odd_and_not_claimed_in_vain(folder: Path) -> None:
    """A folder of another user can be renamed away only by who may write into it."""
    bundle(folder)
    (folder / "a.yaml").write_text("x\n")
    (folder / "a.yaml").chmod(0o600)
    for above in (folder, *folder.parents):
        if not above.stat().st_mode & 0o001:  # pytest's own folders are closed to others
            above.chmod(0o755)
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        try:
            os.setuid(65534)
            odd = inbox(folder).look(**later(7)).odd
            os.write(writing, " ".join(f"{path.name}:{why}" for path, why in odd).encode())
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    assert os.read(reading, 1000).decode() == "a.yaml:unreadable бума:unreadable"
    os.close(reading)
    os.close(writing)
