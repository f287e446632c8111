"""¶36: what a personal file must hold, stage by stage, over the records that the product ships as samples."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipeline.domain.records import Appeal, Case, Disagreement
from pipeline.intake.workdays import load_calendar
from pipeline.law.docket import Docket
from pipeline.law.engine import Bench
from pipeline.law.next_step import Stage, stage_of
from pipeline.law.personal_file import required
from pipeline.law.readings import Readings
from pipeline.record_format.reader import read_stream

SAMPLES = Path(__file__).parents[2] / "samples"


def bench_of(name: str, *, without: tuple[str, ...] = (), on: date = date(2026, 1, 15)) -> tuple[Case, Bench]:
    """The first case of a sample, some of its facts not there yet."""
    read = read_stream((SAMPLES / f"{name}.yaml").read_bytes(), name)
    assert not read.errors
    records = [r.record for r in read.records]
    case = next(r for r in records if isinstance(r, Case))
    absent: dict[str, Any] = dict.fromkeys(without)
    case = replace(case, **absent)
    docket = Docket([case if r.ref == case.ref else r for r in records])
    return case, Bench(docket, load_calendar(None), Readings(), on)


def papers(case: Case, bench: Bench) -> list[tuple[str, bool, int]]:
    return [(r.document, r.signed, r.count) for r in required(case, bench)]


def test_before_the_report_nothing_is_asked_for() -> None:
    case, bench = bench_of("refused", without=("report", "admission"))
    assert stage_of(case, bench) is Stage.PREPARATION
    assert papers(case, bench) == []


def test_the_report_from_its_day_on() -> None:
    case, bench = bench_of("refused", without=("admission",))
    assert stage_of(case, bench) is Stage.PREPARATION
    assert papers(case, bench) == [("annex-1", True, 1)]


def test_a_refused_one_has_his_notice() -> None:
    case, bench = bench_of("refused")
    assert stage_of(case, bench) is Stage.REFUSED
    assert papers(case, bench) == [("annex-1", True, 1), ("notice-of-non-admission", True, 1)]


def test_after_the_decision_ballots_and_the_sheet_not_signed_yet() -> None:
    case, bench = bench_of("recommended", without=("sheet",))
    assert stage_of(case, bench) is Stage.ACQUAINTANCE
    assert papers(case, bench) == [
        ("annex-1", True, 1),
        ("annex-2", True, 1),
        ("annex-3", False, 6),
        ("annex-4", False, 1),
    ]


def test_a_finished_one_has_all_signed_and_the_list_that_closes_it() -> None:
    case, bench = bench_of("recommended")
    assert stage_of(case, bench) is Stage.FINISHED
    assert papers(case, bench) == [
        ("annex-1", True, 1),
        ("annex-2", True, 1),
        ("annex-3", False, 6),
        ("annex-4", True, 1),
        ("inner-list", False, 1),
    ]


def test_while_an_appeal_is_open_the_sheet_is_asked_for_as_far_as_the_acquaintance_came() -> None:
    case, bench = bench_of("recommended")
    appealed = replace(case, appeal=Appeal(filed_on=date(2025, 10, 30)))
    assert stage_of(appealed, bench) is Stage.APPEAL
    assert papers(appealed, bench)[-2:] == [("annex-4", True, 1), ("inner-list", False, 1)]
    unshown = replace(appealed, sheet=None)
    assert stage_of(unshown, bench) is Stage.APPEAL
    assert papers(unshown, bench)[-1] == ("annex-4", False, 1)


def test_a_sheet_shown_before_the_protocol_closes_no_file() -> None:
    case, bench = bench_of("recommended")
    (sitting,) = bench.docket.sittings.values()
    docket = Docket([case, replace(sitting, protocol=None), *bench.docket.commissions.values()])
    unwritten = replace(bench, docket=docket)
    assert stage_of(case, unwritten) is Stage.ACQUAINTANCE
    assert papers(case, unwritten)[-1] == ("annex-4", False, 1)


def test_a_disagreement_is_kept_with_the_characteristic() -> None:
    case, bench = bench_of("recommended")
    said = replace(case, disagreement=Disagreement(filed_on=date(2025, 10, 6), text="келіспеймін"))
    assert ("disagreement", True, 1) in papers(said, bench)


@pytest.mark.parametrize("on", [date(2025, 10, 17), date(2026, 1, 15), date(2031, 1, 1)])
def test_the_day_of_judging_changes_nothing(on: date) -> None:
    for name in ("recommended", "refused", "tie"):
        for without in ((), ("sheet",), ("studies", "sheet")):
            now, then = bench_of(name, without=without), bench_of(name, without=without, on=on)
            assert papers(*now) == papers(*then)
