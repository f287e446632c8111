"""A dropped file of records: read, judged, its documents made, filed, answered.

    read ─ judge ─ make documents ─ seal ─ file ─ answer

It is worked off as if nothing had been done yet, and what is filed already stays as it is: a kill at any
moment costs nothing, the next start takes the drop up again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from pipeline.documents.content.plan import DocumentKind
from pipeline.documents.content.printable import unprintable
from pipeline.domain.errors import MachineError
from pipeline.domain.findings import Judgement
from pipeline.domain.records import Kind, Ref
from pipeline.domain.source import InputError
from pipeline.flow.casefile.ballot_pictures import lay_pictures
from pipeline.flow.casefile.ballots import differences
from pipeline.flow.casefile.blocking import newly_blocking
from pipeline.flow.casefile.closing import awaited
from pipeline.flow.casefile.filing import Filed, Filing, as_before
from pipeline.flow.casefile.first_try import with_first_try
from pipeline.flow.casefile.papers.making import template_notes
from pipeline.flow.casefile.recording_terms import standing_notes
from pipeline.flow.casefile.related.former import former_revisions, withdrawn_before
from pipeline.flow.casefile.related.references import unknown_references
from pipeline.flow.casefile.related.related_records import Related, RelatedRecords
from pipeline.flow.casefile.superseded import in_force, superseded
from pipeline.flow.ingest.endings import dropped_before, refuse, unchanged
from pipeline.flow.ingest.outbox import ANSWER, keep_current, lay_lists, put
from pipeline.flow.outcomes.results import DropAnswer, Note, RecordAnswer, Result
from pipeline.flow.site.workplace import Workplace
from pipeline.flow.site.write_lock import write_lock
from pipeline.intake.claim import Claimed, finish
from pipeline.intake.journal import DropState, Journal
from pipeline.law.judging import judge, waits_for
from pipeline.law.person import SAID_ONCE
from pipeline.record_format.reader import ReadResult, read_stream
from pipeline.record_format.stream import MAX_FILE_BYTES

_NO_GLYPH = "render_glyph"
_FIRST = "v1"
"""Of a sign that came onto a paper past the reader: by a template, or out of a record filed before."""


def work_off_records(
    place: Workplace, journal: Journal, claimed: Claimed, *, last_word: bool
) -> DropAnswer | None:
    """Takes a claimed file of records all the way and tells what became of it.

    None where a finding blocks and `last_word` is false: another drop of the same look may bring what is
    missing.

    Raises:
        JekeError: the machine is at fault; the drop stays claimed, to be tried again.
    """
    found = read(claimed)
    with write_lock(place.places.state):
        return _judged(place, journal, claimed, found, last_word=last_word)


def _judged(
    place: Workplace,
    journal: Journal,
    claimed: Claimed,
    found: ReadResult,
    *,
    last_word: bool,
) -> DropAnswer | None:
    drop = DropAnswer(claimed.name, claimed.sha256, claimed.size, Result.DONE, place.today)
    message = _message(claimed)
    begun = journal.touched(claimed.drop_id)
    as_before(place, begun, message)
    place.production.templates.refresh()
    since = None if found.errors else superseded(place, journal, claimed, [r.record for r in found.records])
    if found.errors or since is not None:
        journal.refuses(claimed.drop_id, _named(found.refs))
        drop = replace(drop, result=Result.REFUSED, errors=found.errors)
        drop = drop if since is None else replace(drop, notes=since.notes, partly=since.partly)
        return refuse(place, journal, claimed, drop)

    records = found.records
    refs = [r.record.ref for r in records]
    former = former_revisions(
        place.root, place.index, (r.record for r in records), touched=begun, message=message
    )
    gathered = RelatedRecords(place.root, place.index, (r.record for r in records), former).around(refs)
    judgement = judge(gathered.docket, place.calendar, place.readings, place.today, gathered.subjects)
    unknown = unknown_references([r.record for r in records], gathered.docket, place.index.refs)
    told = replace(judgement, findings=(*unknown, *judgement.findings))
    drop = replace(drop, records=tuple(records), judgement=told)
    if newly_blocking(place, judgement, refs):
        if not last_word:
            return None
        journal.refuses(claimed.drop_id, _named(refs))
        return refuse(place, journal, claimed, replace(drop, result=Result.REFUSED))

    for campaign in gathered.lists:
        journal.owe_lists(campaign.id)
    texts = {r.record.ref: r.source.text for r in records}
    first = dropped_before(journal, claimed)
    if first is not None and any(in_force(place, r.record.ref) not in (None, r.record) for r in records):
        drop = replace(drop, first_drop=first)
    journal.brings(claimed.drop_id, _named(refs))
    try:
        filed = Filing(place, gathered, lasting(judgement), texts).file(
            touch=lambda object_id: journal.touch(claimed.drop_id, object_id), message=message
        )
    except MachineError as error:
        if error.code != _NO_GLYPH:  # nothing is written before all papers are made
            raise
        wrong = InputError("unprintable_paper", claimed.name, 0, 0, error.params)
        journal.refuses(claimed.drop_id, _named(refs))
        return refuse(place, journal, claimed, replace(drop, result=Result.REFUSED, errors=(wrong,)))
    if not journal.touched(claimed.drop_id):
        return unchanged(place, journal, claimed, replace(drop, result=Result.UNCHANGED))
    return answer(place, journal, claimed, drop, gathered, filed, begun)


def lasting(judgement: Judgement) -> Judgement:
    """The judgement without what is said of the change alone: it is told once and not filed."""
    kept = tuple(f for f in judgement.findings if f.code not in SAID_ONCE)
    return replace(judgement, findings=kept)


def make_lists(place: Workplace, journal: Journal, campaign: str) -> None:
    """Makes anew the lists and registers of a campaign whose cases have changed.

    Those that a try filed which was cut short before its answer are told of as if it had not been.

    Raises:
        JekeError: the machine is at fault; the lists stay owed.
    """
    debt = journal.debt_of_lists(campaign)
    message = f"lists of the campaign {debt}".rstrip()
    place.production.templates.refresh()
    ref = Ref(Kind.CAMPAIGN, campaign)
    gathered = RelatedRecords(place.root, place.index).campaign(ref)
    judgement = judge(gathered.docket, place.calendar, place.readings, place.today, gathered.subjects)
    for made in Filing(place, gathered, judgement, {}).file(None, message):
        filed = with_first_try(place, made, message) if debt else made
        files = _papers(place, filed)
        if filed.made.fresh:
            files[ANSWER] = _of_lists(place, _record_answer(place, gathered, judgement, filed, "")).encode()
        put(place.places.outbox, campaign, files)
        lay_lists(place, journal, campaign, filed.made.beside)
        keep_current(place, [filed.object_id])
    journal.lists_made(campaign)


def _of_lists(place: Workplace, record: RecordAnswer) -> str:
    """What HR is told beside a campaign's lists that were made anew."""
    answers = (record,)
    templates = template_notes(place, (d.document for d in record.made))
    drop = DropAnswer("", "", 0, Result.DONE, place.today, answers=answers, templates=templates)
    return place.speaker.filed(replace(drop, test_seal=place.production.sealer.is_test), record)


