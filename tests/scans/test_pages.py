"""The process that decodes pixels: its answers, its limits, its death."""

from __future__ import annotations

import importlib.util
import io
import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pytest
from pikepdf import Dictionary, Name
from PIL import Image, ImageCms

from pipeline.confined.child import CutOffError
from pipeline.confined.limits import Budget, Limit
from pipeline.flow.site.budgets import PAPER_SECONDS
from pipeline.scans.pages import (
    MOST_ALLOWED,
    PAGE_SECONDS,
    WORKER,
    CostlyScanError,
    Pages,
    UnreadablePageError,
)
from pipeline.scans.pen.ink import Inked
from tests.scans.originals import documents, original
from tests.scans.simulated import CLEAN, SCANNERS, as_image, as_pdf, scan, sign


@contextmanager
def seen(folder: Path, data: bytes) -> Iterator[Pages]:
    """The pages of a scan of that content."""
    (folder / "scan").write_bytes(data)
    with (folder / "scan").open("rb") as file, Pages(file, Budget(*PAPER_SECONDS)) as pages:
        yield pages


def signed_protocol(rng: random.Random) -> list[np.ndarray]:
    out = []
    for page, scanner in zip(original("protocol"), ("lying", "upside down"), strict=True):
        picture = page.page.picture
        for field in page.fields:
            picture = sign(picture, field, rng, size=0.8)
        out.append(scan(picture, SCANNERS[scanner], rng))
    return out


def test_a_scan_read_compared_and_taken_apart(tmp_path: Path) -> None:
    one, two = signed_protocol(random.Random(1))
    blank = np.full(one.shape, 245, np.uint8)
    with seen(tmp_path, as_pdf([two, blank, one])) as pages:
        read = [pages.read(n) for n in (1, 2, 3)]
        expected = [original("protocol")[1].code, original("protocol")[0].code]
        assert [{c.text for c in read[0].codes}, {c.text for c in read[2].codes}] == [{c} for c in expected]
        assert [r.blank for r in read] == [False, True, False]
        assert pages.compare_with(documents()["protocol"], "protocol") == (2, 7)
        second = pages.examine(1, 2, expected[0], read[0].codes)
        assert (second.laid, second.turn, second.changes) == (True, 180, ())
        assert Inked.EMPTY not in {f.verdict for f in second.fields}
        first = pages.examine(3, 1, expected[1], read[2].codes)
        assert (first.turn, first.fields) == (90, ())
        png = pages.picture(1)
        assert png is not None
        assert int.from_bytes(png[16:20]) == 200
        own = pages.take_out([(3, first.turn), (1, second.turn)], "Хаттама № 3")
    with pikepdf.open(io.BytesIO(own)) as pdf:
        assert [int(p.obj.Rotate) for p in pdf.pages] == [90, 180]


def test_an_excused_place_is_not_asked_for(tmp_path: Path) -> None:
    (page,) = original("annex-4")
    with seen(tmp_path, as_image(scan(page.page.picture, CLEAN, random.Random(2)), "JPEG")) as pages:
        codes = pages.read(1).codes
        pages.compare_with(documents()["annex-4"], "annex-4")
        asked = pages.examine(1, 1, page.code, codes, excused="таныстым")
        assert [f.label for f in asked.fields] == [page.fields[0].label]


@pytest.mark.parametrize(
    "data", [b"", b"%PDF-1.7 rubbish", b"\x89PNG\r\n\x1a\n", b"II*\0\0\0\0\0", os.urandom(999)]
)
def test_rubbish_is_unreadable(data: bytes, tmp_path: Path) -> None:
    with pytest.raises(UnreadablePageError), seen(tmp_path, data):
        pass


def test_a_death_costs_one_page(tmp_path: Path) -> None:
    (page,) = original("annex-4")
    with seen(tmp_path, as_pdf([scan(page.page.picture, CLEAN, random.Random(3))] * 2)) as pages:
        assert pages.read(1).codes
        pages.compare_with(documents()["annex-4"], "annex-4")
        child = pages.start()
        os.kill(child.pid, signal.SIGSTOP)
        threading.Timer(0.3, os.kill, (child.pid, signal.SIGKILL)).start()
        with pytest.raises(UnreadablePageError):
            pages.read(1)
        assert pages.examine(2, 1, page.code, pages.read(2).codes).laid


