"""Which records' standing an object's new version touches: cache invalidation of the `standing` table.

How a case stands follows from more than its own record: its campaign, the sittings that name it with their
commissions and members, and the same person's other cases. Whatever changes one of them notes the case in
`stale`, in the same transaction.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager

from pipeline.archive.index.store import Store
from pipeline.domain.records import Kind, Ref


@contextmanager
def changing(store: Store, object_id: str) -> Iterator[None]:
    """Around replacing what the index knows of an object, within the caller's transaction.

    A record that stays as it is touches no other one's standing, but for a sitting's papers: who is to sign
    them belongs to its candidates' cases.
    """
    before = _known(store, object_id)
    around = {ref: _touched(store, [ref]) for ref in before}
    yield
    after = _known(store, object_id)
    changed = {ref for ref in {*before, *after} if before.get(ref) != after.get(ref)}
    touched = {*before, *after} | _touched(store, changed)
    touched |= {other for ref in changed for other in around.get(ref, ())}
    touched |= _candidates(store, _ids(Kind.SITTING, {*before, *after} - changed))
    mark(store, touched)


def mark(store: Store, refs: Iterable[Ref]) -> None:
    """Notes that these are to be judged anew."""
    store.run("UPDATE basis SET marks = marks + 1")
    store.many(
        "INSERT OR REPLACE INTO stale SELECT ?, ?, marks FROM basis", [(str(r.kind), r.id) for r in refs]
    )


def mark_all(store: Store) -> None:
    """Notes that every record is to be judged anew."""
    store.run("UPDATE basis SET marks = marks + 1")
    store.run("INSERT OR REPLACE INTO stale SELECT kind, id, marks FROM records, basis")


def _known(store: Store, object_id: str) -> dict[Ref, tuple[str, str | None, str | None]]:
    """The object's records: the digest of each, and of a case by which IIN and name it counts."""
    rows = store.rows(
        "SELECT r.kind, r.id, r.sha512, c.iin, c.name_key FROM objects AS o"
        " JOIN records AS r ON r.object = o.key LEFT JOIN cases AS c ON r.kind = 'case' AND c.id = r.id"
        " WHERE object_id = ?",
        (object_id,),
    )
    return {Ref(Kind(kind), record_id): tuple(known) for kind, record_id, *known in rows}


def _touched(store: Store, changed: Collection[Ref]) -> set[Ref]:
    """The records whose standing follows from these, by the links the index knows now."""
    campaigns, commissions = _ids(Kind.CAMPAIGN, changed), _ids(Kind.COMMISSION, changed)
    cases, sittings = _ids(Kind.CASE, changed), _ids(Kind.SITTING, changed)
    touched: set[Ref] = set()
    if campaigns:
        touched |= _refs(Kind.CAMPAIGN, store.texts("SELECT id FROM records WHERE kind = 'campaign'"))
        cases |= set(_texts(store, "SELECT id FROM cases WHERE campaign IN ({})", campaigns))
    sittings |= set(_texts(store, "SELECT id FROM sittings WHERE commission IN ({})", commissions))
    sittings |= set(_texts(store, _SITTINGS_WITH_MEMBER, cases))
    commissions |= set(_texts(store, "SELECT commission FROM sittings WHERE id IN ({})", sittings))
    cases |= {ref.id for ref in _candidates(store, sittings)}
    cases |= set(_texts(store, _SAME_PERSON, cases))
    touched |= _refs(Kind.CASE, cases) | _refs(Kind.SITTING, sittings)
    return touched | _refs(Kind.COMMISSION, commissions)


_SITTINGS_WITH_MEMBER = (
    "SELECT s.id FROM cases AS c JOIN members AS m ON m.iin = c.iin OR m.name_key = c.name_key"
    " JOIN sittings AS s ON s.commission = m.commission WHERE c.id IN ({})"
)
"""¶23: the sittings of the commissions that somebody attested is a member of."""

_SAME_PERSON = (
    "SELECT o.id FROM cases AS c JOIN cases AS o ON o.iin = c.iin OR o.object = c.object WHERE c.id IN ({})"
)
"""¶4, 8: earlier attestations and studies count."""


def _candidates(store: Store, sittings: Collection[str]) -> set[Ref]:
    found = _texts(store, "SELECT case_id FROM candidates WHERE sitting IN ({})", sittings)
    return _refs(Kind.CASE, found)


def _texts(store: Store, sql: str, ids: Collection[str]) -> tuple[str, ...]:
    if not ids:
        return ()
    return store.texts(sql.format("SELECT value FROM json_each(?)"), (json.dumps(sorted(ids)),))


def _refs(kind: Kind, ids: Iterable[str]) -> set[Ref]:
    return {Ref(kind, record_id) for record_id in ids}


def _ids(kind: Kind, refs: Iterable[Ref]) -> set[str]:
    return {ref.id for ref in refs if ref.kind is kind}
