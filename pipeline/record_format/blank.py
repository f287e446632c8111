"""A record to fill in: every field with what it means, its paragraph and the words it allows."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, NamedTuple

from pipeline.domain.records import Kind
from pipeline.record_format.descriptions import KAZAKH, explain, frame
from pipeline.record_format.fields import Field, Group, Keyed, Listed, fields_of, leaf_of
from pipeline.record_format.leaves import Leaf

if TYPE_CHECKING:
    from collections.abc import Iterator

_WIDTH = 110
_COMMENT_COLUMN = 34


class _Line(NamedTuple):
    """A line of YAML and the lines of comment that belong to it."""

    yaml: str
    comment: list[str]


def blank_record(kind: Kind | None = None, language: str = KAZAKH) -> str:
    """The record of that kind with its fields empty; without a kind one of each, as a stream.

    It reads back as it is once the fields marked as required are filled.
    """
    kinds = (kind,) if kind else tuple(Kind)
    return "---\n".join("".join(f"{line}\n" for line in _record(kind, language)) for kind in kinds)


def _record(kind: Kind, language: str) -> Iterator[str]:
    for text in (explain(kind.value, language=language), frame("head", language)):
        yield from (f"# {line}" for line in text.strip().split("\n"))
    yield f"kind: {kind.value}"
    for line in _fields(fields_of(kind), kind.value, "", language):
        yield from _set(line)


def _fields(group: Group, path: str, indent: str, language: str) -> Iterator[_Line]:
    for field in group.fields.values():
        yield from _field(field, f"{path}.{field.name}", indent, language)


def _field(field: Field, path: str, indent: str, language: str) -> Iterator[_Line]:
    comment = explain(path, leaf_of(field.shape), language).split("\n")
    if field.required and isinstance(field.shape, Leaf):
        comment[0] = f"{frame('required', language)}. {comment[0]}"
    empty = {Keyed: " {}", Listed: " []"}.get(type(field.shape), "")
    match field.shape:
        case Group() as group:
            yield _Line(f"{indent}{field.name}:", comment)
            yield from _fields(group, path, indent + "  ", language)
        case Listed(Group() as group):
            yield _Line(f"{indent}{field.name}:", comment)
            first, *rest = _fields(group, path, indent + "    ", language)
            yield first._replace(yaml=f"{indent}  - {first.yaml.strip()}")
            yield from rest
        case _:
            yield _Line(f"{indent}{field.name}:{empty}", comment)


def _set(line: _Line) -> Iterator[str]:
    """The comment behind the field where it fits in, else above it."""
    beside = f"{line.yaml.ljust(_COMMENT_COLUMN)}  # {line.comment[0]}"
    if len(line.comment) == 1 and len(beside) <= _WIDTH:
        yield beside
        return
    margin = " " * (len(line.yaml) - len(line.yaml.lstrip()))
    head, *words = line.comment
    for text in wrap(head, _WIDTH - len(margin) - 2):
        yield f"{margin}# {text}"
    for word in words:
        yield f"{margin}#   {word}"
    yield line.yaml
