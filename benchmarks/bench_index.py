"""Finding among many synthetic persons: p50 and p95 of each kind of question, build time and size.

    python benchmarks/bench_index.py [PERSONS]

Aim: p95 under 5 ms for each question at 1,000,000 persons.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from pipeline.archive.index.entry import FiledRecord, ObjectEntry, ObjectKind
from pipeline.archive.index.find import find_or_guess
from pipeline.archive.index.locations import Index
from pipeline.archive.index.rows import replace
from pipeline.archive.person.inner_list import Person
from pipeline.domain.findings import DecidedBy, Decision
from pipeline.domain.kazakh.keyboards import SWITCHES
from pipeline.domain.kazakh.latin import file_stem
from pipeline.domain.records import Case, Employee, Position, Report, TargetPosition, Vote

ROOTS = """
    Абд Ах Ал Ас Ба Бек Бер Дәу Ес Ер Жақ Жан Жұм Им Қас Қай Қал Қож Құр Мах Мұқ Мұс Нұр Ом Ор Рақ Рах Сағ Сад
    Сар Сей Сер Сәр Сұл Та Тас Тіл Тоқ Тұр Үс Ұл Хам Шай Шәр Ыс Іб Ғаб Әб Әл Әш Өт Һар Ким Ли Пак Иван Петр
"""
MIDDLES = "ат аб ар ен ым тай хан бек бай ғали мұрат жан сұлтан қали мет пан дыр іл ұл еке"
GIVEN = """
    Арман Айгүл Әсел Бауыржан Гүлнәр Дархан Ерболат Жанар Қайрат Мәди Нұрлан Олжас Серік Талғат Ұлан Әлия
"""
PATRONYMS = "Бекет Талғат Мұрат Жеңіс Ерлан Марат Сәкен Қанат Әлім Нұрлан Серік Асқар Болат Ғани Дәулет Ораз"
POSTS = ("аға жедел уәкіл", "учаскелік инспектор", "тергеуші", "бөлім бастығы", "аға тергеуші", "маман")
TOWNS = "Абай Алматы Астана Қарағанды Шымкент Тараз Өскемен Қостанай Ақтөбе Атырау Ақтау Семей Түркістан"
ROUNDS = 200


def person(number: int, rng: random.Random) -> ObjectEntry:
    surname = (
        rng.choice(ROOTS.split())
        + rng.choice(MIDDLES.split())
        + rng.choice(("ов", "ов", "ова", "ев", "ева", "ұлы", ""))
    )
    given, patronym = rng.choice(GIVEN.split()), rng.choice(PATRONYMS.split()) + rng.choice(("ұлы", "қызы"))
    born = date(1965, 1, 1) + timedelta(days=rng.randrange(14_000))
    iin = f"{born:%y%m%d}{rng.randrange(10**6):06}"
    unit = f"{rng.choice(TOWNS.split())} қаласының {rng.randrange(1, 30)}-полиция бөлімі"
    employee = Employee(
        iin,
        surname,
        given,
        patronym,
        position=Position(rng.choice(POSTS), unit),
        target_position=TargetPosition(rng.choice(POSTS), unit),
    )
    filed_on = date(2025, 4, 1) + timedelta(days=rng.randrange(3_650))
    case = Case(
        f"KZ-{filed_on.year}-{number:07}", f"KZ-{filed_on:%Y-%m}", employee, report=Report(filed_on=filed_on)
    )
    vote = rng.choice((Vote.RECOMMENDED, Vote.NOT_RECOMMENDED))
    return ObjectEntry(
        f"urn:uuid:{number:032x}",
        "v1",
        ObjectKind.PERSON,
        Person(iin, surname, given, patronym),
        (FiledRecord(case, "cases/0123456789abcdef/record.yaml", "0" * 128),),
        decisions=(Decision(case.id, "О-1", vote, 5, 1, DecidedBy.MAJORITY),),
    )


def questions(employee: Employee, rng: random.Random) -> dict[str, list[str]]:
    wrong = str.maketrans("әғқңөұүһі", "агкноуухи")
    given = employee.given_name or ""
    return {
        "surname": [employee.surname],
        "surname, wrong letters": [employee.surname.translate(wrong).lower()],
        "surname and name": [employee.surname, given],
        "surname and initial": [employee.surname, f"{given[0]}."],
        "prefix of four": [employee.surname[:4]],
        "prefix of two": [employee.surname[:2]],
        "IIN": [employee.iin],
        "IIN, eight digits": [employee.iin[:8]],
        "name, town, decision, year": [
            given,
            rng.choice(TOWNS.split()),
            "ұсынылады",
            str(rng.randrange(2025, 2035)),
        ],
        "decision alone": ["ұсынылмайды"],
        "month in words": [rng.choice(("қазан", "ақпан", "октябрь")), str(rng.randrange(2025, 2035))],
        "surname, Latin letters": [file_stem(employee.surname)],
        "surname and name, Latin letters": [file_stem(employee.surname), file_stem(given)],
        "surname, another layout": [typed_on_english(employee.surname)],
        "nobody": [employee.surname + "жж"],
        "nobody, Latin letters": [file_stem(employee.surname) + "zhzh"],
    }


def typed_on_english(word: str) -> str:
    """By somebody who took the keyboard for the Kazakh one."""
    return next(other for switch in SWITCHES if (other := switch(word)).isascii())


def main(persons: int) -> None:
    rng = random.Random(218)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "index.sqlite"
        some: list[Employee] = []
        start = time.perf_counter()
        with Index.create(path) as index, index.bulk():
            for number in range(persons):
                entry = person(number, rng)
                replace(index, entry)
                record = entry.records[0].record
                if number % max(1, persons // ROUNDS) == 0 and isinstance(record, Case):
                    some.append(record.employee)
        took = time.perf_counter() - start
        print(f"{persons} persons: built in {took:.0f} s, {path.stat().st_size / 1e6:.0f} MB")
        with Index.open(path) as index:
            times: dict[str, list[float]] = {}
            for employee in some:
                for kind, words in questions(employee, rng).items():
                    start = time.perf_counter()
                    find_or_guess(index, words)
                    times.setdefault(kind, []).append((time.perf_counter() - start) * 1e3)
            for kind, measured in times.items():
                cuts = statistics.quantiles(measured, n=20)
                print(f"{kind:30} p50 {statistics.median(measured):7.2f} ms   p95 {cuts[18]:7.2f} ms")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000)
