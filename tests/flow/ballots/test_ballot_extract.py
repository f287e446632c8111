"""Into a personal file goes an extract of one row, made from the record, that names the signed sheet (¶32, 36)."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import tarfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from pipeline.archive.ocfl.storage_root import OcflObject, StorageRoot
from tests.archive.ocfl_support import faults_by_ocfl_py
from tests.e2e.place import Place
from tests.flow.ballots.sittings import MEMBERS, NO, SITTING, YES, a_case, a_sitting, ahead, case_id, marked
from tests.flow.scanned import answer, dropped, refused
from tests.scans.simulated import as_pdf

OLD = Path(__file__).parents[1] / "places" / "place-0.3.0-ballots.tar.xz"
VOTES = {n: {**dict.fromkeys(MEMBERS, YES), "m1": NO if n else YES} for n in range(2)}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return ahead(tmp_path / "p", 2)


def voted(place: Place, votes: dict[int, dict[str, str]] | None = None) -> None:
    place.drop("votes.yaml", a_sitting(2, votes or VOTES))
    assert place.run_once().status == 0, answer(refused(place)[-1])


def scanned(place: Place, marks: Sequence[str] = ("yes", "no"), member: int = 1, **how: Any) -> None:
    ran = dropped(place, f"парақ-{member}.pdf", as_pdf(marked(place, member, marks, **how)))
    assert ran.status == 0, answer(refused(place)[-1])


def sitting_of(place: Place) -> OcflObject:
    (found,) = (o for o in place.objects() if "agenda.pdf" in o.state)
    return found


def sum_of(place: Place, member: int = 1) -> str:
    """Of the sheet in the archive, as `sha256sum` counts it."""
    return hashlib.sha256(sitting_of(place).read(f"signed/annex-3-{member:02}.pdf")).hexdigest()


def file_of(place: Place, number: int) -> OcflObject:
    found = [
        o
        for o in place.objects()
        for path in o.state
        if path.startswith("cases/")
        and path.endswith("/record.yaml")
        and case_id(number) in o.read(path).decode()
    ]
    assert len(found) == 1
    return found[0]


def extract(place: Place, number: int, member: int = 1) -> str:
    """The words of the extract in the personal file."""
    filed = file_of(place, number)
    (path,) = (p for p in filed.state if p.endswith(f"/annex-3-{member:02}.pdf"))
    pdf = pypdfium2.PdfDocument(filed.read(path))
    try:
        assert len(pdf) == 1
        return str(pdf[0].get_textpage().get_text_bounded())
    finally:
        pdf.close()


def named_sum(text: str) -> str:
    """The SHA-256 that stands on the extract; empty where none does."""
    return "".join(re.findall(r"^[0-9a-f]{16}\r?$", text, re.MULTILINE)).replace("\r", "")


def test_an_extract_names_the_sheet_that_came_before_the_votes(place: Place) -> None:
    scanned(place)
    voted(place)
    words = extract(place, 0)
    assert named_sum(words) == sum_of(place)
    assert "Түпнұсқасы" in words
    assert f"{SITTING}" in words
    assert "annex-3-01, SHA-256" in words
    assert named_sum(extract(place, 1)) == sum_of(place)
    assert place.jeke("verify").status == 0


def test_an_extract_made_before_the_sheet_came_is_made_anew(place: Place) -> None:
    voted(place)
    before = {n: extract(place, n) for n in range(2)}
    assert {named_sum(words) for words in before.values()} == {""}
    scanned(place)
    for number, words in before.items():
        assert named_sum(extract(place, number)) == sum_of(place)
        assert extract(place, number).startswith(words.rstrip())
    for member in range(2, 7):
        assert named_sum(extract(place, 0, member)) == ""
    assert place.jeke("verify").status == 0


def test_nobody_has_to_sign_anything_for_it(place: Place) -> None:
    """An extract is a copy under the body's seal: what people signed stays, nothing new is to be signed."""
    voted(place)
    scanned(place, member=2, marks=("yes", "yes"))
    awaited = place.jeke("status", case_id(0)).out
    papers = {p: file_of(place, 0).state[p] for p in file_of(place, 0).state if p.endswith(".pdf")}
    scanned(place)
    now = {p: file_of(place, 0).state[p] for p in papers}
    assert [p.rpartition("/")[2] for p in papers if papers[p] != now[p]] == ["annex-3-01.pdf"]
    after = place.jeke("status", case_id(0)).out
    gone = [line for line in awaited.splitlines() if line not in after.splitlines()]
    assert [line for line in after.splitlines() if line not in awaited.splitlines()] == []
    assert len(gone) == 1


def test_the_mark_on_an_extract_is_the_records(place: Place) -> None:
    """Where the sheet says otherwise that is told, and the extract stays what it is: of the record."""
    scanned(place, ["yes", "yes"])
    voted(place)
    assert extract(place, 1).count("+") == 1
    assert named_sum(extract(place, 1)) == sum_of(place)
    assert "жазбамен сәйкес келмейді" in place.jeke("status", case_id(1)).out


def test_it_stays_whatever_is_filed_afterwards(place: Place) -> None:
    scanned(place)
    voted(place)
    before = file_of(place, 0).state
    place.drop("case.yaml", a_case(0, appeal={"filed_on": "2025-11-10", "to": "бастық"}))
    assert place.run_once().status == 0
    now = file_of(place, 0).state
    extracts = [p for p in before if "/annex-3-" in p]
    assert len(extracts) == len(MEMBERS)
    assert {p: now[p] for p in extracts} == {p: before[p] for p in extracts}


