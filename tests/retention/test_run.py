"""The run, killed before each of its system calls in turn: it always ends with its acts, and with nothing else."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from pipeline.domain.errors import CorruptError, MachineError
from pipeline.retention.copies import destroy_copies
from pipeline.retention.plan import Item, Plan, Reason
from pipeline.retention.run import Hands, RunOutcome, run, settle
from pipeline.retention.run_log import ActFiled, Gone, RunLog, Start
from pipeline.retention.state_files import add_line, put
from pipeline.retention.vault import About, Stored, Vault
from tests.archive.ocfl_support import SCRATCH, at_step, calls_of, in_a_process, was_killed

NOW = datetime(2026, 10, 17, 9, tzinfo=timezone(timedelta(hours=5)))
MANDATE = "Мақұлдаған: Есімов Болат Серікұлы"
FILES = {"a.mp4": "І-1", "b.mp4": "І-1", "c.mp4": "І-2", "kept.mp4": "І-2", "other.mp4": "І-3"}
"""File → case. The plan names all but the last; the fourth is held since."""


@dataclass(frozen=True)
class Site:
    """A store with five recordings, and what a personal file has instead of acts."""

    folder: Path

    @property
    def vault(self) -> Vault:
        return Vault.open(self.folder / "recordings", self.folder / "keys")

    @property
    def log(self) -> RunLog:
        return RunLog(self.folder / "runs" / "2026-001.jsonl")

    def stored(self) -> dict[str, Stored]:
        return {s.file: s for s in self.vault.all()}

    def acts(self) -> dict[str, list[str]]:
        """Act → the recordings it speaks of."""
        paths = (self.folder / "acts").glob("*.json")
        return {path.stem: json.loads(path.read_text()) for path in sorted(paths)}

    def hands(self, held: Sequence[str] = ("kept.mp4",)) -> Hands:
        return Hands(
            store=self.vault,
            look=lambda item: replace(
                item, reason=Reason.HELD if item.file in held else self._in_store(item)
            ),
            tell=lambda start, item: add_line(
                self.folder / "told", f"{start.plan} {item.recording}".encode()
            ),
            told=self._told,
            copies=lambda item: destroy_copies(
                [self.folder / "work"], item.sha256, item.size, item.recording
            ),
            file_act=self._file_act,
            clock=lambda: NOW,
        )

    def _told(self, item: Item) -> bool:
        told = self.folder / "told"
        return told.exists() and f"2026-001 {item.recording}" in told.read_text().splitlines()

    def _in_store(self, item: Item) -> Reason:
        if not self.vault.has_file(item.recording):
            return Reason.FILE_MISSING
        usable = self.vault.has_usable_key(item.recording)
        return Reason.TERM_OVER if usable else Reason.KEY_MISSING

    def _file_act(self, start: Start, number: str, gone: Sequence[Gone]) -> ActFiled:
        assert (start.plan, start.mandate) == ("2026-001", MANDATE)
        for one in gone:
            assert self.vault.traces(one.item.recording) == (), "an act before the recording was gone"
        case, path = gone[0].item.case, self.folder / "acts" / f"{number.replace('/', '-')}.json"
        if not path.exists():
            put(path, json.dumps([g.item.file for g in gone]).encode())
        return ActFiled(case, number, "urn:uuid:x", path.name, hashlib.sha512(path.read_bytes()).hexdigest())


ID_LENGTH = 32


def item_of(stored: Stored) -> Item:
    day = date(2025, 10, 16)
    return Item(
        recording=stored.id,
        case=stored.case,
        sitting=stored.sitting,
        file=stored.file,
        sha256=stored.sha256,
        size=stored.size,
        recorded_on=day,
        keep_until=date(2026, 10, 16),
        years=1,
        reason=Reason.TERM_OVER,
    )


def plan_of(site: Site) -> Plan:
    named = [item_of(s) for f, s in sorted(site.stored().items()) if f != "other.mp4"]
    return Plan("2026-001", NOW.date(), NOW, 1, destroy=tuple(named))


@pytest.fixture
def site() -> Iterator[Site]:
    with tempfile.TemporaryDirectory(dir=SCRATCH) as folder:
        made = Site(Path(folder) / "site")
        (made.folder / "work").mkdir(parents=True)
        for file, case in FILES.items():
            source = made.folder / "source"
            source.write_bytes(f"invented interview {file} ".encode() * 20)
            about = About(
                file,
                case,
                "О-1",
                "video",
                date(2025, 10, 16),
                None,
                source.stat().st_size,
                hashlib.sha256(source.read_bytes()).hexdigest(),
            )
            made.vault.put(source, about, at=NOW)
            shutil.copy(source, made.folder / "work" / f"copy of {file}")
            source.unlink()
        yield made


def ended(site: Site, outcome: RunOutcome) -> None:
    assert sorted(i.file for i in outcome.destroyed) == ["a.mp4", "b.mp4", "c.mp4"]
    assert [(i.file, why) for i, why in outcome.kept] == [("kept.mp4", Reason.HELD)]
    assert site.acts() == {"2026-001-1": ["a.mp4", "b.mp4"], "2026-001-2": ["c.mp4"]}
    assert sorted(site.stored()) == ["kept.mp4", "other.mp4"]
    assert all(site.vault.has_key(s.id) and site.vault.has_file(s.id) for s in site.stored().values())
    assert len(list((site.folder / "keys").iterdir())) == 2
    assert sorted(p.name for p in (site.folder / "work").iterdir()) == [
        "copy of kept.mp4",
        "copy of other.mp4",
    ]
    words = (line.split() for line in (site.folder / "told").read_text().splitlines())
    told = {w[1] for w in words if len(w) > 1 and len(w[1]) == ID_LENGTH}  # a kill may leave half a line
    assert told == {item.recording for item in outcome.destroyed}


def never_wrong(site: Site, plan: Plan) -> None:
    """Between a kill and the next start: what has its act has no key, what the plan does not name has all."""
    spoken_of = {file for files in site.acts().values() for file in files}
    for item in plan.destroy:
        if item.file in spoken_of:
            assert site.vault.traces(item.recording) == ()
    (other,) = [s for f, s in site.stored().items() if f == "other.mp4"]
    assert site.vault.has_key(other.id)
    assert site.vault.has_file(other.id)


def test_killed_before_every_system_call_in_turn_it_ends_the_same(site: Site) -> None:
    plan = plan_of(site)
    trial = Site(site.folder.with_name("trial"))

    def fresh() -> Site:
        shutil.rmtree(trial.folder, ignore_errors=True)
        shutil.copytree(site.folder, trial.folder)
        return trial

    calls = calls_of(lambda: run(plan, MANDATE, fresh().log, trial.hands()))
    assert len(calls) > 60
    for number in range(1, len(calls) + 1):
        fresh()

        def dies() -> None:
            with at_step(number, lambda: os.kill(os.getpid(), 9)):  # noqa: B023  # it runs within the round
                run(plan, MANDATE, trial.log, trial.hands())

        # `fresh` makes calls of its own, so the last numbers lie behind the end of the run.
        killed = was_killed(in_a_process(dies))
        never_wrong(trial, plan)
        ended(trial, run(plan, MANDATE, trial.log, trial.hands()))
        if not killed:
            break
    assert number > 60, number
    ended(trial, run(plan, MANDATE, trial.log, trial.hands()))


def test_a_second_run_changes_nothing(site: Site) -> None:
    plan = plan_of(site)
    first = run(plan, MANDATE, site.log, site.hands())
    ended(site, first)
    before = {p: p.read_bytes() for p in site.folder.rglob("*") if p.is_file()}
    assert run(plan, "another word", site.log, site.hands(held=())) == first
    assert {p: p.read_bytes() for p in site.folder.rglob("*") if p.is_file()} == before


def interrupted(site: Site, plan: Plan) -> None:
    """The first recording has lost its key; its file cannot be removed for now."""
    hands = site.hands()

    def refuses(_: Item) -> int:
        raise MachineError("retention_unusable", reason="")

    with pytest.raises(MachineError):
        run(plan, MANDATE, site.log, replace(hands, copies=refuses))


def test_settled_it_ends_what_has_lost_its_key_and_begins_nothing(site: Site) -> None:
    plan = plan_of(site)
    interrupted(site, plan)
    settle(site.log, site.hands(held=tuple(FILES)))
    assert site.acts() == {"2026-001-1": ["a.mp4"]}
    assert site.log.ended
    outcome = run(plan, MANDATE, site.log, site.hands())
    assert [i.file for i in outcome.destroyed] == ["a.mp4"]
    assert {(i.file, why) for i, why in outcome.kept} == {
        (file, Reason.INTERRUPTED) for file in ("b.mp4", "c.mp4", "kept.mp4")
    }


def test_settled_what_still_has_its_key_keeps_it(site: Site) -> None:
    plan = plan_of(site)
    log = site.log
    log.begin(Start(plan.number, plan.sha256, MANDATE, NOW))
    log.intend(plan.destroy[0], "2026-001/1")
    settle(site.log, site.hands())
    assert [(i.file, reason) for i, reason in site.log.kept.values()] == [("a.mp4", Reason.INTERRUPTED)]
    assert len(site.stored()) == len(FILES)
    assert site.acts() == {}


def test_what_still_has_its_key_is_judged_anew_by_the_run_that_goes_on(site: Site) -> None:
    plan = plan_of(site)
    site.log.begin(Start(plan.number, plan.sha256, MANDATE, NOW))
    site.log.intend(plan.destroy[0], "2026-001/1")
    ended = run(plan, MANDATE, site.log, site.hands(held=tuple(FILES)))
    assert {(i.file, i.reason) for i, _ in ended.kept} == {(i.file, Reason.HELD) for i in plan.destroy}
    assert len(site.stored()) == len(FILES)


def test_a_store_that_keeps_a_piece_stops_the_run(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = plan_of(site)
    monkeypatch.setattr(Vault, "destroy_file", lambda _self, _id: None)
    with pytest.raises(MachineError, match="recording_remains"):
        run(plan, MANDATE, site.log, site.hands())
    assert site.acts() == {}
    monkeypatch.undo()
    ended(site, run(plan, MANDATE, site.log, site.hands()))


def test_a_torn_line_of_the_log_counts_for_nothing_and_a_strange_one_stops(site: Site) -> None:
    plan = plan_of(site)
    run(plan, MANDATE, site.log, site.hands())
    path = site.folder / "runs" / "2026-001.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"step": "kept", "it')
    assert site.log.ended
    path.write_bytes(whole + b'{"step": "unheard of"}\n')
    with pytest.raises(CorruptError, match="run_log_unreadable"):
        _ = site.log


def test_a_log_that_was_written_by_hand_makes_no_loss_a_destruction(site: Site) -> None:
    """An intent, and a key that somebody took away: the chain was told of nothing."""
    plan = plan_of(site)
    item = next(i for i in plan.destroy if i.file == "a.mp4")
    log = site.log
    log.begin(Start(plan.number, plan.sha256, MANDATE, NOW))
    log.intend(item, "2026-001/1")
    site.vault.destroy_key(item.recording)
    settle(site.log, site.hands(held=["a.mp4"]))
    assert site.acts() == {}
    assert site.vault.has_file(item.recording)
