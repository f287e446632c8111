"""The JSON Schema takes the samples, refuses what the reader refuses, and explains every field in Kazakh."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.domain.records import Kind
from pipeline.record_format.reader import read_stream
from pipeline.record_format.schema import json_schema

SAMPLES = sorted((Path(__file__).parents[2] / "samples").glob("*.yaml"))
KAZAKH = re.compile("[әғқңөұүһіӘҒҚҢӨҰҮҺІ]|[А-Яа-я]")

TYPES = {
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
}


def valid(value: Any, schema: dict[str, Any], root: dict[str, Any]) -> bool:
    """Draft 7, as far as these schemas use it; a keyword it does not know fails the test."""
    return all(holds(keyword, rule, value, schema, root) for keyword, rule in schema.items())


def holds(keyword: str, rule: Any, value: Any, schema: dict[str, Any], root: dict[str, Any]) -> bool:  # noqa: C901, PLR0911, PLR0912 - one case a keyword
    match keyword:
        case "$schema" | "title" | "description" | "definitions" | "then":
            return True
        case "$ref":
            return valid(value, root["definitions"][rule.rpartition("/")[2]], root)
        case "type":
            return any(TYPES[name](value) for name in ([rule] if isinstance(rule, str) else rule))
        case "const":
            return bool(value == rule)
        case "enum":
            return value in rule
        case "pattern":
            return not isinstance(value, str) or re.search(rule, value) is not None
        case "minimum":
            return not TYPES["number"](value) or value >= rule
        case "maximum":
            return not TYPES["number"](value) or value <= rule
        case "anyOf":
            return any(valid(value, way, root) for way in rule)
        case "allOf":
            return all(valid(value, way, root) for way in rule)
        case "if":
            return not valid(value, rule, root) or valid(value, schema["then"], root)
        case "items":
            return not isinstance(value, list) or all(valid(item, rule, root) for item in value)
        case "required":
            return not isinstance(value, dict) or all(name in value for name in rule)
        case "properties":
            return not isinstance(value, dict) or all(
                valid(value[name], inner, root) for name, inner in rule.items() if name in value
            )
        case "additionalProperties":
            if not isinstance(value, dict):
                return True
            others = [inner for name, inner in value.items() if name not in schema.get("properties", {})]
            return not others if rule is False else all(valid(inner, rule, root) for inner in others)
    raise AssertionError(keyword)


class Editor(yaml.SafeLoader):
    """Types plain scalars as YAML 1.2 does, and with it the language server."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - the library's own name


Editor.add_implicit_resolver(
    "tag:yaml.org,2002:null", re.compile(r"^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""]
)
Editor.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)
Editor.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"^-?[0-9]+(?:\.[0-9]+)?$"), list("-0123456789")
)
Editor.add_constructor(
    "tag:yaml.org,2002:float",
    lambda _, node: float(node.value) if "." in node.value else int(node.value),
)


def documents(text: str) -> list[Any]:
    return list(yaml.load_all(text, Loader=Editor))


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_samples_are_valid(sample: Path) -> None:
    for document in documents(sample.read_text("utf-8")):
        for schema in (json_schema(), json_schema(Kind(document["kind"]))):
            assert valid(document, schema, schema)


CASE = 'kind: case\nid: A\ncampaign: C\nemployee: {iin: "850314390019", surname: Ли}\n'


@pytest.mark.parametrize(
    "more",
    [
        "x: 1",
        "withdrawn_on: 2025-1-5",
        "withdrawn_on: [2025-10-16]",
        "sheet: {sealed: yes}",
        "sheet: {seal: true}",
        "overrides: {paragraph: 11}",
        "disagreement: {items: [6]}",
        "disagreement: {items: 2}",
        "own_security: {result: ok}",
        "studies: {psychological: {internal_investigation: жоқ}}",
        "studies: {polygraph: {planned_at: 9.30}}",
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(more: str) -> None:
    text = CASE + more
    assert read_stream(text.encode(), "a").errors
    for schema in (json_schema(), json_schema(Kind.CASE)):
        assert not valid(documents(text)[0], schema, schema)


@pytest.mark.parametrize(
    "more",
    [
        "",
        "withdrawn_on: 16.10.2025",
        "withdrawn_on:",
        "sheet: ~",
        "sheet: {sealed: ИӘ, other: 5}",
        "sheet: {sealed: true}",
        "report: {registered: 214}",
        "overrides: [{paragraph: 7.2}, {paragraph: '3.10'}]",
        "overrides: [{paragraph: 11}, ]",
        "disagreement: {items: [1, '5'], attachments: 0}",
        "studies: {polygraph: {planned_at: 09:30, internal_investigation: нет}}",
    ],
)
def test_the_schema_takes_what_the_reader_takes(more: str) -> None:
    text = CASE + more
    assert read_stream(text.encode(), "a").errors == ()
    for schema in (json_schema(), json_schema(Kind.CASE)):
        assert valid(documents(text)[0], schema, schema)


def test_only_what_the_contract_requires_is_required() -> None:
    assert json_schema(Kind.CAMPAIGN)["required"] == ["kind", "id"]
    assert json_schema(Kind.CASE)["required"] == ["kind", "id", "campaign", "employee"]
    assert json_schema(Kind.SITTING)["required"] == ["kind", "id", "commission"]
    assert json_schema()["required"] == ["kind"]


def test_the_kind_chooses_the_schema() -> None:
    schema = json_schema()
    assert valid({"kind": "campaign", "id": "A"}, schema, schema)
    assert not valid({"kind": "case", "id": "A"}, schema, schema)
    assert not valid({"kind": "іс", "id": "A"}, schema, schema)


def described(schema: dict[str, Any], path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, inner in schema.get("properties", {}).items():
        yield f"{path}.{name}", inner
        yield from described(inner, f"{path}.{name}")
        yield from described(inner.get("items", {}), f"{path}.{name}")


@pytest.mark.parametrize("kind", list(Kind))
def test_every_field_is_explained_in_kazakh(kind: Kind) -> None:
    found = list(described(json_schema(kind), kind.value))
    assert len(found) > 10
    for path, inner in found:
        assert KAZAKH.search(inner["title"]), path
        assert inner["description"].startswith(inner["title"]), path
