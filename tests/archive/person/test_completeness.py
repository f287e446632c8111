"""Papers that lack: missing, or not signed yet."""

from dataclasses import replace
from datetime import date

from pipeline.archive.person.completeness import Lack, LackKind, lacking
from pipeline.archive.person.filed_documents import Document, How, Signed
from pipeline.law.personal_file import Required

TITLES = {"annex-1": "Баянат", "annex-3": "Дауыс беру парағы"}
MADE = Document("annex-1", "annex-1", "Баянат", "annex-1.pdf", "f", "0")
SIGNED = replace(MADE, signed=Signed("signed/annex-1.pdf", "1", How.SCAN, date(2025, 10, 21)))
BALLOT = Document("annex-3-01", "annex-3", "Дауыс беру парағы", "annex-3-01.pdf", "f", "0")


def test_a_paper_that_is_not_there() -> None:
    assert lacking([Required("36", "annex-1")], [], TITLES) == (
        Lack("annex-1", "Баянат", LackKind.MISSING, 1, "36"),
    )


def test_as_made_is_not_as_signed() -> None:
    assert lacking([Required("36", "annex-1")], [MADE], TITLES) == (
        Lack("annex-1", "Баянат", LackKind.UNSIGNED, 1, "36"),
    )
    assert lacking([Required("36", "annex-1")], [SIGNED], TITLES) == ()
    assert lacking([Required("36", "annex-1", signed=False)], [MADE], TITLES) == ()


def test_ballots_are_counted() -> None:
    six = Required("30", "annex-3", signed=False, count=6)
    five = [replace(BALLOT, name=f"annex-3-{n:02}") for n in range(5)]
    assert lacking([six], five, TITLES) == (Lack("annex-3", "Дауыс беру парағы", LackKind.MISSING, 1, "30"),)
    assert lacking([six], [*five, BALLOT], TITLES) == ()
