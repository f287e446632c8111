"""The cleanup on a real place of work: plan, approvals, run, act, register, sweep; and what is left afterwards."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from pipeline.archive.ocfl.storage_root import OcflObject
from pipeline.archive.person.filed_documents import read_documents
from pipeline.archive.person.recordings_register import read_register
from pipeline.domain.errors import JekeError
from pipeline.domain.recordings import Entry, RecordingState, Register
from pipeline.flow.retention.approvals import mandate_words
from pipeline.flow.retention.holding import release, set_hold
from pipeline.flow.retention.plan_book import Standing
from pipeline.flow.retention.planned import cases_of_open_plans
from pipeline.flow.retention.sweep import Cleanup, Swept
from pipeline.flow.retention.two_people import Asking, accept_clock, lift_appeal, shorten_term
from pipeline.flow.site.workplace import Workplace
from pipeline.retention.approval import Approval, StandingOrder
from pipeline.retention.plan import Plan, Reason
from pipeline.retention.run import RunOutcome
from pipeline.retention.run_log import RunLog, Start
from pipeline.retention.vault import Stored
from tests.archive.ocfl_support import faults_by_ocfl_py
from tests.e2e.place import Place, sample
from tests.retention.place_support import (
    CASE,
    DUE_ON,
    FILE,
    LOGINS,
    MANDATE,
    PLAIN,
    SITTING,
    STORED_ON,
    approved,
    at,
    filed,
    laid_out,
    machine,
    opened,
    records_of_the_sample,
    store,
)

ORDER = StandingOrder("15", date(2026, 1, 12), "Б.С. Есімов")
NAME = "Әбілқасов"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The sample filed and its recording stored, once: a place of work can be copied."""
    made = laid_out(tmp_path_factory.mktemp("base") / "place")
    filed(made)
    store(made)
    return made


@pytest.fixture
def place(base: Place, tmp_path: Path) -> Place:
    shutil.copytree(base.folder, tmp_path / "place")
    return Place(tmp_path / "place")


@pytest.fixture
def stored(place: Place) -> Stored:
    with opened(place, DUE_ON) as work:
        (one,) = work.vault.all()
    return one


def file_of(place: Place, name: str = NAME) -> OcflObject:
    return place.object_named(name)


def register(place: Place, name: str = NAME) -> Register:
    return read_register(file_of(place, name).read("recordings.yaml"))


def entry(place: Place) -> Entry:
    (one,) = register(place).entries
    return one


def run(place: Place, plan: Plan, order: StandingOrder | None = None) -> RunOutcome:
    with opened(place, DUE_ON) as work:
        return Cleanup(work, "tester").run(plan.number, order, confirmed=False)


def words(plan: Plan, given: int) -> str:
    return f"{plan.number} {given}"


def sweep(work: Workplace, order: StandingOrder | None = None, *, confirmed: bool = False) -> Swept:
    return Cleanup(work, "jeke").sweep(order, words, confirmed=confirmed)


def tree(folder: Path) -> dict[str, str]:
    return {
        str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file() and p.name not in ("turn", "lock")
    }


# --- the whole way --------------------------------------------------------------------------------------


def test_a_recording_ends_with_its_act_in_the_personal_file(place: Place, stored: Stored) -> None:
    plan = approved(place, DUE_ON)
    outcome = run(place, plan)
    assert [item.file for item in outcome.destroyed] == [FILE]
    (act,) = outcome.acts

    one, person = entry(place), file_of(place)
    assert one.destroyed is not None
    assert register(place).state(one) is RecordingState.DESTROYED
    assert (one.destroyed.act, one.destroyed.on, one.destroyed.plan) == (
        "2026-001/1",
        DUE_ON.date(),
        "2026-001",
    )
    pdf = person.read(one.destroyed.path)
    assert hashlib.sha512(pdf).hexdigest() == one.destroyed.sha512 == act.sha512
    text = " ".join("".join(p.extract_text() for p in PdfReader(BytesIO(pdf)).pages).split())
    whole = text.replace(" ", "").replace("\u200b", "")
    with opened(place, DUE_ON) as work:
        entries = list(work.audit.entries())
    told = next(e for e in entries if e.detail.get("recording") == stored.id and e.event == "destruction")
    for fact in ("2026-001/1", FILE, stored.sha256, plan.sha256, "16.10.2025", "16.10.2026", told.sha256):
        assert fact.replace(" ", "") in whole, fact
    assert all(name in text for name in MANDATE)
    assert "Әбілқасов Дархан Маратұлы" in text

    folder = one.destroyed.path.rpartition("/")[0]
    listed = {d.path: d for d in read_documents(person.read(f"{folder}/documents.json"))}
    assert listed[one.destroyed.path].document == "act-of-destruction"
    assert one.destroyed.path in person.read("inner-list.txt").decode()
    assert '"deletion"' in person.read("events.jsonl").decode()
    assert (place.folder / "outbox" / CASE / "act-of-destruction-2026-001.pdf").read_bytes() == pdf
    with opened(place, DUE_ON) as work:
        assert work.vault.all() == ()
        assert work.audit.verify().sound
    assert faults_by_ocfl_py(place.folder / "archive") == []
    assert place.jeke("verify").status == 0


