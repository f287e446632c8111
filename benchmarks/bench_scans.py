"""Simulated scans of real documents of the samples: matched, wrong, signed, same text, time, memory.

    python -m benchmarks.bench_scans [SHARE]
    python -m benchmarks.bench_scans changes [SHARE]
    python -m benchmarks.bench_scans honest [SHARE]

Marks are read on every page; signatures and text are judged on every SHARE-th (5; 1 takes an hour). Aim: no
wrong match, no blank place taken for signed, memory of a 300-page bundle as that of a short one. `changes`
tells of what pen, printer and fluid changed how much asks a person, and how much of what is honest (SHARE 12
takes a minute), `honest` the latter alone. Aim: all that was changed, at most 1 % of clean pages, 3 % of worn
ones.
"""

from __future__ import annotations

import random
import shutil
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pypdfium2

from pipeline.documents.sealing.mark_key import ensure_key
from pipeline.documents.sealing.marks import read_code
from pipeline.flow.site.budgets import budget_of_paper
from pipeline.scans.fields import vote_cells
from pipeline.scans.page_marks import read_marks
from pipeline.scans.pages import Pages
from pipeline.scans.pen.ink import Inked, fields_inked
from pipeline.scans.raster import LARGEST_SIDE
from pipeline.scans.registration import lay_over
from pipeline.scans.same_text import changed_words
from tests.e2e.place import Place, sample
from tests.scans.originals import Original
from tests.scans.pen_changes import UNLAWFUL, WORN
from tests.scans.simulated import (
    DPI,
    SCANNERS,
    Picture,
    Scanner,
    as_pdf,
    crease,
    crossed_out,
    pages_of,
    scan,
    seal,
    shadow,
    sign,
    some,
    two_up,
)

BUNDLE = 300
WORD_HEIGHT = 2


@dataclass(frozen=True)
class Page:
    """One page of an original: what its mark says, and what is on it."""

    original: Original
    name: str
    path: Path
    number: int


def originals(folder: Path) -> tuple[list[Page], bytes]:
    """Every page to be signed of the three samples, and the key of their marks."""
    place = Place.make(folder / "place")
    for name in ("recommended", "tie", "refused"):
        place.drop(f"{name}.yaml", sample(name))
    place.run_once()
    pages: list[Page] = []
    for path in sorted((place.folder / "outbox").rglob("*.pdf")):
        kind = path.stem.rstrip("0123456789-") if path.stem[-2:].isdigit() else path.stem
        kept = Path(shutil.copy(path, folder / f"{len(pages)}.pdf"))
        for number, (page, fields) in enumerate(pages_of(path.read_bytes(), kind)):
            if marks := read_marks(page.picture):
                pages.append(Page(Original(page, marks, fields), kind, kept, number))
    return pages, ensure_key(place.folder / "state")


def all_signed(page: Original, rng: random.Random) -> Picture:
    picture = page.page.picture
    for field in page.fields:
        picture = sign(picture, field, rng, ink=rng.choice((40, 80, 120)))
    return picture


def matched(pages: list[Page], key: bytes) -> None:
    """Which page does each scan show?"""
    print(f"{'scanner':<16}{'pages':>7}{'matched':>9}{'wrong':>7}{'ms mean':>9}{'ms p95':>8}")
    total: Counter[str] = Counter()
    for name, scanner in handlings():
        took: list[float] = []
        counts: Counter[str] = Counter()
        for number in range(len(pages)):
            rng = random.Random(f"{name}{number}")
            expected, picture = shown(name, pages, number, rng)
            scanned = scan(picture, some(scanner, rng), rng)
            start = time.perf_counter()
            found = {code.text for code in read_marks(scanned)}
            took.append((time.perf_counter() - start) * 1000)
            ours = {text for text in found if read_code(text, key)}
            counts["pages"] += len(expected)
            counts["matched"] += len(ours & expected)
            counts["wrong"] += len(found - expected)
        total += counts
        p95 = statistics.quantiles(took, n=20)[-1]
        share = counts["matched"] / counts["pages"]
        print(
            f"{name:<16}{counts['pages']:>7}{share:>9.1%}{counts['wrong']:>7}{statistics.mean(took):>9.1f}{p95:>8.1f}"
        )
    print(f"{'all':<16}{total['pages']:>7}{total['matched'] / total['pages']:>9.1%}{total['wrong']:>7}\n")


def handlings() -> Iterator[tuple[str, Scanner]]:
    yield from SCANNERS.items()
    yield "two-up", SCANNERS["turned"]
    yield "upper crossed", SCANNERS["turned back"]
    yield "lower crossed", SCANNERS["fax"]


def shown(name: str, pages: list[Page], number: int, rng: random.Random) -> tuple[set[str], Picture]:
    page = pages[number].original
    picture = all_signed(page, rng)
    match name:
        case "two-up":
            same = [p.original for p in pages if p.original.page.picture.shape == page.page.picture.shape]
            other = rng.choice(same)
            return {page.code, other.code}, two_up(picture, other.page.picture)
        case "upper crossed":
            return {page.code}, crossed_out(picture, 0)
        case "lower crossed":
            return {page.code}, crossed_out(picture, 1)
        case _:
            return {page.code}, picture


