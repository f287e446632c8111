"""A run killed anywhere: never a recording destroyed without its act, never one that the plan did not name."""

from __future__ import annotations

import os
import random
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pipeline.archive.audit.log import AuditLog
from pipeline.archive.ocfl.storage_root import StorageRoot
from pipeline.archive.person.recordings_register import read_register
from pipeline.domain.errors import JekeError
from pipeline.domain.recordings import Entry
from pipeline.flow.retention.holding import set_hold
from pipeline.flow.retention.sweep import Cleanup
from pipeline.retention.run_log import RunLog, Start
from pipeline.retention.vault import Vault
from tests.archive.ocfl_support import SCRATCH, faults_by_ocfl_py, started
from tests.e2e.place import Place, sample
from tests.retention.place_support import CASE, FILE, PLAIN, approved, at, filed, laid_out, opened, store

KILLS = int(os.environ.get("JEKE_SOAK", "40"))
LONGEST = 0.04  # seconds: a whole run takes about twice as long; each kill of a round leaves the next more
SECOND, HELD, UNPLANNED = "екінші.mp4", "тыйым.mp4", "жоспардан тыс.mp4"
NOW = at(date(2026, 12, 31))
"""The recordings of both samples are past their term."""


@pytest.fixture
def scratch() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=SCRATCH) as folder:
        yield Path(folder)


