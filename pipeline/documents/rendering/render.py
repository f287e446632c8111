"""Word to PDF/A-2b, behind one interface: rdocx here, other renderers beside it."""

from __future__ import annotations

import hashlib
import importlib.metadata
import io
import sys
import unicodedata
import zipfile
from pathlib import Path
from typing import Final, Protocol

import pikepdf

from pipeline.documents.content.glyphs import missing_glyphs
from pipeline.documents.rendering import rdocx_worker
from pipeline.documents.rendering.faces import HAS_OTHER_FACE, PRINTED, with_faces
from pipeline.documents.rendering.warm_worker import WarmWorker, WorkerDiedError, WorkerFailedError
from pipeline.domain.errors import MachineError

RENDER_SECONDS: Final = 60.0
"""A document that takes longer hangs."""
_OPEN: Final = "und"
"""ISO 639 for a language nobody named."""
_LANGUAGE: Final = f"/Lang ({_OPEN})".encode()
_IDENTIFIER: Final = b"(rdocx-pdfa-00001)"
_IDENTIFIERS: Final = 2


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
        docx = check_glyphs(docx, title)
        return finished(_told_apart(_laid_out(docx, title), language), title, language)


class RdocxWorker:
    """rdocx in a warm process of its own: it may crash or hang, and one document is lost and not the run."""

    name = "rdocx"

    def __init__(self) -> None:
        self.version = importlib.metadata.version("rdocx")
        self._worker = WarmWorker(
            [sys.executable, "-I", str(Path(rdocx_worker.__file__))],
            {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
            start_seconds=30,
            recycle=10_000,
        )

    def render(self, docx: bytes, *, title: str, language: str = "kk") -> bytes:
        """See `Renderer.render`; the same bytes as `RdocxRenderer`."""
        docx = check_glyphs(docx, title)
        question = title.replace("\n", " ").encode() + b"\n" + docx
        try:
            pdf = self._worker.ask(question, seconds=RENDER_SECONDS)
        except (WorkerFailedError, WorkerDiedError) as error:
            raise MachineError("render_failed", document=shown(title), why=str(error)) from error
        return finished(_told_apart(pdf, language), title, language)

    def close(self) -> None:
        """Ends the process; a further document starts it again."""
        self._worker.close()


def _laid_out(docx: bytes, title: str) -> bytes:
    try:
        return rdocx_worker.laid_out(docx, title)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic in the Rust library is no Exception
        raise MachineError("render_failed", document=shown(title), why=type(error).__name__) from error


def _told_apart(pdf: bytes, language: str) -> bytes:
    """Language and identifier set where rdocx leaves the same ones in every file.

    Written over in place, at the same length, so that nothing in the file moves: saving it anew takes a sixth
    of the whole. Where they do not stand as expected, `finished` saves it. The file ends with a line end, for
    a seal is appended to it.
    """
    if pdf.count(_LANGUAGE) != 1 or pdf.count(_IDENTIFIER) != _IDENTIFIERS or len(language) > len(_OPEN):
        return pdf
    named = f"/Lang ({language})".encode().ljust(len(_LANGUAGE))
    identifier = f"({hashlib.sha256(pdf).hexdigest()[: len(_IDENTIFIER) - 2]})".encode()
    return pdf.replace(_LANGUAGE, named).replace(_IDENTIFIER, identifier).rstrip(b"\n") + b"\n"


def finished(pdf: bytes, title: str, language: str) -> bytes:
    """Checks that there are pages and that the language is set, and sets it where it is not.

    Raises:
        MachineError: `render_failed`, `render_empty`.
    """
    finished = io.BytesIO()
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            if not document.pages:
                raise MachineError("render_empty", document=shown(title))
            if document.Root.get("/Lang") == language:
                return pdf
            document.Root.Lang = pikepdf.String(language)
            document.save(finished, deterministic_id=True)
    except pikepdf.PdfError as error:
        raise MachineError("render_failed", document=shown(title), why=type(error).__name__) from error
    return finished.getvalue()


def check_glyphs(docx: bytes, title: str) -> bytes:
    """Looks for characters the typeface lacks, before they come out as boxes; gives other faces to a few.

    Raises:
        MachineError: `render_glyph`, `render_failed` where it is no .docx.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(docx)) as archive:
            parts = [n for n in archive.namelist() if n.startswith(PRINTED)]
            text = "".join(archive.read(name).decode() for name in parts)
    except (zipfile.BadZipFile, UnicodeDecodeError) as error:
        raise MachineError("render_failed", document=shown(title), why=type(error).__name__) from error
    if missing := missing_glyphs(text):
        raise MachineError("render_glyph", document=shown(title), character=called(missing[0]))
    return with_faces(docx) if HAS_OTHER_FACE.search(text) else docx


def called(character: str) -> str:
    """A character by its number and its name in Unicode."""
    return f"U+{ord(character):04X} {unicodedata.name(character, '')}".rstrip()


def shown(title: str) -> str:
    """The document for an error message: its kind, without the name of the person behind the dash."""
    return title.partition(" — ")[0]
