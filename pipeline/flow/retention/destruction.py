"""The act of destruction: made of what is gone, sealed, filed with its register in one version (¶29)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from pipeline.archive.audit.log import AuditEvent
from pipeline.archive.person.content import case_folder, changes
from pipeline.archive.person.events import EventType, ObjectEvent
from pipeline.archive.person.filed_documents import Document
from pipeline.archive.person.personal_file import kept
from pipeline.documents.content.destruction import Destroyed, OfAct, act_name, act_of_destruction
from pipeline.domain.errors import CorruptError
from pipeline.domain.recordings import Destruction, Entry, Register
from pipeline.domain.records import Kind, RecordingType, Ref
from pipeline.flow.casefile.papers.made import Made
from pipeline.flow.casefile.papers.making import make
from pipeline.flow.casefile.personal import PersonalFiles
from pipeline.flow.casefile.registered import registered
from pipeline.flow.casefile.related.related_records import RelatedRecords
from pipeline.flow.casefile.versions import Act, file_version
from pipeline.flow.site.workplace import Workplace
from pipeline.law.docket import Docket
from pipeline.retention.run_log import ActFiled, Gone, Start


def file_act(place: Workplace, start: Start, number: str, gone: Sequence[Gone], *, agent: str) -> ActFiled:
    """Files the act on the recordings of one case; one that is there already is only told of.

    Raises:
        CorruptError: `filed_missing`, the case is not filed; or something filed does not verify.
        MachineError: the template, the renderer, the seal or the disk is at fault.
    """
    case = gone[0].item.case
    object_id = place.index.object_of(Ref(Kind.CASE, case))
    filed = place.root.get(object_id) if object_id is not None else None
    if filed is None:
        raise CorruptError("filed_missing", path=str(Kind.CASE))
    docket = RelatedRecords(place.root, place.index).around(place.index.refs_of(filed.id)).docket
    personal = PersonalFiles(place, docket)
    files = personal.as_filed(filed.id)
    path = f"{case_folder(case)}{act_name(start.plan)}.pdf"
    there = next((d for f in files for d in f.documents if d.path == path), None)
    if there is not None:
        return ActFiled(case, number, filed.id, path, there.sha512)

    register = registered(filed)
    made = _made(place, filed.id, docket, register, start, number, gone)
    (act,) = made.documents
    ours = next(f for f in files if f.case.id == case)
    files[files.index(ours)] = replace(ours, documents=(*ours.documents, act), pdfs=made.pdfs)
    destroyed = Destruction(number, place.today, path, act.sha512, start.plan, start.mandate)
    content = personal.content(filed.id, files, _marked(register, destroyed, gone))
    file_version(
        place,
        filed.id,
        changes(filed.state, content, kept(files)),
        _told(start, number, act, gone, agent),
    )
    return ActFiled(case, number, filed.id, path, act.sha512)


def _made(
    place: Workplace,
    object_id: str,
    docket: Docket,
    register: Register,
    start: Start,
    number: str,
    gone: Sequence[Gone],
) -> Made:
    """The act as it stands at this moment, with the audit chain's head."""
    case, head = docket.cases[gone[0].item.case], place.audit.head()
    act = OfAct(
        number=number,
        on=place.today,
        plan=start.plan,
        plan_sha256=start.sha256,
        mandate=tuple(start.mandate.split("\n")),
        audit_number=head.number,
        audit_sha256=head.sha256,
    )
    entries = {e.stored.id: e for e in register.entries if e.stored is not None}
    rows = [_row(g, entries[g.item.recording]) for g in gone]
    wanted = act_of_destruction(case, docket.campaign_of(case), act, rows)
    return make(place, [wanted], object_id, case_folder(case.id), {})


def _row(gone: Gone, entry: Entry) -> Destroyed:
    item = gone.item
    if item.recorded_on is None or item.keep_until is None:
        raise ValueError("a recording without a day is never destroyed")
    return Destroyed(
        file=item.file,
        type=None if entry.type is None else RecordingType(entry.type),
        recorded_on=item.recorded_on,
        keep_until=item.keep_until,
        years=item.years,
        sha256=item.sha256,
        gone_at=gone.at,
        copies=gone.copies,
    )


def _marked(register: Register, destroyed: Destruction, gone: Iterable[Gone]) -> Register:
    """The register with these recordings destroyed; their entries stand as they are from now on."""
    recordings = {g.item.recording for g in gone}
    return replace(
        register,
        entries=tuple(
            replace(e, destroyed=destroyed) if e.stored is not None and e.stored.id in recordings else e
            for e in register.entries
        ),
    )


def _told(start: Start, number: str, act: Document, gone: Iterable[Gone], agent: str) -> Act:
    return Act(
        f"destruction {number}",
        AuditEvent.DESTRUCTION,
        agent,
        {"plan": start.plan, "act": number, "sha512": act.sha512},
        tuple(
            ObjectEvent(EventType.DELETION, detail=f"recording {g.item.recording}, act {number}")
            for g in gone
        ),
    )
