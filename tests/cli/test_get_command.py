"""`jeke get`: whose papers are handed out, and what is said of those that belong elsewhere."""

import json
from pathlib import Path

import pytest

from tests.e2e.place import Place

CAMPAIGN, CASE, SITTING = "QRG-PD-2025-3", "QRG-PD-2025-014", "QRG-PD-AK-2025-S3"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place.with_sample(tmp_path_factory.mktemp("get") / "place", "recommended")


def names(place: Place, out: Path, *arguments: str) -> list[str]:
    ran = place.jeke("get", *arguments, "--out", str(out))
    assert ran.status == 0, ran.err
    return sorted(path.name for path in out.iterdir())


def test_all_papers_of_a_campaign(place: Place, tmp_path: Path) -> None:
    assert names(place, tmp_path / "out", CAMPAIGN) == [
        "announcement.pdf",
        "list-of-admitted-01.pdf",
        "list-to-own-security.pdf",
        "record.yaml",
        "register-of-reports.csv",
        "register-of-reports.pdf",
        "register-of-reports.xlsx",
    ]


@pytest.mark.parametrize("document", ["announcement", "list-to-own-security", "list-of-admitted"])
def test_one_paper_of_a_campaign(place: Place, tmp_path: Path, document: str) -> None:
    """Field case campaign-papers-out: by the campaign's id."""
    (name,) = names(place, tmp_path / "out", CAMPAIGN, "--document", document)
    assert name.startswith(document)
    assert (tmp_path / "out" / name).read_bytes().startswith(b"%PDF-")


def test_a_running_register_is_made_of_what_is_filed(place: Place, tmp_path: Path) -> None:
    """Field case campaign-papers-out: registers lie in no object, and come out all the same."""
    names(place, tmp_path / "out", CAMPAIGN, "--document", "register-of-reports")
    assert "Әбілқасов" in (tmp_path / "out" / "register-of-reports.csv").read_text("utf-8-sig")


def test_a_register_of_which_there_is_nothing(place: Place, tmp_path: Path) -> None:
    assert (
        place.jeke("get", CAMPAIGN, "--document", "register-of-appeals", "--out", str(tmp_path)).status == 3
    )


def test_papers_of_a_sitting(place: Place, tmp_path: Path) -> None:
    assert names(place, tmp_path / "out", SITTING, "--document", "agenda") == ["agenda.pdf"]


@pytest.mark.parametrize(
    ("document", "holder"),
    [("announcement", CAMPAIGN), ("register-of-reports", CAMPAIGN), ("agenda", SITTING)],
)
def test_a_paper_that_belongs_elsewhere_is_named(
    place: Place, tmp_path: Path, document: str, holder: str
) -> None:
    """Field case campaign-papers-out: asked of a case, the campaign that has it is named."""
    ran = place.jeke("get", CASE, "--document", document, "--out", str(tmp_path / "out"))
    assert ran.status == 3
    assert f"jeke get {holder} --document {document}" in ran.err


def test_taking_out_is_accounted_for(place: Place, tmp_path: Path) -> None:
    names(place, tmp_path / "out", CAMPAIGN, "--document", "register-of-reports")
    entries = [json.loads(line) for p in (place.folder / "state/audit").glob("*.jsonl") for line in p.open()]
    assert any("register-of-reports" in str(entry) for entry in entries)
