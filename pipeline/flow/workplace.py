"""One place of work, opened: its folders, the archive with its index, templates, seal and settings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path

from pipeline.archive.audit import AuditLog
from pipeline.archive.index import Index
from pipeline.archive.index_entry import ReadRecord
from pipeline.archive.ocfl import StorageRoot
from pipeline.archive.reindex import Rebuilt, rebuild
from pipeline.documents.context import DocumentOptions
from pipeline.documents.fill import Templates
from pipeline.documents.gate import Gate
from pipeline.documents.libreoffice import LibreOfficeRenderer, find_office
from pipeline.documents.local_authority import ensure_authority
from pipeline.documents.marks import ensure_key
from pipeline.documents.render import RdocxWorker, Renderer
from pipeline.documents.seal import Sealer
from pipeline.documents.warm_worker import WarmWorker
from pipeline.domain.calendar import WorkCalendar
from pipeline.domain.errors import CorruptError, JekeError, MachineError
from pipeline.domain.records import Record
from pipeline.flow.answers import Speaker
from pipeline.flow.press import Press, Tools, second_press
from pipeline.flow.seal_roots import keep_roots
from pipeline.intake.reader import read_stream
from pipeline.intake.sentinel import mark, was_marked
from pipeline.law.readings import Readings
from pipeline.retention.vault import Vault
from pipeline.returned.trust import Trust

FOLDER_MODE = 0o750


@dataclass(frozen=True, slots=True)
class Places:
    """The folders of a place of work."""

    inbox: Path
    outbox: Path
    archive: Path
    recordings: Path
    state: Path
    templates: Path

    @property
    def work(self) -> Path:
        """Where claimed files lie."""
        return self.state / "work"

    @property
    def index(self) -> Path:
        """The index of the archive."""
        return self.state / "index.sqlite"

    @property
    def journal(self) -> Path:
        """The journal of drops."""
        return self.state / "journal.sqlite"

    @property
    def verified(self) -> Path:
        """What `jeke verify` has found sound so far."""
        return self.state / "verified.sqlite"

    @property
    def kept_templates(self) -> Path:
        """Templates that passed their check, and how they are laid out."""
        return self.state / "templates"

    @property
    def recording_keys(self) -> Path:
        """The keys of the recordings; no backup holds them."""
        return self.state / "recording-keys"

    @property
    def retention(self) -> Path:
        """Plans of destruction, their approvals and how their runs went."""
        return self.state / "retention"

    @property
    def audit(self) -> Path:
        """The audit chain."""
        return self.state / "audit"

    @property
    def heartbeat(self) -> Path:
        """The last sign of life."""
        return self.state / "health.json"

    @property
    def scans(self) -> Path:
        """What people are asked and have decided on scans."""
        return self.state / "scans"

    @property
    def seal(self) -> Path:
        """The local test authority, where the body has no key of its own."""
        return self.state / "seal"

    def make(self) -> None:
        """Lays out the folders that are missing, inbox/ too.

        Raises:
            MachineError: `place_unusable`.
        """
        self._make(self.inbox, *self._own)

    @property
    def _own(self) -> tuple[Path, ...]:
        return self.outbox, self.archive, self.recordings, self.state, self.work

    def prepare(self) -> None:
        """As `make`, but an inbox/ that was there once is waited for, not made: it may not be mounted.

        Raises:
            MachineError: `place_unusable`.
        """
        self._make(*self._own)
        if not was_marked(self.state):
            self._make(self.inbox)
            self.mark_inbox()

    def mark_inbox(self) -> bool:
        """Marks inbox/ as that of this place of work; False where it is marked already.

        Raises:
            MachineError: `place_unusable`.
        """
        try:
            return mark(self.inbox, self.state)
        except OSError as error:
            raise MachineError(
                "place_unusable", folder=str(self.inbox), reason=error.strerror or ""
            ) from error

    def _make(self, *folders: Path) -> None:
        for folder in folders:
            try:
                folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
            except OSError as error:
                raise MachineError(
                    "place_unusable", folder=str(folder), reason=error.strerror or ""
                ) from error


@dataclass(frozen=True, slots=True)
class SealKey:
    """The body's own key."""

    pkcs12: Path
    passphrase_file: Path


@dataclass(frozen=True, slots=True)
class RecordingRules:
    """Who may listen to recordings, and how long one that nothing claims is kept waiting."""

    listeners: tuple[str, ...] = ()
    wait_days: int = 30


@dataclass(frozen=True, slots=True)
class TrustRules:
    """Whom people's signatures are believed, and who proves the time of those made here."""

    folder: Path | None = None
    revocation_required: bool = False
    timestamp_url: str = ""


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
    recordings: RecordingRules = RecordingRules()
    trusting: TrustRules = TrustRules()
    clock: Callable[[], datetime] = field(default=_now)

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
        """The key of the marks on pages to be signed."""
        return ensure_key(self.places.state)

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
        seal = ensure_authority(self.places.seal) if key is None else key.pkcs12
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
            return Sealer.test_authority(self.places.seal)
        try:
            passphrase = self.seal_key.passphrase_file.read_bytes().strip()
        except OSError as error:
            raise MachineError(
                "seal.passphrase", file=self.seal_key.passphrase_file.name, reason=error.strerror or ""
            ) from error
        return Sealer.from_pkcs12(self.seal_key.pkcs12, passphrase)


def filed_record(text: str) -> Record:
    """A record out of the archive, read as it was when it was dropped.

    Raises:
        CorruptError: `filed_unreadable`.
    """
    result = read_stream(text.encode(), "record.yaml")
    if result.errors or len(result.records) != 1:
        raise CorruptError("filed_unreadable")
    return result.records[0].record


@contextmanager
def archive_of(places: Places) -> Iterator[tuple[StorageRoot, Index]]:
    """The archive with its index; an index that is missing, damaged or of another version is rebuilt.

    Raises:
        JekeError: the archive is not there or cannot be used.
    """
    root = StorageRoot.open(places.archive)
    with _index(root, places) as index:
        yield root, index


def _index(root: StorageRoot, places: Places) -> Index:
    try:
        return Index.open(places.index)
    except JekeError:
        reindex(root, places)
        return Index.open(places.index)


def reindex(root: StorageRoot, places: Places, read: ReadRecord = filed_record) -> Rebuilt:
    """Builds the index anew from the archive alone."""
    return rebuild(root, places.index, read)


def lay_out(places: Places) -> None:
    """Makes the folders and the empty archive where they are missing.

    Raises:
        JekeError: a folder or the archive cannot be used.
    """
    places.prepare()
    StorageRoot.create(places.archive)
