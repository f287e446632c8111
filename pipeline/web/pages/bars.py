"""Bars of how many cases are in which stage: drawn as SVG, with the numbers in words beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pipeline.law.next_step import Stage

WIDTH: Final = 100
"""Of the longest bar, in the drawing's own units."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A stage, how many cases are in it, and its bar's length."""

    stage: Stage
    count: int
    length: float


def bars(counts: Mapping[str, int]) -> tuple[Bar, ...]:
    """In the order of the procedure; stages without cases are left out."""
    most = max(counts.values(), default=1)
    return tuple(
        Bar(stage, counts[stage.value], round(WIDTH * counts[stage.value] / most, 1))
        for stage in Stage
        if counts.get(stage.value)
    )
