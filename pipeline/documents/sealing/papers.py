"""Papers that others have had a hand in, parsed in a confined child (`papers_process`).

Threat model. A filed scan, a PDF that people have signed, and whatever came with an imported file hold
objects of strangers. Commands and the service hold keys and the archive; so neither parses these itself.
Bytes go to a child without rights, and what comes back is checked or shown, never believed: whoever takes the
child over can lie about the papers it was given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Final

from pydantic import ValidationError

from pipeline.confined.child import Answer, ChildError, CutOffError, FailedError, Worker
from pipeline.confined.limits import MIB, Budget, Limit, Limits
from pipeline.confined.renewed import Renewed
from pipeline.documents.sealing.seal import CHECKS, SealCheck
from pipeline.documents.sealing.seal_room import About, Proofs, Room, Stamp
from pipeline.documents.sealing.signing import Box, Place
from pipeline.domain.errors import MachineError

WORKER: Final = Worker(
    "papers_unusable",
    "pipeline.documents.sealing.papers_process",
    Limits(memory_bytes=4096 * MIB, cpu_seconds=120, wall_seconds=600, answer_bytes=2048 * MIB),
)


class UnreadablePaperError(Exception):
    """It cannot be parsed, or not within the limits; `why` is the limit, the fault's name, or `crashed`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Papers(Renewed):
    """Asked of any papers; a context manager."""

    def __init__(self, budget: Budget | None = None) -> None:
        """Questions draw from `budget`."""
        super().__init__(WORKER, budget=budget)

    def room(self, pdf: bytes, about: About, stamp: Stamp | None = None) -> Room:
        """As `seal_room.make_room`; to be proven by `seal_room.fill`.

        Raises:
            UnreadablePaperError: the PDF is at fault.
            MachineError: `papers_unusable`, or the program is being stopped.
        """
        asked = {**asdict(about), "when": about.when.isoformat()}
        pieces = [pdf] if stamp is None else [pdf, stamp.picture]
        where = None if stamp is None else [stamp.page, *stamp.box]
        answer = self._ask(pieces, do="room", where=where, **asked)
        return Room(answer.data, _number(answer.told, "start"), _number(answer.told, "end"))

    def time_room(self, pdf: bytes, proofs: Proofs, digits: int) -> Room:
        """As `seal_room.make_time_room`; to be proven by `seal_room.fill`.

        Raises:
            UnreadablePaperError, MachineError: as `room`.
        """
        pieces = [pdf, *proofs.certificates, *proofs.answers, *proofs.lists]
        counts = [len(proofs.certificates), len(proofs.answers), len(proofs.lists)]
        answer = self._ask(pieces, do="time_room", counts=counts, digits=digits)
        return Room(answer.data, _number(answer.told, "start"), _number(answer.told, "end"))

    def seals(self, pdf: bytes, roots: Sequence[bytes]) -> tuple[SealCheck, ...]:
        """As `seal.seals`.

        Raises:
            UnreadablePaperError, MachineError: as `room`.
        """
        told = self._ask([pdf, *roots], do="seals").told
        try:
            return CHECKS.validate_python(told.get("seals"))
        except ValidationError as error:
            raise UnreadablePaperError("crashed") from error

    def free_place(self, pdf: bytes, wanted: Sequence[Place] = ()) -> Place | None:
        """As `signing.free_place`.

        Raises:
            UnreadablePaperError, MachineError: as `room`.
        """
        told = self._ask([pdf], do="place", wanted=[[p.page, *p.box] for p in wanted]).told
        if told.get("page") is None:
            return None
        return Place(_number(told, "page"), _box(told.get("box")))

    def merged(self, pdfs: Sequence[bytes], *, duplex: bool) -> bytes:
        """As `merge.merge_for_print`.

        Raises:
            UnreadablePaperError, MachineError: as `room`.
        """
        return self._ask(pdfs, do="merge", duplex=duplex).data

    def authority_name(self, certificate: bytes) -> str:
        """As `seal.authority_name`; of what cannot be read too it is empty.

        Raises:
            MachineError: as `room`.
        """
        try:
            return str(self._ask([certificate], do="name").told.get("name", ""))
        except UnreadablePaperError:
            return ""

    def pages(self, pdf: bytes) -> int:
        """How many there are.

        Raises:
            UnreadablePaperError, MachineError: as `room`.
        """
        return _number(self._ask([pdf], do="pages").told, "pages")

    def _ask(self, pieces: Sequence[bytes], **question: object) -> Answer:
        asked = {**question, "lengths": [len(piece) for piece in pieces]}
        try:
            return self.start().ask(asked, b"".join(pieces))
        except CutOffError as cut:
            if cut.limit is Limit.KILLED:
                raise MachineError("papers_unusable", reason=cut.limit.value) from cut
            raise UnreadablePaperError(cut.limit.value) from cut
        except FailedError as failed:
            raise UnreadablePaperError(failed.name) from failed
        except ChildError as error:
            raise UnreadablePaperError("crashed") from error


def _box(told: object) -> Box:
    if not isinstance(told, list) or [type(side) for side in told] != [float] * 4:
        raise UnreadablePaperError("crashed")
    left, bottom, right, top = told
    return left, bottom, right, top


def _number(told: Mapping[str, object], name: str) -> int:
    found = told.get(name)
    if not isinstance(found, int):
        raise UnreadablePaperError("crashed")
    return found
