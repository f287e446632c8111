"""Documents: filling, rendering, marking and sealing of each kind, beside their peers; then a thousand cases.

Ratios come first: milliseconds drift with the machine, ratios hold. Peers: docxtpl as it stands with one
`soffice` call a document (where LibreOffice is installed); the same form set in typst, and docxtpl with a
warm unoserver (where BENCH_PEERS names an environment with both, made by `/usr/bin/python3 -m venv
--system-site-packages DIR && DIR/bin/pip install typst unoserver`). What could not be measured is said.
Usage: `python -m benchmarks.bench_documents [ROUNDS [CASES]]`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import multiprocessing
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from docxtpl import DocxTemplate

from pipeline.documents.content.plan import DocumentKind
from pipeline.documents.rendering.render import RdocxRenderer, RdocxWorker
from pipeline.documents.sealing.marks import stamp
from pipeline.documents.sealing.seal import Sealer, seals
from pipeline.documents.templates.fill import Templates
from pipeline.documents.templates.forms import form
from pipeline.documents.templates.word_template import environment

ROOT: Final = Path(__file__).parents[1]
PEERS: Final = Path(__file__).parent / "peers"
TEMPLATES: Final = ROOT / "templates"
WHEN: Final = dt.datetime(2025, 10, 21, 12, 0, tzinfo=dt.UTC)
KEY: Final = bytes(32)
SIX: Final = (
    DocumentKind.ANNEX_1,
    DocumentKind.ANNEX_2,
    DocumentKind.INVITATION,
    DocumentKind.ANNEX_3,
    DocumentKind.PROTOCOL,
    DocumentKind.ANNEX_4,
)
"""The six documents of a case."""
IN_TYPST: Final = (DocumentKind.ANNEX_1, DocumentKind.ANNEX_3, DocumentKind.ANNEX_4)


def milliseconds(work: Callable[[], object], rounds: int) -> float:
    """Median of `rounds` runs after one to warm up."""
    work()
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        taken.append((time.perf_counter() - start) * 1000)
    return median(taken)


def docxtpl_as_it_stands(kind: DocumentKind) -> bytes:
    document = DocxTemplate(TEMPLATES / f"{kind}.docx")
    document.render(dict(form(kind).sample), jinja_env=environment())
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def soffice(docx: bytes, folder: Path) -> None:
    (folder / "d.docx").write_bytes(docx)
    command = ["soffice", "--headless", "--convert-to", "pdf:writer_pdf_Export", "--outdir", str(folder)]
    subprocess.run([*command, str(folder / "d.docx")], check=True, capture_output=True, timeout=120)


@dataclass(frozen=True)
class Measured:
    """Medians in milliseconds; a peer that is missing is 0."""

    fill: float
    render: float
    worker: float
    mark: float
    seal: float
    check: float
    docxtpl: float
    soffice: float
    unoserver: float
    typst: float

    def line(self, name: str) -> str:
        ours = self.fill + self.render
        ratios = (
            ratio(self.docxtpl + self.soffice, ours, self.soffice),
            ratio(self.docxtpl + self.unoserver, ours, self.unoserver),
            ratio(self.render, self.typst, self.typst),
            ratio(self.docxtpl, self.fill, self.fill),
        )
        figures = (
            *(self.fill, self.render, self.worker, self.mark, self.seal, self.check),
            *(self.docxtpl, self.soffice, self.unoserver, self.typst),
        )
        return f"{name:25}" + "".join(f"{r:>11}" for r in ratios) + "".join(f"{f:8.1f}" for f in figures)


def ratio(one: float, other: float, measured: float) -> str:
    return f"{one / other:.1f}" if measured else "-"


class Bench:
    def __init__(self, rounds: int, folder: Path) -> None:
        self.rounds, self.folder = rounds, folder
        self.templates, self.renderer, self.worker = Templates(TEMPLATES), RdocxRenderer(), RdocxWorker()
        self.sealer = Sealer.test_authority(folder / "keys")
        self.office = shutil.which("soffice") is not None
        python = Path(os.environ.get("BENCH_PEERS", "/nonexistent")) / "bin" / "python"
        self.peers = python if python.exists() else None

    def measure(self, kind: DocumentKind, unoserver: float) -> Measured:
        context, title, rounds = form(kind).sample, str(kind), self.rounds
        docx = self.templates.fill(kind, context)
        pdf = self.renderer.render(docx, title=title)
        marked = mark(pdf)
        sealed = self.sealer.seal(marked, reason="x", when=WHEN)
        return Measured(
            fill=milliseconds(lambda: self.templates.fill(kind, context), rounds),
            render=milliseconds(lambda: self.renderer.render(docx, title=title), rounds),
            worker=milliseconds(lambda: self.worker.render(docx, title=title), rounds),
            mark=milliseconds(lambda: mark(pdf), rounds),
            seal=milliseconds(lambda: self.sealer.seal(marked, reason="x", when=WHEN), rounds),
            check=milliseconds(lambda: seals(sealed, self.sealer.roots), rounds),
            docxtpl=milliseconds(lambda: docxtpl_as_it_stands(kind), rounds),
            soffice=milliseconds(lambda: soffice(docx, self.folder), 3) if self.office else 0.0,
            unoserver=unoserver,
            typst=self.typst(kind) if kind in IN_TYPST and self.peers else 0.0,
        )

    def typst(self, kind: DocumentKind) -> float:
        data = self.folder / f"{kind}.json"
        data.write_text(json.dumps(form(kind).sample), encoding="utf-8")
        (taken,) = self.peer("typst", str(PEERS / f"{kind}.typ"), str(data), str(self.folder / "typst.pdf"))
        return taken

    def unoserver(self, kinds: tuple[DocumentKind, ...]) -> dict[DocumentKind, float]:
        """One warm server for all of them."""
        if not (self.office and self.peers):
            return dict.fromkeys(kinds, 0.0)
        files = [self.folder / f"{kind}.docx" for kind in kinds]
        for kind, file in zip(kinds, files, strict=True):
            file.write_bytes(self.templates.fill(kind, form(kind).sample))
        return dict(zip(kinds, self.peer("unoserver", *map(str, files)), strict=True))

    def peer(self, *arguments: str) -> list[float]:
        name, *rest = arguments
        command = [str(self.peers), str(PEERS / "measure.py"), name, str(self.rounds), *rest]
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=600)
        measured: list[float] = json.loads(done.stdout.splitlines()[-1])
        return measured

    def six(self) -> float:
        """Filled, rendered and marked one after another in one process."""

        def work() -> None:
            for kind in SIX:
                docx = self.templates.fill(kind, form(kind).sample)
                mark(self.renderer.render(docx, title=str(kind)))

        return milliseconds(work, self.rounds)


def mark(pdf: bytes) -> bytes:
    return stamp(pdf, document=1, annex=1, revision=0, key=KEY)


# --- a thousand cases -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shift:
    """What one worker did: cases, memory in MB after the first ten and at the end, papers that differed."""

    cases: int
    memory_at_start: float
    memory_at_end: float
    differing: int


def shift(cases: int) -> Shift:
    """Six documents a case, with the case's number in them; every hundredth is of the first case's data."""
    templates, renderer = Templates(TEMPLATES), RdocxRenderer()
    first: dict[DocumentKind, str] = {}
    differing, at_start = 0, 0.0
    for number in range(cases):
        again = number % 100 == 0 or number == cases - 1
        for kind in SIX:
            docx = templates.fill(kind, form(kind).sample if again else numbered(form(kind).sample, number))
            digest = hashlib.sha256(mark(renderer.render(docx, title=str(kind)))).hexdigest()
            if again:
                differing += first.setdefault(kind, digest) != digest
        if number == min(9, cases - 1):
            at_start = memory()
    return Shift(cases, at_start, memory(), differing)


def numbered(sample: Mapping[str, object], number: int) -> dict[str, object]:
    """Another person's data: every text of the first rank with a number behind it."""
    return {k: f"{v} {number}" if isinstance(v, str) and v else v for k, v in sample.items()}


