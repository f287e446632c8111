"""The page under ten people at once: p50, p95 and processor time of each screen, and what a worker weighs.

    python -m benchmarks.bench_page [PERSONS] [ROUNDS]

`jeke serve` with its two workers, over the samples and an index of PERSONS more (100,000). Ten accounts
sign in and ask, one question straight after the other, which people do not do; each question is a connection
of its own, as the reverse proxy makes them. Aims (p95): lists 100 ms, search 200 ms, case 250 ms, signing in
1 s; a worker below 120 MiB. The processor time is that of the server alone; the ten run on the same machine.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.bench_index import person, questions
from benchmarks.bench_standing import fill
from pipeline import office
from pipeline.archive.index.locations import Index
from pipeline.config import load_config
from pipeline.domain.records import Case
from pipeline.flow.standing.refresh import made_by

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "samples"
PEOPLE = 10
PASSWORD = "қараша айында қар жауды"  # noqa: S105 - of invented people
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
CASE, PERSON = re.compile(r"/case/[0-9a-f-]+/[0-9a-f]{16}"), re.compile(r"/person/[0-9a-f-]+")
AIMED = 120.0
"""MiB of a worker."""
TICKS = os.sysconf("SC_CLK_TCK")
SEARCHES = (
    "surname",
    "IIN",
    "prefix of two",
    "name, town, decision, year",
    "month in words",
    "surname, another layout",
)


class Somebody:
    """An account in a browser of its own."""

    def __init__(self, port: int, name: str) -> None:
        self._port = port
        self._cookies: dict[str, str] = {}
        self._host = f"127.0.0.1:{port}"
        self._token = ""
        self.name = name

    def ask(self, address: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        """Status and page; a form goes with its token."""
        connection = HTTPConnection("127.0.0.1", self._port, timeout=60)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if form is None:
            connection.request("GET", address, headers=headers)
        else:
            headers |= {
                "Origin": f"http://{self._host}",
                "Content-Type": "application/x-www-form-urlencoded",
            }
            body = urlencode({**form, "csrfmiddlewaretoken": self._token})
            connection.request("POST", address, body, headers)
        answer = connection.getresponse()
        page = answer.read().decode()
        connection.close()
        for cookie in answer.msg.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        if token := TOKEN.search(page):
            self._token = token[1]
        return answer.status, page

    def sign_in(self) -> None:
        """With the password, the form being there."""
        status, _ = self.ask("/login", {"name": self.name, "password": PASSWORD})
        if status != 302:
            raise RuntimeError(status)

    def begin(self) -> None:
        """As nobody, before the form."""
        self._cookies = {}
        self.ask("/login")


def jeke(place: Path, *arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "pipeline", *arguments], cwd=place, check=True, capture_output=True)


def laid_out(place: Path, persons: int, names: list[str]) -> list[list[str]]:
    """The samples filed, the index filled, the accounts made; what to search for."""
    jeke(ROOT, "init", str(place))
    config = place / "config.yaml"
    text = config.read_text(encoding="utf-8")
    config.write_text(re.sub(r"quiet_seconds: *[0-9.]+", "quiet_seconds: 0", text), encoding="utf-8")
    for sample in SAMPLES.glob("*.yaml"):
        shutil.copy(sample, place / "inbox")
    jeke(place, "run", "--once")
    rng = random.Random(218)
    entries = [person(number, rng) for number in range(persons)]
    with office.workplace(load_config(config)) as opened:
        by, today = made_by(opened), opened.today
    with Index.open(place / "state" / "index.sqlite") as index:
        fill(index, entries, by, today)
    from pipeline.web import database

    database.use(config)
    from pipeline.web.accounts import managing
    from pipeline.web.accounts.roles import Role

    for name in names:
        managing.add(name, "Серікова Айгерім Болатқызы", PASSWORD, [Role.HR])
    some = [entry.records[0].record for entry in rng.sample(entries, min(40, persons))]
    asked = [questions(case.employee, rng) for case in some if isinstance(case, Case)]
    return [question[kind] for question in asked for kind in SEARCHES]


@contextmanager
def served(place: Path) -> Iterator[tuple[int, int]]:
    """Port and process of its page."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "pipeline", "serve", f"--bind=127.0.0.1:{port}"]
    server = subprocess.Popen(command, cwd=place, stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            try:
                Somebody(port, "").ask("/login")
                break
            except ConnectionError:
                time.sleep(0.1)
        yield port, server.pid
    finally:
        server.terminate()
        server.wait(20)


def workers(server: int) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{server}/task/{server}/children").read_text().split()]


def processor_time(server: int) -> float:
    """Seconds of all workers."""
    fields = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in workers(server)]
    return sum(int(each[11]) + int(each[12]) for each in fields) / TICKS


