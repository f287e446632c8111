"""Approvals that count: each bound to its entry in the audit chain, which names the login and the very line.

The file beside a plan is for people to read. Written by hand, or rewritten, it is worth nothing: an approval
counts with the chain's `approval` entry of its digest, made by the same login.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from pipeline.archive.audit.log import AuditEvent, AuditLog
from pipeline.domain.errors import RefusedError
from pipeline.retention.approval import Approval, Mandate, StandingOrder, admit, read_approval
from pipeline.retention.state_files import add_line, translated
from pipeline.system.files import read_file

DECISION: Final = "decision"
"""In an entry of the chain: the matter of two people that was done, which uses its approvals up."""
_RIGHTS_TAKEN_ON: Final = " ("
"""Parts, in an agent of the chain, the login from whose rights it had: "aigerim (jeke)"."""


@dataclass(frozen=True, slots=True)
class Approvals:
    """Those of one plan or decision; `unbound` counts lines that the chain does not know."""

    given: tuple[Approval, ...]
    unbound: int


def approvals_in(file: Path, subject: str, audit: AuditLog) -> Approvals:
    """The approvals of a subject in their file, the first one first.

    Raises:
        RefusedError: `plan_altered`, a line that is none.
        MachineError: `retention_unusable`, `audit_unreadable`.
    """
    written = _written(file, subject)
    if not written:
        return Approvals((), 0)
    bound: set[tuple[str, str]] = set()
    for entry in audit.entries():
        if entry.detail.get(DECISION) == subject:
            bound.clear()
        elif entry.event == AuditEvent.APPROVAL and entry.detail.get("plan") == subject:
            bound.add((str(entry.detail.get("approval")), login_of(entry.agent)))
    given = tuple(dict.fromkeys(a for a in written if a.plan == subject and (a.digest, a.user) in bound))
    return Approvals(given, len(written) - len(given))


def approve(
    file: Path, approval: Approval, before: Sequence[Approval], audit: AuditLog, agent: str
) -> tuple[Approval, ...]:
    """Adds an approval, told to the chain first; gives all there are now. `agent` acts for its login.

    Raises:
        RefusedError: as `admit`.
        MachineError: `retention_unusable`, `audit_unwritable`.
    """
    admit(approval.by, approval.user, before)
    audit.append(
        AuditEvent.APPROVAL,
        agent=agent,
        at=approval.at,
        detail={"plan": approval.plan, "sha256": approval.sha256, "approval": approval.digest},
    )
    add_line(file, approval.data())
    return (*before, approval)


def approval_of(subject: str, sha256: str, by: str, agent: str, at: datetime) -> Approval:
    """One person's approval of a subject; `agent` is who acts, as the audit chain names them."""
    return Approval(subject, sha256, " ".join(by.split()), at, login_of(agent))


def login_of(agent: str) -> str:
    """The login of an agent of the audit chain, without whose rights it had taken on."""
    return agent.partition(_RIGHTS_TAKEN_ON)[0]


def _written(file: Path, subject: str) -> tuple[Approval, ...]:
    if not file.is_file():
        return ()
    with translated():
        lines = read_file(file).split(b"\n")
    try:
        return tuple(read_approval(line) for line in lines if line.endswith(b"}"))
    except (ValueError, KeyError, TypeError) as error:
        raise RefusedError("plan_altered", plan=subject) from error


def mandate_words(mandate: Mandate) -> str:
    """On whose word, as the act prints it: a line each."""
    if isinstance(mandate, StandingOrder):
        signed_by = " ".join(mandate.signed_by.split())
        return f"Тұрақты бұйрық: № {mandate.number}, {mandate.date:%d.%m.%Y}, қол қойған: {signed_by}"
    return "\n".join(
        f"Мақұлдаған: {' '.join(a.by.split())} (жүйеге кірген аты: {a.user}), {a.at:%d.%m.%Y %H:%M}"
        for a in mandate
    )
