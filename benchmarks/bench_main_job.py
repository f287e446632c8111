"""The main job: cases a second, milliseconds from claim to filed by station, beside the peer's way.

    python -m benchmarks.bench_main_job [CASES]

One case is the shipped `recommended.yaml` with other ids and another person: one YAML file of four records,
filed as four objects with all their documents. The peer's way is docxtpl's own filling and one
`soffice --convert-to pdf` per document on the same templates and data; without LibreOffice it is left out.
"""

from __future__ import annotations

import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from docxtpl import DocxTemplate

from pipeline.archive.ocfl.storage_root import StorageRoot
from pipeline.cli.context import CliContext
from pipeline.cli.main import main as jeke
from pipeline.documents.content.plan import DocumentKind, documents_of_case, documents_of_sitting
from pipeline.documents.rendering.render import RdocxWorker
from pipeline.documents.sealing.seal import Sealer
from pipeline.documents.templates.fill import Templates
from pipeline.domain.iin import iin_check_digit
from pipeline.domain.records import Case, Sitting
from pipeline.flow.casefile import filing, records_drop
from pipeline.flow.site import render_pool
from pipeline.law.docket import Docket
from pipeline.record_format.reader import read_stream
from pipeline.working import Ended, at_work

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = (ROOT / "samples" / "recommended.yaml").read_text(encoding="utf-8")
PEER_DOCUMENTS = 3

Spent = dict[str, list[float]]


def iins() -> Iterator[str]:
    """Synthetic numbers with a right check digit."""
    serial = 0
    while True:
        serial += 1
        eleven = f"8503143{serial:04d}"
        digit = iin_check_digit(eleven)
        if digit is not None:
            yield f"{eleven}{digit}"


def cases(count: int) -> Iterator[tuple[str, str]]:
    """File name and content of each case."""
    for number, iin in zip(range(count), iins(), strict=False):
        text = re.sub(r"QRG-PD-(2025-3|AK-2025-S3|AK-2025|2025-014)", rf"B{number}-\1", SAMPLE)
        yield f"case-{number:05d}.yaml", text.replace("850314390019", iin)


@contextmanager
def timed(spent: Spent) -> Iterator[None]:
    """The stations' own functions, each with a stop-watch around it."""
    stations: list[tuple[Any, str, str]] = [
        (records_drop, "read_stream", "read"),
        (records_drop, "judge", "judge"),
        (Templates, "fill", "fill"),
        (RdocxWorker, "render", "render"),
        (render_pool, "stamp", "mark"),
        (Sealer, "seal", "seal"),
        (StorageRoot, "write_version", "file"),
        (filing, "index_object", "index"),
    ]
    kept = [(owner, name, getattr(owner, name)) for owner, name, _ in stations]
    for (owner, name, function), (_, _, station) in zip(kept, stations, strict=True):
        setattr(owner, name, _watched(function, spent[station]))
    try:
        yield
    finally:
        for owner, name, function in kept:
            setattr(owner, name, function)


def _watched(function: Callable[..., object], times: list[float]) -> Callable[..., object]:
    def watched(*args: object, **kwargs: object) -> object:
        began = time.perf_counter()
        try:
            return function(*args, **kwargs)
        finally:
            times.append(time.perf_counter() - began)

    return watched


def ours(folder: Path, count: int) -> tuple[float, Spent]:
    """Seconds for the whole, and the seconds each station took, call by call."""
    jeke(["init", str(folder)])
    config = folder / "config.yaml"
    config.write_text(
        re.sub(r"quiet_seconds: *[0-9.]+", "quiet_seconds: 0", config.read_text(encoding="utf-8")),
        encoding="utf-8",
    )
    cli = CliContext(config, config_named=True, language=None, debug=False)
    spent: Spent = defaultdict(list)
    with cli.workplace() as place, at_work(place) as work:
        for name, text in cases(1):  # templates compiled, keys loaded: a service is warm
            (folder / "inbox" / name).write_text(text.replace("B0-", "W-"), encoding="utf-8")
        work.work_off_all(_silent)
        for name, text in cases(count):
            (folder / "inbox" / name).write_text(text, encoding="utf-8")
        with timed(spent):
            began = time.perf_counter()
            work.work_off_all(_silent)
            return time.perf_counter() - began, spent


def _silent(_ended: Ended) -> None:
    """Nobody listens."""


def peer(folder: Path) -> float | None:
    """Seconds per document: docxtpl as it stands and one soffice call, on the documents of the sample."""
    soffice = shutil.which("soffice")
    if soffice is None:
        return None
    docket = Docket(r.record for r in read_stream(SAMPLE.encode(), "sample").records)
    wanted = [
        w
        for record in docket
        for w in (
            documents_of_case(docket, record)
            if isinstance(record, Case)
            else documents_of_sitting(docket, record)
            if isinstance(record, Sitting)
            else ()
        )
        if w.kind in (DocumentKind.ANNEX_1, DocumentKind.ANNEX_2, DocumentKind.ANNEX_4)
    ]
    times = []
    for document in wanted[:PEER_DOCUMENTS]:
        began = time.perf_counter()
        template = DocxTemplate(BytesIO((ROOT / "templates" / f"{document.kind}.docx").read_bytes()))
        template.render(dict(document.context), autoescape=True)
        filled = folder / f"{document.name}.docx"
        template.save(filled)
        command = [
            soffice,
            f"-env:UserInstallation=file://{folder}/profile",
            "--headless",
            "--convert-to",
            "pdf",
        ]
        subprocess.run([*command, "--outdir", str(folder), str(filled)], check=True, capture_output=True)
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def main() -> None:
    """Prints ratios first, then milliseconds."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    with tempfile.TemporaryDirectory(dir=ROOT) as folder:
        whole, spent = ours(Path(folder) / "place", count)
        theirs = peer(Path(folder))
    documents = len(spent["render"]) / count
    each = whole / count
    print(f"main job, {count} cases, {documents:.0f} documents a case ({datetime.now(UTC):%Y-%m-%d})")
    if theirs is None:
        print("  peer: LibreOffice is not installed, not measured")
    else:
        ratio = theirs * documents / each
        print(f"  peer's way takes {ratio:.0f} times as long a case (and neither judges, seals nor files)")
    print(f"  {1 / each:.1f} cases a second; {each * 1000:.0f} ms from claim to filed")
    for station in ("read", "judge", "fill", "render", "mark", "seal", "file", "index"):
        total = sum(spent[station])
        print(
            f"  {station:7} {total / whole:5.0%}  {total / count * 1000:7.1f} ms a case"
            f"  {statistics.median(spent[station]) * 1000:6.2f} ms a call"
        )
    rest = whole - sum(sum(times) for times in spent.values())
    print(f"  {'rest':7} {rest / whole:5.0%}  {rest / count * 1000:7.1f} ms a case (claim, journal, outbox)")
    if theirs is not None:
        print(f"  peer    {theirs * 1000:.0f} ms a document")


if __name__ == "__main__":
    main()
