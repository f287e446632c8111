"""A card of an electronic document (ddcard): paper and signatures are taken out and judged as any other.

of which document? ─ by whom, unaltered? ─ file ─ answer
"""

from __future__ import annotations

from pipeline.confined.limits import Budget
from pipeline.flow.outcomes.results import DropAnswer, Note
from pipeline.flow.signatures.evidence import known
from pipeline.flow.signatures.signed_electronically import given_back, settle, uncheckable
from pipeline.flow.signatures.signed_pdf import original_of
from pipeline.flow.site.workplace import Workplace
from pipeline.intake.claim import Claimed
from pipeline.intake.journal import Journal
from pipeline.signatures.card import Card
from pipeline.signatures.cms import SignatureFile
from pipeline.signatures.paper import Evidence
from pipeline.signatures.signature_checking import Signatures, UncheckableError


def work_off_card(
    place: Workplace, journal: Journal, claimed: Claimed, card: Card, budget: Budget, *, last_word: bool
) -> DropAnswer | None:
    """Takes a card all the way; it has passed the gate for papers.

    The card itself is filed beside the signatures, byte for byte, as proof of what came. None where its paper
    is no document we know, unless `last_word`.

    Raises:
        JekeError: the machine is at fault; the drop stays claimed, to be tried again.
    """
    found = next(((paper, of) for paper in card.papers if (of := original_of(place, paper))), None)
    if found is None:
        return given_back(place, journal, claimed, [Note("card_unknown")]) if last_word else None
    paper, (filed, end) = found
    stands = known(place, filed)
    pdf = stands.pdf if stands.pdf.startswith(paper) else paper
    there = {file.data for file in stands.beside}
    fresh = tuple(SignatureFile(f.name, f.data) for f in card.signatures if f.data not in there)
    cards = tuple(dict.fromkeys((*stands.cards, claimed.read())))
    evidence = Evidence(pdf, end, (*stands.beside, *fresh))
    with Signatures(place.trust, budget) as signatures:
        try:
            return settle(place, journal, claimed, signatures, stands, evidence, cards=cards)
        except UncheckableError as error:
            return uncheckable(place, journal, claimed, error)
