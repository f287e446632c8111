"""The card of an electronic document (ddcard): a PDF that carries a paper and its signatures as attachments.

What eGov, SIGEX and the like give out for a paper signed with NCALayer. The card's own pages are pictures
that nobody signed; what counts is inside (https://github.com/kaarkz/ddcard).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import IO, Final

from pipeline.confined.child import ChildError, CutOffError, FailedError, Worker, ask_once
from pipeline.confined.limits import MIB, Budget, Limit, Limits
from pipeline.domain.errors import MachineError
from pipeline.domain.paper_ends import HEADER
from pipeline.signatures.cms import SignatureFile

_WORKER: Final = Worker(
    "inspection_unusable",
    "pipeline.signatures.card_process",
    Limits(memory_bytes=1024 * MIB, cpu_seconds=20, wall_seconds=60, answer_bytes=160 * MIB),
)
_LARGE: Final = ("LargeCardError", "MemoryError")


class CostlyCardError(Exception):
    """What it carries cannot be taken out within the limits."""


class BrokenCardError(Exception):
    """The child that took it apart died over it, or told what is no answer."""


@dataclass(frozen=True, slots=True)
class Card:
    """The papers it carries (one, by its rules), and the signatures, in the order of their names."""

    papers: tuple[bytes, ...]
    signatures: tuple[SignatureFile, ...]


def read_card(pdf: IO[bytes], budget: Budget | None = None) -> Card | None:
    """What is told by the attachments' content, whatever their names; None where it is no card.

    `pdf` is an open file that has passed the gate; its attachments are read in a confined child.

    Raises:
        CostlyCardError: a limit was reached: of one card, or of the drop.
        BrokenCardError: the child died over it.
        MachineError: `inspection_unusable`, there is no child.
    """
    attached = _attachments(pdf, budget)
    papers = tuple(file.data for file in attached if file.data.startswith(HEADER))
    signatures = tuple(file for file in attached if not file.data.startswith(HEADER))
    return Card(papers, signatures) if papers and signatures else None


def _attachments(pdf: IO[bytes], budget: Budget | None) -> list[SignatureFile]:
    """Papers and signatures; what else is attached was left aside."""
    try:
        told, data = ask_once(_WORKER, {}, files=(pdf,), budget=budget)
        ends = list(accumulate(told["lengths"], initial=0))
        pieces = [data[start:end] for start, end in pairwise(ends)]
        return [SignatureFile(str(name), piece) for name, piece in zip(told["names"], pieces, strict=True)]
    except CutOffError as cut:
        if cut.limit is Limit.KILLED:
            raise MachineError("inspection_unusable", reason=cut.limit.value) from cut
        raise CostlyCardError(cut.limit) from cut
    except FailedError as failed:
        if failed.name in _LARGE:
            raise CostlyCardError(failed.name) from failed
        return []
    except (ChildError, KeyError, TypeError, ValueError) as error:
        raise BrokenCardError from error