def judged(pages: list[Page]) -> None:
    """Is it signed, and is it the same text?"""
    verdicts: Counter[tuple[str, str]] = Counter()
    texts: Counter[str] = Counter()
    took: list[float] = []
    for number, page in enumerate(p.original for p in pages):
        for name, scanner in SCANNERS.items():
            rng = random.Random(f"{number}{name}")
            for what, picture in boxes(page, rng):
                scanned = scan(picture, some(scanner, rng), rng)
                start = time.perf_counter()
                laid = lay_over(page.page, page.marks, scanned, read_marks(scanned), page.code)
                inked = fields_inked(page.page, laid, page.fields)
                changed = changed_words(page.page, laid, page.fields) if laid is not None else ()
                took.append((time.perf_counter() - start) * 1000)
                seen = inked if what in {"blank", "signed"} else inked[:1]
                verdicts.update((what, str(field.verdict)) for field in seen)
                if what in {"blank", "signed"}:
                    texts["pages"] += 1
                    texts["words"] += len(page.page.words)
                    texts["flagged"] += len(changed)
                    texts["unlaid"] += laid is None
            other = with_other_word(page, rng)
            if other is not None:
                scanned = scan(other[1], some(scanner, rng), rng)
                laid = lay_over(page.page, page.marks, scanned, read_marks(scanned), page.code)
                found = changed_words(page.page, laid, page.fields) if laid is not None else ()
                texts["changed"] += 1
                texts["found"] += any(c.place == other[0] for c in found)
    print(f"{'place':<22}{'empty':>8}{'look':>8}{'ink':>8}")
    for what in dict.fromkeys(what for what, _ in verdicts):
        print(f"{what:<22}" + "".join(f"{verdicts[what, v]:>8}" for v in ("empty", "look", "ink")))
    passed = sum(n for (what, v), n in verdicts.items() if v == Inked.INK and what != "signed")
    print(f"not signed, and taken for ink: {passed}")
    print(
        f"same text: {texts['flagged']} of {texts['words']} words flagged on {texts['pages']} pages"
        f" ({texts['unlaid']} not laid); changed words found: {texts['found']} of {texts['changed']}"
    )
    p95 = statistics.quantiles(took, n=20)[-1]
    print(f"a page laid and judged: {statistics.mean(took):.0f} ms, p95 {p95:.0f} ms\n")


CLEANS = {
    "200 dpi, JPEG 75": (200, Scanner(turn=0.5)),
    "200 dpi, JPEG 60": (200, Scanner(turn=-1.6, jpeg=60)),
    "200 dpi, skewed": (200, Scanner(turn=1.8, skew=0.005, jpeg=85)),
    "300 dpi, JPEG 60": (300, Scanner(turn=0.7, jpeg=60)),
    "300 dpi, JPEG 85": (300, Scanner(turn=-1.3, jpeg=85, noise=3)),
    "600 dpi, JPEG 92": (600, Scanner(turn=1.0, jpeg=92)),
    "200 dpi, black and white": (200, Scanner(turn=1.0, fax=True, blur=0.5)),
    "300 dpi, black and white": (300, Scanner(turn=-0.6, fax=True, blur=0.5)),
}
"""How an honest page is scanned."""
HARD = ("clean", "turned", "jpeg 40", "fax")


def changed(pages: list[Page], share: int) -> None:
    """What asks a person of pages that somebody changed."""
    print(f"{'kind':<42}{'pages':>7}{'asked':>7}")
    total: Counter[str] = Counter()
    for kind, change in UNLAWFUL.items():
        counts: Counter[str] = Counter()
        for number, page in enumerate(pages[::share]):
            for handling in HARD if "+" in kind else HARD[number % len(HARD) :][:1]:
                rng = random.Random(f"{kind}{handling}{number}")
                original = page.original
                picture = change(original.page, all_signed(original, rng), original.fields, rng)
                if picture is not None:
                    counts["pages"] += 1
                    counts["asked"] += asked(page, scan(picture, some(SCANNERS[handling], rng), rng))
        print(f"{kind:<42}{counts['pages']:>7}{counts['asked']:>7}")
        total += counts
    print(f"{'all that was changed':<42}{total['pages']:>7}{total['asked']:>7}\n")


def untouched(pages: list[Page], share: int) -> None:
    """What asks a person of honest pages."""
    honest = [(name, how, None) for name, how in CLEANS.items()]
    worn = [(name, list(CLEANS.values())[n], kind) for n, (name, kind) in enumerate(WORN.items())]
    for heading, ways in (("all clean pages", honest), ("all worn pages", worn)):
        total: Counter[str] = Counter()
        for name, (dpi, scanner), wear in ways:
            counts: Counter[str] = Counter()
            for number, page in enumerate(pages[::share]):
                rng = random.Random(f"{name}{number}")
                original = page.original
                paper: Picture | None = all_signed(original, rng)
                if wear is not None and paper is not None:
                    paper = wear(original.page, paper, original.fields, rng)
                if paper is not None:
                    finer = at_dpi(page, paper, dpi)
                    counts["pages"] += 1
                    counts["asked"] += asked(page, scan(finer, some(scanner, rng), rng))
            print(f"{name:<42}{counts['pages']:>7}{counts['asked']:>7}", flush=True)
            total += counts
        print(f"{heading:<42}{total['pages']:>7}{total['asked']:>7}\n")


