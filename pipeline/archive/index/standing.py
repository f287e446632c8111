"""The `standing` and `due` tables: how every record stands, kept so that nobody has to judge it to ask.

What fills them is flow/standing; `entry` is its JSON. A reader who may not write, or asks of another day,
works on a copy in memory (`shadow`): the same names then mean the copy.
"""

# ruff: noqa: S608 - the statements are put together of constants only

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from pipeline.archive.index.schema import STANDING
from pipeline.archive.index.stale import mark, mark_all
from pipeline.archive.index.store import Store
from pipeline.domain.records import Kind, Ref

_TABLES = ("standing", "due", "stale", "basis")


@dataclass(frozen=True, slots=True)
class DueRow:
    """An act that is owed, or a right that runs, by a day; `nature` and `responsible` as of `Deadline`."""

    due: date
    nature: str
    responsible: str
    entry: str


@dataclass(frozen=True, slots=True)
class StandingRow:
    """How a record stands; what a case alone has is empty of another record."""

    ref: Ref
    judged_on: date
    holds_through: date
    due: tuple[DueRow, ...] = ()
    campaign: str | None = None
    stage: str | None = None
    closed: bool = False
    appealed: bool = False
    to_sign: int = 0
    lacking: int = 0
    blocks: int = 0
    entry: str | None = None


@dataclass(frozen=True, slots=True)
class Stale:
    """A record to be judged anew, and the mark by which a later change of it is told from this one."""

    ref: Ref
    mark: int


def settle_basis(store: Store, made_by: str, on: date) -> None:
    """Notes as stale what other settings or another program judged, and what does not hold on that day.

    Writes only where there is something to note.
    """
    if store.value("SELECT made_by FROM basis") != made_by:
        with store.transaction():
            mark_all(store)
            store.run("UPDATE basis SET made_by = ?", (made_by,))
        return
    day = on.isoformat()
    rows = store.rows(
        "SELECT kind, id FROM standing WHERE judged_on > ?1 UNION"
        " SELECT kind, id FROM standing WHERE holds_through < ?1 EXCEPT SELECT kind, id FROM stale",
        (day,),
    )
    if rows:
        with store.transaction():
            mark(store, [Ref(Kind(kind), record_id) for kind, record_id in rows])


def changes_noted(store: Store) -> int:
    """Grows with every change that made something stale."""
    found: int = store.value("SELECT marks FROM basis")
    return found


def outdated(store: Store, made_by: str, on: date) -> bool:
    """Whether anything is stale, or would be as of that day."""
    day = on.isoformat()
    return bool(
        store.value(
            "SELECT EXISTS (SELECT 1 FROM stale) OR EXISTS (SELECT 1 FROM standing WHERE judged_on > ?1)"
            " OR EXISTS (SELECT 1 FROM standing WHERE holds_through < ?1)"
            " OR (SELECT made_by <> ?2 FROM basis)",
            (day, made_by),
        )
    )


def stale(store: Store, limit: int, but: Collection[Ref] = ()) -> tuple[Stale, ...]:
    """Records to be judged anew, those of one campaign together; not those named."""
    rows = store.rows(
        "SELECT s.kind, s.id, s.mark FROM stale AS s LEFT JOIN cases AS c ON s.kind = 'case' AND c.id = s.id"
        " ORDER BY s.kind, c.campaign, s.id LIMIT ?",
        (limit + len(but),),
    )
    found = (Stale(Ref(Kind(kind), record_id), number) for kind, record_id, number in rows)
    return tuple(each for each in found if each.ref not in but)[:limit]


def keep(store: Store, judged: Iterable[tuple[Stale, StandingRow | None]]) -> None:
    """Writes rows, each unless its record changed meanwhile; None for a record that is filed no more."""
    with store.transaction():
        for each, row in judged:
            of = (str(each.ref.kind), each.ref.id)
            if store.value("SELECT mark FROM stale WHERE kind = ? AND id = ?", of) != each.mark:
                continue
            for table in ("stale", "standing", "due"):
                store.run(f"DELETE FROM {table} WHERE kind = ? AND id = ?", of)
            if row is not None:
                _put(store, row)


def _put(store: Store, row: StandingRow) -> None:
    kind, record_id = str(row.ref.kind), row.ref.id
    store.run(
        "INSERT INTO standing VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            kind,
            record_id,
            row.judged_on.isoformat(),
            row.holds_through.isoformat(),
            row.campaign,
            row.stage,
            row.closed,
            row.appealed,
            row.to_sign,
            row.lacking,
            row.blocks,
            row.entry,
        ),
    )
    store.many(
        "INSERT INTO due VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (kind, record_id, n, d.due.isoformat(), d.nature, d.responsible, d.entry)
            for n, d in enumerate(row.due)
        ],
    )


