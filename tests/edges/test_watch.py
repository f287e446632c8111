"""The watch: scans at the start and again and again, woken by events, ended by signals."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline import watch as watch_module
from pipeline import working
from pipeline.intake.sentinel import SENTINEL, InboxGoneError
from pipeline.record_format.reader import ReadResult, read_stream
from pipeline.watch import Ending, Notice, Watch, ending
from tests.cli.jeke import command, environment
from tests.e2e.place import Place

LONG = 60.0
"""A regular scan this late plays no part in a test that is woken by something else."""


class Scene:
    """A watch over a real folder. It ends itself by a real signal once `enough` says so."""

    def __init__(self, inbox: Path, enough: Callable[["Scene"], bool], *, every: float, events: bool) -> None:
        self.scans: list[list[str]] = []
        self.notices: list[Notice] = []
        self.told = 0
        self.missed = 0
        self.settling = 0
        self.inbox = inbox
        self.enough = enough
        self.signal = signal.SIGTERM
        self.end: Ending | None = None
        self.watch = Watch(
            inbox, self.scan, scan_seconds=every, events=events, notice=self.notice, missing=self.miss
        )

    def scan(self) -> int:
        self.scans.append(sorted(p.name for p in self.inbox.iterdir() if p.name != SENTINEL))
        self.check()
        return self.settling

    def notice(self, what: Notice) -> None:
        self.notices.append(what)
        self.check()

    def miss(self) -> None:
        self.missed += 1
        self.check()

    def tell(self) -> None:
        self.told += 1

    def check(self) -> None:
        if self.enough(self):
            os.kill(os.getpid(), self.signal)

    def play(self) -> signal.Signals:
        with ending(self.tell) as self.end:
            self.watch.run(self.end)
        assert self.end.by is not None
        return self.end.by


def marked(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    (folder / SENTINEL).touch()


@pytest.fixture
def inbox(tmp_path):
    folder = tmp_path / "inbox"
    marked(folder)
    return folder


def later(seconds: float, act: Callable[[], object]) -> None:
    timer = threading.Timer(seconds, act)
    timer.daemon = True
    timer.start()


def test_what_is_there_already_is_seen_at_the_start(inbox):
    (inbox / "a.yaml").touch()
    scene = Scene(inbox, lambda s: bool(s.scans), every=LONG, events=True)
    assert scene.play() is signal.SIGTERM
    assert scene.scans == [["a.yaml"]]
    assert scene.told == 1


@pytest.mark.parametrize("arrive", ["written", "renamed"])
def test_an_event_wakes_the_scan(inbox, tmp_path, arrive):
    def drop() -> None:
        if arrive == "written":
            (inbox / "b.yaml").write_text("x")
        else:
            (tmp_path / "b.yaml").write_text("x")
            (tmp_path / "b.yaml").rename(inbox / "b.yaml")

    scene = Scene(inbox, lambda s: s.scans[-1:] == [["b.yaml"]], every=LONG, events=True)
    later(0.3, drop)
    scene.play()
    assert scene.scans[0] == []


def test_without_events_the_next_scan_finds_it(inbox):
    scene = Scene(inbox, lambda s: s.scans[-1:] == [["c.yaml"]], every=0.05, events=False)
    later(0.2, (inbox / "c.yaml").touch)
    scene.play()
    assert scene.watch._observer is None


def test_taking_a_file_away_does_not_wake_the_next_scan(inbox):
    (inbox / "a.yaml").touch()

    def take(scene: Scene) -> bool:
        (inbox / "a.yaml").unlink(missing_ok=True)
        return False

    scene = Scene(inbox, take, every=LONG, events=True)
    later(1.0, lambda: os.kill(os.getpid(), signal.SIGTERM))
    scene.play()
    assert scene.scans == [["a.yaml"]]


def test_files_that_still_change_are_looked_at_again_soon(inbox, monkeypatch):
    monkeypatch.setattr(watch_module, "SETTLING_SECONDS", 0.05)
    scene = Scene(inbox, lambda s: len(s.scans) == 3, every=LONG, events=False)
    scene.settling = 1
    scene.play()
    assert len(scene.scans) == 3


@pytest.mark.parametrize("how", ["taken away", "unmounted"])
def test_an_inbox_that_vanishes_is_told_once_and_waited_for(inbox, tmp_path, how):
    """Unmounted, an empty folder lies in its place: without the mark nothing is looked for in it."""

    def go() -> None:
        inbox.rename(tmp_path / "away")
        if how == "unmounted":
            inbox.mkdir()

    def come() -> None:
        if how == "unmounted":
            inbox.rmdir()
        (tmp_path / "away").rename(inbox)

    def enough(scene: Scene) -> bool:
        if len(scene.scans) == 1 and not scene.notices:
            go()
            later(0.4, come)
        return len(scene.scans) == 2

    scene = Scene(inbox, enough, every=0.05, events=True)
    scene.play()
    assert scene.notices == [Notice.INBOX_GONE, Notice.INBOX_BACK]
    assert scene.missed > 1


def test_an_inbox_that_vanishes_within_a_scan_ends_nothing(inbox):
    def enough(scene: Scene) -> bool:
        if len(scene.scans) == 1 and not scene.notices:
            raise InboxGoneError("inbox_unreadable", reason="Stale file handle")
        return len(scene.scans) == 2

    scene = Scene(inbox, enough, every=0.05, events=True)
    scene.play()
    assert scene.notices == [Notice.INBOX_GONE, Notice.INBOX_BACK]


@pytest.mark.parametrize("unseen", [False, True])
def test_events_are_heard_in_a_folder_put_in_the_place_of_the_old(inbox, tmp_path, unseen):
    """Also where no scan fell into the moment in which it was away."""

    def swap() -> None:
        marked(tmp_path / "new")
        inbox.rename(tmp_path / "old")
        if not unseen:
            time.sleep(0.3)
        (tmp_path / "new").rename(inbox)

    def enough(scene: Scene) -> bool:
        if len(scene.scans) == 1 and not scene.notices:
            later(0, swap)
        elif scene.watch._every != LONG and inbox.exists() and inbox.stat().st_ino != first:
            scene.watch._every = LONG
            later(0.3, (inbox / "d.yaml").touch)
        return scene.scans[-1:] == [["d.yaml"]]

    first = inbox.stat().st_ino
    scene = Scene(inbox, enough, every=0.05 if not unseen else 0.5, events=True)
    scene.play()
    assert scene.scans[-1] == ["d.yaml"]


def test_an_observer_that_died_is_started_anew(inbox):
    def enough(scene: Scene) -> bool:
        if len(scene.scans) == 1:
            assert scene.watch._observer is not None
            scene.watch._observer.stop()
            scene.watch._observer.join()
        elif len(scene.scans) == 2:
            scene.watch._every = LONG
            later(0.3, (inbox / "e.yaml").touch)
        return scene.scans[-1:] == [["e.yaml"]]

    scene = Scene(inbox, enough, every=0.05, events=True)
    scene.play()
    assert scene.scans[-1] == ["e.yaml"]


def test_a_system_without_events_is_told_and_polled(inbox, monkeypatch):
    class Deaf:
        def schedule(self, *_args, **_kwargs):
            raise OSError("inotify watch limit reached")

    monkeypatch.setattr(watch_module, "Observer", Deaf)
    scene = Scene(inbox, lambda s: len(s.scans) == 2, every=0.05, events=True)
    scene.play()
    assert scene.notices == [Notice.NO_EVENTS]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_step_under_way_is_finished_and_the_signal_told(inbox, number):
    finished = []

    scene = Scene(inbox, lambda s: True, every=LONG, events=False)
    scene.signal = number
    check = scene.check
    scene.check = lambda: (check(), finished.append(scene.told))  # type: ignore[method-assign, assignment, func-returns-value]  # goes on after the signal
    before = signal.getsignal(number)
    assert scene.play() is number
    assert finished == [1]
    assert signal.getsignal(number) is before


def test_a_failing_scan_ends_the_watch_in_good_order(inbox):
    scene = Scene(inbox, lambda s: False, every=LONG, events=True)
    scene.check = lambda: 1 // 0  # type: ignore[method-assign, assignment]  # stands for any bug
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(ZeroDivisionError):
        scene.play()
    assert scene.watch._observer is None
    assert signal.getsignal(signal.SIGTERM) is before


# --- asked to end ---------------------------------------------------------------------------------------


def test_a_signal_before_the_watch_begins_is_not_lost(inbox):
    scene = Scene(inbox, lambda s: False, every=LONG, events=False)
    with ending() as end:
        os.kill(os.getpid(), signal.SIGTERM)
        scene.watch.run(end)
    assert scene.scans == []
    assert end.by is signal.SIGTERM


def test_a_second_signal_ends_at_once_as_the_system_would():
    code = """
