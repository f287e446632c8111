"""Signatures read and checked in a confined child (`signature_process`), one for each drop.

Threat model. Whoever can drop a file may be hostile; a certificate, a revocation list, a PDF is a parser's
food, and its search for a chain or a change may be made as long as one likes. So nothing of a returned paper
is parsed here: the bytes go to a child without rights, under limits of memory, processor and wall time and a
budget for the whole drop, and plain values come back. Whoever takes that child over can lie about this one
paper, and reach no other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar

from pydantic import TypeAdapter, ValidationError

from pipeline.confined.child import ChildError, CutOffError, Worker
from pipeline.confined.limits import MIB, Budget, Limit, Limits
from pipeline.confined.renewed import Renewed
from pipeline.signatures.cms import SignatureFile
from pipeline.signatures.pades import SignedPdf
from pipeline.signatures.paper import Evidence
from pipeline.signatures.signature_answers import FOUND, READS, ReadCms
from pipeline.signatures.trust import Trust

T = TypeVar("T")

CPU_SECONDS: Final = 120.0
"""A question; seven signers take half a second, a national digest of ten megabytes a minute."""
WALL_SECONDS: Final = 300.0
CPU_SECONDS_A_MIB: Final = 5.0
"""More for each MiB of the administrator's own revocation lists, which are read anew for each drop."""
WORKER: Final = Worker(
    "signatures_unusable",
    "pipeline.signatures.signature_process",
    Limits(
        memory_bytes=3072 * MIB, cpu_seconds=CPU_SECONDS, wall_seconds=WALL_SECONDS, answer_bytes=16 * MIB
    ),
)


class UncheckableError(Exception):
    """What came back cannot be checked within the limits; `why` is the limit, or `crashed`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Signatures(Renewed):
    """Asked of one drop; a context manager."""

    def __init__(self, trust: Trust, budget: Budget) -> None:
        """`trust` is the administrator's: whom signatures are believed. Questions draw from `budget`."""
        self._trust = trust
        self._known = [
            [item.dump() for item in items]
            for items in (trust.anchors, trust.intermediates, trust.crls, trust.ocsps)
        ]
        size = sum(len(der) for items in self._known for der in items)
        more = CPU_SECONDS_A_MIB * size / MIB
        self._cpu, self._wall = CPU_SECONDS + more, WALL_SECONDS + 2 * more
        budget.allow(2 * more, 4 * more)  # read and look; the lists are no fault of the drop
        super().__init__(WORKER, budget=budget)

    def read(self, files: Sequence[SignatureFile]) -> tuple[ReadCms, ...]:
        """What each file says it signs.

        Raises:
            UncheckableError: the limits.
            MachineError: `signatures_unusable`, or the program is being stopped.
        """
        told = self._ask({"do": "read"}, [file.data for file in files])
        return _typed(READS, told.get("files"))

    def look(self, evidence: Evidence, moment: datetime) -> SignedPdf:
        """Every signature checked as of that moment, and what was done to the paper beside signing.

        Raises:
            UncheckableError, MachineError: as `read`.
        """
        anchors, intermediates, crls, ocsps = self._known
        question: dict[str, object] = {
            "do": "look",
            "original_end": evidence.original_end,
            "beside": [file.name for file in evidence.beside],
            "moment": moment.isoformat(),
            "revocation_required": self._trust.revocation_required,
            "anchors": len(anchors),
            "intermediates": len(intermediates),
            "crls": len(crls),
            "ocsps": len(ocsps),
        }
        pieces = [evidence.pdf, *(file.data for file in evidence.beside)]
        told = self._ask(question, [*pieces, *anchors, *intermediates, *crls, *ocsps])
        return _typed(FOUND, told.get("found"))

    def _ask(self, question: Mapping[str, object], pieces: Sequence[bytes]) -> dict[str, Any]:
        """A child that was killed from outside is asked once more: it may have been the machine."""
        asked, data = {**question, "lengths": [len(piece) for piece in pieces]}, b"".join(pieces)
        for last in (False, True):
            try:
                return self.start().ask(asked, data, cpu_seconds=self._cpu, wall_seconds=self._wall).told
            except CutOffError as error:
                if last or error.limit is not Limit.KILLED:
                    raise UncheckableError(str(error.limit)) from error
            except ChildError as error:
                raise UncheckableError("crashed") from error
        raise AssertionError


def _typed(expected: TypeAdapter[T], told: object) -> T:
    """Raises UncheckableError where it is not what was asked for."""
    try:
        return expected.validate_python(told)
    except ValidationError as error:
        raise UncheckableError("crashed") from error
