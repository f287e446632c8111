"""A signature in a file of its own (CMS): which document's is it, and what is it worth?

which document? ─ by whom, unaltered? ─ file ─ answer
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.archive.index.locations import FiledDocument
from pipeline.flow.outcomes.results import DropAnswer, Note
from pipeline.flow.signatures.evidence import Known, known
from pipeline.flow.signatures.signed_electronically import given_back, settle, uncheckable
from pipeline.flow.signatures.signed_pdf import begins_with
from pipeline.flow.site.budgets import budget_of_paper
from pipeline.flow.site.workplace import Workplace
from pipeline.intake.claim import Claimed
from pipeline.intake.journal import Journal
from pipeline.signatures.cms import SignatureFile
from pipeline.signatures.paper import Evidence
from pipeline.signatures.signature_answers import ReadCms
from pipeline.signatures.signature_checking import Signatures, UncheckableError

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
    with Signatures(place.trust, budget_of_paper()) as signatures:
        try:
            return _judged(place, journal, claimed, signatures, last_word=last_word)
        except UncheckableError as error:
            return uncheckable(place, journal, claimed, error)


def _judged(
    place: Workplace, journal: Journal, claimed: Claimed, signatures: Signatures, *, last_word: bool
) -> DropAnswer | None:
    came = SignatureFile(claimed.name, claimed.read())
    (read,) = signatures.read([came])
    if read.unreadable:
        return given_back(place, journal, claimed, [Note("cms_unreadable", {"why": read.unreadable})])
    stands = _document_of(place, came.name, read)
    if stands is None:
        return given_back(place, journal, claimed, [Note("cms_no_paper")]) if last_word else None
    beside = stands.beside if any(f.data == came.data for f in stands.beside) else (*stands.beside, came)
    evidence = Evidence(stands.pdf, len(stands.made), beside)
    return settle(place, journal, claimed, signatures, stands, evidence)


def _document_of(place: Workplace, name: str, read: ReadCms) -> Known | None:
    """The document it signs: by the paper it carries, else by its digest over those that may be meant."""
    if read.content is not None:
        found = begins_with(place, read.content.revisions)
        stands = None if found is None else known(place, found[0])
        carried = stands is not None and any(map(read.content.is_of, (stands.made, stands.pdf)))
        return stands if carried else None
    for filed in _candidates(place, name, national=read.national):
        stands = known(place, filed)
        if read.fits(stands.pdf) or read.fits(stands.made):
            return stands
    return None


def _candidates(place: Workplace, name: str, *, national: bool) -> Iterator[FiledDocument]:
    """Documents that the file may sign, those first whose name its own begins with.

    A national digest takes a tenth of a second a document, so it is reckoned for those of that name alone.
    """
    yield from place.index.signable(name, named=True, limit=MOST_NAMED)
    if not national:
        yield from place.index.signable(name, named=False, limit=MOST_OTHERS)
