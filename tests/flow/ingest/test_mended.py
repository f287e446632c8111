"""A refused file whose mended one was accepted moves to a folder of that day, and is deleted after its days."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pipeline.retention.clock import Running
from tests.archive.ocfl_support import SCRATCH, at_step, die, in_a_process, was_killed
from tests.e2e.place import Place, documents_of, sample

KILLS = int(os.environ.get("JEKE_SOAK", "12"))
NOW = datetime.now(ZoneInfo("Asia/Almaty"))
DAY = f"{NOW:%Y-%m-%d}"
CASE = next(d for d in documents_of(sample("refused")) if "kind: case" in d)
MISTYPED = CASE.replace("filed_on: ", "filed_on: 32.13.", 1)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    at(monkeypatch, NOW)
    place = Place.make(tmp_path / "place")
    place.drop("іс.yaml", MISTYPED)
    assert place.run_once().status == 2
    return place


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    """The clock, the kernel's too; where no day is looked at in between, it has leapt."""
    monkeypatch.setattr("pipeline.office.now", lambda: moment)
    ran = timedelta(days=1) + (moment - NOW)
    monkeypatch.setattr("pipeline.office._running", lambda: Running("boot", ran, moment))


def waited(monkeypatch: pytest.MonkeyPatch, place: Place, days: int) -> None:
    """Somebody looks for somebody every month."""
    for day in range(30, days, 30):
        at(monkeypatch, NOW + timedelta(days=day))
        assert place.jeke("audit").status == 0
    at(monkeypatch, NOW + timedelta(days=days))


def lying(place: Place) -> list[str]:
    """Folders in inbox/refused/, those of a day with what they hold."""
    refused = place.folder / "inbox" / "refused"
    return sorted(str(p.relative_to(refused).parent) for p in refused.rglob("*.yaml") if p.is_file())


def mended(place: Place) -> None:
    place.drop("іс-2.yaml", CASE)
    ran = place.run_once()
    assert ran.status == 0, ran.err


def is_of_day(name: str) -> bool:
    return name.startswith(f"{DAY}/")


def test_it_moves_once_the_mended_file_is_accepted(place: Place) -> None:
    (before,) = lying(place)
    assert "/" not in before
    mended(place)
    assert lying(place) == [f"{DAY}/{before}"]
    folder = place.folder / "inbox" / "refused" / DAY / before
    assert sorted(p.name for p in folder.iterdir()) == ["жауап.txt", "іс.yaml"]
    assert f"inbox/refused/{DAY}/{before}/" in place.jeke("status", "--drops").out
    assert "түзетілгені қабылданды" in place.jeke("history", "іс.yaml").out


