"""How cases stand, kept in the index: the same as judged anew, whatever came in which order, on any day."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from pydantic import TypeAdapter

from pipeline.archive.index.standing import due_entries, stale
from pipeline.archive.person.filed_findings import findings_json
from pipeline.archive.person.record_file import SittingFile
from pipeline.cli.context import CliContext
from pipeline.domain.findings import Judgement, Nature
from pipeline.domain.records import Case, Kind, Record, Ref, Sitting
from pipeline.flow.casefile.related.related_records import RelatedRecords
from pipeline.flow.outcomes.results import Note
from pipeline.flow.site.workplace import Workplace
from pipeline.flow.standing import refresh
from pipeline.flow.standing.asked import standings
from pipeline.flow.standing.case import CaseStanding, OpenAppeal, case_standing
from pipeline.flow.standing.due import Due
from pipeline.flow.standing.kept import from_json, to_json
from pipeline.flow.standing.refresh import steps
from pipeline.law.engine import Bench
from pipeline.law.judging import judge
from pipeline.record_format.reader import read_stream
from pipeline.working import at_work
from tests.archive.filing_support import Filer, case_file
from tests.e2e.place import Place, documents_of, sample
from tests.flow.kept_place import kept_place

CASE = "QRG-PD-2025-014"
ON = date(2025, 11, 3)
CAMPAIGN, COMMISSION, OWN, SITTING = documents_of(sample("recommended"))
TWIN = "900722490015"


def changed(text: str, **fields: object) -> str:
    """A record with other values; a dotted name with `__`."""
    data = yaml.load(text, yaml.CBaseLoader)  # noqa: S506  # its safe loader of plain texts
    for path, value in fields.items():
        *inner, last = path.split("__")
        place = data
        for step in inner:
            place = place[int(step)] if isinstance(place, list) else place[step]
        place[last] = value
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False)


def without(text: str, *fields: str) -> str:
    data = yaml.load(text, yaml.CBaseLoader)  # noqa: S506  # its safe loader of plain texts
    return yaml.safe_dump({k: v for k, v in data.items() if k not in fields}, allow_unicode=True)


LATER = without(changed(OWN, id="LATER", campaign="C-2"), "sheet", "materials", "history")
COPY = changed(OWN, id="COPY", employee__iin=TWIN, employee__surname="Оспанов")
MEMBER = changed(
    OWN,
    id="MEMBER",
    employee__iin="770707400009",
    employee__surname="Қасымов",
    employee__given_name="Арман",
    employee__patronymic="Бекетұлы",
)
"""The chair of the commission is attested himself."""
BOTH_WAYS = dict.fromkeys(("m1", "m2", "m3"), "recommended") | dict.fromkeys(
    ("m4", "m5", "m6"), "not_recommended"
)
TWO = changed(
    SITTING,
    id="S-2",
    number="4",
    held_on="2025-10-23",
    candidates=[
        {"case": "MEMBER"},
        {"case": "LATER", "votes": {**BOTH_WAYS}},
        {"case": "COPY", "votes": {**BOTH_WAYS}},
    ],
    protocol={},
)
VARIANTS = {
    "campaign": [CAMPAIGN, changed(CAMPAIGN, decision__authority="minister")],
    "campaign 2": [changed(CAMPAIGN, id="C-2"), changed(CAMPAIGN, id="C-2", decision__date="2025-09-01")],
    "commission": [COMMISSION, changed(COMMISSION, members__0__role="member"), changed(COMMISSION, order={})],
    "case": [OWN, without(OWN, "sheet"), changed(OWN, sheet={}), without(OWN, "admission", "sheet")],
    "later": [LATER, changed(LATER, appeal={"filed_on": "2025-11-01"})],
    "copy": [COPY, without(COPY, "characteristic")],
    "member": [MEMBER, changed(MEMBER, admission={"decided_on": "2025-09-29", "admitted": "false"})],
    "sitting": [
        SITTING,
        changed(SITTING, held_on="2025-11-10", candidates=[{"case": CASE}], protocol={}, ended_at=None),
        changed(SITTING, present=["m1", "m2"]),
        changed(SITTING, candidates=[{"case": CASE, "attendance": "absent_valid"}, {"case": "COPY"}]),
    ],
    "sitting 2": [TWO, changed(TWO, candidates=[{"case": CASE, "votes": {**BOTH_WAYS}}, {"case": "COPY"}])],
}


@contextmanager
def opened(place: Place) -> Iterator[Workplace]:
    with CliContext.of(["--config", str(place.folder / "config.yaml")]).workplace(ON) as work:
        yield work


def record_of(text: str) -> Record:
    (read,) = read_stream(text.encode(), "record.yaml", filed=True).records
    return read.record


class Filed:
    """What is filed, by slot; the cases of one IIN lie in one object."""

    def __init__(self, work: Workplace) -> None:
        self.work = work
        self.filer = Filer(work.root, work.index)
        self.cases: dict[str, str] = {}

    def put(self, slot: str, text: str) -> None:
        record = record_of(text)
        if isinstance(record, Case):
            self.cases[slot] = text
            alike = [t for t in self.cases.values() if iin_of(t) == record.employee.iin]
            self.filer.person(f"urn:person:{record.employee.iin}", *(case_file(as_case(t), t) for t in alike))
        elif isinstance(record, Sitting):
            findings = findings_json(Judgement(), [record.ref], lambda _: ("", ""))
            self.filer.sitting(f"urn:{slot}", SittingFile(record, text, findings))
        else:
            self.filer.other(f"urn:{slot}", record, text)

    def drop(self, slot: str) -> None:
        """As withdrawing does it: nothing of it is known any more."""
        self.work.index.drop(f"urn:{slot}")


def as_case(text: str) -> Case:
    record = record_of(text)
    assert isinstance(record, Case)
    return record


def iin_of(text: str) -> str:
    return as_case(text).employee.iin


def kept(work: Workplace) -> tuple[dict[str, CaseStanding], list[tuple[str, date]]]:
    """By the index, after what changed was judged anew."""
    assert list(steps(work, ON))[-1:] in ([], [()])
    assert not stale(work.index, 1)
    asked = standings(work, ON)
    due = [from_json(Due, entry).deadline for _, entry in due_entries(work.index, ON)]
    return {s.case: s for s in asked.all()}, sorted((str(d.record) + d.code, d.due) for d in due)


def judged(work: Workplace) -> tuple[dict[str, CaseStanding], list[tuple[str, date]]]:
    """The oracle: everything that is filed in one docket, judged on the day itself."""
    docket = RelatedRecords(work.root, work.index).around(work.index.refs()).docket
    bench = Bench(docket, work.calendar, work.readings, ON)
    refs = work.index.refs()
    cases = {
        ref.id: case_standing(work, bench, docket.cases[ref.id]) for ref in refs if ref.kind is Kind.CASE
    }
    due = judge(docket, work.calendar, work.readings, ON, refs).deadlines
    still = [
        d
        for d in due
        if d.done is None and (d.nature is Nature.ACT or (d.nature is Nature.RIGHT and d.due >= ON))
    ]
    return cases, sorted((str(d.record) + d.code, d.due) for d in still)


@pytest.mark.parametrize("seed", range(8))
def test_in_any_order_the_index_says_what_judging_anew_says(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    place = Place.make(tmp_path / "place")
    with opened(place) as work:
        filed = Filed(work)
        slots = [*VARIANTS]
        chance.shuffle(slots)
        for slot in [*slots, *chance.choices(slots, k=6)]:
            if slot.startswith(("campaign", "commission", "sitting")) and chance.random() < 0.15:
                filed.drop(slot)
            else:
                filed.put(slot, chance.choice(VARIANTS[slot]))
            if chance.random() < 0.6:
                assert kept(work) == judged(work), slot
        assert kept(work) == judged(work)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return kept_place(tmp_path / "place")


def rows(place: Place) -> list[tuple[object, ...]]:
    with sqlite3.connect(place.folder / "state" / "index.sqlite") as index:
        return index.execute("SELECT * FROM standing ORDER BY kind, id").fetchall()


def test_the_watch_leaves_nothing_to_be_judged(place: Place) -> None:
    before = rows(place)
    assert [row[:2] for row in before if row[0] == "case"] == [("case", CASE)]
    assert place.jeke("status").status == 0
    assert rows(place) == before


def test_a_summary_fits_on_one_screen_and_says_what_to_do(place: Place) -> None:
    lines = place.jeke("status", "--on", "2026-01-15").out.splitlines()
    assert lines[0] == "15.01.2026 күнгі жағдай. Істердің саны: 1, жабылғаны: 0"
    assert "  аяқталды: 1" in lines
    assert "  QRG-PD-2025-3: 1" in lines
    assert any(line.startswith("Келесі мерзім: 31.03.2026") for line in lines)
    assert any("jeke find --unsigned" in line for line in lines)
    told = json.loads(place.jeke("status", "--json").out)
    assert told["summary"]["open"] == [{"campaign": "QRG-PD-2025-3", "stage": "finished", "cases": 1}]
    assert [case["case"] for case in told["cases"]] == [CASE]


@pytest.mark.parametrize("words", [("--all",), ("QRG-PD-2025-3",)])
def test_a_line_a_case_of_all_or_of_a_campaign(place: Place, words: tuple[str, ...]) -> None:
    ran = place.jeke("status", *words)
    assert f"{CASE}  Әбілқасов Дархан Маратұлы: аяқталды [қол қойылмаған құжат: " in ran.out
    (case,) = json.loads(place.jeke("status", *words, "--json").out)["cases"]
    (named,) = json.loads(place.jeke("status", CASE, "--json").out)["cases"]
    assert case == named


def test_another_day_is_judged_apart(place: Place) -> None:
    """`--on` neither takes what is kept of today for that day, nor puts that day in its place."""
    before = rows(place)
    early = json.loads(place.jeke("status", CASE, "--on", "2025-10-25", "--json").out)["cases"][0]
    assert [d["code"] for d in early["deadlines"]] == ["appeal"]
    late = json.loads(place.jeke("status", CASE, "--on", "2026-10-25", "--json").out)["cases"][0]
    assert late["deadlines"] == []
    assert rows(place) == before


def test_other_settings_judge_anew(place: Place) -> None:
    config = place.folder / "config.yaml"
    config.write_text(config.read_text().replace("strict_full_days: жоқ", "strict_full_days: иә"))
    before = rows(place)
    with opened(place) as work:
        assert len(stale(work.index, 100)) == 0
        work.index.run("UPDATE standing SET blocks = 7")
    assert "кедергі" not in place.jeke("status", "--all").out
    assert rows(place) == before


def test_who_may_not_write_the_index_is_told_the_same(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline.domain.errors import MachineError

    def refused(_: object) -> None:
        raise MachineError("index_unusable", reason="SQLITE_READONLY")

    monkeypatch.setattr("pipeline.archive.index.store.Store.require_writable", refused)
    with opened(place) as work:
        work.index.run("UPDATE standing SET stage = 'x', entry = '{}'")
        work.index.run("INSERT INTO stale SELECT kind, id, 99 FROM standing")
        (standing,) = standings(work, ON).all()
        assert standing.stage == "finished"
    assert {row[5] for row in rows(place)} == {"x"}


def test_a_record_that_changes_while_it_is_judged_stays_to_be_judged(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(place) as work:
        work.index.run("INSERT INTO stale SELECT kind, id, 1 FROM standing WHERE kind = 'case'")
        judged_at_first = case_standing

        def meanwhile(*arguments: object) -> CaseStanding:
            work.index.run("UPDATE stale SET mark = 2 WHERE mark = 1")
            return judged_at_first(*arguments)  # type: ignore[arg-type]

        monkeypatch.setattr(refresh, "case_standing", meanwhile)
        first = next(steps(work, ON))
        assert first == ()
        assert [each.ref for each in stale(work.index, 9)] == [Ref(Kind.CASE, CASE)]
        assert list(steps(work, ON)) == [()]
        assert not stale(work.index, 9)


def damaged(place: Place) -> None:
    """The case's record in the archive is not what it was, and its standing is asked anew."""
    (record,) = [path for path in place.object_named("Әбілқасов").state if path.endswith("/record.yaml")]
    (at,) = [p for p in (place.folder / "archive").rglob("record.yaml") if p.as_posix().endswith(record)]
    at.write_bytes(b"x")
    with sqlite3.connect(place.folder / "state" / "index.sqlite") as index:
        index.execute("INSERT INTO stale SELECT kind, id, 99 FROM standing")