def weight(pid: int) -> float:
    """Resident memory in MiB, what is shared with the other worker counted in."""
    found = re.search(r"^VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    if found is None:
        raise RuntimeError(pid)
    return int(found[1]) / 1024


def measure(
    what: str,
    server: int,
    everybody: list[Somebody],
    rounds: int,
    ask: Callable[[Somebody, int], object],
    before: Callable[[Somebody], None] | None = None,
) -> None:
    """All at once; `before` each question is done outside of the time."""

    def one(number: int) -> list[float]:
        somebody, times = everybody[number], []
        for turn in range(rounds):
            if before:
                before(somebody)
            began = time.perf_counter()
            ask(somebody, number * rounds + turn)
            times.append((time.perf_counter() - began) * 1e3)
        return times

    spent = processor_time(server)
    with ThreadPoolExecutor(len(everybody)) as pool:
        times = [each for found in pool.map(one, range(len(everybody))) for each in found]
    spent = (processor_time(server) - spent) * 1e3 / len(times)
    cuts = statistics.quantiles(times, n=20)
    wall = f"p50 {statistics.median(times):7.1f} ms   p95 {cuts[18]:7.1f} ms"
    print(f"{what:36} {wall}   processor {spent:6.1f} ms", flush=True)


def seen(somebody: Somebody, address: str, form: dict[str, str] | None = None) -> str:
    status, page = somebody.ask(address, form)
    if status != 200:
        raise RuntimeError(f"{address}: {status}")
    return page


def open_one(address: str, somebody: Somebody, _turn: int) -> None:
    seen(somebody, address)


def search(words: list[list[str]], somebody: Somebody, turn: int) -> None:
    seen(somebody, "/find", {"words": " ".join(words[turn % len(words)])})


def main(persons: int, rounds: int) -> None:
    names = [f"clerk{number}" for number in range(PEOPLE)]
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "place"
        words = laid_out(place, persons, names)
        with served(place) as (port, server):
            everybody = [Somebody(port, name) for name in names]
            print(f"{persons} persons, {PEOPLE} people at once, {len(workers(server))} workers")
            print(f"a worker: {max(map(weight, workers(server))):.0f} MiB resident at the start")
            few = max(2, rounds // 5)
            measure("signing in", server, everybody, few, lambda one, _: one.sign_in(), Somebody.begin)
            for one in everybody:
                seen(one, "/find")
            page = seen(everybody[0], "/find", {"words": "Әбілқасов"})
            case, file = CASE.search(page), PERSON.search(page)
            if case is None or file is None:
                raise RuntimeError(page)
            for what, address in {
                "work list": "/",
                "person": file[0],
                "case": case[0],
                "drops": "/drops",
            }.items():
                measure(what, server, everybody, rounds, partial(open_one, address))
            for column, kind in enumerate(SEARCHES):
                measure(
                    f"search: {kind}",
                    server,
                    everybody,
                    rounds,
                    partial(search, words[column :: len(SEARCHES)]),
                )
            heaviest = max(map(weight, workers(server)))
            print(f"a worker: {heaviest:.0f} MiB resident at the end (aim {AIMED:.0f})")


if __name__ == "__main__":
    asked = [int(each) for each in sys.argv[1:]]
    main(asked[0] if asked else 100_000, asked[1] if len(asked) > 1 else 20)
