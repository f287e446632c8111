"""The archive bears witness for the audit chain: every version names the entry that told of it."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.archive.audit import AuditEvent, AuditHead, AuditLog
from pipeline.archive.events import witnessed
from pipeline.archive.ocfl import StorageRoot
from pipeline.domain.errors import CorruptError

_BROUGHT = (AuditEvent.IMPORT, AuditEvent.RESTORE)


@dataclass(frozen=True, slots=True)
class Witnesses:
    """What the archive says of a chain.

    `heads`: entries of this chain and the object that names each. `strangers`: objects whose versions name
    another chain though no import or restore brought them: this chain was begun anew.
    """

    heads: dict[AuditHead, str]
    strangers: tuple[str, ...]


def witnesses(root: StorageRoot, log: AuditLog) -> Witnesses:
    """All that the objects say. One that cannot be read says nothing here: `jeke verify` names it.

    Raises:
        MachineError: the disk refused.
    """
    own = log.chain()
    heads: dict[AuditHead, str] = {}
    strangers: set[str] = set()
    for object_id in root.object_ids():
        try:
            filed = root.get(object_id)
            named = witnessed(filed) if filed else ()
        except CorruptError:
            continue
        heads |= {told.head: object_id for told in named if told.chain == own}
        if any(told.chain != own for told in named):
            strangers.add(object_id)
    if strangers:
        strangers -= {o for entry in log.entries() if entry.event in _BROUGHT for o in entry.objects}
    return Witnesses(heads, tuple(sorted(strangers)))
