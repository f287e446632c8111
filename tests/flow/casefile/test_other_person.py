"""A record alone writes nobody's decision and papers into another person's file, unless it says why."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.archive.ocfl_support import SCRATCH
from tests.e2e.place import Place, documents_of, sample

FILED, OTHER = "850314390019", "790101300011"
NAME = ("Әбілқасов", "Дархан", "Маратұлы")
STRANGER = ("Сейтқали", "Ержан", "Ерболұлы")


@pytest.fixture
def place() -> Iterator[Place]:
    with tempfile.TemporaryDirectory(dir=SCRATCH) as folder:
        place = Place.make(Path(folder) / "place")
        place.drop("a.yaml", sample("recommended"))
        assert place.run_once().status == 0
        yield place


def revised(
    *, iin: str = FILED, name: tuple[str, str, str] = NAME, case_id: str = "QRG-PD-2025-014", more: str = ""
) -> str:
    (case,) = [d for d in documents_of(sample("recommended")) if "kind: case" in d]
    case = case.replace(FILED, iin).replace("id: QRG-PD-2025-014", f"id: {case_id}")
    for was, now in zip(NAME, name, strict=True):
        case = case.replace(f": {was}\n", f": {now}\n")
    return case + more


def dropped(place: Place, text: str) -> tuple[int, str]:
    """Exit status of the run, and what HR is told."""
    place.drop("b.yaml", text)
    status = place.run_once().status
    folders = (place.folder / "outbox", place.folder / "inbox")
    answers = [p for folder in folders for p in folder.rglob("жауап.txt")]
    told = [path.read_text() for path in sorted(answers, key=lambda p: p.stat().st_mtime_ns)]
    return status, [text for text in told if "b.yaml" in text][-1]  # not what is said of the campaign's lists


def test_another_person_under_the_same_id_is_refused(place: Place) -> None:
    status, told = dropped(place, revised(iin=OTHER, name=STRANGER))
    assert status == 1
    assert "person_changed" in told
    assert "Әбілқасов Дархан" in told
    assert FILED not in told


def test_a_corrected_number_is_filed_and_said(place: Place) -> None:
    status, told = dropped(place, revised(iin=OTHER))
    assert status == 0
    assert "iin_changed" in told


def test_a_corrected_name_is_filed_and_said(place: Place) -> None:
    status, told = dropped(place, revised(name=("Сейтқали", "Дархан", "Маратұлы")))
    assert status == 0
    assert "name_changed" in told


@pytest.mark.parametrize("parts", [(3,), (1, 2, 3)], ids=["at-once", "part-by-part"])
def test_a_case_does_not_pass_over_to_another_person_step_by_step(
    place: Place, parts: tuple[int, ...]
) -> None:
    """A corrected name is filed and said; an IIN that then fits that name alone is somebody else's."""
    for changed in parts:
        name = (*STRANGER[:changed], *NAME[changed:])
        status, told = dropped(place, revised(name=(name[0], name[1], name[2])))
        assert status == 0
        assert "name_changed" in told
    status, told = dropped(place, revised(iin=OTHER, name=STRANGER))
    assert status == 1
    assert "person_changed" in told


@pytest.mark.parametrize("numbers", [(OTHER,), (OTHER, "880712450005")], ids=["once", "twice"])
@pytest.mark.parametrize("parts", [(3,), (2, 3)], ids=["at-once", "part-by-part"])
def test_nor_by_a_number_first_and_a_name_later(
    place: Place, numbers: tuple[str, ...], parts: tuple[int, ...]
) -> None:
    """The revisions of the person the case was filed of first lie in the file it has left."""
    for iin in numbers:
        status, told = dropped(place, revised(iin=iin))
        assert (status, "iin_changed" in told) == (0, True)
    for changed in parts:
        name = (*STRANGER[:changed], *NAME[changed:])
        status, told = dropped(place, revised(iin=numbers[-1], name=(name[0], name[1], name[2])))
        assert "person_changed" in told or (changed, status) == (parts[0], 0)
    assert status == 1
    assert place.jeke("reindex").status == 0
    status, told = dropped(place, revised(iin=numbers[-1], name=STRANGER))
    assert status == 1
    assert "person_changed" in told
    assert FILED not in told
    why = f'\ncorrects_person: {{from_iin: "{numbers[-1]}", reason: жаңылыс тіркелген}}\n'
    status, told = dropped(place, revised(iin=numbers[-1], name=STRANGER, more=why))
    assert (status, "person_corrected" in told) == (0, True)


