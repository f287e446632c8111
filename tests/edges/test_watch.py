"""The watch: scans at the start and again and again, woken by events, ended by signals."""

import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline import watch as watch_module
from pipeline.watch import Notice, Watch

LONG = 60.0
"""A regular scan this late plays no part in a test that is woken by something else."""


class Scene:
    """A watch over a real folder. It ends itself by a real signal once `enough` says so."""

    def __init__(self, inbox: Path, enough: Callable[["Scene"], bool], *, every: float, events: bool) -> None:
        self.scans: list[list[str]] = []
        self.notices: list[Notice] = []
        self.stopping = 0
        self.settling = 0
        self.inbox = inbox
        self.enough = enough
        self.signal = signal.SIGTERM
        self.watch = Watch(
            inbox, self.scan, scan_seconds=every, events=events, notice=self.notice, stopping=self.stop
        )

    def scan(self) -> int:
        self.scans.append(sorted(p.name for p in self.inbox.iterdir()))
        self.check()
        return self.settling

    def notice(self, what: Notice) -> None:
        self.notices.append(what)
        self.check()

    def stop(self) -> None:
        self.stopping += 1

    def check(self) -> None:
        if self.enough(self):
            os.kill(os.getpid(), self.signal)

    def play(self) -> signal.Signals:
        return self.watch.run()


@pytest.fixture
def inbox(tmp_path):
    folder = tmp_path / "inbox"
    folder.mkdir()
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
    assert scene.stopping == 1


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
        for path in inbox.iterdir():
            path.unlink()
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


def test_an_inbox_that_vanishes_is_told_once_and_waited_for(inbox):
    def back_again(scene: Scene) -> bool:
        if len(scene.scans) == 1 and not scene.notices:
            inbox.rmdir()
            later(0.4, inbox.mkdir)
        return len(scene.scans) == 2

    scene = Scene(inbox, back_again, every=0.05, events=True)
    scene.play()
    assert scene.notices == [Notice.INBOX_GONE, Notice.INBOX_BACK]


def test_events_are_heard_in_a_folder_that_came_back(inbox):
    def play(scene: Scene) -> bool:
        match len(scene.scans), scene.notices:
            case 1, []:
                inbox.rmdir()
                later(0.2, inbox.mkdir)
            case 2, [Notice.INBOX_GONE, Notice.INBOX_BACK]:
                scene.watch._every = LONG
                later(0.3, (inbox / "d.yaml").touch)
        return scene.scans[-1:] == [["d.yaml"]]

    scene = Scene(inbox, play, every=0.05, events=True)
    scene.play()
    assert scene.scans[-1] == ["d.yaml"]


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
    scene.check = lambda: (check(), finished.append(scene.stopping))  # type: ignore[method-assign, assignment, func-returns-value]  # goes on after the signal
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
