"""The revisions of a record, and what changed of it between two of them, field by field."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import yaml

from pipeline.archive.ocfl.storage_root import OcflObject
from pipeline.archive.person.content import EVENTS
from pipeline.archive.person.events import read_events
from pipeline.domain.errors import CorruptError, NotFoundError


@dataclass(frozen=True, slots=True)
class Revision:
    """A version of the object in which the record's text, or papers in its folder, became other."""

    version: str
    at: datetime
    agent: str
    record: bool
    papers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A field of the record by its path; None on the side where it did not stand."""

    path: str
    before: str | None
    after: str | None


def revisions_of(filed: OcflObject, path: str) -> tuple[Revision, ...]:
    """Those of the record that lies at that path of its object, oldest first."""
    agents = _agents(filed)
    folder = path.rpartition("/")[0]
    found: list[Revision] = []
    before: dict[str, str] = {}
    for info in filed.versions():
        state = filed.state_at(info.version)
        now = {each: digest for each, digest in state.items() if each.rpartition("/")[0].startswith(folder)}
        changed = [each for each in now if before.get(each) != now[each]]
        papers = tuple(sorted(each.removeprefix(f"{folder}/") for each in changed if each.endswith(".pdf")))
        if path in changed or papers:
            agent = agents.get(info.version, info.user)
            found.append(Revision(info.version, info.created, agent, path in changed, papers))
        before = now
    return tuple(found)


def changes_between(filed: OcflObject, path: str, older: str, newer: str) -> tuple[Change, ...]:
    """What the newer version's record says otherwise, by path.

    Raises:
        NotFoundError: `nothing_found`, there is no such version, or the record does not lie in it.
        CorruptError: one of them does not verify.
    """
    known = {info.version for info in filed.versions()}
    if not {older, newer} <= known or any(path not in filed.state_at(v) for v in (older, newer)):
        raise NotFoundError("nothing_found")
    before, after = (dict(_fields(filed.read(path, version))) for version in (older, newer))
    return tuple(
        Change(each, before.get(each), after.get(each))
        for each in dict.fromkeys((*before, *after))
        if before.get(each) != after.get(each)
    )


def _agents(filed: OcflObject) -> dict[str, str]:
    """Who made each version, by events.jsonl; of versions before it, the version itself says."""
    if EVENTS not in filed.state:
        return {}
    with suppress(CorruptError):
        return {event.version: event.agent for event in read_events(filed.read(EVENTS))}
    return {}


def _fields(data: bytes) -> Iterator[tuple[str, str]]:
    return _flat("", yaml.load(data, yaml.CBaseLoader))  # noqa: S506  # BaseLoader makes texts alone


def _flat(path: str, value: Any) -> Iterator[tuple[str, str]]:
    """Leaves by path: `members[2].rank`; a member of a list of named things is called by its id."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(f"{path}.{key}" if path else str(key), inner)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            name = inner.get("id") or inner.get("case") if isinstance(inner, dict) else None
            yield from _flat(f"{path}[{name or number + 1}]", inner)
    else:
        yield path, "" if value is None else str(value)