def at_dpi(page: Page, picture: Picture, dpi: int) -> Picture:
    """Print as a finer renderer puts it on paper, with the pen strokes and all that is on it."""
    if dpi == DPI:
        return picture
    with pypdfium2.PdfDocument(page.path.read_bytes()) as opened:
        drawn = opened[page.number].render(scale=dpi / 72, grayscale=True).to_numpy().squeeze()
    finer = cv2.resize(picture, drawn.shape[::-1], interpolation=cv2.INTER_CUBIC)
    touched = (picture != page.original.page.picture).astype(np.uint8)
    touched = cv2.resize(touched, drawn.shape[::-1], interpolation=cv2.INTER_LINEAR)
    near = cv2.dilate(touched, np.ones((3, 3), np.uint8)) > 0
    mixed = np.where(near, finer, drawn).astype(np.uint8)
    largest = LARGEST_SIDE / max(mixed.shape)
    if largest >= 1:
        return mixed
    return np.asarray(cv2.resize(mixed, None, fx=largest, fy=largest, interpolation=cv2.INTER_AREA), np.uint8)


def asked(page: Page, scanned: Picture) -> bool:
    """Whether a person is asked about the text, or the page cannot be laid over its original."""
    original = page.original
    laid = lay_over(original.page, original.marks, scanned, read_marks(scanned), original.code)
    votes = vote_cells(original.page, page.name)
    return laid is None or bool(changed_words(original.page, laid, original.fields, votes))


def boxes(page: Original, rng: random.Random) -> Iterator[tuple[str, Picture]]:
    blank = page.page.picture
    yield "blank", blank
    yield "signed", all_signed(page, rng)
    if page.fields:
        first = page.fields[0]
        yield "seal alone", seal(blank, first)
        yield "crease alone", crease(blank, first)
        yield "shadow alone", shadow(blank, first)
        rest = blank
        for field in page.fields[1:]:
            rest = sign(rest, field, rng)
        yield "blank among signed", rest


def with_other_word(page: Original, rng: random.Random) -> tuple[object, Picture] | None:
    """A word replaced by another of the page that is as wide."""
    words = [w for w in page.page.words if len(w.text) > WORD_HEIGHT and w.text.isalpha()]
    pairs = [
        (a, b)
        for a in words
        for b in words
        if a.text != b.text
        and abs(a.place.width - b.place.width) < 6
        and abs(a.place.height - b.place.height) < WORD_HEIGHT
    ]
    if not pairs:
        return None
    old, new = rng.choice(pairs)
    picture = page.page.picture.copy()
    left, top, right, bottom = (round(v * 200 / 72) for v in old.place)
    x0, y0, x1, y1 = (round(v * 200 / 72) for v in new.place)
    cut = page.page.picture[y0:y1, x0:x1]
    picture[top - 1 : bottom + 2, left - 1 : max(right, left + cut.shape[1]) + 1] = 255
    picture[bottom - cut.shape[0] : bottom, left : left + cut.shape[1]] = cut
    return old.place, picture


def bundle(pages: list[Page], folder: Path) -> None:
    """300 pages in one file: time and memory of both processes."""
    rng = random.Random(9)
    upright = [
        p.original for p in pages if p.original.page.picture.shape[0] > p.original.page.picture.shape[1]
    ]
    scans = [scan(all_signed(p, rng), SCANNERS["turned"], rng) for p in upright[:30]]
    for count in (30, BUNDLE):
        data = as_pdf([scans[n % len(scans)] for n in range(count)])
        start = time.perf_counter()
        (folder / "bundle.pdf").write_bytes(data)
        with (folder / "bundle.pdf").open("rb") as file, Pages(file, budget_of_paper()) as opened:
            read = sum(bool(opened.read(n).codes) for n in range(1, opened.count + 1))
            peak = peak_mib(opened.start().pid)
        seconds = time.perf_counter() - start
        print(
            f"{count} pages, {len(data) / 2**20:.0f} MiB: {read} read, {seconds:.1f} s,"
            f" {seconds / count * 1000:.0f} ms a page; peak of the process {peak:.0f} MiB"
        )


def peak_mib(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def main(share: int, only: Collection[str]) -> None:
    np.seterr(all="ignore")
    with tempfile.TemporaryDirectory() as folder:
        pages, key = originals(Path(folder))
        print(f"{len(pages)} pages of the samples' documents, {len(SCANNERS)} scanners\n")
        if only:
            for part in {"changes": (changed, untouched), "honest": (untouched,)}[next(iter(only))]:
                part(pages, share)
            return
        matched(pages, key)
        judged(pages[::share])
        bundle(pages, Path(folder))


if __name__ == "__main__":
    words = sys.argv[1:]
    main(int(words[-1]) if words and words[-1].isdigit() else 5, {"changes", "honest"}.intersection(words))
