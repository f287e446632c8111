"""JSON Schema of the record format for editors: draft 7, which yaml-language-server reads.

The schema helps while writing; the reader decides. Editors type plain scalars by YAML's own rules, so numbers
and booleans pass here where the format has text.
"""

from __future__ import annotations

from typing import TypeAlias

from pipeline.domain.records import Kind
from pipeline.record_format.descriptions import KAZAKH, describe, explain, frame
from pipeline.record_format.fields import Field, Group, Keyed, Listed, Shape, fields_of, leaf_of
from pipeline.record_format.fixed_words import spellings
from pipeline.record_format.leaves import Leaf, choice

Schema: TypeAlias = dict[str, object]

_DRAFT = "http://json-schema.org/draft-07/schema#"


def json_schema(kind: Kind | None = None, language: str = KAZAKH) -> Schema:
    """The schema of one kind of record; without a kind, of a document of any kind."""
    if kind is not None:
        return {"$schema": _DRAFT, **_record(kind, language)}
    return {
        "$schema": _DRAFT,
        "title": frame("schema", language),
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": {**_texts("case.kind", choice(Kind), language), **choice(Kind).schema}},
        "allOf": [
            {
                "if": {"properties": {"kind": _named(kind)}, "required": ["kind"]},
                "then": {"$ref": f"#/definitions/{kind.value}"},
            }
            for kind in Kind
        ],
        "definitions": {kind.value: _record(kind, language) for kind in Kind},
    }


def _record(kind: Kind, language: str) -> Schema:
    named = {**_texts(f"{kind.value}.kind", choice(Kind), language), **_named(kind)}
    own = _group(fields_of(kind), kind.value, language, {"kind": named})
    return {**_texts(kind.value, None, language), **own}


def _named(kind: Kind) -> Schema:
    return {"enum": [kind.value, *spellings(Kind)[kind.value]]}


def _group(group: Group, path: str, language: str, first: Schema | None = None) -> Schema:
    """`first` stands before the group's own fields, and must be there."""
    first = first or {}
    own: Schema = {
        field.name: _field(field, f"{path}.{field.name}", language) for field in group.fields.values()
    }
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": first | own,
        "required": [*first, *(field.name for field in group.fields.values() if field.required)],
    }


def _field(field: Field, path: str, language: str) -> Schema:
    schema = _shape(field.shape, path, language)
    return {
        **_texts(path, leaf_of(field.shape), language),
        **(schema if field.required else _or_null(schema)),
    }


def _texts(path: str, leaf: Leaf | None, language: str) -> Schema:
    return {"title": describe(path, language).title, "description": explain(path, leaf, language)}


def _shape(shape: Shape, path: str, language: str) -> Schema:
    match shape:
        case Leaf():
            return dict(shape.schema)
        case Listed():
            return {"type": "array", "items": _or_null(_shape(shape.item, path, language))}
        case Keyed():
            return {"type": "object", "additionalProperties": _or_null(dict(shape.value.schema))}
        case Group():
            return _group(shape, path, language)


def _or_null(schema: Schema) -> Schema:
    """`null` and nothing at all are the same as absent, everywhere in a record."""
    match schema:
        case {"enum": [*words]}:
            return {**schema, "enum": [*words, None]}
        case {"anyOf": [*ways]}:
            return {**schema, "anyOf": [*ways, {"type": "null"}]}
        case {"type": [*types]}:
            return {**schema, "type": [*types, "null"]}
        case _:
            return {**schema, "type": [schema["type"], "null"]}
