"""A signature in a file of its own (CMS): which document's is it, and what is it worth?

which document? ─ by whom, unaltered? ─ file ─ answer
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.archive.index import FiledDocument
from pipeline.domain.errors import CorruptError
from pipeline.flow.evidence import Known, known
from pipeline.flow.results import DropAnswer, Note
from pipeline.flow.signed_electronically import given_back, settle
from pipeline.flow.signed_pdf import original_of
from pipeline.flow.workplace import Workplace
from pipeline.intake.claim import Claimed
from pipeline.intake.journal import Journal
from pipeline.returned.cms import CmsFile, read_cms
from pipeline.returned.paper import Evidence

LARGEST = 64 << 20
"""Bytes; an attached signature carries the paper itself."""
MOST_NAMED = 100
MOST_OTHERS = 5000
"""Documents whose digest is compared."""


def work_off_signature(
    place: Workplace, journal: Journal, claimed: Claimed, *, last_word: bool
) -> DropAnswer | None:
    """Takes a signature file all the way.

    None where no document fits it, unless `last_word`: the paper it was made of may come in the same look.

    Raises:
        JekeError: the machine is at fault; the drop stays claimed, to be tried again.
    """
    if claimed.size > LARGEST:
        return given_back(
            place, journal, claimed, [Note("cms_unreadable", {"why": f"> {LARGEST >> 20} MiB"})]
        )
    try:
        came = read_cms(claimed.name, claimed.read())
    except CorruptError as error:
        return given_back(
            place, journal, claimed, [Note("cms_unreadable", {"why": str(error.params["why"])})]
        )
    stands = _document_of(place, came)
    if stands is None:
        return given_back(place, journal, claimed, [Note("cms_no_paper")]) if last_word else None
    beside = stands.beside if any(f.data == came.data for f in stands.beside) else (*stands.beside, came)
    return settle(place, journal, claimed, stands, Evidence(stands.pdf, len(stands.made), beside))


def _document_of(place: Workplace, came: CmsFile) -> Known | None:
    """The document it signs: by the paper it carries, else by its digest over those that may be meant."""
    if came.content is not None:
        found = original_of(place, came.content)
        stands = None if found is None else known(place, found[0])
        return stands if stands is not None and came.content in (stands.made, stands.pdf) else None
    for filed in _candidates(place, came):
        stands = known(place, filed)
        if came.fits(stands.pdf) or came.fits(stands.made):
            return stands
    return None


def _candidates(place: Workplace, came: CmsFile) -> Iterator[FiledDocument]:
    """Documents that the file may sign, those first whose name its own begins with.

    A national digest takes a tenth of a second a document, so it is reckoned for those of that name alone.
    """
    yield from place.index.signable(came.name, named=True, limit=MOST_NAMED)
    if not came.is_national:
        yield from place.index.signable(came.name, named=False, limit=MOST_OTHERS)
