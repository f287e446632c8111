"""`jeke retention register` and `report`: every recording in one list, and how the keeping stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path

import click

from pipeline.archive.audit.log import AuditEvent
from pipeline.cli.context import CliContext, login, today
from pipeline.cli.options import Day, OutPath, as_json, common
from pipeline.cli.retention.lines import item_line, tell_unplanned
from pipeline.documents.content.registers import Column, plain_table, workbook
from pipeline.domain.errors import MachineError
from pipeline.domain.names import full_name
from pipeline.domain.recordings import Entry, Hold, Register
from pipeline.flow.recordings.awaited import Awaited, awaited
from pipeline.flow.retention.sweep import Cleanup
from pipeline.retention.plan import Item, Plan, Reason, item_fields, keep_until

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
_FILE = OutPath(path_type=Path, dir_okay=False)


@click.command("register")
@click.option("--xlsx", type=_FILE, metavar="FILE")
@click.option("--csv", type=_FILE, metavar="FILE")
@as_json
@common
@click.pass_obj
def register(cli: CliContext, *, xlsx: Path | None, csv: Path | None, as_json: bool) -> None:
    """Every recording there is or was, by case."""
    years = cli.config.readings.recording_retention_years
    with cli.archive() as (_, index):
        registers = index.registers()
        people = {object_id: index.person(object_id) for object_id in registers}
        cli.account(AuditEvent.TAKE_OUT if xlsx or csv else AuditEvent.VIEW, registers)
    names = {object_id: full_name(person) if person else "" for object_id, person in people.items()}
    rows = list(_rows(registers, names, years))
    listed = tuple(tuple(row[column.field] for column in COLUMNS) for row in rows)
    if xlsx is not None:
        _write(xlsx, workbook(_TITLE, COLUMNS, listed))
    if csv is not None:
        _write(csv, plain_table(COLUMNS, listed))
    if as_json:
        cli.put_json({"format": "jeke/recordings-register/1", "recordings": rows})
    elif xlsx is None and csv is None:
        for row in rows:
            cli.put(cli.say.text("cli.retention.register.line", **{k: v or "—" for k, v in row.items()}))
    for file in filter(None, (xlsx, csv)):
        cli.tell(cli.say.text("cli.retention.register.written", file=str(file), count=len(rows)))
    if not rows:
        cli.tell(cli.say.text("cli.retention.register.none"))


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


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise MachineError("file_unwritable", file=str(path), reason=error.strerror or "") from error


# --- report ---------------------------------------------------------------------------------------------


@click.command("report")
@click.option("--days", type=click.IntRange(0, 3660), default=90, show_default=True, metavar="N")
@click.option("--on", type=Day(), metavar="DATE")
@as_json
@common
@click.pass_obj
def report(cli: CliContext, *, days: int, on: date | None, as_json: bool) -> None:
    """What is over, ends within the days, is held, needs a person, is destroyed, was never handed in."""
    on = on or today()
    with cli.workplace() as place:
        cleanup = Cleanup(place, login())
        plan, unplanned = cleanup.plan(on, dry_run=True), cleanup.unplanned()
        registers = place.index.registers()
        missing = awaited(place.index, place.readings.recording_retention_years)
    parts = _parts(plan, on + timedelta(days=days))
    destroyed = [(e, e.destroyed) for r in registers.values() for e in r.entries if e.destroyed is not None]
    destroyed.sort(key=lambda pair: (pair[1].on, pair[1].act, pair[0].file or ""))
    if as_json:
        entries = {name: [item_fields(item) for item in items] for name, items in parts.items()}
        gone = [
            {
                "case": e.case,
                "file": e.file,
                "act": d.act,
                "on": d.on.isoformat(),
                "path": d.path,
                "sha512": d.sha512,
            }
            for e, d in destroyed
        ]
        cli.put_json(
            {
                "format": "jeke/retention-report/1",
                "on": on.isoformat(),
                "days": days,
                **entries,
                "destroyed": gone,
                "awaited": [_awaited_entry(each, on) for each in missing],
            }
        )
        return
    for name, items in parts.items():
        cli.put(cli.say.text(f"retention.report.{name}", count=len(items), days=days))
        for item in items:
            cli.put("  " + item_line(item, item.reason, cli.say))
    cli.put(cli.say.text("retention.report.destroyed", count=len(destroyed)))
    for entry, act in destroyed:
        line = cli.say.text(
            "retention.report.act", case=entry.case, file=entry.file or "—", act=act.act, on=act.on
        )
        cli.put("  " + line)
    cli.put(cli.say.text("retention.report.awaited", count=len(missing)))
    for each in missing:
        line = cli.say.text(
            "retention.report.awaited.item",
            case=each.entry.case,
            file=each.entry.file or "—",
            recorded_on=each.entry.recorded_on or "—",
            keep_until=each.keep_until or "—",
        )
        cli.put("  " + line)
        if each.over(on):
            cli.put("    " + cli.say.text("retention.report.awaited.over"))
    tell_unplanned(cli, unplanned)


def _awaited_entry(each: Awaited, on: date) -> dict[str, object]:
    recorded = each.entry.recorded_on
    return {
        "case": each.entry.case,
        "sitting": each.entry.sitting,
        "file": each.entry.file,
        "recorded_on": recorded and recorded.isoformat(),
        "keep_until": each.keep_until and each.keep_until.isoformat(),
        "term_over": each.over(on),
    }


def _parts(plan: Plan, until: date) -> dict[str, list[Item]]:
    """By what a person has to know first."""

    def soon(item: Item) -> bool:
        return item.reason is Reason.TERM and item.keep_until is not None and item.keep_until <= until

    by_day = sorted(plan.keep, key=lambda item: (item.keep_until or date.max, item.case, item.file))
    return {
        "over": list(plan.destroy),
        "soon": [item for item in by_day if soon(item)],
        "held": [item for item in by_day if item.reason in (Reason.HELD, Reason.APPEAL)],
        "unsure": [item for item in by_day if item.reason in _UNSURE],
    }


COMMANDS = (register, report)
