"""One new version of one object: told to the audit chain, to the object's own events, written, indexed.

Whatever changes an object goes through here. The entry in the chain comes first: killed behind it, the act
is done anew and told anew; an object never changes without an entry.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.archive.audit.log import AuditEvent
from pipeline.archive.index.entry import entry_of
from pipeline.archive.person.content import EVENTS
from pipeline.archive.person.events import ObjectEvent, Told, appended, events_of
from pipeline.flow.casefile import pending
from pipeline.flow.site.opening import filed_record
from pipeline.flow.site.workplace import Workplace

USER = "jeke"
ADDRESS = "urn:jeke-is"


@dataclass(frozen=True, slots=True)
class Act:
    """Why an object changes: the event of the audit chain, who did it, and words for the version itself.

    `agent` is a login, or "jeke" for the service. `message` stands in the inventory and in the object's
    events; `detail` in the chain, so without names. `events` come before those that the changes tell.
    """

    message: str
    event: str = AuditEvent.FILING
    agent: str = USER
    detail: Mapping[str, str | int] = field(default_factory=dict)
    events: tuple[ObjectEvent, ...] = ()


def file_version(
    place: Workplace,
    object_id: str,
    changes: Mapping[str, bytes | None],
    act: Act,
    *,
    journalled: bool = False,
) -> str | None:
    """Files the changes as one new version and gives its name; None where there are none.

    `journalled`: the journal of drops knows that the object is about to change; else the index notes it.

    Raises:
        MachineError, CorruptError: the machine is at fault; the object is as before.
    """
    if not changes:
        return None
    filed = place.root.get(object_id)
    state = filed.state if filed else {}
    version = f"v{int(filed.head[1:]) + 1}" if filed else "v1"
    if not journalled:
        place.index.suspect(object_id)
    at = place.clock()
    pending.settle(place.places.state, place.root, place.audit, at)
    with pending.filing(place.places.state, object_id, version):
        told = place.audit.append(
            act.event, agent=act.agent, at=at, objects=[object_id], detail={**act.detail, "version": version}
        )
        events = appended(
            filed.read(EVENTS) if filed and EVENTS in state else b"",
            (*act.events, *events_of(state, changes)),
            version=version,
            at=at,
            agent=act.agent,
            detail=act.message,
            told=Told(place.audit.chain(), told.head),
        )
        written = place.root.write_version(
            object_id,
            {**changes, EVENTS: events},
            message=act.message,
            user=act.agent,
            address=ADDRESS,
            created=at,
        )
    index_object(place, object_id)
    return written


def catch_up(place: Workplace) -> None:
    """At start: what a kill left the index not knowing."""
    for object_id in place.index.suspects():
        index_object(place, object_id)


def index_object(place: Workplace, object_id: str) -> None:
    """Puts an object's newest version into the index, or takes it out where there is no such object."""
    filed = place.root.get(object_id)
    if filed is None:
        place.index.drop(object_id)
    elif place.index.head(object_id) != filed.head or object_id in place.index.suspects():
        place.index.put(entry_of(filed, filed_record, place.root.get))


def put_anew(place: Workplace, object_id: str) -> None:
    """Puts an object of the archive into the index, whatever that knows of it."""
    filed = place.root.get(object_id)
    if filed is not None:
        place.index.put(entry_of(filed, filed_record, place.root.get))


def new_id() -> str:
    """An opaque id: neither a name nor an IIN shows in a path."""
    return f"urn:uuid:{uuid.uuid4()}"