def test_a_marriage_after_a_corrected_number_is_filed(place: Place) -> None:
    assert dropped(place, revised(iin=OTHER))[0] == 0
    status, told = dropped(place, revised(iin=OTHER, name=("Сейтқали", "Дархан", "Маратұлы")))
    assert (status, "name_changed" in told) == (0, True)


def test_the_id_of_a_withdrawn_case_is_not_another_persons(place: Place) -> None:
    """Its recordings and holds would go with it."""
    new = "QRG-PD-2025-099"
    short = revised(case_id=new)
    short = short[: short.index("\nhistory:")]
    assert dropped(place, short)[0] == 0
    withdrawn = place.jeke("withdraw", new, "--reason", "жаңылыс тіркелген")
    assert withdrawn.status == 0, withdrawn.err
    other = revised(case_id=new, iin=OTHER, name=STRANGER)
    status, told = dropped(place, other[: other.index("\nhistory:")])
    assert (status, "person_changed" in told) == (1, True)
    assert dropped(place, short)[0] == 0


def test_a_record_that_says_why_is_filed_and_said(place: Place) -> None:
    why = f'\ncorrects_person: {{from_iin: "{FILED}", reason: басқа адамның ЖСН-і мен аты-жөні енгізілген}}\n'
    status, told = dropped(place, revised(iin=OTHER, name=STRANGER, more=why))
    assert status == 0
    assert "person_corrected" in told


def test_a_new_case_under_somebody_elses_number_is_refused(place: Place) -> None:
    status, told = dropped(place, revised(name=STRANGER, case_id="QRG-PD-2025-099"))
    assert status == 1
    assert "iin_of_another" in told


def test_a_person_twice_in_a_campaign_is_said(place: Place) -> None:
    (case,) = [d for d in documents_of(sample("recommended")) if "kind: case" in d]
    short = case[: case.index("\nhistory:")].replace("QRG-PD-2025-014", "QRG-PD-2025-099")
    status, told = dropped(place, short)
    assert status == 0
    assert "person_twice" in told


@pytest.mark.parametrize(("campaign", "items"), [("QRG-PD-2025-3", 4), ("QRG-PD-2026-1", 2)])
def test_a_characteristic_copied_from_one_that_is_filed_is_said_with_its_item(
    place: Place, campaign: str, items: int
) -> None:
    """Of another campaign, the texts that are as long as an assessment."""
    copied = revised(iin=OTHER, name=STRANGER, case_id="QRG-PD-2025-099")
    copied = copied[: copied.index("\nsheet:")].replace("campaign: QRG-PD-2025-3", f"campaign: {campaign}")
    status, told = dropped(place, copied)
    assert status == 0
    assert told.count("characteristic_copied") == items
    assert "1-тармағының мәтіні" in told
    assert "Екінші іс: QRG-PD-2025-014" in told


SECOND_SITTING = """kind: sitting
id: QRG-PD-AK-2025-S9
commission: QRG-PD-AK-2025
number: "9"
held_on: 2025-11-05
secretary: s1
candidates:
  - case: QRG-PD-2025-014
"""


def test_what_a_sitting_brings_about_on_a_case_names_the_case(place: Place) -> None:
    status, told = dropped(place, SECOND_SITTING)
    assert status == 1
    assert told.count("Бұл мына жазба туралы: іс QRG-PD-2025-014") == told.count("[кедергі]")


def test_a_case_listed_twice_is_filed_and_said(place: Place) -> None:
    second = SECOND_SITTING.replace("QRG-PD-2025-014", "QRG-PD-2025-777")
    status, told = dropped(place, second + "  - case: QRG-PD-2025-777\n")
    assert status == 0
    assert "candidate_twice" in told
