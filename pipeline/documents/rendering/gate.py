"""Which renderer a template goes to: rdocx where both lay it out alike, else LibreOffice.

Two renderings of the sample are compared: words and their places, pages, pictures. The verdict belongs to
the template's digest and to rdocx's version. For the shipped templates verdicts are shipped too
(gate_records.json, made by tools/make_gate_records.py); those of HR's are kept beside the templates in force.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final

from pipeline.documents.content.plan import TITLES, DocumentKind
from pipeline.documents.rendering.render import Renderer
from pipeline.documents.rendering.same_pages import Differences, differences
from pipeline.domain.errors import MachineError
from pipeline.system.files import atomic_write_shared, read_file

FILE: Final = Path(__file__).with_name("gate_records.json")


@dataclass(frozen=True, slots=True)
class Record:
    """A comparison made: of which template, by which versions, and what differed."""

    sha256: str
    rdocx: str
    libreoffice: str
    differences: Differences

    @property
    def alike(self) -> bool:
        """Whether rdocx may be used."""
        return self.differences.none


class GateCode(StrEnum):
    """What HR should know about how a document was laid out."""

    UNPROVED = "unproved"
    """HR's template was never compared: LibreOffice is not installed, or fails on it."""
    DIFFERS = "differs"
    """LibreOffice lays it out otherwise, but is not installed here."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The renderer of a template, and what to say of it."""

    renderer: Renderer
    warning: GateCode | None = None


class Gate:
    """Chooses. `office` is None where LibreOffice is not installed; `keep` is where verdicts are kept."""

    def __init__(self, rdocx: Renderer, office: Renderer | None, keep: Path | None) -> None:
        self._rdocx, self._office, self._keep = rdocx, office, keep

    def choose(self, kind: DocumentKind, digest: str, sample: Callable[[], bytes]) -> Choice:
        """The renderer for a template; `sample` fills it with the form's sample if it must be compared first.

        Raises:
            MachineError: `gate_office`, rdocx loses words or pictures of it and LibreOffice is not installed.
        """
        record = self._record(kind, digest)
        if record is None and self._office is not None:
            record = self._compared(kind, digest, sample())
        if record is None:
            return Choice(self._rdocx, GateCode.UNPROVED)
        if record.alike:
            return Choice(self._rdocx)
        if self._office is not None:
            return Choice(self._office)
        if record.differences.loss:
            raise MachineError("gate_office", document=kind)
        return Choice(self._rdocx, GateCode.DIFFERS)

    def _compared(self, kind: DocumentKind, digest: str, docx: bytes) -> Record | None:
        """The comparison made now, and kept; None where LibreOffice cannot lay it out, which rdocx can."""
        assert self._office is not None  # noqa: S101  # asked where it is installed alone
        try:
            record = compare(digest, docx, TITLES[kind], self._rdocx, self._office)
        except MachineError:
            return None
        self._put(kind, record)
        return record

    def _record(self, kind: DocumentKind, digest: str) -> Record | None:
        for record in (shipped_records().get(kind), self._kept(kind, digest)):
            if record is not None and (record.sha256, record.rdocx) == (digest, self._rdocx.version):
                return record
        return None

    def _kept(self, kind: DocumentKind, digest: str) -> Record | None:
        try:
            return (
                None if self._keep is None else read_record(json.loads(read_file(self._path(kind, digest))))
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _put(self, kind: DocumentKind, record: Record) -> None:
        """Kept for the next run; where it cannot be, the next run compares again."""
        if self._keep is None:
            return
        with contextlib.suppress(OSError):
            atomic_write_shared(self._path(kind, record.sha256), json.dumps(asdict(record)).encode())

    def _path(self, kind: DocumentKind, digest: str) -> Path:
        assert self._keep is not None  # noqa: S101  # asked with `keep` alone
        return self._keep / kind / f"{digest}.gate.json"


def compare(digest: str, docx: bytes, title: str, rdocx: Renderer, office: Renderer) -> Record:
    """Renders with both and compares; what rdocx cannot render counts as a loss."""
    by_office = office.render(docx, title=title)
    try:
        by_rdocx = rdocx.render(docx, title=title)
    except MachineError:
        found = Differences(failed=True)
    else:
        found = differences(by_rdocx, by_office)
    return Record(digest, rdocx.version, office.version, found)


def read_record(entry: Mapping[str, Any]) -> Record:
    """A record out of JSON. Raises KeyError or TypeError where it is none."""
    return Record(entry["sha256"], entry["rdocx"], entry["libreoffice"], Differences(**entry["differences"]))


@cache
def shipped_records() -> Mapping[str, Record]:
    """The verdicts on the shipped templates, by kind."""
    data = json.loads(FILE.read_text(encoding="utf-8"))
    return {kind: read_record(entry) for kind, entry in data.items()}
