"""A record filed by mistake withdrawn: kept in its object, and no longer found, judged or handed out.

Nothing that was filed is rewritten: a new version says that it is withdrawn, why, by whom and when. What hung
on it is made anew without it; the journal owes that until it is done. Dropped again, the record stands again.
Whoever calls holds the write lock (`flow/site/write_lock.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from pipeline.archive.audit.log import AuditEvent
from pipeline.archive.ocfl.storage_root import OcflObject
from pipeline.archive.person.content import (
    CASES,
    DOCUMENTS,
    INNER_LIST,
    RECORD,
    WITHDRAWN,
    case_folder,
    changes,
)
from pipeline.archive.person.corrections import Correction, withdrawn_json
from pipeline.archive.person.events import EventType, ObjectEvent
from pipeline.archive.person.filed_documents import Document, read_documents
from pipeline.archive.person.inner_list import WithdrawnRecord, withdrawn_list
from pipeline.archive.person.personal_file import kept
from pipeline.documents.content.plan import Wanted, documents_of_case
from pipeline.domain.errors import NotFoundError, RefusedError
from pipeline.domain.records import Kind, Ref, Sitting
from pipeline.flow.casefile.corrections import object_of, settle, standing_of_object
from pipeline.flow.casefile.filing import Filing
from pipeline.flow.casefile.papers.made import facts_of
from pipeline.flow.casefile.personal import PersonalFiles
from pipeline.flow.casefile.records_drop import lasting, make_lists
from pipeline.flow.casefile.registered import registered
from pipeline.flow.casefile.related.related_records import Related, RelatedRecords
from pipeline.flow.casefile.versions import Act, file_version
from pipeline.flow.ingest.outbox import keep_current, lay_lists
from pipeline.flow.site.workplace import Workplace
from pipeline.intake.journal import Journal
from pipeline.law.judging import judge


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What was withdrawn: its object, the papers that stay in it, and how many files left outbox/.

    `recordings` of a sitting stay in the registers of its cases; `bans` on a case's are in force still.
    """

    object_id: str
    papers: tuple[Document, ...]
    from_outbox: int
    recordings: int
    bans: tuple[str, ...]


def named(place: Workplace, record_id: str, kind: Kind | None = None) -> Ref:
    """The record of that id that stands, else the one that is withdrawn.

    Raises:
        NotFoundError: `nothing_found`.
        RefusedError: `withdraw_which`, several kinds of record bear the id.
    """
    refs = [Ref(k, record_id) for k in Kind if kind in (None, k)]
    found = [ref for ref in refs if place.index.record(ref) is not None]
    found = found or [ref for ref in refs if place.index.withdrawn_of(ref) is not None]
    if len(found) > 1:
        raise RefusedError("withdraw_which", kinds=", ".join(str(ref.kind) for ref in found))
    if not found:
        raise NotFoundError("nothing_found")
    return found[0]


def withdraw(place: Workplace, journal: Journal, ref: Ref, correction: Correction) -> TakenBack:
    """Marks a record as filed by mistake, makes anew what hung on it, and clears its papers out of outbox/.

    Doing it again changes nothing, and goes on where it was cut short.

    Raises:
        NotFoundError: `nothing_found`.
        RefusedError: `case_before_sitting`, `commission_has_sittings`, `campaign_has_cases`: what must be
            withdrawn or put right first; `sitting_signed`, people signed what hangs on it.
        JekeError: the machine is at fault; doing it again goes on.
    """
    settle(place)
    location = place.index.record(ref)
    if location is not None:
        filed = object_of(place, location.object_id)
        _require_free(place, ref)
        if ref.kind is Kind.CASE:
            _mark_case(place, journal, filed, ref, correction)
        else:
            _mark(place, journal, filed, ref, correction)
    done = place.index.withdrawn_of(ref)
    if done is None:
        raise NotFoundError("nothing_found")
    refile_owed(place, journal)
    for owed in journal.lists_owed():
        make_lists(place, journal, owed)
    if ref.kind in (Kind.CAMPAIGN, Kind.SITTING):
        lay_lists(place, journal, ref.id, {}, pictures=ref.kind is Kind.SITTING)
    filed = object_of(place, done.object_id)
    path = done.folder + DOCUMENTS
    papers = read_documents(filed.read(path)) if path in filed.state else ()
    holds = registered(filed).holds
    bans = tuple(h.mandate for h in holds if ref == Ref(Kind.CASE, h.case) and h.lifted is None)
    gone = keep_current(place, [done.object_id])
    return TakenBack(done.object_id, papers, gone, _recordings_of(place, ref), bans)


def _recordings_of(place: Workplace, ref: Ref) -> int:
    """How many stored recordings of a sitting stay in the registers of its cases."""
    entries = (entry for register in place.index.registers().values() for entry in register.entries)
    kept_still = (e for e in entries if e.stored is not None and e.destroyed is None)
    return sum(ref == Ref(Kind.SITTING, entry.sitting) for entry in kept_still)


