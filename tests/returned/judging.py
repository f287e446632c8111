"""A paper judged in this process, without the confined child."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.returned.expected import Signer
from pipeline.returned.paper import Evidence, Judged, judged, look
from pipeline.returned.signature import Checker


def judge_paper(evidence: Evidence, expected: Sequence[Signer] | None, checker: Checker) -> Judged:
    return judged(look(evidence, checker), expected)
