"""Two files of one person joined, a case withdrawn: nothing rewritten, killed anywhere, the same after a reindex."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.cli.context import CliContext
from pipeline.working import at_work
from tests.archive.ocfl_support import SCRATCH, at_step, die, faults_by_ocfl_py, in_a_process, was_killed
from tests.e2e.place import Place, documents_of, sample

RIGHT, WRONG = "850314300400", "850314390019"
CASE, LATER = "QRG-PD-2025-014", "QRG-PD-2026-001"
NAME = "Әбілқасов"
MERGE = ("person", "merge", WRONG, RIGHT, "--reason", "ЖСН-де екі цифр ауысқан")
WITHDRAW = ("withdraw", LATER, "--reason", "басқа адамның ісі")
KILLS = int(os.environ.get("JEKE_SOAK", "8"))
NOW = datetime.now(UTC)


def later_case() -> str:
    """A case of the right IIN in another campaign, before its studies."""
    (case,) = [d for d in documents_of(sample("recommended")) if "kind: case" in d]
    case = case.replace(CASE, LATER).replace(WRONG, RIGHT).replace("QRG-PD-2025-3", "QRG-PD-2026-1")
    return case.partition("\nstudies:")[0] + "\n"


@pytest.fixture(scope="module")
def two_files() -> Iterator[Place]:
    """One person with two files: the attestation under a mistyped IIN, the later case under the right one."""
    with tempfile.TemporaryDirectory(dir=SCRATCH) as folder:
        place = Place.make(Path(folder) / "place")
        place.drop("a.yaml", sample("recommended"))
        place.drop("b.yaml", later_case())
        assert place.run_once().status == 0
        yield place


@pytest.fixture
def place(two_files: Place, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    monkeypatch.setattr("pipeline.office.now", lambda: NOW)
    with tempfile.TemporaryDirectory(dir=SCRATCH) as folder:
        yield two_files.copied_to(Path(folder))


def found(place: Place, words: str) -> list[tuple[str, list[str]]]:
    ran = place.jeke("find", words, "--json")
    hits = json.loads(ran.out)["hits"] if ran.out else []
    return [(hit["person"]["iin"], [case["id"] for case in hit["cases"]]) for hit in hits]


def sound(place: Place) -> bool:
    assert faults_by_ocfl_py(place.folder / "archive") == []
    ran = place.jeke("audit", "--verify")
    assert ran.status == 0, ran.out
    ran = place.jeke("verify")
    assert ran.status == 0, ran.out
    return True


# --- joining ----------------------------------------------------------------------------------------------


def test_either_iin_leads_to_the_one_file(place: Place) -> None:
    assert sorted(found(place, NAME)) == [(RIGHT, [LATER]), (WRONG, [CASE])]
    ran = place.jeke(*MERGE)
    assert ran.status == 0, ran.err
    for words in (RIGHT, WRONG, NAME):
        assert found(place, words) == [(RIGHT, [CASE, LATER])]
    assert sound(place)
    ran = place.jeke("get", WRONG, "--document", "annex-4", "--out", str(place.folder / "out"))
    assert ran.status == 0, ran.err


def test_two_people_are_not_joined_unless_one_is_said_to_be_renamed(place: Place) -> None:
    place.drop("c.yaml", sample("refused"))
    assert place.run_once().status == 0
    other = found(place, "SHY-PD-2026-008")[0][0]
    before = found(place, NAME)
    ran = place.jeke("person", "merge", other, RIGHT, "--reason", "қате")
    assert ran.status == 4
    assert "--renamed" in ran.err
    assert found(place, NAME) == before
    assert place.jeke("person", "merge", other, RIGHT, "--reason", "тегі өзгерген", "--renamed").status == 0
    assert found(place, other)[0][0] == RIGHT


def test_nothing_is_rewritten(place: Place) -> None:
    before = {o.id: {p: o.read(p) for p in o.state} for o in place.objects()}
    place.jeke(*MERGE)
    for filed in place.objects():
        assert {p: filed.read(p, "v1") for p in filed.state_at("v1")} == before[filed.id]
    wrong, right = by_iin(place, WRONG), by_iin(place, RIGHT)
    assert sorted(wrong.state) == ["events.jsonl", "inner-list.txt", "person.json", "recordings.yaml"]
    carried = {p: d for p, d in before[wrong.id].items() if p.startswith("cases/")}
    assert carried == {p: right.read(p) for p in carried}
    assert f'iin: "{WRONG}"' in right.read(next(p for p in carried if p.endswith("record.yaml"))).decode()
    told = json.loads(right.read("person.json"))["joined"][0]
    assert (told["iin"], told["object"], told["reason"]) == (WRONG, wrong.id, "ЖСН-де екі цифр ауысқан")
    assert json.loads(wrong.read("person.json"))["gone_into"]["object"] == right.id


def by_iin(place: Place, iin: str):
    return next(o for o in place.objects() if f"(ЖСН): {iin}" in o.read("inner-list.txt").decode())


def test_joining_again_changes_nothing_and_the_index_made_anew_says_the_same(place: Place) -> None:
    place.jeke(*MERGE)
    heads, answers = [o.head for o in place.objects()], found(place, WRONG)
    assert place.jeke(*MERGE).status == 0
    assert [o.head for o in place.objects()] == heads
    (place.folder / "state" / "index.sqlite").unlink()
    assert found(place, WRONG) == answers


def test_the_joined_persons_history_counts(place: Place) -> None:
    def earliest(case: str) -> str:
        told = json.loads(place.jeke("status", case, "--json", "--on", "2026-03-02").out)
        return str(told["cases"][0]["earliest_sitting"])

    assert earliest(LATER).startswith("2026-03")
    place.jeke(*MERGE)
    assert earliest(LATER) == "2028-10-17"  # ¶4: three years after 16.10.2025


def test_the_case_dropped_again_stays_in_the_joined_file_and_its_papers_stand(place: Place) -> None:
    place.jeke(*MERGE)
    before = by_iin(place, RIGHT)
    (case,) = [d for d in documents_of(sample("recommended")) if "kind: case" in d]
    place.drop("again.yaml", case.replace("number: ПС-77", "number: ПС-78"))
    ran = place.run_once()
    assert ran.status == 0, ran.err
    assert found(place, WRONG) == [(RIGHT, [CASE, LATER])]
    now = by_iin(place, RIGHT)
    assert now.head > before.head
    assert json.loads(now.read("person.json"))["joined"]
    annexes = [p for p in before.state if p.endswith(("annex-1.pdf", "annex-4.pdf"))]
    assert {p: before.state[p] for p in annexes} == {p: now.state[p] for p in annexes}
    assert sound(place)


def test_a_new_case_of_that_iin_is_somebody_elses_until_a_person_says_so(place: Place) -> None:
    """The mistyped number may be another's real one: a wrong split is mended, a wrong join leaks."""
    place.jeke(*MERGE)
    place.drop("other.yaml", later_case().replace(LATER, "QRG-PD-2026-002").replace(RIGHT, WRONG))
    assert place.run_once().status == 0
    assert sorted(found(place, WRONG)) == [(RIGHT, [CASE, LATER]), (WRONG, ["QRG-PD-2026-002"])]


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("person", "merge", RIGHT, RIGHT, "--reason", "х"), 4),
        (("person", "merge", "900101300007", RIGHT, "--reason", "х"), 3),
        (("person", "merge", WRONG, "900101300007", "--reason", "х"), 3),
        (("person", "merge", WRONG, RIGHT, "--reason", "  "), 4),
        (("withdraw", CASE, "--reason", "х"), 4),
        (("withdraw", "жоқ", "--reason", "х"), 3),
    ],
)
def test_what_cannot_be_put_right_so_changes_nothing(
    place: Place, arguments: tuple[str, ...], status: int
) -> None:
    heads = [o.head for o in place.objects()]
    ran = place.jeke(*arguments)
    assert ran.status == status, ran.err
    assert [o.head for o in place.objects()] == heads