def test_afterwards_nothing_of_it_can_be_found_or_read(place: Place, stored: Stored) -> None:
    """Looked for in every folder of the place and in a backup made before, which has no keys."""
    copies = (
        place.folder / "outbox" / CASE / "тыңдауға.mp4",
        place.folder / "inbox" / "duplicates" / "x" / FILE,
        place.folder / "state" / "work" / "left-behind",
    )
    for copy in copies:
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(PLAIN)
    backup = place.folder.parent / "backup"
    keys = {p.read_bytes() for p in (place.folder / "state" / "recording-keys").iterdir()}
    sealed = (place.folder / "recordings" / f"{stored.id}.age").read_bytes()
    shutil.copytree(
        place.folder, backup, ignore=shutil.ignore_patterns("recording-keys", "inbox", "outbox", "work")
    )
    assert (backup / "recordings" / f"{stored.id}.age").read_bytes() == sealed

    run(place, approved(place, DUE_ON))

    assert not [copy for copy in copies if copy.exists()]
    secrets = {line for key in keys for line in key.split() if line.startswith(b"AGE-SECRET-KEY")}
    assert secrets
    for folder in (place.folder, backup):
        for path in (p for p in folder.rglob("*") if p.is_file()):
            data = path.read_bytes()
            assert PLAIN[:64] not in data, path
            assert not [secret for secret in secrets if secret in data], path
    assert not [p for p in place.folder.rglob("*") if p.is_file() and p.read_bytes() == sealed]
    assert [path.name for path in (place.folder / "recordings").iterdir()] == ["place.json"]
    assert list((place.folder / "state" / "recording-keys").iterdir()) == []


def test_the_same_bytes_on_their_way_to_another_interview_are_left_alone(
    place: Place, stored: Stored
) -> None:
    filed(place, sample("tie"))
    with opened(place, DUE_ON) as work:
        other = next(e for r in work.index.registers().values() for e in r.entries if e.case != CASE)
    assert other.file is not None
    waiting = place.folder / "state" / "work" / "waiting" / other.file
    waiting.parent.mkdir(parents=True)
    waiting.write_bytes(PLAIN)
    assert run(place, approved(place, DUE_ON)).destroyed
    assert waiting.read_bytes() == PLAIN


def test_what_happened_survives_the_records_dropped_anew(place: Place, stored: Stored) -> None:
    with opened(place, DUE_ON) as work:
        set_hold(work, CASE, "сот ұйғарымы № 7", "Қ.", agent="tester")
        release(work, CASE, "сот ұйғарымы № 7", "шешілді", "Қ.", agent="tester")
    run(place, approved(place, DUE_ON))
    before, act = register(place), entry(place).destroyed
    assert act is not None
    pdf = file_of(place).read(act.path)
    records = records_of_the_sample()
    later = DUE_ON + timedelta(days=1)
    filed(place, records["sitting"].replace(f"{{file: {FILE}", "{file: басқа.mp4"), now=later)
    names = {e.file: e for e in register(place).entries}
    assert names.keys() == {FILE, "басқа.mp4"}
    assert names[FILE] == replace(before.entries[0], named=False)
    filed(place, records["case"].replace("Маратұлы", "Маратович"), records["sitting"], now=later)
    assert register(place) == before
    assert file_of(place).read(act.path) == pdf


def test_facts_and_act_go_with_a_case_that_moves_to_another_person(place: Place, stored: Stored) -> None:
    with opened(place, DUE_ON) as work:
        set_hold(work, CASE, "сот ұйғарымы № 7", "Қ.", agent="tester")
        release(work, CASE, "сот ұйғарымы № 7", "шешілді", "Қ.", agent="tester")
    run(place, approved(place, DUE_ON))
    before, old = register(place), file_of(place)
    act = before.entries[0].destroyed
    assert act is not None
    case = records_of_the_sample()["case"]
    moved = re.sub(r'iin: "?850314390019"?', "iin: 900101300007", case)
    assert moved != case
    filed(place, moved, now=DUE_ON + timedelta(days=1))
    new = next(o for o in place.objects() if o.id != old.id and "recordings.yaml" in o.state)
    assert read_register(new.read("recordings.yaml")) == before
    assert new.read(act.path) == old.read(act.path)
    left = next(o for o in place.objects() if o.id == old.id)
    assert read_register(left.read("recordings.yaml")) == Register()
    assert act.path not in left.state


