"""A paper judged in this process, without the confined child."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.signatures.expected import Signer
from pipeline.signatures.paper import Evidence, Judged, judged, look
from pipeline.signatures.signature import Checker


def judge_paper(evidence: Evidence, expected: Sequence[Signer] | None, checker: Checker) -> Judged:
    return judged(look(evidence, checker), expected)
