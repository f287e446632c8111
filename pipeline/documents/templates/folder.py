"""HR's folder of templates looked through: what would be used of it, and why something would not."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.documents.content.plan import DocumentKind
from pipeline.documents.rendering.render import RdocxRenderer
from pipeline.documents.templates.check import Fault, FaultCode, faults
from pipeline.documents.templates.fill import plain_file
from pipeline.documents.templates.forms import form

_LOCK = "~$"
"""Word's own files beside one that is open."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A template and all that is wrong with it; `sha256` is None where there is no file to be read."""

    kind: DocumentKind
    file: Path
    sha256: str | None
    faults: tuple[Fault, ...]


def looked_through(folder: Path) -> Iterator[Checked]:
    """Every document's template, as it lies in the folder; nothing is wrong with what was ever shipped."""
    renderer = RdocxRenderer()
    for kind in DocumentKind:
        file, asked = folder / f"{kind}.docx", form(kind)
        try:
            source = plain_file(file)
        except OSError:
            yield Checked(kind, file, None, (Fault(FaultCode.ABSENT),))
            continue
        digest = hashlib.sha256(source).hexdigest()
        as_shipped = digest == asked.sha256 or digest in asked.earlier
        yield Checked(kind, file, digest, () if as_shipped else faults(kind, source, asked, renderer))


def unused(folder: Path) -> list[str]:
    """Word files that bear no document's name: a copy that was meant to count, perhaps."""
    known = {f"{kind}.docx" for kind in DocumentKind}
    return sorted(
        f.name for f in folder.glob("*.doc*") if f.name not in known and not f.name.startswith(_LOCK)
    )
