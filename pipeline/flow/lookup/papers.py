"""Which files of the archive `jeke get` and the page hand out, and what they are called outside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Literal

from pipeline.archive.index.locations import FiledDocument, Index
from pipeline.archive.ocfl.storage_root import OcflObject, StorageRoot
from pipeline.archive.person import content
from pipeline.archive.person.filed_documents import Document
from pipeline.documents.content.plan import TITLES, DocumentKind, invitation_name
from pipeline.domain.errors import NotFoundError
from pipeline.domain.records import Kind, Ref
from pipeline.flow.casefile.related.related_records import RelatedRecords
from pipeline.flow.lookup.naming import cases_named
from pipeline.flow.lookup.withdrawn import withdrawn_papers
from pipeline.flow.site.workplace import Workplace

PROTOCOL, RECORD = DocumentKind.PROTOCOL.value, "record"
DOCUMENTS = (*(kind.value for kind in DocumentKind), RECORD)
RUNNING = (DocumentKind.REPORTS.value, DocumentKind.APPEALS.value)

Rendition = Literal["made", "signed", "proof", "running"]
"""As the program made it, as it came back signed, what proves that (a detached signature, a report), or a
register made just now."""

_SIGNATURE = ".cms"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file to be taken out: where it lies, what it is called outside, and of which record it is.

    `data` is that of a register made just now, which lies nowhere.
    """

    object_id: str
    path: str
    name: str
    title: str
    document: Document | None
    rendition: Rendition = "made"
    record: Ref | None = None
    data: bytes | None = None


def withdrawn_of(
    root: StorageRoot, index: Index, words: Sequence[str], document: str | None
) -> Iterator[Wanted]:
    """What lies in the folder of a withdrawn record."""
    for filed, doc, path in withdrawn_papers(root, index, words):
        if document in (None, doc.document if doc else RECORD):
            name = f"{doc.name}.pdf" if doc else f"{RECORD}.yaml"
            yield Wanted(filed.id, path, name, doc.title if doc else " ".join(words), doc)


def subjects_of(index: Index, words: Sequence[str]) -> tuple[Ref, ...]:
    """The sitting, campaign or commission of that id, else the cases meant.

    Raises:
        NotFoundError: as `cases_named`.
    """
    named = (Ref(kind, " ".join(words)) for kind in (Kind.SITTING, Kind.CAMPAIGN, Kind.COMMISSION))
    own = next((ref for ref in named if index.record(ref) is not None), None)
    return (own,) if own is not None else cases_named(index, words)


def registers_of(place: Workplace, ref: Ref, document: str | None) -> Iterator[Wanted]:
    """The running registers of a campaign, made now: they follow from the cases and are never filed.

    Raises:
        MachineError, CorruptError: as `running_registers`.
    """
    location = place.index.record(ref)
    if ref.kind is not Kind.CAMPAIGN or location is None or document not in (None, *RUNNING):
        return
    from pipeline.flow.casefile.papers.running_registers import running_registers  # it makes papers

    for kind, files in running_registers(place, ref, document).items():
        for name, data in files.items():
            yield Wanted(location.object_id, "", name, TITLES[kind], None, "running", ref, data)


def holder_of(place: Workplace, case: Ref, document: str) -> Ref | None:
    """The sitting or campaign of the case that has papers of that kind.

    Raises:
        CorruptError: a record does not verify.
    """
    docket = RelatedRecords(place.root, place.index).around([case]).docket
    record = docket.cases.get(case.id)
    if record is None:
        return None
    around = (
        *(Ref(Kind.SITTING, sitting) for sitting in place.index.sittings_naming(case.id)),
        Ref(Kind.CAMPAIGN, record.campaign),
    )
    return next((ref for ref in around if _has(place.index, ref, document)), None)


def _has(index: Index, ref: Ref, document: str) -> bool:
    running = ref.kind is Kind.CAMPAIGN and document in RUNNING and index.record(ref) is not None
    return running or any(filed.document.document == document for filed in index.documents(ref))


def papers_of(index: Index, ref: Ref, document: str | None) -> list[Wanted]:
    """The filed PDFs in the order of the procedure; a protocol is printed with its sitting, or on request."""
    wanted = wanted_of(index, ref, document) if document else _filed(index, ref)
    pdfs = (replace(w, record=ref) for w in wanted if w.document and w.rendition != "proof")
    return sorted(pdfs, key=_place_in_procedure)


