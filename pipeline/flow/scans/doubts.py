"""What a person is asked of a document of a scan, and by what a document is named to people."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.archive.index.locations import FiledDocument
from pipeline.domain.findings import Value
from pipeline.flow.outcomes.results import Note


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something a person is to look at. `key` is the same whenever the same bytes are weighed."""

    key: str
    note: Note
    page: int
    close_up: bytes = b""


def named(filed: FiledDocument) -> str:
    """By what people name a document on the command line: its record and its name there."""
    return f"{filed.record.id}/{filed.document.name}"


def about(filed: FiledDocument) -> dict[str, Value]:
    """What every note on a document begins with."""
    return {"title": filed.document.title, "record": filed.record.id}
