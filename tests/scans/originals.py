"""Documents of the shipped sample as the pipeline made them: real originals, with marks and seal."""

from __future__ import annotations

import atexit
import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pypdfium2
import pytest

from pipeline.scans.fields import SignatureField, signature_fields
from pipeline.scans.page_marks import Code, read_marks
from pipeline.scans.printed import Printed, printed
from tests.e2e.place import Place, sample

SOAK = "JEKE_SOAK" in os.environ
"""The long version: every page on every scanner."""
only_soak = pytest.mark.skipif(not SOAK, reason="JEKE_SOAK is not set")
"""What another test shows as well, more slowly."""

CASE, SITTING = "QRG-PD-2025-014", "QRG-PD-AK-2025-S3"
WHERE = {
    "annex-1": CASE,
    "annex-2": CASE,
    "annex-4": CASE,
    "invitation-01": CASE,
    "protocol": SITTING,
    "annex-3-01": SITTING,
    "agenda": SITTING,
}


@dataclass(frozen=True)
class Original:
    """A page of one of our documents."""

    page: Printed
    marks: tuple[Code, ...]
    fields: tuple[SignatureField, ...]

    @property
    def code(self) -> str:
        """What its marks say."""
        return self.marks[0].text


@cache
def place_made() -> Place:
    """A place of work with the papers of two samples; made once, to be copied."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder)
    place = Place.make(folder / "place")
    for name in ("recommended", "tie"):
        place.drop(f"{name}.yaml", sample(name))
    assert place.run_once().status == 0
    return place


@cache
def blank_ballot() -> Original:
    """A ballot of a sitting that is ahead."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder)
    place = Place.make(folder / "place")
    text = re.sub(r"(?s)present: \[m1.*?(?=secretary: s1)", "", sample("recommended"))
    text = re.sub(r"(?s)    attendance: present.*?(?=protocol:)", "", text)
    place.drop("ahead.yaml", re.sub(r"(?m)^(protocol|sheet|ended_at|started_at): .*\n", "", text))
    assert place.run_once().status == 0
    (path,) = (place.folder / "outbox").rglob("annex-3-01.pdf")
    with pypdfium2.PdfDocument(path) as opened:
        page = printed(opened[0])
    return Original(page, read_marks(page.picture), signature_fields(page, "annex-3"))


@cache
def documents() -> dict[str, bytes]:
    """The PDFs in outbox/ by name."""
    outbox = place_made().folder / "outbox"
    return {name: (outbox / record / f"{name}.pdf").read_bytes() for name, record in WHERE.items()}


@cache
def original(name: str) -> tuple[Original, ...]:
    """Every page of a document."""
    kind = name.rstrip("0123456789-") if name[-2:].isdigit() else name
    with pypdfium2.PdfDocument(documents()[name]) as opened:
        pages = [printed(page) for page in opened]
    return tuple(Original(page, read_marks(page.picture), signature_fields(page, kind)) for page in pages)
