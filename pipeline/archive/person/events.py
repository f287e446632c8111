"""events.jsonl: what happened to an object, by the event types of PREMIS 3.0; one JSON line an event.

Every version but those of before this file adds the events that made it; earlier lines stay as they are. The
last line of a version names the entry of the audit chain that told of it: the archive bears witness for the
chain.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from pipeline.archive.audit.entry import AuditHead
from pipeline.archive.ocfl.storage_root import OcflObject
from pipeline.archive.person.content import EVENTS, RECORD, SIGNED, read_as_ours


class EventType(StrEnum):
    """Of the Library of Congress's vocabulary http://id.loc.gov/vocabulary/preservation/eventType."""

    INGESTION = "ingestion"
    CREATION = "creation"
    SIGNATURE_GENERATION = "digital signature generation"
    DIGEST_CALCULATION = "message digest calculation"
    MODIFICATION = "modification"
    METADATA_MODIFICATION = "metadata modification"
    DEACCESSION = "deaccession"
    DELETION = "deletion"
    MERGING = "information package merging"
    TRANSFER = "transfer"


@dataclass(frozen=True, slots=True)
class ObjectEvent:
    """One event: the paths it concerns, and words about it, where the paths do not say all."""

    type: EventType
    paths: tuple[str, ...] = ()
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """The entry of an audit chain; the chain is named by the first digits of its first entry's SHA-256."""

    chain: str
    head: AuditHead


@dataclass(frozen=True, slots=True)
class FiledEvent:
    """An event as it stands in events.jsonl; `told` in the last one of a version."""

    type: str
    version: str
    at: datetime
    agent: str
    paths: tuple[str, ...]
    detail: str
    told: Told | None = None


def events_of(current: Mapping[str, str], changes: Mapping[str, bytes | None]) -> Iterator[ObjectEvent]:
    """What a version that makes these changes is: `current` is the state before it."""
    put = [path for path, data in sorted(changes.items()) if data is not None]
    papers = [path for path in put if path.endswith(".pdf") and f"/{SIGNED}" not in f"/{path}"]
    records = [path for path in put if path.rpartition("/")[2] == RECORD]
    came = [path for path in put if f"/{SIGNED}" in f"/{path}"]
    known = {*papers, *records, *came}
    for kind, paths in (
        (EventType.INGESTION, [*(p for p in records if p not in current), *came]),
        (EventType.MODIFICATION, [p for p in records if p in current]),
        (EventType.CREATION, papers),
        (EventType.SIGNATURE_GENERATION, papers),
        (EventType.METADATA_MODIFICATION, [p for p in put if p not in known]),
        (EventType.DEACCESSION, [path for path, data in sorted(changes.items()) if data is None]),
    ):
        if paths:
            yield ObjectEvent(kind, tuple(paths))


def appended(
    before: bytes,
    events: Iterable[ObjectEvent],
    *,
    version: str,
    at: datetime,
    agent: str,
    detail: str,
    told: Told,
) -> bytes:
    """events.jsonl with the events of one more version. `detail` is said of each that says nothing itself.

    The SHA-512 that the inventory holds of every file is an event too, the last one of the version.
    """
    lines: list[dict[str, object]] = [
        {
            "eventType": str(event.type),
            "eventDateTime": at.isoformat(timespec="seconds"),
            "eventDetail": event.detail or detail,
            "linkingAgent": agent,
            "linkingObjects": list(event.paths),
            "version": version,
        }
        for event in (*events, ObjectEvent(EventType.DIGEST_CALCULATION, detail="SHA-512: inventory.json"))
    ]
    head = told.head
    lines[-1]["audit"] = {"chain": told.chain, "number": head.number, "sha256": head.sha256}
    return before + b"".join(f"{json.dumps(one, ensure_ascii=False)}\n".encode() for one in lines)


def read_events(data: bytes) -> tuple[FiledEvent, ...]:
    """The events of an events.jsonl, oldest first.

    Raises:
        CorruptError: `filed_format`, it is not one of ours.
    """
    with read_as_ours(EVENTS):
        return tuple(_event(json.loads(line)) for line in data.splitlines())


def witnessed(filed: OcflObject) -> tuple[Told, ...]:
    """The entry that told of each version, oldest first; none of versions older than the file.

    Raises:
        CorruptError: `filed_format`, or the file does not verify.
    """
    if EVENTS not in filed.state:
        return ()
    return tuple(event.told for event in read_events(filed.read(EVENTS)) if event.told)


def _event(entry: Mapping[str, Any]) -> FiledEvent:
    return FiledEvent(
        type=entry["eventType"],
        version=entry["version"],
        at=datetime.fromisoformat(entry["eventDateTime"]),
        agent=entry["linkingAgent"],
        paths=tuple(entry["linkingObjects"]),
        detail=entry["eventDetail"],
        told=_told(entry["audit"]) if "audit" in entry else None,
    )


def _told(entry: Mapping[str, Any]) -> Told:
    return Told(entry["chain"], AuditHead(entry["number"], entry["sha256"]))
