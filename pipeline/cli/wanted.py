"""Which files of the archive `jeke get` hands out, and what they are called outside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Literal

from pipeline.archive import content
from pipeline.archive.filed_documents import Document
from pipeline.archive.index import Index
from pipeline.archive.ocfl import StorageRoot
from pipeline.cli.naming import cases_named
from pipeline.cli.withdrawn import withdrawn_papers
from pipeline.documents.plan import DocumentKind
from pipeline.domain.records import Kind, Ref

PROTOCOL, RECORD = DocumentKind.PROTOCOL.value, "record"
DOCUMENTS = (*(kind.value for kind in DocumentKind), RECORD)

Rendition = Literal["made", "signed", "proof"]
"""As the program made it, as it came back signed, or what proves that: a detached signature, a report."""

_SIGNATURE = ".cms"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file to be taken out: where it lies, what it is called outside, and of which record it is."""

    object_id: str
    path: str
    name: str
    title: str
    document: Document | None
    rendition: Rendition = "made"
    record: Ref | None = None


def withdrawn_of(
    root: StorageRoot, index: Index, words: Sequence[str], document: str | None
) -> Iterator[Wanted]:
    """What lies in the folder of a withdrawn case."""
    for filed, doc, path in withdrawn_papers(root, index, words):
        if document in (None, doc.document if doc else RECORD):
            name = f"{doc.name}.pdf" if doc else f"{RECORD}.yaml"
            yield Wanted(filed.id, path, name, doc.title if doc else " ".join(words), doc)


def subjects_of(index: Index, words: Sequence[str]) -> tuple[Ref, ...]:
    """The sitting of that id, else the cases meant."""
    sitting = Ref(Kind.SITTING, " ".join(words))
    return (sitting,) if index.record(sitting) is not None else cases_named(index, words)


def papers_of(index: Index, ref: Ref, document: str | None) -> list[Wanted]:
    """The PDFs in the order of the procedure; a protocol is printed with its sitting, or where named."""
    wanted = wanted_of(index, ref, document) if document else _filed(index, ref)
    pdfs = (replace(w, record=ref) for w in wanted if w.document and w.rendition != "proof")
    return sorted(pdfs, key=_place_in_procedure)


def everything_of(root: StorageRoot, index: Index, ref: Ref) -> Iterator[Wanted]:
    """Every file of the record's folder, and those of its object that belong to no case, as filed."""
    location = index.record(ref)
    filed = root.get(location.object_id) if location else None
    if location is None or filed is None:
        return
    folder = location.path.removesuffix(content.RECORD)
    named = {d.document.path: d.document for d in index.documents(ref)}
    for path in filed.state:
        if (folder and path.startswith(folder)) or not path.startswith(content.CASES):
            inside = path.removeprefix(folder)
            yield Wanted(filed.id, path, inside, inside, named.get(path))


def _place_in_procedure(wanted: Wanted) -> tuple[int, str]:
    kind = wanted.document.document if wanted.document else RECORD
    return DOCUMENTS.index(kind) if kind in DOCUMENTS else len(DOCUMENTS), wanted.name


def wanted_of(index: Index, ref: Ref, document: str | None) -> Iterator[Wanted]:
    """What lies in the record's folder, and the protocols of a case's sittings; nobody else's papers."""
    for wanted in _filed(index, ref):
        if wanted.document and document in (None, wanted.document.document):
            yield wanted
    if document in (None, PROTOCOL) and ref.kind is Kind.CASE:
        yield from _protocols(index, ref)
    location = index.record(ref)
    if document in (None, RECORD) and location is not None:
        yield Wanted(location.object_id, location.path, f"{RECORD}.yaml", ref.id, None)


def _filed(index: Index, ref: Ref) -> Iterator[Wanted]:
    for filed in index.documents(ref):
        yield from _rendition(filed.object_id, filed.document, filed.document.name)


def _rendition(object_id: str, doc: Document, name: str) -> Iterator[Wanted]:
    """The signed paper where there is one, with its detached signature; else the one that was made."""
    if doc.signed is None:
        yield Wanted(object_id, doc.path, f"{name}.pdf", doc.title, doc)
        return
    yield Wanted(object_id, doc.signed.path, f"{name}.pdf", doc.title, doc, "signed")
    for path in doc.signed.beside:
        if path.endswith(_SIGNATURE):
            yield Wanted(object_id, path, PurePosixPath(path).name, doc.title, doc, "proof")


def _protocols(index: Index, case: Ref) -> Iterator[Wanted]:
    number = 0
    for sitting in index.sittings_naming(case.id):
        for filed in index.documents(Ref(Kind.SITTING, sitting)):
            if filed.document.document == PROTOCOL:
                number += 1
                name = PROTOCOL if number == 1 else f"{PROTOCOL}-{number}"
                yield from _rendition(filed.object_id, filed.document, name)
