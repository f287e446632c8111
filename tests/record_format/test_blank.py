"""A blank record reads back as it is, once the fields that must be there are filled."""

from __future__ import annotations

import re

import pytest

from pipeline.domain.records import Kind
from pipeline.record_format.blank import blank_record
from pipeline.record_format.descriptions import describe, explain, meanings
from pipeline.record_format.fields import Group, Listed, Shape, fields_of, leaf_of
from pipeline.record_format.reader import read_stream

REQUIRED = {
    Kind.CAMPAIGN: {"id": "C"},
    Kind.COMMISSION: {"id": "K"},
    Kind.CASE: {"id": "A", "campaign": "C", "iin": '"850314390019"', "surname": "Ли"},
    Kind.SITTING: {"id": "S", "commission": "K"},
}


def filled(kind: Kind) -> str:
    text = blank_record(kind)
    for name, value in REQUIRED[kind].items():
        text, count = re.subn(rf"(?m)^( *{name}:) *(?=#|$)", rf"\1 {value} ", text, count=1)
        assert count == 1
    return text


@pytest.mark.parametrize("kind", list(Kind))
def test_only_the_required_fields_are_wanting(kind: Kind) -> None:
    errors = read_stream(blank_record(kind).encode(), "a").errors
    assert {error.code for error in errors} == {"missing"}
    assert all("МІНДЕТТІ. " in error.line_text for error in errors if error.params["field"] != "id")
    assert blank_record(kind).count("МІНДЕТТІ. ") >= len(REQUIRED[kind])
    wanting = {str(error.params["field"]).rpartition(".")[2] for error in errors}
    assert wanting == set(REQUIRED[kind])


@pytest.mark.parametrize("kind", list(Kind))
def test_filled_it_is_the_record_of_nothing_else(kind: Kind) -> None:
    blank = read_stream(filled(kind).encode(), "a")
    assert blank.errors == ()
    values = dict(REQUIRED[kind])
    least = f"kind: {kind.value}\n"
    if kind is Kind.CASE:
        least += f"employee: {{iin: {values.pop('iin')}, surname: {values.pop('surname')}}}\n"
    least += "".join(f"{name}: {value}\n" for name, value in values.items())
    assert blank.records[0].record == read_stream(least.encode(), "a").records[0].record


def test_all_kinds_make_one_stream() -> None:
    assert blank_record() == "---\n".join(blank_record(kind) for kind in Kind)
    stream = "---\n".join(filled(kind) for kind in Kind)
    assert [read.record.ref.kind for read in read_stream(stream.encode(), "a").records] == list(Kind)


def every_field(shape: Shape, path: str) -> list[tuple[str, Shape]]:
    if isinstance(shape, Listed):
        return every_field(shape.item, path)
    if not isinstance(shape, Group):
        return []
    return [
        pair
        for field in shape.fields.values()
        for child in [f"{path}.{field.name}"]
        for pair in [(child, field.shape), *every_field(field.shape, child)]
    ]


@pytest.mark.parametrize("kind", list(Kind))
def test_every_field_stands_there_with_its_meaning_and_its_words(kind: Kind) -> None:
    text = blank_record(kind)
    comments = " ".join(re.sub(r"\s+", " ", text.replace("#", " ")).split())
    for path, shape in every_field(fields_of(kind), kind.value):
        assert re.search(rf"^ *(- )?{path.rpartition('.')[2]}:", text, re.MULTILINE), path
        assert describe(path).title in comments, path
        leaf = leaf_of(shape)
        if leaf and leaf.words:
            assert all(f"{word} – {meaning}" in comments for word, meaning in meanings(leaf.words).items())


def test_lines_fit_a_screen() -> None:
    assert max(map(len, blank_record().split("\n"))) <= 110


def test_paragraphs_are_named() -> None:
    assert "Баянат берілген күн (11-тармақ)" in blank_record(Kind.CASE)
    assert explain("case.report.filed_on").startswith("Баянат берілген күн (11-тармақ). ")


def test_what_nobody_described_is_an_error() -> None:
    with pytest.raises(KeyError):
        describe("case.nothing")
