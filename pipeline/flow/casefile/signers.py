"""Who is to sign a filed document, and who of them has not yet (¶11, 13, 14, 32, 33, 35)."""

from __future__ import annotations

from pipeline.archive.index.locations import FiledDocument
from pipeline.archive.person.filed_documents import Document, How
from pipeline.domain.records import Case, Commission, Record, Sitting
from pipeline.law.docket import Docket
from pipeline.law.votes import decide
from pipeline.signatures.expected import Signer, signers_of_case, signers_of_sitting


def expected_signers(docket: Docket, filed: FiledDocument) -> tuple[Signer, ...] | None:
    """Who signs the document by the records as they are filed; None where the order does not name them."""
    record = docket.get(filed.record)
    sitting, commission = sitting_of(docket, record)
    return _expected(filed.document, record, commission, sitting)


def still_to_sign(
    document: Document, record: Record, commission: Commission | None, sitting: Sitting | None
) -> tuple[Signer, ...]:
    """Expected minus signed. A paper that came back as a scan was looked at whole when it was filed.

    `commission` and `sitting` are those of the record: of a case, the ones that decided on it (`sitting_of`).
    """
    expected = _expected(document, record, commission, sitting) or ()
    if document.signed is None:
        return expected
    if document.signed.how is How.SCAN:
        return ()
    return tuple(signer for signer in expected if signer.key not in document.signed.signers)


def sitting_of(docket: Docket, record: Record | None) -> tuple[Sitting | None, Commission | None]:
    """The sitting whose secretary and members sign the record's papers, with its commission."""
    match record:
        case Sitting():
            return record, docket.commission_of(record)
        case Case():
            decided = [h for h in docket.hearings(record.id) if decide(docket, h) is not None]
            return (decided[-1].sitting, decided[-1].commission) if decided else (None, None)
        case _:
            return None, None


def _expected(
    document: Document, record: Record | None, commission: Commission | None, sitting: Sitting | None
) -> tuple[Signer, ...] | None:
    match record:
        case Sitting():
            return signers_of_sitting(document.document, document.name, record, commission)
        case Case():
            return signers_of_case(document.document, record, sitting, commission)
        case _:
            return None
