"""The recordings store: every recording encrypted with a key of its own, under an opaque name (¶29).

    recordings/<id>.age      the recording, encrypted
    recordings/<id>.json     what is known of it; it is there once all else is, and goes last of all
    recordings/<id>.json.part   it is being stored: what else lies there of it counts for nothing yet
    recording-keys/<id>.key  its key

The facts name the case, the sitting and the file as HR called it, as the archive beside them does in plain
text too; they hold neither a name nor an IIN of their own.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from pipeline.domain.errors import CorruptError, JekeError, MachineError, NotFoundError
from pipeline.domain.recordings import fold_file
from pipeline.retention.keys import KeyState, KeyStore
from pipeline.retention.sealing import (
    BrokenSealError,
    Nowhere,
    Sum,
    Writer,
    opens,
    seal,
    summed,
    unseal,
    unwatched,
)
from pipeline.system.files import (
    PART,
    atomic_write,
    make_folders,
    narrow_folder,
    read_file,
    remove,
    rename,
    sync_folder,
    write_file,
)

FORMAT: Final = "jeke/recording/1"
SEALED: Final = ".age"
FACTS: Final = ".json"
ID_DIGITS: Final = 32
PLACE_FILE: Final = "place.json"
"""Says which place of work the store belongs to."""
_FOLDER_MODE: Final = 0o750
_FILE_MODE: Final = 0o640
_NAME: Final = re.compile(r"([0-9a-f]{32})\.(?:age|json|key)(?:\.part)?")


@dataclass(frozen=True, slots=True)
class About:
    """What is told of a recording as it is stored. `seconds` is its length, sum and size are its own."""

    file: str
    case: str
    sitting: str
    type: str
    recorded_on: date | None
    seconds: float | None
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Stored:
    """What the vault knows of one recording.

    `id` is opaque, 32 hexadecimal digits. `file` is the name as dropped, `type` audio or video, `seconds` the
    length where it is known; `size` (bytes) and `sha256` are those of the recording itself, the sealed ones
    those of the encrypted file.
    """

    id: str
    file: str
    case: str
    sitting: str
    type: str
    recorded_on: date | None
    seconds: float | None
    size: int
    sha256: str
    sealed_size: int
    sealed_sha256: str
    stored_at: datetime

    @property
    def key(self) -> tuple[str, str, str]:
        """The key of the register's entry it was stored for."""
        return self.case, self.sitting, fold_file(self.file)


