"""documents.json: the PDFs of a case or a sitting, each with its seal and its SHA-512."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pipeline.archive.person.content import DOCUMENTS, canonical_json, read_as_ours
from pipeline.domain.ballots import BallotForm
from pipeline.domain.errors import CorruptError

DOCUMENTS_FORMAT = "jeke/documents/1"
NUMBER_BITS = 40
"""As many as a mark holds."""

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


class How(StrEnum):
    """How a paper came back signed."""

    SCAN = "scan"
    PADES = "pades"
    CMS = "cms"


@dataclass(frozen=True, slots=True)
class Signed:
    """The signed rendition of a document, filed beside the one the program made.

    `signers` are those whose signature was found, by the keys that the records know them by, and `names` what
    they are called; none where the paper was signed by hand. `beside` are the paths of its proofs: a
    validation report, a detached signature. `whole`: everybody who is to sign has. `sha256` is that of what
    lies at `path`; empty where it was filed before 0.4.0.
    """

    path: str
    sha512: str
    how: How
    filed_on: date
    signers: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    whole: bool = True
    sha256: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Document:
    """One PDF as documents.json names it.

    `document` is the kind ("annex-1"), `name` the file's stem ("annex-3-01"), `path` its place in the object,
    `fingerprint` tells whether it would come out the same if it were made again, `facts` whether it would say
    the same whatever its template and seal, `day` is the one it bears. `earlier` are the fingerprints of the
    revisions it replaced, newest first. `signed` is what came back signed of this very revision, `ballot` the
    form of a sitting's ballot printed without votes.
    """

    name: str
    document: str
    title: str
    path: str
    fingerprint: str
    sha512: str
    seal: SealMark | None = None
    day: date | None = None
    facts: str = ""
    earlier: tuple[str, ...] = ()
    signed: Signed | None = None
    ballot: BallotForm | None = None

    @property
    def state(self) -> DocumentState:
        """Whether everybody has signed it who is to."""
        return DocumentState.SIGNED if self.signed is not None and self.signed.whole else DocumentState.MADE

    @property
    def paths(self) -> tuple[str, ...]:
        """Every file of it: as made, as signed, and the proofs."""
        signed = self.signed
        return (self.path,) if signed is None else (self.path, signed.path, *signed.beside)


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
        fingerprint=fingerprint,
        sha512=hashlib.sha512(pdf).hexdigest(),
        seal=seal,
        day=day,
    )


def number_of(object_id: str, path: str, fingerprint: str) -> int:
    """A revision's number, by which the marks on its pages name it; the same if it is made again."""
    digest = hashlib.sha256(f"{object_id}\n{path}\n{fingerprint}".encode()).digest()
    return int.from_bytes(digest[: NUMBER_BITS // 8])


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
    with read_as_ours(DOCUMENTS):
        content = json.loads(data)
        if content["format"] != DOCUMENTS_FORMAT:
            raise CorruptError("filed_format", file=DOCUMENTS)
        return tuple(read_document(entry) for entry in content["documents"])


def document_entry(document: Document) -> dict[str, object]:
    """A document as JSON holds it."""
    seal, ballot = document.seal, document.ballot
    entry: dict[str, object] = {
        "document": document.document,
        "name": document.name,
        "title": document.title,
        "path": document.path,
        "state": str(document.state),
        "fingerprint": document.fingerprint,
        "sha512": document.sha512,
        "seal": None if seal is None else {"subject": seal.subject, "test": seal.test},
        "day": None if document.day is None else document.day.isoformat(),
        "facts": document.facts,
        "earlier": list(document.earlier),
        "signed": None if document.signed is None else _signed_entry(document.signed),
    }
    if ballot is not None:
        entry["ballot"] = {"member": ballot.member, "cases": list(ballot.cases)}
    return entry


def read_document(entry: Mapping[str, object]) -> Document:
    """The reverse of `document_entry`. Raises KeyError, TypeError or ValueError where it is not one."""
    texts = {key: _text(entry[key]) for key in ("name", "document", "title", "path", "fingerprint", "sha512")}
    day = entry.get("day")
    document = Document(
        **texts,
        seal=_seal(entry["seal"]),
        day=None if day is None else date.fromisoformat(_text(day)),
        facts=_text(entry.get("facts", "")),
        earlier=_texts(entry.get("earlier", [])),
        signed=_signed(entry.get("signed")),
        ballot=_ballot(entry.get("ballot")),
    )
    if DocumentState(_text(entry["state"])) is not document.state:
        raise ValueError("the state is not what the entry says")
    return document


def kept_paths(documents: Iterable[Document], pdfs: Mapping[str, bytes]) -> frozenset[str]:
    """Paths of the documents that are filed already and were not made again."""
    return frozenset(path for d in documents for path in d.paths if path not in pdfs)


def brought(documents: Iterable[Document], files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Path → bytes of what is filed now: documents made now, and what came back signed now."""
    return {path: files[path] for d in documents for path in d.paths if path in files}


def _by_name(document: Document) -> tuple[str, str]:
    return document.name, document.path


def _seal(entry: object) -> SealMark | None:
    if entry is None:
        return None
    if not isinstance(entry, dict):
        raise TypeError("a seal is an object")
    return SealMark(_text(entry["subject"]), test=bool(entry["test"]))


def _signed_entry(signed: Signed) -> dict[str, object]:
    return {
        "path": signed.path,
        "sha512": signed.sha512,
        "how": str(signed.how),
        "filed_on": signed.filed_on.isoformat(),
        "signers": list(signed.signers),
        "beside": list(signed.beside),
        "names": list(signed.names),
        "whole": signed.whole,
        **({"sha256": signed.sha256} if signed.sha256 else {}),
    }


def _signed(entry: object) -> Signed | None:
    if entry is None:
        return None
    if not isinstance(entry, dict):
        raise TypeError("what is signed is an object")
    return Signed(
        path=_text(entry["path"]),
        sha512=_text(entry["sha512"]),
        how=How(_text(entry["how"])),
        filed_on=date.fromisoformat(_text(entry["filed_on"])),
        signers=_texts(entry["signers"]),
        beside=_texts(entry["beside"]),
        names=_texts(entry.get("names", [])),
        whole=entry.get("whole", True) is True,
        sha256=_text(entry.get("sha256", "")),
    )


def _ballot(entry: object) -> BallotForm | None:
    if entry is None:
        return None
    if not isinstance(entry, dict):
        raise TypeError("a ballot is an object")
    return BallotForm(_text(entry["member"]), _texts(entry["cases"]))


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError("a list is expected")
    return tuple(map(_text, value))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("text is expected")
    return value
