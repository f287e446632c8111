"""The index: who and what lies where in the archive. Made of the archive alone, so it can be made again."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from pipeline.archive.index.entry import ObjectEntry, ObjectKind
from pipeline.archive.index.rows import forget, replace
from pipeline.archive.index.stale import changing
from pipeline.archive.index.store import Store
from pipeline.archive.person.content import case_folder
from pipeline.archive.person.corrections import Correction
from pipeline.archive.person.filed_documents import Document, read_document
from pipeline.archive.person.inner_list import Person
from pipeline.archive.person.recordings_register import read_entry, read_hold
from pipeline.domain.findings import DecidedBy, Decision
from pipeline.domain.recordings import Entry, Register, fold_file
from pipeline.domain.records import Kind, Ref, Vote


@dataclass(frozen=True, slots=True)
class Location:
    """Where a record lies: object and path in it."""

    object_id: str
    path: str
    sha512: str


@dataclass(frozen=True, slots=True)
class FiledDocument:
    """A document, the record it was made of and the object it lies in."""

    object_id: str
    record: Ref
    document: Document


@dataclass(frozen=True, slots=True)
class Numbered:
    """What a mark's number stands for. `superseded`: a revision that another has replaced since."""

    filed: FiledDocument
    superseded: bool


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A record that is withdrawn, and where it lies: `folder` is that of a case, else empty."""

    record: Ref
    object_id: str
    folder: str
    correction: Correction


class Index(Store):
    """Open one with `open`, make an empty one with `create`; a context manager."""

    def put(self, entry: ObjectEntry) -> None:
        """Replaces all that is known of the entry's object, in one transaction."""
        with self.transaction(), changing(self, entry.object_id):
            replace(self, entry)

    def drop(self, object_id: str) -> None:
        """Forgets an object."""
        with self.transaction(), changing(self, object_id):
            forget(self, object_id)

    def suspect(self, object_id: str) -> None:
        """Notes that the object is about to change, until it is put or dropped."""
        with self.transaction():
            self.run("INSERT OR IGNORE INTO suspects VALUES (?)", (object_id,))

    def suspects(self) -> tuple[str, ...]:
        """Objects of which a kill may have left something unknown."""
        return self.texts("SELECT object_id FROM suspects ORDER BY object_id")

    def head(self, object_id: str) -> str | None:
        """The version the index knows; None where it does not know the object."""
        found: str | None = self.value("SELECT head FROM objects WHERE object_id = ?", (object_id,))
        return found

    def object_ids(self, kind: ObjectKind | None = None) -> tuple[str, ...]:
        """All objects, or those of one kind."""
        return self.texts(
            "SELECT object_id FROM objects WHERE ?1 IS NULL OR kind = ?1 ORDER BY object_id", (kind,)
        )

    def record(self, ref: Ref) -> Location | None:
        """Where a record's newest revision lies."""
        rows = self.rows(
            "SELECT object_id, path, sha512 FROM records JOIN objects ON key = object"
            " WHERE records.kind = ? AND id = ?",
            (str(ref.kind), ref.id),
        )
        return Location(*rows[0]) if rows else None

    def object_of(self, ref: Ref) -> str | None:
        """The object a record lies in."""
        found = self.record(ref)
        return found.object_id if found else None

    def object_of_person(self, iin: str) -> str | None:
        """The personal file kept under an IIN; not one that another of that IIN was joined to."""
        found: str | None = self.value(
            "SELECT object_id FROM persons JOIN objects ON key = object WHERE iin = ? ORDER BY object_id",
            (iin,),
        )
        return found

    def objects_known_as(self, iin: str) -> tuple[str, ...]:
        """The personal files an IIN leads to: that kept under it, and those a file of it was joined to."""
        return self.texts(
            "SELECT object_id FROM objects WHERE key IN (SELECT object FROM persons WHERE iin = ?1"
            " UNION SELECT object FROM joined WHERE iin = ?1) ORDER BY object_id",
            (iin,),
        )

    def joined_to(self, object_id: str, iin: str | None = None) -> tuple[str, ...]:
        """The objects of the files joined to this one, or of those of one IIN."""
        return self.texts(
            "SELECT came_from FROM joined JOIN objects ON key = object"
            " WHERE object_id = ?1 AND (?2 IS NULL OR iin = ?2) ORDER BY 1",
            (object_id, iin),
        )

    def unfinished_joins(self) -> tuple[tuple[str, str], ...]:
        """Files that stay and files joined to them that do not say so yet: a kill came in between."""
        rows = self.rows(
            "SELECT stays.object_id, came_from FROM joined JOIN objects AS stays ON stays.key = joined.object"
            " JOIN objects AS goes ON goes.object_id = came_from JOIN persons ON persons.object = goes.key"
            " ORDER BY 1, 2"
        )
        return tuple((stays, goes) for stays, goes in rows)

    def counted_iin(self, case_id: str, iin: str) -> str:
        """The IIN that a case counts under: another than its record bears where its file was joined."""
        found: str | None = self.value(
            "SELECT p.iin FROM cases AS c JOIN persons AS p ON p.object = c.object"
            " JOIN joined AS j ON j.object = c.object WHERE c.id = ? AND j.iin = ?",
            (case_id, iin),
        )
        return found or iin

    def withdrawn(self, object_id: str | None = None) -> tuple[Withdrawn, ...]:
        """The withdrawn records, or those in an object, by id."""
        rows = self.rows(
            "SELECT withdrawn.kind, id, object_id, folder, reason, by, at FROM withdrawn"
            " JOIN objects ON key = object WHERE ?1 IS NULL OR object_id = ?1 ORDER BY id, 1, object_id",
            (object_id,),
        )
        return tuple(
            Withdrawn(
                Ref(Kind(kind), record_id),
                lies_in,
                folder,
                Correction(reason, by, datetime.fromisoformat(at)),
            )
            for kind, record_id, lies_in, folder, reason, by, at in rows
        )

    def withdrawn_of(self, ref: Ref) -> Withdrawn | None:
        """That record, where it is withdrawn and stands nowhere."""
        if self.record(ref) is not None:
            return None
        return next((w for w in self.withdrawn() if w.record == ref), None)

    def homes_of(self, case_id: str) -> tuple[str, ...]:
        """The personal files that hold revisions of a case: where it lies, was withdrawn, and lay before."""
        return self.texts(
            "SELECT object_id FROM objects WHERE key IN ("
            "SELECT object FROM records WHERE kind = 'case' AND id = ?1"
            " UNION SELECT object FROM withdrawn WHERE kind = 'case' AND id = ?1"
            " UNION SELECT object FROM departed WHERE folder = ?2) ORDER BY object_id",
            (case_id, case_folder(case_id)),
        )

    def person(self, object_id: str) -> Person | None:
        """Whose personal file an object is."""
        rows = self.rows(
            "SELECT iin, surname, given_name, patronymic FROM persons JOIN objects ON key = object"
            " WHERE object_id = ?",
            (object_id,),
        )
        return Person(*rows[0]) if rows else None

    def refs(self, kind: Kind | None = None) -> tuple[Ref, ...]:
        """Every record filed, or those of one kind, by id."""
        rows = self.rows(
            "SELECT kind, id FROM records WHERE ?1 IS NULL OR kind = ?1 ORDER BY kind, id", (kind,)
        )
        return tuple(Ref(Kind(kind), record_id) for kind, record_id in rows)

    def refs_of(self, object_id: str) -> tuple[Ref, ...]:
        """The records that lie in an object."""
        rows = self.rows(
            "SELECT records.kind, id FROM records JOIN objects ON key = object WHERE object_id = ?"
            " ORDER BY records.kind, id",
            (object_id,),
        )
        return tuple(Ref(Kind(kind), record_id) for kind, record_id in rows)

    def cases_of_person(self, iin: str) -> tuple[str, ...]:
        """Ids of the person's cases; an IIN whose file was joined to another leads to all of that one."""
        return self.texts(
            "SELECT id FROM cases WHERE iin = ?1 OR object IN (SELECT object FROM joined WHERE iin = ?1)"
            " ORDER BY id",
            (iin,),
        )

    def cases_of_campaign(self, campaign_id: str) -> tuple[str, ...]:
        """Ids of a campaign's cases, whether the campaign itself is filed or not."""
        return self.texts("SELECT id FROM cases WHERE campaign = ? ORDER BY id", (campaign_id,))

    def cases_with_items(self, digests: Collection[str], but_iin: str) -> tuple[str, ...]:
        """Ids of cases of other people, one for each of these items that they share (`item_digests`)."""
        return self.texts(
            "SELECT DISTINCT min(items.case_id) FROM items JOIN cases ON cases.id = items.case_id"
            " WHERE items.digest IN (SELECT value FROM json_each(?1)) AND cases.iin <> ?2"
            " GROUP BY items.digest ORDER BY 1",
            (_json(digests), but_iin),
        )

    def cases_of_people(self, iins: Collection[str], name_keys: Collection[str]) -> tuple[str, ...]:
        """Ids of the cases of anybody with one of these IINs or names (¶23); names by `name_key`."""
        return self.texts(
            "SELECT id FROM cases WHERE iin IN (SELECT value FROM json_each(?1))"
            " UNION SELECT id FROM cases WHERE name_key IN (SELECT value FROM json_each(?2)) ORDER BY id",
            (_json(iins), _json(name_keys)),
        )

    def commissions_with(self, iins: Collection[str], name_keys: Collection[str]) -> tuple[str, ...]:
        """Ids of the commissions that anybody with one of these IINs or names is a member of (¶23)."""
        return self.texts(
            "SELECT commission FROM members WHERE iin IN (SELECT value FROM json_each(?1)) UNION"
            " SELECT commission FROM members WHERE name_key IN (SELECT value FROM json_each(?2)) ORDER BY 1",
            (_json(iins), _json(name_keys)),
        )

    def sittings_naming(self, case_id: str) -> tuple[str, ...]:
        """Ids of the sittings a case came or is to come before, whether the case itself is filed or not."""
        return self.texts("SELECT sitting FROM candidates WHERE case_id = ? ORDER BY sitting", (case_id,))

    def sittings_of_commission(self, commission_id: str) -> tuple[str, ...]:
        """Ids of a commission's sittings, whether the commission itself is filed or not."""
        return self.texts("SELECT id FROM sittings WHERE commission = ? ORDER BY id", (commission_id,))

    def documents(self, of: Ref | str) -> tuple[FiledDocument, ...]:
        """The documents of a record, or of an object by its id, by path."""
        if isinstance(of, Ref):
            return self._documents("documents.kind = ? AND id = ? ORDER BY path", (str(of.kind), of.id))
        return self._documents("object_id = ? ORDER BY path", (of,))

    def has_documents(self, *, but: Collection[str] = (), test_seal: bool = False) -> bool:
        """Whether any object but those holds a paper, or one that bears the seal of a test authority."""
        sql = (
            "SELECT 1 FROM documents JOIN objects ON key = object WHERE (NOT ?1 OR json_extract(entry,"
            " '$.seal.test')) AND object_id NOT IN (SELECT value FROM json_each(?2)) LIMIT 1"
        )
        return self.value(sql, (test_seal, _json(but))) is not None

    def document_by_sha512(self, sha512: str) -> FiledDocument | None:
        """The document whose PDF, as made, has that digest; of two alike, the first by object."""
        return next(iter(self._documents("sha512 = ? ORDER BY object_id, path", (sha512,))), None)

    def document_by_number(self, number: int) -> Numbered | None:
        """The document whose pages bear marks of that number."""
        rows = self.rows(
            "SELECT object_id, path, superseded FROM numbers JOIN objects ON key = object"
            " WHERE number = ? ORDER BY superseded, object_id, path LIMIT 1",
            (number,),
        )
        for object_id, path, superseded in rows:
            found = self._documents("object_id = ? AND path = ?", (object_id, path))
            return Numbered(found[0], bool(superseded))
        return None

    def signable(self, file: str, *, named: bool, limit: int) -> tuple[FiledDocument, ...]:
        """Documents that a signature in a file of that name may be of: the unsigned first, the newest first.

        `named`: those whose name the file's own begins with, else all others. Papers signed by hand are left
        out.
        """
        return self._documents(
            "(instr(?, json_extract(entry, '$.name')) = 1) = ?"
            " AND coalesce(json_extract(entry, '$.signed.how'), '') != 'scan'"
            " ORDER BY json_extract(entry, '$.state') = 'signed', object DESC, path LIMIT ?",
            (file, int(named), limit),
        )

    def _documents(self, where: str, values: tuple[str | int, ...]) -> tuple[FiledDocument, ...]:
        columns = "SELECT object_id, documents.kind, id, entry FROM documents JOIN objects ON key = object"
        rows = self.rows(f"{columns} WHERE {where}", values)
        return tuple(
            FiledDocument(object_id, Ref(Kind(kind), record_id), read_document(json.loads(entry)))
            for object_id, kind, record_id, entry in rows
        )

    def registers(self) -> Mapping[str, Register]:
        """The register of recordings of each personal file that names any, by object."""
        found: dict[str, Register] = {}
        for table in ("recordings", "holds"):
            rows = self.rows(
                f"SELECT object_id, entry FROM {table} JOIN objects ON key = object"  # noqa: S608  # see above
                " ORDER BY object_id, place"
            )
            for object_id, entry in rows:
                fields = json.loads(entry)
                one = (
                    Register((read_entry(fields),))
                    if table == "recordings"
                    else Register((), (read_hold(fields),))
                )
                found[object_id] = found.get(object_id, Register()) + one
        return found

    def awaited(self) -> tuple[Entry, ...]:
        """The recordings that records of filed cases name and that nobody has handed in, by case."""
        rows = self.rows(
            "SELECT entry FROM recordings JOIN records ON kind = 'case' AND records.id = case_id"
            " AND records.object = recordings.object WHERE recordings.id IS NULL ORDER BY case_id, place"
        )
        entries = (read_entry(json.loads(entry)) for (entry,) in rows)
        return tuple(entry for entry in entries if entry.named)

    def object_of_recording(self, recording_id: str) -> str | None:
        """The personal file whose register has the recording, by its name in the store."""
        found: str | None = self.value(
            "SELECT object_id FROM recordings JOIN objects ON key = object WHERE id = ? ORDER BY object_id",
            (recording_id,),
        )
        return found

    def objects_of_recording(self, recording_id: str) -> tuple[str, ...]:
        """Every personal file whose register has the recording."""
        rows = self.rows(
            "SELECT DISTINCT object_id FROM recordings JOIN objects ON key = object"
            " WHERE id = ? ORDER BY object_id",
            (recording_id,),
        )
        return tuple(object_id for (object_id,) in rows)

    def interviews(self, file: str) -> tuple[tuple[str, str], ...]:
        """Sitting and case of each interview that a sitting's record names a file of that name for (¶29)."""
        rows = self.rows(
            "SELECT sitting, case_id FROM interviews WHERE file = ? ORDER BY sitting, case_id",
            (fold_file(file),),
        )
        return tuple((sitting, case_id) for sitting, case_id in rows)

    def decisions(self, case_id: str) -> tuple[Decision, ...]:
        """The decisions on a case, by sitting."""
        return self.decisions_on([case_id]).get(case_id, ())

    def decisions_on(self, case_ids: Collection[str]) -> Mapping[str, tuple[Decision, ...]]:
        """The decisions on each of those cases that there are any on, by sitting."""
        rows = self.rows(
            "SELECT DISTINCT case_id, sitting, result, votes_for, votes_against, decided_by"
            " FROM json_each(?) AS wanted CROSS JOIN decisions ON case_id = wanted.value"
            " ORDER BY case_id, sitting",
            (_json(case_ids),),
        )
        found: dict[str, tuple[Decision, ...]] = {}
        for case_id, sitting, result, votes_for, votes_against, by in rows:
            decision = Decision(case_id, sitting, Vote(result), votes_for, votes_against, DecidedBy(by))
            found[case_id] = (*found.get(case_id, ()), decision)
        return found


def _json(texts: Collection[str]) -> str:
    return json.dumps(sorted(texts), ensure_ascii=False)
