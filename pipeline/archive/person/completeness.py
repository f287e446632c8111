"""Whether a case's folder holds what it must: as made, and as signed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from pipeline.archive.person.filed_documents import Document, DocumentState

if TYPE_CHECKING:
    from pipeline.law.personal_file import Required


class LackKind(StrEnum):
    """A paper is not there at all, or is there as the program made it and not as people signed it."""

    MISSING = "missing"
    UNSIGNED = "unsigned"


@dataclass(frozen=True, slots=True)
class Lack:
    """A paper that is lacking: its kind ("annex-1"), its Kazakh title, how many of it, and by which ¶."""

    document: str
    title: str
    what: LackKind
    count: int
    paragraph: str


def lacking(
    required: Iterable[Required], documents: Iterable[Document], titles: Mapping[str, str]
) -> tuple[Lack, ...]:
    """What of the required papers is not among these, in the order required; nothing where all is there."""
    filed: dict[str, list[Document]] = {}
    for document in documents:
        filed.setdefault(document.document, []).append(document)
    return tuple(lack for r in required if (lack := _lack(r, filed.get(r.document, []), titles)) is not None)


def _lack(required: Required, filed: list[Document], titles: Mapping[str, str]) -> Lack | None:
    title = titles[required.document]
    absent = required.count - len(filed)
    if absent > 0:
        return Lack(required.document, title, LackKind.MISSING, absent, required.paragraph)
    unsigned = sum(document.state is DocumentState.MADE for document in filed)
    if required.signed and unsigned:
        return Lack(required.document, title, LackKind.UNSIGNED, unsigned, required.paragraph)
    return None
