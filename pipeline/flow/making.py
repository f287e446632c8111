"""Making the documents a record asks for: filled, rendered, sealed.

What is filed already and would come out the same stays as it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pipeline.archive.content import canonical_json
from pipeline.archive.filed_documents import Document, SealMark, made_document
from pipeline.documents.forms import form
from pipeline.documents.gate import Choice
from pipeline.documents.marks import DOCUMENT_BITS, REVISIONS, stamp
from pipeline.documents.plan import TITLES, DocumentKind, Wanted
from pipeline.documents.registers import COLUMNS, csv, xlsx
from pipeline.domain.errors import MachineError
from pipeline.flow.results import TemplateNote
from pipeline.flow.workplace import Workplace

ANNEX_NUMBERS = {
    DocumentKind.ANNEX_1: 1,
    DocumentKind.ANNEX_2: 2,
    DocumentKind.ANNEX_3: 3,
    DocumentKind.ANNEX_4: 4,
}


@dataclass(slots=True)
class Made:
    """The documents of one folder: all that belong there, and the bytes, by path, of those made now.

    `beside` lies in outbox/ only, by file name: lists as workbooks and plain text, and running journals.
    """

    documents: list[Document] = field(default_factory=list)
    pdfs: dict[str, bytes] = field(default_factory=dict)
    to_sign: set[str] = field(default_factory=set)
    beside: dict[str, bytes] = field(default_factory=dict)

    @property
    def fresh(self) -> tuple[Document, ...]:
        """Those made now, in the order of the procedure."""
        return tuple(d for d in self.documents if d.path in self.pdfs)

    @property
    def signable(self) -> tuple[Document, ...]:
        """Those that are printed and signed."""
        return tuple(d for d in self.documents if d.path in self.to_sign)


def make(
    place: Workplace, wanted: Iterable[Wanted], object_id: str, folder: str, filed: Mapping[str, Document]
) -> Made:
    """Documents of one folder of an object; `filed` are those lying there already, by path.

    Raises:
        MachineError: a template, the renderer or the seal is at fault; it names the document.
    """
    made = Made()
    for document in wanted:
        path = f"{folder}{document.name}.pdf"
        fingerprint = _fingerprint(place, document)
        before = filed.get(path)
        if before is not None and before.fingerprint == fingerprint:
            made.documents.append(before)
        else:
            number = _number(object_id, path, fingerprint)
            pdf = _pdf(place, document, number)
            made.pdfs[path] = pdf
            made.documents.append(
                made_document(
                    folder,
                    document=document.kind,
                    name=document.name,
                    title=document.title,
                    fingerprint=fingerprint,
                    pdf=pdf,
                    seal=SealMark(place.sealer.subject, test=place.sealer.is_test),
                    day=document.day,
                )
            )
        if document.to_sign:
            made.to_sign.add(path)
        made.beside |= tables(document)
    return made


def journal(place: Workplace, wanted: Wanted) -> dict[str, bytes]:
    """A running journal, by file name: it follows from the cases filed and is never filed itself."""
    return {f"{wanted.name}.pdf": _pdf(place, wanted, 0), **tables(wanted)}


def tables(wanted: Wanted) -> dict[str, bytes]:
    """A list or register as a workbook and as plain text, by file name; nothing for other papers."""
    if wanted.kind not in COLUMNS:
        return {}
    return {f"{wanted.name}.xlsx": xlsx(wanted), f"{wanted.name}.csv": csv(wanted)}


def renderer_of(place: Workplace, kind: DocumentKind) -> Choice:
    """The renderer of the template in force, as the gate chooses."""
    templates = place.templates
    return place.gate.choose(kind, templates.digest(kind), lambda: templates.fill(kind, form(kind).sample))


def _pdf(place: Workplace, wanted: Wanted, number: int) -> bytes:
    docx = place.templates.fill(wanted.kind, wanted.context)
    pdf = renderer_of(place, wanted.kind).renderer.render(docx, title=wanted.title)
    if wanted.to_sign:
        pdf = _marked(place, pdf, wanted, number)
    return place.sealer.seal(pdf, reason=wanted.title, when=place.clock())


def _marked(place: Workplace, pdf: bytes, wanted: Wanted, number: int) -> bytes:
    """With its marks; a list longer than a mark can count is signed without them."""
    try:
        return stamp(
            pdf,
            document=number,
            annex=ANNEX_NUMBERS.get(wanted.kind, 0),
            revision=number % REVISIONS,
            key=place.mark_key,
        )
    except MachineError as error:
        if error.code != "mark_pages":
            raise
        return pdf


def _number(object_id: str, path: str, fingerprint: str) -> int:
    """A document's number in its marks: another for each revision, the same if it is made again."""
    digest = hashlib.sha256(f"{object_id}\n{path}\n{fingerprint}".encode()).digest()
    return int.from_bytes(digest[: DOCUMENT_BITS // 8])


def _fingerprint(place: Workplace, wanted: Wanted) -> str:
    """Whether the paper would say the same: the facts on it, its template, and whose seal it bears.

    The renderer's version is left out: an update of the machine re-makes no paper that people have signed.
    """
    facts = {
        "document": str(wanted.kind),
        "title": wanted.title,
        "context": dict(wanted.context),
        "template": place.templates.digest(wanted.kind),
        "seal": {"subject": place.sealer.subject, "test": place.sealer.is_test},
    }
    return hashlib.sha256(canonical_json(facts)).hexdigest()


def template_notes(place: Workplace, kinds: Iterable[str]) -> tuple[TemplateNote, ...]:
    """What is to be said of the templates these documents were made from."""
    made = {DocumentKind(kind) for kind in kinds}
    unused = [w for w in place.templates.warnings() if w.kind in made]
    notes = [TemplateNote(TITLES[w.kind], "template", str(w.faults[0].code)) for w in unused]
    for kind in sorted(made):
        warning = renderer_of(place, kind).warning
        if warning is not None:
            notes.append(TemplateNote(TITLES[kind], "gate", str(warning)))
    return tuple(notes)