class Vault:
    """One store with its keys. One process writes; others may read and listen meanwhile."""

    def __init__(self, recordings: Path, keys: KeyStore) -> None:
        """Use `open`."""
        self._folder = recordings
        self._keys = keys

    @classmethod
    def open(cls, recordings: Path, keys: Path) -> Vault:
        """The store in that folder; folders that are missing are made.

        Raises:
            MachineError: `recordings_unusable`.
        """
        with _translated():
            make_folders(recordings, _FOLDER_MODE)
            narrow_folder(recordings, _FOLDER_MODE)
            return cls(recordings, KeyStore(keys))

    # --- storing ------------------------------------------------------------------------------------------

    def put(
        self, source: Path, about: About, *, at: datetime, alive: Callable[[], None] = unwatched
    ) -> Stored:
        """Stores a recording; it is safe when this returns, and the source may go.

        It takes minutes where the recording is large: `alive` is told all the while.

        The encrypted copy has then been read back from the disk and decrypted with the key as it lies there,
        and its SHA-256 is that of `about`.

        Raises:
            MachineError: `recording_changed`, somebody still writes to the source; `recordings_unusable`,
                `recording_sealed_wrong`. Nothing is left behind, or the next `recover` sees to it.
        """
        with self.encrypted(source, about, at=at, alive=alive) as keep:
            return keep()

    @contextmanager
    def encrypted(
        self, source: Path, about: About, *, at: datetime, alive: Callable[[], None] = unwatched
    ) -> Iterator[Callable[[], Stored]]:
        """The same in two steps: encrypted and read back, which takes long; stored by calling what is given.

        Left without calling it, nothing of the recording remains. Until then it counts as being stored
        (`under_way`).

        Raises:
            MachineError: as `put`.
        """
        recording_id = _new_id()
        try:
            with _translated():
                sealed = self._seal(recording_id, source, about, alive)
            yield lambda: self._keep(recording_id, about, at, sealed)
        finally:
            with suppress(OSError):
                self._undo(recording_id)

    def _seal(self, recording_id: str, source: Path, about: About, alive: Callable[[], None]) -> Sum:
        write_file(self._part(recording_id, FACTS), b"", _FILE_MODE)
        sync_folder(self._folder)
        recipient = self._keys.make(recording_id)
        part = self._part(recording_id, SEALED)
        seal(source, part, recipient, alive)
        return self._read_back(recording_id, part, source, about, alive)

    def _keep(self, recording_id: str, about: About, at: datetime, sealed: Sum) -> Stored:
        stored = Stored(
            id=recording_id,
            **asdict(about),
            sealed_size=sealed.size,
            sealed_sha256=sealed.sha256,
            stored_at=at,
        )
        with _translated():
            rename(self._part(recording_id, SEALED), self._file(recording_id, SEALED))
            sync_folder(self._folder)
            atomic_write(self._file(recording_id, FACTS), _facts(stored), _FILE_MODE)
        return stored

    def _read_back(
        self, recording_id: str, part: Path, source: Path, about: About, alive: Callable[[], None]
    ) -> Sum:
        identity = self._keys.identity(recording_id)
        if identity is None:
            raise MachineError("recording_sealed_wrong", id=recording_id)
        try:
            sealed, plain = unseal(part, identity, Nowhere(alive))
        except BrokenSealError as error:
            raise MachineError("recording_sealed_wrong", id=recording_id) from error
        if plain.sha256 != about.sha256:
            still = summed(source).sha256 == about.sha256
            raise MachineError("recording_sealed_wrong" if still else "recording_changed", id=recording_id)
        return sealed

    def recover(self) -> None:
        """At start, alone: takes away what is left of recordings whose storing was cut short.

        Raises:
            MachineError: `recordings_unusable`.
        """
        with _translated():
            for recording_id in self.under_way():
                if _is_id(recording_id) and not self._file(recording_id, FACTS).exists():
                    self._undo(recording_id)

    def _undo(self, recording_id: str) -> None:
        """Nothing where it is stored; the intent goes last."""
        if self._file(recording_id, FACTS).exists():
            return
        self._keys.destroy(recording_id)
        for path in (self._part(recording_id, SEALED), self._file(recording_id, SEALED)):
            remove(path)
        remove(self._part(recording_id, FACTS))

    # --- knowing ------------------------------------------------------------------------------------------

    def all(self) -> tuple[Stored, ...]:
        """Every recording, in the order of storing; those whose facts do not read are left out (`damaged`).

        Raises:
            MachineError: `recordings_unusable`.
        """
        found = (self.get(recording_id) for recording_id in self.ids())
        return tuple(sorted((s for s in found if s is not None), key=lambda s: (s.stored_at, s.id)))

    def get(self, recording_id: str) -> Stored | None:
        """One recording; None where there is none, or its facts do not read.

        Raises:
            MachineError: `recordings_unusable`.
        """
        if not _is_id(recording_id):
            return None
        with _translated():
            try:
                stored = _read_facts(read_file(self._file(recording_id, FACTS)))
            except (FileNotFoundError, ValueError, KeyError, TypeError):
                return None
        return stored if stored.id == recording_id else None

    def find(self, sha256: str) -> tuple[Stored, ...]:
        """The recordings of exactly these bytes."""
        return tuple(stored for stored in self.all() if stored.sha256 == sha256)

    def ids(self) -> tuple[str, ...]:
        """Of every recording of which anything lies here, a key or a piece of one, whole or not.

        Raises:
            MachineError: `recordings_unusable`.
        """
        with _translated():
            names = {path.name for path in self._folder.iterdir()} | set(self._keys.names())
        return tuple(sorted({match[1] for name in names if (match := _NAME.fullmatch(name))}))

    def under_way(self) -> frozenset[str]:
        """The recordings being stored, or whose storing was cut short and not seen to yet.

        Raises:
            MachineError: `recordings_unusable`.
        """
        with _translated():
            parts = (path.name for path in self._folder.glob(f"*{FACTS}{PART}"))
            return frozenset(name.removesuffix(FACTS + PART) for name in parts)

    def strangers(self) -> tuple[Path, ...]:
        """Files in the store that bear none of its names.

        Raises:
            MachineError: `recordings_unusable`.
        """
        with _translated():
            found = (p for p in self._folder.iterdir() if p.name != PLACE_FILE)
            return tuple(sorted(p for p in found if not _NAME.fullmatch(p.name)))

    def has_key(self, recording_id: str) -> bool:
        """Whether its key is there."""
        return _is_id(recording_id) and self._keys.has(recording_id)

    def has_usable_key(self, recording_id: str) -> bool:
        """Whether its key is there and reads; whether it is that recording's tells `key_state`.

        Raises:
            MachineError: `recordings_unusable`.
        """
        with _translated():
            return _is_id(recording_id) and self._keys.identity(recording_id) is not None

    def key_state(self, recording_id: str) -> KeyState:
        """How its key is; whose it is can be told only where the encrypted file is there.

        Raises:
            MachineError: `recordings_unusable`.
        """
        if not self.has_key(recording_id):
            return KeyState.MISSING
        with _translated():
            identity = self._keys.identity(recording_id)
            if identity is None:
                return KeyState.DAMAGED
            file = self._file(recording_id, SEALED)
            fits = not file.exists() or opens(file, identity)
        return KeyState.SOUND if fits else KeyState.FOREIGN

    def has_file(self, recording_id: str) -> bool:
        """Whether the encrypted recording is there."""
        return _is_id(recording_id) and self._file(recording_id, SEALED).exists()

    def traces(self, recording_id: str) -> tuple[Path, ...]:
        """Whatever of it still lies in the store or among the keys, pieces too; its facts aside."""
        if not _is_id(recording_id):
            return ()
        files = (self._file(recording_id, SEALED), self._part(recording_id, SEALED))
        return tuple(path for path in files if path.exists()) + self._keys.traces(recording_id)

    def sealed_size(self, recording_id: str) -> int | None:
        """How many bytes the encrypted file has now; None where it is not there."""
        try:
            return self._file(recording_id, SEALED).stat().st_size if _is_id(recording_id) else None
        except OSError:
            return None

    def sealed_sum(self, recording_id: str) -> Sum | None:
        """What the encrypted file's sum is now; None where it is not there.

        Raises:
            MachineError: `recordings_unusable`, it cannot be read.
        """
        if not self.has_file(recording_id):
            return None
        with _translated():
            return summed(self._file(recording_id, SEALED))

    # --- listening ----------------------------------------------------------------------------------------

    def read_into(self, recording_id: str, into: Writer) -> Stored:
        """Decrypts a recording into a writer; what was written counts only once this has returned.

        Raises:
            NotFoundError: `recording_unknown`.
            CorruptError: `recording_key_missing`, `recording_file_missing`, `recording_damaged`.
            OSError: the file cannot be read, or the writer failed.
        """
        stored = self.get(recording_id)
        if stored is None:
            raise NotFoundError("recording_unknown", id=recording_id)
        identity = self._keys.identity(recording_id)
        if identity is None:
            raise CorruptError("recording_key_missing", id=recording_id)
        try:
            _, plain = unseal(self._file(recording_id, SEALED), identity, into)
        except FileNotFoundError as error:
            raise CorruptError("recording_file_missing", id=recording_id) from error
        except BrokenSealError as error:
            raise CorruptError("recording_damaged", id=recording_id) from error
        if plain.sha256 != stored.sha256:
            raise CorruptError("recording_damaged", id=recording_id)
        return stored

    # --- destroying ---------------------------------------------------------------------------------------

    def destroy_key(self, recording_id: str) -> None:
        """Overwrites the key and takes it away; once more is as good as once.

        Raises:
            MachineError: `recordings_unusable`.
        """
        with _translated():
            if _is_id(recording_id):
                self._keys.destroy(recording_id)

    def destroy_file(self, recording_id: str) -> None:
        """Takes the encrypted recording away, and pieces of it; once more is as good as once.

        Raises:
            MachineError: `recordings_unusable`.
        """
        with _translated():
            if _is_id(recording_id):
                remove(self._part(recording_id, SEALED))
                remove(self._file(recording_id, SEALED))

    def forget(self, recording_id: str) -> None:
        """Takes the facts away, when all else is gone.

        Raises:
            MachineError: `recordings_unusable`.
            ValueError: something of the recording is still here.
        """
        if self.traces(recording_id):
            raise ValueError("a recording is forgotten last of all")
        with _translated():
            if _is_id(recording_id):
                remove(self._file(recording_id, FACTS))

    # ------------------------------------------------------------------------------------------------------

    def _file(self, recording_id: str, ending: str) -> Path:
        return self._folder / (recording_id + ending)

    def _part(self, recording_id: str, ending: str) -> Path:
        return self._folder / (recording_id + ending + PART)


def _new_id() -> str:
    """Nothing in it may be taken for an IIN, and starred, where it is printed."""
    while re.search(r"[0-9]{12}", recording_id := uuid.uuid4().hex):
        pass
    return recording_id


def _is_id(text: str) -> bool:
    """Nothing else ever becomes a path."""
    return re.fullmatch(r"[0-9a-f]{32}", text) is not None


def _facts(stored: Stored) -> bytes:
    content = asdict(stored) | {
        "format": FORMAT,
        "recorded_on": stored.recorded_on and stored.recorded_on.isoformat(),
        "stored_at": stored.stored_at.isoformat(),
    }
    return f"{json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1)}\n".encode()


def _read_facts(data: bytes) -> Stored:
    """Raises ValueError, KeyError, TypeError where they are not ours."""
    content = json.loads(data)
    if content.pop("format") != FORMAT:
        raise ValueError("format")
    day = content["recorded_on"]
    return Stored(
        **content
        | {
            "recorded_on": None if day is None else date.fromisoformat(day),
            "stored_at": datetime.fromisoformat(content["stored_at"]),
        }
    )


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except JekeError:
        raise
    except OSError as error:
        raise MachineError("recordings_unusable", reason=error.strerror or "") from error
