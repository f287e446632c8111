"""A recorded decision to go on despite a blocking finding: it lifts one paragraph for one record only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from pipeline.domain.findings import Finding, Severity, Verdict
from pipeline.domain.records import Case, Override, Record, Sitting
from pipeline.law.order_text import paragraphs

LIFTED: Final = frozenset({"10", "11", "12", "13", "14", "17", "29", "33"})
"""The paragraphs a step of which may be gone on from. The interval of ¶4 is the Minister's alone to lift."""
_ONLY: Final[Mapping[str, frozenset[str]]] = {"33": frozenset({"member_signature_missing"})}
"""Of some paragraphs only these codes: a member may refuse to sign (note of dissent), nobody else."""
_NEVER: Final = frozenset({"heard_though_withdrawn", "ground_unknown"})
"""Nobody is attested who does not ask for it, nor kept out on a ground the Rules do not know."""

OVERRIDE_CODES = (
    "override_without_effect",
    "override_of_no_paragraph",
    "override_without_reason",
    "override_incomplete",
    "override_in_future",
)


def lift(record: Record, findings: Iterable[Finding], on: date) -> Iterator[Finding]:
    """The findings with those lifted that an override of this record names, and what is wrong with it."""
    for finding in findings:
        lifted = finding.severity is Severity.BLOCK and _lifts(record, finding)
        yield replace(finding, severity=Severity.INFO, overridden=True) if lifted else finding
    for place, override in enumerate(_overrides(record)):
        code = _fault(override)
        if code is not None:
            yield _complaint(record, override, f"overrides.{place}", code)
        elif override.date is not None and override.date > on:
            yield _complaint(record, override, f"overrides.{place}", "override_in_future")


def may_be_lifted(paragraph: str, code: str) -> bool:
    """Whether an override can lift a block of that paragraph and code at all."""
    whole = _whole(paragraph)
    return whole in LIFTED and code not in _NEVER and (whole not in _ONLY or code in _ONLY[whole])


def is_paragraph(address: str) -> bool:
    """A paragraph of the Rules by its number, or one of its numbered sub-items: "10", "10.1"."""
    whole, dot, inner = address.partition(".")
    paragraph = paragraphs().get(whole)
    return paragraph is not None and (not dot or inner in paragraph.items)


def effective(record: Record) -> tuple[Override, ...]:
    """The overrides of a record that can lift something: whole, and of a paragraph that may be lifted."""
    return tuple(o for o in _overrides(record) if _fault(o) is None)


def _lifts(record: Record, finding: Finding) -> bool:
    named = {finding.paragraph, _whole(finding.paragraph)}
    return may_be_lifted(finding.paragraph, finding.code) and any(
        o.paragraph in named for o in effective(record)
    )


def _overrides(record: Record) -> tuple[Override, ...]:
    return record.overrides if isinstance(record, Case | Sitting) else ()


def _whole(paragraph: str | None) -> str:
    return (paragraph or "").partition(".")[0]


def _fault(override: Override) -> str | None:
    """The code of what keeps it from lifting anything."""
    whole = _whole(override.paragraph)
    if override.paragraph and not is_paragraph(override.paragraph):
        return "override_of_no_paragraph"
    if whole and whole not in LIFTED:
        return "override_without_effect"
    if not override.reason or not whole:
        return "override_without_reason"
    if override.number is None or override.date is None or override.by is None:
        return "override_incomplete"
    return None


def _complaint(record: Record, override: Override, path: str, code: str) -> Finding:
    named = override.paragraph or ""
    paragraph = "" if code == "override_of_no_paragraph" else named
    return Finding(paragraph, code, Severity.WARN, record.ref, path, {"override": named}, Verdict.VIOLATED)
