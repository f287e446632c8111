"""A dropped paper: a scan of what was signed by hand, or a PDF with electronic signatures.

harmless? ─ ours as made? ─ electronic signatures? ─ signed_pdf
                                                   └ scan_drop
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

from pipeline.flow.endings import refuse
from pipeline.flow.quarantine import let_in
from pipeline.flow.results import DropAnswer, Note, Result
from pipeline.flow.scan_drop import work_off_scan
from pipeline.flow.scan_weighing import about
from pipeline.flow.signed_pdf import work_off_signed_pdf
from pipeline.flow.workplace import Workplace
from pipeline.intake.claim import Claimed
from pipeline.intake.journal import Journal
from pipeline.returned.pdf_revisions import covered_ends
from pipeline.returned.scan_file import PDF


def work_off_paper(
    place: Workplace, journal: Journal, claimed: Claimed, *, last_word: bool
) -> DropAnswer | None:
    """Takes a claimed PDF, TIFF, JPEG or PNG all the way and tells what became of it.

    None where another drop of the same look may bring what is missing, unless `last_word`.

    Raises:
        JekeError: the machine is at fault; the drop stays claimed, to be tried again.
    """
    drop = DropAnswer(claimed.name, claimed.sha256, claimed.size, Result.REFUSED, place.today)
    verdict = let_in(place, journal, claimed, drop)
    if isinstance(verdict, DropAnswer):
        return verdict
    data = claimed.read()
    if data.startswith(PDF):
        made = place.index.document_by_sha512(hashlib.sha512(data).hexdigest())
        if made is not None:
            return refuse(place, journal, claimed, replace(drop, notes=(Note("scan_own", about(made)),)))
        if covered_ends(data):  # a scan bears none, and what bears one is never saved anew
            return work_off_signed_pdf(place, journal, claimed, last_word=last_word)
    return work_off_scan(place, journal, claimed, data)