def test_the_watch_tries_once_what_cannot_be_read(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    damaged(place)
    with (
        CliContext.of(["--config", str(place.folder / "config.yaml")]).workplace() as work,
        at_work(work) as watch,
    ):
        for _ in range(4):
            watch.scan(lambda _: None)
        assert len([each for each in stale(work.index, 9) if each.ref.kind is Kind.CASE]) == 1
    assert 1 <= caplog.text.count("unread_not_judged") <= 2


def test_what_cannot_be_read_is_named_and_hides_nothing_else(place: Place) -> None:
    place.drop("other.yaml", sample("refused"))
    assert place.run_once().status == 0
    damaged(place)
    ran = place.jeke("status")
    assert ran.status == 1
    assert f"Оқылмады: іс {CASE}" in ran.out
    for words in (("--all",), (CASE,)):
        ran = place.jeke("status", *words)
        assert (ran.status, f"Оқылмады: іс {CASE}" in ran.err) == (1, True)
    assert "SHY-PD-2026-008" in place.jeke("status", "--all").out
    ran = place.jeke("status", "SHY-PD-2026-008")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("SHY-PD-2026-008")
    ran = place.jeke("deadlines")
    assert (ran.status, f"Оқылмады: іс {CASE}" in ran.err) == (1, True)


def test_nothing_is_kept_of_a_record_that_was_withdrawn(place: Place) -> None:
    assert place.jeke("withdraw", CASE, "--reason", "қате").status == 4
    assert place.jeke("withdraw", "QRG-PD-AK-2025-S3", "--reason", "қате").status == 0
    assert place.jeke("withdraw", CASE, "--reason", "қате").status == 0
    assert place.jeke("status", "--all").out == ""
    assert not [row for row in rows(place) if row[0] in {"case", "sitting"}]


def test_judging_can_end_between_steps(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refresh, "AT_ONCE", 1)
    with opened(place) as work:
        work.index.run("INSERT INTO stale SELECT kind, id, 1 FROM standing")
        many = len(stale(work.index, 100))
        next(steps(work, ON))
        assert len(stale(work.index, 100)) == many - 1
        assert len(list(steps(work, ON + timedelta(days=1)))) >= many - 1


def test_what_is_kept_reads_back_as_it_was_and_as_earlier_versions_wrote_it(place: Place) -> None:
    with CliContext.of(["--config", str(place.folder / "config.yaml")]).workplace(ON) as work:
        asked = standings(work, ON)
        cases, due = [*asked.all()], [*asked.due()]
    ballots = (Note("n", {"text": "2025-01-01", "count": 2, "names": ("a", "b")}),)
    cases += [replace(case, ballots=ballots, appeal=OpenAppeal(ON, None, court=True)) for case in cases]
    assert cases
    assert due
    for kind, kept in ((CaseStanding, cases), (Due, due)):
        former = TypeAdapter(kind)
        for each in kept:
            assert from_json(kind, to_json(each)) == each
            assert from_json(kind, former.dump_json(each).decode()) == each
