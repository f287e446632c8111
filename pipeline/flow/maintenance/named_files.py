"""The files that config.yaml names, in a backup: kept beside the place of work, or left to people."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.archive.moves.backup_list import BackupList
from pipeline.domain.errors import MachineError
from pipeline.flow.maintenance.backup import OUTSIDE, STATE, kept_as
from pipeline.flow.site.places import SealKey
from pipeline.signatures.trust import files_of


@dataclass(frozen=True, slots=True)
class NamedFiles:
    """What the configuration names; `place` is the folder it lies in."""

    place: Path
    calendar: Path | None
    seal: SealKey | None
    trust: Path | None

    def kept(self) -> tuple[dict[str, Path], tuple[Path, ...]]:
        """Those kept, by their path in a backup, and those kept apart, secret or not to be read."""
        kept: dict[str, Path] = {}
        apart = [*self._secret]
        for path in self._paths:
            try:
                inside = {kept_as(path, self.place): path}
                if path == self.trust:
                    inside = {f"{kept_as(path, self.place)}/{file.name}": file for file in files_of(path)}
                kept |= inside
            except MachineError:
                apart.append(path)
        return kept, tuple(apart)

    def outside(self) -> dict[str, Path]:
        """Those that lie outside of the place of work, by where a backup keeps them."""
        named = {kept_as(path, self.place): path for path in self._paths}
        return {kept: path for kept, path in named.items() if kept.startswith(OUTSIDE)}

    def to_put_back(self, restored: Path) -> dict[str, Path]:
        """Those that came back into the restored place and that people must put where they lay."""
        return {
            kept: path
            for kept, path in self.outside().items()
            if (restored / kept).exists() and not path.exists()
        }

    def lacking(self, listed: BackupList) -> list[str]:
        """What people must still put in its place after a restore: what is nowhere, recordings' keys."""
        here = {kept_as(path, self.place): path for path in self._paths}
        missing = [path for kept, path in here.items() if not (self.place / kept).exists()]
        return [
            *(str(path) for path in (*missing, *self._secret) if not path.exists()),
            *(path for path in listed.left_out if path.startswith(STATE)),
        ]

    @property
    def _paths(self) -> list[Path]:
        """The calendar, the seal's key, the folder of trust."""
        named = (self.calendar, self.seal.pkcs12 if self.seal else None, self.trust)
        return [path for path in named if path is not None]

    @property
    def _secret(self) -> list[Path]:
        return [self.seal.passphrase_file] if self.seal else []