def test_it_is_deleted_after_its_days_and_the_chain_tells_of_it(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    mended(place)
    waited(monkeypatch, place, 90)
    place.run_once()
    assert [*map(is_of_day, lying(place))] == [True]
    waited(monkeypatch, place, 91)
    place.run_once()
    assert list((place.folder / "inbox" / "refused").iterdir()) == []
    told = json.loads(place.jeke("audit", "--json").out)["entries"]
    (entry,) = [e for e in told if e["event"] == "discard"]
    assert entry["objects"] == []
    assert set(entry["detail"]) == {"drop", "sha256", "accepted"}
    assert "жойылды" in place.jeke("history", "іс.yaml").out
    assert place.jeke("status", "--drops").status == 0
    assert place.jeke("audit", "--verify").status == 0


def test_the_days_are_configured(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    config = place.folder / "config.yaml"
    config.write_text(config.read_text().replace("mended_days: 90", "mended_days: 7"), encoding="utf-8")
    mended(place)
    waited(monkeypatch, place, 8)
    place.run_once()
    assert lying(place) == []


def test_a_file_of_two_records_waits_for_both(place: Place) -> None:
    campaign = next(d for d in documents_of(sample("refused")) if "kind: campaign" in d)
    place.drop("екеуі.yaml", f"{campaign}---\n{MISTYPED}")
    assert place.run_once().status == 2
    mended(place)
    assert [*map(is_of_day, lying(place))] == [True, False], "the campaign is not accepted yet"
    place.drop("науқан.yaml", campaign)
    assert place.run_once().status == 0
    assert [*map(is_of_day, lying(place))] == [True, True]


def test_what_blocks_goes_the_same_way(tmp_path: Path) -> None:
    place = Place.make(tmp_path / "place")
    records = sample("recommended")
    place.drop("бәрі.yaml", records.replace("present: [m1, m2, m3, m4, m5, m6]", "present: [m1]"))
    assert place.run_once().status == 1
    assert [*map(is_of_day, lying(place))] == [False]
    place.drop("бәрі.yaml", records)
    assert place.run_once().status == 0
    assert [*map(is_of_day, lying(place))] == [True]


def test_the_same_record_refused_once_more_is_no_mending(place: Place) -> None:
    place.drop("іс-2.yaml", MISTYPED + "# тағы\n")
    assert place.run_once().status == 2
    assert [*map(is_of_day, lying(place))] == [False, False]


def test_another_record_accepted_is_no_mending(place: Place) -> None:
    place.drop("басқа.yaml", sample("recommended"))
    assert place.run_once().status == 0
    assert [*map(is_of_day, lying(place))] == [False]


@pytest.mark.parametrize(
    "wrong",
    [
        CASE.replace("unit:", "unit: «a»: {", 1),
        CASE.replace("surname:", "\tsurname:", 1),
        CASE.replace("surname: ", "surname: \u202e", 1),
        CASE + "history: [\n",
    ],
    ids=["brace", "tab", "sign", "open"],
)
def test_what_is_no_yaml_is_told_by_its_lines(tmp_path: Path, wrong: str) -> None:
    """Its kind and id can be seen, whatever is wrong with other lines."""
    place = Place.make(tmp_path / "place")
    place.drop("іс.yaml", wrong)
    assert place.run_once().status == 2
    place.drop("басқа.yaml", sample("tie"))
    assert place.run_once().status == 0
    assert [*map(is_of_day, lying(place))] == [False]
    mended(place)
    assert [*map(is_of_day, lying(place))] == [True]


@pytest.mark.parametrize("encoding", ["cp1251", "utf-16", "utf-16-le", "utf-16-be"])
def test_so_is_a_file_in_another_encoding(tmp_path: Path, encoding: str) -> None:
    place = Place.make(tmp_path / "place")
    wrong = CASE.encode(encoding, errors="replace").replace(b"\n", b"\r\n" if encoding == "cp1251" else b"\n")
    (place.folder / "inbox" / "іс.yaml").write_bytes(wrong)
    assert place.run_once().status == 2
    mended(place)
    assert [*map(is_of_day, lying(place))] == [True]


def test_nothing_is_deleted_by_a_clock_that_leapt(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    mended(place)
    at(monkeypatch, NOW + timedelta(days=3650))
    place.run_once()
    assert [*map(is_of_day, lying(place))] == [True]
    monkeypatch.setattr("pipeline.office.now", lambda: NOW + timedelta(days=3650))
    monkeypatch.setattr("pipeline.office._running", lambda: Running("boot", timedelta(days=1), NOW))
    place.run_once()
    assert [*map(is_of_day, lying(place))] == [True]


@pytest.mark.parametrize(
    "wrong",
    [
        CASE.replace("id:", "id", 1),
        CASE.replace("id:", "id: X\nid:", 1) + "a: [",
        "іс\n",
        CASE.replace("kind: case", ""),
    ],
    ids=["no-colon", "two-ids", "text", "no-kind"],
)
def test_of_a_file_that_cannot_be_told_nothing_moves(tmp_path: Path, wrong: str) -> None:
    place = Place.make(tmp_path / "place")
    place.drop("іс.yaml", wrong)
    assert place.run_once().status == 2
    mended(place)
    assert [*map(is_of_day, lying(place))] == [False]


def change_the_file(folder: Path) -> None:
    (folder / "іс.yaml").write_text(CASE + "# жөнделіп жатыр\n", encoding="utf-8")


def change_the_answer(folder: Path) -> None:
    with (folder / "жауап.txt").open("a", encoding="utf-8") as answer:
        answer.write("Айгүлге тапсырылды\n")


def put_a_note_there(folder: Path) -> None:
    (folder / "ескерту.docx").write_bytes(b"HR's own")


@pytest.mark.parametrize("change", [change_the_file, change_the_answer, put_a_note_there])
def test_what_a_person_changed_stays(
    place: Place, change: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    (entry,) = lying(place)
    folder = place.folder / "inbox" / "refused" / entry
    change(folder)
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    mended(place)
    waited(monkeypatch, place, 400)
    place.run_once()
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before


@pytest.mark.parametrize("change", [change_the_file, change_the_answer, put_a_note_there])
def test_what_a_person_changed_after_it_moved_stays_too(
    place: Place, change: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    mended(place)
    (entry,) = lying(place)
    folder = place.folder / "inbox" / "refused" / entry
    change(folder)
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    waited(monkeypatch, place, 400)
    place.run_once()
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before


def test_a_file_taken_out_to_be_mended_leaves_its_answer_to_go(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    (entry,) = lying(place)
    folder = place.folder / "inbox" / "refused" / entry
    (folder / "іс.yaml").unlink()
    (folder / "Thumbs.db").write_bytes(b"Windows was here")
    mended(place)
    assert [p.name for p in (place.folder / "inbox" / "refused").iterdir()] == [DAY]
    waited(monkeypatch, place, 91)
    place.run_once()
    assert list((place.folder / "inbox" / "refused").iterdir()) == []


def test_nothing_is_concluded_from_an_inbox_that_is_not_there(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    mended(place)
    waited(monkeypatch, place, 91)
    inbox = place.folder / "inbox"
    inbox.rename(place.folder / "away")
    inbox.mkdir()
    assert place.run_once().status == 5
    inbox.rmdir()
    (place.folder / "away").rename(inbox)
    place.run_once()
    assert list((inbox / "refused").iterdir()) == []


def test_killed_anywhere_it_goes_on(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Moved at the acceptance, and deleted: the file is whole in one place until it is gone."""
    place.drop("іс-2.yaml", CASE)
    for days, expected in ((0, [True]), (91, [])):
        waited(monkeypatch, place, days)
        with tempfile.TemporaryDirectory(dir=SCRATCH) as folder:
            one = place.copied_to(Path(folder))
            with at_step(0, die) as calls:
                assert one.run_once().status == 0
            steps = len(calls)
        for number in sorted(
            {1 + n * steps // KILLS for n in range(KILLS)} | set(range(steps - 14, steps - 2))
        ):
            with tempfile.TemporaryDirectory(dir=SCRATCH) as folder:
                one = place.copied_to(Path(folder))
                killed = was_killed(in_a_process(killed_at(one, number)))
                assert killed or number > steps - 14, (
                    "a run takes a few steps fewer where the clock has it so"
                )
                assert len(lying(one)) == 1 or not expected, number
                assert one.run_once().status == 0, number
                assert [*map(is_of_day, lying(one))] == expected, number
                assert one.jeke("audit", "--verify").status == 0
        assert place.run_once().status == 0


def killed_at(place: Place, number: int) -> Callable[[], object]:
    def work() -> None:
        with at_step(number, die):
            place.run_once()

    return work