# --- withdrawing ------------------------------------------------------------------------------------------


def test_a_withdrawn_case_is_shown_only_to_who_asks(place: Place) -> None:
    ran = place.jeke(*WITHDRAW)
    assert ran.status == 0, ran.err
    assert found(place, RIGHT) == []
    stands = place.jeke("status", LATER)
    assert stands.status == 0
    assert "күші жойылған" in stands.out
    assert "басқа адамның ісі" in stands.out
    assert NAME not in stands.out, "whose case it is, is not told unasked"
    assert LATER not in place.jeke("status", "--all").out
    refused = place.jeke("get", LATER, "--out", str(place.folder / "out"))
    assert refused.status == 4
    assert "басқа адамның ісі" in refused.err
    assert not (place.folder / "out").exists()
    shown = place.jeke("find", NAME, "--withdrawn").out
    assert LATER in shown
    assert "басқа адамның ісі" in shown
    ran = place.jeke("get", LATER, "--withdrawn", "--out", str(place.folder / "out"))
    assert ran.status == 0, ran.err
    assert sorted(p.name for p in (place.folder / "out").iterdir()) == ["annex-1.pdf", "record.yaml"]
    assert LATER in by_iin(place, RIGHT).read("inner-list.txt").decode()
    assert sound(place)


def test_the_index_made_anew_hides_it_too(place: Place) -> None:
    place.jeke(*WITHDRAW)
    (place.folder / "state" / "index.sqlite").unlink()
    assert found(place, RIGHT) == []
    assert LATER in place.jeke("find", NAME, "--withdrawn").out