# --- what keeps a recording after all -------------------------------------------------------------------


def test_a_hold_set_after_the_approvals_keeps_it(place: Place, stored: Stored) -> None:
    plan = approved(place, DUE_ON)
    with opened(place, DUE_ON) as work:
        set_hold(work, FILE, "сот ұйғарымы № 7", "Қ.", agent="tester")
    held = run(place, plan)
    assert (held.destroyed, [why for _, why in held.kept]) == ((), [Reason.HELD])
    assert entry(place).destroyed is None
    with opened(place, DUE_ON) as work:
        release(work, stored.id[:12], "Сот  ұйғарымы № 7", "шешілді", "Қ.", agent="tester")
    assert run(place, plan) == held, "a plan that was run is over: what it kept needs a new plan"
    with opened(place, DUE_ON + timedelta(days=1)) as work:
        assert [i.file for i in Cleanup(work, "t").plan().destroy] == [FILE]


def test_what_is_kept_after_all_is_told_with_its_mandate(place: Place, stored: Stored) -> None:
    plan = approved(place, DUE_ON)
    with opened(place, DUE_ON) as work:
        set_hold(work, FILE, "сот ұйғарымы № 7", "Қ.", agent="tester")
        previewed = Cleanup(work, "tester").preview(plan.number)
    kept = run(place, plan).kept
    for told in (previewed, kept):
        assert [(i.reason, i.mandates) for i, _ in told] == [(Reason.HELD, ("сот ұйғарымы № 7",))]


def test_a_recording_of_a_withdrawn_case_is_held_by_the_case_too(place: Place, stored: Stored) -> None:
    sitting = records_of_the_sample()["sitting"]
    head, tail = sitting.partition("candidates:")[0], "protocol:" + sitting.partition("protocol:")[2]
    filed(place, f"{head}candidates: []\n{tail}")
    assert place.jeke("withdraw", CASE, "--reason", "қате салынған").status == 0
    assert place.jeke("retention", "hold", CASE, "--mandate", "сот ұйғарымы № 7").status == 0
    assert register(place).state(entry(place)) is RecordingState.HELD
    assert place.jeke("retention", "release", CASE, "--mandate", "сот ұйғарымы № 7").status == 0
    with opened(place, DUE_ON) as work:
        assert [i.reason for i in Cleanup(work, "t").plan(dry_run=True).keep] == [Reason.UNNAMED]


def test_an_appeal_filed_after_the_approvals_keeps_it_until_it_is_decided(
    place: Place, stored: Stored
) -> None:
    plan = approved(place, DUE_ON)
    case = records_of_the_sample()["case"].rstrip() + "\n"
    assert "\nappeal:" not in case
    filed(place, case + "appeal: {filed_on: 2025-11-03, court: true}\n", now=DUE_ON)
    assert register(place).state(entry(place)) is RecordingState.HELD
    assert [why for _, why in run(place, plan).kept] == [Reason.APPEAL]
    decided = "appeal: {filed_on: 2025-11-03, court: true, decided_on: 2026-11-20, result: өзгеріссіз}\n"
    later = at(date(2026, 11, 23))
    filed(place, case + decided, now=later)
    with opened(place, later) as work:
        assert [i.file for i in Cleanup(work, "t").plan().destroy] == [FILE]


def test_a_file_that_is_gone_is_named_and_not_declared_destroyed(place: Place, stored: Stored) -> None:
    plan = approved(place, DUE_ON)
    (place.folder / "recordings" / f"{stored.id}.age").unlink()
    outcome = run(place, plan)
    assert [why for _, why in outcome.kept] == [Reason.FILE_MISSING]
    assert entry(place).destroyed is None
    assert (place.folder / "state" / "recording-keys" / f"{stored.id}.key").exists()


def test_without_two_approvals_nothing_is_begun(place: Place, stored: Stored) -> None:
    with opened(place, DUE_ON) as work:
        cleanup = Cleanup(work, "tester")
        plan = cleanup.plan()
        Cleanup(work, LOGINS[0]).approve(plan.number, MANDATE[0])
        with pytest.raises(JekeError, match="approval_missing"):
            cleanup.run(plan.number, None, confirmed=False)
        with pytest.raises(JekeError, match="approval_same_person"):
            Cleanup(work, LOGINS[1]).approve(plan.number, "B.S. Esimov")
        with pytest.raises(JekeError, match="approval_same_login"):
            Cleanup(work, f"{LOGINS[0]} (jeke)").approve(plan.number, MANDATE[1])
    ran = place.jeke("retention", "run", plan.number)
    assert ran.status == 4
    assert not (place.folder / "state" / "retention" / "runs").exists()


