"""How 100,000 cases stand, asked of the index: summary, campaign, deadlines, unsigned papers, one case.

    python -m benchmarks.bench_standing [CASES]

2 % of the cases still go on, as they would after some years; days are spread over ten years. At the end
stands what asking cost before: judging one case anew. Aim: each question under 50 ms at 100,000 cases.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

from benchmarks.bench_index import person
from pipeline.archive.index.entry import ObjectEntry
from pipeline.archive.index.find import find
from pipeline.archive.index.locations import Index
from pipeline.archive.index.rows import replace as put
from pipeline.archive.index.standing import DueRow, Stale, StandingRow, keep, settle_basis
from pipeline.archive.person.inner_list import Person
from pipeline.domain.calendar import WorkCalendar
from pipeline.domain.findings import Deadline
from pipeline.domain.records import Case, Kind, Ref
from pipeline.domain.terms import working_days
from pipeline.flow.outcomes.results import Awaited
from pipeline.flow.standing.asked import Standings
from pipeline.flow.standing.case import CaseStanding
from pipeline.flow.standing.due import Due
from pipeline.flow.standing.kept import to_json
from pipeline.intake.workdays import load_calendar
from pipeline.law.docket import Docket
from pipeline.law.engine import Bench
from pipeline.law.judging import apply_rules, reckon
from pipeline.law.next_step import Stage, sitting_terms, stage_of, wanting
from pipeline.law.readings import Readings
from pipeline.record_format.reader import read_stream

SAMPLE = Path(__file__).resolve().parents[1] / "samples" / "recommended.yaml"
ON = date(2035, 3, 1)
ROUNDS = 30
GOING_ON = 50
"""One case in so many."""


def standing_of(case: Case, *, going_on: bool, calendar: WorkCalendar, on: date) -> CaseStanding:
    employee = case.employee
    known = Person(employee.iin, employee.surname, employee.given_name, employee.patronymic)
    over = CaseStanding(case.id, case.campaign, known, Stage.FINISHED, (), (), (), None, (), 0, (), ())
    if not going_on:
        return over
    due = working_days(calendar, on - timedelta(days=int(case.id[-2:]) % 40), 5)
    deadline = Deadline("33", "protocol", case.ref, due.due, None, "secretary", due)
    signers = ("Омаров Талғат Бекұлы", "Ибраев Нұрлан Сәкенұлы")
    paper = Awaited(case.ref, "annex-4", "annex-4", "Аттестаттау парағы", signers, due.due)
    return replace(
        over,
        stage=Stage.ACQUAINTANCE,
        wanting=("case.sheet.filled_on",),
        awaited=(paper,),
        deadlines=(deadline,),
    )


def row_of(standing: CaseStanding, on: date) -> StandingRow:
    ref = Ref(Kind.CASE, standing.case)
    due = tuple(
        DueRow(d.due, d.nature.value, d.responsible, to_json(Due(d, standing.person.surname)))
        for d in standing.deadlines
    )
    return StandingRow(
        ref, on, date.max, due, standing.campaign, standing.stage.value, standing.closed,
        to_sign=len(standing.awaited), entry=to_json(standing),
    )  # fmt: skip


def fill(index: Index, entries: list[ObjectEntry], made_by: str = "benchmark", on: date = ON) -> None:
    calendar = load_calendar(None)
    cases = [entry.records[0].record for entry in entries]
    with index.transaction():
        for entry in entries:
            put(index, entry)
    settle_basis(index, made_by, on)
    with index.transaction():
        index.run("UPDATE stale SET mark = 1")
    judged = (
        (
            Stale(case.ref, 1),
            row_of(standing_of(case, going_on=not number % GOING_ON, calendar=calendar, on=on), on),
        )
        for number, case in enumerate(cases)
        if isinstance(case, Case)
    )
    keep(index, judged)


def measure(name: str, ask: Callable[[], object]) -> None:
    ask()
    times = []
    for _ in range(ROUNDS):
        began = time.process_time()
        ask()
        times.append((time.process_time() - began) * 1000)
    times.sort()
    print(f"{name:48} p50 {statistics.median(times):8.2f} ms   p95 {times[int(ROUNDS * 0.95) - 1]:8.2f} ms")


def judging_anew() -> None:
    records = [read.record for read in read_stream(SAMPLE.read_bytes(), SAMPLE.name).records]
    docket, calendar = Docket(records), load_calendar(None)
    (case,) = docket.cases.values()

    def judge() -> None:
        bench = Bench(docket, calendar, Readings(), ON)
        apply_rules(bench, [case.ref])
        reckon(bench, [record.ref for record in docket])
        _ = stage_of(case, bench), wanting(case, bench), sitting_terms(case, bench)

    measure("one case judged anew (records read already)", judge)


def main(cases: int) -> None:
    rng = random.Random(218)
    entries = [person(number, rng) for number in range(cases)]
    with tempfile.TemporaryDirectory() as folder, Index.create(Path(folder) / "index.sqlite") as index:
        began = time.process_time()
        fill(index, entries)
        size = (Path(folder) / "index.sqlite").stat().st_size / 2**20
        print(f"{cases} cases: filled in {time.process_time() - began:.1f} s, index of {size:.0f} MiB")
        asked = Standings(index, ON, (), 1)
        some = entries[cases // 2].records[0].record
        if not isinstance(some, Case):
            raise TypeError(some)
        measure("summary (jeke status)", asked.summary)
        measure("a campaign, a line a case", lambda: list(asked.all(some.campaign)))
        measure("one case", lambda: asked.of([some.id]))
        measure("what is due, all of it (jeke deadlines)", lambda: list(asked.due()))
        measure("what is due, the first 50", lambda: list(islice(asked.due(), 50)))
        measure("a page of who is to sign (find --unsigned)", lambda: find(index, [], unsigned=True))
        measure("every case, a line each (status --all)", lambda: sum(1 for _ in asked.all()))
    judging_anew()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
