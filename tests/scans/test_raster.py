"""What is judged is what is shown: a page that is more than its picture is drawn."""

from __future__ import annotations

import io

import numpy as np
import pikepdf
import pypdfium2

from pipeline.scans.raster import LARGEST_SIDE, scanned
from tests.scans.simulated import as_pdf

PAGE = np.full((1100, 800), 230, np.uint8)


def looked_at(pdf: bytes) -> np.ndarray:
    with pypdfium2.PdfDocument(pdf) as opened:
        return np.array(scanned(opened[0]))


def with_content(more: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(as_pdf([PAGE]))) as pdf:
        pdf.pages[0].contents_add(pdf.make_stream(more))
        out = io.BytesIO()
        pdf.save(out)
        return out.getvalue()


def test_a_picture_alone_is_taken_as_it_is() -> None:
    assert looked_at(as_pdf([PAGE])).shape == PAGE.shape


def test_what_is_drawn_over_the_picture_is_seen() -> None:
    picture = looked_at(with_content(b"0 g 50 50 100 100 re f"))
    assert (picture < 10).mean() > 0.02


def test_what_covers_the_picture_hides_it() -> None:
    assert (looked_at(with_content(b"1 g 0 0 2000 2000 re f")) == 255).all()


def test_a_turned_page_is_shown_turned() -> None:
    with pikepdf.open(io.BytesIO(as_pdf([PAGE]))) as pdf:
        pdf.pages[0].rotate(90, relative=True)
        out = io.BytesIO()
        pdf.save(out)
    height, width = looked_at(out.getvalue()).shape
    assert width > height


def test_a_fine_scan_is_looked_at_smaller() -> None:
    fine = np.full((5000, 3500), 200, np.uint8)
    assert max(looked_at(as_pdf([fine], dpi=600)).shape) == LARGEST_SIDE
