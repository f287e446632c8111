"""Run by the Python of the peers' environment: medians of typst or of a warm unoserver, as one JSON line.

`measure.py typst ROUNDS FORM.typ DATA.json OUT.pdf` · `measure.py unoserver ROUNDS DOCX…`
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

START_SECONDS = 60


def milliseconds(work: Callable[[], object], rounds: int) -> float:
    work()
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        taken.append((time.perf_counter() - start) * 1000)
    return median(taken)


def typst(rounds: int, form: str, data: str, out: str) -> list[float]:
    import typst as peer  # type: ignore[import-not-found]  # the peers' environment alone has it

    text = Path(data).read_text(encoding="utf-8")

    def work() -> bytes:
        pdf: bytes = peer.compile(form, sys_inputs={"data": text}, pdf_standards="a-2b")
        return pdf

    Path(out).write_bytes(work())
    return [milliseconds(work, rounds)]


def unoserver(rounds: int, *files: str) -> list[float]:
    from unoserver.client import UnoClient  # type: ignore[import-not-found]  # the peers' environment alone has it

    program = str(Path(sys.executable).with_name("unoserver"))
    with subprocess.Popen([sys.executable, program], stderr=subprocess.DEVNULL) as server:
        try:
            client = UnoClient()
            documents = [Path(name).read_bytes() for name in files]
            end = time.monotonic() + START_SECONDS
            while True:
                try:
                    client.convert(indata=documents[0], convert_to="pdf")
                    break
                except OSError:
                    if time.monotonic() > end:
                        raise
                    time.sleep(0.2)
            return [
                milliseconds(lambda d=d: client.convert(indata=d, convert_to="pdf"), rounds)  # type: ignore[misc]  # d is bound early
                for d in documents
            ]
        finally:
            server.terminate()


if __name__ == "__main__":
    peer, count, *arguments = sys.argv[1:]
    measured = {"typst": typst, "unoserver": unoserver}[peer](int(count), *arguments)
    print(json.dumps(measured))
