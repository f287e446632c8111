"""A record dropped later makes papers of other records anew: the answer says which, and they can be taken out."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.archive.ocfl_support import SCRATCH
from tests.e2e.place import Place, documents_of, sample

CASE, SITTING, CAMPAIGN = "QRG-PD-2025-014", "QRG-PD-AK-2025-S3", "QRG-PD-2025-3"
RECORDS = {re.findall(r"(?m)^kind: (\w+)", text)[0]: text for text in documents_of(sample("recommended"))}
ANEW = "Осы файлға байланысты басқа жазбалардың мына құжаттары да жаңадан жасалды"


@pytest.fixture
def place() -> Iterator[Place]:
    """A sitting ahead with its candidate, and their campaign."""
    with tempfile.TemporaryDirectory(dir=SCRATCH) as folder:
        place = Place.make(Path(folder) / "place")
        ahead = RECORDS["sitting"].partition("\ncandidates:")[0]
        case = RECORDS["case"].partition("\nsheet:")[0]
        place.drop("a.yaml", "---\n".join((RECORDS["campaign"], RECORDS["commission"], case)))
        place.drop("b.yaml", f"{ahead}\ncandidates: [{{case: {CASE}}}]\n")
        ran = place.run_once()
        assert ran.status == 0, ran.err
        yield place


def answer(place: Place, record: str) -> str:
    return (place.folder / "outbox" / record / "жауап.txt").read_text(encoding="utf-8")


def drop(place: Place, text: str) -> None:
    place.drop("c.yaml", text)
    ran = place.run_once()
    assert ran.status == 0, ran.err


def test_a_case_dropped_later_names_the_papers_of_the_sitting(place: Place) -> None:
    drop(place, RECORDS["case"].partition("\nsheet:")[0].replace("Маратұлы", "Мұратұлы") + "\n")
    told = answer(place, CASE).partition(ANEW)[2].partition("\n\n")[0]
    assert f"отырыс {SITTING}:" in told
    assert "Күн тәртібі және қатысу парағы: agenda.pdf" in told
    assert "annex-3-01.pdf" in told
    assert CAMPAIGN in told
    assert "annex-1.pdf" not in told  # the case's own stand above


def test_the_campaigns_answer_names_the_lists_made_anew(place: Place) -> None:
    drop(place, RECORDS["case"].partition("\nsheet:")[0].replace("Маратұлы", "Мұратұлы") + "\n")
    told = answer(place, CAMPAIGN)
    anew = told.partition("Жаңадан жасалғаны:")[2].partition("\n\n")[0]
    assert "list-of-admitted-01.pdf" in anew
    assert "list-to-own-security.pdf" in anew
    assert "announcement.pdf" not in anew
    assert "SHA-256" not in told


def test_a_commission_dropped_later_names_the_papers_of_its_sittings(place: Place) -> None:
    drop(place, RECORDS["commission"].replace("given_name: Арман", "given_name: Армат"))
    told = answer(place, "QRG-PD-AK-2025").partition(ANEW)[2]
    assert f"отырыс {SITTING}:" in told
    assert "agenda.pdf" in told


def test_what_changes_no_paper_of_others_names_none(place: Place) -> None:
    before = answer(place, CAMPAIGN)
    text = RECORDS["case"].partition("\nsheet:")[0].replace("Омаров Талғат Бекұлы", "Омаров Талғат Бекетұлы")
    drop(place, text + "\n")
    assert ANEW not in answer(place, CASE)
    assert answer(place, CAMPAIGN) == before


def test_records_dropped_together_are_answered_each_and_name_no_other(tmp_path: Path) -> None:
    place = Place.make(tmp_path / "place")
    place.drop("all.yaml", sample("recommended"))
    assert place.run_once().status == 0
    assert ANEW not in answer(place, CASE)
    assert ANEW not in answer(place, SITTING)


@pytest.mark.parametrize(
    ("record", "document", "names"),
    [
        (CAMPAIGN, "announcement", {"announcement.pdf"}),
        (CAMPAIGN, "list-of-admitted", {"list-of-admitted-01.pdf"}),
        (CAMPAIGN, "list-to-own-security", {"list-to-own-security.pdf"}),
        (CAMPAIGN, "register-of-reports", {f"register-of-reports.{end}" for end in ("csv", "pdf", "xlsx")}),
        (SITTING, "agenda", {"agenda.pdf"}),
        (SITTING, "covering-list", {"covering-list.pdf"}),
    ],
)
def test_papers_of_campaigns_and_sittings_can_be_taken_out(
    place: Place, record: str, document: str, names: set[str]
) -> None:
    out = place.folder.parent / "out"
    ran = place.jeke("get", record, "--document", document, "--out", str(out))
    assert ran.status == 0, ran.err
    assert {path.name for path in out.rglob("*") if path.is_file()} == names


@pytest.mark.parametrize(("document", "holder"), [("agenda", SITTING), ("announcement", CAMPAIGN)])
def test_asked_of_a_case_it_says_whose_they_are(place: Place, document: str, holder: str) -> None:
    ran = place.jeke("get", CASE, "--document", document, "--out", str(place.folder.parent / "out"))
    assert ran.status == 3
    assert holder in ran.err
