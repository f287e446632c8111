"""Who may touch what: modes of everything made, places of work left open, an inbox that is HR's to write only."""

import os
import stat
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

import pytest

from pipeline.flow.site.rights import UMASK, closed_umask
from pipeline.intake.files import make_folder
from tests.cli.jeke import jeke
from tests.e2e.place import ROOT, Place, sample

KEPT = ("archive", "state", "recordings")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place.make(tmp_path / "place")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def test_whatever_the_umask_nothing_made_is_open_to_others(tmp_path):
    before = os.umask(0)
    try:
        place = Place.make(tmp_path / "place")
        place.drop("recommended.yaml", sample("recommended"))
        place.drop("again.yaml", sample("recommended") + "\n")
        place.drop("bad.yaml", "kind: x\n")
        assert place.run_once().status == 2
        assert place.jeke("get", "QRG-PD-2025-014", "--out", "out").status == 0
        assert os.umask(0) == 0, "the caller's own umask is left as it was"
    finally:
        os.umask(before)
    dropped = {place.folder / "inbox" / name for name in ("recommended.yaml", "again.yaml", "bad.yaml")}
    made = set(place.folder.rglob("*")) - dropped
    secret = {p for p in made if p.suffix in (".key", ".p12") or p.name == "seal"}
    assert {p.name for p in secret} >= {"marks.key", "test-seal.p12"}
    assert {p for p in secret if mode(p) & 0o077} == set()
    assert {str(p): oct(mode(p)) for p in made if mode(p) & ~0o750 or (p.is_file() and mode(p) & 0o111)} == {}
    assert (place.folder / "out").is_dir()


def test_nothing_is_written_where_others_may_look_in(place):
    place.drop("bad.yaml", "kind: x\n")
    for name in KEPT:
        folder = place.folder / name
        folder.chmod(0o751)
        ran = place.run_once()
        assert ran.status == 5
        assert f"chmod o-rwx '{folder}'" in ran.err
        assert (place.folder / "inbox" / "bad.yaml").exists()
        for command in (["find", "x"], ["reindex"], ["status"]):
            assert place.jeke(*command).status == 5, command
        assert place.jeke("doctor").status == 5
        folder.chmod(0o770)
    assert place.run_once().status == 2


def test_init_closes_what_was_open_and_says_so(place):
    for name in KEPT:
        (place.folder / name).chmod(0o2755)
    ran = place.jeke("init", ".")
    assert ran.status == 0
    assert [oct(mode(place.folder / name)) for name in KEPT] == [oct(0o2750)] * 3
    assert all(str(place.folder / name) in ran.err for name in KEPT)
    assert str(place.folder / "archive") not in place.jeke("init", ".").err


def test_doctor_names_open_folders_and_keys(place):
    assert "chmod" not in place.jeke("doctor").out
    (place.folder / "recordings").chmod(0o755)
    key = place.folder / "state" / "marks.key"
    key.write_bytes(b"x")
    key.chmod(0o640)
    ran = place.jeke("doctor")
    assert ran.status == 5
    assert f"chmod o-rwx '{place.folder / 'recordings'}'" in ran.out
    assert f"chmod 600 '{key}'" in ran.out


def test_the_umask_is_back_after_use():
    before = os.umask(0o022)
    try:
        with closed_umask():
            assert os.umask(UMASK) == UMASK
        assert os.umask(0o022) == 0o022
    finally:
        os.umask(before)


def test_init_writes_through_no_link_that_somebody_has_put_there(place):
    target = place.folder / "state" / "planted"
    for path in (place.folder / "inbox" / "README.md", place.folder / "templates" / "annex-1.docx"):
        path.unlink()
        path.symlink_to(target)
        assert place.jeke("init", ".").status == 0
        assert not target.exists()


def test_a_folder_that_hands_on_its_group_goes_on_doing_so(tmp_path):
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox").chmod(0o2750)
    make_folder(tmp_path / "inbox" / "refused")
    assert oct(mode(tmp_path / "inbox" / "refused")) == oct(0o2750)
    make_folder(tmp_path / "plain")
    assert oct(mode(tmp_path / "plain")) == oct(0o750)


