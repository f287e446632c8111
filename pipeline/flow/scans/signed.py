"""Filing what came back signed: a signed rendition beside the document as it was made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.archive.index.locations import FiledDocument
from pipeline.archive.person.filed_documents import How
from pipeline.domain.errors import CorruptError
from pipeline.flow.casefile.filing import Filed, Filing, index_object
from pipeline.flow.casefile.papers.made import Returned
from pipeline.flow.casefile.related.related_records import RelatedRecords
from pipeline.flow.casefile.sheets import voted_on
from pipeline.flow.site.workplace import Workplace
from pipeline.intake.claim import Claimed
from pipeline.intake.journal import Journal
from pipeline.law.judging import judge


@dataclass(frozen=True, slots=True)
class SignedPaper:
    """A document as it is filed, and what came back of it."""

    filed: FiledDocument
    came: Returned


def file_signed(
    place: Workplace,
    journal: Journal,
    claimed: Claimed,
    papers: Sequence[SignedPaper],
    before: Sequence[FiledDocument] = (),
) -> tuple[Filed, ...]:
    """Files the papers of one drop, one new version of each object; once more is as good as once.

    Each must be of the revision filed now. `before` are those that the same drop filed before a kill. With a
    ballot that was printed blank go the extracts in the personal files, which name it. The drop itself is not
    ended.

    Raises:
        JekeError: the machine is at fault; working the drop off again ends the same.
    """
    for object_id in journal.touched(claimed.drop_id):
        index_object(place, object_id)
    gathering = RelatedRecords(place.root, place.index)
    own = tuple(dict.fromkeys(paper.filed.record for paper in papers))
    sheets = (*(p.filed for p in papers if p.came.how is How.SCAN), *before)
    around = gathering.around((*own, *(sheet.record for sheet in sheets)))
    cases = voted_on(around.docket, sheets)
    refs = tuple(dict.fromkeys((*own, *cases)))
    gathered = replace(gathering.around(cases) if cases else around, subjects=refs, lists=frozenset())
    judgement = judge(gathered.docket, place.calendar, place.readings, place.today, refs)
    returned = {(p.filed.object_id, p.filed.document.path): p.came for p in papers}
    filed = Filing(place, gathered, judgement, {}, returned).file(
        touch=lambda object_id: journal.touch(claimed.drop_id, object_id),
        message=f"drop {claimed.drop_id}",
    )
    for one in filed:
        _require_written(place, one)
    return filed


def _require_written(place: Workplace, filed: Filed) -> None:
    """Read from the disk again, the papers are the very bytes that were looked at before they were filed."""
    stored = place.root.get(filed.object_id)
    for path, pdf in filed.made.pdfs.items():
        if stored is None or path not in stored.state or stored.read(path) != pdf:
            raise CorruptError(
                "archive-content", object=filed.object_id, version=filed.version or "", path=path
            )