def test_another_scan_of_the_sheet_is_named_instead(place: Place) -> None:
    voted(place)
    scanned(place)
    first = sum_of(place)
    ran = dropped(place, "тағы.pdf", as_pdf(marked(place, 1, ["yes", "no"], seed=2)))
    assert ran.status == 1
    assert place.jeke("review", f"{SITTING}/annex-3-01", "--accept", "--by", "А. Б.").status == 0
    assert place.run_once().status == 0
    assert sum_of(place) != first
    assert named_sum(extract(place, 0)) == sum_of(place)


def test_without_a_sheet_an_extract_is_byte_for_byte_what_it_was(place: Place) -> None:
    voted(place)
    entries = json.loads(_entries(file_of(place, 0)))["documents"]
    fingerprints = {e["name"]: (e["fingerprint"], e["facts"]) for e in entries}
    scanned(place)
    entries = json.loads(_entries(file_of(place, 0)))["documents"]
    now = {e["name"]: (e["fingerprint"], e["facts"]) for e in entries}
    assert {name for name in now if now[name] != fingerprints[name]} == {"annex-3-01"}


def _entries(filed: OcflObject) -> bytes:
    (path,) = (p for p in filed.state if p.startswith("cases/") and p.endswith("/documents.json"))
    return filed.read(path)


# --- killed between the sheet and the extracts -------------------------------------------------------------


def in_a_child(work: Callable[[], object]) -> int:
    """The wait status of a process of its own."""
    pid = os.fork()
    if pid == 0:
        work()
        os._exit(0)
    return os.waitpid(pid, 0)[1]


def killed_at(place: Place, version: int, *, before: bool) -> None:
    """Works off what is there until that many versions were begun, or were written."""
    left = version
    real = StorageRoot.write_version

    def write_version(self: StorageRoot, *args: Any, **kwargs: Any) -> str | None:
        nonlocal left
        left -= 1
        if left == 0 and before:
            os.kill(os.getpid(), signal.SIGKILL)
        written = real(self, *args, **kwargs)
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return written

    StorageRoot.write_version = write_version  # type: ignore[method-assign]
    place.run_once()


@pytest.mark.parametrize("version", [1, 2, 3])
@pytest.mark.parametrize("before", [True, False], ids=["begun", "written"])
def test_killed_between_the_sheet_and_its_extracts(place: Place, version: int, *, before: bool) -> None:
    voted(place)
    (place.folder / "inbox" / "парақ.pdf").write_bytes(as_pdf(marked(place, 1, ["yes", "no"])))
    assert in_a_child(partial(killed_at, place, version, before=before)) == signal.SIGKILL
    ran = place.run_once()
    assert ran.status == 0, ran.err
    for number in range(2):
        assert named_sum(extract(place, number)) == sum_of(place), number
    heads = [o.head for o in (sitting_of(place), file_of(place, 0), file_of(place, 1))]
    assert heads == ["v3", "v3", "v3"]
    assert not refused(place)
    assert not list((place.folder / "inbox").glob("*.pdf"))
    assert list((place.folder / "state" / "work").iterdir()) == []
    assert place.jeke("verify").status == 0
    assert faults_by_ocfl_py(place.folder / "archive") == []


# --- a place that the version before filled ----------------------------------------------------------------


@pytest.fixture
def old(tmp_path: Path) -> Place:
    """0.3.0: blank ballots printed for a sitting ahead, that of the first member signed and filed."""
    folder = tmp_path / "old"
    folder.mkdir(mode=0o700)
    with tarfile.open(OLD) as packed:
        packed.extractall(folder, filter="fully_trusted")  # noqa: S202  # our own file
    shutil.copytree(folder / "outbox" / SITTING, folder / "printed")
    return Place(folder)


def test_a_ballot_that_0_3_0_filed_is_the_original_and_is_named(old: Place) -> None:
    entries = json.loads(sitting_of(old).read("documents.json"))["documents"]
    assert not any("ballot" in entry for entry in entries)
    sheet = sum_of(old)
    voted(old)
    assert sum_of(old) == sheet
    assert named_sum(extract(old, 0)) == named_sum(extract(old, 1)) == sheet
    assert old.jeke("verify").status == 0


def test_a_blank_that_0_3_0_printed_comes_back_after_the_votes(old: Place) -> None:
    voted(old)
    scanned(old, ("yes", "yes"), member=2)
    assert named_sum(extract(old, 0, 2)) == sum_of(old, 2)
    assert named_sum(extract(old, 0)) == sum_of(old)
    assert old.jeke("verify").status == 0


def test_marks_that_0_3_0_did_not_read_are_left_to_the_secretary(old: Place) -> None:
    told = json.loads(old.jeke("sitting", "draft", SITTING, "--json").out)["votes"]
    of_first = [vote for vote in told if vote["member"] == "m1"]
    assert [(vote["vote"], vote["why"]) for vote in of_first] == [(None, "not_read")] * 2
    ran = old.jeke("status", SITTING)
    assert ran.status == 0
    assert "Тіркелгені: 1. Күтілетіні: 6." in ran.out