def refile_owed(place: Workplace, journal: Journal) -> None:
    """Files anew the cases whose sitting was withdrawn.

    Raises:
        JekeError: the machine is at fault; they stay owed.
    """
    owed = journal.cases_owed()
    if not owed:
        return
    place.production.templates.refresh()
    gathered = RelatedRecords(place.root, place.index).around([Ref(Kind.CASE, case_id) for case_id in owed])
    for campaign in gathered.lists:
        journal.owe_lists(campaign.id)
    judgement = judge(gathered.docket, place.calendar, place.readings, place.today, gathered.subjects)
    filed = Filing(place, gathered, lasting(judgement), {}).file(None, "a sitting withdrawn")
    keep_current(place, {f.object_id for f in filed})
    journal.cases_filed(owed)


# --- what stands against it -------------------------------------------------------------------------------


def _require_free(place: Workplace, ref: Ref) -> None:
    match ref.kind:
        case Kind.CASE:
            if sittings := place.index.sittings_naming(ref.id):
                raise RefusedError("case_before_sitting", sitting=sittings[0])
        case Kind.COMMISSION:
            if sittings := place.index.sittings_of_commission(ref.id):
                raise RefusedError("commission_has_sittings", sitting=sittings[0], count=len(sittings))
        case Kind.CAMPAIGN:
            if cases := place.index.cases_of_campaign(ref.id):
                raise RefusedError("campaign_has_cases", case=cases[0], count=len(cases))
        case Kind.SITTING:
            _require_nothing_rests_on(place, ref)


def _require_nothing_rests_on(place: Workplace, sitting: Ref) -> None:
    """Nobody has signed the sitting's papers, nor a case's that would say something else without it."""
    papers = place.index.documents(sitting)
    signed = [f"{sitting.id}/{f.document.name}" for f in papers if f.document.signed is not None]
    before, after = _with_and_without(place, sitting)
    for case_id in _cases_of(before, sitting):
        own = [f.document for f in place.index.documents(Ref(Kind.CASE, case_id))]
        changed = _papers(place, before, case_id) ^ _papers(place, after, case_id)
        names = {name for name, _ in changed}
        signed += [f"{case_id}/{paper.name}" for paper in own if paper.signed and paper.name in names]
    if signed:
        raise RefusedError("sitting_signed", papers=", ".join(signed))


def _with_and_without(place: Workplace, sitting: Ref) -> tuple[Related, Related]:
    cases = [
        Ref(Kind.CASE, c)
        for c in _cases_of(RelatedRecords(place.root, place.index).around([sitting]), sitting)
    ]
    without = RelatedRecords(place.root, place.index, without=[sitting])
    return RelatedRecords(place.root, place.index).around(cases or [sitting]), without.around(cases)


def _cases_of(gathered: Related, sitting: Ref) -> tuple[str, ...]:
    record = gathered.docket.get(sitting)
    named_there = (c.case for c in record.candidates) if isinstance(record, Sitting) else ()
    return tuple(c for c in dict.fromkeys(named_there) if c in gathered.docket.cases)


def _papers(place: Workplace, gathered: Related, case_id: str) -> set[tuple[str, str]]:
    """The case's papers by name, each with what it says."""
    wanted: Iterable[Wanted] = documents_of_case(
        gathered.docket, gathered.docket.cases[case_id], place.options
    )
    return {(w.name, facts_of(w)) for w in wanted}


# --- the version that says so -----------------------------------------------------------------------------


def _mark_case(
    place: Workplace, journal: Journal, filed: OcflObject, ref: Ref, correction: Correction
) -> None:
    gathered = RelatedRecords(place.root, place.index).around(place.index.refs_of(filed.id))
    campaign = gathered.docket.cases[ref.id].campaign
    if place.index.record(Ref(Kind.CAMPAIGN, campaign)) is not None:
        journal.owe_lists(campaign)
    personal, folder = PersonalFiles(place, gathered.docket), case_folder(ref.id)
    standing = standing_of_object(filed)
    case = WithdrawnRecord(ref.id, folder, correction, read_documents(filed.read(folder + DOCUMENTS)))
    standing = replace(standing, withdrawn=(*standing.withdrawn, case))
    files = personal.as_filed(filed.id, but={ref.id})
    content: Mapping[str, bytes] = {
        **personal.content(filed.id, files, registered(filed), standing=standing),
        folder + WITHDRAWN: withdrawn_json(correction),
    }
    detail = {"folder": folder.removeprefix(CASES).rstrip("/")}
    wanted = changes(filed.state, content, kept(files) | {folder})
    file_version(place, filed.id, wanted, _act(correction, detail, folder))


def _mark(place: Workplace, journal: Journal, filed: OcflObject, ref: Ref, correction: Correction) -> None:
    """A sitting, a commission, a campaign: one object, all of it."""
    if ref.kind is Kind.SITTING:
        journal.owe_cases(_cases_of(RelatedRecords(place.root, place.index).around([ref]), ref))
    wanted: dict[str, bytes | None] = {
        WITHDRAWN: withdrawn_json(correction),
        INNER_LIST: withdrawn_list(filed.read(INNER_LIST), ref.kind, ref.id, correction),
    }
    file_version(place, filed.id, wanted, _act(correction, {}, RECORD))


def _act(correction: Correction, detail: Mapping[str, str], path: str) -> Act:
    event = ObjectEvent(EventType.DEACCESSION, (path,), correction.reason)
    return Act(correction.reason, AuditEvent.WITHDRAWAL, correction.by, detail, (event,))
