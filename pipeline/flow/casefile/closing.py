"""What a case still waits for in signatures, and whether it is closed (¶32, 33, 35, 36)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from pipeline.archive.index.locations import FiledDocument, Index
from pipeline.archive.person.completeness import Lack
from pipeline.documents.content.plan import DocumentKind
from pipeline.domain.findings import Deadline
from pipeline.domain.records import Case, Record, Ref, Sitting
from pipeline.flow.casefile.signers import sitting_of, still_to_sign
from pipeline.flow.outcomes.results import Awaited
from pipeline.law.docket import Docket
from pipeline.law.next_step import Stage

_TERMS: Final[Mapping[str, str]] = {
    DocumentKind.ANNEX_1: "report",
    DocumentKind.ANNEX_2: "characteristic",
    DocumentKind.PROTOCOL: "protocol",
    DocumentKind.ANNEX_4: "acquaintance",
}
"""The deadline that a paper's signatures go with; a ballot has none."""


def awaited(
    docket: Docket, index: Index, record: Record | None, deadlines: Iterable[Deadline]
) -> tuple[Awaited, ...]:
    """The papers of a case and of the sitting that decided on it, or of a sitting, that lack signatures."""
    due = {(d.record, d.code): d.due for d in deadlines}
    return tuple(
        Awaited(
            record=filed.record,
            document=filed.document.document,
            name=filed.document.name,
            title=filed.document.title,
            signers=signers,
            due=due.get((filed.record, _TERMS.get(filed.document.document, ""))),
        )
        for filed, signers in _unsigned(docket, index, record)
    )


def closed(stage: Stage, lacking: Iterable[Lack], papers: Iterable[Awaited]) -> bool:
    """Whether the procedure is over, and the file holds all it must, signed by all who must."""
    return stage is Stage.FINISHED and not tuple(lacking) and not tuple(papers)


def _unsigned(
    docket: Docket, index: Index, record: Record | None
) -> Iterator[tuple[FiledDocument, tuple[str, ...]]]:
    sitting, commission = sitting_of(docket, record)
    owners: dict[Ref, Record] = {r.ref: r for r in (record, sitting) if isinstance(r, Case | Sitting)}
    for ref, owner in owners.items():
        for filed in index.documents(ref):
            signers = still_to_sign(filed.document, owner, commission, sitting)
            if signers:
                yield filed, tuple(signer.name for signer in signers)
