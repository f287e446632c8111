"""Standings and deadlines as the index keeps them: plain JSON of their dataclasses, read back by their types.

No pydantic: to load it takes longer than all else that `jeke status` does.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Mapping
from dataclasses import asdict, fields
from datetime import date
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")
_Read = Callable[[Any], Any]


def to_json(value: Any) -> str:
    """A frozen dataclass of plain values, days, words of lists, tuples and others of its kind."""
    return json.dumps(asdict(value), ensure_ascii=False, separators=(",", ":"), default=date.isoformat)


def from_json(kind: type[T], text: str) -> T:
    """What `to_json` wrote."""
    read: T = _reader(cast("Hashable", kind))(json.loads(text))
    return read


@cache
def _reader(hint: Any) -> _Read:
    """Made once of each type, since a list of deadlines holds thousands."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return _either([_reader(each) for each in inner if each is not NoneType])
    if origin is tuple:
        return _many(_reader(inner[0])) if inner[-1] is ... else _row([_reader(each) for each in inner])
    if origin is Mapping:
        return _named(_reader(inner[1]))
    if hint is date:
        return date.fromisoformat
    if hasattr(hint, "__dataclass_fields__"):
        return _group(hint)
    return hint if issubclass(hint, StrEnum) else _plain


def _group(owner: type) -> _Read:
    hints = get_type_hints(owner)
    reads = [(field.name, _reader(hints[field.name])) for field in fields(owner)]
    return lambda told: owner(**{name: read(told[name]) for name, read in reads})


def _either(reads: list[_Read]) -> _Read:
    """A value or none; of a message's values, which may be one of several kinds, the lists are tuples."""
    if len(reads) > 1:
        return lambda told: tuple(told) if isinstance(told, list) else told
    return lambda told: None if told is None else reads[0](told)


def _many(read: _Read) -> _Read:
    return lambda told: tuple(map(read, told))


def _row(reads: list[_Read]) -> _Read:
    return lambda told: tuple(read(each) for read, each in zip(reads, told, strict=True))


def _named(read: _Read) -> _Read:
    return lambda told: {name: read(each) for name, each in told.items()}


def _plain(told: Any) -> Any:
    return told
