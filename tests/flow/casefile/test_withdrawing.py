"""A sitting, a commission, a campaign filed by mistake is withdrawn; what rests on it, or people signed, stands against it."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.cli.context import CliContext
from pipeline.working import at_work
from tests.archive.ocfl_support import SCRATCH, at_step, die, faults_by_ocfl_py, in_a_process, was_killed
from tests.e2e.place import Place, documents_of, sample
from tests.flow.ballots.sittings import MEMBERS, YES, _ahead, a_sitting, case_id
from tests.flow.ballots.sittings import SITTING as RIGHT
from tests.flow.scanned import CASE, SITTING, dropped, made, signed
from tests.flow.signed_place import SITTING as SIGNED
from tests.flow.signed_place import SignedPlace

KILLS = int(os.environ.get("JEKE_SOAK", "6"))
MISTAKEN = "QRG-PD-AK-2025-S9"
VOTES = dict.fromkeys(MEMBERS, YES)
HELD = a_sitting(2, {0: VOTES, 1: VOTES}).replace(f"id: {RIGHT}", f"id: {MISTAKEN}")
EMPTY_CAMPAIGN = documents_of(sample("recommended"))[0].replace("QRG-PD-2025-3", "QRG-PD-2025-9")
EMPTY_COMMISSION = documents_of(sample("recommended"))[1].replace("id: QRG-PD-AK-2025", "id: QRG-PD-AK-9")
BY_MISTAKE = {"sitting": MISTAKEN, "commission": "QRG-PD-AK-9", "campaign": "QRG-PD-2025-9"}
REASON = "басқа id-мен салынған"


def taken_back(place: Place, record: str, *more: str) -> None:
    ran = place.jeke("withdraw", record, "--reason", REASON, *more)
    assert ran.status == 0, ran.err


def drop(place: Place, text: str) -> None:
    place.drop("жазба.yaml", text)
    ran = place.run_once()
    assert ran.status == 0, ran.out + ran.err


@pytest.fixture(scope="module")
def kept() -> Iterator[Place]:
    """The sitting of two cases was dropped under a wrong id, with its votes; so were a campaign and a commission."""
    with tempfile.TemporaryDirectory(dir=SCRATCH) as folder:
        place = Place(_ahead(2)).copied_to(Path(folder))
        taken_back(place, RIGHT)
        drop(place, HELD)
        drop(place, EMPTY_CAMPAIGN)
        drop(place, EMPTY_COMMISSION)
        yield place


@pytest.fixture
def place(kept: Place) -> Iterator[Place]:
    with tempfile.TemporaryDirectory(dir=SCRATCH) as folder:
        yield kept.copied_to(Path(folder))


def sound(place: Place) -> bool:
    assert faults_by_ocfl_py(place.folder / "archive") == []
    for command in (("audit", "--verify"), ("verify",)):
        ran = place.jeke(*command)
        assert ran.status == 0, ran.out
    return True


def decided_by(place: Place, case: str) -> list[str]:
    (told,) = json.loads(place.jeke("status", case, "--json").out)["cases"]
    return [decision["sitting"] for decision in told["decisions"]]


def laid(place: Place, record: str) -> list[str]:
    return sorted(p.name for p in (place.folder / "outbox" / record).glob("*.pdf"))


# --- withdrawn --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(BY_MISTAKE))
def test_it_is_withdrawn_shown_as_such_and_handed_out_only_to_who_asks(place: Place, kind: str) -> None:
    """Field case sitting-not-withdrawable: a sitting, a commission and a campaign as well as a case."""
    record = BY_MISTAKE[kind]
    before = {
        p: o.read(p) for o in place.objects() for p in o.state if record in o.read("inner-list.txt").decode()
    }
    taken_back(place, record)
    ran = place.jeke("status", record)
    assert ran.status == 0
    assert (record in ran.out, "күші жойылған" in ran.out, REASON in ran.out) == (True, True, True)
    (told,) = json.loads(place.jeke("status", record, "--json").out)["withdrawn"]
    assert (told["kind"], told["id"], told["reason"]) == (kind, record, REASON)
    refused = place.jeke("get", record, "--out", str(place.folder / "out"))
    assert refused.status == 4
    assert REASON in refused.err
    assert record in place.jeke("find", record, "--withdrawn").out
    ran = place.jeke("get", record, "--withdrawn", "--out", str(place.folder / "out"))
    assert ran.status == 0, ran.err
    assert (place.folder / "out" / "record.yaml").read_bytes() in before.values()
    assert laid(place, record) == []
    told = [
        line
        for line in place.jeke("audit", "--person", record, "--lang", "en").out.splitlines()
        if "withdrawal" in line
    ]
    assert [f"{kind} {record}" in line for line in told] == [True]
    assert sound(place)
    assert place.jeke("withdraw", record, "--reason", REASON).status == 0, "again: nothing more"


def test_what_became_of_its_papers_is_said(place: Place) -> None:
    count = len(laid(place, MISTAKEN))
    ran = place.jeke("withdraw", MISTAKEN, "--reason", REASON, "--lang", "en")
    lines = [line for line in ran.out.splitlines() if "not signed. It stays in the archive." in line]
    assert len(lines) == count
    assert "taken out of outbox" in ran.err


def test_the_cases_of_a_withdrawn_sitting_are_as_if_it_had_not_been(place: Place) -> None:
    assert decided_by(place, case_id(0)) == [MISTAKEN]
    assert "annex-4.pdf" in laid(place, case_id(0))
    taken_back(place, MISTAKEN)
    assert decided_by(place, case_id(0)) == []
    assert "annex-4.pdf" not in laid(place, case_id(0))
    assert "annex-1.pdf" in laid(place, case_id(0))
    for filed in place.objects():
        listed = filed.read("inner-list.txt").decode()
        assert MISTAKEN not in listed or "КҮШІ ЖОЙЫЛҒАН" in listed
    assert MISTAKEN not in place.jeke("deadlines").out


def test_the_right_sitting_is_filed_afterwards_and_decides(place: Place) -> None:
    taken_back(place, MISTAKEN)
    drop(place, HELD.replace(MISTAKEN, "QRG-PD-AK-2025-S4"))
    assert decided_by(place, case_id(0)) == ["QRG-PD-AK-2025-S4"]
    assert sound(place)


@pytest.mark.parametrize("kind", list(BY_MISTAKE))
def test_dropped_again_it_stands_again_in_its_object_and_that_is_said(place: Place, kind: str) -> None:
    record = BY_MISTAKE[kind]
    objects = {o.id for o in place.objects()}
    content = place.content()
    taken_back(place, record)
    drop(place, {"sitting": HELD, "commission": EMPTY_COMMISSION, "campaign": EMPTY_CAMPAIGN}[kind])
    assert {o.id for o in place.objects()} == objects
    assert place.content() == content
    answer = (place.folder / "outbox" / record / "жауап.txt").read_text(encoding="utf-8")
    assert "қайтадан күшіне енді" in answer
    assert REASON in answer
    assert "күші жойылған" not in place.jeke("status", record).out
    assert sound(place)


def test_a_case_dropped_again_is_told_that_it_stands_again(place: Place) -> None:
    taken_back(place, MISTAKEN)
    text = next(
        o.read(p).decode()
        for o in place.objects()
        for p in o.state
        if p.startswith("cases/") and p.endswith("record.yaml") and f"id: {case_id(1)}" in o.read(p).decode()
    )
    taken_back(place, case_id(1))
    drop(place, text)
    answer = (place.folder / "outbox" / case_id(1) / "жауап.txt").read_text(encoding="utf-8")
    assert "қайтадан күшіне енді" in answer


# --- what stands against it -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("record", "code", "words"),
    [
        ("QRG-PD-AK-2025", "commission_has_sittings", f"jeke withdraw {MISTAKEN}"),
        ("QRG-PD-2025-3", "campaign_has_cases", f"jeke withdraw {case_id(0)}"),
        (case_id(0), "case_before_sitting", f"jeke withdraw {MISTAKEN}"),
    ],
)
def test_what_rests_on_it_goes_first_and_is_named(place: Place, record: str, code: str, words: str) -> None:
    heads = sorted((o.id, o.head) for o in place.objects())
    ran = place.jeke("withdraw", record, "--reason", REASON)
    assert ran.status == 4, code
    assert words in ran.err
    assert sorted((o.id, o.head) for o in place.objects()) == heads


def test_one_after_the_other_all_of_it_can_be_taken_back(place: Place) -> None:
    for record in (MISTAKEN, case_id(0), case_id(1), "QRG-PD-AK-2025", "QRG-PD-2025-3"):
        taken_back(place, record)
    assert place.jeke("status").out == ""
    assert [p for p in (place.folder / "outbox").rglob("*") if p.suffix in {".pdf", ".xlsx", ".csv"}] == [
        p
        for p in (place.folder / "outbox").rglob("*")
        if p.parent.name == "QRG-PD-2025-9" and p.suffix != ".txt"
    ]
    assert sound(place)


def test_a_sitting_whose_paper_somebody_signed_is_not_withdrawn(tmp_path: Path) -> None:
    place = SignedPlace.make(tmp_path / "p")
    place.drop("a.pdf", place.signed(place.read("protocol.pdf"), "m1"))
    ran = place.jeke("withdraw", SIGNED.id, "--reason", REASON)
    assert ran.status == 4
    assert f"{SIGNED.id}/protocol" in ran.err


def test_a_sitting_whose_decision_the_employee_signed_is_not_withdrawn(tmp_path: Path) -> None:
    from tests.scans.simulated import as_pdf

    place = made(tmp_path / "place")
    ran = dropped(place, "scan.pdf", as_pdf(signed(place, CASE, "annex-4")))
    assert ran.status == 0, ran.err
    ran = place.jeke("withdraw", SITTING, "--reason", REASON)
    assert ran.status == 4
    assert f"{CASE}/annex-4" in ran.err


def test_a_signed_report_of_its_case_stands_not_against_it(place: Place) -> None:
    """Annex 1 says nothing of the sitting."""
    from tests.scans.simulated import as_pdf

    ran = dropped(place, "scan.pdf", as_pdf(signed(place, case_id(0), "annex-1")))
    assert ran.status == 0, ran.err
    taken_back(place, MISTAKEN)
    assert place.jeke("status", case_id(0)).status == 0


def test_of_an_id_that_two_records_bear_one_is_named(place: Place) -> None:
    drop(place, EMPTY_COMMISSION.replace("QRG-PD-AK-9", "QRG-PD-2025-9"))
    ran = place.jeke("withdraw", "QRG-PD-2025-9", "--reason", REASON)
    assert ran.status == 4
    assert "--kind" in ran.err
    taken_back(place, "QRG-PD-2025-9", "--kind", "commission")
    taken_back(place, "QRG-PD-2025-9", "--kind", "campaign")


# --- killed -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(BY_MISTAKE))
def test_killed_anywhere_the_next_start_or_the_same_command_goes_on(
    place: Place, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ("withdraw", BY_MISTAKE[kind], "--reason", REASON)
    with tempfile.TemporaryDirectory(dir=SCRATCH) as folder:
        expected = place.copied_to(Path(folder))
        with at_step(0, die) as calls:
            assert expected.jeke(*command).status == 0
        steps, after, before = len(calls), without_hour(expected), without_hour(place)
        papers_after = outbox(expected)
    for number in sorted({1 + n * steps // KILLS for n in range(KILLS)}):
        with tempfile.TemporaryDirectory(dir=SCRATCH) as folder:
            one = place.copied_to(Path(folder))
            assert was_killed(in_a_process(killed_at(one, number, command))), number
            settled(one)
            assert without_hour(one) in (before, after), number
            if without_hour(one) == after:
                assert outbox(one) == papers_after, number
            assert one.jeke(*command).status == 0, number
            assert without_hour(one) == after, number
            assert outbox(one) == papers_after, number
            assert faults_by_ocfl_py(one.folder / "archive") == []
            assert one.jeke("audit", "--verify").status == 0


def outbox(place: Place) -> list[str]:
    folder = place.folder / "outbox"
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def without_hour(place: Place) -> dict[str, object]:
    found: dict[str, object] = {}
    for filed in place.objects():
        lines = [
            line for line in filed.read("inner-list.txt").decode().splitlines() if "Кім, қашан" not in line
        ]
        paths = [p for p in filed.state if p != "events.jsonl"]
        found[filed.id] = (paths, [line for line in lines if "SHA" not in line and len(line) < 120])
    return found


def killed_at(place: Place, number: int, command: tuple[str, ...]) -> Callable[[], object]:
    def work() -> None:
        with at_step(number, die):
            place.jeke(*command)

    return work


def settled(place: Place) -> None:
    """The next run, with nothing dropped."""
    cli = CliContext.of(["--config", str(place.folder / "config.yaml")])
    with cli.workplace() as opened, at_work(opened) as work:
        assert opened.index.suspects() == ()
        work.scan(lambda _ended: None)
