"""What is judged is what is shown, and what is filed shows just that."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2
import pytest

from pipeline.scans.raster import scanned
from tests.flow.scanned import CASE, answer, dropped, filed, made, refused, signed
from tests.scans.shown_otherwise import HIDING, HONEST, changed


def shown(pdf: bytes, turn: int) -> np.ndarray:
    """Its page, turned as another lies."""
    with pypdfium2.PdfDocument(pdf) as opened:
        page = opened[0]
        page.set_rotation(turn)
        return np.array(scanned(page))


def test_a_page_that_hides_its_picture_is_never_filed(tmp_path: Path) -> None:
    place = made(tmp_path / "p")
    (sheet,) = signed(place, CASE, "annex-4")
    for name, change in HIDING.items():
        (place.folder / "inbox" / f"{name}.pdf").write_bytes(changed(sheet, change))
    assert place.run_once().status == 1
    assert not filed(place)
    back = {path.name for folder in refused(place) for path in folder.glob("*.pdf")}
    assert back == {f"{name}.pdf" for name in HIDING}


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_page_of_odd_make_is_filed_as_it_shows(tmp_path: Path, name: str) -> None:
    place = made(tmp_path / "p")
    (sheet,) = signed(place, CASE, "annex-4")
    scan = changed(sheet, HONEST[name])
    ran = dropped(place, "скан.pdf", scan)
    assert ran.status == 0, [answer(folder) for folder in refused(place)]
    paper = filed(place)["annex-4.pdf"]
    with pikepdf.open(io.BytesIO(paper)) as pdf:
        names = {key for one in pdf.objects if isinstance(one, pikepdf.Stream) for key in one.keys()}  # noqa: SIM118  # a PDF dictionary
        assert not names & {"/OC", "/Alternates"}
        assert b"/Screen" not in paper
        assert "/CropBox" not in pdf.pages[0].obj
    assert (shown(paper, 0) == shown(scan, 0)).all()