def test_a_page_that_unpacks_into_gigabytes_ends_at_the_limit(tmp_path: Path) -> None:
    """A picture that says it is 60,000 pixels square: 3.6 GB of gray, out of a few kilobytes."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(600, 600))
        image = pikepdf.Stream(
            pdf, b"\0" * 4000, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=60000, Height=60000,
            ColorSpace=pikepdf.Name.DeviceGray, BitsPerComponent=8,
        )  # fmt: skip
        page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im=image))
        page.obj.Contents = pdf.make_stream(b"600 0 0 600 0 0 cm /Im Do")
        out = io.BytesIO()
        pdf.save(out)
    with seen(tmp_path, out.getvalue()) as pages:
        try:
            assert not pages.read(1).codes
        except UnreadablePageError:
            assert pages.picture(1) is None
        assert _peak(pages) < WORKER.limits.memory_bytes


def dear_pages(count: int) -> bytes:
    """Each takes seconds to draw: a form drawn in forms, half a million times."""
    with pikepdf.new() as pdf:
        form = pdf.make_stream(
            b"0 0 300 300 re f", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 300, 300]
        )
        for _ in range(3):
            inner = Dictionary(XObject=Dictionary(X=form))
            form = pdf.make_stream(b"/X Do " * 80, Type=Name.XObject, Subtype=Name.Form, Resources=inner)
            form.BBox = pikepdf.Array([0, 0, 300, 300])
        for _ in range(count):
            page = pdf.add_blank_page(page_size=(600, 600))
            page.obj.Resources = Dictionary(XObject=Dictionary(X=form))
            page.obj.Contents = pdf.make_stream(b"/X Do")
        out = io.BytesIO()
        pdf.save(out)
        return out.getvalue()


def read_in_turn(pages: Pages) -> Iterator[int]:
    for page in range(1, pages.count + 1):
        pages.read(page)
        yield page


def test_a_scan_of_dear_pages_is_given_up_when_its_budget_is_spent(tmp_path: Path) -> None:
    (tmp_path / "scan").write_bytes(dear_pages(200))
    budget = Budget(cpu_seconds=4, wall_seconds=120)
    read: list[int] = []
    with (tmp_path / "scan").open("rb") as file, Pages(file, budget) as pages:
        with pytest.raises(CostlyScanError):
            read.extend(read_in_turn(pages))
        assert pages.count == 200
        assert len(read) < 20
        assert pages.picture(200) is None
        with pytest.raises(CostlyScanError):
            pages.read(200)


@pytest.mark.parametrize(
    ("form", "mode", "saving"),
    [
        ("TIFF", "1", {"compression": "group4"}),
        ("TIFF", "L", {"compression": "tiff_lzw"}),
        ("TIFF", "RGB", {"compression": "tiff_adobe_deflate"}),
        ("TIFF", "RGB", {"compression": "jpeg"}),
        ("TIFF", "P", {}),
        ("TIFF", "CMYK", {}),
        ("TIFF", "I;16", {}),
        ("PNG", "RGBA", {}),
        ("PNG", "P", {}),
        ("PNG", "LA", {}),
        ("JPEG", "CMYK", {}),
        ("JPEG", "RGB", {"progressive": True, "icc_profile": ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()}),
    ],
)  # fmt: skip
def test_pictures_of_every_make_are_read(
    tmp_path: Path, form: str, mode: str, saving: dict[str, Any]
) -> None:
    """Nothing of a decoder is loaded too late."""
    (page,) = original("annex-4")
    picture = Image.fromarray(page.page.picture)
    picture = Image.new("I;16", picture.size, 60_000) if mode == "I;16" else picture.convert(mode)
    out = io.BytesIO()
    picture.save(out, form, **saving)
    with seen(tmp_path, out.getvalue()) as pages:
        assert pages.count == 1
        assert bool(pages.read(1).codes) == (mode != "I;16")
        assert pages.take_out([(1, 90)], "x").startswith(b"%PDF-")


@pytest.mark.parametrize("packing", ["JPXDecode", "DCTDecode", "FlateDecode"])
def test_pictures_in_a_pdf_are_read(tmp_path: Path, packing: str) -> None:
    (page,) = original("annex-4")
    picture, out = Image.fromarray(page.page.picture), io.BytesIO()
    forms = {"JPXDecode": "JPEG2000", "DCTDecode": "JPEG"}
    if packing in forms:
        picture.save(out, forms[packing])
    else:
        out.write(zlib.compress(picture.tobytes()))
    with pikepdf.new() as pdf:
        image = pikepdf.Stream(
            pdf, out.getvalue(), Type=Name.XObject, Subtype=Name.Image, Width=picture.width, Height=picture.height,
            ColorSpace=Name.DeviceGray, BitsPerComponent=8, Filter=Name(f"/{packing}"),
        )  # fmt: skip
        own = pdf.add_blank_page(page_size=(595, 842))
        own.obj.Resources = Dictionary(XObject=Dictionary(Im=image))
        own.obj.Contents = pdf.make_stream(b"595 0 0 842 0 0 cm /Im Do")
        whole = io.BytesIO()
        pdf.save(whole)
    with seen(tmp_path, whole.getvalue()) as pages:
        assert pages.read(1).codes


def test_a_long_honest_scan_earns_its_budget(tmp_path: Path) -> None:
    (page,) = original("annex-4")
    data = as_pdf([scan(page.page.picture, CLEAN, random.Random(4))] * 30)
    (tmp_path / "scan").write_bytes(data)
    budget = Budget(cpu_seconds=2, wall_seconds=30)
    with (tmp_path / "scan").open("rb") as file, Pages(file, budget) as pages:
        assert all(pages.read(n).codes for n in range(1, 31))
        pages.compare_with(documents()["annex-4"], "annex-4")
        assert pages.examine(30, 1, page.code, pages.read(30).codes).laid
    assert budget.cpu_left > 30


def test_pages_all_but_too_dear_end_after_minutes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each just below what counts as honest would earn more than it costs: so only the first ones earn."""
    (page,) = original("annex-4")
    (tmp_path / "scan").write_bytes(as_pdf([scan(page.page.picture, CLEAN, random.Random(5))] * 40))
    monkeypatch.setattr("pipeline.scans.pages.MOST_ALLOWED", 10)
    budget = Budget(cpu_seconds=60, wall_seconds=600)
    with (tmp_path / "scan").open("rb") as file, Pages(file, budget) as pages:
        assert len(list(read_in_turn(pages))) == 40
    assert budget.cpu_left <= 60 + 10 * PAGE_SECONDS[0]
    least_minutes, most_minutes = 4, 8
    assert PAPER_SECONDS[0] / 60 >= least_minutes
    assert (PAPER_SECONDS[0] + MOST_ALLOWED * PAGE_SECONDS[0]) / 60 <= most_minutes
    honest = 300 * (0.04 + 0.6)
    assert honest < PAPER_SECONDS[0]