@pytest.fixture
def base(scratch: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """Two cases with four recordings due, one of them held since the plan, and one whose term is not over.

    The PDFs are made of nothing: a renderer that dies with its caller changes nothing on the disk.
    """
    monkeypatch.setattr(
        "pipeline.flow.casefile.papers.making._rendered",
        lambda _place, wanted, _numbers: [b"%PDF-1.7 invented" for _ in wanted],
    )
    place = laid_out(scratch / "base")
    day = "type: video, recorded_on: 2025-10-16"
    more = ", ".join(f"{{file: {name}, {day}}}" for name in (FILE, SECOND, HELD))
    more += f", {{file: {UNPLANNED}, type: video, recorded_on: 2026-05-05}}"
    one = sample("recommended").replace(f"{{file: {FILE}, {day}}}", more)
    assert more in one
    filed(place, one)
    filed(place, sample("tie"))
    for file in (FILE, SECOND, HELD, UNPLANNED):
        store(place, file, PLAIN + file.encode())
    tie = _tie(place)
    store(place, tie.file or "", PLAIN + b"tie", case=tie.case, sitting=tie.sitting)
    approved(place, NOW)
    with opened(place, NOW) as work:
        set_hold(work, HELD, "сот ұйғарымы № 7", "Қ.", agent="tester")
    return place


def _tie(place: Place) -> Entry:
    with opened(place, NOW) as work:
        return next(e for r in work.index.registers().values() for e in r.entries if e.case != CASE)


def _run(place: Place) -> None:
    with opened(place, NOW) as work:
        Cleanup(work, "tester").run("2026-001", None, confirmed=False)


def _killed(place: Place, seconds: float) -> bool:
    """Whether the run was cut short."""
    process = started(lambda: _run(place))
    time.sleep(seconds)
    os.kill(process, signal.SIGKILL)
    _, status = os.waitpid(process, 0)
    if os.WIFSIGNALED(status):
        return True
    assert os.WEXITSTATUS(status) == 0
    return False


def _registered(place: Place) -> dict[str, Entry]:
    """File → entry, out of the archive itself."""
    root = StorageRoot.open(place.folder / "archive")
    objects = [root.get(object_id) for object_id in root.object_ids()]
    found = [read_register(o.read("recordings.yaml")) for o in objects if o and "recordings.yaml" in o.state]
    return {e.file or "": e for register in found for e in register.entries}


def _vault(place: Place) -> Vault:
    return Vault.open(place.folder / "recordings", place.folder / "state" / "recording-keys")


def _never_wrong(place: Place) -> None:
    """What holds at every moment, also between a kill and the next start."""
    vault = _vault(place)
    for file, entry in _registered(place).items():
        assert entry.stored is not None
        if file in (HELD, UNPLANNED):
            assert entry.destroyed is None
            assert vault.has_key(entry.stored.id)
            assert vault.has_file(entry.stored.id)
        if entry.destroyed is not None:
            assert vault.traces(entry.stored.id) == ()


def _all_ended(place: Place, tie: str) -> None:
    vault, entries = _vault(place), _registered(place)
    log = RunLog(place.folder / "state" / "retention" / "runs" / "2026-001.jsonl")
    assert log.ended
    assert {item.file for item, _ in log.kept.values()} == {HELD}
    root = StorageRoot.open(place.folder / "archive")
    for file in (FILE, SECOND, tie):
        entry = entries[file]
        assert entry.stored is not None
        assert entry.destroyed is not None, file
        assert vault.get(entry.stored.id) is None
        acts = [o for i in root.object_ids() if (o := root.get(i)) and entry.destroyed.path in o.state]
        assert [o.state[entry.destroyed.path] for o in acts] == [entry.destroyed.sha512]
    assert entries[FILE].destroyed == entries[SECOND].destroyed
    assert len({entries[f].destroyed.act for f in (FILE, tie)}) == 2  # type: ignore[union-attr]  # seen above
    assert entries[HELD].destroyed is None
    assert AuditLog.open(place.folder / "state" / "audit").verify().sound


def test_killed_at_random_moments_the_run_ends_with_its_acts_and_nothing_else(
    base: Place, scratch: Path
) -> None:
    chance, kills, rounds = random.Random(29), 0, 0
    tie = _tie(base).file or ""
    while kills < KILLS:
        place = Place(scratch / f"round-{rounds}")
        shutil.copytree(base.folder, place.folder)
        longest = LONGEST
        while _killed(place, chance.uniform(0.0, longest)):
            kills, longest = kills + 1, longest * 1.06
            _never_wrong(place)
        _never_wrong(place)
        _all_ended(place, tie)
        if rounds == 0:
            assert faults_by_ocfl_py(place.folder / "archive") == []
            _run(place)
            _all_ended(place, tie)
        shutil.rmtree(place.folder)
        rounds += 1


def test_what_lost_its_key_goes_all_the_way_whatever_was_said_meanwhile(
    base: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed behind the key: a hold set now comes too late, and a plan that is gone is not needed."""
    entry = _registered(base)[FILE]
    assert entry.stored is not None
    with opened(base, NOW) as work:
        cleanup = Cleanup(work, "tester")
        hands = cleanup._hands("2026-001")
        monkeypatch.setattr(cleanup, "_hands", lambda _: replace(hands, copies=_fails))
        with pytest.raises(OSError, match="no disk"):
            cleanup.run("2026-001", None, confirmed=False)
    (lost,) = [e for e in _registered(base).values() if e.stored and not _vault(base).has_key(e.stored.id)]
    shutil.rmtree(base.folder / "state" / "retention" / "plans")
    with opened(base, NOW) as work:
        set_hold(work, lost.case, "кеш қалған тыйым", "Қ.", agent="tester")
        swept = Cleanup(work, "tester").sweep(None, lambda _plan, _given: "", confirmed=False)
    assert swept.settled == ("2026-001",)
    assert {e.file for e in _registered(base).values() if e.destroyed} == {lost.file}


def test_in_doubt_of_the_clock_nothing_more_loses_its_key(base: Place) -> None:
    with opened(base, NOW) as work:
        cleanup = Cleanup(work, "tester")
        plan = cleanup.plans.get("2026-001")
        log = cleanup._log("2026-001")
        log.begin(Start("2026-001", plan.sha256, "м", NOW))
        log.intend(plan.destroy[0], "2026-001/1")
    with opened(base, NOW.replace(year=2040)) as work, pytest.raises(JekeError, match="clock_leap"):
        Cleanup(work, "tester").sweep(None, lambda _plan, _given: "", confirmed=False)
    assert all(_vault(base).has_key(e.stored.id) for e in _registered(base).values() if e.stored)
    assert not Cleanup(work, "tester").unfinished()


def _fails(_: object) -> int:
    raise OSError("no disk")
