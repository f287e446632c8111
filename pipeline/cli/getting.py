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
from pipeline.domain.errors import MachineError, NotFoundError, RefusedError
from pipeline.domain.records import Kind, Ref
from pipeline.flow.outbox import folder_name

DOCUMENTS = ("annex-1", "annex-2", "annex-3", "annex-4", "protocol", "record", "notice-of-non-admission")
PROTOCOL, RECORD = "protocol", "record"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file to be taken out: where it lies, and what it is called outside."""

    object_id: str
    path: str
    name: str
    title: str
    document: Document | None


@click.command("get")
@click.argument("words", nargs=-1, required=True, metavar="PERSON|CASE")
@click.option("--document", type=click.Choice(DOCUMENTS))
@click.option("--out", type=click.Path(path_type=Path), default=Path(), metavar="DIR")
@as_json
@common
@click.pass_obj
def get(desk: Desk, words: tuple[str, ...], *, document: str | None, out: Path, as_json: bool) -> None:
    """Every file is read and verified before the first is written; a different file of that name stays."""
    with desk.archive() as (root, index):
        cases = cases_named(index, words)
        wanted = {_folder(out, case, cases): list(_wanted(index, case, document)) for case in cases}
        files = {folder / w.name: (w, _read(root, w)) for folder, several in wanted.items() for w in several}
    if not files:
        raise NotFoundError("no_such_document")
    for path, (_, data) in files.items():
        _write(path, data)
    if as_json:
        entries = [_entry(path, w) for path, (w, _) in files.items()]
        desk.put_json({"format": "jeke/get/1", "files": entries})
    else:
        for path in files:
            desk.put(str(path))
    if any(w.document and w.document.seal and w.document.seal.test for w, _ in files.values()):
        desk.tell(desk.say.text("cli.test_seal"))


def _folder(out: Path, case: Ref, cases: Sequence[Ref]) -> Path:
    """A folder of its own for each case where there are several."""
    return out if len(cases) == 1 else out / folder_name(case.id)


def _wanted(index: Index, case: Ref, document: str | None) -> Iterator[Wanted]:
    """What lies in the case's folder, and the protocols of its sittings; nobody else's papers."""
    for filed in index.documents(case):
        if document in (None, filed.document.document):
            doc = filed.document
            yield Wanted(filed.object_id, doc.path, f"{doc.name}.pdf", doc.title, doc)
    if document in (None, PROTOCOL):
        yield from _protocols(index, case)
    location = index.record(case)
    if document in (None, RECORD) and location is not None:
        yield Wanted(location.object_id, location.path, f"{RECORD}.yaml", case.id, None)


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
