"""What is due: a deadline, and whose it is, as the index keeps it."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import TypeAdapter

from pipeline.domain.findings import Deadline


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline that is not met yet; `name` is the full name of the person whose case it belongs to."""

    deadline: Deadline
    name: str | None = None


_JSON = TypeAdapter(Due)


def due_to_json(due: Due) -> str:
    """As the index keeps it."""
    return _JSON.dump_json(due).decode()


def due_from_json(entry: str) -> Due:
    """As the index kept it."""
    return _JSON.validate_json(entry)
