"""The ballot signed at the sitting is the ballot (¶32): blank, marked by pen, scanned before or after the votes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.place import Place
from tests.flow.ballots.sittings import MEMBERS, NO, SITTING, YES, a_case, a_sitting, ahead, marked
from tests.flow.scanned import answer, dropped, filed, refused
from tests.scans.simulated import as_pdf

VOTES = {0: dict.fromkeys(MEMBERS, YES), 1: {**dict.fromkeys(MEMBERS, YES), "m1": NO}}
ABSENT = {"attendance": "absent_invalid", "reason": "себебін түсіндірмеген", "decision": NO}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return ahead(tmp_path / "p")


def voted(place: Place, votes: dict[int, dict[str, str]] | None = None, **changed: Any) -> str:
    """The votes typed; the third candidate did not come."""
    place.drop("votes.yaml", a_sitting(3, votes or VOTES, c2=ABSENT, **changed))
    ran = place.run_once()
    assert ran.status == 0, [answer(f) for f in refused(place)]
    return (place.folder / "outbox" / SITTING / "жауап.txt").read_text(encoding="utf-8")


def scanned(place: Place, marks: Sequence[str], member: int = 1, **how: Any) -> int:
    return dropped(place, f"парақ-{member}.pdf", as_pdf(marked(place, member, marks, **how))).status


def entry(place: Place, name: str) -> dict[str, Any]:
    (sitting,) = (o for o in place.objects() if "protocol.pdf" in o.state or "agenda.pdf" in o.state)
    documents = json.loads(sitting.read("documents.json"))["documents"]
    return next(d for d in documents if d["name"] == name)


def why(place: Place) -> str:
    return answer(refused(place)[-1])


def test_votes_first_then_the_scan_of_the_blank_that_was_signed(place: Place) -> None:
    blank = entry(place, "annex-3-01")
    voted(place)
    assert entry(place, "annex-3-01")["fingerprint"] != blank["fingerprint"]
    assert scanned(place, ["yes", "no", ""], unsigned=(2,)) == 0, why(place)
    now = entry(place, "annex-3-01")
    assert (now["state"], now["fingerprint"], now["sha512"]) == (
        "signed",
        blank["fingerprint"],
        blank["sha512"],
    )
    report = json.loads(filed(place)["annex-3-01-scan.json"])
    assert [row["mark"] for row in report["votes"]] == [YES, NO, "none"]
    assert place.jeke("verify").status == 0
    before = entry(place, "annex-3-01")
    place.drop("again.yaml", a_sitting(3, VOTES, c2={**ABSENT, "reason": "себебі белгісіз"}))
    assert place.run_once().status == 0
    assert entry(place, "annex-3-01") == before


def test_the_scan_first_then_votes_and_no_filled_ballot(place: Place) -> None:
    blank = entry(place, "annex-3-01")
    assert scanned(place, ["yes", "no", "yes"]) == 0, why(place)
    place.drop("votes.yaml", a_sitting(3, VOTES | {2: dict.fromkeys(MEMBERS, YES)}))
    assert place.run_once().status == 0
    told = (place.folder / "outbox" / SITTING / "жауап.txt").read_text(encoding="utf-8")
    now = entry(place, "annex-3-01")
    assert (now["state"], now["sha512"]) == ("signed", blank["sha512"])
    own, _, extracts = told.partition("іс QRG-PD-2025-014:")  # below it the papers of the cases
    assert "annex-3-01.pdf" not in own
    assert "annex-3-02.pdf" in own
    assert "annex-3-01.pdf" in extracts


@pytest.mark.parametrize(
    ("marks", "unsigned", "said"),
    [
        (["no", "no", ""], (2,), "Жолы: 1, іс: QRG-PD-2025-014. Парақта: «ұсынылмайды» бағанында белгі бар"),
        (["both", "no", ""], (2,), "Парақта: екі бағанда да белгі бар"),
        (["", "no", ""], (2,), "Парақта: белгі жоқ. Жазбада: ұсынылады"),
        (["yes", "no", "yes"], (), "Жолы: 3, іс: QRG-PD-2025-016"),
    ],
)
def test_what_differs_is_asked_with_the_picture(
    place: Place, marks: list[str], unsigned: tuple[int, ...], said: str
) -> None:
    voted(place)
    assert scanned(place, marks, unsigned=unsigned) == 1
    assert said in why(place)
    assert list(refused(place)[0].glob("1-бет-*.png"))
    assert not filed(place)
    assert place.jeke("review", f"{SITTING}/annex-3-01", "--accept", "--by", "А. Б.").status == 0
    assert place.run_once().status == 0
    assert entry(place, "annex-3-01")["state"] == "signed"
    report = json.loads(filed(place)["annex-3-01-scan.json"])
    assert any(key.startswith("vote:") for key in report["decision"]["doubts"])


def test_a_mark_without_its_signature_is_not_filed(place: Place) -> None:
    voted(place)
    assert scanned(place, ["yes", "no", ""], unsigned=(1, 2)) == 1
    assert "Қол қойылмаған" in why(place)
    assert not filed(place)
    assert scanned(place, ["", "", ""], member=2, unsigned=(0, 1, 2)) == 1


def test_before_the_votes_an_empty_row_is_asked_and_a_plain_one_kept(place: Place) -> None:
    assert scanned(place, ["yes", "no", ""], unsigned=(2,)) == 1
    assert "Жолы: 3" in why(place)
    assert "дауыс әлі енгізілмеген" in why(place)


def test_a_candidate_withdrawn_since_leaves_the_signed_ballot_standing(place: Place) -> None:
    assert scanned(place, ["yes", "no", "yes"]) == 0, why(place)
    before = entry(place, "annex-3-01")
    place.drop("case.yaml", a_case(2, withdrawn_on="2025-10-16"))
    assert place.run_once().status == 0, why(place)
    place.drop("votes.yaml", a_sitting(3, VOTES))
    assert place.run_once().status == 0, why(place)
    assert entry(place, "annex-3-01") == before
    assert scanned(place, ["yes", "yes", ""], member=2, unsigned=(2,)) == 0, why(place)


def test_a_member_reported_absent_keeps_a_ballot_that_was_signed(place: Place) -> None:
    assert scanned(place, ["yes", "yes", "yes"], member=6) == 0, why(place)
    five = {n: {m: v for m, v in votes.items() if m != "m6"} for n, votes in VOTES.items()}
    place.drop("votes.yaml", a_sitting(3, five, absent=("m6", "m7"), c2=ABSENT))
    assert place.run_once().status == 0, why(place)
    assert entry(place, "annex-3-06")["state"] == "signed"


def test_a_ballot_of_several_pages(tmp_path: Path) -> None:
    place = ahead(tmp_path / "p", 12)
    votes = {n: dict.fromkeys(MEMBERS, NO if n % 3 else YES) for n in range(12)}
    place.drop("votes.yaml", a_sitting(12, votes))
    assert place.run_once().status == 0, why(place)
    marks = ["no" if n % 3 else "yes" for n in range(12)]
    pages = marked(place, 1, marks, pen="tick")
    assert len(pages) > 1
    assert dropped(place, "a.pdf", as_pdf(pages[::-1])).status == 0, why(place)
    assert [r["mark"] for r in json.loads(filed(place)["annex-3-01-scan.json"])["votes"]] == [
        NO if n % 3 else YES for n in range(12)
    ]


def test_votes_typed_otherwise_than_the_filed_ballot_says_are_told(place: Place) -> None:
    assert scanned(place, ["yes", "no", "yes"]) == 0, why(place)
    place.drop("votes.yaml", a_sitting(3, VOTES | {1: dict.fromkeys(MEMBERS, YES), 2: VOTES[0]}))
    assert place.run_once().status == 0
    told = (place.folder / "outbox" / SITTING / "жауап.txt").read_text(encoding="utf-8")
    line = "Жолы: 2, іс: QRG-PD-2025-015. Парақта: «ұсынылмайды» бағанында белгі бар. Жазбада: ұсынылады"
    assert told.count("Қол қойылған дауыс беру парағы жазбамен сәйкес келмейді") == 1
    assert line in told
    assert line in place.jeke("status", "QRG-PD-2025-015").out
    assert line not in place.jeke("status", "QRG-PD-2025-014").out
