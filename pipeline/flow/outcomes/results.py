"""What became of a drop: a closed set of results, and what each answer to HR has to tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from pipeline.archive.person.filed_documents import Document
from pipeline.domain.errors import JekeError
from pipeline.domain.findings import Judgement, Value
from pipeline.domain.records import Record, Ref
from pipeline.domain.source import InputError
from pipeline.record_format.reader import ReadRecord


class Result(StrEnum):
    """Done, refused (HR must act), waiting (for another record), retry (the machine's fault), failed."""

    DONE = "done"
    UNCHANGED = "unchanged"
    WAITING = "waiting"
    REFUSED = "refused"
    RETRY = "retry"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Awaited:
    """A paper that has not come back signed by all: who is still to sign it; by which day, if one is set."""

    record: Ref
    document: str
    name: str
    title: str
    signers: tuple[str, ...]
    due: date | None


@dataclass(frozen=True, slots=True)
class TemplateNote:
    """What HR should know of a Word template: it was not used, or its layout was not compared.

    `why` is a word of the vocabulary `template` (not used) or `gate` (used).
    """

    title: str
    vocabulary: str
    why: str


@dataclass(frozen=True, slots=True)
class Note:
    """One thing HR are told of a paper or a recording: the text `answer.note.<code>` and its values."""

    code: str
    params: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RecordAnswer:
    """What HR is told of one record that was filed.

    `version` is the object's version it was filed in, None where nothing changed. `made` are the documents
    made now, in the order of the procedure; those with `to_sign` lie beside the answer. `unsigned` are papers
    that people had signed and that say something else now: they are to be signed anew. `awaited` are the
    papers that lack signatures still. `notes` say what stands of its recordings although the record says
    otherwise.
    """

    record: Record
    object_id: str
    version: str | None
    made: tuple[Document, ...]
    to_sign: tuple[Document, ...]
    waits_for: tuple[Ref, ...]
    judgement: Judgement
    unsigned: tuple[Document, ...] = ()
    awaited: tuple[Awaited, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class DropAnswer:
    """What became of one dropped file.

    Of a `partly` refused scan some papers were filed all the same. A `quarantined` one was refused and lies
    in inbox/quarantine/. `held_for` names what a drop waits for that stays claimed; it is looked at again
    when records arrive, and every minute. `bundle` names the folder or zip that one given back came in.
    `lists_of` are campaigns whose lists are made anew after the last drop of a look; the answer to that has
    no `name`, for no one file brought it about.
    """

    name: str
    sha256: str
    size: int
    result: Result
    on: date
    records: tuple[ReadRecord, ...] = ()
    errors: tuple[InputError, ...] = ()
    judgement: Judgement = field(default_factory=Judgement)
    answers: tuple[RecordAnswer, ...] = ()
    first_drop: str | None = None
    error: JekeError | None = None
    test_seal: bool = False
    templates: tuple[TemplateNote, ...] = ()
    notes: tuple[Note, ...] = ()
    held_for: str | None = None
    partly: bool = False
    quarantined: bool = False
    bundle: str | None = None
    lists_of: tuple[str, ...] = ()
