"""The key store: a key of its own for every recording, kept apart from the recordings and from all backups.

A destroyed key makes every copy of its recording unreadable, wherever it lies. So nothing else may hold a
key: `state/recording-keys/` (0700, files 0600) is left out of `jeke backup`. A lost key is a destroyed
recording: docs/recordings.md tells how the folder is guarded.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Final

from pyrage import IdentityError
from pyrage.x25519 import Identity, Recipient

from pipeline.system.files import PART, atomic_write, make_folders, narrow_folder, read_file, shred

KEY: Final = ".key"
_FOLDER_MODE: Final = 0o700
_FILE_MODE: Final = 0o600


class KeyState(StrEnum):
    """How the key of a recording is."""

    SOUND = "sound"
    MISSING = "missing"
    DAMAGED = "damaged"
    """No age identity: cut, emptied, or a letter changed (bech32 has a checksum)."""
    FOREIGN = "foreign"
    """A whole key, and not the one that this recording was encrypted to."""


class KeyStore:
    """One file a key: `<recording>.key`, an age identity file. The methods raise OSError."""

    def __init__(self, folder: Path) -> None:
        """Makes the folder where it is missing, for its owner alone."""
        self._folder = folder
        make_folders(folder, _FOLDER_MODE)
        narrow_folder(folder, _FOLDER_MODE)

    def make(self, recording_id: str) -> Recipient:
        """A new key, on the disk when this returns; what may be encrypted to it."""
        identity = Identity.generate()
        atomic_write(self._path(recording_id), f"{identity}\n".encode(), _FILE_MODE)
        return identity.to_public()

    def identity(self, recording_id: str) -> Identity | None:
        """The key as it lies on the disk; None where there is none that can be used (`has` tells which)."""
        try:
            lines = read_file(self._path(recording_id)).decode("ascii").splitlines()
            (key,) = (line for line in lines if line and not line.startswith("#"))
            return Identity.from_str(key)
        except (FileNotFoundError, ValueError, IdentityError):
            return None

    def has(self, recording_id: str) -> bool:
        """Whether the key's file is there."""
        return self._path(recording_id).exists()

    def destroy(self, recording_id: str) -> None:
        """Overwrites and removes the key, and what is left of one cut short in its making."""
        for path in self.traces(recording_id):
            shred(path)

    def traces(self, recording_id: str) -> tuple[Path, ...]:
        """Whatever lies there of that recording's key."""
        path = self._path(recording_id)
        return tuple(p for p in (path, path.with_name(path.name + PART)) if p.exists())

    def names(self) -> Iterator[str]:
        """The names of all files in the store."""
        return (path.name for path in self._folder.iterdir())

    def _path(self, recording_id: str) -> Path:
        return self._folder / (recording_id + KEY)
