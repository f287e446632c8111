"""A recorded decision to go on despite a blocking finding: it lifts one paragraph for one record only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pipeline.domain.findings import Finding, Severity, Verdict
from pipeline.domain.records import Case, Override, Record, Sitting

NEVER_LIFTED = frozenset({"7", "18", "21", "24", "25", "30"})
"""What makes a person eligible, a commission competent and a decision a decision cannot be waived."""

OVERRIDE_CODES = ("override_without_effect", "override_without_reason", "override_incomplete")


def lift(record: Record, findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings with those lifted that an override of this record names, and what is wrong with it."""
    for finding in findings:
        lifted = finding.severity is Severity.BLOCK and lifts(record, finding.paragraph)
        yield replace(finding, severity=Severity.INFO, overridden=True) if lifted else finding
    for place, override in enumerate(_overrides(record)):
        yield from _complaints(record, override, f"overrides.{place}")


def lifts(record: Record, paragraph: str) -> bool:
    """The record holds an override, with its reason, of that paragraph or of the whole it belongs to."""
    return any(_names(o, paragraph) for o in effective(record))


def effective(record: Record) -> tuple[Override, ...]:
    """The overrides of a record that can lift something: of a paragraph that may be lifted, with a reason."""
    return tuple(o for o in _overrides(record) if _liftable(o))


def _overrides(record: Record) -> tuple[Override, ...]:
    return record.overrides if isinstance(record, Case | Sitting) else ()


def _names(override: Override, paragraph: str) -> bool:
    return override.paragraph in (paragraph, paragraph.partition(".")[0])


def _liftable(override: Override) -> bool:
    return (
        override.paragraph is not None
        and override.paragraph.partition(".")[0] not in NEVER_LIFTED
        and bool(override.reason)
    )


def _complaints(record: Record, override: Override, path: str) -> Iterator[Finding]:
    paragraph = override.paragraph or ""

    def warning(code: str) -> Finding:
        return Finding(
            paragraph, code, Severity.WARN, record.ref, path, {"override": paragraph}, Verdict.VIOLATED
        )

    if paragraph.partition(".")[0] in NEVER_LIFTED:
        yield warning("override_without_effect")
    elif not override.reason or not paragraph:
        yield warning("override_without_reason")
    elif override.number is None or override.date is None or override.by is None:
        yield warning("override_incomplete")
