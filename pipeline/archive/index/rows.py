"""The rows of one object in the index: put anew whole, or taken out whole."""

from __future__ import annotations

import hashlib
import json
from typing import Final

from pipeline.archive.index.entry import ObjectEntry
from pipeline.archive.index.person_order import sort_key
from pipeline.archive.index.store import Store
from pipeline.archive.index.typed.search_words import (
    case_words,
    decision_word,
    former_words,
    sitting_words,
)
from pipeline.archive.index.words import forget_words, forget_words_of_case, place_words, put_words
from pipeline.archive.person.filed_documents import document_entry, number_of
from pipeline.archive.person.inner_list import Person
from pipeline.archive.person.recordings_register import entry_fields, hold_fields
from pipeline.domain.findings import Decision
from pipeline.domain.names import Named, fold_name
from pipeline.domain.recordings import Register, fold_file
from pipeline.domain.records import Case, Commission, Record, Sitting
from pipeline.law.item_keys import item_keys

_DIGEST: Final = 32
"""Hexadecimal digits kept of an item's digest: enough that two texts never share them by chance."""

_OWN_TABLES = (
    "persons",
    "joined",
    "former_names",
    "withdrawn",
    "departed",
    "records",
    "items",
    "sittings",
    "candidates",
    "members",
    "documents",
    "numbers",
    "decisions",
    "recordings",
    "holds",
    "interviews",
)


def item_digests(case: Case) -> frozenset[str]:
    """Of each item of the characteristic: what only a copy shares."""
    keys = item_keys(case).values()
    return frozenset(hashlib.sha256("\0".join(key).encode()).hexdigest()[:_DIGEST] for key in keys)


def name_key(person: Named) -> str:
    """By which ¶23 finds people without an IIN: surname and given name, folded."""
    return f"{fold_name(person.surname)} {fold_name(person.given_name)}"


def replace(store: Store, entry: ObjectEntry) -> None:
    """Everything the entry says, and nothing else, of its object. Within the caller's transaction."""
    forget(store, entry.object_id)
    store.run(
        "INSERT INTO objects (object_id, kind, head) VALUES (?, ?, ?)",
        (entry.object_id, str(entry.kind), entry.head),
    )
    key = store.value("SELECT key FROM objects WHERE object_id = ?", (entry.object_id,))
    if entry.person is not None:
        _put_person(store, key, entry.person)
    _put_corrections(store, key, entry)
    for filed in entry.records:
        ref = filed.record.ref
        store.run(
            "INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?, ?)",
            (str(ref.kind), ref.id, key, filed.path, filed.sha512),
        )
        _put_record(store, key, filed.record)
        if earlier := {*(f"i{j.iin}" for j in entry.joined), *former_words(entry.former)}:
            put_words(store, key, _case_key(store, ref.id), earlier)
    store.many(
        "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?)",
        [
            (key, document.path, str(ref.kind), ref.id, document.sha512, json.dumps(document_entry(document)))
            for ref, document in entry.documents
        ],
    )
    store.many(
        "INSERT OR IGNORE INTO numbers VALUES (?, ?, ?, ?)",
        [
            (number_of(object_id, document.path, fingerprint), key, document.path, superseded)
            for object_id in (entry.object_id, *(j.object_id for j in entry.joined))
            for _, document in entry.documents
            for superseded, fingerprint in enumerate((document.fingerprint, *document.earlier))
        ],
    )
    for decision in entry.decisions:
        _put_decision(store, key, decision)
    _put_register(store, key, entry.register)


def forget(store: Store, object_id: str) -> None:
    """Nothing is known of the object afterwards. Within the caller's transaction."""
    store.run("DELETE FROM suspects WHERE object_id = ?", (object_id,))
    key = store.value("SELECT key FROM objects WHERE object_id = ?", (object_id,))
    if key is None:
        return
    forget_words(store, key)
    store.run(
        "UPDATE cases SET object = NULL, campaign = NULL, iin = NULL, name_key = NULL, unit = NULL,"
        " post = NULL, target_unit = NULL, target_post = NULL, reported_on = NULL WHERE object = ?",
        (key,),
    )
    for table in _OWN_TABLES:
        store.run(f"DELETE FROM {table} WHERE object = ?", (key,))  # noqa: S608  # names from the line above
    store.run("DELETE FROM objects WHERE key = ?", (key,))