@pytest.mark.skipif(os.geteuid() != 0, reason="takes on two other users")
def test_the_service_works_in_an_inbox_hr_may_only_write_to():
    """HR (uid 61001) and the service (61002) share the group 61000, as deploy/systemd/jeke.tmpfiles.conf has it."""
    script = """
        import os, sys
        from datetime import UTC, datetime
        from pathlib import Path
        from pipeline.intake.claim import claim, give_back
        from pipeline.intake.inbox import Inbox, Unsupported
        from pipeline.intake.journal import DropState, Journal

        base, NOW = Path(sys.argv[1]), datetime.now(UTC)
        inbox, state = base / "inbox", base / "state"
        for folder, owner, group, mode in ((inbox, 61002, 61000, 0o3730), (state, 61002, 61002, 0o750)):
            folder.mkdir()
            os.chown(folder, owner, group)
            folder.chmod(mode)

        def played(user, group, groups, act):
            child = os.fork()
            if child == 0:
                try:
                    os.setgroups(groups)
                    os.setgid(group)
                    os.setuid(user)
                    os.umask(0o027)
                    act()
                except BaseException as error:
                    print(repr(error), file=sys.stderr)
                    os._exit(1)
                os._exit(0)
            if os.waitpid(child, 0)[1] != 0:
                sys.exit(f"{act.__name__} failed")

        def hr_drops():
            (inbox / "a.yaml").write_text("as dropped")
            (inbox / "closed.yaml").write_text("x")
            (inbox / "closed.yaml").chmod(0o600)
            try:
                os.listdir(inbox)
            except PermissionError:
                return
            raise AssertionError("HR see each other's files")

        def service_works():
            look = Inbox(inbox, 0.0).look()
            assert look.odd == ((inbox / "closed.yaml", Unsupported.UNREADABLE),), look
            (path,) = look.ready
            (state / "work").mkdir()
            with Journal.open(state / "journal.sqlite") as journal:
                dropped = path.stat().st_ino
                claimed = claim(path, state / "work", journal, now=NOW)
                found = claimed.path.stat()
                assert (found.st_uid, found.st_mode & 0o777) == (61002, 0o640), found
                assert found.st_ino != dropped, "HR may still hold the dropped file open"
                assert claimed.read() == b"as dropped"
                give_back(claimed, inbox / "refused", state / "work", journal, DropState.REFUSED,
                          now=NOW, detail={}, beside={"answer.txt": b"why"})

        def hr_reads():
            (folder,) = (inbox / "refused").iterdir()
            assert (folder / "a.yaml").read_text() == "as dropped"
            assert (folder / "answer.txt").read_text() == "why"

        played(61001, 61001, [61000], hr_drops)
        played(61002, 61002, [61000], service_works)
        played(61001, 61001, [61000], hr_reads)
    """
    with tempfile.TemporaryDirectory(dir="/var/tmp") as base:  # pytest's own folders let nobody else in
        Path(base).chmod(0o711)
        ran = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(script), base],
            cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
    assert ran.returncode == 0, ran.stderr


@pytest.mark.parametrize("folder", ["state/audit", "archive", "recordings"])
def test_no_command_writes_its_results_into_what_is_kept(tmp_path, folder):
    """Archivists run commands with the service's rights: a list over the chain would be the end of it."""
    place = tmp_path / "p"
    assert jeke("init", place, cwd=tmp_path).status == 0
    link = tmp_path / "link"
    link.symlink_to(place / folder)
    target = place / folder / "2026.jsonl"
    before = {path: path.read_bytes() for path in place.rglob("*") if path.is_file()}
    for words in (
        ("retention", "register", "--csv", target),
        ("retention", "register", "--xlsx", link / "2026.jsonl"),
        ("deadlines", "--ics", target),
        ("get", "x", "--out", place / folder),
        ("get", "x", "--print", target),
        ("export", "x", "--out", target),
    ):
        ended = jeke(*words, cwd=place)
        assert (ended.status, "бағдарламаның өзі жазады" in ended.err) == (4, True), words
    assert {path: path.read_bytes() for path in place.rglob("*") if path.is_file()} == before
    assert jeke("retention", "register", "--csv", tmp_path / "a.csv", cwd=place).status == 0
