"""Cases from the field about people and references, each with others of its kind.

`field/` holds the records as they were dropped: a case copied for another employee, a case with nobody in it,
a candidate listed twice, ids that lead nowhere, a second sitting of decided cases, an open appeal.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.archive.ocfl_support import SCRATCH
from tests.e2e.place import Place, documents_of, sample

FIELD = Path(__file__).parents[1] / "field"
COMMISSION = next(text for text in documents_of(sample("recommended")) if "kind: commission" in text).replace(
    "id: QRG-PD-AK-2025", "id: ULY-PD-AK-2026"
)
FIRST, APPEALED = "ULY-PD-2026-001", "ULY-PD-2026-003"


def field(name: str) -> str:
    return (FIELD / f"{name}.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    """A campaign with two cases: one with its sheet filled, one with an appeal; nothing here changes it."""
    with tempfile.TemporaryDirectory(dir=SCRATCH) as folder:
        place = Place.make(Path(folder) / "place")
        place.drop("a.yaml", field("campaign"))
        place.drop("b.yaml", COMMISSION)
        place.drop("c.yaml", field("case-001"))
        place.drop("d.yaml", field("appeal-status"))
        ran = place.run_once()
        assert ran.status == 0, ran.err
        yield place


def findings(place: Place, text: str) -> list[Mapping[str, Any]]:
    """What `jeke check` finds in the record beside what is filed."""
    file = place.folder / "state" / "x.yaml"
    file.write_text(text, encoding="utf-8")
    ran = place.jeke("check", str(file), "--on", "2026-11-29", "--json")
    found: list[Mapping[str, Any]] = json.loads(ran.out)["findings"]
    return found


def codes(place: Place, text: str) -> dict[str, str]:
    return {found["code"]: found["severity"] for found in findings(place, text)}


def said(place: Place, text: str, code: str) -> str:
    (found,) = (f for f in findings(place, text) if f["code"] == code)
    return str(found["message"])


# --- other-person-same-id ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("surname", "given_name"),
    [("Сейтқали", "Ержан"), ("Сейтқали", "Еркебұлан"), ("Ким", "Виктор")],
)
def test_other_person_same_id(place: Place, surname: str, given_name: str) -> None:
    """A file copied for a new employee, its id forgotten: decision and papers stay with the first."""
    text = field("other-person-same-id").replace("Сейтқали", surname).replace("Ержан ", f"{given_name} ")
    assert codes(place, text)["person_changed"] == "block"
    told = said(place, text, "person_changed")
    assert "Қуанышбеков Алмас Ерболұлы" in told
    assert f"{surname} {given_name}" in told
    assert [hit["person"]["surname"] for hit in hits(place, "Қуанышбеков")] == ["Қуанышбеков"]
    assert hits(place, surname) == []


def hits(place: Place, *words: str) -> list[Mapping[str, Any]]:
    ran = place.jeke("find", *words, "--json")
    found: list[Mapping[str, Any]] = json.loads(ran.out)["hits"] if ran.out else []
    return found


# --- the same person twice --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({FIRST: "ULY-PD-2026-044"}, "person_twice"),
        ({FIRST: "ULY-PD-2026-044", "ULY-PD-2026-1 ": "ULY-PD-2026-2 "}, "person_in_two_campaigns"),
        ({FIRST: "ULY-PD-2026-044", "870512304125": "870512310000"}, "person_twice_mistyped"),
        (
            {FIRST: "ULY-PD-2026-044", "870512304125": "870512310000", "ULY-PD-2026-1 ": "ULY-PD-2026-2 "},
            "person_twice_mistyped",
        ),
    ],
)
def test_the_same_person_twice(place: Place, changed: Mapping[str, str], code: str) -> None:
    """Under two ids in one campaign, or in two campaigns at a time, before either is decided; or with two IINs."""
    text = field("case-001").partition("\nsheet:")[0] + "\n"
    for before, after in changed.items():
        text = text.replace(before, after)
    assert FIRST in said(place, text, code)


# --- candidate-twice --------------------------------------------------------------------------------------


def sitting(*cases: str) -> str:
    head = field("candidate-twice").partition("candidates:")[0]
    return head + "candidates:\n" + "".join(f"  - case: {case}\n" for case in cases)


@pytest.mark.parametrize(
    ("cases", "times"),
    [((APPEALED, APPEALED), 1), ((APPEALED, "ULY-PD-2026-077", APPEALED), 1), ((APPEALED,) * 3, 2)],
)
def test_candidate_twice(place: Place, cases: tuple[str, ...], times: int) -> None:
    found = [f for f in findings(place, sitting(*cases)) if f["code"] == "candidate_twice"]
    assert len(found) == times
    assert all(APPEALED in f["message"] and f["path"].startswith("candidates.") for f in found)


def test_a_candidate_once_is_not_twice(place: Place) -> None:
    assert "candidate_twice" not in codes(place, sitting(APPEALED, "ULY-PD-2026-077"))


# --- empty-identity ---------------------------------------------------------------------------------------

KNOWN = "  given_name: Марат\n  rank: полиция майоры\n  position: {title: инспектор, unit: Кадр басқармасы}\n"


@pytest.mark.parametrize(
    ("known", "lacking"),
    [
        ("", ["атағы", "лауазымы"]),
        (KNOWN.replace("  rank: полиция майоры\n", ""), ["атағы"]),
        (KNOWN.partition("  position")[0], ["лауазымы"]),
    ],
)
def test_empty_identity(place: Place, known: str, lacking: list[str]) -> None:
    """Admitted, and the lists would have blanks where the order wants a fact: it says which."""
    text = field("empty-identity").replace("  surname: Ахметов\n", f"  surname: Ахметов\n{known}")
    assert codes(place, text)["admitted_without_identity"] == "block"
    told = said(place, text, "admitted_without_identity").partition("Жетіспейді:")[2]
    assert [f"қызметкердің {word}" in told for word in lacking] == [True] * len(lacking)


@pytest.mark.parametrize(
    ("known", "addressee", "lacking"),
    [
        ("", "", "қызметкердің аты, қызметкердің атағы, қызметкердің лауазымы, баянат кімге жазылғаны"),
        (KNOWN, "", "баянат кімге жазылғаны"),
        (
            KNOWN.partition("  rank")[2].partition("\n")[2],
            "А. Төлегенов",
            "қызметкердің аты, қызметкердің атағы",
        ),
    ],
)
def test_no_report_with_blanks_is_printed(tmp_path: Path, known: str, addressee: str, lacking: str) -> None:
    text = field("empty-identity").replace("  surname: Ахметов\n", f"  surname: Ахметов\n{known}")
    text = text.partition("own_security:")[0]
    if addressee:
        text = text.replace(
            "24.09.2026}", f"24.09.2026, addressee: {{position: бастық, name: {addressee}}}}}"
        )
    place = Place.make(tmp_path / "place")
    place.drop("a.yaml", text)
    assert place.run_once().status == 0
    folder = place.folder / "outbox" / "ULY-PD-2026-005"
    assert [path.name for path in folder.iterdir()] == ["жауап.txt"]
    assert f"Жетіспейді: {lacking}" in (folder / "жауап.txt").read_text(encoding="utf-8")


# --- dangling-ref -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "path", "nearest"),
    [
        ("dangling-ref-wrongcase", "candidates.1.case", APPEALED),
        ("dangling-ref-lowercase", "candidates.1.case", APPEALED),
        ("dangling-ref-cyrid", "candidates.1.case", APPEALED),
        ("dangling-ref-wrongcomm", "commission", "ULY-PD-AK-2026"),
    ],
)
def test_dangling_ref(place: Place, name: str, path: str, nearest: str) -> None:
    """An id that leads nowhere is named with the nearest that is known."""
    near = {f["path"]: f for f in findings(place, field(name)) if f["code"] == "reference_unknown_near"}
    assert near[path]["severity"] == "warn"
    assert nearest in near[path]["message"]


@pytest.mark.parametrize(
    ("field_of", "typed", "nearest"), [("secretary", "S1", "s1"), ("present", "[m1, м2]", "m2")]
)
def test_a_member_that_the_commission_does_not_have(
    place: Place, field_of: str, typed: str, nearest: str
) -> None:
    text = sitting("ULY-PD-2026-077").replace("secretary: s1\n", f"{field_of}: {typed}\n")
    assert nearest in said(place, text, "member_unknown_near")


def test_a_case_of_a_campaign_that_is_not_known(place: Place) -> None:
    text = field("case-001").replace("campaign: ULY-PD-2026-1 ", "campaign: ULY-РD-2026-1 ")
    assert "ULY-PD-2026-1" in said(place, text, "reference_unknown_near")


# --- answer-names-no-case ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["answer-names-no-case", "dangling-ref-wrongcomm"])
def test_answer_names_no_case(place: Place, name: str) -> None:
    """What a sitting brings about on records filed before names the record, in the answer as in `check`."""
    text = field(name)
    others = [f["record"] for f in findings(place, text) if f["severity"] == "block"]
    assert f"case:{FIRST}" in others
    place.drop("s.yaml", text)
    assert place.run_once().status == 1
    answers = sorted(place.folder.glob("inbox/refused/*/жауап.txt"), key=lambda path: path.stat().st_mtime_ns)
    told = answers[-1].read_text(encoding="utf-8")
    for record in others:
        assert f"Бұл мына жазба туралы: іс {record.removeprefix('case:')}" in told


# --- appeal-status ----------------------------------------------------------------------------------------


def test_appeal_status(place: Place) -> None:
    """An open appeal stands in the status, in its JSON and among what is due."""
    status = place.jeke("status", APPEALED, "--on", "2026-11-29")
    assert "Шағым қаралып жатыр. Берілген күні: 23.11.2026" in status.out
    due = json.loads(place.jeke("deadlines", "--on", "2026-11-29", "--json").out)
    assert {"case": APPEALED, "filed_on": "2026-11-23"} in due["open_appeals"]


@pytest.mark.parametrize("court", [False, True])
def test_an_appeal_that_was_decided_is_open_no_more(tmp_path: Path, *, court: bool) -> None:
    place = Place.make(tmp_path / "place")
    appealed = field("appeal-status").partition("\nappeal:")[0]
    text = f"{appealed}\nappeal: {{filed_on: 23.11.2026, to: ІІМ, court: {str(court).lower()}}}\n"
    place.drop("a.yaml", text)
    assert place.run_once().status == 0
    assert "Шағым қаралып жатыр" in place.jeke("status", APPEALED, "--on", "2026-11-29").out
    place.drop("b.yaml", text.replace("to: ІІМ", "to: ІІМ, decided_on: 27.11.2026, outcome: left_standing"))
    assert place.run_once().status == 0
    assert "Шағым қаралып жатыр" not in place.jeke("status", APPEALED, "--on", "2026-11-29").out
