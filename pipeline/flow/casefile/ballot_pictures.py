"""Filed ballots whose rows are not as recorded now: the question put to a person, with a picture of each row.

The pictures are drawn out of the sheet in the archive, by the child that looks at scans. They lie in outbox/
beside the answer on the sitting, as long as they are asked about.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.archive.index.locations import FiledDocument
from pipeline.documents.content.plan import DocumentKind
from pipeline.documents.sealing.marks import read_code
from pipeline.domain.errors import MachineError
from pipeline.domain.records import Kind, Ref
from pipeline.flow.casefile.ballots import Row, to_compare
from pipeline.flow.casefile.related.related_records import RelatedRecords
from pipeline.flow.ingest.outbox import folder_name, lay_lists
from pipeline.flow.site.budgets import budget_of_paper
from pipeline.flow.site.workplace import Workplace
from pipeline.flow.site.write_lock import write_lock
from pipeline.intake.journal import Journal
from pipeline.law.docket import Docket
from pipeline.scans.pages import CostlyScanError, Pages, UnreadablePageError

_PICTURE = "{name}-{row}-жол.png"


@dataclass(frozen=True, slots=True)
class ToCompare:
    """A filed ballot, and its rows that a person is asked about."""

    filed: FiledDocument
    rows: tuple[Row, ...]

    def picture(self, row: Row) -> str:
        """The name of the row's picture in the sitting's folder of outbox/."""
        return _PICTURE.format(name=self.filed.document.name, row=row.number)


def ballots_asked(place: Workplace, docket: Docket, sitting: Ref) -> tuple[ToCompare, ...]:
    """Those of one sitting.

    Raises:
        CorruptError: something filed does not verify or does not read.
    """
    found = (ToCompare(of, to_compare(place, docket, of)) for of in place.index.documents(sitting))
    return tuple(asked for asked in found if asked.rows)


def all_ballots_asked(place: Workplace) -> Iterator[ToCompare]:
    """Those of every sitting; only where ballots were signed by pen is anything opened.

    Raises:
        CorruptError: something filed does not verify or does not read.
    """
    for ref in place.index.refs(Kind.SITTING):
        papers = (of.document for of in place.index.documents(ref))
        if any(paper.document == DocumentKind.ANNEX_3 and paper.signed for paper in papers):
            docket = RelatedRecords(place.root, place.index).around([ref]).docket
            yield from ballots_asked(place, docket, ref)


def lay_pictures(place: Workplace, journal: Journal, docket: Docket, sitting: Ref) -> None:
    """Lays a picture of each row asked about into the sitting's folder; of those settled they go.

    Under the write lock. A page that cannot be drawn has none.

    Raises:
        MachineError: the machine is at fault.
        CorruptError: something filed does not verify or does not read.
    """
    pictures: dict[str, bytes] = {}
    for asked in ballots_asked(place, docket, sitting):
        drawn = _drawn(place, asked.filed)
        pictures |= {asked.picture(row): drawn[row.number] for row in asked.rows if drawn.get(row.number)}
    lay_lists(place, journal, sitting.id, pictures, pictures=True)


def asked_with_pictures(place: Workplace, journal: Journal) -> Iterator[tuple[ToCompare, Path]]:
    """The filed ballots asked about, and where the pictures of their rows lie; those taken away lie anew.

    Raises:
        MachineError, CorruptError: as `lay_pictures`; `turn_busy`, somebody else writes.
    """
    for asked in tuple(all_ballots_asked(place)):
        sitting = asked.filed.record
        folder = place.places.outbox / folder_name(sitting.id)
        if not all((folder / asked.picture(row)).is_file() for row in asked.rows):
            with write_lock(place.places.state):
                docket = RelatedRecords(place.root, place.index).around([sitting]).docket
                lay_pictures(place, journal, docket, sitting)
        yield asked, folder


def _drawn(place: Workplace, filed: FiledDocument) -> Mapping[int, bytes]:
    """Pictures of the sheet's rows, by number from 1."""
    stored, signed = place.root.get(filed.object_id), filed.document.signed
    if stored is None or signed is None:
        return {}
    try:
        with tempfile.TemporaryFile() as sheet:
            sheet.write(stored.read(signed.path))
            sheet.flush()
            with Pages(sheet, budget_of_paper()) as pages:
                pages.compare_with(stored.read(filed.document.path), filed.document.document)
                rows = [row for page in range(1, pages.count + 1) for row in _rows(place, pages, page)]
    except (UnreadablePageError, CostlyScanError):
        return {}
    except OSError as error:
        raise MachineError("pages_unusable", reason=error.strerror or "") from error
    return dict(enumerate(rows, 1))


def _rows(place: Workplace, pages: Pages, page: int) -> Iterator[bytes]:
    codes = pages.read(page).codes
    marks = ((code.text, read_code(code.text, place.mark_key)) for code in codes)
    own = next((text for text, mark in marks if mark is not None and mark.page == page), "")
    yield from (row.close_up for row in pages.examine(page, page, own, codes).rows)