import os, signal
from pipeline.watch import ending
with ending() as end:
    os.kill(os.getpid(), signal.SIGTERM)
    assert end.asked()
    print('first', flush=True)
    os.kill(os.getpid(), signal.SIGTERM)
    print('never', flush=True)
"""
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (-signal.SIGTERM, "first\n"), ended.stderr


def test_waking_cuts_the_next_pause_short_and_no_more():
    end = Ending()
    end.wake()
    began = time.monotonic()
    end.pause(LONG)
    assert time.monotonic() - began < LONG / 2
    assert not end.asked()
    assert not end._wake.is_set()


def test_run_once_ends_after_the_drop_under_way_and_loses_nothing(tmp_path):
    place = Place.make(tmp_path / "place")
    for number in range(80):
        place.drop(f"{number:02}.yaml", f"kind: case\nid: {number}\n")
    with subprocess.Popen(
        command("run", "--once"), cwd=place.folder, env=environment(), stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        process.stderr.readline()
        process.send_signal(signal.SIGTERM)
        process.stderr.read()
    assert process.returncode == 130
    inbox = place.folder / "inbox"
    back = [path.name for path in inbox.glob("refused/*/*.yaml")]
    assert 0 < len(back) < 80
    assert place.run_once().status == 2
    assert sorted(path.name for path in inbox.glob("refused/*/*.yaml")) == [f"{n:02}.yaml" for n in range(80)]
    assert list((place.folder / "state" / "work").iterdir()) == []


def test_a_run_without_its_inbox_says_so_and_touches_nothing(tmp_path):
    place = Place.make(tmp_path / "place")
    inbox = place.folder / "inbox"
    inbox.rename(tmp_path / "away")
    ran = place.run_once()
    assert ran.status == 5
    assert ".jeke-inbox" in ran.err
    assert not inbox.exists()
    inbox.mkdir()
    (inbox / "a.yaml").write_text("kind: case\n", encoding="utf-8")
    assert place.run_once().status == 5
    assert [path.name for path in inbox.iterdir()] == ["a.yaml"]
    assert place.jeke("init", ".").status == 0
    assert place.run_once().status == 2


def test_nothing_is_given_back_into_an_inbox_that_has_gone_meanwhile(tmp_path, monkeypatch):
    place = Place.make(tmp_path / "place")
    inbox, away = place.folder / "inbox", tmp_path / "away"

    def unmounted_while_reading(*arguments: Any, **named: Any) -> ReadResult:
        inbox.rename(away)
        inbox.mkdir()
        return read_stream(*arguments, **named)

    place.drop("a.yaml", "kind: case\n")
    with monkeypatch.context() as within:
        within.setattr("pipeline.flow.casefile.records_drop.read_stream", unmounted_while_reading)
        assert place.run_once().status == 5
    assert list(inbox.iterdir()) == []
    inbox.rmdir()
    away.rename(inbox)
    assert place.run_once().status == 2
    (back,) = (inbox / "refused").iterdir()
    assert (back / "a.yaml").read_bytes() == b"kind: case\n"


def test_a_place_of_work_from_before_the_mark_gets_it_at_its_first_run(tmp_path):
    place = Place.make(tmp_path / "place")
    (place.folder / "inbox" / SENTINEL).unlink()
    (place.folder / "state" / "inbox-marked").unlink()
    place.drop("a.yaml", "kind: case\n")
    assert place.run_once().status == 2
    assert (place.folder / "inbox" / SENTINEL).is_file()


def test_polling_takes_what_arrives(tmp_path):
    place = Place.make(tmp_path / "place")
    config = place.folder / "config.yaml"
    text = config.read_text(encoding="utf-8").replace("watch: events", "watch: polling")
    config.write_text(text.replace("scan_seconds: 5", "scan_seconds: 0.2"), encoding="utf-8")
    with subprocess.Popen(
        command("run"), cwd=place.folder, env=environment(), stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        process.stderr.readline()
        place.drop("a.yaml", "kind: case\n")
        assert process.stderr.readline().startswith("a.yaml: қабылданбады")
        process.send_signal(signal.SIGTERM)
        process.stderr.read()
    assert process.returncode == 0


def test_a_file_written_again_and_again_keeps_run_once_from_its_end_for_a_while_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Place.make(tmp_path / "place")
    config = place.folder / "config.yaml"
    text = config.read_text(encoding="utf-8").replace("  quiet_seconds: 0", "  quiet_seconds: 3600")
    config.write_text(text, encoding="utf-8")
    place.drop("жазба.yaml", "x: 1\n")
    monkeypatch.setattr(working, "MOST_WAITING_SECONDS", 0.3)
    ran = place.run_once()
    assert ran.status == 0
    assert "жазба.yaml: әлі толық емес" in ran.err
    assert (place.folder / "inbox" / "жазба.yaml").exists()
