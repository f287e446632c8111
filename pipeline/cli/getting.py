"""`jeke get`: documents out of the archive, each verified as it is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from pipeline.archive.filed_documents import Document
from pipeline.archive.index import Index
from pipeline.archive.ocfl import StorageRoot
from pipeline.cli.desk import Desk
from pipeline.cli.naming import cases_named
from pipeline.cli.options import as_json, common
from pipeline.documents.merge import merge_for_print
from pipeline.documents.plan import DocumentKind
from pipeline.domain.errors import MachineError, NotFoundError, RefusedError
from pipeline.domain.records import Kind, Ref
from pipeline.flow.outbox import folder_name

PROTOCOL, RECORD = DocumentKind.PROTOCOL.value, "record"
DOCUMENTS = (*(kind.value for kind in DocumentKind), RECORD)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file to be taken out: where it lies, and what it is called outside."""

    object_id: str
    path: str
    name: str
    title: str
    document: Document | None


@click.command("get")
@click.argument("words", nargs=-1, required=True, metavar="PERSON|CASE|SITTING")
@click.option("--document", type=click.Choice(DOCUMENTS), metavar="DOCUMENT")
@click.option("--out", type=click.Path(path_type=Path), default=Path(), metavar="DIR")
@click.option("--print", "paper", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--duplex", is_flag=True)
@as_json
@common
@click.pass_obj
def get(
    desk: Desk,
    words: tuple[str, ...],
    *,
    document: str | None,
    out: Path,
    paper: Path | None,
    duplex: bool,
    as_json: bool,
) -> None:
    """Every file is read and verified before the first is written; a different file of that name stays."""
    with desk.archive() as (root, index):
        subjects = _subjects(index, words)
        if paper is None:
            found = [
                (_folder(out, ref, subjects) / w.name, w)
                for ref in subjects
                for w in _wanted(index, ref, document)
            ]
        else:
            found = [(paper, w) for ref in subjects for w in _papers(index, ref, document)]
        files = [(path, w, _read(root, w)) for path, w in found]
    if not files:
        raise NotFoundError("no_such_document")
    if paper is None:
        for path, _, data in files:
            _write(path, data)
    else:
        _write(paper, merge_for_print((data for _, _, data in files), duplex=duplex))
    if as_json:
        desk.put_json({"format": "jeke/get/1", "files": [_entry(path, w) for path, w, _ in files]})
    else:
        for path in dict.fromkeys(path for path, _, _ in files):
            desk.put(str(path))
    if any(w.document and w.document.seal and w.document.seal.test for _, w, _ in files):
        desk.tell(desk.say.text("cli.test_seal"))


def _subjects(index: Index, words: Sequence[str]) -> tuple[Ref, ...]:
    """The sitting of that id, else the cases meant."""
    sitting = Ref(Kind.SITTING, " ".join(words))
    return (sitting,) if index.record(sitting) is not None else cases_named(index, words)


def _folder(out: Path, ref: Ref, subjects: Sequence[Ref]) -> Path:
    """A folder of its own for each record where there are several."""
    return out if len(subjects) == 1 else out / folder_name(ref.id)


def _papers(index: Index, ref: Ref, document: str | None) -> list[Wanted]:
    """The PDFs in the order of the procedure; a protocol is printed with its sitting, or where named."""
    wanted = _wanted(index, ref, document) if document else _filed(index, ref)
    return sorted((w for w in wanted if w.document), key=_place_in_procedure)


def _place_in_procedure(wanted: Wanted) -> tuple[int, str]:
    kind = wanted.document.document if wanted.document else RECORD
    return DOCUMENTS.index(kind) if kind in DOCUMENTS else len(DOCUMENTS), wanted.name


def _wanted(index: Index, ref: Ref, document: str | None) -> Iterator[Wanted]:
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
        doc = filed.document
        yield Wanted(filed.object_id, doc.path, f"{doc.name}.pdf", doc.title, doc)


def _protocols(index: Index, case: Ref) -> Iterator[Wanted]:
    number = 0
    for sitting in index.sittings_naming(case.id):
        for filed in index.documents(Ref(Kind.SITTING, sitting)):
            doc = filed.document
            if doc.document == PROTOCOL:
                number += 1
                name = f"{PROTOCOL}.pdf" if number == 1 else f"{PROTOCOL}-{number}.pdf"
                yield Wanted(filed.object_id, doc.path, name, doc.title, doc)


def _read(root: StorageRoot, wanted: Wanted) -> bytes:
    """The bytes as they were filed.

    Raises:
        CorruptError: they do not verify.
        NotFoundError: `nothing_found`, the object is gone since the index was made.
    """
    filed = root.get(wanted.object_id)
    if filed is None:
        raise NotFoundError("nothing_found")
    return filed.read(wanted.path)


def _write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(data)
    except FileExistsError:
        if not path.is_file() or path.read_bytes() != data:
            raise RefusedError("file_exists", file=str(path)) from None
    except OSError as error:
        raise MachineError("file_unwritable", file=str(path), reason=error.strerror or "") from error


def _entry(path: Path, wanted: Wanted) -> dict[str, object]:
    document = wanted.document
    return {
        "file": str(path),
        "title": wanted.title,
        "object": wanted.object_id,
        "path": wanted.path,
        "document": document.document if document else RECORD,
        "sha512": document.sha512 if document else None,
        "seal": {"subject": document.seal.subject, "test": document.seal.test}
        if document and document.seal
        else None,
    }


COMMANDS = (get,)
