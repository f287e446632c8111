"""Time of `jeke reindex`: personal files as the program makes them, but without the PDFs: it reads none.

    python -m benchmarks.bench_reindex [PERSONS] [DIRECTORY]

The archive lies in memory (or in DIRECTORY): about 45 kB a person. Reading is linear in the persons; `bare`
is the time of reading the same bytes and taking their SHA-512, without making anything of them.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from benchmarks.bench_index import person
from pipeline.archive.index.reindex import rebuild
from pipeline.archive.ocfl.storage_root import StorageRoot
from pipeline.archive.person.content import case_folder
from pipeline.archive.person.filed_documents import made_document
from pipeline.archive.person.personal_file import CaseFile, person_content
from pipeline.domain.iin import iin_check_digit
from pipeline.domain.records import Case
from pipeline.flow.site.opening import filed_record

MEMORY = Path("/dev/shm")  # noqa: S108 - the folder made in it is a temporary one
FINDINGS = b'{"format": "jeke/check/1", "findings": [], "deadlines": [], "decisions": []}\n'
RECORD = """\
kind: case
id: {id}
campaign: KZ-2025
employee:
  iin: "{iin}"
  surname: {surname}
  given_name: {given_name}
  patronymic: {patronymic}
  rank: полиция майоры
  position: {{title: аға тергеуші, unit: {unit}, rank_ceiling: полиция майоры, category: C-SVO-6}}
  target_position: {{title: бөлім бастығы, unit: {unit}, rank_ceiling: полиция подполковнигі, leading: true}}
report: {{filed_on: 2025-09-17, registered: "{number}", addressee: {{position: бастық, name: Е.Қ. Сатпаев}}}}
own_security: {{list_sent_on: 2025-09-23, received_on: 2025-09-23, answered_on: 2025-09-25, result: clear}}
qualification: {{checked_on: 2025-09-26, meets: true, basis: біліктілік талаптары}}
admission: {{decided_on: 2025-09-29, admitted: true, list_number: "3", unit_received_on: 2025-09-29}}
characteristic: {{duties: "{duties}"}}
"""
DUTIES = "Қызметтік міндеттерін адал әрі мерзімінде орындайды. " * 20


def iin(number: int) -> str:
    """Synthetic, with a right check digit, another for each number."""
    born = date(1965, 1, 1) + timedelta(days=number // 1000)
    for last in range(10):
        eleven = f"{born:%y%m%d}3{number % 1000:03}{last}"
        digit = iin_check_digit(eleven)
        if digit is not None:
            return f"{eleven}{digit}"
    raise ValueError(number)


def file_one(root: StorageRoot, number: int, rng: random.Random) -> None:
    entry = person(number, rng)
    case = entry.records[0].record
    if not isinstance(case, Case):
        raise TypeError(case)
    case = replace(case, employee=replace(case.employee, iin=iin(number)))
    folder, employee = case_folder(case.id), case.employee
    documents = tuple(
        made_document(
            folder,
            document="annex-3",
            name=f"annex-3-{place:02}",
            title="Дауыс беру парағы (3-қосымша)",
            fingerprint=hashlib.sha256(f"{number} {place}".encode()).hexdigest(),
            pdf=b"",
            seal=None,
        )
        for place in range(9)
    )
    text = RECORD.format(
        id=case.id,
        iin=employee.iin,
        surname=employee.surname,
        given_name=employee.given_name,
        patronymic=employee.patronymic,
        unit=employee.position.unit if employee.position else "",
        number=number,
        duties=DUTIES,
    )
    content = person_content(
        [CaseFile(case, text, FINDINGS, documents)], retention_years=1, today=date(2026, 12, 1)
    )
    root.write_version(
        entry.object_id,
        dict(content),
        message="Өлшем",
        user="bench",
        address="https://example.invalid/bench",
        created=datetime.now(UTC),
    )


def bare(root: StorageRoot) -> float:
    begun = time.perf_counter()
    for path in root.path.rglob("*"):
        if path.is_file():
            hashlib.sha512(path.read_bytes()).digest()
    return time.perf_counter() - begun


def main() -> None:
    persons = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    place = Path(sys.argv[2]) if len(sys.argv) > 2 else MEMORY if os.access(MEMORY, os.W_OK) else None
    folder = Path(tempfile.mkdtemp(dir=place))
    try:
        root, rng = StorageRoot.create(folder / "archive"), random.Random(218)
        for number in range(persons):
            file_one(root, number, rng)
        read = bare(root)
        begun = time.perf_counter()
        rebuilt = rebuild(root, folder / "index.sqlite", filed_record)
        took = time.perf_counter() - begun
        if rebuilt.objects != persons:
            raise ValueError(rebuilt)
        size = (folder / "index.sqlite").stat().st_size
    finally:
        shutil.rmtree(folder)
    print(f"reindex / reading the same bytes    {took / read:6.2f} x")
    print(
        f"{persons} persons: {took:.1f} s, {took / persons * 1e3:.2f} ms a person, index {size / 1e6:.0f} MB"
    )
    print(f"100,000 persons at this rate: {took / persons * 100_000 / 60:.1f} min")


if __name__ == "__main__":
    main()
