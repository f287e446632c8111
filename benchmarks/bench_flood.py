"""A flood of small files, and how soon one is answered.

    python -m benchmarks.bench_flood [FILES] [DIRECTORY]

FILES small records (10,000 unless said otherwise) are dropped at once and worked off by `jeke run --once` in
a process of its own: seconds, files a second, memory against that of a tenth of the files, none missed. The
peer is the naive way, a watchdog handler that notes each file it is told of, on as many files: how many it
never hears of, against one look of ours into the folder. At last the real watcher: from the end of writing a
case to its answer.

The directory lies on the disk to be measured, by default the working directory.
"""

from __future__ import annotations

import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from benchmarks.bench_main_job import cases
from benchmarks.bench_recordings import peak
from pipeline.cli.main import main as jeke
from pipeline.intake.inbox import Inbox

CAMPAIGN = "kind: campaign\nid: F{number}\nunit: {number}-полиция бөлімі\n"
"""The smallest record: an object of its own in the archive, and a paper or two."""
RUN = [sys.executable, "-m", "pipeline", "run"]
QUIET = 2.0
ANSWERED = 40
LONGEST_WAIT = 60.0
LISTS = 0.3
"""Behind its answer a case's lists are made; the next is seldom written that very moment."""


@dataclass(frozen=True)
class Flood:
    """Seconds of writing and of working off; megabytes at the most, of the run and of all it started."""

    files: int
    seconds: float
    own: float
    helpers: float


def place_of_work(folder: Path, quiet: float) -> None:
    with open(os.devnull, "w", encoding="utf-8") as nowhere:  # noqa: PTH123
        stderr, sys.stderr = sys.stderr, nowhere
        jeke(["init", str(folder)])
        sys.stderr = stderr
    config = folder / "config.yaml"
    text = re.sub(r"(?m)^( +)quiet_seconds: *\S+", rf"\1quiet_seconds: {quiet:g}", config.read_text("utf-8"))
    config.write_text(text, encoding="utf-8")


def write(inbox: Path, count: int) -> None:
    for number in range(count):
        (inbox / f"{number:05d}.yaml").write_text(CAMPAIGN.format(number=number), encoding="utf-8")


def worked_off(folder: Path, count: int) -> Flood:
    """All that lies in inbox/."""
    began = time.perf_counter()
    run = subprocess.Popen([*RUN, "--once"], cwd=folder, stderr=subprocess.DEVNULL)
    own = helpers = 0.0
    while run.poll() is None:
        own = max(own, peak(run.pid))
        helpers = max(helpers, sum(map(peak, started_by(run.pid))))
        time.sleep(0.1)
    seconds = time.perf_counter() - began
    if run.returncode:
        raise RuntimeError(f"ended with {run.returncode}")
    return Flood(count, seconds, own, helpers)


