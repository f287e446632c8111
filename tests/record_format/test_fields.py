"""The fields are those of the dataclasses; what is prose and what is not is listed here once more, on purpose."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import pytest
import yaml

from pipeline.domain import records
from pipeline.domain.records import Kind
from pipeline.record_format import fields, leaves
from pipeline.record_format.fields import Field, Group, Keyed, Listed, Shape, fields_of
from pipeline.record_format.fixed_words import understood
from pipeline.record_format.leaves import Repair

DESCRIPTIONS = Path(__file__).parents[2] / "pipeline" / "record_format" / "fields.kk.yaml"

NEVER_TOUCHED = {
    "id", "campaign", "commission", "case", "member", "present", "secretary", "signed_by", "number", "registered",
    "list_number", "order", "category", "resource", "file", "sha256", "iin", "from_iin", "paragraph", "grounds", "votes",
}  # fmt: skip


def walk(shape: Shape, path: str) -> list[tuple[str, Field]]:
    if isinstance(shape, Listed):
        return walk(shape.item, path)
    if not isinstance(shape, Group):
        return []
    found = []
    for field in shape.fields.values():
        child = f"{path}.{field.name}"
        found += [(child, field), *walk(field.shape, child)]
    return found


FIELDS = [pair for kind in Kind for pair in walk(fields_of(kind), kind.value)]


def text_leaf(shape: Shape) -> leaves.Leaf | None:
    if isinstance(shape, Listed):
        return text_leaf(shape.item)
    if isinstance(shape, Keyed):
        return shape.key
    return shape if isinstance(shape, leaves.Leaf) else None


def test_prose_is_everything_that_people_read() -> None:
    texts = {"prose", "code", "verbatim", "file_name", "sha256", "iin", "from_iin", "paragraph"}
    for path, field in FIELDS:
        leaf = text_leaf(field.shape)
        if leaf and leaf.name in texts:
            name = path.rpartition(".")[2]
            assert (leaf.repair is Repair.LETTERS) is (name not in NEVER_TOUCHED), path


def test_a_text_that_does_not_say_its_kind_is_no_field() -> None:
    @dataclass(frozen=True)
    class New:
        note: str

    with pytest.raises(TypeError, match=r"New\.note does not say"):
        fields._group(New)


def test_required_is_what_the_contract_requires() -> None:
    assert sorted(path for path, field in FIELDS if field.required) == [
        "campaign.id",
        "case.campaign",
        "case.employee",
        "case.employee.iin",
        "case.employee.surname",
        "case.id",
        "commission.id",
        "commission.members.id",
        "sitting.absent.member",
        "sitting.candidates.case",
        "sitting.commission",
        "sitting.id",
    ]


def test_the_polygraph_alone_can_belong_to_an_investigation() -> None:
    paths = [path for path, _ in FIELDS if path.endswith("internal_investigation")]
    assert paths == ["case.studies.polygraph.internal_investigation"]


def test_descriptions_are_of_these_fields_and_no_others() -> None:
    described = set(yaml.safe_load(DESCRIPTIONS.read_text("utf-8"))["fields"])
    records = {kind.value for kind in Kind} | {f"{kind.value}.kind" for kind in Kind}
    assert described == {path for path, _ in FIELDS} | records


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_what_is_shown_of_a_list_may_be_written(language: str) -> None:
    """The words beside each of a closed list are understood as they are shown, but for brackets behind them."""
    texts = yaml.safe_load(DESCRIPTIONS.with_name(f"fields.{language}.yaml").read_text("utf-8"))
    for name, shown in texts["choices"].items():
        words: type[StrEnum] = getattr(records, name)
        for word, text in shown.items():
            written = re.sub(r"\s*\([^)]*\)", "", str(text)).strip()
            assert understood(words, written) == word, written