def test_an_altered_plan_is_refused_by_approval_and_run(place: Place, stored: Stored) -> None:
    plan = approved(place, DUE_ON)
    path = place.folder / "state" / "retention" / "plans" / "2026-001.json"
    path.write_bytes(plan.data().replace(stored.id.encode(), b"f" * 32))
    assert place.jeke("retention", "approve", "2026-001", "--by", "Ли Виктор").status == 4
    with pytest.raises(JekeError, match="plan_altered"):
        run(place, plan)
    assert place.jeke("retention", "run", "2026-007").status == 3


def test_a_plan_and_its_hash_altered_together_are_not_what_was_approved(place: Place, stored: Stored) -> None:
    plan = approved(place, DUE_ON)
    with opened(place, DUE_ON) as work:
        Cleanup(work, "t").plans.keep(replace(plan, on=date(2027, 1, 1)))
    with pytest.raises(JekeError, match="plan_altered"):
        run(place, plan)


def test_a_clock_set_back_or_leapt_ahead_refuses(place: Place, stored: Stored) -> None:
    plan = approved(place, DUE_ON)
    for now, code in ((DUE_ON - timedelta(hours=1), "clock_back"), (DUE_ON.replace(year=2031), "clock_leap")):
        with opened(place, now) as work, pytest.raises(JekeError, match=code):
            Cleanup(work, "tester").run(plan.number, None, confirmed=False)
    assert entry(place).destroyed is None
    with opened(place, DUE_ON.replace(year=2031)) as work:
        assert Cleanup(work, "tester").run(plan.number, None, confirmed=True).destroyed


def test_creeping_leaps_stop_the_sweep(place: Place, stored: Stored) -> None:
    """61 days ahead and started anew, again and again, below what a pause may be each time."""
    day, refused = at(date(2025, 10, 21)), 0
    for boot in range(12):
        with opened(place, day) as opened_now:
            started_anew = machine(day, f"boot {boot}", timedelta(hours=1))
            work = replace(opened_now, running=partial(lambda now: now, started_anew))
            try:
                assert sweep(work, replace(ORDER, date=date(2025, 4, 1))).outcome is None
            except JekeError as error:
                assert error.code == "clock_leap"  # noqa: PT017
                refused += 1
        day += timedelta(days=61)
    assert refused == 10
    assert entry(place).destroyed is None


def test_a_clock_set_ahead_while_the_machine_runs_is_not_overruled_by_one_person(
    place: Place, stored: Stored
) -> None:
    with opened(place, at(date(2026, 10, 1))) as work:
        sweep(work, ORDER, confirmed=True)
    leapt = at(date(2026, 11, 1))
    with opened(place, leapt) as opened_now:
        work = replace(opened_now, running=lambda: replace(machine(leapt - timedelta(days=31)), kernel=leapt))
        with pytest.raises(JekeError, match="clock_jump"):
            sweep(work, ORDER, confirmed=True)
    assert entry(place).destroyed is None


def test_two_people_take_back_what_was_written_under_a_wrong_clock(place: Place, stored: Stored) -> None:
    """One command in 2099: nothing more is destroyed until then, unless two people say that it was wrong."""
    plan = approved(place, DUE_ON)
    with opened(place, DUE_ON.replace(year=2099)) as work:
        work.audit.append("view", agent="x", at=work.clock())
        filed(place, records_of_the_sample()["case"].replace("Маратұлы", "Маратович"), now=work.clock())
    later = DUE_ON + timedelta(hours=1)
    with opened(place, later) as work:
        work.audit.append("view", agent="x", at=later)
        with pytest.raises(JekeError, match="clock_back"):
            Cleanup(work, "t").run(plan.number, None, confirmed=True)
        first = Asking("Есімов Болат", "bolat", "BIOS батареясы отырған")
        assert not accept_clock(work, first).done
        with pytest.raises(JekeError, match="approval_same_login"):
            accept_clock(work, replace(first, by="Ахметова Сәуле"))
        with pytest.raises(JekeError, match="clock_back"):
            Cleanup(work, "t").run(plan.number, None, confirmed=True)
        assert accept_clock(work, replace(first, by="Ахметова Сәуле", agent="saule (jeke)")).done
        assert [e.event for e in work.audit.entries()].count("clock") == 1
        assert Cleanup(work, "t").run(plan.number, None, confirmed=False).destroyed
    with opened(place, later + timedelta(days=1)) as work:
        assert sweep(work, ORDER) == Swept()
        work.audit.append("view", agent="x", at=DUE_ON.replace(year=2098))
        with pytest.raises(JekeError, match="clock_back"):
            sweep(work, ORDER)