def test_dropped_again_it_stands_again(place: Place) -> None:
    place.jeke(*WITHDRAW)
    place.drop("again.yaml", later_case())
    assert place.run_once().status == 0
    assert found(place, RIGHT) == [(RIGHT, [LATER])]
    assert place.jeke("find", NAME, "--withdrawn").status == 3
    assert sound(place)


def test_the_papers_of_a_withdrawn_case_leave_outbox_and_what_hr_changed_stays(place: Place) -> None:
    folder = place.folder / "outbox" / LATER
    papers = sorted(folder.glob("*.pdf"))
    assert papers
    (folder / "HR.pdf").write_bytes(papers[0].read_bytes() + b"\n% noted by HR")
    ran = place.jeke(*WITHDRAW)
    assert ran.status == 0
    assert f"{len(papers)}." in ran.err
    assert [p.name for p in folder.glob("*.pdf")] == ["HR.pdf"]
    assert (folder / "жауап.txt").exists()
    assert list((place.folder / "outbox" / CASE).glob("*.pdf"))
    assert place.jeke(*WITHDRAW).status == 0  # again: nothing more


def test_dropped_again_under_the_right_iin_it_stands_there_and_stays_withdrawn_here(place: Place) -> None:
    place.jeke(*WITHDRAW)
    place.drop("again.yaml", later_case().replace(RIGHT, WRONG))
    assert place.run_once().status == 0
    assert found(place, WRONG) == [(WRONG, [CASE, LATER])]
    assert LATER in place.jeke("find", RIGHT, "--withdrawn").out
    assert place.jeke("get", LATER, "--out", str(place.folder / "out")).status == 0
    assert sound(place)
    joined = place.jeke("person", "merge", RIGHT, WRONG, "--reason", "бір адам")
    assert joined.status == 0, joined.err
    assert found(place, RIGHT) == [(WRONG, [CASE, LATER])]
    assert sound(place)


def test_the_lists_of_its_campaign_are_made_without_it(place: Place) -> None:
    campaign = documents_of(sample("recommended"))[0].replace("QRG-PD-2025-3", "QRG-PD-2026-1")
    place.drop("campaign.yaml", campaign)
    assert place.run_once().status == 0
    (filed,) = [
        o for o in place.objects() if "QRG-PD-2026-1" in o.read("inner-list.txt").decode().split("\n\n")[1]
    ]
    assert [p for p in filed.state if p.startswith("list-")] != []
    assert place.jeke(*WITHDRAW).status == 0
    (now,) = [o for o in place.objects() if o.id == filed.id]
    assert [p for p in now.state if p.startswith("list-")] == []


# --- killed -----------------------------------------------------------------------------------------------


def rows(content: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    return {re.sub(r"urn:uuid:\S+", "", name): paths for name, paths in content.items()}


@pytest.mark.parametrize("command", [MERGE, WITHDRAW], ids=["merge", "withdraw"])
def test_killed_anywhere_the_next_start_goes_on(place: Place, command: tuple[str, ...]) -> None:
    with tempfile.TemporaryDirectory(dir=SCRATCH) as folder:
        expected = place.copied_to(Path(folder))
        with at_step(0, die) as calls:
            assert expected.jeke(*command).status == 0
        steps, after, before = len(calls), rows(expected.content()), rows(place.content())
    chosen = range(1, steps + 1) if steps < KILLS else sorted({1 + n * steps // KILLS for n in range(KILLS)})
    for number in chosen:
        with tempfile.TemporaryDirectory(dir=SCRATCH) as folder:
            one = place.copied_to(Path(folder))
            assert was_killed(in_a_process(killed_at(one, number, command))), number
            settled(one)
            assert rows(one.content()) in (before, after), number
            assert one.jeke(*command).status == 0, number
            assert rows(one.content()) == after, number
            assert [o.head for o in one.objects()].count("v2") == 2 - (command is WITHDRAW), number
            assert faults_by_ocfl_py(one.folder / "archive") == []
            assert one.jeke("audit", "--verify").status == 0


def killed_at(place: Place, number: int, command: tuple[str, ...]) -> Callable[[], object]:
    def work() -> None:
        with at_step(number, die):
            place.jeke(*command)

    return work


def settled(place: Place) -> None:
    """As the next `jeke run` begins."""
    cli = CliContext.of(["--config", str(place.folder / "config.yaml")])
    with cli.workplace() as opened, at_work(opened):
        assert opened.index.suspects() == ()
        assert opened.index.unfinished_joins() == ()
