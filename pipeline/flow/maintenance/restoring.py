"""`jeke restore`: a place of work out of a backup, and the proof that what came back is whole."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass
from pathlib import Path

from pipeline.archive.audit.actor import Actor
from pipeline.archive.audit.log import AuditEvent
from pipeline.archive.moves.backup import Backup
from pipeline.archive.moves.backup_list import BackupList
from pipeline.archive.moves.restore import Restored, restore
from pipeline.archive.ocfl.storage_root import StorageRoot
from pipeline.domain.errors import CorruptError
from pipeline.flow.maintenance.verify import Asked, Step, Tell, VerifyOutcome, check
from pipeline.flow.site.laying_out import CONFIG, PlacesOf
from pipeline.flow.site.opening import reindex

_PATHS = re.compile(r"^paths:.*\n(?:[ \t]+.*\n|[ \t]*#.*\n|[ \t]*\n)*", re.MULTILINE)
_BLOCK = re.compile(r"paths:[ \t]*(#.*)?\n")
_STANDARD = re.compile(
    r"[ \t]+(?P<place>inbox|outbox|archive|recordings|state|templates):[ \t]*(\./)?(?P=place)/?[ \t]*(#.*)?\n"
    r"|[ \t]*(#.*)?\n"
)


@dataclass(frozen=True, slots=True)
class BroughtBack:
    """What came back, of which backup; `config_aside` is a configuration that led out of the new place."""

    listed: BackupList
    restored: Restored
    config_aside: Path | None


def backups_in(folder: Path) -> Iterator[tuple[str, BackupList | CorruptError]]:
    """Every backup of the folder by its name, or why its list cannot be read.

    Raises:
        NotFoundError, MachineError: as `Backup.open`.
    """
    opened = Backup.open(folder)
    for name in opened.names():
        try:
            yield name, opened.read(name)
        except CorruptError as error:
            yield name, error


def total(folder: Path, name: str | None) -> int:
    """How many objects and files a restoration has before it."""
    _, listed = _backup(folder, name)
    return len(listed.objects) + len(listed.files)


def bring_back(
    folder: Path,
    target: Path,
    name: str | None,
    places_of: PlacesOf,
    lay_out: Callable[[Path], object],
    step: Callable[[int], None],
) -> BroughtBack:
    """Restores the newest backup, or the one of that name, into a new place of work.

    config.yaml comes back as it was, but for its `paths`: the new place must not work in the old folders. One
    that leads elsewhere all the same is laid aside. `lay_out` adds the folders that no backup holds.

    Raises:
        NotFoundError: `no_backup`, `no_backup_list`.
        CorruptError: `backup_list`.
        RefusedError: `restore_not_empty`.
        MachineError: a disk refused.
    """
    backup, listed = _backup(folder, name)
    aside: Path | None = None

    def complete(part: Path) -> None:
        nonlocal aside
        config = part / CONFIG
        if config.is_file():
            config.write_text(own_paths(config.read_text(encoding="utf-8")), encoding="utf-8")
            if any(path.parent != part.absolute() for path in astuple(places_of(config))):
                aside = config.rename(config.with_suffix(".saved"))
        lay_out(part)

    restored = restore(backup, listed, target, complete, step)
    return BroughtBack(listed, restored, aside)


def prove(listed: BackupList, asked: Asked, actor: Actor, tell: Tell, step: Step) -> VerifyOutcome:
    """Everything verified, the index made anew before; first the chain is told, and of which head it was.

    Raises:
        MachineError: `audit_unwritable`; as `verify.check`.
    """
    number, _, sha256 = listed.audit_head.partition(":")
    actor.tell(AuditEvent.RESTORE, former_number=int(number or 0), former_sha256=sha256)
    reindex(StorageRoot.open(asked.places.archive), asked.places)
    return check(asked, tell, step)


def own_paths(config: str) -> str:
    """config.yaml with the standard folders beside it: a `paths` section with others becomes a comment."""

    def comment(section: re.Match[str]) -> str:
        lines = section[0].splitlines(keepends=True)
        if _BLOCK.fullmatch(lines[0]) and all(_STANDARD.fullmatch(line) for line in lines[1:]):
            return section[0]
        return "".join(f"# {line}" if line.strip() else line for line in lines)

    return _PATHS.sub(comment, config if config.endswith("\n") else f"{config}\n")


def _backup(folder: Path, name: str | None) -> tuple[Backup, BackupList]:
    backup = Backup.open(folder)
    return backup, backup.read(name or next(reversed(backup.names()), ""))
