"""Which files words and options of `jeke get` mean, and why there are none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.domain.errors import NotFoundError
from pipeline.domain.records import Kind
from pipeline.flow.ingest.outbox import folder_name
from pipeline.flow.lookup.papers import (
    Wanted,
    everything_of,
    holder_of,
    papers_of,
    registers_of,
    subjects_of,
    wanted_of,
    withdrawn_of,
)
from pipeline.flow.site.workplace import Workplace


def files_meant(
    place: Workplace,
    words: Sequence[str],
    document: str | None,
    *,
    everything: bool,
    withdrawn: bool,
    printing: bool,
) -> Iterator[tuple[str, Wanted]]:
    """Each file, and the folder of its record where there are several records ("" where there is one).

    Raises:
        NotFoundError: as `subjects_of`, `withdrawn_of`.
        CorruptError: something does not verify.
    """
    if withdrawn:
        wanted = withdrawn_of(place.root, place.index, words, document)
        yield from (("", w) for w in wanted if w.document or not printing)
        return
    subjects = subjects_of(place.index, words)
    for ref in subjects:
        if printing:
            yield from (("", w) for w in papers_of(place.index, ref, document))
        elif everything:
            yield from (("", w) for w in everything_of(place.root, place.index, ref))
        else:
            folder = "" if len(subjects) == 1 else folder_name(ref.id)
            yield from ((folder, w) for w in wanted_of(place.index, ref, document))
            yield from ((folder, w) for w in registers_of(place, ref, document))


def why_nothing(
    place: Workplace, words: Sequence[str], document: str | None, *, withdrawn: bool
) -> NotFoundError:
    """Why there is no such paper: it may be one of the sitting's or the campaign's."""
    for ref in () if withdrawn or document is None else subjects_of(place.index, words):
        holder = holder_of(place, ref, document or "") if ref.kind is Kind.CASE else None
        if holder is not None:
            return NotFoundError("document_elsewhere", record=holder.id, document=document or "")
    return NotFoundError("no_such_document")
