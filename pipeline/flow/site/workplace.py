"""One place of work, opened: its folders, the archive with its index, its settings."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from pipeline.archive.audit.log import AuditLog
from pipeline.archive.index.locations import Index
from pipeline.archive.ocfl.storage_root import StorageRoot
from pipeline.documents.content.context import DocumentOptions
from pipeline.domain.calendar import WorkCalendar
from pipeline.flow.outcomes.answers import Speaker
from pipeline.flow.site.keys import marks_key
from pipeline.flow.site.places import Places, RecordingRules, SealKey, TrustRules
from pipeline.law.readings import Readings
from pipeline.retention.clock import Running, running
from pipeline.retention.vault import Vault

if TYPE_CHECKING:
    from pipeline.flow.site.production import Production
    from pipeline.signatures.trust import Trust


def _now() -> datetime:
    return datetime.now().astimezone()


@dataclass(frozen=True)
class Workplace:
    """What the steps work with. Opening it loads no library for rendering, sealing or signatures."""

    places: Places
    root: StorageRoot
    index: Index
    calendar: WorkCalendar
    readings: Readings
    options: DocumentOptions
    speaker: Speaker
    seal_key: SealKey | None = None
    quiet_seconds: float = 2.0
    paper_quiet_seconds: float = 6.0
    unfinished_seconds: float = 600.0
    mended_days: int = 90
    recordings: RecordingRules = field(default_factory=RecordingRules)
    trusting: TrustRules = field(default_factory=TrustRules)
    clock: Callable[[], datetime] = field(default=_now)
    running: Callable[[], Running] = field(default=running)
    _closing: ExitStack = field(default_factory=ExitStack)

    @property
    def today(self) -> date:
        """The day of judging and filing."""
        return self.clock().date()

    @cached_property
    def production(self) -> Production:
        """What papers are made with."""
        from pipeline.flow.site.production import Production

        made = Production(self.places, self.index, self.seal_key)
        self._closing.callback(made.close)
        return made

    @cached_property
    def audit(self) -> AuditLog:
        """The chain of who did what to which object."""
        return AuditLog.open(self.places.audit)

    @cached_property
    def trust(self) -> Trust:
        """Whom signatures of people are believed.

        Raises:
            MachineError: `trust_folder` or `trust_file`.
        """
        from pipeline.signatures.trust import Trust

        return Trust.load(self.trusting.folder, revocation_required=self.trusting.revocation_required)

    @cached_property
    def mark_key(self) -> bytes:
        """The key of the marks on pages to be signed.

        Raises:
            MachineError: as `marks_key`.
        """
        return marks_key(self.places, self.index)

    @cached_property
    def vault(self) -> Vault:
        """The store of recordings with its keys.

        Raises:
            MachineError: `recordings_unusable`.
        """
        return Vault.open(self.places.recordings, self.places.recording_keys)

    def close(self) -> None:
        """Ends the processes that were started."""
        self._closing.close()
