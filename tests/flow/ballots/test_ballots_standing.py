"""How a sitting's ballots stand, member by member, and how a mark that was read wrongly is settled (¶32)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.place import Place
from tests.flow.ballots.sittings import MEMBERS, NO, SITTING, YES, a_sitting, ahead, case_id, marked
from tests.flow.scanned import answer, dropped, filed, refused
from tests.scans.simulated import as_pdf

BALLOT = f"{SITTING}/annex-3-01"
VOTES = {n: dict.fromkeys(MEMBERS, YES) for n in range(2)}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return ahead(tmp_path / "p", 2)


def voted(place: Place, votes: dict[int, dict[str, str]] | None = None) -> None:
    place.drop("votes.yaml", a_sitting(2, votes or VOTES))
    assert place.run_once().status == 0, answer(refused(place)[-1])


def scanned(place: Place, marks: Sequence[str], member: int = 1, **how: Any) -> int:
    return dropped(place, f"парақ-{member}.pdf", as_pdf(marked(place, member, marks, **how))).status


def standing(place: Place) -> dict[str, dict[str, Any]]:
    """Its ballots by member."""
    told = json.loads(place.jeke("status", SITTING, "--json").out)
    assert (told["format"], told["cases"]) == ("jeke/status/1", [])
    (sitting,) = told["sittings"]
    return {ballot["member"]: ballot for ballot in sitting["ballots"]}


def report(place: Place) -> dict[str, Any]:
    return dict(json.loads(filed(place)["annex-3-01-scan.json"]))


def test_awaited_filed_and_in_doubt_member_by_member(place: Place) -> None:
    assert {b["state"] for b in standing(place).values()} == {"awaited"}
    assert scanned(place, ["yes", "yes"]) == 0
    assert scanned(place, ["both", "yes"], member=2) == 1
    now = standing(place)
    assert {m: b["state"] for m, b in now.items() if b["state"] != "awaited"} == {
        "m1": "filed",
        "m2": "doubt",
    }
    assert Path(now["m2"]["scan"]) == refused(place)[-1]
    words = place.jeke("status", SITTING).out
    assert "Тіркелгені: 1. Күтілетіні: 5. Күмәндісі: 1" in words
    assert "Қасымов Арман Бекетұлы (annex-3-01): қол қойылған парағы мұрағатта" in words
    assert str(refused(place)[-1]) in words


def test_a_row_that_is_not_as_recorded_is_shown_with_what_to_do(place: Place) -> None:
    assert scanned(place, ["yes", "no"]) == 0
    voted(place)
    ballot = standing(place)["m1"]
    assert ballot["state"] == "doubt"
    assert ballot["rows"] == [{"row": 2, "case": case_id(1), "mark": NO, "recorded": YES}]
    words = place.jeke("status", SITTING).out
    assert f"jeke review {BALLOT} --accept" in words
    assert "Отырыс хаттамасы" in words


def test_a_mark_read_wrongly_is_settled_and_the_votes_stay(place: Place) -> None:
    assert scanned(place, ["yes", "no"]) == 0
    voted(place)
    sheet, votes = filed(place)["annex-3-01.pdf"], report(place)["votes"]
    told = place.jeke("review", BALLOT, "--accept", "--by", "А. Б. Сатпаева")
    assert told.status == 0, told.err
    assert "Жолдары: 2" in told.out
    assert standing(place)["m1"]["state"] == "filed"
    assert "жазбамен сәйкес келмейді" not in place.jeke("status", case_id(1)).out
    assert filed(place)["annex-3-01.pdf"] == sheet
    said = report(place)
    assert said["votes"] == votes
    (settled,) = said["settled"]
    assert (settled["by"], settled["rows"]) == ("А. Б. Сатпаева", [f"vote:2:{NO}:{YES}"])
    assert settled["login"]
    (sitting,) = (o for o in place.objects() if "agenda.pdf" in o.state)
    entries = json.loads(place.jeke("audit", "--json").out)["entries"]
    (entry,) = (e for e in entries if e["event"] == "acceptance")
    assert (entry["objects"], entry["detail"]) == ([sitting.id], {"document": "annex-3-01", "rows": "2"})
    assert entry["agent"] == settled["login"]
    assert place.jeke("verify").status == 0
    assert place.jeke("audit", "--verify").status == 0


def test_the_answer_says_which_ballot_is_the_original(place: Place) -> None:
    voted(place)
    told = (place.folder / "outbox" / SITTING / "жауап.txt").read_text(encoding="utf-8")
    assert "бос парақтарға қол қойылған болса, түпнұсқа" in told
    voted(place, {0: {**VOTES[0], "m1": NO}, 1: VOTES[1]})
    told = (place.folder / "outbox" / SITTING / "жауап.txt").read_text(encoding="utf-8")
    assert "бос парақтарға қол қойылған болса, түпнұсқа" in told


def pictures(place: Place) -> list[str]:
    folder = place.folder / "outbox" / SITTING
    return sorted(p.name for p in folder.glob("*.png"))


def test_a_filed_ballot_is_asked_about_with_a_picture_like_a_scan_that_waits(place: Place) -> None:
    assert scanned(place, ["yes", "no"]) == 0
    assert place.jeke("review").status == 0
    voted(place)
    assert pictures(place) == ["annex-3-01-2-жол.png"]
    picture = (place.folder / "outbox" / SITTING / "annex-3-01-2-жол.png").read_bytes()
    assert picture.startswith(b"\x89PNG")
    answered = (place.folder / "outbox" / SITTING / "жауап.txt").read_text(encoding="utf-8")
    assert "annex-3-01-2-жол.png" in answered
    listed = place.jeke("review")
    assert listed.status == 1
    assert BALLOT in listed.out
    assert "annex-3-01-2-жол.png" in listed.out
    (asked,) = json.loads(place.jeke("review", "--json").out)["ballots"]
    row = {"row": 2, "case": case_id(1), "mark": NO, "recorded": YES, "picture": "annex-3-01-2-жол.png"}
    assert (asked["document"], asked["rows"]) == (BALLOT, [row])
    (place.folder / "outbox" / SITTING / "annex-3-01-2-жол.png").unlink()
    assert place.jeke("review").status == 1
    assert (place.folder / "outbox" / SITTING / "annex-3-01-2-жол.png").read_bytes() == picture
    assert place.jeke("review", BALLOT, "--accept", "--by", "А. Б. Сатпаева").status == 0
    assert pictures(place) == []
    assert place.jeke("review").status == 0


def test_a_vote_put_right_in_the_record_takes_the_picture_away(place: Place) -> None:
    assert scanned(place, ["yes", "no"]) == 0
    voted(place)
    voted(place, {0: VOTES[0], 1: {**VOTES[1], "m1": NO}})
    assert (pictures(place), place.jeke("review").status) == ([], 0)


def test_what_is_recorded_otherwise_later_is_asked_anew(place: Place) -> None:
    assert scanned(place, ["yes", "no"]) == 0
    voted(place)
    assert place.jeke("review", BALLOT, "--accept", "--by", "А. Б.").status == 0
    voted(place, {0: {**VOTES[0], "m1": NO}, 1: VOTES[1]})
    assert [row["row"] for row in standing(place)["m1"]["rows"]] == [1]
    assert place.jeke("review", BALLOT, "--accept", "--by", "В. Г.").status == 0
    assert standing(place)["m1"]["state"] == "filed"
    assert [one["by"] for one in report(place)["settled"]] == ["А. Б.", "В. Г."]


def test_what_is_settled_stays_settled_when_the_record_is_dropped_again(place: Place) -> None:
    assert scanned(place, ["yes", "no"]) == 0
    voted(place)
    assert place.jeke("review", BALLOT, "--accept", "--by", "А. Б.").status == 0
    place.drop("again.yaml", a_sitting(2, VOTES, c0={"reason": "—"}))
    assert place.run_once().status == 0
    told = (place.folder / "outbox" / SITTING / "жауап.txt").read_text(encoding="utf-8")
    assert "жазбамен сәйкес келмейді" not in told


def test_a_vote_recorded_wrongly_is_put_right_in_the_record(place: Place) -> None:
    assert scanned(place, ["yes", "no"]) == 0
    voted(place)
    told = place.jeke("review", BALLOT, "--reject", "--by", "А. Б.")
    assert told.status == 4
    assert "отырыс жазбасын түзетіп" in told.err
    voted(place, {0: VOTES[0], 1: {**VOTES[1], "m1": NO}})
    assert standing(place)["m1"]["state"] == "filed"


def test_nothing_is_asked_of_a_ballot_that_agrees(place: Place) -> None:
    assert scanned(place, ["yes", "yes"]) == 0
    voted(place)
    before = place.content()
    assert place.jeke("review", BALLOT, "--accept", "--by", "А. Б.").status == 3
    assert place.content() == before
