"""The page under its own user, in a place laid out by deploy/systemd: what it can do there, and what it cannot."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from pipeline.archive.audit.log import AuditLog
from tests.e2e.place import ROOT, Place, sample
from tests.edges.test_tmpfiles import CONF, TMPFILES, created
from tests.flow.swapping import HR, PAGE, SERVICE
from tests.flow.swapping import as_user as in_a_process_of

from .conftest import ORIGIN
from .people import PASSWORD

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or TMPFILES is None, reason="takes on two users, and needs systemd-tmpfiles"
)
OF_THE_PAGE = ROOT / "deploy" / "systemd" / "jeke-web.tmpfiles.conf"


@pytest.fixture
def shared(place: Place) -> Iterator[Path]:
    """The place as the service had it before there was a page, then as systemd-tmpfiles lays it out."""
    memory = Path("/dev/shm")  # noqa: S108  # pytest's own folders let nobody else in
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as folder:
        base = Path(folder)
        base.chmod(0o755)
        shutil.copytree(place.folder, base / "jeke")
        shutil.rmtree(base / "jeke" / "state" / "web")
        for path in (base / "jeke").rglob("*"):
            os.chown(path, SERVICE, SERVICE)
        text = CONF.read_text(encoding="utf-8") + OF_THE_PAGE.read_text(encoding="utf-8")
        laid_out = created(base, text)
        audit = laid_out / "state" / "audit"
        for path in (*audit.iterdir(), audit.parent / "audit-seen"):
            path.chmod(path.stat().st_mode | 0o020)  # as the tmpfiles tell to do once
        yield laid_out


def as_user(user: int, act: Callable[[], object], *groups: int) -> int:
    """Its exit status in a process of that user's, which makes files as the service's units say."""

    def under_the_units_umask() -> None:
        os.umask(0o027)
        act()

    return in_a_process_of(user, under_the_units_umask, *groups)


as_page = partial(as_user, PAGE)


def a_morning(name: str) -> None:
    """Signs in, looks at the work list, finds somebody, opens their case, hands a file in."""
    browser = Client(headers={"host": "localhost", "origin": ORIGIN})
    assert browser.post("/login", {"name": name, "password": PASSWORD}).status_code == 302
    assert browser.get("/").status_code == 200
    found = browser.post("/find", {"words": "Әбілқасов"}).content.decode()
    for address in (re.search(r"/case/[0-9a-f-]+/[0-9a-f]+", found), re.search(r"/person/[0-9a-f-]+", found)):
        assert address is not None, found
        assert browser.get(address[0]).status_code == 200
    dropped = SimpleUploadedFile("by-the-page.yaml", sample("tie").encode())
    assert browser.post("/upload", {"files": dropped}).status_code == 302
    assert browser.get("/drops").status_code == 200


def test_the_page_does_its_work_under_its_own_user(place: Place, shared: Path) -> None:
    a_morning("hr")  # whatever is loaded on the way is loaded: this user reads no Python in root's home
    (place.folder / "inbox" / "by-the-page.yaml").unlink()
    config = shared / "config.yaml"

    def works() -> None:
        from pipeline.web import database
        from pipeline.web.accounts import managing
        from pipeline.web.accounts.roles import Role

        database.use(config)
        managing.add("hr", "Серікова Айгерім Болатқызы", PASSWORD, [Role.HR])
        a_morning("hr")

    before = AuditLog.open(shared / "state" / "audit").head().number
    assert as_page(works, SERVICE, HR) == 0
    created(shared.parent, OF_THE_PAGE.read_text(encoding="utf-8"))  # as at every start of the machine
    report = AuditLog.open(shared / "state" / "audit").verify()
    assert report.breaks == ()
    assert report.head.number > before + 4
    assert (shared / "state" / "web" / "accounts.sqlite").stat().st_mode & 0o777 == 0o660
    handed_in = shared / "inbox" / "by-the-page.yaml"
    assert as_user(SERVICE, handed_in.read_bytes, SERVICE) == 0
    moved = shared / "state" / "work" / "moved"
    assert as_user(SERVICE, partial(handed_in.rename, moved), SERVICE) == 0


def test_what_the_page_cannot_read_and_write(shared: Path) -> None:
    state = shared / "state"
    keys = (state / "marks.key", *(state / "recording-keys").glob("*"), *(state / "seal").rglob("*.p12"))
    assert len(keys) >= 2
    (state / "recording-keys").mkdir(exist_ok=True)

    def refused() -> None:
        reading = [path.read_bytes for path in keys]
        listing = [
            lambda each=each: list(each.iterdir()) for each in (state / "seal", state / "recording-keys")
        ]
        writing = [
            (folder / "x").touch
            for folder in (shared, state, shared / "archive", shared / "outbox", state / "work")
        ]
        adding = [
            partial((state / name).open, "ab") for name in ("index.sqlite", "journal.sqlite", "place.json")
        ]
        taking = [(state / "audit-seen").unlink, (shared / "inbox" / "README.md").unlink]
        for act in (*reading, *listing, *writing, *adding, *taking):
            try:
                act()  # type: ignore[operator]
            except PermissionError:
                continue
            raise AssertionError(act)

    assert as_page(refused, SERVICE, HR) == 0


def test_another_users_folder_is_told_and_nothing_is_made_in_it(shared: Path) -> None:
    from pipeline.domain.errors import MachineError
    from pipeline.web.site_key import site_key

    def refused() -> None:
        with pytest.raises(MachineError) as error:
            site_key(shared / "state" / "web")
        assert error.value.code == "web_folder"

    assert as_user(SERVICE, refused, SERVICE) == 0
    refused()  # nor by root
    assert list((shared / "state" / "web").iterdir()) == []
