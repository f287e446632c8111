"""Who acts: the audit chain is told by one value, whether a person does it at a terminal or on the page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from pipeline.archive.audit.log import AuditEntry, AuditLog


@dataclass(frozen=True, slots=True)
class Actor:
    """An account and the audit chain that its acts are told to.

    `agent` is as the chain names it: a login at a terminal, `web:ACCOUNT` on the page.
    """

    agent: str
    log: AuditLog
    clock: Callable[[], datetime]

    def tell(self, event: str, objects: Iterable[str] = (), **detail: str | int) -> AuditEntry:
        """Tells the chain what is about to be done.

        Raises:
            MachineError: `audit_unwritable`: it must not be done.
        """
        return self.log.append(
            event, agent=self.agent, at=self.clock(), objects=tuple(objects), detail=detail
        )
