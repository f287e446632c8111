"""Filing a paper whose electronic signatures were checked, or giving it back with what stands against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.flow.casefile.ballots import paper_of
from pipeline.flow.casefile.versions import index_object
from pipeline.flow.ingest.endings import refuse, unchanged
from pipeline.flow.ingest.outbox import folder_name, keep_current, put
from pipeline.flow.outcomes.results import DropAnswer, Note, Result
from pipeline.flow.scans.signed import SignedPaper, file_signed
from pipeline.flow.signatures.evidence import Known, Verified, as_returned, require_current, verify
from pipeline.flow.signatures.notes import about, against
from pipeline.flow.site.workplace import Workplace
from pipeline.flow.site.write_lock import write_lock
from pipeline.intake.claim import Claimed, finish
from pipeline.intake.journal import DropState, Journal
from pipeline.signatures.paper import Evidence
from pipeline.signatures.signature_checking import Signatures, UncheckableError

ANSWER = "жауап-қолтаңба-{file}.txt"


def settle(
    place: Workplace,
    journal: Journal,
    claimed: Claimed,
    signatures: Signatures,
    stands: Known,
    evidence: Evidence,
    cards: tuple[bytes, ...] | None = None,
) -> DropAnswer:
    """Checks all that is known of a document's signatures now, and ends the drop.

    A paper that some have signed is filed too, so that nothing is lost; the newest rendition then lies in
    outbox/ for the next to sign. One that lacks a signature filed before is not taken for newer. `cards` are
    filed with it, if anything is; None: those that are filed. They are checked without the write lock.

    Raises:
        OutdatedError: what they were judged against has changed meanwhile.
        UncheckableError: they cannot be checked within the limits.
        JekeError: the machine is at fault.
    """
    verified = verify(place, signatures, stands.filed, evidence, stands.cards if cards is None else cards)
    with write_lock(place.places.state):
        for object_id in journal.touched(claimed.drop_id):
            index_object(place, object_id)
        require_current(place, stands, verified)
        return _ended(place, journal, claimed, stands, verified)


def _ended(
    place: Workplace, journal: Journal, claimed: Claimed, stands: Known, verified: Verified
) -> DropAnswer:
    objections = (*against(verified.judged), *_no_vote(place, stands), *_steps_back(stands, verified))
    if objections:
        return given_back(place, journal, claimed, objections)
    if _same(stands, verified) and not journal.touched(claimed.drop_id):
        return unchanged(place, journal, claimed, _answer(place, claimed, Result.UNCHANGED))
    if not _same(stands, verified):
        file_signed(place, journal, claimed, [SignedPaper(stands.filed, as_returned(stands.filed, verified))])
    return _filed(place, journal, claimed, stands, verified)


def uncheckable(place: Workplace, journal: Journal, claimed: Claimed, error: UncheckableError) -> DropAnswer:
    """It goes back with the limit that was reached."""
    return given_back(place, journal, claimed, [Note("signature_uncheckable", {"why": error.why})])


def given_back(place: Workplace, journal: Journal, claimed: Claimed, notes: Sequence[Note]) -> DropAnswer:
    """The file goes back whole, byte for byte, with what stands against it."""
    drop = replace(_answer(place, claimed, Result.REFUSED), notes=tuple(notes))
    return refuse(place, journal, claimed, drop)


def _filed(
    place: Workplace, journal: Journal, claimed: Claimed, stands: Known, verified: Verified
) -> DropAnswer:
    document, found = stands.filed.document, verified.judged.tally
    waiting = bool(found.missing or found.unsure)
    drop = _answer(place, claimed, Result.WAITING if waiting else Result.DONE)
    drop = replace(drop, notes=about(document.title, verified.judged))
    files = {ANSWER.format(file=folder_name(claimed.name)): place.speaker.noted(drop).encode()}
    if waiting:
        files[f"{document.name}.pdf"] = verified.evidence.pdf
    put(place.places.outbox, stands.filed.record.id, files)
    keep_current(place, journal.touched(claimed.drop_id))
    state = DropState.WAITING if waiting else DropState.DONE
    finish(claimed, place.places.work, journal, state, now=place.clock(), detail={"document": document.name})
    return drop


def _no_vote(place: Workplace, stands: Known) -> tuple[Note, ...]:
    """A ballot printed blank has no vote in it, whoever signs it electronically (¶32)."""
    return () if paper_of(place, stands.filed) is None else (Note("signed_blank_ballot"),)


def _steps_back(stands: Known, verified: Verified) -> tuple[Note, ...]:
    """What is filed must not be lost by what comes: signatures cut off, a copy signed apart from it."""
    after, signed = verified.evidence, {s.key for s in verified.judged.tally.signed}
    if stands.on_paper and verified.judged.tally.missing:
        return (Note("signed_on_paper"),)
    if not (lost := set(stands.signers) - signed):
        return ()
    names = {s.key: s.name for s in verified.judged.expected or ()}
    code = "signatures_cut" if stands.pdf.startswith(after.pdf) else "signatures_apart"
    return (Note(code, {"signers": tuple(names.get(key, key) for key in sorted(lost))}),)


def _same(stands: Known, verified: Verified) -> bool:
    """Whether all of it is filed already, to the same effect."""
    signed = tuple(s.key for s in verified.judged.tally.signed)
    before = {f.data for f in stands.beside}
    filed = stands.filed.document.signed is not None and not stands.on_paper
    return (
        filed
        and stands.pdf == verified.evidence.pdf
        and before == {f.data for f in verified.evidence.beside}
        and stands.signers == signed
    )


def _answer(place: Workplace, claimed: Claimed, result: Result) -> DropAnswer:
    return DropAnswer(claimed.name, claimed.sha256, claimed.size, result, place.today)
