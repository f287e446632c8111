"""`jeke status --drops` and `jeke history`: nothing dropped is ever out of sight."""

import json
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pipeline.intake.journal import DropState, Journal
from tests.e2e.place import Place, jeke, sample

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def worked(tmp_path_factory):
    """One filed, one that was filed already, one that cannot be read, one against the order, and a link."""
    place = Place.make(tmp_path_factory.mktemp("drops") / "place")
    place.drop("a.yaml", sample("refused"))
    place.drop("again.yaml", sample("refused") + "\n")
    place.drop("bad.yaml", "kind: x\n")
    place.drop("850314390019.yaml", "x: [")
    (place.folder / "inbox" / "link.yaml").symlink_to(place.folder / "config.yaml")
    assert place.run_once().status == 2
    return place


@pytest.fixture
def place(tmp_path):
    return Place.make(tmp_path / "place")


def drops_of(place: Place) -> Any:
    return json.loads(place.jeke("status", "--drops", "--json").out)


def with_journal(place: Place, write: Callable[[Journal], None]) -> None:
    with Journal.open(place.folder / "state" / "journal.sqlite") as journal:
        write(journal)


def test_what_has_no_end_yet_is_named(place):
    (place.folder / "inbox" / "скан.pdf").write_bytes(b"%PDF-1.7\n")
    assert drops_of(place)["inbox"]["unfinished"] == ["скан.pdf"]
    assert "скан.pdf: әлі толық емес" in place.jeke("status", "--drops").out


def test_a_place_nothing_was_dropped_into_is_not_touched_by_looking(place):
    shown = drops_of(place)
    assert (shown["format"], shown["drops"], shown["inbox"]["odd"]) == ("jeke/drops/1", [], [])
    assert not (place.folder / "state" / "journal.sqlite").exists()
    assert place.jeke("history", "x").status == 3


def test_every_drop_is_shown_with_its_end_and_where_it_lies(worked):
    shown = drops_of(worked)
    states = {drop["name"]: drop["state"] for drop in shown["drops"]}
    assert states == {
        "a.yaml": "done",
        "again.yaml": "done",
        "bad.yaml": "refused",
        "**********19.yaml": "refused",
    }
    lies = {drop["name"]: drop["given_back_to"] for drop in shown["drops"]}
    assert lies["a.yaml"] is None
    assert (worked.folder / lies["bad.yaml"] / "bad.yaml").is_file()
    assert lies["again.yaml"].startswith("inbox/duplicates/")
    assert shown["inbox"]["odd"] == [{"name": "link.yaml", "why": "link"}]


def test_why_a_drop_was_refused_is_told_in_words_and_codes(worked):
    text = worked.jeke("status", "--drops", "--lang", "en").out
    assert "Why: the file cannot be read [kind_unknown]" in text
    assert "link.yaml: a link" in text
    assert "850314390019" not in text


def test_a_drop_held_up_says_why_and_when_it_is_tried_again(place):
    due = NOW + timedelta(minutes=15)

    def held(journal: Journal) -> None:
        journal.intend("d1", "іс.yaml", NOW)
        journal.claimed("d1", "aa", 10)
        journal.retry("d1", due, {"error": "archive-write", "reason": "No space left on device"})

    with_journal(place, held)
    text = place.jeke("status", "--drops", "--lang", "en").out
    assert "No space left on device" in text
    assert f"Next try: {due.astimezone():%d.%m.%Y %H:%M}" in text
    (entry,) = drops_of(place)["drops"]
    assert (entry["state"], entry["attempts"]) == ("retry", 1)
    assert datetime.fromisoformat(entry["retry_at"]) == due


def test_what_ended_long_ago_is_not_shown_and_what_is_under_way_always_is(place):
    old = NOW - timedelta(days=30)

    def write(journal: Journal) -> None:
        for drop_id in ("d1", "d2"):
            journal.intend(drop_id, f"{drop_id}.yaml", old)
        journal.end("d1", DropState.DONE, old)

    with_journal(place, write)
    assert [drop["id"] for drop in drops_of(place)["drops"]] == ["d2"]


@pytest.mark.parametrize("count", [1, 200, 201, 450])
def test_every_drop_that_ended_lately_is_counted_and_shown(place, count):
    def write(journal: Journal) -> None:
        for number in range(count + 1):
            at = NOW - timedelta(days=30 if number == 0 else 6)
            journal.intend(f"d{number:04}", f"{number}.yaml", at)
            journal.end(f"d{number:04}", DropState.REFUSED, at)

    with_journal(place, write)
    assert [drop["id"] for drop in drops_of(place)["drops"]] == [f"d{n:04}" for n in range(count, 0, -1)]
    assert f"Ended in the last 7 days: {count}\n" in place.jeke("status", "--drops", "--lang", "en").out


def test_a_drop_s_whole_way_is_told_by_name_by_id_and_by_its_beginning(worked):
    told = json.loads(worked.jeke("history", "bad.yaml", "--json").out)
    (drop,) = told["drops"]
    assert [step["step"] for step in drop["steps"]] == ["claiming", "claimed", "returning", "refused"]
    assert all(datetime.fromisoformat(step["at"]) for step in drop["steps"])
    for words in (drop["id"], drop["id"][:8]):
        ran = worked.jeke("history", words)
        assert ran.status == 0
        assert "bad.yaml" in ran.out


def test_the_objects_a_drop_changed_are_named(worked):
    (drop,) = json.loads(worked.jeke("history", "a.yaml", "--json").out)["drops"]
    known = {o.id for o in worked.objects()}
    assert set(drop["objects"]) == known


def test_every_drop_of_one_name_is_told(place):
    def write(journal: Journal) -> None:
        for number in range(3):
            journal.intend(f"d{number}", "й.yaml", NOW)
            journal.end(f"d{number}", DropState.REFUSED, NOW)

    with_journal(place, write)
    told = json.loads(place.jeke("history", "й.yaml", "--json").out)
    assert [drop["id"] for drop in told["drops"]] == ["d0", "d1", "d2"]
    decomposed = json.loads(place.jeke("history", unicodedata.normalize("NFD", "й.yaml"), "--json").out)
    assert len(decomposed["drops"]) == 3
    ran = place.jeke("history", "d", "--lang", "en")
    assert (ran.status, ran.out) == (3, "")
    assert "Several ids begin that way: d. Count: 3" in ran.err


def test_the_parts_of_a_bundle_are_told_with_it(place):
    def write(journal: Journal) -> None:
        journal.intend("bundle", "іс.zip", NOW)
        journal.intend("part", "a.yaml", NOW, bundle="bundle")
        journal.end("part", DropState.DONE, NOW)

    with_journal(place, write)
    (whole,) = json.loads(place.jeke("history", "bundle", "--json").out)["drops"]
    assert whole["parts"] == ["part"]
    (part,) = json.loads(place.jeke("history", "part", "--json").out)["drops"]
    assert part["bundle"] == "bundle"


def test_without_a_place_of_work_it_is_the_configuration_that_is_missing(tmp_path):
    assert jeke(["status", "--drops"], tmp_path).status == 5
