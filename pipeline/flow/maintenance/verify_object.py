"""One object of the archive, looked into by a worker: every byte first, then what its files say."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.archive.index.verify_content import read_through, seal_troubles
from pipeline.archive.index.verify_rows import rows_of_entry
from pipeline.archive.ocfl.storage_root import OcflObject, StorageRoot
from pipeline.archive.ocfl.verify import Problem, RootStanding, Verified, verify_standing
from pipeline.documents.sealing.papers import Papers
from pipeline.domain.errors import JekeError
from pipeline.flow.maintenance.seal_check import SealCheck
from pipeline.flow.site.opening import filed_record


@dataclass(frozen=True, slots=True)
class Task:
    """One object for a worker; `read_before` is the inventory with which its content was found to agree."""

    root: Path
    standing: RootStanding
    quick: bool
    roots: tuple[bytes, ...]
    read_before: str


@dataclass(frozen=True, slots=True)
class Looked:
    """What a worker saw. `rows` are those an index should hold, empty where the content was not read."""

    verified: Verified
    head: str = ""
    rows: str = ""
    problems: tuple[Problem, ...] = ()


def look(task: Task) -> Looked:
    """What an object comes to.

    Raises:
        MachineError: `archive-busy`.
    """
    verified = verify_standing(task.root, task.standing, quick=task.quick)
    object_id = task.standing.object_id
    if object_id is None or not verified.sound:
        return Looked(verified)
    try:
        filed = StorageRoot(task.root).get(object_id)
    except JekeError as error:
        return Looked(verified, problems=(Problem("unreadable", object_id, "", error.code),))
    if filed is None:
        return Looked(verified)
    if task.quick or task.read_before == verified.inventory:
        return Looked(verified, filed.head)
    return _read(verified, filed, task)


def _read(verified: Verified, filed: OcflObject, task: Task) -> Looked:
    entry, troubles = read_through(filed, filed_record, StorageRoot(task.root).get)
    with Papers() as papers:
        seals = tuple(seal_troubles(filed, SealCheck(task.roots, papers)))
    problems = tuple(Problem(code, filed.id, path, of) for code, path, of in (*troubles, *seals))
    return Looked(verified, filed.head, rows_of_entry(entry) if entry else "", problems)
