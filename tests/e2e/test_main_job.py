"""The main job: YAML files dropped in, personal files filed."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pypdf
import pytest

from tests.archive.ocfl_support import faults_by_ocfl_py
from tests.e2e.place import Place, documents_of, jeke, sample


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place.make(tmp_path / "КАДР")


def documents(place: Place, name: str) -> list[str]:
    """Names of the PDFs in the object that the name stands in."""
    return sorted(Path(p).stem for p in place.object_named(name).state if p.endswith(".pdf"))


def check(text: str, tmp_path: Path) -> dict[str, list[dict[str, object]]]:
    file = tmp_path / "judged.yaml"
    file.write_text(text, encoding="utf-8")
    ran = jeke(["check", "--alone", "--json", str(file)], tmp_path)
    found: dict[str, list[dict[str, object]]] = json.loads(ran.out)
    return found


BALLOTS = [f"annex-3-0{n}" for n in range(1, 7)]


def test_recommended_ends_with_everything_filed(place: Place) -> None:
    place.drop("recommended.yaml", sample("recommended"))
    assert place.run_once().status == 0
    assert documents(place, "Әбілқасов Дархан Маратұлы") == [
        "annex-1",
        "annex-2",
        *BALLOTS,
        "annex-4",
        "inner-list",
        "invitation-01",
    ]
    assert documents(place, "QRG-PD-AK-2025-S3") == [
        "agenda",
        *BALLOTS,
        "covering-list",
        "protocol",
        "register-of-recordings",
    ]
    assert faults_by_ocfl_py(place.folder / "archive") == []
    decision = json.loads(place.jeke("check", "--json", str(_sample_file(place, "recommended"))).out)[
        "decisions"
    ]
    assert decision == [
        {
            "case": "QRG-PD-2025-014",
            "sitting": "QRG-PD-AK-2025-S3",
            "result": "recommended",
            "votes_for": 5,
            "votes_against": 1,
            "by": "majority",
        }
    ]


def test_a_tie_is_decided_by_the_chair(tmp_path: Path) -> None:
    (decision,) = check(sample("tie"), tmp_path)["decisions"]
    counted = (decision["result"], decision["votes_for"], decision["votes_against"], decision["by"])
    assert counted == ("not_recommended", 3, 3, "chair")


def test_refused_ends_with_its_notice_and_no_further_forms(place: Place) -> None:
    place.drop("refused.yaml", sample("refused"))
    assert place.run_once().status == 0
    assert documents(place, "Өмірзақов Бекзат Ғаниұлы") == ["annex-1", "notice-of-non-admission"]


def test_annex_4_reads_back_letter_for_letter(place: Place, tmp_path: Path) -> None:
    place.drop("recommended.yaml", sample("recommended"))
    place.run_once()
    ran = place.jeke("get", "850314390019", "--document", "annex-4", "--out", str(tmp_path / "out"))
    assert ran.status == 0, ran.err
    (pdf,) = (tmp_path / "out").glob("*.pdf")
    text = " ".join(pypdf.PdfReader(pdf).pages[0].extract_text().split())
    for words in (
        "Әбілқасов Дархан Маратұлы",
        "Абай АПБ криминалдық полиция бөлімінің аға жедел уәкілі",
        "жоғары тұрған басшылық лауазымға өсіруге ұсынылады",
        "А.Е. Мұқанова",
        '2025ж. "16" қазан',
    ):
        assert words in text.replace("\u00a0", " "), words
    assert set("әғқңөұүһі") - set(text.lower()) <= {"һ"}  # no һ stands on this paper
    assert b"/ETSI.CAdES.detached" in pdf.read_bytes()


def test_the_same_file_again_changes_nothing(place: Place) -> None:
    place.drop("recommended.yaml", sample("recommended"))
    place.run_once()
    before = {o.id: o.head for o in place.objects()}
    place.drop("recommended.yaml", sample("recommended"))
    place.run_once()
    assert {o.id: o.head for o in place.objects()} == before
    (back,) = (place.folder / "inbox" / "duplicates").iterdir()
    assert (back / "recommended.yaml").read_text(encoding="utf-8") == sample("recommended")
    assert "recommended.yaml" in (back / "жауап.txt").read_text(encoding="utf-8")


def test_one_fact_more_makes_exactly_one_version(place: Place) -> None:
    place.drop("recommended.yaml", sample("recommended"))
    place.run_once()
    (case,) = [d for d in documents_of(sample("recommended")) if "kind: case" in d]
    place.drop(
        "case.yaml", case + "appeal: {filed_on: 2025-11-03, to: Қарағанды облысы ПД бастығы, court: жоқ}\n"
    )
    assert place.run_once().status == 0
    versions = {o.id: o.head for o in place.objects()}
    person = place.object_named("Әбілқасов Дархан Маратұлы")
    assert person.head == "v2"
    assert [head for object_id, head in versions.items() if object_id != person.id] == ["v1"] * 3


def test_a_file_refused_comes_back_whole_with_its_report(place: Place) -> None:
    broken = sample("recommended").replace("present: [m1, m2, m3, m4, m5, m6]", "present: [m1, m2, m3, m4]")
    place.drop("broken.yaml", broken)
    assert place.run_once().status == 1
    assert place.objects() == []
    (back,) = (place.folder / "inbox" / "refused").iterdir()
    assert (back / "broken.yaml").read_text(encoding="utf-8") == broken
    report = (back / "жауап.txt").read_text(encoding="utf-8")
    line = broken.splitlines().index("present: [m1, m2, m3, m4]") + 1
    assert f"{line}-жол" in report
    assert "24-тармақ" in report


def test_an_unreadable_file_comes_back_whole(place: Place) -> None:
    broken = sample("refused").replace("iin: 010203500107", "iin: 010203500108")
    place.drop("broken.yaml", broken)
    assert place.run_once().status == 2
    (back,) = (place.folder / "inbox" / "refused").iterdir()
    assert (back / "broken.yaml").read_text(encoding="utf-8") == broken
    report = (back / "жауап.txt").read_text(encoding="utf-8")
    assert f"{broken.splitlines().index('  iin: 010203500108') + 1}-жол" in report
    assert "010203500108" not in report.replace("iin: 010203500108", "")


ORDERS = list(itertools.permutations(range(4)))


@pytest.fixture(scope="module")
def filed_as_one(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    whole = Place.make(tmp_path_factory.mktemp("one") / "whole")
    whole.drop("all.yaml", sample("recommended"))
    whole.run_once()
    return whole.content()


@pytest.mark.parametrize("order", [ORDERS[n] for n in (5, 9, 14, 23)])
def test_any_order_ends_with_the_same_content(
    tmp_path: Path, order: tuple[int, ...], filed_as_one: dict[str, dict[str, str]]
) -> None:
    apart = Place.make(tmp_path / "apart")
    parts = documents_of(sample("recommended"))
    for n in order:
        apart.drop(f"part-{n}.yaml", parts[n])
        ran = apart.run_once()
        assert ran.status == 0, (n, ran)
    assert apart.content() == filed_as_one


def test_parts_dropped_together_end_with_the_same_content(tmp_path: Path) -> None:
    whole = Place.make(tmp_path / "whole")
    whole.drop("all.yaml", sample("tie"))
    whole.run_once()
    apart = Place.make(tmp_path / "apart")
    for n, part in enumerate(reversed(documents_of(sample("tie")))):
        apart.drop(f"part-{n}.yaml", part)
    assert apart.run_once().status == 0
    assert apart.content() == whole.content()


def test_drops_of_one_look_complete_each_other(place: Place) -> None:
    """The sitting alone would be refused under ¶17 with the case as first filed; its new revision lies beside it."""
    campaign, commission, case, sitting = documents_of(sample("recommended"))
    early = case.partition("own_security:")[0]
    for name, text in (("campaign", campaign), ("commission", commission), ("case", early)):
        place.drop(f"{name}.yaml", text)
    assert place.run_once().status == 0
    place.drop("1-sitting.yaml", sitting)
    place.drop("2-case.yaml", case)
    assert place.run_once().status == 0
    assert "protocol" in documents(place, "QRG-PD-AK-2025-S3")


def test_a_corrected_iin_moves_the_case(place: Place) -> None:
    place.drop("recommended.yaml", sample("recommended"))
    place.run_once()
    (case,) = [d for d in documents_of(sample("recommended")) if "kind: case" in d]
    place.drop("case.yaml", case.replace('"850314390019"', '"850314300400"'))
    assert place.run_once().status == 0
    assert place.jeke("find", "850314390019").out == ""
    assert "QRG-PD-2025-014" in place.jeke("find", "850314300400").out
    left = [o for o in place.objects() if "850314390019" in o.read("inner-list.txt").decode()]
    assert [sorted(o.state) for o in left] == [
        ["events.jsonl", "inner-list.txt", "person.json", "recordings.yaml"]
    ]
    assert place.jeke("verify").status == 0


def test_a_candidate_struck_off_a_sitting_loses_the_papers_of_it(place: Place) -> None:
    parts = documents_of(sample("recommended"))
    unsheeted = [p.replace("sheet: {filled_on", "# sheet: {filled_on") for p in parts]
    for n, part in enumerate(unsheeted):
        place.drop(f"{n}.yaml", part)
    assert place.run_once().status == 0
    assert "annex-4" in documents(place, "Әбілқасов Дархан Маратұлы")
    place.drop("sitting.yaml", parts[3].partition("candidates:")[0])
    assert place.run_once().status == 0
    left = documents(place, "Әбілқасов Дархан Маратұлы")
    assert [n for n in left if n.startswith(("annex-3", "annex-4"))] == []


def _sample_file(place: Place, name: str) -> Path:
    file = place.folder / f"{name}-judged.yaml"
    file.write_text(sample(name), encoding="utf-8")
    return file
