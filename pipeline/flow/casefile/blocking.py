"""Which findings stop a drop from being filed."""

from __future__ import annotations

from collections.abc import Collection

from pipeline.domain.findings import Finding, Judgement
from pipeline.domain.records import Ref
from pipeline.flow.casefile.related.related_records import RelatedRecords
from pipeline.flow.site.workplace import Workplace
from pipeline.law.judging import judge


def newly_blocking(place: Workplace, judgement: Judgement, dropped: Collection[Ref]) -> tuple[Finding, ...]:
    """Findings that stop this filing: all of the dropped records, and of filed ones those it brings about."""
    own = tuple(f for f in judgement.blocks if f.record in dropped)
    others = tuple(f for f in judgement.blocks if f.record not in dropped)
    if not others:
        return own
    subjects = {f.record for f in others}
    before = RelatedRecords(place.root, place.index).around(subjects)
    known = judge(before.docket, place.calendar, place.readings, place.today, subjects).blocks
    stood = {(f.record, f.paragraph, f.code, f.path) for f in known}
    return (*own, *(f for f in others if (f.record, f.paragraph, f.code, f.path) not in stood))
