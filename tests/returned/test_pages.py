"""The process that decodes pixels: its answers, its limits, its death."""

from __future__ import annotations

import io
import os
import random
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pikepdf
import pytest

from pipeline.returned import page_process
from pipeline.returned.ink import Inked
from pipeline.returned.pages import Pages, UnreadablePageError
from tests.returned.originals import documents, original
from tests.returned.simulated import CLEAN, SCANNERS, as_image, as_pdf, scan, sign


@contextmanager
def seen(folder: Path, data: bytes) -> Iterator[Pages]:
    """The pages of a scan of that content."""
    (folder / "scan").write_bytes(data)
    with (folder / "scan").open("rb") as file, Pages(file) as pages:
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
        process = pages._process
        assert process is not None
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
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
        assert _peak(pages) < page_process.MEMORY_BYTES


def test_the_process_may_write_nothing_and_knows_no_key(tmp_path: Path) -> None:
    with seen(tmp_path, as_image(np.full((400, 300), 200, np.uint8), "PNG")) as pages:
        process = pages._process
        assert process is not None
        limits = Path(f"/proc/{process.pid}/limits").read_text()
        told = {line[:25].strip(): line[25:].split()[0] for line in limits.splitlines()[1:]}
        assert told["Max file size"] == "0"
        assert told["Max core file size"] == "0"
        assert int(told["Max address space"]) == page_process.MEMORY_BYTES
        environment = Path(f"/proc/{process.pid}/environ").read_bytes().split(b"\0")
        assert {e.partition(b"=")[0] for e in environment if e} == {
            b"LC_ALL", b"OPENBLAS_NUM_THREADS", b"OMP_NUM_THREADS",
        }  # fmt: skip


def _peak(pages: Pages) -> int:
    if pages._process is None:
        return 0
    status = Path(f"/proc/{pages._process.pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024
