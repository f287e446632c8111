"""One place of work, opened: its folders, the archive with its index, templates, seal and settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from pipeline.archive.audit.log import AuditLog
from pipeline.archive.index.locations import Index
from pipeline.archive.ocfl.storage_root import StorageRoot
from pipeline.documents.content.context import DocumentOptions
from pipeline.documents.rendering.gate import Gate
from pipeline.documents.rendering.libreoffice import LibreOfficeRenderer, find_office
from pipeline.documents.rendering.render import RdocxWorker, Renderer
from pipeline.documents.rendering.warm_worker import WarmWorker
from pipeline.documents.sealing.seal import Sealer
from pipeline.documents.templates.fill import Templates
from pipeline.domain.calendar import WorkCalendar
from pipeline.domain.errors import MachineError
from pipeline.flow.outcomes.answers import Speaker
from pipeline.flow.site.keys import marks_key, test_authority
from pipeline.flow.site.places import Places, RecordingRules, SealKey, TrustRules
from pipeline.flow.site.press import Press, Tools, second_press
from pipeline.flow.site.seal_roots import keep_roots
from pipeline.law.readings import Readings
from pipeline.retention.clock import Running, running
from pipeline.retention.vault import Vault
from pipeline.signatures.trust import Trust


def _now() -> datetime:
    return datetime.now().astimezone()


@dataclass(frozen=True)
class Workplace:
    """Everything the steps work with. The seal and the renderer are made ready at first use."""

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
    recordings: RecordingRules = field(default_factory=RecordingRules)
    trusting: TrustRules = field(default_factory=TrustRules)
    clock: Callable[[], datetime] = field(default=_now)
    running: Callable[[], Running] = field(default=running)

    @property
    def today(self) -> date:
        """The day of judging and filing."""
        return self.clock().date()

    @cached_property
    def templates(self) -> Templates:
        """HR's Word templates, each checked before it is used."""
        return Templates(self.places.templates, self.places.kept_templates, self._rdocx)

    @cached_property
    def gate(self) -> Gate:
        """Chooses the renderer of each template."""
        return Gate(self._rdocx, self._office, self.places.kept_templates)

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

    @cached_property
    def _rdocx(self) -> RdocxWorker:
        return RdocxWorker()

    @cached_property
    def _office(self) -> LibreOfficeRenderer | None:
        office = find_office()
        return None if office is None else LibreOfficeRenderer(office)

    @cached_property
    def tools(self) -> Tools:
        """What papers are pressed with here."""
        return Tools(self._rdocx, self.sealer, self.mark_key)

    @cached_property
    def press(self) -> Press:
        """Presses papers, on two cores where there are many."""
        return Press(lambda: self.tools, self._second_press)

    def presses_with(self, renderer: Renderer) -> bool:
        """Whether the second process lays out with that renderer too."""
        return renderer is self._rdocx

    def _second_press(self) -> WarmWorker:
        key = self.seal_key
        seal = test_authority(self.places, self.index) if key is None else key.pkcs12
        return second_press(self.places.state, seal, None if key is None else key.passphrase_file)

    def close(self) -> None:
        """Ends the processes that were started."""
        for name in ("_rdocx", "_office", "press"):
            started = self.__dict__.get(name)
            if started is not None:
                started.close()

    @cached_property
    def sealer(self) -> Sealer:
        """The body's seal, or the local test authority's.

        Raises:
            MachineError: the key cannot be used.
        """
        sealer = self._sealer()
        keep_roots(self.places.seal, sealer)
        return sealer

    def _sealer(self) -> Sealer:
        if self.seal_key is None:
            return Sealer.from_pkcs12(test_authority(self.places, self.index), b"")
        try:
            passphrase = self.seal_key.passphrase_file.read_bytes().strip()
        except OSError as error:
            raise MachineError(
                "seal.passphrase", file=self.seal_key.passphrase_file.name, reason=error.strerror or ""
            ) from error
        return Sealer.from_pkcs12(self.seal_key.pkcs12, passphrase)
