"""Examples of the order, as a lawyer writes them: a lawful base stream and a small difference.

A file of tests/law/records is named for its paragraph and holds one YAML document per example:

    lawful | unlawful: its title in Kazakh
    code:    lawful only: the codes that must not be said
    change:  dotted path, from the record's kind or id, to its new value; null takes the field away
    add:     whole records beside those of the base
    former:  changes that the filed revisions have, where the records of the stream are dropped again; a list
             of such, the newest first, where there are several
    on:      day of judging, default 2025-12-01
    readings: settings, as in config.yaml
    expect:  unlawful only: code: [severity, record, path]; a list of such lists where it is said twice
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml

from pipeline.domain.findings import Judgement
from pipeline.domain.records import Case, Record, Ref
from pipeline.intake.workdays import load_calendar
from pipeline.law.docket import Docket, Former
from pipeline.law.judging import judge
from pipeline.law.readings import Readings, StudiesReading
from pipeline.record_format.reader import read_stream

HERE = Path(__file__).parent / "records"
ON = date(2025, 12, 1)
CALENDAR = load_calendar(None)


@dataclass(frozen=True)
class Example:
    """One document of one file."""

    paragraph: str
    title: str
    lawful: bool
    codes: tuple[str, ...]
    document: dict[str, Any]

    @property
    def name(self) -> str:
        """ASCII, for pytest prints no other; the title is shown where a test fails."""
        return f"paragraph-{self.paragraph}-{'lawful' if self.lawful else 'unlawful'}-{self.codes[0]}"

    @cached_property
    def records(self) -> tuple[Record, ...]:
        return stream(self.document.get("change"), self.document.get("add"))

    @cached_property
    def judgement(self) -> Judgement:
        on = self.document.get("on")
        said = self.document.get("former")
        former = None if said is None else _filed([said] if isinstance(said, dict) else said)
        return judge(
            Docket(self.records, former), CALENDAR, self._readings(), date.fromisoformat(on) if on else ON
        )

    def _readings(self) -> Readings:
        said = self.document.get("readings") or {}
        return Readings(
            studies=StudiesReading(said.get("studies", "both_required")),
            strict_full_days=said.get("strict_full_days") == "true",
            recording_retention_years=int(said.get("recording_retention_years", 1)),
            last_analysis_on=date.fromisoformat(said["last_analysis_on"])
            if "last_analysis_on" in said
            else None,
        )

    def expected(self) -> set[tuple[str, str, str, str]]:
        """Code, severity, record and path of every finding the example names."""
        found = set()
        for code, said in self.document["expect"].items():
            for severity, record, path in said if isinstance(said[0], list) else [said]:
                found.add((code, severity, record, path))
        return found


def _filed(changes: list[dict[str, Any]]) -> dict[Ref, Former]:
    streams = [stream(change) for change in changes]
    return {
        records[0].ref: Former(records[0], tuple(r for r in records if isinstance(r, Case)))
        for records in zip(*streams, strict=True)
    }


@cache
def examples() -> tuple[Example, ...]:
    """All of them, by paragraph."""
    return tuple(e for file in sorted(HERE.glob("[0-9o]*.yaml")) for e in _read(file))


def stream(
    change: dict[str, Any] | None = None, add: list[dict[str, Any]] | None = None
) -> tuple[Record, ...]:
    """The base with its changes, read as HR's file is read."""
    documents = [*deepcopy(_base()), *(add or [])]
    for path, value in (change or {}).items():
        _set(documents, path, value)
    text = yaml.dump_all(documents, allow_unicode=True, sort_keys=False, Dumper=_Plain)
    read = read_stream(text.encode(), "example.yaml")
    assert not read.errors, read.errors
    return tuple(r.record for r in read.records)


@cache
def _base() -> list[dict[str, Any]]:
    return [d for d in yaml.load_all((HERE / "base.yaml").read_text(), yaml.CBaseLoader) if d]


class _Plain(yaml.CSafeDumper):
    """No anchors: the reader refuses them."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _read(file: Path) -> Iterator[Example]:
    for document in yaml.load_all(file.read_text(), yaml.CBaseLoader):  # all text, as HR's files
        if document:
            lawful = "lawful" in document
            codes = document["code"] if lawful else list(document["expect"])
            yield Example(
                paragraph=file.stem,
                title=document["lawful" if lawful else "unlawful"],
                lawful=lawful,
                codes=tuple([codes] if isinstance(codes, str) else codes),
                document=document,
            )


def _set(documents: list[dict[str, Any]], path: str, value: Any) -> None:
    head, *inner = path.split(".")
    place: Any = next(d for d in documents if head in (d["kind"], d["id"]))
    for step in inner[:-1]:
        place = place[int(step)] if isinstance(place, list) else place.setdefault(step, {})
    last: Any = int(inner[-1]) if isinstance(place, list) else inner[-1]
    if value in ("null", ""):
        del place[last]
    elif isinstance(place, list) and last == len(place):
        place.append(value)
    else:
        place[last] = value