def memory() -> float:
    """Of this process, in MB, now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


def thousand(cases: int) -> None:
    start = time.perf_counter()
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        shifts = pool.map(shift, [cases // 2, cases - cases // 2])
    seconds = time.perf_counter() - start
    print(f"{cases} cases of six documents on two workers: {cases / seconds:.1f} cases a second")
    for done in shifts:
        print(
            f"  worker: {done.cases} cases, {done.memory_at_start:.0f} MB after ten,"
            f" {done.memory_at_end:.0f} MB at the end, {done.differing} papers of the same data differed"
        )


def main(rounds: int, cases: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(rounds, Path(folder))
        if not bench.office:
            print("not measured: soffice and unoserver, for LibreOffice is not installed")
        if not bench.peers:
            print("not measured: typst and unoserver, for BENCH_PEERS names no environment that has them")
        print("times soffice, times unoserver: docxtpl with that peer over our fill and render")
        print(f"{'':25}{'x soffice':>11}{'x unosrv':>11}{'of typst':>11}{'x docxtpl':>11}", end="")
        columns = [
            *("fill", "render", "worker", "mark", "seal", "check"),
            *("docxtpl", "soffice", "unosrv", "typst"),
        ]
        print("".join(f"{c:>8}" for c in columns))
        kinds = tuple(DocumentKind)
        unoserver = bench.unoserver(kinds)
        for kind in kinds:
            print(bench.measure(kind, unoserver[kind]).line(kind), flush=True)
        print(f"six documents of a case filled, rendered, marked in one process: {bench.six():.0f} ms")
        bench.worker.close()
    thousand(cases)


if __name__ == "__main__":
    main(*(int(given) for given in [*sys.argv[1:], *("20", "1000")[len(sys.argv) - 1 :]]))