def test_a_page_that_kills_its_child_pays_for_the_next_one(tmp_path: Path) -> None:
    """A thousand pages that crash the reader would start it a thousand times."""
    (page,) = original("annex-4")
    (tmp_path / "scan").write_bytes(as_pdf([scan(page.page.picture, CLEAN, random.Random(6))]))
    budget = Budget(cpu_seconds=2, wall_seconds=600)
    with (tmp_path / "scan").open("rb") as file, Pages(file, budget) as pages:
        for _ in range(60):
            pages.start().close()
            before = budget.cpu_left
            try:
                pages.start()
            except CutOffError:
                break
            assert budget.cpu_left < before - 0.05
        else:
            pytest.fail("it never ends")


def _peak(pages: Pages) -> int:
    status = Path(f"/proc/{pages.start().pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def drawn(content: bytes, **resources: Any) -> bytes:
    """A PDF of one page that draws this, as a program and no scanner makes it."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(595, 842))
    page.Resources = Dictionary(**{k: make(pdf) for k, make in resources.items()})
    page.Contents = pdf.make_stream(content)
    out = io.BytesIO()
    pdf.save(out, compress_streams=True)
    return out.getvalue()


def nested_patterns(pdf: pikepdf.Pdf) -> Dictionary:
    inner = Dictionary()
    for level in range(4):
        tile = pdf.make_stream(b"/Pattern cs /P0 scn 0 0 3 3 re f" if level else b"0 0 1 1 re f")
        for key, value in {
            "/Type": Name.Pattern,
            "/PatternType": 1,
            "/PaintType": 1,
            "/TilingType": 1,
            "/BBox": [0, 0, 3, 3],
            "/XStep": 0.01,
            "/YStep": 0.01,
            "/Resources": Dictionary(Pattern=inner),
        }.items():
            tile[key] = value
        inner = Dictionary(P0=tile)
    return inner


def test_a_page_that_is_a_bomb_ends_at_a_limit_that_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """1.7 kB that would be drawn for hours."""
    bomb = drawn(b"/Pattern cs /P0 scn 0 0 595 842 re f", Pattern=nested_patterns)
    (tmp_path / "scan").write_bytes(bomb)
    quick = replace(WORKER, limits=replace(WORKER.limits, cpu_seconds=2.0))
    monkeypatch.setattr("pipeline.scans.pages.WORKER", quick)
    with (
        (tmp_path / "scan").open("rb") as file,
        Pages(file, Budget(60, 300)) as pages,
        pytest.raises(UnreadablePageError) as ended,
    ):
        pages.read(1)
    assert ended.value.limit is Limit.PROCESSOR


def test_nothing_of_numpy_is_loaded_too_late() -> None:
    """Of its packages some are loaded when they are first needed: in the confined child none can be any more."""
    written = "".join(
        path.read_text(encoding="utf-8")
        for path in (Path(__file__).parents[2] / "pipeline/scans").glob("*.py")
    )
    used = {f"numpy.{name}" for name in re.findall(r"\bnp\.(\w+)", written)}
    look = "import json, sys, pipeline.scans.page_process; print(json.dumps(sorted(sys.modules)))"
    loaded = json.loads(subprocess.run([sys.executable, "-c", look], capture_output=True, check=True).stdout)
    packages = {name for name in used if importlib.util.find_spec(name)}
    assert packages
    assert packages <= set(loaded)
