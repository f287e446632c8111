"""Honest scans whose PDF has bytes before its header, behind its end or names in old code pages: filed."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

from tests.e2e.place import Place
from tests.flow.scanned import CASE, dropped, filed, made, refused, signed
from tests.scans.simulated import as_pdf

FIELD = Path(os.environ.get("JEKE_DOCUMENT_CASES", "../shared/cases/documents"))
"""PDFs that others' programs have made, where they are at hand; their marks are of another place of work."""


def before_the_header(scan: bytes) -> bytes:
    return b"\xef\xbb\xbf\r\nContent-Type: application/pdf\r\n\r\n" + scan


def padded(scan: bytes) -> bytes:
    return scan + b"\0" * 18_000


def named_in_an_old_code_page(scan: bytes) -> bytes:
    """As scanners' programs write their own fields: /Saksår in Latin-1, «Имя» in Windows-1251."""
    changed = io.BytesIO()
    with pikepdf.open(io.BytesIO(scan)) as pdf:
        for name in (b"Saks#e5r", b"#c8#ec#ff"):
            odd = pikepdf.Object.parse(b"<< /" + name + b" (x) >>")
            pdf.docinfo[next(iter(odd.keys()))] = pikepdf.String("x")
            pdf.pages[0].obj.PieceInfo = odd
        pdf.save(changed)
    assert b"Saks#e5r" in changed.getvalue()
    return changed.getvalue()


@pytest.mark.parametrize("odd", [before_the_header, padded, named_in_an_old_code_page])
def test_it_is_filed(tmp_path: Path, odd: Callable[[bytes], bytes]) -> None:
    place = made(tmp_path / "p")
    ran = dropped(place, "скан.pdf", odd(as_pdf(signed(place, CASE, "annex-4"))))
    assert ran.status == 0, ran.err
    assert given_back(place) == []
    papers = filed(place)
    assert set(papers) == {"annex-4.pdf", "annex-4-scan.json"}
    assert papers["annex-4.pdf"].startswith(b"%PDF-")
    assert place.jeke("verify").status == 0


@pytest.mark.parametrize("kind", ["bytes-before-header", "padding-after-eof", "names-not-utf8-in-pdf"])
def test_one_out_of_the_field_is_never_called_dangerous(tmp_path: Path, kind: str) -> None:
    files = sorted((FIELD / kind).glob("*.pdf"))
    if not files:
        pytest.skip("no such PDF at hand")
    place = made(tmp_path / "p")
    for file in files:
        assert dropped(place, file.name, file.read_bytes()).status in {0, 1}, file.name
        assert not list((place.folder / "inbox" / "quarantine").iterdir()), file.name
        assert not list((place.folder / "state" / "work").iterdir()), file.name


def given_back(place: Place) -> list[Path]:
    return [*refused(place), *(place.folder / "inbox" / "quarantine").iterdir()]
