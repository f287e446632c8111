"""Votes taken from the signed ballots: a draft the secretary looks through, never filed by itself (¶32)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.e2e.place import Place
from tests.flow.ballots.sittings import MEMBERS, NO, SITTING, YES, a_sitting, ahead, case_id, marked
from tests.flow.scanned import answer, dropped, refused
from tests.scans.simulated import as_pdf


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return ahead(tmp_path / "p")


def scanned(place: Place, member: int, marks: Sequence[str], **how: Any) -> None:
    """Filed, a person's acceptance where it is asked."""
    if dropped(place, f"парақ-{member}.pdf", as_pdf(marked(place, member, marks, **how))).status:
        taken = place.jeke("review", f"{SITTING}/annex-3-{member:02}", "--accept", "--by", "А. Б.")
        assert taken.status == 0, answer(refused(place)[-1])
        assert place.run_once().status == 0


def draft(place: Place) -> dict[str, dict[str, str | None]]:
    """Votes by case, as the YAML says them."""
    ran = place.jeke("sitting", "draft", SITTING)
    assert ran.status == 0, ran.err
    return {row["case"]: row["votes"] for row in yaml.safe_load(ran.out)["candidates"]}


def line(place: Place, member: str) -> str:
    """What the draft says of the member's first vote."""
    out = place.jeke("sitting", "draft", SITTING).out
    return next(text for text in out.splitlines() if text.strip().startswith(f"{member}:"))


def test_plain_marks_are_taken_and_the_rest_is_left_empty_with_the_reason(place: Place) -> None:
    scanned(place, 1, ["yes", "no", "yes"])
    scanned(place, 2, ["both", "yes", "yes"])
    votes = draft(place)
    assert [votes[case_id(n)]["m1"] for n in range(3)] == [YES, NO, YES]
    assert [votes[case_id(n)]["m2"] for n in range(3)] == [None, YES, YES]
    assert {votes[case_id(0)][m] for m in ("m3", "m4", "m5", "m6")} == {None}
    assert "annex-3-01, жолы: 1" in line(place, "m1")
    assert "бұл жол бойынша адам шешім қабылдаған" in line(place, "m2")
    assert "қол қойылған парағы тіркелмеген" in line(place, "m3")


def test_the_same_as_json(place: Place) -> None:
    scanned(place, 1, ["yes", "no", "yes"])
    told = json.loads(place.jeke("sitting", "draft", SITTING, "--json").out)
    assert (told["format"], told["sitting"]) == ("jeke/sitting-draft/1", SITTING)
    first, second = told["votes"][:2]
    assert first == {
        "case": case_id(0),
        "member": "m1",
        "document": "annex-3-01",
        "row": 1,
        "vote": YES,
        "why": None,
    }
    assert (second["member"], second["vote"], second["why"]) == ("m2", None, "no_sheet")


def test_a_draft_files_nothing_and_cannot_be_filed_as_it_is(place: Place) -> None:
    scanned(place, 1, ["yes", "no", "yes"])
    before = place.content()
    text = place.jeke("sitting", "draft", SITTING).out
    assert place.content() == before
    place.drop("жоба.yaml", text)
    assert place.run_once().status == 2
    assert place.content() == before


def test_a_vote_left_empty_stops_the_record_it_was_put_into(place: Place) -> None:
    for member in range(1, 6):
        scanned(place, member, ["yes", "no", "yes"])
    votes = dict(enumerate(draft(place).values()))
    typed = {n: {m: v for m, v in of.items() if v is not None} for n, of in votes.items()}
    assert [set(of) for of in typed.values()] == [set(MEMBERS[:5])] * 3
    place.drop("votes.yaml", a_sitting(3, typed))
    assert place.run_once().status == 1
    assert "Қатысқан мүшелердің дауысы жоқ" in answer(refused(place)[-1])
    for of in typed.values():
        of["m6"] = YES
    place.drop("votes.yaml", a_sitting(3, typed))
    assert place.run_once().status == 0, answer(refused(place)[-1])
    told = (place.folder / "outbox" / SITTING / "жауап.txt").read_text(encoding="utf-8")
    assert "жазбамен сәйкес келмейді" not in told


def test_who_looked_at_the_draft_stands_in_the_chain(place: Place) -> None:
    assert place.jeke("sitting", "draft", SITTING).status == 0
    entries = json.loads(place.jeke("audit", "--json").out)["entries"]
    assert any(e["event"] == "view" and e["detail"].get("of") == "draft" and e["objects"] for e in entries)


def test_no_such_sitting(place: Place) -> None:
    assert place.jeke("sitting", "draft", "ЖОҚ").status == 3