def started_by(pid: int) -> Iterator[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return
    for child in map(int, children):
        yield child
        yield from started_by(child)


def flood(base: Path, count: int) -> Flood:
    """Every file must be in the archive, and none left anywhere."""
    folder = base / f"flood-{count}"
    place_of_work(folder, 0)
    write(folder / "inbox", count)
    spent = worked_off(folder, count)
    filed = sum(1 for _ in (folder / "archive").glob("*/*/*/*/0=ocfl_object_1.1"))
    left = [*(folder / "inbox").glob("*.yaml"), *(folder / "state" / "work").iterdir()]
    if filed != count or left:
        raise RuntimeError(f"{filed} of {count} filed, {len(left)} left")
    return spent


# --- the peer ---------------------------------------------------------------------------------------------


DROPPING = """
import os, sys
for number in range(int(sys.argv[2])):
    os.close(os.open(f"{sys.argv[1]}/{number:05d}.yaml", os.O_WRONLY | os.O_CREAT))
"""
"""Another process's doing, as it is when people copy a folder."""


class Naive(FileSystemEventHandler):
    """Takes note of each file it is told of, as watch scripts do; its work takes this long."""

    def __init__(self, seconds: float) -> None:
        self.heard: set[str] = set()
        self._seconds = seconds

    def on_created(self, event: FileSystemEvent) -> None:
        """A file is there."""
        self.heard.add(os.fsdecode(event.src_path))
        time.sleep(self._seconds)


def missed_by_events(base: Path, count: int, seconds: float) -> tuple[int, int]:
    """How many of the files a handler never hears of, and how many one look of ours does not find."""
    inbox = base / f"events-{count}-{seconds}"
    inbox.mkdir()
    observer, handler = Observer(), Naive(seconds)
    observer.schedule(handler, str(inbox))
    observer.start()
    subprocess.run([sys.executable, "-c", DROPPING, str(inbox), str(count)], check=True)
    heard, until = -1, time.monotonic() + count * seconds + LONGEST_WAIT
    while len(handler.heard) != heard and time.monotonic() < until:
        heard = len(handler.heard)
        time.sleep(2.0)
    observer.stop()
    observer.join()
    return count - len(handler.heard), count - len(Inbox(inbox, 0).look().ready)


# --- from the end of writing to the answer ------------------------------------------------------------------


@contextmanager
def watching(folder: Path) -> Iterator[None]:
    watch = subprocess.Popen(RUN, cwd=folder, stderr=subprocess.PIPE, text=True, encoding="utf-8")
    assert watch.stderr is not None  # noqa: S101  # a pipe
    watch.stderr.readline()
    try:
        yield
    finally:
        watch.send_signal(signal.SIGTERM)
        watch.wait(30)
        watch.stderr.close()


def answers(base: Path) -> list[float]:
    """Seconds from the end of writing to the answer in outbox/; the first case warms the watcher up."""
    folder = base / "watched"
    place_of_work(folder, QUIET)
    waited = []
    with watching(folder):
        for number, (name, text) in enumerate(cases(ANSWERED + 1)):
            (folder / "inbox" / name).write_text(text, encoding="utf-8")
            written = time.perf_counter()
            answer = folder / "outbox" / f"B{number}-2025-014" / "жауап.txt"
            while not answer.exists():
                if time.perf_counter() - written > LONGEST_WAIT:
                    raise TimeoutError(name)
                time.sleep(0.005)
            waited.append(time.perf_counter() - written)
            time.sleep(LISTS)
    return waited[1:]


def main() -> None:
    """Ratios first."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    base = Path(sys.argv[2]) if len(sys.argv) > 2 else Path.cwd()
    print(f"a flood of {count} files ({datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores)", flush=True)
    with tempfile.TemporaryDirectory(dir=base) as temporary:
        folder = Path(temporary)
        few, many = flood(folder, max(1, count // 10)), flood(folder, count)
        print(f"  memory, {many.files} files / {few.files} files  {many.own / few.own:6.2f} x")
        for one in (few, many):
            pace = f"{one.seconds:7.1f} s, {one.files / one.seconds:5.1f} a second"
            print(
                f"  {one.files:6} files: {pace}, {one.own:.0f} MB, helpers {one.helpers:.0f} MB; none missed"
            )
        for files in (count, 6 * count):
            for seconds in (0.0, 0.001):
                events, looks = missed_by_events(folder, files, seconds)
                work = f"{files} files at once, {seconds * 1000:.0f} ms a file"
                print(f"  {work}: watchdog's handler misses {events}, our look {looks}", flush=True)
        waited = sorted(answers(folder))
        p50, p95 = statistics.median(waited), statistics.quantiles(waited, n=20)[-1]
        spread = f"{p50:.2f} s (p50), {p95:.2f} s (p95), {waited[-1]:.2f} s (longest of {len(waited)})"
        print(f"  a whole case, quiet time {QUIET:g} s: answered after {spread}")


if __name__ == "__main__":
    main()
