"""Entries of the audit chain in words: whose file or which record an object is, and what is told beside."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.archive.audit.verify import AuditBreak
from pipeline.archive.index.locations import Index
from pipeline.domain.names import full_name
from pipeline.messages.catalogue import Messages


def whose(index: Index, object_id: str, say: Messages) -> str:
    """Whose file it is, else the record that lies in it, withdrawn too, else its id."""
    person = index.person(object_id)
    if person is not None:
        return full_name(person)
    refs = index.refs_of(object_id) or [withdrawn.record for withdrawn in index.withdrawn(object_id)]
    return f"{say.word('kind', refs[0].kind.value)} {refs[0].id}" if refs else object_id


def detail_words(detail: Mapping[str, str | int], say: Messages) -> list[str]:
    """Each value under its name."""
    return [
        f"{say.word('audit_detail', key)}: {say.word('audit_value', str(value))}"
        for key, value in detail.items()
    ]


def break_line(broken: AuditBreak, where: str, say: Messages) -> str:
    """What is wrong, at which entry, and where it lies; `where` is empty if it lies in no file."""
    return say.text("cli.audit.break", kind=broken.kind.value, number=broken.number, where=where or "—")
