"""Whether an object's files agree with each other: what its lists name is there, and nothing else is.

The bytes themselves are proven by then (`verify_object`): this finds what was filed wrong, and content that
somebody changed together with its digests.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pipeline.archive.index.entry import ObjectEntry, OpenObject, ReadRecord, entry_of
from pipeline.archive.ocfl.storage_root import OcflObject
from pipeline.archive.ocfl.verify_inventory import Trouble
from pipeline.archive.person.content import DOCUMENTS, INNER_LIST
from pipeline.archive.person.filed_documents import Document, How, SealMark, read_documents
from pipeline.archive.person.inner_list import Person
from pipeline.domain.errors import CorruptError
from pipeline.domain.names import full_name

CheckSeal = Callable[[bytes, str | None], str | None]
"""A PDF and whose seal it should bear (None: any signature in it must fit). Gives a code of what is wrong."""

_DIGEST_LINE = re.compile(r"([0-9a-f]{128})  (.+)")


@dataclass(frozen=True, slots=True)
class Sealed:
    """A PDF in some version of the object that should bear a seal."""

    path: str
    version: str
    subject: str | None


def read_through(
    filed: OcflObject, read: ReadRecord, others: OpenObject
) -> tuple[ObjectEntry | None, tuple[Trouble, ...]]:
    """The object's entry in the index, and what in its newest version does not agree.

    Codes: `content-unreadable`, a file is not what its name says; `content-missing`, `content-differs` and
    `content-unlisted`, documents.json against what is filed; `content-list`, the same of inner-list.txt.
    """
    try:
        entry = entry_of(filed, read, others)
        troubles = (*_documents(filed, entry), *_inner_list(filed, entry))
    except CorruptError as error:
        place = str(error.params.get("path") or error.params.get("file") or "")
        return None, (Trouble("content-unreadable", place, error.code),)
    return entry, troubles


def sealed_documents(filed: OcflObject) -> dict[str, Sealed]:
    """By SHA-512: every PDF of every version that a documents.json says is sealed or signed within.

    Raises:
        CorruptError: a documents.json does not read.
    """
    found: dict[str, Sealed] = {}
    seen: set[str] = set()
    for version in (info.version for info in filed.versions()):
        for path, digest in filed.state_at(version).items():
            if digest not in seen and path.rpartition("/")[2] == DOCUMENTS:
                seen.add(digest)
                for document in read_documents(filed.read(path, version)):
                    for sha512, sealed in _sealed(document, version):
                        found.setdefault(sha512, sealed)
    return found


def seal_troubles(filed: OcflObject, check: CheckSeal) -> Iterator[Trouble]:
    """The seals of all documents, as made and as signed, in all versions.

    Codes: those `check` gives; `content-unreadable`.
    """
    try:
        sealed = sealed_documents(filed)
    except CorruptError as error:
        yield Trouble("content-unreadable", DOCUMENTS, error.code)
        return
    for place in sealed.values():
        try:
            wrong = check(filed.read(place.path, place.version), place.subject)
        except CorruptError:
            wrong = "seal-unreadable"
        except LookupError:  # documents.json names what is not filed: told by `read_through`
            continue
        if wrong is not None:
            yield Trouble(wrong, place.path, place.version)


def _sealed(document: Document, version: str) -> Iterator[tuple[str, Sealed]]:
    seal: SealMark | None = document.seal
    if seal is not None:
        yield document.sha512, Sealed(document.path, version, seal.subject)
    signed = document.signed
    if signed is not None and signed.how is How.PADES:
        yield signed.sha512, Sealed(signed.path, version, None)


def _documents(filed: OcflObject, entry: ObjectEntry) -> Iterator[Trouble]:
    state = filed.state
    named: set[str] = set()
    for document in entry.all_documents:
        named.update(document.paths)
        stated = {document.path: document.sha512}
        if document.signed is not None:
            stated[document.signed.path] = document.signed.sha512
        for path in document.paths:
            if path not in state:
                yield Trouble("content-missing", path)
            elif path in stated and stated[path] != state[path].lower():
                yield Trouble("content-differs", path)
    for path in sorted(state.keys() - named):
        if path.endswith(".pdf"):
            yield Trouble("content-unlisted", path)


def _inner_list(filed: OcflObject, entry: ObjectEntry) -> Iterator[Trouble]:
    text = filed.read(INNER_LIST).decode(errors="replace")
    listed = {path: digest for digest, path in _DIGEST_LINE.findall(text)}
    for path, digest in sorted(listed.items()):
        if filed.state.get(path, "").lower() != digest:
            yield Trouble("content-list", INNER_LIST, path)
    for document in entry.all_documents:
        if document.path not in listed:
            yield Trouble("content-list", INNER_LIST, document.path)
    if entry.person is not None and not _names(text, entry.person):
        yield Trouble("content-list", INNER_LIST, "person")


def _names(text: str, person: Person) -> bool:
    return full_name(person) in text and person.iin in text
