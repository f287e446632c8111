"""What the audit chain says was filed, against what the archive holds: objects and versions that are gone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from pipeline.archive.audit.log import AuditEvent, AuditLog
from pipeline.archive.ocfl.storage_root import StorageRoot
from pipeline.archive.ocfl.verify import Problem
from pipeline.domain.errors import JekeError
from pipeline.flow.casefile.pending import Pending, pending

_VERSION: Final = re.compile(r"v([1-9][0-9]*)")
_GIVEN_OUT: Final = frozenset({AuditEvent.VIEW, AuditEvent.TAKE_OUT, AuditEvent.PRINT, AuditEvent.EXPORT})
"""Entries that may name a version and make none."""
_UNSURE: Final = frozenset({AuditEvent.FILING, AuditEvent.MERGE, AuditEvent.WITHDRAWAL})


def lost_versions(root: StorageRoot, log: AuditLog, state: Path) -> Iterator[Problem]:
    """Objects that are not there (`object-missing`) or not as new as the chain says (`object-older`).

    Nor is a version there that the chain was told of twice (`version-replaced`): the archive had gone back
    before the second, which stands now where the first stood.

    Nothing that is filed is ever taken out of the archive, a withdrawn case and a joined file neither.

    Raises:
        MachineError: `audit_unreadable`, `state_unusable`.
    """
    for object_id, number in sorted(replaced_versions(log)):
        yield Problem("version-replaced", object_id, "", f"v{number}")
    told = told_versions(log)
    for object_id, newest in sorted(told.items()):
        under_way = pending(state)  # asked before the archive: what is no longer noted is on the disk
        head = _head(root, object_id)
        if head is None or newest <= head or under_way == Pending(object_id, newest):
            continue
        yield Problem("object-older" if head else "object-missing", object_id, "", f"v{newest}")


def told_versions(log: AuditLog) -> dict[str, int]:
    """The newest version of each object that the chain says was filed and not that it was not done.

    Version 0.2.0 did not tell what a kill had cut short: of its last entry about an object, only what was
    written before is sure, and what the archive held when the place was given its identity.

    Raises:
        MachineError: `audit_unreadable`.
    """
    told: dict[str, int] = {}
    unsure: dict[str, int] = {}
    of_a_place = False
    for entry in log.entries():
        of_a_place = of_a_place or entry.event == AuditEvent.PLACE
        if entry.event == AuditEvent.PLACE:
            told |= {object_id: max(told.get(object_id, 0), 1) for object_id in entry.objects}
        version = _VERSION.fullmatch(str(entry.detail.get("version", "")))
        if version is None or entry.event in _GIVEN_OUT:
            continue
        number = int(version[1])
        for object_id in entry.objects:
            if entry.event == AuditEvent.NOT_DONE:
                told[object_id] = min(told.get(object_id, 0), number - 1)
            elif of_a_place:
                told[object_id] = max(told.get(object_id, 0), number)
            elif entry.event in _UNSURE:
                before = max(unsure.get(object_id, 0), number)
                unsure[object_id] = before
                told[object_id] = max(told.get(object_id, 0), before - 1)
    return {object_id: number for object_id, number in told.items() if number}


def replaced_versions(log: AuditLog) -> frozenset[tuple[str, int]]:
    """Versions that the chain says were filed again, and not that they were not done the first time.

    Asked of places with an identity only: version 0.2.0 did not tell what a kill had cut short.

    Raises:
        MachineError: `audit_unreadable`.
    """
    newest: dict[str, int] = {}
    replaced: set[tuple[str, int]] = set()
    of_a_place = False
    for entry in log.entries():
        of_a_place = of_a_place or entry.event == AuditEvent.PLACE
        version = _VERSION.fullmatch(str(entry.detail.get("version", "")))
        if version is None or entry.event in _GIVEN_OUT or not of_a_place:
            continue
        number = int(version[1])
        for object_id in entry.objects:
            if entry.event == AuditEvent.NOT_DONE:
                newest[object_id] = number - 1
                continue
            if number <= newest.get(object_id, 0) and entry.event != AuditEvent.IMPORT:
                replaced.add((object_id, number))
            newest[object_id] = number
    return frozenset(replaced)


def _head(root: StorageRoot, object_id: str) -> int | None:
    """0 where there is no such object; None where it does not read, which is named elsewhere."""
    with suppress(JekeError, ValueError):
        filed = root.get(object_id)
        return int(filed.head[1:]) if filed else 0
    return None
