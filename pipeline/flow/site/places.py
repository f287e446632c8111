"""Where a place of work has its folders, and what its configuration says of keys, recordings and trust."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pipeline.domain.errors import MachineError
from pipeline.intake.files import UnfitError
from pipeline.intake.inbox import RETURNED
from pipeline.intake.own_folder import NotOursError, own_folder
from pipeline.intake.sentinel import InboxGoneError, mark, require_marked, was_marked

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
    def returned(self) -> tuple[Path, ...]:
        """The folders of inbox/ that the service gives back into."""
        return tuple(self.inbox / name for name in RETURNED)

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
    def web(self) -> Path:
        """The page's own: accounts, sessions, what is being handed in. Its user writes there."""
        return self.state / "web"

    @property
    def accounts(self) -> Path:
        """Accounts and sessions of the page."""
        return self.web / "accounts.sqlite"

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
        for folder in self.returned:
            try:
                with own_folder(folder):
                    pass
            except NotOursError:
                raise MachineError("folder_squatted", folder=str(folder)) from None
            except (OSError, UnfitError) as error:
                reason = error.strerror if isinstance(error, OSError) else ""
                raise MachineError("place_unusable", folder=str(folder), reason=reason or "") from error

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
        with suppress(InboxGoneError):
            require_marked(self.inbox)
            self._take_returned()

    def _take_returned(self) -> None:
        """Before anybody else does; what cannot be made now is told of when it is needed."""
        for folder in self.returned:
            with suppress(OSError, UnfitError, NotOursError), own_folder(folder):
                pass

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
