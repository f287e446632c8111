"""Documents of the shipped sample as the pipeline made them: real originals, with marks and seal."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pypdfium2

from pipeline.returned.fields import SignatureField, signature_fields
from pipeline.returned.page_marks import Code, read_marks
from pipeline.returned.printed import Printed, printed
from tests.e2e.place import Place, sample

SOAK = "JEKE_SOAK" in os.environ
"""The long version: every page on every scanner."""

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
def documents() -> dict[str, bytes]:
    """The PDFs in outbox/ by name, made once."""
    with tempfile.TemporaryDirectory() as folder:
        place = Place.make(Path(folder) / "place")
        place.drop("recommended.yaml", sample("recommended"))
        assert place.run_once().status == 0
        outbox = place.folder / "outbox"
        return {name: (outbox / record / f"{name}.pdf").read_bytes() for name, record in WHERE.items()}


@cache
def original(name: str) -> tuple[Original, ...]:
    """Every page of a document."""
    kind = name.rstrip("0123456789-") if name[-2:].isdigit() else name
    with pypdfium2.PdfDocument(documents()[name]) as opened:
        pages = [printed(page) for page in opened]
    return tuple(Original(page, read_marks(page.picture), signature_fields(page, kind)) for page in pages)
