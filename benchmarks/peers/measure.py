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
from typing import Any

START_SECONDS = 60
PDF_A = {"convert_to": "pdf", "filter_options": ["SelectPdfVersion=2"]}


def milliseconds(work: Callable[[int], object], rounds: int) -> float:
    """The median; `work` is given the round's number."""
    work(0)
    taken = []
    for number in range(1, rounds + 1):
        start = time.perf_counter()
        work(number)
        taken.append((time.perf_counter() - start) * 1000)
    return median(taken)


def typst(rounds: int, form: str, data: str, out: str) -> list[float]:
    """Every text is another each round, as another person's is, for typst remembers what it has laid out."""
    import typst as peer  # type: ignore[import-not-found]  # the peers' environment alone has it

    context = json.loads(Path(data).read_text(encoding="utf-8"))
    compiler = peer.Compiler(form)

    def work(number: int) -> bytes:
        inputs = {"data": json.dumps(numbered(context, number))}
        pdf: bytes = compiler.compile(sys_inputs=inputs, pdf_standards="a-2b")
        return pdf

    Path(out).write_bytes(work(0))
    return [milliseconds(work, rounds)]


def numbered(value: Any, number: int) -> Any:
    if isinstance(value, dict):
        return {name: numbered(inner, number) for name, inner in value.items()}
    if isinstance(value, list):
        return [numbered(inner, number) for inner in value]
    return f"{value} {number}" if value else value


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
                    client.convert(indata=documents[0], **PDF_A)
                    break
                except OSError:
                    if time.monotonic() > end:
                        raise
                    time.sleep(0.2)
            return [
                milliseconds(lambda _, d=d: client.convert(indata=d, **PDF_A), rounds)  # type: ignore[misc]  # d is bound early
                for d in documents
            ]
        finally:
            server.terminate()


if __name__ == "__main__":
    peer, count, *arguments = sys.argv[1:]
    print(json.dumps(typst(int(count), *arguments) if peer == "typst" else unoserver(int(count), *arguments)))
