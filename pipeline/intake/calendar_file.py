"""HR's calendar file: the days that differ, the week, the years somebody has confirmed.

Everything in it is read as text, so that no date, number or word surprises whoever typed it. The first thing
wrong is raised, with its line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import yaml

from pipeline.domain.calendar import CalendarDay, Week
from pipeline.domain.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

NO_BASE, LIBRARY = "none", "holidays.KZ"

_SCHEMA = "1"
_STATUS = {"off": False, "work": True}
_KEYS = ("schema", "week", "base", "base_min_version", "verified_years", "days")
_DAY_KEYS = ("status", "title", "source")
_YEAR = re.compile(r"[0-9]{4}")
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_VERSION = re.compile(r"[0-9]+(\.[0-9]+)*")


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """What one file says.

    Attributes:
        week: the body's working week.
        base: `holidays.KZ`, or `none` where this file alone counts.
        base_line: the line `base` stands on, for errors about it.
        base_min_version: oldest release of the library that may be used; empty where none is named.
        verified_years: years confirmed against the official calendar.
        days: the days named, each with title and source.
    """

    week: Week
    base: str
    base_line: int
    base_min_version: str
    verified_years: frozenset[int]
    days: Mapping[date, CalendarDay]


def read_calendar_file(file: str, content: bytes) -> CalendarFile:
    """The file's content; `file` is its name for errors.

    Raises:
        ConfigError: calendar_syntax, calendar_shape, calendar_duplicate_key, calendar_unknown_key,
            calendar_missing_key, calendar_value or calendar_six_day_base, with `file` and `line`; the last
            because the library knows the five-day week only.
    """
    return _Reader(file).read(content)


@dataclass(frozen=True, slots=True)
class _Reader:
    file: str

    def read(self, content: bytes) -> CalendarFile:
        root = self._compose(content)
        fields = self._mapping(root, _KEYS)
        self._choice(self._required(root, fields, "schema"), "schema", (_SCHEMA,))
        base_node = self._required(root, fields, "base")
        base = self._choice(base_node, "base", (NO_BASE, LIBRARY))
        week = Week(self._choice(self._required(root, fields, "week"), "week", tuple(Week)))
        if week is Week.SIX_DAY and base != NO_BASE:
            raise self._error("calendar_six_day_base", base_node)
        version = _given(fields, "base_min_version")
        return CalendarFile(
            week=week,
            base=base,
            base_min_version="" if version is None else self._matching(version, "base_min_version", _VERSION),
            base_line=_line(base_node),
            verified_years=self._years(_given(fields, "verified_years")),
            days=self._days(_given(fields, "days")),
        )

    def _compose(self, content: bytes) -> yaml.Node:
        try:
            root = yaml.compose(content, Loader=yaml.BaseLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            raise ConfigError("calendar_syntax", file=self.file, line=mark.line + 1 if mark else 1) from error
        except RecursionError as error:
            raise ConfigError("calendar_syntax", file=self.file, line=1) from error
        except yaml.reader.ReaderError as error:
            line = content[: error.position].count(b"\n") + 1
            raise ConfigError("calendar_syntax", file=self.file, line=line) from error
        if root is None:
            raise ConfigError("calendar_shape", file=self.file, line=1, key="")
        return root

    def _years(self, node: yaml.Node | None) -> frozenset[int]:
        if node is None:
            return frozenset()
        if not isinstance(node, yaml.SequenceNode):
            raise self._error("calendar_shape", node, key="verified_years")
        return frozenset(int(self._matching(item, "verified_years", _YEAR)) for item in node.value)

    def _days(self, node: yaml.Node | None) -> dict[date, CalendarDay]:
        if node is None:
            return {}
        entries = self._mapping(node, within="days.")
        return {
            self._date(key): self._day(name, entry)
            for (key, _), (name, entry) in zip(node.value, entries.items(), strict=True)
        }

    def _date(self, key: yaml.Node) -> date:
        text = self._matching(key, "days", _ISO_DATE)
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise self._error("calendar_value", key, key="days", value=text) from None

    def _day(self, name: str, node: yaml.Node) -> CalendarDay:
        fields = self._mapping(node, _DAY_KEYS, within=f"days.{name}.")
        status, title, source = (
            self._text(self._required(node, fields, key, within=f"days.{name}."), f"days.{name}.{key}")
            for key in _DAY_KEYS
        )
        if status not in _STATUS:
            raise self._error("calendar_value", fields["status"], key=f"days.{name}.status", value=status)
        return CalendarDay(working=_STATUS[status], title=title, source=source)

    def _mapping(
        self, node: yaml.Node, allowed: tuple[str, ...] = (), within: str = ""
    ) -> dict[str, yaml.Node]:
        if not isinstance(node, yaml.MappingNode):
            raise self._error("calendar_shape", node, key=within.rstrip("."))
        fields: dict[str, yaml.Node] = {}
        for key_node, value in node.value:
            key = self._text(key_node, within.rstrip("."))
            if key in fields:
                raise self._error("calendar_duplicate_key", key_node, key=within + key)
            if allowed and key not in allowed:
                raise self._error("calendar_unknown_key", key_node, key=within + key)
            fields[key] = value
        return fields

    def _required(
        self, parent: yaml.Node, fields: Mapping[str, yaml.Node], key: str, within: str = ""
    ) -> yaml.Node:
        if key not in fields:
            raise self._error("calendar_missing_key", parent, key=within + key)
        return fields[key]

    def _choice(self, node: yaml.Node, key: str, choices: tuple[str, ...]) -> str:
        text = self._text(node, key)
        if text not in choices:
            raise self._error("calendar_value", node, key=key, value=text)
        return text

    def _matching(self, node: yaml.Node, key: str, pattern: re.Pattern[str]) -> str:
        text = self._text(node, key)
        if not pattern.fullmatch(text):
            raise self._error("calendar_value", node, key=key, value=text)
        return text

    def _text(self, node: yaml.Node, key: str) -> str:
        """The scalar's text; an empty one is no value for any field of this file."""
        if not isinstance(node, yaml.ScalarNode):
            raise self._error("calendar_shape", node, key=key)
        text: str = node.value.strip()
        if not text:
            raise self._error("calendar_missing_key", node, key=key)
        return text

    def _error(self, code: str, node: yaml.Node, **params: str) -> ConfigError:
        return ConfigError(code, file=self.file, line=_line(node), **params)


def _given(fields: Mapping[str, yaml.Node], key: str) -> yaml.Node | None:
    """The field's node; None where it is not there or has no value."""
    node = fields.get(key)
    return None if isinstance(node, yaml.ScalarNode) and not node.value else node


def _line(node: yaml.Node) -> int:
    line: int = node.start_mark.line
    return line + 1
