"""What is made for one folder of an object, and what a paper says: values, no library that makes papers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date

from pipeline.archive.person.content import canonical_json
from pipeline.archive.person.filed_documents import Document, DocumentState, How
from pipeline.documents.content.context import FOOT_NAME
from pipeline.documents.content.plan import Wanted
from pipeline.domain.ballots import BallotForm


@dataclass(slots=True)
class Made:
    """The documents of one folder: all that belong there, and the bytes, by path, of those made now.

    `brought` are the bytes, by path, of those that come along from another object, where a case moves.
    `beside` lies in outbox/ only, by file name: lists as workbooks and plain text, and running journals.
    `unsigned` are papers that people had signed and that now say something else: they are to be signed anew.
    """

    documents: list[Document] = field(default_factory=list)
    pdfs: dict[str, bytes] = field(default_factory=dict)
    brought: dict[str, bytes] = field(default_factory=dict)
    to_sign: set[str] = field(default_factory=set)
    beside: dict[str, bytes] = field(default_factory=dict)
    unsigned: list[Document] = field(default_factory=list)

    @property
    def fresh(self) -> tuple[Document, ...]:
        """Those made now, in the order of the procedure."""
        return tuple(d for d in self.documents if d.path in self.pdfs)

    @property
    def signable(self) -> tuple[Document, ...]:
        """Those that are to be printed and signed, and have not come back yet."""
        return tuple(d for d in self.documents if d.path in self.to_sign and d.state is DocumentState.MADE)


@dataclass(frozen=True, slots=True)
class Revision:
    """A document as it was filed before, and its PDF."""

    document: Document
    pdf: bytes


@dataclass(frozen=True, slots=True)
class Returned:
    """A document that came back signed; `filed_on`: it was filed that day, and only its proofs are new.

    `beside` are its proofs, by file name: small Latin letters, digits, hyphens; pdf, json or cms. `revision`:
    it is of this one, not of what is filed now, and this one is in force again.
    """

    pdf: bytes
    how: How
    signers: tuple[str, ...] = ()
    beside: Mapping[str, bytes] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    whole: bool = True
    revision: Revision | None = None
    filed_on: date | None = None


def form_of(filed: Document, wanted: Wanted) -> BallotForm | None:
    """The form of a ballot printed without votes, if it is the member's and has all rows wanted now (¶32).

    Signed, it is the original for good: whatever votes are recorded, whoever was absent or withdrew.
    """
    form, now, blank = filed.ballot, wanted.ballot, wanted.blank
    if now is None or blank is None:
        return None
    if form is None:  # printed before forms were noted: the same words tell it
        return now if filed.facts == facts_of(blank) else None
    return form if form.member == now.member and set(now.cases) <= set(form.cases) else None


def facts_of(wanted: Wanted) -> str:
    """What the paper says, whatever its template and seal; its foot only repeats it."""
    context = {field: value for field, value in wanted.context.items() if field != FOOT_NAME}
    said: dict[str, object] = {"document": str(wanted.kind), "title": wanted.title, "context": context}
    if wanted.sheet is not None:
        said["sheet"] = asdict(wanted.sheet)
    return hashlib.sha256(canonical_json(said)).hexdigest()
