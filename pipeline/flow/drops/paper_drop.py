"""A dropped paper: a scan of what was signed by hand, or a PDF with electronic signatures.

harmless? ─ ours as made? ─ a card (ddcard)? ─ electronic signatures? ─ signed_pdf
                            └ card_drop                              └ scan_drop
"""

from __future__ import annotations

import hashlib
import mmap
from dataclasses import replace
from typing import IO

from pipeline.archive.index.locations import FiledDocument
from pipeline.confined.limits import Budget
from pipeline.domain.paper_ends import HEAD, pdf_at
from pipeline.flow.drops.card_drop import work_off_card
from pipeline.flow.drops.own_copy import own_copy
from pipeline.flow.drops.quarantine import let_in, shut_out
from pipeline.flow.ingest.endings import refuse
from pipeline.flow.outcomes.results import DropAnswer, Note, Result
from pipeline.flow.scans.doubts import about
from pipeline.flow.scans.drop import work_off_scan
from pipeline.flow.signatures.signed_pdf import work_off_signed_pdf
from pipeline.flow.site.budgets import budget_of_paper
from pipeline.flow.site.workplace import Workplace
from pipeline.intake.claim import Claimed
from pipeline.intake.gate.pdf_gate import Flag, Reason
from pipeline.intake.journal import Journal
from pipeline.signatures.card import BrokenCardError, Card, CostlyCardError, read_card
from pipeline.signatures.pdf_revisions import covered_ends


def work_off_paper(
    place: Workplace, journal: Journal, claimed: Claimed, *, last_word: bool
) -> DropAnswer | None:
    """Takes a claimed PDF, TIFF, JPEG or PNG all the way and tells what became of it.

    None where another drop of the same look may bring what is missing, unless `last_word`.

    Raises:
        JekeError: the machine is at fault; the drop stays claimed, to be tried again.
    """
    drop = DropAnswer(claimed.name, claimed.sha256, claimed.size, Result.REFUSED, place.today)
    budget = budget_of_paper()
    verdict = let_in(place, journal, claimed, drop, budget)
    if isinstance(verdict, DropAnswer):
        return verdict
    with own_copy(claimed) as copy:
        made, bears_signature = _known(place, copy)
        if made is not None:
            return refuse(place, journal, claimed, replace(drop, notes=(Note("scan_own", about(made)),)))
        card = _card(copy, budget) if Flag.ATTACHMENT in verdict.flags else None
        if card is None and not bears_signature:
            return work_off_scan(place, journal, claimed, copy, budget)
    if isinstance(card, Reason):
        return shut_out(place, journal, claimed, drop, card)
    if card is not None:
        return work_off_card(place, journal, claimed, card, budget, last_word=last_word)
    # What bears an electronic signature is never saved anew.
    return work_off_signed_pdf(place, journal, claimed, budget, last_word=last_word)


def _card(paper: IO[bytes], budget: Budget) -> Card | Reason | None:
    """What the PDF carries, if it is a card; or why that cannot be told."""
    try:
        return read_card(paper, budget)
    except CostlyCardError:
        return Reason.BOMB
    except BrokenCardError:
        return Reason.CRASHED


def _known(place: Workplace, paper: IO[bytes]) -> tuple[FiledDocument | None, bool]:
    """The document that this very PDF is, as it was made, and whether the PDF bears a signature."""
    with mmap.mmap(paper.fileno(), 0, access=mmap.ACCESS_READ) as data:
        begins = pdf_at(data[:HEAD])
        if begins < 0:
            return None, False
        pdf = data[begins:] if begins else data
        made = place.index.document_by_sha512(hashlib.sha512(pdf).hexdigest())
        return made, bool(covered_ends(pdf))
