"""documents.json: the PDFs of a case or a sitting, each with its seal and its SHA-512."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pipeline.archive.content import DOCUMENTS, canonical_json
from pipeline.domain.errors import CorruptError

DOCUMENTS_FORMAT = "jeke/documents/1"

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class DocumentState(StrEnum):
    """Whether a PDF is the one the program made or the one people signed."""

    MADE = "made"
    SIGNED = "signed"


@dataclass(frozen=True, slots=True)
class SealMark:
    """Whose seal a PDF carries, and whether it is only a test seal."""

    subject: str
    test: bool


@dataclass(frozen=True, slots=True, order=True)
class Document:
    """One PDF as documents.json names it.

    `document` is the kind ("annex-1"), `name` the file's stem ("annex-3-01"), `path` its place in the object,
    `fingerprint` tells whether it would come out the same if it were made again, `day` is the one it bears.
    """

    name: str
    document: str
    title: str
    path: str
    state: DocumentState
    fingerprint: str
    sha512: str
    seal: SealMark | None = None
    day: date | None = None


def made_document(
    folder: str,
    *,
    document: str,
    name: str,
    title: str,
    fingerprint: str,
    pdf: bytes,
    seal: SealMark | None,
    day: date | None = None,
) -> Document:
    """The entry of a PDF just made, to be filed in `folder` ("" in a sitting's object).

    Raises:
        ValueError: a name that is not of small Latin letters, digits and hyphens.
    """
    if not _NAME.fullmatch(name):
        raise ValueError("a document's name is built from its kind and an ordinal only")
    return Document(
        name=name,
        document=document,
        title=title,
        path=f"{folder}{name}.pdf",
        state=DocumentState.MADE,
        fingerprint=fingerprint,
        sha512=hashlib.sha512(pdf).hexdigest(),
        seal=seal,
        day=day,
    )


def documents_json(documents: Iterable[Document]) -> bytes:
    """documents.json, by name."""
    return canonical_json(
        {
            "format": DOCUMENTS_FORMAT,
            "documents": [document_entry(d) for d in sorted(documents, key=_by_name)],
        }
    )


def read_documents(data: bytes) -> tuple[Document, ...]:
    """The entries of a documents.json.

    Raises:
        CorruptError: `filed_format`, it is not one of ours.
    """
    try:
        content = json.loads(data)
        if content["format"] != DOCUMENTS_FORMAT:
            raise CorruptError("filed_format", file=DOCUMENTS)
        return tuple(read_document(entry) for entry in content["documents"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CorruptError("filed_format", file=DOCUMENTS) from error


def document_entry(document: Document) -> dict[str, object]:
    """A document as JSON holds it."""
    seal = document.seal
    return {
        "document": document.document,
        "name": document.name,
        "title": document.title,
        "path": document.path,
        "state": str(document.state),
        "fingerprint": document.fingerprint,
        "sha512": document.sha512,
        "seal": None if seal is None else {"subject": seal.subject, "test": seal.test},
        "day": None if document.day is None else document.day.isoformat(),
    }


def read_document(entry: Mapping[str, object]) -> Document:
    """The reverse of `document_entry`. Raises KeyError, TypeError or ValueError where it is not one."""
    texts = {key: _text(entry[key]) for key in ("name", "document", "title", "path", "fingerprint", "sha512")}
    day = entry.get("day")
    return Document(
        **texts,
        state=DocumentState(_text(entry["state"])),
        seal=_seal(entry["seal"]),
        day=None if day is None else date.fromisoformat(_text(day)),
    )


def kept_paths(documents: Iterable[Document], pdfs: Mapping[str, bytes]) -> frozenset[str]:
    """Paths of the documents that are filed already and were not made again."""
    return frozenset(d.path for d in documents if d.path not in pdfs)


def _by_name(document: Document) -> tuple[str, str]:
    return document.name, document.path


def _seal(entry: object) -> SealMark | None:
    if entry is None:
        return None
    if not isinstance(entry, dict):
        raise TypeError("a seal is an object")
    return SealMark(_text(entry["subject"]), test=bool(entry["test"]))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("text is expected")
    return value