def read(claimed: Claimed) -> ReadResult:
    """The records of the dropped file, or all that is wrong with it; too large a one is not even read."""
    if claimed.size > MAX_FILE_BYTES:
        limit = {"limit_mib": MAX_FILE_BYTES // 2**20}
        return ReadResult((), (InputError("file_too_large", claimed.name, 0, 0, limit),))
    return read_stream(claimed.read(), claimed.name, unprintable)


def answer(
    place: Workplace,
    journal: Journal,
    claimed: Claimed,
    drop: DropAnswer,
    gathered: Related,
    filed: Sequence[Filed],
    begun: Collection[str] = (),
) -> DropAnswer:
    """Documents to print and the answer go to outbox/, a folder a record; then the drop is over.

    `begun` are objects that an earlier try of the drop has changed or was about to: the papers that it made
    are told of as if it had not been cut short.
    """
    dropped = {r.record.ref for r in drop.records}
    message = _message(claimed)
    filed = [with_first_try(place, f, message) if f.object_id in begun else f for f in filed]
    answers = tuple(
        _record_answer(place, gathered, drop.judgement, f, message)
        for f in filed
        if f.ref in dropped or f.made.fresh
    )
    waiting = any(a.waits_for for a in answers if a.record.ref in dropped)
    drop = replace(
        drop,
        result=Result.WAITING if waiting else Result.DONE,
        answers=answers,
        test_seal=place.production.sealer.is_test,
        templates=template_notes(place, (d.document for a in answers for d in a.made)),
        lists_of=tuple(sorted(ref.id for ref in gathered.lists)),
    )
    told = {a.record.ref: a for a in answers}
    for f in filed:
        if f.ref in told:
            words = place.speaker.filed(drop, told[f.ref])
            put(place.places.outbox, f.ref.id, {ANSWER: words.encode(), **_papers(place, f)})
        elif f.object_id in begun:  # a try before was cut short: whether its papers lie there nobody knows
            put(place.places.outbox, f.ref.id, _papers(place, f))
        if f.ref.kind is Kind.CAMPAIGN:
            lay_lists(place, journal, f.ref.id, f.made.beside)
        if f.ref.kind is Kind.SITTING:
            lay_pictures(place, journal, gathered.docket, f.ref)
    keep_current(place, journal.touched(claimed.drop_id))
    journal.accepts(claimed.drop_id, _named(dropped), place.clock())
    state = DropState.WAITING if waiting else DropState.DONE
    finish(claimed, place.places.work, journal, state, now=place.clock(), detail={"records": len(dropped)})
    return drop


def _record_answer(
    place: Workplace, gathered: Related, judgement: Judgement, filed: Filed, message: str
) -> RecordAnswer:
    record = gathered.docket.get(filed.ref)
    assert record is not None  # noqa: S101  # it has just been filed
    return RecordAnswer(
        record=record,
        object_id=filed.object_id,
        version=filed.version,
        made=filed.made.fresh,
        to_sign=filed.made.signable,
        unsigned=tuple(filed.made.unsigned),
        waits_for=waits_for(gathered.docket, record),
        judgement=_concerning(judgement, filed.ref),
        awaited=awaited(gathered.docket, place.index, record, judgement.deadlines),
        notes=(
            *_stands_again(place, filed, message),
            *standing_notes(place, record),
            *differences(place, gathered.docket, record),
            *_ballots_filled(filed),
        ),
    )


def _ballots_filled(filed: Filed) -> tuple[Note, ...]:
    """Votes have filled ballots that lay printed blank: which of the two is to be signed (¶32)."""
    filled = (d for d in filed.made.fresh if d.document == DocumentKind.ANNEX_3 and d.ballot is None)
    return (
        (Note("ballots_filled"),) if filed.ref.kind is Kind.SITTING and any(d.earlier for d in filled) else ()
    )


def _named(refs: Iterable[Ref]) -> list[tuple[str, str]]:
    return [(str(ref.kind), ref.id) for ref in refs]


def _message(claimed: Claimed) -> str:
    """What a version of the archive says of the drop it was filed by."""
    return f"drop {claimed.drop_id}"


def _stands_again(place: Workplace, filed: Filed, message: str) -> tuple[Note, ...]:
    stored = place.root.get(filed.object_id) if filed.version != _FIRST else None
    before = None if stored is None else withdrawn_before(stored, filed.ref, message)
    if before is None:
        return ()
    at = f"{before.at:%d.%m.%Y %H:%M}"
    return (Note("stands_again", {"id": filed.ref.id, "reason": before.reason, "by": before.by, "at": at}),)


def _concerning(judgement: Judgement, ref: Ref) -> Judgement:
    return Judgement(
        tuple(f for f in judgement.findings if f.record == ref),
        tuple(d for d in judgement.deadlines if d.record == ref),
        tuple(d for d in judgement.decisions if ref.id in (d.case, d.sitting)),
    )


def _papers(place: Workplace, filed: Filed) -> dict[str, bytes]:
    """Every document to sign of the record, as far as it is signed already."""
    papers = {f"{d.name}.pdf": (d.signed or d).path for d in filed.made.signable}
    made = {name: filed.made.pdfs[path] for name, path in papers.items() if path in filed.made.pdfs}
    stored = place.root.get(filed.object_id) if len(made) < len(papers) else None
    if stored is None:
        return made
    return {name: made.get(name) or stored.read(path) for name, path in papers.items()}
