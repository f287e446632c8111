"""What a try of a drop that was cut short has made: its answer tells of it as an undisturbed one would."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pipeline.archive.ocfl.storage_root import OcflObject
from pipeline.archive.person.content import DOCUMENTS, folder_of
from pipeline.archive.person.filed_documents import Document, read_documents
from pipeline.flow.casefile.filing import Filed
from pipeline.flow.site.workplace import Workplace


def with_first_try(place: Workplace, filed: Filed, message: str) -> Filed:
    """With the version of this message, its papers among those made now, and signed ones that they replaced.

    Raises:
        CorruptError: the object does not verify.
    """
    stored, made = place.root.get(filed.object_id), filed.made
    if stored is None:
        return filed
    first = next((v.version for v in stored.versions() if v.message == message), None)
    if first is None:
        return filed
    folder = folder_of(filed.ref)
    versions = [v.version for v in stored.versions()]
    before = _papers(stored, folder, versions[: versions.index(first)])
    for document in made.documents:
        earlier = before.get(document.path)
        if document.signed is not None or document.path in made.pdfs:
            continue
        if earlier is None or earlier.sha512 != document.sha512:
            made.pdfs[document.path] = stored.read(document.path)
            if earlier is not None and earlier.signed is not None:
                made.unsigned.append(earlier)
    return filed if filed.version else replace(filed, version=stored.head)


def _papers(stored: OcflObject, folder: str, versions: list[str]) -> Mapping[str, Document]:
    """The record's papers in the last of these versions, by path."""
    if not versions or folder + DOCUMENTS not in stored.state_at(versions[-1]):
        return {}
    return {d.path: d for d in read_documents(stored.read(folder + DOCUMENTS, versions[-1]))}
