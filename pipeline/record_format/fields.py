"""The fields of the record format, read off the dataclasses: what each may hold, whether it must be there.

One walk over pipeline/domain/records.py serves reading, the JSON Schema and the blank records, so that a
field added there is known here; what kind of text it holds is said there too.

config.yaml is read so too (`pipeline/config.py`); there a field says its leaf itself.

No pydantic: its models would be a third shape between tree and dataclass, its errors would have to be led
back to their places, and every leaf would still be ours, since its types take more than the format allows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date, time
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Final, Union, get_args, get_origin, get_type_hints

from pipeline.domain import records as r
from pipeline.domain.texts import Text
from pipeline.record_format import leaves
from pipeline.record_format.leaves import Leaf

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of values or of groups."""

    item: Shape


@dataclass(frozen=True, slots=True)
class Keyed:
    """Values by a name HR chooses: the votes by member id."""

    key: Leaf
    value: Leaf


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that belong together; `make` builds their dataclass."""

    make: Callable[..., object]
    fields: Mapping[str, Field]


Shape = Leaf | Listed | Keyed | Group


@dataclass(frozen=True, slots=True)
class Field:
    """A named place in a group."""

    name: str
    shape: Shape
    required: bool


def leaf_of(shape: Shape) -> Leaf | None:
    """The kind of value in the end: of a list, that of its items; None for a group."""
    match shape:
        case Leaf():
            return shape
        case Listed():
            return leaf_of(shape.item)
        case Keyed():
            return shape.value
        case Group():
            return None


RECORD_TYPES: Final[Mapping[r.Kind, type]] = {
    r.Kind.CAMPAIGN: r.Campaign,
    r.Kind.COMMISSION: r.Commission,
    r.Kind.CASE: r.Case,
    r.Kind.SITTING: r.Sitting,
}

_TEXTS: Final[Mapping[Text, Leaf]] = {
    Text.PROSE: leaves.PROSE,
    Text.RANK: leaves.RANK,
    Text.CODE: leaves.CODE,
    Text.VERBATIM: leaves.VERBATIM,
    Text.FILE_NAME: leaves.FILE_NAME,
    Text.SHA256: leaves.SHA256,
    Text.IIN: leaves.IIN,
    Text.PARAGRAPH: leaves.PARAGRAPH,
}
_INTEGERS: Final[Mapping[tuple[type, str], Leaf]] = {
    (r.Disagreement, "items"): leaves.integer(1, 5),  # the five items of Annex 2
    (r.Disagreement, "attachments"): leaves.integer(0, leaves.MOST_ATTACHMENTS),
}
# The studies share a type; only the polygraph can be part of an internal investigation (¶8).
_NOT_THERE: Final = frozenset({"studies.psychological.internal_investigation"})

_SIMPLE: Final[Mapping[type, Leaf]] = {date: leaves.DATE, time: leaves.TIME, bool: leaves.BOOLEAN}


def _leaf(owner: type, name: str, hint: Any) -> Leaf:
    """Of a text the kind that the field says (`domain/texts.py`): a field that says none is no field."""
    if get_origin(hint) is Annotated:
        (kind,) = hint.__metadata__
        return kind if isinstance(kind, Leaf) else _TEXTS[kind]
    if hint is int:
        return _INTEGERS[owner, name]
    if hint is str:
        raise TypeError(f"{owner.__name__}.{name} does not say what kind of text it holds")
    if issubclass(hint, StrEnum):
        return leaves.choice(hint)
    return _SIMPLE[hint]


def _shape(owner: type, name: str, hint: Any, path: str) -> Shape:
    if isinstance(hint, UnionType) or get_origin(hint) is Union:
        (hint,) = (part for part in get_args(hint) if part is not NoneType)
    origin = get_origin(hint)
    if origin is tuple:
        return Listed(_shape(owner, name, get_args(hint)[0], path))
    if origin is Mapping:
        key, value = get_args(hint)
        return Keyed(_leaf(owner, name, key), _leaf(owner, name, value))
    return _group(hint, path) if hasattr(hint, "__dataclass_fields__") else _leaf(owner, name, hint)


def _group(owner: type, path: str = "") -> Group:
    hints = get_type_hints(owner, include_extras=True)
    found = {}
    for field in fields(owner):
        child = f"{path}.{field.name}" if path else field.name
        if child not in _NOT_THERE:
            shape = _shape(owner, field.name, hints[field.name], child)
            required = field.default is MISSING and field.default_factory is MISSING
            found[field.name] = Field(field.name, shape, required)
    return Group(owner, found)


@cache
def group_of(owner: type) -> Group:
    """The fields of a dataclass that is read from YAML."""
    return _group(owner)


def fields_of(kind: r.Kind) -> Group:
    """The fields of a record; read off when a record of that kind is first read."""
    return group_of(RECORD_TYPES[kind])