# --- the sweep ------------------------------------------------------------------------------------------


def test_the_sweep_is_silent_until_something_is_due_and_catches_up_after_a_month_off(
    place: Place, stored: Stored
) -> None:
    for day in (date(2026, 9, 20), date(2026, 10, 16)):
        with opened(place, at(day)) as work:
            assert sweep(work, ORDER, confirmed=True) == Swept()
    with opened(place, at(date(2026, 11, 16))) as work:
        swept = sweep(work, ORDER)
    assert swept.outcome is not None
    assert [i.file for i in swept.outcome.destroyed] == [FILE]
    act = entry(place).destroyed
    assert act is not None
    assert act.mandate == "Тұрақты бұйрық: № 15, 12.01.2026, қол қойған: Б.С. Есімов"
    with opened(place, at(date(2026, 11, 17))) as work:
        assert sweep(work, ORDER) == Swept()


def test_without_a_standing_order_the_plan_waits_and_is_not_made_twice(place: Place, stored: Stored) -> None:
    note = place.folder / "outbox" / "retention" / "жою-жоспары-2026-001.txt"
    for day in range(3):
        with opened(place, DUE_ON + timedelta(days=day)) as work:
            swept = sweep(work, confirmed=True)
            assert swept.plan is not None
            assert (swept.plan.number, swept.outcome, swept.approvals) == ("2026-001", None, min(day, 2))
            assert note.read_text(encoding="utf-8") == f"2026-001 {min(day, 2)}"
            if day < 2:
                Cleanup(work, LOGINS[day]).approve("2026-001", MANDATE[day])
    assert stored.id in {e.stored.id for e in register(place).entries if e.stored}
    with opened(place, DUE_ON + timedelta(days=3)) as work:
        assert Cleanup(work, "t").run("2026-001", None, confirmed=False).destroyed
    assert not note.exists()


def test_a_cancelled_plan_leaves_its_note_and_approvers_and_is_planned_anew(
    place: Place, stored: Stored
) -> None:
    notes, state = place.folder / "outbox" / "retention", place.folder / "state" / "retention"
    with opened(place, DUE_ON) as work:
        sweep(work, confirmed=True)
        assert cases_of_open_plans(state) == (CASE,)
        Cleanup(work, "saule").cancel("2026-001", "қате")
        assert cases_of_open_plans(state) == ()
        assert [item.recording for item in Cleanup(work, "t").unplanned()] == [stored.id]
    assert list(notes.iterdir()) == []
    with opened(place, DUE_ON + timedelta(days=1)) as work:
        swept = sweep(work, confirmed=True)
        assert swept.plan is not None
        assert swept.plan.number == "2026-002"


def test_a_run_that_was_begun_is_not_cancelled(place: Place, stored: Stored) -> None:
    plan = approved(place, DUE_ON)
    log = RunLog(place.folder / "state" / "retention" / "runs" / f"{plan.number}.jsonl")
    with opened(place, DUE_ON) as work:
        cleanup = Cleanup(work, "t")
        log.begin(Start(plan.number, plan.sha256, cleanup._mandate(plan, None), DUE_ON))
        with pytest.raises(JekeError, match="plan_run"):
            cleanup.cancel(plan.number, "қате")
        (listed,) = cleanup.book.listed()
        assert listed.standing is Standing.INTERRUPTED
    assert run(place, plan).destroyed


def test_the_note_of_a_plan_that_a_newer_one_stands_for_goes(place: Place, stored: Stored) -> None:
    notes = place.folder / "outbox" / "retention"
    with opened(place, DUE_ON) as work:
        sweep(work, confirmed=True)
    record = records_of_the_sample()["sitting"]
    named = "{file: В-2025-118.mp4"
    more = record.replace(named, f"{{file: тағы.mp4, recorded_on: 2025-10-17}}, {named}")
    filed(place, more, now=DUE_ON)
    store(place, "тағы.mp4", PLAIN + b"more")
    with opened(place, DUE_ON + timedelta(days=1)) as work:
        sweep(work, confirmed=True)
    assert [path.name for path in notes.iterdir()] == ["жою-жоспары-2026-002.txt"]
    with opened(place, DUE_ON + timedelta(days=1)) as work:
        Cleanup(work, "t").approve("2026-001", MANDATE[0])
        sweep(work, confirmed=True)
    assert [path.name for path in notes.iterdir()] == ["жою-жоспары-2026-002.txt"]


