from __future__ import annotations

import os
import select
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.documents.rendering.warm_worker import WarmWorker, WorkerDiedError, WorkerFailedError

# Answers with its process id and what it is asked; some words make it fail, die, hang or leave a child behind.
PROGRAM = r"""
import os, subprocess, sys, time
while head := sys.stdin.buffer.read(4):
    asked = sys.stdin.buffer.read(int.from_bytes(head, "big"))
    if asked == b"die": sys.exit(3)
    if asked == b"hang": time.sleep(600)
    if asked == b"half":
        sys.stdout.buffer.write(b"\0\0\1\0+"); sys.stdout.flush(); sys.exit(0)
    if asked == b"child":
        asked = str(subprocess.Popen(["sleep", "600"]).pid).encode()
    answer = b"-Refused" if asked == b"fail" else b"+%d " % os.getpid() + asked
    sys.stdout.buffer.write(len(answer).to_bytes(4, "big") + answer)
    sys.stdout.flush()
"""


@pytest.fixture
def worker() -> Iterator[WarmWorker]:
    worker = WarmWorker([sys.executable, "-c", PROGRAM], {}, start_seconds=60, recycle=3)
    yield worker
    worker.close()


def pid(worker: WarmWorker) -> int:
    return int(worker.ask(b"", seconds=60).split()[0])


def alive(process: int) -> bool:
    status = Path(f"/proc/{process}/stat")
    return status.exists() and status.read_text().split()[2] != "Z"


def test_one_process_answers_again_and_again(worker: WarmWorker) -> None:
    assert pid(worker) == pid(worker) == worker.pid


def test_large_questions_and_answers_pass_whole(worker: WarmWorker) -> None:
    question = os.urandom(5 << 20)
    assert worker.ask(question, seconds=60).partition(b" ")[2] == question


def test_what_it_refuses_does_not_end_it(worker: WarmWorker) -> None:
    first = pid(worker)
    with pytest.raises(WorkerFailedError, match="Refused"):
        worker.ask(b"fail", seconds=60)
    assert pid(worker) == first


@pytest.mark.parametrize("way", [b"die", b"half"])
def test_one_that_dies_is_started_anew(worker: WarmWorker, way: bytes) -> None:
    first = pid(worker)
    with pytest.raises(WorkerDiedError) as caught:
        worker.ask(way, seconds=60)
    assert not caught.value.hung
    assert pid(worker) != first


def test_one_killed_between_questions(worker: WarmWorker) -> None:
    os.kill(pid(worker), signal.SIGKILL)
    with pytest.raises(WorkerDiedError):
        worker.ask(b"", seconds=60)
    assert pid(worker)


def test_one_that_hangs_is_ended(worker: WarmWorker) -> None:
    first = pid(worker)
    with pytest.raises(WorkerDiedError) as caught:
        worker.ask(b"hang", seconds=0.2)
    assert caught.value.hung
    assert not alive(first)
    assert pid(worker) != first


def test_recycled_after_so_many_answers(worker: WarmWorker) -> None:
    pids = [pid(worker) for _ in range(7)]
    assert [pids.count(p) for p in dict.fromkeys(pids)] == [3, 3, 1]


def test_nothing_outlives_it(worker: WarmWorker) -> None:
    process, child = map(int, worker.ask(b"child", seconds=60).split())
    ends = os.pidfd_open(child)
    worker.close()
    assert not alive(process)
    assert select.select([ends], [], [], 60)[0]  # the child is not ours to wait for: its end is told here
    os.close(ends)


def test_threads_wait_for_each_other(worker: WarmWorker) -> None:
    answers: list[bytes] = []
    threads = [
        threading.Thread(target=lambda n=n: answers.append(worker.ask(b"%d" % n, seconds=60).split()[1]))
        for n in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(int, answers)) == list(range(20))


def test_a_program_that_is_not_there() -> None:
    with pytest.raises(WorkerDiedError):
        WarmWorker(["/nonexistent"], {}, start_seconds=1, recycle=1).ask(b"", seconds=1)
