"""The rows of one object in the index: put anew whole, or taken out whole."""

from __future__ import annotations

import json

from pipeline.archive.filed_documents import document_entry, number_of
from pipeline.archive.index_entry import ObjectEntry
from pipeline.archive.index_store import Store
from pipeline.archive.inner_list import Person
from pipeline.archive.search_words import case_words, decision_word, sitting_words
from pipeline.domain.findings import Decision
from pipeline.domain.kazakh.alphabet import collation_key
from pipeline.domain.names import Named, fold_name, full_name
from pipeline.domain.records import Case, Commission, Record, Sitting

_OWN_TABLES = ("persons", "records", "sittings", "candidates", "members", "documents", "numbers", "decisions")


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
    for filed in entry.records:
        ref = filed.record.ref
        store.run(
            "INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?, ?)",
            (str(ref.kind), ref.id, key, filed.path, filed.sha512),
        )
        _put_record(store, key, filed.record)
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
            (number_of(entry.object_id, document.path, fingerprint), key, document.path, superseded)
            for _, document in entry.documents
            for superseded, fingerprint in enumerate((document.fingerprint, *document.earlier))
        ],
    )
    for decision in entry.decisions:
        _put_decision(store, key, decision)


def forget(store: Store, object_id: str) -> None:
    """Nothing is known of the object afterwards. Within the caller's transaction."""
    key = store.value("SELECT key FROM objects WHERE object_id = ?", (object_id,))
    if key is None:
        return
    store.run(
        'DELETE FROM words WHERE object = ?1 AND "case" IN ('
        " SELECT key FROM cases WHERE object = ?1"
        " UNION SELECT c.key FROM cases AS c JOIN candidates AS n ON n.case_id = c.id WHERE n.object = ?1"
        " UNION SELECT c.key FROM cases AS c JOIN decisions AS d ON d.case_id = c.id WHERE d.object = ?1)",
        (key,),
    )
    store.run(
        "UPDATE cases SET object = NULL, campaign = NULL, iin = NULL, name_key = NULL, unit = NULL,"
        " post = NULL, target_unit = NULL, target_post = NULL, reported_on = NULL WHERE object = ?",
        (key,),
    )
    for table in _OWN_TABLES:
        store.run(f"DELETE FROM {table} WHERE object = ?", (key,))  # noqa: S608  # names from the line above
    store.run("DELETE FROM objects WHERE key = ?", (key,))


def sort_key(person: Person) -> bytes:
    """The Kazakh order of names as bytes that SQLite compares in the same order."""
    weights, tail = collation_key(full_name(person))
    return b"".join(bytes([kind + 1]) + rank.to_bytes(3) for kind, rank in weights) + b"\0" + tail.encode()


def _put_person(store: Store, key: int, person: Person) -> None:
    store.run(
        "INSERT INTO persons VALUES (?, ?, ?, ?, ?, ?)",
        (key, person.iin, person.surname, person.given_name, person.patronymic, sort_key(person)),
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
    store.run(
        'DELETE FROM words WHERE "case" = ?1 AND object = (SELECT object FROM cases WHERE key = ?1)',
        (number,),
    )
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
    _put_words(store, key, number, case_words(case))


def _put_sitting(store: Store, key: int, sitting: Sitting) -> None:
    store.run("INSERT OR REPLACE INTO sittings VALUES (?, ?, ?)", (sitting.id, key, sitting.commission))
    words = sitting_words(sitting)
    for case_id in sorted({candidate.case for candidate in sitting.candidates}):
        store.run("INSERT OR REPLACE INTO candidates VALUES (?, ?, ?)", (case_id, sitting.id, key))
        _put_words(store, key, _case_key(store, case_id), words)


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
    _put_words(store, key, _case_key(store, decision.case), {decision_word(decision)})


def _put_words(store: Store, key: int, case: int, words: set[str]) -> None:
    store.many("INSERT OR IGNORE INTO words VALUES (?, ?, ?)", [(word, case, key) for word in sorted(words)])


def _case_key(store: Store, case_id: str) -> int:
    store.run("INSERT OR IGNORE INTO cases (id) VALUES (?)", (case_id,))
    found: int = store.value("SELECT key FROM cases WHERE id = ?", (case_id,))
    return found