def test_a_run_under_an_order_that_is_withdrawn_destroys_nothing_more(place: Place, stored: Stored) -> None:
    """Killed before the key: the order must stand still when the run goes on; by `run` as by `sweep`."""
    with opened(place, DUE_ON) as work:
        cleanup = Cleanup(work, "jeke")
        plan = cleanup.plan()
        log = RunLog(place.folder / "state" / "retention" / "runs" / f"{plan.number}.jsonl")
        log.begin(Start(plan.number, plan.sha256, mandate_words(ORDER), DUE_ON))
        log.intend(plan.destroy[0], "2026-001/1")
        outcome = cleanup.run(plan.number, replace(ORDER, number="16"), confirmed=False)
        assert [(i.file, why) for i, why in outcome.kept] == [(FILE, Reason.INTERRUPTED)]
        assert work.vault.has_key(stored.id)
        assert sweep(work, ORDER).outcome is not None
        assert not work.vault.has_key(stored.id)


def test_a_run_that_lost_a_key_is_ended_by_run_without_its_order(place: Place, stored: Stored) -> None:
    with opened(place, DUE_ON) as work:
        cleanup = Cleanup(work, "jeke")
        plan = cleanup.plan()
        log = RunLog(place.folder / "state" / "retention" / "runs" / f"{plan.number}.jsonl")
        log.begin(Start(plan.number, plan.sha256, mandate_words(ORDER), DUE_ON))
        log.intend(plan.destroy[0], "2026-001/1")
        cleanup._tell(plan.number, plan.destroy[0])
        work.vault.destroy_key(stored.id)
        assert [i.file for i in cleanup.run(plan.number, None, confirmed=False).destroyed] == [FILE]
    destroyed = entry(place).destroyed
    assert destroyed is not None
    assert destroyed.mandate == mandate_words(ORDER)


def test_a_dry_run_changes_nothing(place: Place, stored: Stored) -> None:
    plan = approved(place, DUE_ON)
    before = tree(place.folder)
    with opened(place, DUE_ON) as work:
        cleanup = Cleanup(work, "tester")
        assert cleanup.plan(dry_run=True).destroy
        assert cleanup.preview(plan.number)[0][1] is Reason.TERM_OVER
        assert cleanup.sweep(ORDER, words, confirmed=False, dry_run=True).plan is not None
        set_hold(work, CASE, "сот", "Қ.", agent="t", dry_run=True)
    assert tree(place.folder) == before


def test_the_act_shows_this_persons_recordings_alone(place: Place) -> None:
    filed(place, sample("tie"))
    with opened(place, DUE_ON) as work:
        other = next(e for r in work.index.registers().values() for e in r.entries if e.case != CASE)
    assert other.file is not None
    store(place, other.file, PLAIN + b"other", case=other.case, sitting=other.sitting)
    now = at(date(2026, 12, 31))
    plan = approved(place, now)
    with opened(place, now) as work:
        outcome = Cleanup(work, "t").run(plan.number, None, confirmed=False)
    assert {a.number for a in outcome.acts} == {"2026-001/1", "2026-001/2"}
    assert len({a.object_id for a in outcome.acts}) == 2
    for act in outcome.acts:
        filed_in = next(o for o in place.objects() if o.id == act.object_id)
        text = "".join(p.extract_text() for p in PdfReader(BytesIO(filed_in.read(act.path))).pages)
        mine, others = (FILE, other.file) if act.case == CASE else (other.file, FILE)
        assert mine in text
        assert others not in text


# --- records that would have it sooner ------------------------------------------------------------------

EARLIER = {"2025-10-16": "2022-10-16"}


def answer(place: Place, record: str) -> str:
    (file,) = (place.folder / "outbox" / record).glob("жауап.txt")
    return file.read_text(encoding="utf-8")


def test_a_revision_with_earlier_days_takes_nothing_off_the_term(place: Place, stored: Stored) -> None:
    sitting = records_of_the_sample()["sitting"]
    sooner = sitting.replace("recorded_on: 2025-10-16", "recorded_on: 2022-10-16")
    assert sooner != sitting
    before = DUE_ON - timedelta(days=1)
    for revision in (sooner, sitting.replace(FILE, "басқа.mp4"), sooner):
        filed(place, revision, now=before)
    one = next(e for e in register(place).entries if e.file == FILE)
    assert (one.recorded_on, one.keep_until) == (date(2022, 10, 16), date(2026, 10, 16))
    assert "НАЗАР АУДАРЫҢЫЗ" in answer(place, SITTING)
    assert "16.10.2026" in answer(place, SITTING)
    with opened(place, before) as work:
        assert sweep(work, ORDER, confirmed=True) == Swept()
        (item,) = Cleanup(work, "t").plan(dry_run=True).keep
    assert item.keep_until == date(2026, 10, 16)


