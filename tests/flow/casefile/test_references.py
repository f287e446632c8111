"""Names that lead nowhere are said, with who was meant; an appeal is a stage; the same bytes again are answered."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.domain.records import Kind, Ref
from pipeline.flow.casefile.related.references import nearest_ids, unknown_references
from pipeline.law.docket import Docket
from pipeline.record_format.reader import read_stream
from tests.e2e.place import Place

SAMPLE = Path(__file__).parents[3] / "samples" / "recommended.yaml"
KNOWN = ("ULY-PD-2026-001", "ULY-PD-2026-003", "ULY-PD-2026-004", "QRG-PD-2025-014")
COMMISSION = """kind: commission
id: ULY-PD-AK-2026
members: [{id: m1, role: chair}, {id: m2, role: member}, {id: s1, role: secretary}]
"""


@pytest.mark.parametrize(
    ("written", "first"),
    [
        ("ULУ-PD-2026-003", "ULY-PD-2026-003"),  # a Cyrillic У
        ("uly-pd-2026-003", "ULY-PD-2026-003"),
        ("ULY–PD–2026–003", "ULY-PD-2026-003"),
        ("ULY-PD-2026-03", "ULY-PD-2026-003"),
        ("ULY PD 2026 003", "ULY-PD-2026-003"),
        ("ULY_PD_2026_004", "ULY-PD-2026-004"),
        ("QRG-PD-2025-14", "QRG-PD-2025-014"),
    ],
)
def test_the_nearest_id_comes_first(written: str, first: str) -> None:
    assert nearest_ids(written, KNOWN)[0] == first


@pytest.mark.parametrize("written", ["ALM-QAZHD-2025-031", "S1", "m1"])
def test_an_id_like_no_other_names_nobody(written: str) -> None:
    assert nearest_ids(written, KNOWN) == ()


def said(sitting: str, *records: str, filed: tuple[Ref, ...] = ()) -> list[tuple[str, str, object]]:
    read = read_stream("---\n".join((sitting, *records)).encode(), "a")
    assert read.errors == ()
    found = [r.record for r in read.records]
    notes = unknown_references(found, Docket(found), lambda: filed)
    return [(n.code, n.path, n.params.get("nearest")) for n in notes]


HEAD = "kind: sitting\nid: S1\ncommission: ULY-PD-AK-2026\nsecretary: s1\n"


def test_a_sitting_names_cases_and_its_commission() -> None:
    filed = tuple(Ref(Kind.CASE, each) for each in KNOWN)
    text = HEAD + "candidates: [{case: ULY-PD-2026-001}, {case: uly-pd-2026-003}, {case: XX}]\n"
    assert said(text, COMMISSION, filed=filed) == [
        ("reference_unknown_near", "candidates.1.case", ("ULY-PD-2026-003",)),
        ("reference_unknown", "candidates.2.case", None),
    ]
    other = (
        text.replace("AK-2026", "AK-2025")
        .replace("uly-pd-2026-003", "ULY-PD-2026-003")
        .replace(", {case: XX}", "")
    )
    assert said(other, COMMISSION, filed=filed) == [
        ("reference_unknown_near", "commission", ("ULY-PD-AK-2026",))
    ]


def test_letters_that_look_alike_are_told_apart() -> None:
    text = HEAD + "candidates: [{case: ULУ-PD-2026-003}]\n"
    ((_, _, nearest),) = said(text, COMMISSION, filed=(Ref(Kind.CASE, "ULY-PD-2026-003"),))
    assert nearest == ("ULY-PD-2026-003 (У U+0423 → Y U+0059)",)


def test_a_case_names_its_campaign() -> None:
    case = 'kind: case\nid: A\ncampaign: QRG-PD-2025-З\nemployee: {iin: "850314390019", surname: Ли}\n'
    campaign = (Ref(Kind.CAMPAIGN, "QRG-PD-2025-3"),)
    assert said(case, filed=campaign) == [("reference_unknown_near", "campaign", ("QRG-PD-2025-3",))]
    assert said(case.replace("З", "3"), filed=campaign) == []


def test_members_of_the_composition() -> None:
    text = (
        HEAD.replace("s1", "s2")
        + "present: [m1, м2]\nabsent: [{member: x9}]\n"
        + "candidates: [{case: A, votes: {m1: recommended, м2: recommended}}]\n"
        + "protocol: {signed_by: [m1, S1]}\n"
    )
    assert said(text, COMMISSION, filed=(Ref(Kind.CASE, "A"),)) == [
        ("member_unknown_near", "present.1", ("m2 (м U+043C → m U+006D)",)),
        ("member_unknown", "absent.0.member", None),
        ("member_unknown", "secretary", None),
        ("member_unknown_near", "protocol.signed_by.1", ("s1",)),
    ]
    assert (
        said(HEAD + "present: [m1, m2]\ncandidates: [{case: A}]\n", COMMISSION, filed=(Ref(Kind.CASE, "A"),))
        == []
    )


def test_check_and_answer_say_it_and_nothing_is_held_up(tmp_path: Path) -> None:
    place = Place.make(tmp_path / "place")
    documents = SAMPLE.read_text().split("---\n")
    place.drop("others.yaml", "---\n".join(documents[:3]))
    place.run_once()
    sitting = documents[3].replace("case: QRG-PD-2025-014", "case: qrg-pd-2025-014")
    (tmp_path / "sitting.yaml").write_text(sitting)
    checked = place.jeke("check", "--on", "2025-10-25", str(tmp_path / "sitting.yaml"))
    assert "QRG-PD-2025-014" in checked.out.split("reference_unknown_near")[1].split("\n\n")[0]
    place.drop("sitting.yaml", sitting)
    place.run_once()
    (answer,) = place.folder.glob("outbox/QRG-PD-AK-2025-S3/жауап.txt")
    assert "reference_unknown_near" in answer.read_text()


def test_an_open_appeal_is_a_stage(tmp_path: Path) -> None:
    place = Place.make(tmp_path / "place")
    text = SAMPLE.read_text()
    place.drop("a.yaml", text.replace("\nsheet:", "\nappeal: {filed_on: 2025-11-03, to: ІІМ}\nsheet:"))
    place.run_once()
    summary = place.jeke("status", "--on", "2025-11-04").out
    assert "Қаралып жатқан шағымдар: 1." in summary
    status = place.jeke("status", "QRG-PD-2025-014", "--on", "2025-11-04").out
    assert "шағым қаралып жатыр" in status
    assert "Шағым қаралып жатыр. Берілген күні: 03.11.2025. Кімге: ІІМ" in status
    assert "Іс жабылды" not in status
    assert "Шағым қаралып жатыр" in place.jeke("deadlines", "--on", "2025-11-04").out
    place.drop(
        "b.yaml", text.replace("\nsheet:", "\nappeal: {filed_on: 2025-11-03, decided_on: 2025-11-20}\nsheet:")
    )
    place.run_once()
    for words in ((), ("--all",), ("QRG-PD-2025-014",)):
        assert "шағым" not in place.jeke("status", *words, "--on", "2025-11-21").out.casefold()


def test_the_same_bytes_again_have_an_answer_of_their_own(tmp_path: Path) -> None:
    place = Place.make(tmp_path / "place")
    first = SAMPLE.read_text()
    place.drop("first.yaml", first)
    place.run_once()
    place.drop("again.yaml", first)
    place.run_once()
    (answer,) = place.folder.glob("inbox/duplicates/*/жауап.txt")
    assert "Бұл файл бұрын қабылданған" in answer.read_text()
    assert "first.yaml" in answer.read_text()
    assert "outbox/QRG-PD-2025-014" in answer.read_text()

    place.drop("second.yaml", first.replace("city: Қарағанды", "city: Қарағанды қаласы"))
    place.run_once()
    place.drop("back.yaml", first)
    place.run_once()
    answer = place.folder / "outbox" / "QRG-PD-AK-2025-S3" / "жауап.txt"
    assert "енді мұрағатта осы ескі нұсқасы күшінде" in answer.read_text()