def shadow(store: Store) -> None:
    """From here on these tables are a copy of this connection's own, in memory; the index is not written."""
    store.run("PRAGMA temp_store = MEMORY")
    store.script(STANDING.format(schema="temp."))
    for table in _TABLES:
        store.run(f"DELETE FROM temp.{table}")
        store.run(f"INSERT INTO temp.{table} SELECT * FROM main.{table}")


# --- asked ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StageCount:
    """How many cases of a campaign that are not closed are in a stage."""

    campaign: str
    stage: str
    cases: int


@dataclass(frozen=True, slots=True)
class Totals:
    """Cases, closed ones among them; those with papers to sign, and how many papers; with blocks, appeals."""

    cases: int
    closed: int
    to_sign_cases: int
    to_sign: int
    blocked: int
    appealed: int


def open_stages(store: Store, campaign: str | None = None) -> tuple[StageCount, ...]:
    """The cases that are not closed, by campaign and stage, of all campaigns or one."""
    rows = store.rows(
        "SELECT campaign, stage, count(*) FROM standing INDEXED BY standing_open"
        f" WHERE kind = 'case' AND NOT closed {'' if campaign is None else 'AND campaign = ?'}"
        " GROUP BY campaign, stage",
        () if campaign is None else (campaign,),
    )
    return tuple(StageCount(*row) for row in rows)


def totals(store: Store) -> Totals:
    """Over all cases."""
    cases, still_open, to_sign_cases, to_sign, blocked, appealed = (
        store.value(f"SELECT {what} FROM standing INDEXED BY standing_{index} WHERE {condition}") or 0
        for what, index, condition in (
            ("count(*)", "by_campaign", "kind = 'case'"),
            ("count(*)", "open", "kind = 'case' AND NOT closed"),
            ("count(*)", "to_sign", "to_sign > 0"),
            ("sum(to_sign)", "to_sign", "to_sign > 0"),
            ("count(*)", "blocked", "blocks > 0"),
            ("count(*)", "appealed", "appealed > 0"),
        )
    )
    return Totals(cases, cases - still_open, to_sign_cases, to_sign, blocked, appealed)


def case_entries(store: Store, ids: Collection[str]) -> dict[str, str]:
    """The entries of those cases, by id."""
    found: dict[str, str] = {}
    for case_id in ids:
        entry = store.value("SELECT entry FROM standing WHERE kind = 'case' AND id = ?", (case_id,))
        if entry is not None:
            found[case_id] = entry
    return found


def entries(store: Store, campaign: str | None = None) -> Iterator[str]:
    """The entries of all cases or of a campaign's, by id."""
    if campaign is None:
        rows = store.each("SELECT entry FROM standing WHERE kind = 'case' ORDER BY id")
    else:
        rows = store.each(
            "SELECT entry FROM standing INDEXED BY standing_by_campaign"
            " WHERE kind = 'case' AND campaign = ? ORDER BY id",
            (campaign,),
        )
    return (row[0] for row in rows)


def appealed_entries(store: Store) -> Iterator[str]:
    """The entries of the cases with an open appeal, by id."""
    rows = store.each(
        "SELECT entry FROM standing INDEXED BY standing_appealed WHERE appealed > 0 ORDER BY id"
    )
    return (row[0] for row in rows)


def due_entries(store: Store, on: date, *, overdue: bool | None = None) -> Iterator[tuple[Ref, str]]:
    """What is owed, and the rights that still run on that day: overdue first, then soonest first.

    `overdue`: only what is overdue, or only what is not.
    """
    rows = store.each(
        "SELECT kind, id, entry FROM due WHERE (nature = 'act' OR due >= ?1)"
        " AND (?2 IS NULL OR (nature = 'act' AND due < ?1) = ?2)"
        " ORDER BY NOT (nature = 'act' AND due < ?1), due, responsible, kind, id, place",
        (on.isoformat(), overdue),
    )
    return ((Ref(Kind(kind), record_id), entry) for kind, record_id, entry in rows)


def overdue_count(store: Store, on: date) -> int:
    """How many acts are overdue."""
    found: int = store.value("SELECT count(*) FROM due WHERE due < ? AND nature = 'act'", (on.isoformat(),))
    return found