def _put_person(store: Store, key: int, person: Person) -> None:
    store.run(
        "INSERT INTO persons VALUES (?, ?, ?, ?, ?, ?)",
        (key, person.iin, person.surname, person.given_name, person.patronymic, sort_key(person)),
    )


def _put_corrections(store: Store, key: int, entry: ObjectEntry) -> None:
    store.many("INSERT INTO joined VALUES (?, ?, ?)", [(key, j.object_id, j.iin) for j in entry.joined])
    store.many(
        "INSERT INTO former_names VALUES (?, ?, ?, ?, ?)",
        [(key, place, p.surname, p.given_name, p.patronymic) for place, p in enumerate(entry.former)],
    )
    store.many("INSERT INTO departed VALUES (?, ?)", [(key, folder) for folder in entry.departed])
    store.many(
        "INSERT INTO withdrawn VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (
                key,
                str(w.kind),
                w.id,
                w.folder,
                w.correction.reason,
                w.correction.by,
                w.correction.at.isoformat(),
            )
            for w in entry.withdrawn
        ],
    )


def _put_record(store: Store, key: int, record: Record) -> None:
    match record:
        case Case():
            _put_case(store, key, record)
        case Sitting():
            _put_sitting(store, key, record)
        case Commission():
            store.many(
                "INSERT OR REPLACE INTO members VALUES (?, ?, ?, ?, ?)",
                [(record.id, m.id, m.iin, name_key(m), key) for m in record.members],
            )


def _put_case(store: Store, key: int, case: Case) -> None:
    employee = case.employee
    held, sought, report = employee.position, employee.target_position, case.report
    number = _case_key(store, case.id)
    forget_words_of_case(store, number)
    store.run(
        "UPDATE cases SET object = ?, campaign = ?, iin = ?, name_key = ?, unit = ?, post = ?,"
        " target_unit = ?, target_post = ?, reported_on = ? WHERE key = ?",
        (
            key,
            case.campaign,
            employee.iin,
            name_key(employee),
            held and held.unit,
            held and held.title,
            sought and sought.unit,
            sought and sought.title,
            report.filed_on.isoformat() if report and report.filed_on else None,
            number,
        ),
    )
    store.many(
        "INSERT OR REPLACE INTO items VALUES (?, ?, ?)", [(d, case.id, key) for d in item_digests(case)]
    )
    surname, sort = store.rows("SELECT surname, sort FROM persons WHERE object = ?", (key,))[0]
    place_words(store, number, sort)
    put_words(store, key, number, case_words(case, surname))


def _put_sitting(store: Store, key: int, sitting: Sitting) -> None:
    store.run("INSERT OR REPLACE INTO sittings VALUES (?, ?, ?)", (sitting.id, key, sitting.commission))
    words = sitting_words(sitting)
    for case_id in sorted({candidate.case for candidate in sitting.candidates}):
        store.run("INSERT OR REPLACE INTO candidates VALUES (?, ?, ?)", (case_id, sitting.id, key))
        put_words(store, key, _case_key(store, case_id), words)
    store.many(
        "INSERT OR REPLACE INTO interviews VALUES (?, ?, ?, ?)",
        [
            (fold_file(recording.file), sitting.id, candidate.case, key)
            for candidate in sitting.candidates
            for recording in candidate.recordings
            if recording.file
        ],
    )


def _put_register(store: Store, key: int, register: Register) -> None:
    store.many(
        "INSERT INTO recordings VALUES (?, ?, ?, ?, ?)",
        [
            (key, place, entry.stored and entry.stored.id, entry.case, _json(entry_fields(entry, register)))
            for place, entry in enumerate(register.entries)
        ],
    )
    store.many(
        "INSERT INTO holds VALUES (?, ?, ?)",
        [(key, place, _json(hold_fields(hold))) for place, hold in enumerate(register.holds)],
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _put_decision(store: Store, key: int, decision: Decision) -> None:
    store.run(
        "INSERT OR REPLACE INTO decisions VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            key,
            decision.case,
            decision.sitting,
            str(decision.result),
            decision.votes_for,
            decision.votes_against,
            str(decision.by),
        ),
    )
    put_words(store, key, _case_key(store, decision.case), {decision_word(decision)})


def _case_key(store: Store, case_id: str) -> int:
    store.run("INSERT OR IGNORE INTO cases (id) VALUES (?)", (case_id,))
    found: int = store.value("SELECT key FROM cases WHERE id = ?", (case_id,))
    return found