def everything_of(
    root: StorageRoot, index: Index, ref: Ref, *, folder_alone: bool = False
) -> Iterator[Wanted]:
    """Every file of the record's folder, and those of its object that belong to no case, by filed path.

    `folder_alone`: without the latter; those of a personal file tell of all its cases.
    So the paths in inner-list.txt hold in the folder they are written to (`sha512sum -c --ignore-missing`).
    """
    location = index.record(ref)
    filed = root.get(location.object_id) if location else None
    if location is None or filed is None:
        return
    folder = location.path.removesuffix(content.RECORD)
    named = {d.document.path: d.document for d in index.documents(ref)}
    for path in filed.state:
        own = folder and path.startswith(folder)
        if own or not (path.startswith(content.CASES) or (folder and folder_alone)):
            yield Wanted(filed.id, path, path, path, named.get(path))


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
        yield from _rendition(filed, filed.document.name)


def _rendition(filed: FiledDocument, name: str) -> Iterator[Wanted]:
    """The signed paper where there is one, with its detached signature; else the one that was made."""
    made, *back = files_of(filed, name)
    if not back:
        yield made
    yield from (w for w in back if w.rendition == "signed" or w.path.endswith(_SIGNATURE))


def files_of(filed: FiledDocument, name: str | None = None) -> tuple[Wanted, ...]:
    """Every file of a document: as it was made, as it came back signed, and the proofs of that."""
    doc = filed.document
    made = Wanted(filed.object_id, doc.path, f"{name or doc.name}.pdf", doc.title, doc)
    if doc.signed is None:
        return (made,)
    proofs = (
        replace(made, path=path, name=PurePosixPath(path).name, rendition="proof")
        for path in doc.signed.beside
    )
    return (made, replace(made, path=doc.signed.path, rendition="signed"), *proofs)


def invitations_to(place: Workplace, sitting: Ref) -> Iterator[Wanted]:
    """The invitations to a sitting (¶17), in the order of its candidates, each out of its own case.

    Raises:
        CorruptError: a record does not verify.
    """
    docket = RelatedRecords(place.root, place.index).seen_from([sitting])
    for hearing in docket.hearings_of(docket.sittings[sitting.id]):
        case = Ref(Kind.CASE, hearing.candidate.case)
        name = invitation_name(docket, hearing)
        for filed in place.index.documents(case):
            if filed.document.name == name:
                yield from (
                    replace(w, record=case) for w in _rendition(filed, name) if w.rendition != "proof"
                )


# --- read, and told of ------------------------------------------------------------------------------------


def read(root: StorageRoot, wanted: Wanted) -> bytes:
    """The bytes as they were filed, or as a register was made now.

    Raises:
        CorruptError: they do not verify.
        NotFoundError: `nothing_found`, the object is gone since the index was made.
    """
    return wanted.data if wanted.data is not None else _lying(root, wanted).read(wanted.path)


def pieces(root: StorageRoot, wanted: Wanted) -> Iterator[bytes]:
    """The same of a filed one, piece by piece; where this raises, what came before counts for nothing.

    Raises:
        CorruptError, NotFoundError: as `read`.
    """
    return _lying(root, wanted).pieces(wanted.path)


def _lying(root: StorageRoot, wanted: Wanted) -> OcflObject:
    filed = root.get(wanted.object_id)
    if filed is None:
        raise NotFoundError("nothing_found")
    return filed


def kind_of(wanted: Wanted) -> str:
    """Which document it is: of the kinds, or the record."""
    if wanted.rendition == "running":
        return PurePosixPath(wanted.name).stem
    return wanted.document.document if wanted.document else RECORD


def told_of(wanted: Sequence[Wanted]) -> dict[str, str | int]:
    """What the audit chain is told of files that are handed out, before the first is."""
    return {"files": len(wanted), "documents": " ".join(sorted({kind_of(w) for w in wanted}))}


# --- which there are --------------------------------------------------------------------------------------


def _protocols(index: Index, case: Ref) -> Iterator[Wanted]:
    number = 0
    for sitting in index.sittings_naming(case.id):
        for filed in index.documents(Ref(Kind.SITTING, sitting)):
            if filed.document.document == PROTOCOL:
                number += 1
                name = PROTOCOL if number == 1 else f"{PROTOCOL}-{number}"
                yield from _rendition(filed, name)
