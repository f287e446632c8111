"""Who signs what, by the records; who has, by number or name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.records import (
    Case,
    Characteristic,
    Commission,
    Employee,
    Member,
    RefusalAct,
    Role,
    Sheet,
    Signatory,
    Sitting,
)
from pipeline.signatures.expected import Signer, signers_of_case, signers_of_sitting, tally
from pipeline.signatures.holder import Holder
from pipeline.signatures.signature import Checked
from pipeline.signatures.verdict import PASSED
from tests.signatures.people import invented_iin

MEMBERS = (
    Member("m1", Role.CHAIR, "Қасымов", "Арман", "Бекетұлы", invented_iin(1)),
    Member("m2", Role.MEMBER, "Ли", "Виктор", "Николаевич", invented_iin(2)),
    Member("m3", Role.MEMBER, "Гончаров", "Павел", "Игоревич"),
    Member("s1", Role.SECRETARY, "Мұқанова", "Айнұр", "Ерланқызы", invented_iin(4)),
)
COMMISSION = Commission("k", members=MEMBERS)
SITTING = Sitting("s", "k", present=("m1", "m3"), secretary="s1")
CASE = Case(
    "c",
    "q",
    Employee(invented_iin(9), "Әбілқасов", "Дархан", "Маратұлы"),
    characteristic=Characteristic(unit_head=Signatory(name="Омаров Талғат Бекұлы")),
)


def keys(signers: tuple[Signer, ...] | None) -> list[str] | None:
    return None if signers is None else [s.key for s in signers]


def test_the_protocol_by_every_member_present_and_the_secretary() -> None:
    assert keys(signers_of_sitting("protocol", "protocol", SITTING, COMMISSION)) == ["m1", "m3", "s1"]
    assert signers_of_sitting("protocol", "protocol", SITTING, None) is None


@pytest.mark.parametrize(
    ("name", "signers"),
    [
        ("annex-3-01", ["m1"]),
        ("annex-3-03", ["m3"]),
        ("annex-3-04", None),
        ("annex-3-00", None),
        ("annex-3-x", None),
    ],
)
def test_a_ballot_by_its_member(name: str, signers: list[str] | None) -> None:
    assert keys(signers_of_sitting("annex-3", name, SITTING, COMMISSION)) == signers


def test_papers_of_a_case() -> None:
    def of(document: str, case: Case = CASE) -> list[str] | None:
        return keys(signers_of_case(document, case, SITTING, COMMISSION))

    assert of("annex-1") == ["employee"]
    assert of("annex-2") == ["unit_head", "employee"]
    assert of("annex-3") == [], "the copy in a personal file is signed by nobody"
    assert of("annex-4") == ["s1", "employee"]
    assert of("notice-of-non-admission") is None
    refused = Case(
        "c",
        "q",
        CASE.employee,
        characteristic=Characteristic(unit_head=Signatory(name="Омаров Т.Б."), refusal_act=RefusalAct("1")),
        sheet=Sheet(refusal_act=RefusalAct("2")),
    )
    assert of("annex-2", refused) == ["unit_head"]
    assert of("annex-4", refused) == ["s1"]


def holder(surname: str, given: str, second: str = "", iin: str | None = None) -> Holder:
    return Holder(f"{surname} {given}".upper(), second.upper(), iin, None)


def signed(*holders: Holder) -> list[Checked]:
    return [Checked(f"f{n}", PASSED, h) for n, h in enumerate(holders)]


EXPECTED = (
    signers_of_sitting(
        "protocol", "protocol", Sitting("s", "k", present=("m1", "m2", "m3"), secretary="s1"), COMMISSION
    )
    or ()
)


def test_by_number_whatever_the_name() -> None:
    found = tally(EXPECTED, signed(holder("Басқа", "Аты", iin=invented_iin(2))))
    assert keys(found.signed) == ["m2"]


def test_a_namesake_with_another_number_is_foreign() -> None:
    found = tally(EXPECTED, signed(holder("Ли", "Виктор", "Николаевич", invented_iin(77))))
    assert found.foreign == (0,)
    assert found.signed == ()


def test_a_name_alone_is_unsure() -> None:
    found = tally(EXPECTED, signed(holder("Гончаров", "Павел", "Игоревич", invented_iin(3))))
    assert keys(found.unsure) == ["m3"]
    assert keys(found.missing) == ["m1", "m2", "s1"]


def test_a_name_that_fits_two_fits_nobody() -> None:
    twins = tuple(Signer(key, "Ли Виктор", None, MEMBERS[1]) for key in ("a", "b"))
    assert tally(twins, signed(holder("Ли", "Виктор"))).foreign == (0,)


@pytest.mark.parametrize(
    ("record", "sure"),
    [("Омаров Талғат Бекұлы", True), ("Талғат Омаров", True), ("Омаров Т.Б.", False), ("Т. Омаров", False)],
)
def test_the_unit_head_whose_number_no_record_holds(record: str, sure: bool) -> None:  # noqa: FBT001
    case = Case("c", "q", CASE.employee, characteristic=Characteristic(unit_head=Signatory(name=record)))
    expected = signers_of_case("annex-2", case, None, None) or ()
    found = tally(expected, signed(holder("Омаров", "Талғат", "Бекұлы", invented_iin(50))))
    assert keys(found.signed if sure else found.unsure) == ["unit_head"]
    other = tally(expected, signed(holder("Омаров", "Серік", "Бекұлы", invented_iin(50))))
    assert other.foreign == (0,)


@given(st.lists(st.integers(0, 12), max_size=12))
def test_everybody_is_accounted_for(numbers: list[int]) -> None:
    """Each expected signer is signed, unsure or missing, once; each signature somebody's or foreign."""
    everyone = signed(*(holder("А", "Б", iin=invented_iin(n)) for n in numbers))
    found = tally(EXPECTED, everyone)
    assert sorted(keys((*found.signed, *found.unsure, *found.missing)) or []) == sorted(keys(EXPECTED) or [])
    assert set(found.whose) | set(found.foreign) == set(range(len(numbers)))
    assert len(found.whose) == len(found.signed) + len(found.unsure) + len(found.again)
