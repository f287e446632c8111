"""Word to PDF/A-2b, behind one interface: rdocx here, other renderers beside it."""

from __future__ import annotations

import importlib.metadata
import io
import unicodedata
import zipfile
from typing import Final, Protocol

import pikepdf
import rdocx

from pipeline.documents.glyphs import missing_glyphs
from pipeline.domain.errors import MachineError

PROFILE: Final = "pdfa-2b"


class Renderer(Protocol):
    """Makes a PDF/A-2b of a .docx; name and version are kept with what it made."""

    @property
    def name(self) -> str:
        """The program."""

    @property
    def version(self) -> str:
        """Its version, as its package states it."""

    def render(self, docx: bytes, *, title: str, language: str = "kk") -> bytes:
        """The PDF, titled, in its language.

        Raises:
            MachineError: `render_failed`, `render_empty`, `render_glyph`; each names the document.
        """


class RdocxRenderer:
    """rdocx: in process, its own fonts, no network, the same bytes for the same document."""

    name = "rdocx"

    def __init__(self) -> None:
        self.version = importlib.metadata.version("rdocx")

    def render(self, docx: bytes, *, title: str, language: str = "kk") -> bytes:
        """See `Renderer.render`. A character the typeface lacks is an error, not an empty box."""
        _check_glyphs(docx, title)
        return _finished(_laid_out(docx, title), title, language)


def _laid_out(docx: bytes, title: str) -> bytes:
    try:
        document = rdocx.Document.from_bytes(docx)
        document.core_properties.title = title
        pdf: bytes = document.to_pdfa_deterministic(PROFILE)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic in the Rust library is no Exception
        raise MachineError("render_failed", document=_shown(title), why=type(error).__name__) from error
    return pdf


def _finished(pdf: bytes, title: str, language: str) -> bytes:
    """Checks that there are pages and sets the language, which rdocx leaves undetermined."""
    finished = io.BytesIO()
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            if not document.pages:
                raise MachineError("render_empty", document=_shown(title))
            document.Root.Lang = pikepdf.String(language)
            document.save(finished, deterministic_id=True)
    except pikepdf.PdfError as error:
        raise MachineError("render_failed", document=_shown(title), why=type(error).__name__) from error
    return finished.getvalue()


def _check_glyphs(docx: bytes, title: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(docx)) as archive:
            parts = [
                n for n in archive.namelist() if n.startswith(("word/document", "word/header", "word/footer"))
            ]
            text = "".join(archive.read(name).decode() for name in parts)
    except (zipfile.BadZipFile, UnicodeDecodeError) as error:
        raise MachineError("render_failed", document=_shown(title), why=type(error).__name__) from error
    if missing := missing_glyphs(text):
        character = missing[0]
        named = f"U+{ord(character):04X} {unicodedata.name(character, '')}".rstrip()
        raise MachineError("render_glyph", document=_shown(title), character=named)


def _shown(title: str) -> str:
    """The document for an error message: its kind, without the name of the person behind the dash."""
    return title.partition(" — ")[0]