def test_two_people_shorten_a_term_that_was_promised_by_mistake(place: Place, stored: Stored) -> None:
    sitting = records_of_the_sample()["sitting"]
    filed(place, sitting.replace("recorded_on: 2025-10-16", "recorded_on: 2025-10-17"), now=STORED_ON)
    filed(place, sitting, now=STORED_ON)
    assert entry(place).keep_until == date(2026, 10, 17)
    first = Asking("Есімов Болат", "bolat", "акт № 3")
    with opened(place, DUE_ON) as work:
        assert Cleanup(work, "t").plan(dry_run=True).destroy == ()
        assert not shorten_term(work, FILE, first).done
        with pytest.raises(JekeError, match="approval_same_person"):
            shorten_term(work, FILE, replace(first, by="Bolat Esimov", agent="other"))
        assert entry(place).keep_until == date(2026, 10, 17)
        assert shorten_term(work, FILE, replace(first, by="Ахметова Сәуле", agent="saule")).done
        assert [i.keep_until for i in Cleanup(work, "t").plan(dry_run=True).destroy] == [date(2026, 10, 16)]
        with pytest.raises(JekeError, match="term_not_longer"):
            shorten_term(work, FILE, first)


def test_a_setting_that_was_raised_and_lowered_again_takes_nothing_back(place: Place, stored: Stored) -> None:
    with opened(place, DUE_ON) as work:
        three = replace(work.readings, recording_retention_years=3)
        assert sweep(replace(work, readings=three), confirmed=True) == Swept()
        assert sweep(work, ORDER) == Swept()
    assert entry(place).keep_until == date(2028, 10, 16)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "appeal: {filed_on: 2025-10-20, court: true, decided_on: 2025-10-30, result: өзгеріссіз}\n",
        "appeal: {filed_on: 2025-11-03, court: false, decided_on: 2026-10-01, result: өзгеріссіз}\n",
    ],
    ids=["left out", "an earlier one", "no court any more"],
)
def test_a_revision_that_is_silent_on_the_appeal_lifts_no_ban(
    place: Place, stored: Stored, said: str
) -> None:
    case = records_of_the_sample()["case"].rstrip() + "\n"
    filed(place, case + "appeal: {filed_on: 2025-11-03, court: true}\n", now=STORED_ON + timedelta(days=20))
    filed(place, case + said, now=DUE_ON)
    assert "НАЗАР АУДАРЫҢЫЗ" in answer(place, CASE)
    assert "--appeal" in answer(place, CASE)
    with opened(place, DUE_ON) as work:
        assert sweep(work, ORDER, confirmed=True) == Swept()
        assert [i.reason for i in Cleanup(work, "t").plan(dry_run=True).keep] == [Reason.APPEAL]
        first = Asking("Есімов Болат", "bolat", "шағым басқа іске қатысты еді, хат № 9")
        assert not lift_appeal(work, CASE, first).done
        assert sweep(work, ORDER, confirmed=True) == Swept()
        assert lift_appeal(work, CASE, replace(first, by="Ахметова Сәуле", agent="saule")).done
        assert sweep(work, ORDER).outcome is not None
    lifted = register(place).holds[0].lifted
    assert lifted is not None
    assert ("Есімов Болат (bolat)" in lifted.by, "Ахметова Сәуле (saule)" in lifted.by) == (True, True)


def test_the_ban_of_an_appeal_outlives_the_case(place: Place, stored: Stored) -> None:
    case = records_of_the_sample()["case"].rstrip() + "\n"
    filed(place, case + "appeal: {filed_on: 2025-11-03, court: true}\n", now=STORED_ON + timedelta(days=20))
    sitting = records_of_the_sample()["sitting"]
    head, tail = sitting.partition("candidates:")[0], "protocol:" + sitting.partition("protocol:")[2]
    filed(place, f"{head}candidates: []\n{tail}", now=DUE_ON)
    withdrawn = place.jeke("withdraw", CASE, "--reason", "қате салынған")
    assert withdrawn.status == 0
    assert "НАЗАР АУДАРЫҢЫЗ" in withdrawn.err
    assert "03.11.2025, сотқа" in withdrawn.err
    filed(place, case, sitting, now=at(date(2026, 12, 1)))
    with opened(place, at(date(2026, 12, 1))) as work:
        assert [i.reason for i in Cleanup(work, "t").plan(dry_run=True).keep] == [Reason.APPEAL]


# --- approvals without their word in the chain ----------------------------------------------------------


def by_hand(place: Place, plan: Plan) -> None:
    """Everything beside the chain, as the program would have written it."""
    folder = place.folder / "state" / "retention" / "plans"
    (folder / f"{plan.number}.json").write_bytes(plan.data())
    (folder / f"{plan.number}.sha256").write_text(f"{plan.sha256}  {plan.number}.json\n")
    lines = [
        Approval(plan.number, plan.sha256, name, DUE_ON, login).data()
        for name, login in zip(MANDATE, ("bolat", "saule"), strict=True)
    ]
    (folder / f"{plan.number}.approvals.jsonl").write_bytes(b"\n".join(lines) + b"\n")


