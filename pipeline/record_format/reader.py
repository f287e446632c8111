"""The reader: a file of YAML records in, frozen records with the place of every field out, or all its errors.

Contract: docs/records.md. A file is accepted or refused as a whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias
from unicodedata import category, name

from pipeline.domain.records import Commission, Kind, Record, Ref
from pipeline.domain.source import InputError, Place, Source
from pipeline.record_format.build import Built, bare, build, nearest, report_unknown
from pipeline.record_format.fixed_words import understood
from pipeline.record_format.leaves import composed
from pipeline.record_format.named import guessed, named_in
from pipeline.record_format.problems import GivenUpError, Problems
from pipeline.record_format.stream import MAX_DOCUMENT_BYTES, Document, characters_allowed, decode, split
from pipeline.record_format.substitutes import instead
from pipeline.record_format.yaml_tree import Fields, Items, Node, Refused, Scalar, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pipeline.domain.findings import Finding

MAX_RECORDS = 5_000
_MAX_DOCUMENTS = 2 * MAX_RECORDS + 1  # with the empty ones, which a stray `---` makes


Unprintable: TypeAlias = "Callable[[str], Iterable[str]]"
"""The signs of a text that cannot be printed, each once."""


def _nothing(_text: str) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class ReadRecord:
    """A record, where it was read from, and what was done to its letters.

    `source.text` is the document's own text with plain line feeds; its places count from the file's head.
    """

    record: Record
    source: Source
    repairs: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class ReadResult:
    """The records of a file in its order, or, where there are errors, those alone, sorted by place.

    `refs`: kind and id of each of its records, also where there are errors, of text that is no YAML by its
    lines; none where one cannot be told.
    """

    records: tuple[ReadRecord, ...]
    errors: tuple[InputError, ...]
    refs: tuple[Ref, ...] = ()


def read_stream(
    data: bytes, file: str, unprintable: Unprintable = _nothing, *, filed: bool = False
) -> ReadResult:
    """Read every record of a file.

    Never raises for what the bytes hold. `file` is the name to show people. What is dropped anew may hold no
    sign that `unprintable` names, for any text may come to stand on a paper. What is `filed` was taken by the
    rules of its day: forms that are refused since then are read there as they were.
    """
    problems = Problems(file)
    records: list[ReadRecord] = []
    refs: tuple[Ref, ...] = ()
    try:
        text = decode(data, problems.add)
        if text is None:
            refs = named_in(guessed(data))
        else:
            stream = _Stream(text, file, problems, unprintable, filed=filed)
            records, refs = stream.read(), stream.refs
    except GivenUpError:
        pass
    return ReadResult((), problems.sorted(), refs) if problems else ReadResult(tuple(records), (), refs)


class _Stream:
    def __init__(
        self, text: str, file: str, problems: Problems, unprintable: Unprintable, *, filed: bool
    ) -> None:
        self._unprintable = unprintable
        self._filed = filed
        self._text = text
        self._file = file
        self._problems = problems
        self._seen: dict[Ref, Place] = {}
        self._named: list[Ref] = []
        self._documents = 0

    @property
    def refs(self) -> tuple[Ref, ...]:
        """Kind and id of every record, unless one of them cannot be told."""
        told = (*self._seen, *self._named)
        return tuple(dict.fromkeys(told)) if len(told) == self._documents else ()

    def read(self) -> list[ReadRecord]:
        records = []
        count = 0
        for number, document in enumerate(split(self._text), start=1):
            self._problems.within(document.text[:MAX_DOCUMENT_BYTES], document.first_line)
            if number <= _MAX_DOCUMENTS and not document.too_large and document.empty:
                continue
            count += 1
            if count > MAX_RECORDS or number > _MAX_DOCUMENTS:
                self._problems.add("too_many_records", Place(document.first_line, 1), limit=MAX_RECORDS)
                break
            self._documents += 1
            record = self._document(document)
            if record:
                records.append(record)
        if not count:
            self._problems.add("empty_file", Place(1, 1))
        return records

    def _document(self, document: Document) -> ReadRecord | None:
        tree = self._tree(document)
        kind = self._kind(tree) if tree else None
        if tree is None:
            self._named += named_in(document.text)
        if tree is None or kind is None:
            return None
        self._check_id(kind, tree)
        if "\\" in document.text or any(self._unprintable(document.text)):  # most have none
            self._check_signs(document, tree)
        built = build(kind, tree, self._problems.add, filed=self._filed)
        if built is None:
            return None
        self._check_members(built)
        return ReadRecord(
            built.record, Source(self._file, document.text, tree.place, built.places), built.repairs
        )

    def _tree(self, document: Document) -> Fields | None:
        if document.too_large:
            start = Place(document.first_line, 1)
            self._problems.add("document_too_large", start, limit_mib=MAX_DOCUMENT_BYTES // 2**20)
            return None
        if not characters_allowed(document, self._problems.add):
            return None
        tree = parse(document, self._problems.add, filed=self._filed)
        if tree is not None and not isinstance(tree, Fields):
            self._problems.add("not_a_record", tree.place)
            return None
        return tree

    def _kind(self, tree: Fields) -> Kind | None:
        entry = next((entry for entry in tree.entries if entry.key == "kind"), None)
        kinds = Kind.__name__
        if entry is None:
            meant = next((entry for entry in tree.entries if nearest(entry.key, ("kind",))), None)
            if meant:
                report_unknown(meant, ("kind",), meant.key, self._problems.add)
            else:
                self._problems.add("kind_missing", tree.place, allowed=kinds)
            return None
        value = entry.value
        if value.absent:
            self._problems.add("kind_missing", entry.key_place, allowed=kinds)
            return None
        if isinstance(value, Refused):
            return None
        word = bare(value) if isinstance(value, Scalar) else ""
        kind = understood(Kind, word)
        if kind is None:
            self._problems.add("kind_unknown", value.place, value=word, allowed=kinds)
        return kind

    def _check_id(self, kind: Kind, tree: Fields) -> None:
        """An id names one record of its kind in a file."""
        value = next((entry.value for entry in tree.entries if entry.key == "id"), None)
        text = composed(bare(value)) if isinstance(value, Scalar) and not value.absent else ""
        if value is None or not text:
            return
        first = self._seen.setdefault(Ref(kind, text), value.place)
        if first is not value.place:
            self._problems.add(
                "duplicate_id", value.place, field="id", kind=kind.value, id=text, first_line=first.line
            )

    def _check_signs(self, document: Document, node: Node, path: str = "") -> None:
        """Every sign of every text is one that can be printed."""
        match node:
            case Scalar() if not node.absent:
                for sign in self._unprintable(composed(node.text)):
                    place = _place_of(sign, document, node.place)
                    self._problems.add("unprintable", place, field=path, character=self._told(sign))
            case Fields():
                for entry in node.entries:
                    self._check_signs(document, entry.value, f"{path}.{entry.key}".lstrip("."))
            case Items():
                for number, item in enumerate(node.items):
                    self._check_signs(document, item, f"{path}.{number}".lstrip("."))

    def _told(self, sign: str) -> str:
        """The sign by its name, and what can be written instead."""
        plain = instead(sign)
        printable = plain is not None and not any(self._unprintable(plain))
        return f"{_named(sign)} → {plain}" if printable else _named(sign)

    def _check_members(self, built: Built) -> None:
        """An id names one person of a composition, else nobody could tell whose vote is whose."""
        members = built.record.members if isinstance(built.record, Commission) else ()
        seen: dict[str, Place] = {}
        for index, member in enumerate(members):
            path = f"members.{index}.id"
            place = built.places[path]
            first = seen.setdefault(member.id, place)
            if first is not place:
                self._problems.add("duplicate_member", place, field=path, id=member.id, first_line=first.line)


def _place_of(sign: str, document: Document, start: Place) -> Place:
    """Where it first stands from there on; the text's own place where it was written as an escape."""
    lines = document.text.split("\n")
    for index in range(start.line - document.first_line, len(lines)):
        first = start.column - 1 if index == start.line - document.first_line else 0
        if (found := lines[index].find(sign, first)) >= 0:
            return Place(document.first_line + index, found + 1)
    return start


def _named(sign: str) -> str:
    """The sign itself where it can be shown, its code point, and its name in Unicode."""
    shown = f"{sign} " if sign.isprintable() and category(sign)[0] != "M" else ""
    return f"{shown}U+{ord(sign):04X} {name(sign, '')}".rstrip()
