"""The page's screens of a document, served by gunicorn: p50, p95, processor time, memory of a worker.

    python benchmarks/bench_document_page.py [ROUNDS]

Aim: p95 of a page's picture under 200 ms, a worker under 120 MiB.
"""

from __future__ import annotations

import http.cookiejar
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.archive.index.locations import Index
from pipeline.confined.limits import processor_seconds
from pipeline.domain.records import Kind
from pipeline.web.addresses import record_address
from tests.web.people import PASSWORD, filled_place

ROUNDS = 40
_MIB = 1024


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, int]]:
    """Its address, and its one worker's process id."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = [sys.executable, "-m", "pipeline", "serve", f"--bind={address}", "--workers=1"]
    server = subprocess.Popen(command, cwd=folder)
    for _ in range(300):
        try:
            urllib.request.urlopen(f"http://{address}/login", timeout=5).close()  # our own server
            break
        except OSError:
            time.sleep(0.1)
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    yield f"http://{address}", int(children[0])
    server.terminate()
    server.wait(20)


class Browser:
    """Somebody signed in; cookies are sent as browsers do on loopback."""

    def __init__(self, address: str) -> None:
        self.address = address
        policy = http.cookiejar.DefaultCookiePolicy(secure_protocols=("http", "https"))
        jar = http.cookiejar.CookieJar(policy)
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        token = self.get("/login").decode().partition('name="csrfmiddlewaretoken" value="')[2][:64]
        form = {"name": "hr", "password": PASSWORD, "csrfmiddlewaretoken": token}
        asked = urllib.request.Request(f"{address}/login", urllib.parse.urlencode(form).encode())  # noqa: S310
        asked.add_header("Origin", address)
        self._opener.open(asked).close()

    def get(self, path: str) -> bytes:
        with self._opener.open(self.address + path) as answer:
            content: bytes = answer.read()
            return content


def measure(name: str, worker: int, ask: Callable[[], object], rounds: int) -> None:
    took, before = [], processor_seconds(worker) or 0.0
    for _ in range(rounds):
        began = time.perf_counter()
        ask()
        took.append((time.perf_counter() - began) * 1000)
    spent = ((processor_seconds(worker) or 0.0) - before) * 1000 / rounds
    p95 = statistics.quantiles(took, n=20)[-1]
    print(f"{name:32} p50 {statistics.median(took):6.0f} ms  p95 {p95:6.0f} ms  worker {spent:5.1f} ms")


def resident(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) // _MIB


def main(rounds: int) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        place = filled_place(Path(scratch) / "place")
        from pipeline.web import database

        database.use(place.folder / "config.yaml")
        from pipeline.web.accounts import managing
        from pipeline.web.accounts.roles import Role

        managing.add("hr", "Серікова Айгерім Болатқызы", PASSWORD, [Role.HR])
        with Index.open(place.folder / "state" / "index.sqlite") as index:
            papers = [d for ref in index.refs(Kind.CASE) for d in index.documents(ref)]
            homes = {d.record: index.record(d.record) for d in papers}
        at = []
        for filed in papers:
            location = homes[filed.record]
            assert location is not None  # noqa: S101  # it has documents
            at.append(f"{record_address(filed.object_id, location.path)}/doc/{filed.document.name}")
        with served(place.folder) as (address, worker):
            browser = Browser(address)
            browser.get("/")
            print(f"worker before {resident(worker)} MiB, load {os.getloadavg()[0]:.1f}")
            several = iter(at * rounds)
            measure("another document each time", worker, lambda: browser.get(next(several)), rounds)
            measure("the same document", worker, lambda: browser.get(at[0]), rounds)
            measure("its first page's picture", worker, lambda: browser.get(f"{at[0]}/page/1.png"), rounds)
            print(f"worker after {resident(worker)} MiB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
