"""What systemd-tmpfiles makes of deploy/systemd/jeke.tmpfiles.conf, tried by two clerks and the service."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from pathlib import Path

import pytest

from pipeline.intake.claim import claim, give_back
from pipeline.intake.inbox import Inbox
from pipeline.intake.journal import DropState, Journal
from pipeline.intake.own_folder import is_own_folder
from tests.e2e.place import ROOT
from tests.flow.swapping import CLERK, COLLEAGUE, HR, NOW, PAGE, SERVICE, played

CONF = ROOT / "deploy" / "systemd" / "jeke.tmpfiles.conf"
IDS = {"jeke-hr": str(HR), "jeke": str(SERVICE), "jeke-web": str(PAGE)}
TMPFILES = shutil.which("systemd-tmpfiles")
pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or TMPFILES is None, reason="takes on three users, and needs systemd-tmpfiles"
)
OUTSIDER = 5004
UMASKS = (0o077, 0o022, 0o002, 0o000)
BEFORE = "a+ /srv/jeke/inbox - - - - default:user:jeke:rwx,default:group:jeke-hr:r-x\n"
"""The line of version 0.2."""


def created(base: Path, text: str) -> Path:
    """As on a machine that has the users: here by their numbers, and below another folder."""
    place = base / "jeke"
    rules = [line for line in text.splitlines() if line and not line.startswith("#")]
    text = "\n".join(rules).replace("/srv/jeke", "@PLACE@")
    text = re.sub(r"\bjeke(-hr|-web)?\b", lambda found: IDS[found[0]], text)
    (base / "jeke.conf").write_text(text.replace("@PLACE@", str(place)) + "\n")
    ran = subprocess.run(
        [str(TMPFILES), "--create", str(base / "jeke.conf")], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    return place


@pytest.fixture(params=["new", "from version 0.2"])
def place(request: pytest.FixtureRequest) -> Iterator[Path]:
    memory = Path("/dev/shm")  # noqa: S108  # pytest's own folders let nobody else in
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as folder:
        base = Path(folder)
        base.chmod(0o755)
        if request.param != "new":
            created(base, "d /srv/jeke 0750 jeke jeke-hr -\nd /srv/jeke/inbox 3730 jeke jeke-hr -\n" + BEFORE)
        yield created(base, CONF.read_text(encoding="utf-8"))


def refused(user: int, act: Callable[[], object]) -> None:
    """That user may not: every step of the kind ends in PermissionError."""

    def tried() -> None:
        try:
            act()
        except PermissionError:
            return
        raise AssertionError("it was allowed")

    assert played(user, tried) == 0


def names_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def attempts(path: Path) -> tuple[Callable[[], object], ...]:
    """What a colleague may try who knows the name."""
    return (
        path.read_bytes,
        partial(path.open, "r+b"),
        partial(path.open, "ab"),
        path.unlink,
        partial(path.rename, path.with_name("other")),
        partial(path.chmod, 0o666),
    )


def test_a_colleague_reaches_nothing_of_anothers_drop(place: Path) -> None:
    inbox = place / "inbox"
    for umask in UMASKS:
        file, folder = inbox / f"QRG-{umask:o}.yaml", inbox / f"бума-{umask:o}"

        def drops(umask: int = umask, file: Path = file, folder: Path = folder) -> None:
            os.umask(umask)
            file.write_text("as dropped")
            (folder / "ішкі").mkdir(parents=True)
            (folder / "ішкі" / "a.yaml").write_text("as dropped")
            file.write_text("as dropped")  # their own they may still change
            assert (folder / "ішкі" / "a.yaml").read_text() == "as dropped"

        assert played(CLERK, drops) == 0
        for path in (file, folder / "ішкі" / "a.yaml"):
            for user, attempt in product((COLLEAGUE, OUTSIDER), attempts(path)):
                refused(user, attempt)
        for lying in (folder, folder / "ішкі"):
            refused(COLLEAGUE, partial(names_in, lying))
            refused(COLLEAGUE, partial((lying / "b.yaml").write_text, "x"))
        refused(COLLEAGUE, partial(names_in, inbox))

        def replaces(file: Path = file) -> None:
            (inbox / "mine").write_text("x")
            (inbox / "mine").replace(file)

        refused(COLLEAGUE, replaces)
        assert file.read_text() == "as dropped"


def test_the_service_takes_all_and_the_clerks_read_what_comes_back(place: Path) -> None:
    inbox, work = place / "inbox", place / "state" / "work"
    for umask in UMASKS:

        def drops(umask: int = umask) -> None:
            os.umask(umask)
            (inbox / f"{umask:o}.yaml").write_text("as dropped")
            (inbox / f"бума-{umask:o}").mkdir()
            (inbox / f"бума-{umask:o}" / "a.yaml").write_text("as dropped")

        assert played(CLERK, drops) == 0

    def service() -> None:
        os.umask(0o027)
        work.mkdir()
        look = Inbox(inbox, 0, unfinished_seconds=0).look()
        assert (len(look.ready), look.odd) == (2 * len(UMASKS), ())
        with Journal.open(place / "state" / "journal.sqlite") as journal:
            for path in look.ready:
                claimed = claim(path, work, journal, now=NOW, seen=look.seen[path])
                folder, end = inbox / "refused", DropState.REFUSED
                give_back(claimed, folder, work, journal, end, now=NOW, detail={}, beside={"why.txt": b"x"})

    assert played(SERVICE, service) == 0

    def reads() -> None:
        back = list((inbox / "refused").iterdir())
        assert len(back) == 2 * len(UMASKS)
        for folder in back:
            assert (folder / "why.txt").read_bytes() == b"x"
            (name,) = (path for path in folder.iterdir() if path.name != "why.txt")
            assert (name / "a.yaml" if name.is_dir() else name).read_text() == "as dropped"

    for user in (CLERK, COLLEAGUE):  # what came back is the whole HR service's to see
        assert played(user, reads) == 0
    (one, *_) = (inbox / "refused").iterdir()
    for user in (CLERK, COLLEAGUE):
        refused(user, lambda: (one / "new").write_text("x"))
        refused(user, (one / "why.txt").unlink)
        refused(user, lambda: one.rename(inbox / "mine"))
    assert played(OUTSIDER, partial(names_in, place / "inbox")) != 0


def test_folders_to_give_back_into_are_the_services(place: Path) -> None:
    for name in ("refused", "duplicates", "quarantine"):
        assert is_own_folder(place / "inbox" / name)
        refused(CLERK, (place / "inbox" / name).rmdir)
        refused(CLERK, partial((place / "inbox" / name / "x").write_text, "x"))
        refused(CLERK, partial((place / "inbox" / name).rename, place / "inbox" / "x"))
    for name in ("archive", "recordings", "state"):
        refused(CLERK, partial(names_in, place / name))
    assert played(CLERK, partial(names_in, place / "outbox")) == 0
    refused(CLERK, (place / "outbox" / "x").mkdir)


def test_a_mode_carried_along_counts(place: Path) -> None:
    """`cp -p`, `mv` and `chmod` set the mode after the ACL: docs/service.md says what follows."""
    inbox = place / "inbox"

    def drops() -> None:
        for name, mode in (("closed.yaml", 0o600), ("open.yaml", 0o644)):
            (inbox / name).write_text("x")
            (inbox / name).chmod(mode)

    assert played(CLERK, drops) == 0
    refused(SERVICE, (inbox / "closed.yaml").read_bytes)
    refused(COLLEAGUE, (inbox / "open.yaml").read_bytes)
    assert played(SERVICE, (inbox / "open.yaml").read_bytes) == 0
