"""`jeke status` and `jeke deadlines`: how every filed case stands, and what is due when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import click

from pipeline.archive.audit.log import AuditEvent
from pipeline.archive.index.locations import Index, Withdrawn
from pipeline.archive.person.completeness import Lack, LackKind
from pipeline.archive.person.filed_documents import Document
from pipeline.cli.check_json import deadline_entry, decision_entry
from pipeline.cli.commands.history import show_drops
from pipeline.cli.desk import Desk, today
from pipeline.cli.ics import calendar_of
from pipeline.cli.naming import cases_named
from pipeline.cli.options import Day, OutPath, as_json, common
from pipeline.cli.sitting_status import STATUS, awaited_entry, show_sitting
from pipeline.cli.withdrawn import withdrawn_line, withdrawn_named
from pipeline.domain.errors import MachineError
from pipeline.domain.findings import Deadline, Decision, Judgement
from pipeline.domain.names import full_name
from pipeline.domain.records import Case, Kind, Ref
from pipeline.flow.casefile.ballots import differences
from pipeline.flow.casefile.closing import awaited, closed
from pipeline.flow.casefile.docket_of import Gathered, Gathering
from pipeline.flow.casefile.heard_elsewhere import heard_elsewhere, stage_after, wanting_after
from pipeline.flow.casefile.personal import lacks_of
from pipeline.flow.outcomes.results import Awaited, Note
from pipeline.flow.retention.elsewhere import elsewhere
from pipeline.flow.retention.expiry import expiries
from pipeline.flow.scans.stored import scans_waiting
from pipeline.law.engine import Bench
from pipeline.law.judging import judge, waits_for
from pipeline.law.next_step import Stage, appeal_open, earliest_sitting, stage_of, wanting
from pipeline.messages.catalogue import Messages
from pipeline.messages.lines import awaited_line, deadline_line, decision_line, owed
from pipeline.record_format.descriptions import describe

on_day = click.option("--on", type=Day(), metavar="DATE")


@dataclass(frozen=True, slots=True)
class Standing:
    """How one case stands."""

    case: Case
    stage: Stage
    wanting: tuple[str, ...]
    lacking: tuple[Lack, ...]
    awaited: tuple[Awaited, ...]
    earliest_sitting: date | None
    waits_for: tuple[Ref, ...]
    blocks: int
    decisions: tuple[Decision, ...]
    deadlines: tuple[Deadline, ...]
    recordings_elsewhere: int = 0
    ballots: tuple[Note, ...] = ()

    @property
    def closed(self) -> bool:
        """Whether nothing is left to do and all is signed."""
        return closed(self.stage, self.lacking, self.awaited)


@click.command("status")
@click.argument("words", nargs=-1, metavar="[CASE|PERSON|SITTING]")
@click.option("--drops", is_flag=True)
@on_day
@as_json
@common
@click.pass_obj
def status(desk: Desk, words: tuple[str, ...], *, drops: bool, on: date | None, as_json: bool) -> None:
    """All cases where none is named; a sitting: its ballots; `--drops`: dropped files instead of cases."""
    if drops:
        show_drops(desk, datetime.now(UTC), as_json=as_json)
        return
    on = on or today()
    if show_sitting(desk, " ".join(words), on, as_json=as_json):
        return
    with desk.workplace(on) as place:
        withdrawn = withdrawn_named(place.index, words)
        refs = _named(place.index, words, withdrawn) if words else place.index.refs(Kind.CASE)
        gathered = Gathering(place.root, place.index).around(refs)
        judgement = judge(gathered.docket, place.calendar, place.readings, on, gathered.subjects)
        bench = Bench(gathered.docket, place.calendar, place.readings, on)
        objects = [place.index.object_of(ref) for ref in refs] if words else []
        papers = {ref: [filed.document for filed in place.index.documents(ref)] for ref in refs}
        unsigned = {
            ref: awaited(gathered.docket, place.index, gathered.docket.cases[ref.id], judgement.deadlines)
            for ref in refs
        }
        ballots = {ref: differences(place, gathered.docket, gathered.docket.cases[ref.id]) for ref in refs}
        decided = {ref: heard_elsewhere(place.index, ref.id) for ref in refs}
        stayed = elsewhere(place.root, place.audit) if any(decided.values()) else frozenset()
        objects += [each.object_id for each in withdrawn]
    if refs or withdrawn:
        desk.account(AuditEvent.VIEW, filter(None, objects), of="status", scope="named" if words else "all")
    standings = [
        _as_decided(
            replace(
                _standing(gathered.docket.cases[ref.id], bench, judgement, papers[ref], unsigned[ref]),
                ballots=ballots[ref],
            ),
            decided[ref],
            sum(case == ref.id for case, _ in stayed),
        )
        for ref in refs
    ]
    if as_json:
        entries = [_entry(standing, on, desk) for standing in standings]
        taken_back = [_withdrawn_entry(each) for each in withdrawn]
        told = {"on": on.isoformat(), "cases": entries, "withdrawn": taken_back}
        desk.put_json({"format": STATUS, **told})
        return
    for each in withdrawn:
        desk.put(withdrawn_line(desk, each))
    for standing in standings:
        desk.put("\n".join(_lines(standing, on, desk)))
    if not standings and not withdrawn:
        desk.tell(desk.say.text("cli.status.none"))
    if not words and (count := scans_waiting(desk.places)):
        desk.tell(desk.say.text("cli.status.scans", count=count))


def _named(index: Index, words: Sequence[str], withdrawn: Sequence[Withdrawn]) -> tuple[Ref, ...]:
    """The cases meant; none where a withdrawn record is.

    Raises:
        NotFoundError: as `cases_named`.
    """
    case = Ref(Kind.CASE, " ".join(words))
    if withdrawn:
        return (case,) if index.record(case) is not None else ()
    return cases_named(index, words)


def _withdrawn_entry(withdrawn: Withdrawn) -> dict[str, object]:
    why = withdrawn.correction
    return {
        "kind": withdrawn.record.kind.value,
        "id": withdrawn.record.id,
        "reason": why.reason,
        "by": why.by,
        "at": why.at.isoformat(),
    }


def _standing(
    case: Case,
    bench: Bench,
    judgement: Judgement,
    papers: Iterable[Document],
    unsigned: tuple[Awaited, ...],
) -> Standing:
    records = {case.ref, *(h.sitting.ref for h in bench.docket.hearings(case.id))}
    return Standing(
        case=case,
        stage=stage_of(case, bench),
        wanting=wanting(case, bench),
        lacking=lacks_of(case, bench, papers),
        awaited=unsigned,
        earliest_sitting=earliest_sitting(case, bench),
        waits_for=waits_for(bench.docket, case),
        blocks=sum(finding.record == case.ref for finding in judgement.blocks),
        decisions=tuple(d for d in judgement.decisions if d.case == case.id),
        deadlines=tuple(owed((d for d in judgement.deadlines if d.record in records), bench.on)),
    )


def _as_decided(standing: Standing, decisions: tuple[Decision, ...], stayed: int) -> Standing:
    """A case that came decided from another archive stands as its own file says: its sitting is not here."""
    if not decisions or standing.decisions:
        return standing
    return replace(
        standing,
        stage=stage_after(standing.case),
        wanting=wanting_after(standing.case),
        earliest_sitting=None,
        waits_for=(),
        decisions=decisions,
        recordings_elsewhere=stayed,
    )


def _lines(standing: Standing, on: date, desk: Desk) -> Iterator[str]:
    say, case = desk.say, standing.case
    yield say.text("cli.status.case", case=case.id, name=full_name(case.employee), stage=standing.stage.value)
    for decision in standing.decisions:
        yield "  " + decision_line(decision, say)
    if appeal_open(case):
        yield "  " + _appeal(case, say)
    for path in standing.wanting:
        yield "  " + say.text("cli.status.wanting", what=_field(path, desk))
    yield from ("  " + line for line in _papers(standing, say))
    yield from (f"  {say.text(f'answer.note.{note.code}', **note.params)}" for note in standing.ballots)
    if standing.earliest_sitting is not None:
        yield "  " + say.text("cli.status.earliest_sitting", day=standing.earliest_sitting)
    if standing.recordings_elsewhere:
        yield "  " + say.text("cli.status.recordings_elsewhere", count=standing.recordings_elsewhere)
    for ref in standing.waits_for:
        yield "  " + say.text("cli.status.waits", kind=ref.kind.value, id=ref.id)
    if standing.blocks:
        yield "  " + say.text("cli.status.blocks", count=standing.blocks)
    for deadline in standing.deadlines:
        yield "  " + deadline_line(deadline, on, say)
    if standing.closed:
        yield "  " + say.text("cli.status.closed")


def _appeal(case: Case, say: Messages) -> str:
    """An appeal nobody has decided yet (¶34)."""
    appeal = case.appeal
    to = "—" if appeal is None else appeal.to or ("—" if not appeal.court else say.text("cli.status.court"))
    filed_on = appeal.filed_on if appeal and appeal.filed_on else "—"
    return say.text("cli.status.appeal", filed_on=filed_on, to=to)


def _papers(standing: Standing, say: Messages) -> Iterator[str]:
    """What is to be signed, and what else the file lacks."""
    named = {paper.document for paper in standing.awaited}
    yield from (awaited_line(paper, say) for paper in standing.awaited)
    for lack in standing.lacking:
        if lack.what is LackKind.MISSING or lack.document not in named:
            count = f" ({lack.count})" if lack.count > 1 else ""
            key = f"cli.status.lacking_{lack.what}"
            yield say.text(key, title=lack.title, count=count, paragraph=lack.paragraph)


def _field(path: str, desk: Desk) -> str:
    """A field by its name for people, and as it stands in the record."""
    return f"{describe(path, desk.say.language).heading} [{path.partition('.')[2]}]"


def _entry(standing: Standing, on: date, desk: Desk) -> dict[str, object]:
    employee = standing.case.employee
    return {
        "case": standing.case.id,
        "campaign": standing.case.campaign,
        "person": {
            "iin": employee.iin,
            "surname": employee.surname,
            "given_name": employee.given_name,
            "patronymic": employee.patronymic,
        },
        "stage": standing.stage.value,
        "wanting": list(standing.wanting),
        "lacking": [
            {**asdict(lack), "title": desk.say.word("title", lack.title)} for lack in standing.lacking
        ],
        "to_sign": [awaited_entry(paper, desk.say) for paper in standing.awaited],
        "closed": standing.closed,
        "earliest_sitting": standing.earliest_sitting.isoformat() if standing.earliest_sitting else None,
        "waits_for": [str(ref) for ref in standing.waits_for],
        "blocks": standing.blocks,
        "decisions": [decision_entry(d) for d in standing.decisions],
        "deadlines": [deadline_entry(d, on, desk.say) for d in standing.deadlines],
        "recordings_elsewhere": standing.recordings_elsewhere,
        "ballots_to_compare": [dict(note.params) for note in standing.ballots],
    }


@click.command("deadlines")
@click.option("--ics", type=OutPath(path_type=Path), metavar="FILE")
@on_day
@as_json
@common
@click.pass_obj
def deadlines(desk: Desk, *, ics: Path | None, on: date | None, as_json: bool) -> None:
    """Overdue first, then soonest first; a right that has run out is no longer shown."""
    on = on or today()
    with _everything(desk, on) as (gathered, judgement, kept):
        due = [*owed(judgement.deadlines, on), *kept]
        due.sort(key=lambda d: (not d.overdue(on), d.due, d.responsible, str(d.record)))
        people = {ref: _person(ref, gathered) for ref in {d.record for d in due}}
        appealed = [case for case in gathered.docket.cases.values() if appeal_open(case)]
    if due:
        desk.account(AuditEvent.VIEW, (), of="deadlines", scope="all")
    if ics is not None:
        _write_ics(desk, ics, due)
    elif as_json:
        entries = [deadline_entry(d, on, desk.say) for d in due]
        appeals = [
            {"case": c.id, "filed_on": c.appeal.filed_on.isoformat()}
            for c in appealed
            if c.appeal and c.appeal.filed_on
        ]
        desk.put_json(
            {
                "format": "jeke/deadlines/1",
                "on": on.isoformat(),
                "deadlines": entries,
                "open_appeals": appeals,
            }
        )
    else:
        for case in appealed:
            desk.put(f"{_appeal(case, desk.say)}  ({case.ref}, {full_name(case.employee)})")
        for deadline in due:
            desk.put(f"{deadline_line(deadline, on, desk.say)}  ({people[deadline.record]})")
    if not due:
        desk.tell(desk.say.text("cli.deadlines.none"))


@contextmanager
def _everything(desk: Desk, on: date) -> Iterator[tuple[Gathered, Judgement, tuple[Deadline, ...]]]:
    """All that is filed, judged on that day, and which recordings' keeping ends."""
    with desk.workplace(on) as place:
        gathered = Gathering(place.root, place.index).around(place.index.refs())
        judgement = judge(gathered.docket, place.calendar, place.readings, on, gathered.subjects)
        yield gathered, judgement, expiries(place, on)


def _person(ref: Ref, gathered: Gathered) -> str:
    """The record, and whose case it is."""
    case = gathered.docket.cases.get(ref.id) if ref.kind is Kind.CASE else None
    return f"{ref}, {full_name(case.employee)}" if case else str(ref)


def _write_ics(desk: Desk, path: Path, due: Iterable[Deadline]) -> None:
    try:
        path.write_bytes(calendar_of(due, datetime.now(UTC), desk.say))
    except OSError as error:
        raise MachineError("file_unwritable", file=str(path), reason=error.strerror or "") from error
    desk.tell(desk.say.text("cli.deadlines.written", file=str(path)))


COMMANDS = (status, deadlines)
