"""`jeke verify`: archive, seals and lists, index, recordings, audit chain, state. Looks, never repairs."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version

from pipeline.archive.audit.log import SEEN, AuditLog
from pipeline.archive.audit.verify import BreakKind
from pipeline.archive.index.locations import Index
from pipeline.archive.index.schema import SCHEMA
from pipeline.archive.index.verify_content import read_through
from pipeline.archive.index.verify_rows import rows_in, rows_of_entry
from pipeline.archive.ocfl.layout import IDENTITY_FILE
from pipeline.archive.ocfl.storage_root import StorageRoot
from pipeline.archive.ocfl.verify import Problem, RootStanding, survey
from pipeline.archive.ocfl.verify_memory import Memory, Sound
from pipeline.archive.person.content import EVENTS
from pipeline.domain.errors import CorruptError, JekeError, MachineError
from pipeline.flow.maintenance.head_sealing import proven_heads
from pipeline.flow.maintenance.told_versions import lost_versions
from pipeline.flow.maintenance.verify_object import Looked, Task, look
from pipeline.flow.maintenance.verify_state import state_problems
from pipeline.flow.maintenance.witnesses import Witnesses, witnesses
from pipeline.flow.retention.reconciling import check_recordings
from pipeline.flow.site.identity import require
from pipeline.flow.site.opening import filed_record, reindex
from pipeline.flow.site.parallel import cores, in_parallel
from pipeline.flow.site.places import Places, SealKey
from pipeline.flow.site.seal_roots import known_authorities

SETTLING_SECONDS = 5.0
"""How long the index may lag behind an object: the service writes the one right after the other."""
_LOOK_AGAIN = 0.1
_SAVE_EACH = 200

Tell = Callable[[Problem], None]
"""Told of each problem as it is found."""
Step = Callable[[int], None]
"""Told how many objects were looked at."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be verified, and how: `quick` reads no content, `fresh` trusts nothing found before.

    `own_seal`: papers are sealed with the body's own key.
    """

    places: Places
    quick: bool
    roots: tuple[bytes, ...]
    now: datetime
    fresh: bool = False
    workers: int = 1
    own_seal: bool = False

    @classmethod
    def of(cls, places: Places, seal: SealKey | None, now: datetime, *, quick: bool, fresh: bool) -> Asked:
        """By as many processes as the machine has cores, seals by every authority known there."""
        roots = known_authorities(places.seal, seal)
        return cls(places, quick, roots, now, fresh, cores(), own_seal=seal is not None)


@dataclass(slots=True)
class VerifyOutcome:
    """What a verification came to.

    `sound` objects were found so now, `earlier` ones by the same run before it was interrupted, the first of
    them at `begun`. `read` objects had their lists and seals judged now; of the others the bytes alone, which
    are those that were judged before.
    """

    begun: datetime
    resumed: bool = False
    sound: int = 0
    earlier: int = 0
    damaged: int = 0
    read: int = 0
    files: int = 0
    size: int = 0
    audit: str = ""
    audit_entries: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def broken(self) -> int:
        """Problems that are more than a warning of the specification."""
        return sum(not problem.warning for problem in self.problems)


def check(asked: Asked, tell: Tell, step: Step) -> VerifyOutcome:
    """Everything the place of work keeps.

    Raises:
        MachineError: `archive-missing`, `archive-busy`, `worker_died`.
    """
    memory_file = None if asked.quick else asked.places.verified
    with Memory.open(memory_file, now=asked.now, fresh=asked.fresh) as memory:
        run = _Run(asked, memory, tell, step)
        run.archive()
        run.beside_the_archive()
        memory.finish()
    return run.outcome


class _Run:
    def __init__(self, asked: Asked, memory: Memory, tell: Tell, step: Step) -> None:
        self._asked = asked
        self._memory = memory
        self._tell = tell
        self._step = step
        self._root = StorageRoot(asked.places.archive)
        self._index = _index(self._root, asked.places)
        self._read_with = _read_with(asked.roots)
        self._unsaved = 0
        self.outcome = VerifyOutcome(memory.begun, resumed=memory.resumed)

    # --- the archive --------------------------------------------------------------------------------------

    def archive(self) -> None:
        for looked in in_parallel(look, self._tasks(), self._asked.workers):
            self._take(looked)
            self._step(1)

    def _tasks(self) -> Iterator[Task]:
        asked = self._asked
        for found in survey(asked.places.archive):
            if isinstance(found, Problem):
                self._problem(found)
            elif found.object_id is not None and self._found_before_the_break(found.object_id):
                self.outcome.earlier += 1
                self._step(1)
            else:
                yield Task(asked.places.archive, found, asked.quick, asked.roots, self._read_before(found))

    def _found_before_the_break(self, object_id: str) -> bool:
        """Found sound by this very run, and no version of it filed since."""
        known = self._memory.of(object_id) if self._memory.in_this_run(object_id) else None
        return known is not None and self._root.stated_inventory(object_id) == known.inventory

    def _read_before(self, standing: RootStanding) -> str:
        known = self._memory.of(standing.object_id) if standing.object_id else None
        return known.inventory if known is not None and known.read_with == self._read_with else ""

    def _take(self, looked: Looked) -> None:
        verified, outcome = looked.verified, self.outcome
        object_id = verified.standing.object_id
        outcome.files += verified.files
        outcome.size += verified.size
        outcome.read += bool(looked.rows)
        problems = (*verified.problems, *looked.problems)
        for problem in problems:
            self._problem(problem)
        if object_id is None or any(not problem.warning for problem in problems):
            outcome.damaged += 1
            return
        outcome.sound += 1
        rows = looked.rows or self._rows_before(object_id)
        self._against_index(object_id, looked.head, rows)
        if not self._asked.quick:
            self._remember(Sound(object_id, verified.inventory, self._asked.now, self._read_with, rows))

    def _rows_before(self, object_id: str) -> str:
        known = self._memory.of(object_id)
        return known.rows if known is not None and known.read_with == self._read_with else ""

    def _remember(self, sound: Sound) -> None:
        self._memory.remember(sound)
        self._unsaved += 1
        if self._unsaved >= _SAVE_EACH:
            self._memory.save()
            self._unsaved = 0

    # --- the index ----------------------------------------------------------------------------------------

    def _against_index(self, object_id: str, head: str, rows: str) -> None:
        """`rows` are empty in a quick look: heads are compared alone."""
        if self._index is None:
            return
        until = time.monotonic() + SETTLING_SECONDS
        try:
            while (wrong := self._index_fault(object_id, head, rows)) and time.monotonic() < until:
                time.sleep(_LOOK_AGAIN)
                head, rows = self._as_it_is(object_id, rows)
        except CorruptError:
            wrong = "index-differs"
        if wrong:
            self._problem(Problem(wrong, object_id, self._asked.places.index.name))

    def _index_fault(self, object_id: str, head: str, rows: str) -> str:
        if self._index is None:
            return ""
        known = self._index.head(object_id)
        if known is None:
            return "index-lacks"
        if known != head:
            return "index-behind"
        return "index-differs" if rows and rows_in(self._index, object_id) != rows else ""

    def _as_it_is(self, object_id: str, rows: str) -> tuple[str, str]:
        """Head and rows once more: the service may have filed a version since the worker looked."""
        filed = self._root.get(object_id)
        if filed is None:
            return "", ""
        entry = read_through(filed, filed_record, self._root.get)[0] if rows else None
        return filed.head, rows_of_entry(entry) if entry is not None else ""

    def _index_problems(self) -> Iterator[Problem]:
        name = self._asked.places.index.name
        if self._index is None:
            if self._asked.places.index.exists() or next(self._root.object_ids(), None) is not None:
                yield Problem("index-unusable", None, name)
            return
        try:
            if not self._asked.quick and self._index.value("PRAGMA integrity_check") != "ok":
                yield Problem("index-unusable", None, name)
            for object_id in self._index.object_ids():
                if self._root.get(object_id) is None:
                    yield Problem("object-missing", object_id, name)
        except CorruptError:  # an object that is there and does not verify has been named
            return

    # --- what lies beside ---------------------------------------------------------------------------------

    def beside_the_archive(self) -> None:
        for problem in (*self._identity(), *self._index_problems(), *self._audit(), *self._state_problems()):
            self._problem(problem)
        for problem in self._recordings():
            self._problem(problem)
        if self._index is not None:
            self._index.close()

    def _state_problems(self) -> Iterator[Problem]:
        asked = self._asked
        try:
            yield from state_problems(asked.places, self._index, own_seal=asked.own_seal)
        except CorruptError:  # the index has been named
            yield from state_problems(asked.places, None, own_seal=asked.own_seal)

    def _identity(self) -> Iterator[Problem]:
        """Folders that do not belong together: what else is said of them may be of another place."""
        try:
            require(self._asked.places)
        except MachineError as error:
            file = IDENTITY_FILE if error.code == "place_mismatch" else ""
            yield Problem("place-differs", None, file, error.code)

    def _recordings(self) -> Iterator[Problem]:
        if self._index is None:
            return
        try:
            log, full = AuditLog.open(self._asked.places.audit), not self._asked.quick
            for found in check_recordings(self._asked.places, self._root, self._index, log, full=full):
                code = f"recording-{found.code}" if found.code.fault else f"W-recording-{found.code}"
                yield Problem(code, None, found.where, found.recording)
        except JekeError as error:
            yield Problem("recording-unchecked", None, self._asked.places.recordings.name, error.code)

    def _audit(self) -> Iterator[Problem]:
        log = AuditLog.open(self._asked.places.audit)
        seen = self._witnesses(log)
        report = log.verify(seen.heads)
        self.outcome.audit = str(report.head)
        self.outcome.audit_entries = report.entries
        for found in report.breaks:
            place = f"{self._asked.places.audit.name}/{found.file or 'head'}"
            place = SEEN if found.kind is BreakKind.SEEN else place
            yield Problem(f"audit-{found.kind}", None, place, str(found.number))
        yield from seen.problems
        yield from (Problem("audit-stranger", object_id, EVENTS) for object_id in seen.strangers)
        yield from lost_versions(self._root, log, self._asked.places.state)

    def _witnesses(self, log: AuditLog) -> Witnesses:
        places = self._asked.places
        if self._asked.quick:
            heads, problems = proven_heads(places, log, None)
            return Witnesses(heads, problems=problems)
        return witnesses(places, log, self._asked.roots)

    def _problem(self, problem: Problem) -> None:
        self.outcome.problems.append(problem)
        self._tell(problem)


def _index(root: StorageRoot, places: Places) -> Index | None:
    """The index as it is; one that is damaged is named and not made anew.

    That there is none yet, or another version's, is no damage: it is made as by any other command.
    """
    with suppress(JekeError):
        try:
            return Index.open(places.index)
        except CorruptError as error:
            if error.code != "index_damaged":
                reindex(root, places)
                return Index.open(places.index)
    return None


def _read_with(roots: tuple[bytes, ...]) -> str:
    """With what content is judged: another program or another known authority judges it anew."""
    digest = hashlib.sha256(f"{version('jeke-is')}\n{SCHEMA}".encode())
    for root in sorted(roots):
        digest.update(hashlib.sha256(root).digest())
    return digest.hexdigest()
