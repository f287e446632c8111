"""Other people's papers, pushed through the gate and, where let in, through the reader of pages.

    .venv/bin/python tools/others.py FOLDER...

Prints a line of the table in docs/reliability.md for each folder, and below it every file that is set apart
though nothing live is in it and poppler draws it without a complaint: those are harmless (aim: under 1 %).
Each file is read in confined children, as a drop is; several runs go side by side. Needs poppler-utils.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from pipeline.flow.site.budgets import budget_of_paper
from pipeline.intake.gate.pdf_gate import GateVerdict, Reason, inspect
from pipeline.scans.pages import CostlyScanError, Pages, UnreadablePageError

ENDINGS = {".pdf", ".tif", ".tiff", ".jpg", ".jpeg", ".png"}
PAGES_READ = 5
MENDED = {
    Reason.DAMAGED,
    Reason.CRASHED,
    Reason.BOMB,
    Reason.NOT_PAPER,
    Reason.PAGES,
    Reason.PAGE_SIZE,
    Reason.PIXELS,
}
"""Reasons that speak of how the file is made, and not of what it would do or hide."""


@dataclass
class Row:
    """What became of one project's files."""

    dropped: int = 0
    let_in: int = 0
    given_back: int = 0
    apart: Counter[str] = field(default_factory=Counter)
    set_apart: int = 0
    read: int = 0
    unread: int = 0
    longest: float = 0.0
    harmless: list[str] = field(default_factory=list)


def papers(folder: Path) -> Iterator[Path]:
    """The PDFs, and the pictures in a path with `test` in it."""
    for path in sorted(folder.rglob("*")):
        ending = path.suffix.lower()
        if path.is_file() and ending in ENDINGS and (ending == ".pdf" or "test" in str(path).lower()):
            yield path


def push(path: Path, row: Row) -> None:
    """One file, as a drop goes."""
    began = time.monotonic()
    budget = budget_of_paper()
    verdict = inspect(path, budget=budget)
    row.dropped += 1
    if verdict.ok:
        row.let_in += 1
        with path.open("rb") as scan:
            try:
                with Pages(scan, budget) as pages:
                    for number in range(1, min(pages.count, PAGES_READ) + 1):
                        try:
                            pages.read(number)
                            row.read += 1
                        except UnreadablePageError:
                            row.unread += 1
            except (UnreadablePageError, CostlyScanError):
                row.unread += 1
    elif verdict.harmless:
        row.given_back += 1
    else:
        row.set_apart += 1
        row.apart.update(verdict.reasons)
    row.longest = max(row.longest, time.monotonic() - began)
    if Reason.UNREAD in verdict.reasons or is_harmless(path, verdict):
        row.harmless.append(f"{path}: {', '.join(verdict.reasons)}")


def is_harmless(path: Path, verdict: GateVerdict) -> bool:
    """Set apart though poppler opens it and draws its first page without a word."""
    if verdict.ok or verdict.harmless or not set(verdict.reasons) <= MENDED or path.suffix.lower() != ".pdf":
        return False
    command = ["pdftoppm", "-r", "20", "-l", "1", "-png", str(path)]
    try:
        drawn = subprocess.run(command, capture_output=True, timeout=60, check=False)
    except subprocess.TimeoutExpired:
        return False
    return drawn.returncode == 0 and not drawn.stderr and bool(drawn.stdout)


def main(folders: list[Path]) -> None:
    """A line for each."""
    for folder in folders:
        row = Row()
        for path in papers(folder):
            push(path, row)
        why = ", ".join(
            f"{count} {reason.removeprefix('gate_')}" for reason, count in row.apart.most_common()
        )
        print(
            f"| {folder.name} | {row.dropped} | {row.let_in} | {row.given_back} | {row.set_apart} ({why})"
            f" | {row.read}, {row.unread} | {row.longest:.1f} s | harmless set apart {len(row.harmless)} |",
            flush=True,
        )
        for line in row.harmless:
            print("   ", line, flush=True)


if __name__ == "__main__":
    main([Path(given) for given in sys.argv[1:]])