def test_approvals_written_by_hand_are_nothing(place: Place, stored: Stored) -> None:
    with opened(place, DUE_ON) as work:
        plan = Cleanup(work, "t").plan()
    by_hand(place, plan)
    with pytest.raises(JekeError, match="approval_unbound"):
        run(place, plan)
    path = place.folder / "state" / "retention" / "plans" / f"{plan.number}.approvals.jsonl"
    old = [json.loads(line) for line in path.read_bytes().splitlines()]
    with opened(place, DUE_ON) as work:  # as 0.2.0 told the chain of them
        for one in old:
            detail = {"plan": plan.number, "sha256": plan.sha256}
            work.audit.append("approval", agent=one["user"], at=DUE_ON, detail=detail)
    with pytest.raises(JekeError, match="approval_unbound"):
        run(place, plan)
    assert entry(place).destroyed is None
    with opened(place, DUE_ON) as work:
        for login, name in zip(LOGINS, MANDATE, strict=True):
            Cleanup(work, login).approve(plan.number, name)
    assert run(place, plan).destroyed


def test_a_plan_written_by_hand_is_nothing(place: Place, stored: Stored) -> None:
    with opened(place, DUE_ON) as work:
        forged = Cleanup(work, "t").plan(dry_run=True)
    (place.folder / "state" / "retention" / "plans").mkdir(parents=True, exist_ok=True)
    by_hand(place, forged)
    with pytest.raises(JekeError, match="plan_altered"):
        run(place, forged)
    with opened(place, DUE_ON) as work, pytest.raises(JekeError, match="plan_altered"):
        Cleanup(work, "x").approve(forged.number, MANDATE[0])


def test_a_name_or_login_rewritten_beside_the_chain_unmakes_the_approval(
    place: Place, stored: Stored
) -> None:
    plan = approved(place, DUE_ON)
    path = place.folder / "state" / "retention" / "plans" / f"{plan.number}.approvals.jsonl"
    whole = path.read_bytes()
    for old, new in ((MANDATE[1], "Басқа Біреу"), ("saule", "aigul")):
        path.write_bytes(whole.replace(old.encode(), new.encode()))
        with pytest.raises(JekeError, match="approval_unbound"):
            run(place, plan)
    path.write_bytes(whole)
    (act,) = run(place, plan).acts
    pdf = file_of(place).read(act.path)
    text = "".join("".join(p.extract_text() for p in PdfReader(BytesIO(pdf)).pages).split())
    assert ("bolat" in text, "saule" in text) == (True, True)


def test_a_standing_order_of_a_day_to_come_destroys_nothing(place: Place, stored: Stored) -> None:
    order = replace(ORDER, date=DUE_ON.date() + timedelta(days=1))
    with opened(place, DUE_ON) as work:
        with pytest.raises(JekeError, match="order_ahead"):
            sweep(work, order, confirmed=True)
        plan = Cleanup(work, "t").plan()
        with pytest.raises(JekeError, match="order_ahead"):
            Cleanup(work, "t").run(plan.number, order, confirmed=True)
        assert work.vault.has_key(stored.id)
    with opened(place, DUE_ON + timedelta(days=1)) as work:
        assert sweep(work, order, confirmed=True).outcome is not None


def test_an_interrupted_destruction_is_to_be_resumed_and_not_a_loss(place: Place, stored: Stored) -> None:
    plan = approved(place, DUE_ON)
    with opened(place, DUE_ON) as work:
        cleanup = Cleanup(work, "t")
        log = RunLog(place.folder / "state" / "retention" / "runs" / f"{plan.number}.jsonl")
        log.begin(Start(plan.number, plan.sha256, cleanup._mandate(plan, None), DUE_ON))
        log.intend(plan.destroy[0], f"{plan.number}/1")
        cleanup._tell(plan.number, plan.destroy[0])
        work.vault.destroy_key(stored.id)
    reconciled = place.jeke("retention", "reconcile")
    assert reconciled.status == 1
    assert f"jeke retention run {plan.number}" in reconciled.err
    assert "Кілт жоқ" not in reconciled.out
    assert "docs/recordings.md" not in reconciled.err
    verified = place.jeke("verify", "--quick")
    assert verified.status == 1
    assert "recording-under_way" in verified.out
    assert "recording-key_missing" not in verified.out
    assert plan.number in place.jeke("doctor", "--health").out
    assert run(place, plan).destroyed
    assert place.jeke("retention", "reconcile").status == 0
