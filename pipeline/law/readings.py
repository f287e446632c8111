"""Open readings of the order, each a named setting with its recommended default (docs/readings.md)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pipeline.law.numbers import RECORDING_YEARS


class StudiesReading(StrEnum):
    """¶8 part 2 says "polygraph *and* psychological"."""

    BOTH_REQUIRED = "both_required"
    PER_STUDY = "per_study"


@dataclass(frozen=True, slots=True)
class Readings:
    """How this body reads the places where the order's words leave a choice."""

    studies: StudiesReading = StudiesReading.BOTH_REQUIRED
    """¶8: whether one stale study makes both due again (literal) or only itself."""
    strict_full_days: bool = False
    """¶17: three *full* working days between sending and sitting, so one day earlier."""
    recording_retention_years: int = RECORDING_YEARS
    """¶29: one year; the Law, art. 50(3-1), speaks of three for regular attestation."""
    last_analysis_on: date | None = None
    """¶37: the day of the last analysis reported to the Minister; none yet counts from the order's day."""
