"""A filed ballot whose mark was read wrongly: a person has looked at the sheet, and the record stands.

The decision is filed beside the sheet, with its rows as they were read and recorded then: a vote recorded
otherwise later is asked about anew. No vote is changed by it.
"""

from __future__ import annotations

import json
from dataclasses import replace

from pipeline.archive.audit.log import AuditEvent
from pipeline.archive.index.locations import FiledDocument
from pipeline.archive.person.content import canonical_json
from pipeline.domain.errors import CorruptError, NotFoundError, RefusedError
from pipeline.domain.records import Kind, Ref
from pipeline.flow.casefile.ballot_pictures import lay_pictures
from pipeline.flow.casefile.ballots import SETTLED, Row, report_path, to_compare
from pipeline.flow.casefile.filing import Filing
from pipeline.flow.casefile.papers.made import Returned
from pipeline.flow.casefile.related.related_records import RelatedRecords
from pipeline.flow.site.workplace import Workplace
from pipeline.flow.site.write_lock import write_lock
from pipeline.intake.journal import Journal
from pipeline.law.judging import judge


def settle(
    place: Workplace, journal: Journal, document: str, *, accepted: bool, by: str, login: str
) -> tuple[int, ...]:
    """The rows of a filed ballot (`SITTING/annex-3-01`) that are not as recorded are decided: as recorded.

    Gives their numbers, from 1. Their pictures leave outbox/.

    Raises:
        NotFoundError: `review_none`, nothing is asked of that document.
        RefusedError: `ballot_reject`: a vote recorded wrongly is put right in the record, not here.
        MachineError, CorruptError: the machine is at fault; nothing is decided.
    """
    with write_lock(place.places.state):
        record, _, name = document.rpartition("/")
        ref = Ref(Kind.SITTING, record)
        filed = next((f for f in place.index.documents(ref) if f.document.name == name), None)
        if filed is None:
            raise NotFoundError("review_none", document=document)
        gathering = RelatedRecords(place.root, place.index)
        docket = gathering.around([ref]).docket
        rows = to_compare(place, docket, filed)
        if not rows:
            raise NotFoundError("review_none", document=document)
        if not accepted:
            raise RefusedError("ballot_reject", document=document)
        place.audit.append(
            AuditEvent.ACCEPTANCE,
            agent=login,
            at=place.clock(),
            objects=[filed.object_id],
            detail={"document": name, "rows": ", ".join(str(row.number) for row in rows)},
        )
        _file(place, gathering, filed, rows, by, login)
        lay_pictures(place, journal, docket, ref)
        return tuple(row.number for row in rows)


def _file(
    place: Workplace,
    gathering: RelatedRecords,
    filed: FiledDocument,
    rows: tuple[Row, ...],
    by: str,
    login: str,
) -> None:
    """A version of the sitting in which the report says it; the sheet stays byte for byte."""
    signed, path = filed.document.signed, report_path(filed.document)
    stored = place.root.get(filed.object_id)
    if signed is None or path is None or stored is None:
        raise CorruptError("filed_missing", path=filed.document.path)
    report = json.loads(stored.read(path))
    said = {
        "by": by,
        "login": login,
        "at": place.clock().isoformat(timespec="seconds"),
        "rows": [row.key for row in rows],
    }
    report[SETTLED] = [*report.get(SETTLED, ()), said]
    beside = {p.rpartition("/")[2]: stored.read(p) for p in signed.beside}
    beside[path.rpartition("/")[2]] = canonical_json(report)
    came = Returned(
        stored.read(signed.path),
        signed.how,
        signed.signers,
        beside,
        signed.names,
        whole=signed.whole,
        filed_on=signed.filed_on,
    )
    around = gathering.around([filed.record])
    gathered = replace(around, subjects=(filed.record,), lists=frozenset())
    judgement = judge(gathered.docket, place.calendar, place.readings, place.today, gathered.subjects)
    returned = {(filed.object_id, filed.document.path): came}
    Filing(place, gathered, judgement, {}, returned).file(None, f"ballot {filed.document.name} compared")
