"""What a confined child can do to others, what it may cost, and how a question to it can end."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.confined import child as children
from pipeline.confined import landlock
from pipeline.confined.child import (
    Child,
    CrashedError,
    CutOffError,
    FailedError,
    StoppedError,
    Worker,
    allow_again,
    ask_once,
    kill_all,
)
from pipeline.confined.frames import HEAD
from pipeline.confined.limits import Budget, Limit, Limits
from pipeline.documents.sealing.papers import WORKER as PAPERS
from pipeline.domain.errors import MachineError
from pipeline.scans.pages import WORKER as PAGES
from pipeline.signatures.signature_checking import WORKER as SIGNATURES

from .attacks import ATTEMPTS

LIMITS = Limits(memory_bytes=2**30, cpu_seconds=20, wall_seconds=60)
ROOT = Path(__file__).parents[2]


class Attacker(Worker):
    """Loads what a worker loads, and then does what `attacks` says in its place."""

    @property
    def run(self) -> tuple[str, ...]:
        code = (
            f"import sys; sys.path.insert(0, {str(ROOT)!r})\nimport {self.module}\n"
            "from pipeline.confined.inside import serve\nfrom tests.confined.attacks import answer\nserve(answer)\n"
        )
        return "-c", code


NOTHING = Attacker("inspection_unusable", "json", LIMITS)
WORKERS: dict[str, Worker] = {
    "nothing": NOTHING,
    "gate": Attacker("inspection_unusable", "pipeline.intake.gate.pdf_gate_process", LIMITS),
    "media": Attacker("recording_unchecked", "pipeline.retention.media_probe", LIMITS),
    "zip": Attacker("inspection_unusable", "pipeline.intake.bundles.bundle_zip_process", LIMITS),
    "card": Attacker("inspection_unusable", "pipeline.signatures.card_process", LIMITS),
    **{
        name: Attacker(worker.unusable, worker.module, worker.limits)
        for name, worker in (("pages", PAGES), ("papers", PAPERS), ("signatures", SIGNATURES))
    },
}


@pytest.fixture(scope="module", params=WORKERS)
def attacker(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Child, Path]]:
    """A child with a file of ours, and the folder it must not get at."""
    folder = tmp_path_factory.mktemp("орын")
    (folder / "marks.key").write_bytes(b"secret")
    (folder / "paper").write_bytes(b"paper")
    with (folder / "paper").open("r+b") as file, Child(WORKERS[request.param], files=(file,)) as child:
        yield child, folder


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_it_reaches_nothing(attacker: tuple[Child, Path], attempt: str) -> None:
    child, folder = attacker
    secret = ctypes.create_string_buffer(b"secret")
    told = child.ask(
        {
            "try": attempt,
            "key": str(folder / "marks.key"),
            "folder": str(folder),
            "parent": os.getpid(),
            "address": ctypes.addressof(secret),
        }
    ).told
    assert "got" not in told, told
    assert told["error"]
    assert (folder / "marks.key").read_bytes() == b"secret"
    assert (folder / "paper").read_bytes() == b"paper"
    assert sorted(path.name for path in folder.iterdir()) == ["marks.key", "paper"]


def test_it_knows_nothing(attacker: tuple[Child, Path]) -> None:
    child, folder = attacker
    told = child.ask({"try": "what is here"}).told
    own = {"LD_LIBRARY_PATH"}  # set by OpenCV itself
    assert set(told["environment"]) <= {"LC_ALL", "LC_CTYPE", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", *own}
    assert not any(str(folder) in argument for argument in told["argv"])


def test_what_of_it_this_kernel_gives(attacker: tuple[Child, Path]) -> None:
    child, _ = attacker
    status = Path(f"/proc/{child.pid}/status").read_text()
    assert child.confinement.no_new_privileges
    assert "NoNewPrivs:\t1" in status
    assert child.confinement.landlock == landlock.abi()
    if child.confinement.seccomp:
        assert "Seccomp:\t2" in status
    limits = Path(f"/proc/{child.pid}/limits").read_text()
    told = {line[:25].strip(): line[25:].split()[0] for line in limits.splitlines()[1:]}
    assert (told["Max file size"], told["Max core file size"], told["Max processes"]) == ("0", "0", "0")


def test_each_wall_holds_alone(tmp_path: Path) -> None:
    """Landlock without the filter, and the filter without Landlock: an older kernel gives only one of them."""
    (tmp_path / "key").write_bytes(b"secret")
    for missing in ("landlock", "seccomp"):
        code = (
            f"import json, os, sys\nfrom pipeline.confined import inside, {missing}\n{missing}.restrict = lambda: 0\n"
            "inside.confine({'parent': os.getppid(), 'memory': 2**30, 'open_files': 16})\n"
            f"try:\n    open({str(tmp_path / 'key')!r})\nexcept OSError:\n    print('no')\n"
        )
        ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert ran.stdout == "no\n", missing


def test_files_are_read_from_their_beginning_and_the_callers_place_stays(tmp_path: Path) -> None:
    (tmp_path / "one").write_text("бір")
    (tmp_path / "two").write_text("екі")
    with (tmp_path / "one").open("rb") as one, (tmp_path / "two").open("rb") as two:
        one.read(2)
        told, data = ask_once(NOTHING, {"try": "echo"}, b"\0bytes" * 10**5, files=(one, two))
        assert told["files"] == ["бір", "екі"]
        assert data == b"\0bytes" * 10**5
        assert one.tell() == 2


# --- how it ends ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "limits", "limit"),
    [
        ({"try": "memory", "bytes": 2**30}, {}, Limit.MEMORY),
        ({"try": "time"}, {"cpu_seconds": 0.3}, Limit.PROCESSOR),
        ({"try": "sleep", "seconds": 99}, {"wall_seconds": 0.3}, Limit.WALL),
        ({"try": "answer", "bytes": 2**20}, {"answer_bytes": 1000}, Limit.ANSWER),
        ({"try": "die"}, {}, None),
    ],
)
def test_a_limit_ends_it(question: dict[str, object], limits: dict[str, float], limit: Limit | None) -> None:
    worker = replace(NOTHING, limits=replace(LIMITS, **limits))  # type: ignore[arg-type]  # one field of each
    with Child(worker) as child:
        with pytest.raises(CutOffError if limit else CrashedError) as cut:
            child.ask(question)
        assert limit is None or cut.value.limit is limit  # type: ignore[attr-defined]  # CutOffError has it
        assert not child.running


def test_the_kernel_holds_it_to_its_time_while_we_are_not_looking() -> None:
    with Child(replace(NOTHING, limits=replace(LIMITS, cpu_seconds=5))) as child:
        child.ask({"try": "echo"})
        soft, _ = resource.prlimit(child.pid, resource.RLIMIT_CPU)
        assert 5 <= soft <= 10


def told(text: bytes) -> bytes:
    """As an answer goes through the pipe."""
    return HEAD.pack(len(text), 0) + text


NO_ANSWERS = {
    "nothing": b"",
    "rubbish": b"rubbish",
    "empty": b"\0" * 12,
    "a list": told(b"[]"),
    "too long": b"\xff" * 12,
    "lists within lists": told(b'{"a":' + b"[" * 10**5 + b"]" * 10**5 + b"}"),
    "more values than bytes are worth": told(b'{"a":[' + b"[]," * 10**6 + b"1]}"),
    "a number that is none": told(b'{"a":Infinity}'),
    "a number without end": told(b'{"a":' + b"9" * 10**5 + b"}"),
}


@pytest.mark.parametrize("data", NO_ANSWERS.values(), ids=NO_ANSWERS)
def test_what_is_no_answer(data: bytes) -> None:
    worker = replace(NOTHING, limits=replace(LIMITS, answer_bytes=2**30))
    with pytest.raises((CrashedError, CutOffError)):
        ask_once(worker, {"try": "no answer"}, data)


def test_an_exception_is_told_by_its_name_and_the_child_goes_on() -> None:
    with Child(NOTHING) as child:
        with pytest.raises(FailedError, match="LookupError"):
            child.ask({"try": "raise"})
        assert child.ask({"try": "echo"}, b"1").data == b"1"


def test_what_loads_too_late_is_the_machines_fault_and_not_the_files() -> None:
    with Child(NOTHING) as child, pytest.raises(MachineError, match="inspection_unusable"):
        child.ask({"try": "load late"})


def test_killed_from_outside() -> None:
    with Child(NOTHING) as child:
        threading.Timer(0.2, os.kill, (child.pid, signal.SIGKILL)).start()
        with pytest.raises(CutOffError) as cut:
            child.ask({"try": "sleep", "seconds": 60})
    assert cut.value.limit is Limit.KILLED


def test_one_that_cannot_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MachineError, match="inspection_unusable"):
        Child(replace(NOTHING, module="nowhere"))
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    with pytest.raises(MachineError, match="inspection_unusable"):
        Child(NOTHING)


def test_a_budget_is_shared_by_all_children_of_a_drop() -> None:
    budget = Budget(cpu_seconds=0.5, wall_seconds=60)
    started = time.monotonic()
    with pytest.raises(CutOffError) as cut:
        ask_once(NOTHING, {"try": "time"}, budget=budget)
    assert cut.value.limit is Limit.BUDGET
    with pytest.raises(CutOffError) as cut:
        ask_once(NOTHING, {"try": "echo"}, budget=budget)
    assert cut.value.limit is Limit.BUDGET
    assert time.monotonic() - started < 20
    budget = Budget(cpu_seconds=60, wall_seconds=0.3)
    with pytest.raises(CutOffError) as cut:
        ask_once(NOTHING, {"try": "sleep", "seconds": 60}, budget=budget)
    assert cut.value.limit is Limit.BUDGET


def test_a_stop_ends_it_and_lets_no_other_begin() -> None:
    try:
        with Child(NOTHING) as child:
            threading.Timer(0.2, kill_all).start()
            with pytest.raises(StoppedError):
                child.ask({"try": "sleep", "seconds": 60})
        with pytest.raises(StoppedError):
            Child(NOTHING)
    finally:
        allow_again()
    with Child(NOTHING) as child:
        assert child.ask({"try": "echo"}, b"1").data == b"1"
    assert child.pid not in {process.pid for process in children._running}


def test_it_dies_with_the_service(tmp_path: Path) -> None:
    code = (
        "import os, sys, time\nfrom tests.confined.test_child import NOTHING, Child\n"
        "child = Child(NOTHING)\nprint(child.pid, flush=True)\nchild.ask({'try': 'sleep', 'seconds': 60})\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as service:
        assert service.stdout is not None
        pid = int(service.stdout.readline())
        service.kill()
    until = time.monotonic() + 20
    while _alive(pid):
        assert time.monotonic() < until
        time.sleep(0.02)


def _alive(pid: int) -> bool:
    try:
        return ") Z" not in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False


def test_a_sign_of_life_while_it_takes_long() -> None:
    signs: list[None] = []
    ask_once(NOTHING, {"try": "sleep", "seconds": 2.5}, alive=lambda: signs.append(None))
    assert len(signs) >= 1
