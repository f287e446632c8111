"""The archive bears witness for the audit chain: every version names the entry that told of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipeline.archive.audit.log import AuditEntry, AuditEvent, AuditHead, AuditLog
from pipeline.archive.ocfl.storage_root import StorageRoot
from pipeline.archive.ocfl.verify import Problem
from pipeline.archive.person.events import Told, witnessed
from pipeline.domain.errors import CorruptError
from pipeline.flow.maintenance.head_sealing import proven_heads
from pipeline.flow.site.identity import known
from pipeline.flow.site.places import Places

_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Witnesses:
    """What the archive says of a chain.

    `heads`: entries of this chain and the object or the sealed head that names each. `strangers`: objects
    whose versions name another chain, further than any entry of this one says that they came from it: this
    chain was begun anew. `problems`: what is wrong with the sealed heads.
    """

    heads: dict[AuditHead, str]
    strangers: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class _Former:
    """Up to where another chain is excused; without a head, as version 0.2.0 told of imports, wholly."""

    chain: str = ""
    number: int = 0

    def covers(self, told: Told) -> bool:
        return not self.chain or (told.chain == self.chain and told.head.number <= self.number)


def witnesses(places: Places, log: AuditLog, roots: Iterable[bytes]) -> Witnesses:
    """All that the objects and the heads sealed by these authorities (DER) say.

    An object that cannot be read says nothing here: `jeke verify` names it.

    Raises:
        MachineError: the disk refused.
    """
    root, own = StorageRoot(places.archive), log.chain()
    heads, problems = proven_heads(places, log, roots)
    foreign: dict[str, tuple[Told, ...]] = {}
    for object_id in root.object_ids():
        try:
            filed = root.get(object_id)
            named = witnessed(filed) if filed else ()
        except CorruptError:
            continue
        heads |= {told.head: object_id for told in named if told.chain == own}
        if others := tuple(told for told in named if told.chain != own):
            foreign[object_id] = others
    excused = _excused(log.entries(), of_old=known(places) is None) if foreign else {}
    strangers = (o for o, named in foreign.items() if not _is_excused(named, excused, o))
    return Witnesses(heads, tuple(sorted(strangers)), problems)


def _is_excused(named: Iterable[Told], excused: Mapping[str, tuple[_Former, ...]], object_id: str) -> bool:
    """The last version of another chain must be one that an entry names; those before came along with it.

    An entry without objects, of a chain begun anew on purpose, speaks for all of them.
    """
    last = tuple(named)[-1]
    return any(former.covers(last) for former in (*excused.get(object_id, ()), *excused.get("", ())))


def _excused(entries: Iterable[AuditEntry], *, of_old: bool) -> dict[str, tuple[_Former, ...]]:
    """By object, what this chain says of former ones.

    Imports of version 0.2.0 named no head: they count before the entry that gave the place its identity, or,
    `of_old`, where it has none yet.
    """
    found: dict[str, tuple[_Former, ...]] = {}
    old: list[str] = []
    for entry in entries:
        if entry.event == AuditEvent.PLACE:
            found |= {object_id: (_Former(),) for object_id in old}
            old = []
        former = _former(entry)
        if former is not None:
            for object_id in entry.objects or ("",):
                found[object_id] = (*found.get(object_id, ()), former)
        elif entry.event == AuditEvent.IMPORT:
            old += entry.objects
    return found | ({object_id: (_Former(),) for object_id in old} if of_old else {})


def _former(entry: AuditEntry) -> _Former | None:
    chain, number = entry.detail.get("former_chain"), entry.detail.get("former_number")
    whole = _DIGEST.fullmatch(str(entry.detail.get("former_sha256", "")))
    if entry.event not in {AuditEvent.IMPORT, AuditEvent.BEGUN_ANEW} or not whole:
        return None
    return _Former(chain, number) if isinstance(chain, str) and chain and isinstance(number, int) else None
