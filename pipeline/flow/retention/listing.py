"""The one list of all recordings there are or were, and how their keeping stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from pipeline.archive.audit.actor import Actor
from pipeline.archive.audit.entry import AuditEvent
from pipeline.archive.index.locations import Index
from pipeline.documents.content.registers import Column, plain_table, workbook
from pipeline.domain.names import full_name
from pipeline.domain.recordings import Entry, Hold, Register
from pipeline.retention.plan import Item, Plan, Reason, keep_until

COLUMNS = (
    Column("number", "№", 10),
    Column("person", "Тегі, аты, әкесінің аты", 44),
    Column("case", "Іс", 30),
    Column("sitting", "Отырыс", 30),
    Column("file", "Файлы", 32),
    Column("type", "Түрі", 22),
    Column("length", "Ұзақтығы", 18),
    Column("sha256", "SHA-256 бақылау сомасы", 60),
    Column("recorded_on", "Жазылған күні", 22),
    Column("rule", "Сақтау негізі", 42),
    Column("keep_until", "Сақтаудың соңғы күні", 22),
    Column("state", "Жағдайы", 40),
    Column("holds", "Жоюға салынған тыйымдар", 44),
    Column("id", "Қоймадағы нөмірі", 44),
    Column("sealed_sha256", "Шифрланған файлдың SHA-256 бақылау сомасы", 60),
    Column("act", "Жою актісі (№, күні)", 30),
    Column("act_sha512", "Актінің SHA-512 бақылау сомасы", 60),
)
"""Of the one list of all recordings. It leaves the house in Kazakh, whatever language the terminal speaks."""

_TITLE = "Әңгімелесудің техникалық жазбаларының тізілімі"
_KINDS = {"audio": "аудиожазба", "video": "бейнежазба"}
_UNSURE = (
    Reason.UNDATED,
    Reason.DOUBTFUL,
    Reason.UNNAMED,
    Reason.FILE_MISSING,
    Reason.KEY_MISSING,
    Reason.DIFFERS,
    Reason.UNDER_WAY,
)


def recordings(index: Index, actor: Actor, years: int, *, taken_out: bool) -> list[dict[str, str]]:
    """Every recording by case, a row each with the fields of `COLUMNS`; told to the audit chain.

    Raises:
        MachineError: `audit_unwritable`.
    """
    registers = index.registers()
    people = {object_id: index.person(object_id) for object_id in registers}
    actor.tell(AuditEvent.TAKE_OUT if taken_out else AuditEvent.VIEW, registers)
    names = {object_id: full_name(person) if person else "" for object_id, person in people.items()}
    return list(_rows(registers, names, years))


def as_workbook(rows: list[dict[str, str]]) -> bytes:
    """The list as .xlsx."""
    return workbook(_TITLE, COLUMNS, _listed(rows))


def as_csv(rows: list[dict[str, str]]) -> bytes:
    """The list as .csv."""
    return plain_table(COLUMNS, _listed(rows))


def _listed(rows: list[dict[str, str]]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(row[column.field] for column in COLUMNS) for row in rows)


def _rows(
    registers: Mapping[str, Register], names: Mapping[str, str], years: int
) -> Iterator[dict[str, str]]:
    listed = [(entry, object_id) for object_id, r in registers.items() for entry in r.entries]
    listed.sort(key=lambda pair: (pair[0].case, pair[0].sitting, pair[0].file or ""))
    for number, (entry, object_id) in enumerate(listed, 1):
        yield {
            "number": str(number),
            "person": names[object_id],
            **_row(entry, registers[object_id], years),
        }


def _row(entry: Entry, of: Register, years: int) -> dict[str, str]:
    stored, destroyed = entry.stored, entry.destroyed
    until, counted = (entry.keep_until, entry.years) if destroyed else keep_until(entry, years)
    return {
        "case": entry.case,
        "sitting": entry.sitting,
        "file": entry.file or "",
        "type": _KINDS.get(entry.type or "", ""),
        "length": _length(stored.seconds if stored else None),
        "sha256": stored.sha256 if stored else (entry.declared_sha256 or ""),
        "recorded_on": _day(entry.recorded_on),
        "rule": f"29-тармақ (№ 218 бұйрық, 26.03.2025): {counted} жыл",
        "keep_until": _day(until),
        "state": of.state(entry),
        "holds": "; ".join(_hold(h) for h in of.bars(entry))
        or ("шағым (34-тармақ)" if entry.appeal_open else ""),
        "id": stored.id if stored else "",
        "sealed_sha256": stored.sealed_sha256 if stored else "",
        "act": f"№ {destroyed.act}, {_day(destroyed.on)}" if destroyed else "",
        "act_sha512": destroyed.sha512 if destroyed else "",
    }


def _hold(hold: Hold) -> str:
    return f"{hold.mandate} ({hold.by}, {hold.at:%d.%m.%Y})"


def _length(seconds: float | None) -> str:
    if seconds is None:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"


def _day(day: date | None) -> str:
    return "" if day is None else f"{day:%d.%m.%Y}"


def by_state(plan: Plan, until: date) -> dict[str, list[Item]]:
    """What is planned and kept, by what a person has to know first; `soon` is what ends until that day."""

    def soon(item: Item) -> bool:
        return item.reason is Reason.TERM and item.keep_until is not None and item.keep_until <= until

    by_day = sorted(plan.keep, key=lambda item: (item.keep_until or date.max, item.case, item.file))
    return {
        "over": list(plan.destroy),
        "soon": [item for item in by_day if soon(item)],
        "held": [item for item in by_day if item.reason in (Reason.HELD, Reason.APPEAL)],
        "unsure": [item for item in by_day if item.reason in _UNSURE],
    }
