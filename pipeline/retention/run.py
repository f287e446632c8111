"""Running an approved plan: each recording looked at again, then destroyed with proof.

    intent ─ key ─ file ─ copies ─ looked for, not found ─ closed ─ act in the personal file ─ forgotten

Each arrow is on the disk before the next step, and every step may be done again. So a run killed anywhere is
ended by the next one: what has lost its key goes all the way to its act, whatever was said meanwhile; what
still has it is judged anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from pipeline.domain.errors import MachineError
from pipeline.retention.plan import Item, Plan, Reason
from pipeline.retention.run_log import ActFiled, Gone, RunLog, Start


class Store(Protocol):
    """What the run needs of the store of recordings; each method once more is as good as once."""

    def has_usable_key(self, recording_id: str) -> bool:
        """Whether it can still be read: its key is there, and not overwritten on its way out."""

    def destroy_key(self, recording_id: str) -> None:
        """After this nobody can read it, from whatever copy."""

    def destroy_file(self, recording_id: str) -> None:
        """The encrypted file goes."""

    def traces(self, recording_id: str) -> tuple[Path, ...]:
        """What is left of it there."""

    def forget(self, recording_id: str) -> None:
        """What the store knows of it goes, last of all."""


@dataclass(frozen=True, slots=True)
class Hands:
    """What a run works with.

    `look` judges a recording anew from the archive itself, and gives it with the reason of now. `tell` puts
    its coming destruction into the audit chain, `told` asks whether that was done. `copies` destroys what
    lies of it outside the store, looks again and says how many there were. `file_act` puts the act of that
    number on the recordings of one case into its personal file and the register; it knows an act that is
    there already.
    """

    store: Store
    look: Callable[[Item], Item]
    tell: Callable[[Start, Item], None]
    told: Callable[[Item], bool]
    copies: Callable[[Item], int]
    file_act: Callable[[Start, str, Sequence[Gone]], ActFiled]
    clock: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """What a run has led to, by now: destroyed with which acts, and kept with which reason."""

    destroyed: tuple[Item, ...]
    acts: tuple[ActFiled, ...]
    kept: tuple[tuple[Item, Reason], ...]


def run(plan: Plan, mandate: str, log: RunLog, hands: Hands) -> RunOutcome:
    """Destroys what the plan names and what may be destroyed now; a run that is over changes nothing.

    Raises:
        MachineError: the disk, the renderer or the seal is at fault; running the plan again goes on.
    """
    if not log.ended:
        if log.start is None:
            log.begin(Start(plan.number, plan.sha256, mandate, hands.clock()))
        if not log.closed:
            _go_on(log, hands, hands.look)
            _go_through(plan, log, hands)
            log.close()
        _end(log, hands)
    return outcome(plan, log)


def settle(log: RunLog, hands: Hands) -> None:
    """Ends what a killed run had destroyed, and destroys nothing more: the clock or the mandate is in doubt.

    What still has its key is kept, and needs a new plan.

    Raises:
        MachineError: as `run`.
    """
    if not log.closed:
        _go_on(log, hands, lambda item: replace(item, reason=Reason.INTERRUPTED))
        log.close()
    _end(log, hands)


def outcome(plan: Plan, log: RunLog) -> RunOutcome:
    """What the log says of the plan's recordings."""
    never = ((item, Reason.INTERRUPTED) for item in plan.destroy if not log.knows(item.recording))
    return RunOutcome(
        tuple(gone.item for gone in log.gone.values()),
        tuple(log.acts.values()),
        (*log.kept.values(), *(never if log.closed else ())),
    )


def _go_on(log: RunLog, hands: Hands, look: Callable[[Item], Item]) -> None:
    """What was begun and has lost its key is ended, whatever was said since; what has it is `look`ed at.

    A key is destroyed only behind an entry in the chain: one that is gone without it was lost another way. It
    is overwritten before it is removed; a kill in between leaves one that opens nothing.
    """
    for item in log.under_way:
        if hands.store.has_usable_key(item.recording) or not hands.told(item):
            now = look(item)
            if now.reason is not Reason.TERM_OVER:
                log.keep(now)
                continue
        _destroy(item, log, hands)


def _go_through(plan: Plan, log: RunLog, hands: Hands) -> None:
    cases = sorted({item.case for item in plan.destroy})
    for item in plan.destroy:
        if not log.knows(item.recording):
            now = hands.look(item)
            if now.reason is Reason.TERM_OVER:
                log.intend(item, act=f"{plan.number}/{cases.index(item.case) + 1}")
                _destroy(item, log, hands)
            else:
                log.keep(now)


def _destroy(item: Item, log: RunLog, hands: Hands) -> None:
    """The key first: from then on the recording is destroyed, wherever copies of it lie."""
    if log.start is not None:
        hands.tell(log.start, item)
    hands.store.destroy_key(item.recording)
    hands.store.destroy_file(item.recording)
    copies = hands.copies(item)
    if hands.store.traces(item.recording):
        raise MachineError("recording_remains", recording=item.recording)
    log.is_gone(item, hands.clock(), copies)


def _end(log: RunLog, hands: Hands) -> None:
    """Acts, one a case; only then the store forgets what it knew of the recordings."""
    if log.start is None:
        return
    for case, gone in _by_case(log.gone.values()).items():
        if case not in log.acts:
            log.act_filed(hands.file_act(log.start, log.numbers[case], gone))
        for one in gone:
            if one.item.recording not in log.forgotten:
                hands.store.forget(one.item.recording)
                log.forget(one.item.recording)
    log.end()


def _by_case(gone: Iterable[Gone]) -> dict[str, list[Gone]]:
    """One act a case: nobody's file shows another's recordings."""
    cases: dict[str, list[Gone]] = {}
    for one in sorted(gone, key=lambda g: (g.item.case, g.item.file, g.item.recording)):
        cases.setdefault(one.item.case, []).append(one)
    return cases
