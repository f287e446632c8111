"""outbox/ holds what is current: what is not to be signed any more goes, what people changed or put there stays."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.archive.ocfl_support import SCRATCH, at_step, die, in_a_process, was_killed
from tests.e2e.place import Place, documents_of, sample
from tests.flow.ballots.sittings import MEMBERS, SITTING, YES, a_sitting, ahead, case_id
from tests.flow.scanned import CASE, dropped, made, signed
from tests.flow.signed_place import CASE as SIGNED_CASE
from tests.flow.signed_place import MEMBERS as SIGNERS
from tests.flow.signed_place import SITTING as SIGNED_SITTING
from tests.flow.signed_place import SignedPlace

KILLS = int(os.environ.get("JEKE_SOAK", "8"))
ALL = dict.fromkeys(MEMBERS, YES)
HELD = a_sitting(2, {0: ALL, 1: ALL})


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return ahead(tmp_path / "place", 2)


def papers(place: Place, record: str = SITTING, ending: str = ".pdf") -> list[str]:
    folder = place.folder / "outbox" / record
    return sorted(p.name for p in folder.glob(f"*{ending}")) if folder.is_dir() else []


def drop(place: Place, text: str) -> None:
    place.drop("жазба.yaml", text)
    ran = place.run_once()
    assert ran.status == 0, ran.err


def is_filed(place: Place, data: bytes) -> bool:
    return any(
        o.read(p, v.version) == data
        for o in place.objects()
        for v in o.versions()
        for p in o.state_at(v.version)
        if p.endswith(".pdf")
    )


def test_the_ballot_of_an_absent_member_goes_and_the_archive_keeps_it(place: Place) -> None:
    """Field case stale-outbox: laid out before the sitting, to be signed by nobody after it."""
    ballot = (place.folder / "outbox" / SITTING / "annex-3-07.pdf").read_bytes()
    drop(place, HELD)
    assert [p for p in papers(place) if p.startswith("annex-3")] == [
        f"annex-3-{n:02}.pdf" for n in range(1, 7)
    ]
    assert is_filed(place, ballot)


def test_what_hr_changed_or_put_there_stays(place: Place) -> None:
    folder = place.folder / "outbox" / SITTING
    ballot = (folder / "annex-3-07.pdf").read_bytes()
    (folder / "annex-3-07.pdf").write_bytes(ballot + b"\n% noted by HR")
    (folder / "тізім.docx").write_bytes(b"HR's own")
    (folder / "annex-3-07 (2).pdf").write_bytes(ballot)
    drop(place, HELD)
    assert (folder / "annex-3-07.pdf").read_bytes() == ballot + b"\n% noted by HR"
    assert (folder / "тізім.docx").exists()
    assert (folder / "жауап.txt").exists()
    assert not (folder / "annex-3-07 (2).pdf").exists(), "a copy of a paper that is to be signed no more"


def test_a_copy_of_a_paper_that_is_to_be_signed_stays(place: Place) -> None:
    folder = place.folder / "outbox" / SITTING
    drop(place, HELD)
    shutil.copy(folder / "annex-3-01.pdf", folder / "м1.pdf")
    drop(place, HELD.replace("12:40", "12:45"))
    assert (folder / "м1.pdf").exists()


def test_a_record_that_only_loses_papers_has_no_answer_and_loses_them_all_the_same(place: Place) -> None:
    """The sitting turns out not to have been held: the sheet of its case would say what nobody decided."""
    drop(place, HELD)
    assert "annex-4.pdf" in papers(place, case_id(0))
    before = (place.folder / "outbox" / case_id(0) / "жауап.txt").read_bytes()
    drop(place, a_sitting(2))
    assert "annex-4.pdf" not in papers(place, case_id(0))
    assert "annex-1.pdf" in papers(place, case_id(0))
    assert (place.folder / "outbox" / case_id(0) / "жауап.txt").read_bytes() == before


def test_a_case_that_moves_to_the_right_person_leaves_nothing_of_the_wrong_one(tmp_path: Path) -> None:
    place = made(tmp_path / "place")
    folder = place.folder / "outbox" / CASE
    shutil.copy(folder / "annex-1.pdf", folder / "көшірме.pdf")
    text = sample("recommended").replace("850314390019", "850314300400")
    drop(place, text)
    assert "көшірме.pdf" not in papers(place, CASE)
    assert "annex-1.pdf" in papers(place, CASE)


def test_a_paper_that_came_back_signed_is_to_be_printed_no_more(tmp_path: Path) -> None:
    place = made(tmp_path / "place")
    from tests.scans.simulated import as_pdf

    ran = dropped(place, "scan.pdf", as_pdf(signed(place, CASE, "annex-1")))
    assert ran.status == 0, ran.err
    assert "annex-1.pdf" not in papers(place, CASE)
    assert "annex-2.pdf" in papers(place, CASE)


def test_a_paper_signed_by_some_waits_for_the_next_and_goes_when_all_have_signed(tmp_path: Path) -> None:
    place = SignedPlace.make(tmp_path / "p")
    half = place.signed(place.read("protocol.pdf"), *SIGNERS[:3])
    place.drop("a.pdf", half)
    laid = place.place.folder / "outbox" / SIGNED_SITTING.id / "protocol.pdf"
    assert laid.read_bytes() == half
    place.place.run_once()
    assert laid.read_bytes() == half
    place.drop("b.pdf", place.signed(half, *SIGNERS[3:]))
    assert not laid.exists()
    assert "annex-1.pdf" in papers(place.place, SIGNED_CASE.id)


def test_a_record_dropped_again_lays_the_paper_with_the_signatures_it_has(tmp_path: Path) -> None:
    place = SignedPlace.make(tmp_path / "p")
    half = place.signed(place.read("protocol.pdf"), *SIGNERS[:3])
    place.drop("a.pdf", half)
    laid = place.place.folder / "outbox" / SIGNED_SITTING.id / "protocol.pdf"
    with place.opened() as work:
        object_id = work.index.object_of(SIGNED_SITTING)
        assert object_id is not None
        filed = work.root.get(object_id)
        assert filed is not None
        text = filed.read("record.yaml").decode()
    drop(place.place, text + "# тағы бір рет\n")
    assert laid.read_bytes() == half


# --- lists ------------------------------------------------------------------------------------------------


def lists(place: Place) -> list[str]:
    return [p for p in papers(place, "QRG-PD-2025-3", "") if p.startswith(("list-", "register-"))]


def test_the_lists_of_a_campaign_whose_cases_are_withdrawn_go(tmp_path: Path) -> None:
    place = Place.make(tmp_path / "place")
    campaign, _, case, _ = documents_of(sample("recommended"))
    drop(place, f"{campaign}---\n{case.partition(chr(10) + 'studies:')[0]}\n")
    assert {p.rpartition(".")[2] for p in lists(place)} == {"pdf", "xlsx", "csv"}
    kept = place.folder / "outbox" / "QRG-PD-2025-3" / "list-to-own-security.csv"
    kept.write_bytes(kept.read_bytes() + "HR жазды\n".encode())
    assert place.jeke("withdraw", CASE, "--reason", "қате").status == 0
    assert lists(place) == ["list-to-own-security.csv"], "what HR wrote into stays"
    assert "announcement.pdf" in papers(place, "QRG-PD-2025-3")


# --- at start, and killed ---------------------------------------------------------------------------------


def test_what_an_earlier_version_left_goes_at_the_next_start(place: Place) -> None:
    stale = place.folder / "outbox" / SITTING / "annex-3-07.pdf"
    ballot = stale.read_bytes()
    drop(place, HELD)
    stale.write_bytes(ballot)
    assert place.run_once().status == 0
    assert not stale.exists()
    assert [p for p in papers(place) if p.startswith("annex-3")] == [
        f"annex-3-{n:02}.pdf" for n in range(1, 7)
    ]


@pytest.fixture(scope="module")
def waiting() -> Iterator[Place]:
    with tempfile.TemporaryDirectory(dir=SCRATCH) as folder:
        yield ahead(Path(folder) / "place", 2)


def test_killed_anywhere_the_same_lies_there(waiting: Place) -> None:
    """The case is dropped anew, and the papers of its sitting are made anew with it."""
    case = next(
        o.read(p).decode()
        for o in waiting.objects()
        for p in o.state
        if p.startswith("cases/") and p.endswith("record.yaml") and case_id(0) in o.read(p).decode()
    )
    waiting.drop("іс.yaml", case.replace("surname: Әбілқасов", "surname: Әбілқасымов"))

    def everything(place: Place) -> list[str]:
        outbox = place.folder / "outbox"
        return sorted(str(p.relative_to(outbox)) for p in outbox.rglob("*") if p.is_file())

    with tempfile.TemporaryDirectory(dir=SCRATCH) as folder:
        one = waiting.copied_to(Path(folder))
        with at_step(0, die) as calls:
            assert one.run_once().status == 0
        steps, expected = len(calls), everything(one)
    for number in sorted({1 + n * steps // KILLS for n in range(KILLS)}):
        with tempfile.TemporaryDirectory(dir=SCRATCH) as folder:
            one = waiting.copied_to(Path(folder))
            assert was_killed(in_a_process(killed_at(one, number))), number
            assert one.run_once().status == 0, number
            assert everything(one) == expected, number
            laid = {
                f"{record}/{name}": (one.folder / "outbox" / record / name).read_bytes()
                for record in (SITTING, case_id(0))
                for name in papers(one, record)
            }
            now = {o.read(p) for o in one.objects() for p in o.state if p.endswith(".pdf")}
            assert [name for name, data in laid.items() if data not in now] == [], number


def killed_at(place: Place, number: int) -> Callable[[], object]:
    def work() -> None:
        with at_step(number, die):
            place.run_once()

    return work
