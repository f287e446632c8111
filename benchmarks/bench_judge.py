"""How long judging takes: cases with their sittings, each sitting hearing ten cases of one campaign.

    python benchmarks/bench_judge.py [CASES ...]     default 1000 2000 5000

Prints ratios first: time a case against the smallest run (1.0 is linear), then seconds and rules run.
Exit status 1 where 1,000 cases take over three seconds or the time a case grows by more than half.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from time import process_time

from pipeline.domain.iin import iin_check_digit
from pipeline.domain.records import Case, Characteristic, Record, Sitting
from pipeline.intake.workdays import load_calendar
from pipeline.law.docket import Docket
from pipeline.law.engine import RULES
from pipeline.law.judging import judge
from pipeline.law.readings import Readings
from pipeline.record_format.reader import read_stream

SAMPLE = Path(__file__).parents[1] / "samples" / "recommended.yaml"
ON = date(2025, 12, 1)
HEARD_TOGETHER = 10
SECONDS_FOR_A_THOUSAND = 3.0
GROWTH_ALLOWED = 1.5


def docket(cases: int) -> Docket:
    """One campaign, one commission, `cases` people in sittings of ten; every text and IIN its own."""
    campaign, commission, case, sitting = (
        r.record for r in read_stream(SAMPLE.read_bytes(), SAMPLE.name).records
    )
    if not isinstance(case, Case) or not isinstance(sitting, Sitting):
        raise TypeError(f"{SAMPLE} no longer holds a case and a sitting")
    people = list(_people(case, cases))
    sittings = [
        replace(
            sitting,
            id=f"S{start}",
            candidates=tuple(
                replace(sitting.candidates[0], case=c.id) for c in people[start : start + HEARD_TOGETHER]
            ),
        )
        for start in range(0, cases, HEARD_TOGETHER)
    ]
    records: list[Record] = [campaign, commission, *people, *sittings]
    return Docket(records)


def _people(case: Case, count: int) -> Iterator[Case]:
    born, number = date(1980, 1, 1), 0
    while number < count:
        first_eleven = f"{born + timedelta(days=number):%y%m%d}3{number % 10000:04d}"
        digit = iin_check_digit(first_eleven)
        employee = replace(
            case.employee, iin=f"{first_eleven}{digit or 0}", surname=f"Қызметкер{_letters(number)}"
        )
        written = case.characteristic or Characteristic()
        characteristic = replace(written, duties=f"{number}. {written.duties}")
        yield replace(case, id=f"K{number}", employee=employee, characteristic=characteristic)
        number += 1


def _letters(number: int) -> str:
    return "".join("абвгдежзик"[int(digit)] for digit in str(number))


def seconds(cases: int) -> tuple[float, int]:
    """Processor seconds of the better of two runs, and how many rules it ran."""
    calendar, best, rules = load_calendar(None), float("inf"), 0
    for _ in range(2):
        fresh = docket(cases)
        gc.collect()
        start = process_time()
        judgement = judge(fresh, calendar, Readings(), ON)
        best, rules = min(best, process_time() - start), len(judgement.verdicts)
    return best, rules


def main() -> int:
    """Exit status 0, or 1 where the aim is missed."""
    sizes = [int(a) for a in sys.argv[1:]] or [1000, 2000, 5000]
    runs = {cases: seconds(cases) for cases in sizes}
    least = min(sizes)
    a_case = {cases: took / cases for cases, (took, _) in runs.items()}
    print("cases   time a case, against the smallest run")
    for cases in sizes:
        print(f"{cases:6d}   {a_case[cases] / a_case[least]:.2f}")
    print(f"\ncases   seconds   rules run   ({len(RULES)} rules of the order)")
    for cases, (took, rules) in runs.items():
        print(f"{cases:6d}   {took:7.2f}   {rules:9d}")
    slow = any(took / cases * 1000 > SECONDS_FOR_A_THOUSAND for cases, (took, _) in runs.items())
    grows = max(a_case.values()) > a_case[least] * GROWTH_ALLOWED
    return 1 if slow or grows else 0


if __name__ == "__main__":
    sys.exit(main())
