"""A file of records that was held up: what people did about its records after they dropped it stands.

Held up by a fault of the machine, by a missing record or by a folder closed to the service, it comes to its
turn behind later ones. It is not filed over them, nor in part: it goes back whole, and people say which of
the two is meant.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.domain.records import Record, Ref
from pipeline.flow.ingest.endings import SUPERSEDED, filed_by
from pipeline.flow.outcomes.results import Note
from pipeline.flow.site.opening import record_in_force
from pipeline.flow.site.workplace import Workplace
from pipeline.intake.claim import Claimed
from pipeline.intake.journal import FILED, Journal


@dataclass(frozen=True, slots=True)
class Superseded:
    """What HR are told; `partly`: the file itself had filed some of its records before it was held up."""

    notes: tuple[Note, ...]
    partly: bool


def superseded(
    place: Workplace, journal: Journal, claimed: Claimed, records: Sequence[Record]
) -> Superseded | None:
    """Why the file is not to be filed; None where nothing was done since that says otherwise than it.

    Raises:
        JekeError: the machine is at fault.
    """
    since = {
        **_withdrawn_since(place, journal, claimed.drop_id),
        **_filed_since(place, journal, claimed, records),
    }
    gone = {r.ref: since[r.ref] for r in records if r.ref in since and in_force(place, r.ref) != r}
    if not gone:
        return None
    notes = [
        Note(note.code, {**note.params, "records": ", ".join(ref.id for ref in gone if gone[ref] is note)})
        for note in {id(note): note for note in gone.values()}.values()
    ]
    own = filed_by(place, journal, claimed.drop_id, claimed.sha256)
    others = [r for r in records if r.ref not in gone]
    filed = [r.ref.id for r in others if r.ref.id in own]
    rest = [r.ref.id for r in others if r.ref.id not in own and in_force(place, r.ref) != r]
    if rest:
        notes.append(Note("superseded_rest", {"records": ", ".join(rest)}))
    if filed:
        notes.append(Note("filed_before_fault", {"records": ", ".join(filed)}))
    return Superseded(tuple(notes), bool(filed))


def in_force(place: Workplace, ref: Ref) -> Record | None:
    """The record as it stands in the archive; None where it is not filed, or withdrawn."""
    return record_in_force(place.root, place.index, ref)


def _filed_since(
    place: Workplace, journal: Journal, claimed: Claimed, records: Sequence[Record]
) -> Mapping[Ref, Note]:
    """The newest drop after this one that filed each record; one cut short counts as far as it came."""
    notes: dict[str, Note] = {}
    found: dict[Ref, Note] = {}
    for ref in (record.ref for record in records):
        for drop in journal.brought_later(claimed.drop_id, str(ref.kind), ref.id):
            if drop.state in FILED or ref.id in filed_by(place, journal, drop.id, drop.sha256 or ""):
                on = (drop.ended_at or place.clock()).date()
                found[ref] = notes.setdefault(drop.id, Note(SUPERSEDED, {"file": drop.name, "on": on}))
                break
    return found


def _withdrawn_since(place: Workplace, journal: Journal, drop_id: str) -> Mapping[Ref, Note]:
    """The records that people have withdrawn since the file was dropped."""
    drop = journal.drop(drop_id)
    dropped = drop if drop.bundle is None else journal.drop(drop.bundle)
    return {
        gone.record: Note("superseded_withdrawn", {"by": gone.correction.by, "on": gone.correction.at.date()})
        for gone in place.index.withdrawn()
        if gone.correction.at > dropped.claimed_at
    }
