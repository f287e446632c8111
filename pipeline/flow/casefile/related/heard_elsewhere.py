"""Cases that came decided from another archive: the sitting stayed there, its decision came along."""

from __future__ import annotations

from dataclasses import replace

from pipeline.archive.index.locations import Index
from pipeline.domain.findings import Decision, Judgement
from pipeline.domain.records import Case, Kind, Ref
from pipeline.flow.casefile.related.related_records import Related
from pipeline.law.chapters.chapter_4 import acquainted_on
from pipeline.law.next_step import Stage


def heard_elsewhere(index: Index, case_id: str) -> tuple[Decision, ...]:
    """The decisions filed with a case whose sittings are not filed here."""
    return tuple(d for d in index.decisions(case_id) if not _was_here(index, Ref(Kind.SITTING, d.sitting)))


def _was_here(index: Index, sitting: Ref) -> bool:
    """Filed here, if only by mistake."""
    return index.object_of(sitting) is not None or index.withdrawn_of(sitting) is not None


def also_heard(index: Index, gathered: Related, judgement: Judgement) -> Judgement:
    """What was judged here, and the decisions that are filed with these cases and were taken elsewhere."""
    cases = (ref.id for ref in gathered.to_file if ref.kind is Kind.CASE)
    heard = (d for case_id in cases for d in heard_elsewhere(index, case_id))
    stand = tuple(d for d in heard if d.sitting not in gathered.docket.sittings)
    return replace(judgement, decisions=(*judgement.decisions, *stand)) if stand else judgement


def stage_after(case: Case) -> Stage:
    """The stage of such a case, as its own record tells it."""
    return Stage.ACQUAINTANCE if acquainted_on(case) is None else Stage.FINISHED


def wanting_after(case: Case) -> tuple[str, ...]:
    """What is left to be done of such a case (¶35)."""
    sheet = () if case.sheet is not None and case.sheet.filled_on is not None else ("case.sheet.filled_on",)
    return (*sheet, *(() if acquainted_on(case) is not None else ("case.sheet.acquainted_on",)))
