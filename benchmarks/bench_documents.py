"""Documents: filling, rendering and sealing of each kind, beside docxtpl as it stands and soffice.

Ratios come first: milliseconds drift with the machine, ratios hold. The peer is DocxTemplate(…).render(…) and
one `soffice --convert-to pdf` a document; without LibreOffice it is left out, and said so.
Usage: `python benchmarks/bench_documents.py [ROUNDS]`.
"""

from __future__ import annotations

import datetime as dt
import io
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from docxtpl import DocxTemplate

from pipeline.documents.fill import Templates
from pipeline.documents.plan import DocumentKind, documents_of_case, documents_of_sitting
from pipeline.documents.render import RdocxRenderer
from pipeline.documents.seal import Sealer, seals
from pipeline.documents.word_template import environment
from pipeline.intake.reader import read_stream
from pipeline.law.docket import Docket

ROOT = Path(__file__).parents[1]
WHEN = dt.datetime(2025, 10, 21, 12, 0, tzinfo=dt.UTC)
TEMPLATES = ROOT / "templates"


def contexts() -> dict[DocumentKind, dict[str, object]]:
    """One document of each kind, as the shipped samples ask for them."""
    found: dict[DocumentKind, dict[str, object]] = {}
    for sample in ("recommended", "refused"):
        content = (ROOT / "samples" / f"{sample}.yaml").read_bytes()
        docket = Docket(r.record for r in read_stream(content, sample).records)
        wanted = [w for c in docket.cases.values() for w in documents_of_case(docket, c)]
        wanted += [w for s in docket.sittings.values() for w in documents_of_sitting(docket, s)]
        found.update((w.kind, dict(w.context)) for w in wanted)
    return found


CONTEXTS = contexts()


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
    document.render(CONTEXTS[kind], jinja_env=environment())
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def soffice(docx: bytes, folder: Path) -> None:
    (folder / "d.docx").write_bytes(docx)
    command = ["soffice", "--headless", "--convert-to", "pdf:writer_pdf_Export", "--outdir", str(folder)]
    subprocess.run([*command, str(folder / "d.docx")], check=True, capture_output=True, timeout=120)


@dataclass(frozen=True)
class Measured:
    """Medians in milliseconds; `office` is 0 where soffice is not installed."""

    fill: float
    render: float
    seal: float
    check: float
    docxtpl: float
    office: float

    def line(self, name: str) -> str:
        ours = self.fill + self.render
        ratio = f"{(self.docxtpl + self.office) / ours:.1f}" if self.office else "-"
        figures = (self.fill, self.render, self.seal, self.check, self.docxtpl, self.office)
        return f"{name:26}{ratio:>10}{self.docxtpl / self.fill:>13.1f}" + "".join(
            f"{f:9.1f}" for f in figures
        )


class Bench:
    def __init__(self, rounds: int, folder: Path) -> None:
        self.rounds, self.folder = rounds, folder
        self.templates, self.renderer = Templates(TEMPLATES), RdocxRenderer()
        self.sealer = Sealer.test_authority(folder / "keys")
        self.office = shutil.which("soffice") is not None

    def measure(self, kind: DocumentKind) -> Measured:
        context, title = CONTEXTS[kind], str(kind)
        docx = self.templates.fill(kind, context)
        pdf = self.renderer.render(docx, title=title)
        sealed = self.sealer.seal(pdf, reason="x", when=WHEN)
        return Measured(
            fill=milliseconds(lambda: self.templates.fill(kind, context), self.rounds),
            render=milliseconds(lambda: self.renderer.render(docx, title=title), self.rounds),
            seal=milliseconds(lambda: self.sealer.seal(pdf, reason="x", when=WHEN), self.rounds),
            check=milliseconds(lambda: seals(sealed, self.sealer.roots), self.rounds),
            docxtpl=milliseconds(lambda: docxtpl_as_it_stands(kind), self.rounds),
            office=milliseconds(lambda: soffice(docx, self.folder), 3) if self.office else 0.0,
        )


def main(rounds: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(rounds, Path(folder))
        if not bench.office:
            print("soffice is not installed: peer/ours and its column stay empty")
        columns = ("fill", "render", "seal", "check", "docxtpl", "soffice")
        print(f"{'document':26}{'peer/ours':>10}{'docxtpl/fill':>13}" + "".join(f"{c:>9}" for c in columns))
        measured = {kind: bench.measure(kind) for kind in DocumentKind}
    for kind, figures in measured.items():
        print(figures.line(kind))
    sheets = [*(k for k in DocumentKind if k is not DocumentKind.NOTICE), *[DocumentKind.ANNEX_3] * 5]
    whole = sum(measured[k].fill + measured[k].render + measured[k].seal for k in sheets)
    print(f"annexes 1, 2 and 4, six ballots, the protocol: {whole:.0f} ms filled, rendered, sealed")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
