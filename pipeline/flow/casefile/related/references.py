"""Names in records that lead nowhere: a case, campaign, commission or member nobody knows, and who was meant.

A record may come before those it names, so this is a word and no block. But a slip of the hand is named as
one: the nearest ids that are known stand beside it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import get_close_matches
from functools import cache
from typing import Final

from pipeline.domain.findings import Finding, Severity, Verdict
from pipeline.domain.kazakh.alphabet import folded_letters
from pipeline.domain.records import Case, Commission, Kind, Record, Ref, Sitting
from pipeline.law.docket import Docket
from pipeline.record_format.stream import code_point

_MOST_NAMED: Final = 3
_NEAR: Final = 0.85
_DASHES: Final = dict.fromkeys(map(ord, "‐‑‒–—−_ \u00a0"), "-")


def unknown_references(
    records: Sequence[Record], docket: Docket, known: Callable[[], Iterable[Ref]]
) -> tuple[Finding, ...]:
    """What the records name that neither they nor the archive hold.

    `known` gives the archive's records; it is asked only where something is missing from the docket.
    """

    @cache
    def ids(kind: Kind) -> tuple[str, ...]:
        refs = dict.fromkeys((*known(), *(record.ref for record in records)))
        return tuple(ref.id for ref in refs if ref.kind is kind)

    return tuple(finding for record in records for finding in _of(record, docket, ids))


def nearest_ids(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """The ids most like it: those that differ by case, dashes or look-alike letters alone come first."""
    folded: dict[str, list[str]] = {}
    for each in known:
        folded.setdefault(_folded(each), []).append(each)
    if _folded(name) in folded:
        return tuple(folded[_folded(name)])[:_MOST_NAMED]
    close = get_close_matches(_folded(name), folded, n=_MOST_NAMED, cutoff=_NEAR)
    return tuple(each for key in close for each in folded[key])[:_MOST_NAMED]


def _of(record: Record, docket: Docket, ids: Callable[[Kind], tuple[str, ...]]) -> Iterator[Finding]:
    for path, kind, name in _links(record):
        if docket.get(Ref(kind, name)) is None and name not in ids(kind):
            nearest = nearest_ids(name, ids(kind))
            yield _finding(record, path, "reference_unknown", nearest, kind=kind.value, id=name)
    if isinstance(record, Sitting) and (commission := docket.commissions.get(record.commission)):
        yield from _members(record, commission)


def _links(record: Record) -> Iterator[tuple[str, Kind, str]]:
    match record:
        case Case():
            yield "campaign", Kind.CAMPAIGN, record.campaign
        case Sitting():
            yield "commission", Kind.COMMISSION, record.commission
            for number, candidate in enumerate(record.candidates):
                yield f"candidates.{number}.case", Kind.CASE, candidate.case
        case _:
            pass


def _members(sitting: Sitting, commission: Commission) -> Iterator[Finding]:
    """Each id nobody of the composition bears, at the first place that names it."""
    ids = [member.id for member in commission.members]
    said = set(ids)
    for path, name in _named_members(sitting):
        if name not in said:
            said.add(name)
            yield _finding(sitting, path, "member_unknown", nearest_ids(name, ids), id=name)


def _named_members(sitting: Sitting) -> Iterator[tuple[str, str]]:
    yield from ((f"present.{number}", name) for number, name in enumerate(sitting.present))
    yield from ((f"absent.{number}.member", a.member) for number, a in enumerate(sitting.absent) if a.member)
    if sitting.secretary:
        yield "secretary", sitting.secretary
    for number, candidate in enumerate(sitting.candidates):
        yield from ((f"candidates.{number}.votes.{name}", name) for name in candidate.votes or ())
    signed = sitting.protocol.signed_by if sitting.protocol else ()
    yield from ((f"protocol.signed_by.{number}", name) for number, name in enumerate(signed))


def _finding(record: Record, path: str, code: str, nearest: tuple[str, ...], **params: str) -> Finding:
    """A slip where somebody is near, else a note: the record may be still to come."""
    if nearest:
        near = params | {"nearest": tuple(_told_apart(params["id"], each) for each in nearest)}
        return Finding("", f"{code}_near", Severity.WARN, record.ref, path, near, Verdict.UNDETERMINED)
    return Finding("", code, Severity.INFO, record.ref, path, params, Verdict.UNDETERMINED)


def _told_apart(written: str, known: str) -> str:
    """The known id; where nobody sees the difference, with the letters that make it, by number."""
    if len(written) != len(known) or _folded(written) != _folded(known):
        return known
    pairs = dict.fromkeys(
        f"{a} {code_point(a)} → {b} {code_point(b)}"
        for a, b in zip(written, known, strict=True)
        if a.isalpha() and a.casefold() != b.casefold()
    )
    return f"{known} ({', '.join(pairs)})" if pairs else known


def _folded(name: str) -> str:
    return folded_letters(unicodedata.normalize("NFC", name).translate(_DASHES)).strip()
