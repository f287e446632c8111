"""What is due: a deadline, and whose it is, as the index keeps it."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.domain.findings import Deadline


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline that is not met yet; `name` is the full name of the person whose case it belongs to."""

    deadline: Deadline
    name: str | None = None
