"""Filing what came back signed: a signed rendition beside the document as it was made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.archive.index.locations import FiledDocument
from pipeline.flow.casefile.docket_of import Gathering
from pipeline.flow.casefile.filing import Filed, Filing, index_object
from pipeline.flow.casefile.made import Returned
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
    place: Workplace, journal: Journal, claimed: Claimed, papers: Sequence[SignedPaper]
) -> tuple[Filed, ...]:
    """Files the papers of one drop, one new version of each object; once more is as good as once.

    Each must be of the revision filed now. The drop itself is not ended.

    Raises:
        JekeError: the machine is at fault; working the drop off again ends the same.
    """
    for object_id in journal.touched(claimed.drop_id):
        index_object(place, object_id)
    refs = tuple(dict.fromkeys(paper.filed.record for paper in papers))
    around = Gathering(place.root, place.index).around(refs)
    gathered = replace(around, subjects=refs, lists=frozenset())
    judgement = judge(gathered.docket, place.calendar, place.readings, place.today, refs)
    returned = {(p.filed.object_id, p.filed.document.path): p.came for p in papers}
    return Filing(place, gathered, judgement, {}, returned).file(
        touch=lambda object_id: journal.touch(claimed.drop_id, object_id),
        message=f"drop {claimed.drop_id}",
    )
