"""`jeke reindex`: the index made anew from the archive, and how everything stands judged into it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from pipeline.archive.audit.actor import Actor
from pipeline.archive.audit.log import AuditEvent
from pipeline.archive.index.reindex import Rebuilt
from pipeline.archive.ocfl.storage_root import StorageRoot
from pipeline.flow.site.identity import require
from pipeline.flow.site.opening import reindex
from pipeline.flow.site.places import Places
from pipeline.flow.site.rights import require_closed
from pipeline.flow.site.workplace import Workplace
from pipeline.flow.standing.asked import standings
from pipeline.intake.instance import lock


def make_index_anew(
    places: Places, actor: Actor, opened: Callable[[], AbstractContextManager[Workplace]]
) -> Rebuilt:
    """With nobody at work there meanwhile; told to the audit chain first. `opened` opens the place of work.

    Raises:
        MachineError: `already_running`; as `require`; `place_open`; `audit_unwritable`.
    """
    require(places)
    require_closed(places)
    root = StorageRoot.open(places.archive)
    with lock(places.state):
        actor.tell(AuditEvent.REINDEX)
        rebuilt = reindex(root, places)
        with opened() as place:
            standings(place)
    return rebuilt
