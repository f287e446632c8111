"""LibreOffice behind `Renderer`: a pool of warm ones, for templates that rdocx lays out otherwise.

It is never required: where it is not installed, `find_office` says so.
"""

from __future__ import annotations

import contextlib
import io
import os
import queue
import shutil
import tempfile
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import pikepdf

from pipeline.documents.rendering.render import check_glyphs, finished, shown
from pipeline.documents.rendering.warm_worker import WarmWorker, WorkerDiedError, WorkerFailedError
from pipeline.domain.errors import MachineError
from pipeline.system.processes import output_of

SIDECAR: Final = Path(__file__).with_name("soffice_sidecar.py")
RENDER_SECONDS: Final = 60.0
START_SECONDS: Final = 90.0
RECYCLE: Final = 500
"""Documents until a LibreOffice is started anew; it grows by 40 MB over so many."""
_PLACES: Final = ("/opt/libreoffice*/program/soffice", "/usr/lib/libreoffice/program/soffice")
_PREFIX: Final = "jeke-office-"
_MEMORY: Final = Path("/dev/shm")  # noqa: S108  # the files in passing need not touch the disk


@dataclass(frozen=True, slots=True)
class Office:
    """A LibreOffice that can be used: its program, the Python that can talk to it, its version."""

    soffice: str
    python: str
    version: str


@cache
def find_office() -> Office | None:
    """The LibreOffice of this machine, with a Python that has `uno`; None where either is missing."""
    soffice = shutil.which("soffice") or next(map(str, _installed()), None)
    if soffice is None:
        return None
    beside = Path(soffice).resolve().parent / "python"
    python = next((p for p in ("/usr/bin/python3", str(beside)) if _has_uno(p)), None)
    version = output_of([soffice, "--version"], seconds=60).split()
    return Office(soffice, python, version[1]) if python and len(version) > 1 else None


class LibreOfficeRenderer:
    """LibreOffice, up to `workers` of them at once, each with its profile in one of `folders`.

    To be closed; else they end with this process.
    """

    name = "libreoffice"

    def __init__(self, office: Office, workers: int = 1) -> None:
        self.version = office.version
        self.folders = tuple(_folder() for _ in range(workers))
        self._workers = [_worker(office, folder) for folder in self.folders]
        self._free: queue.LifoQueue[WarmWorker] = queue.LifoQueue()
        for worker in self._workers:
            self._free.put(worker)

    def render(self, docx: bytes, *, title: str, language: str = "kk") -> bytes:
        """See `Renderer.render`. One that dies is started anew and asked once more; one that hangs is not."""
        docx = check_glyphs(docx, title)
        question = title.replace("\n", " ").encode() + b"\n" + docx
        try:
            with self._worker() as worker:
                pdf = _retitled(_asked_twice(worker, question), title)
        except (WorkerFailedError, WorkerDiedError) as error:
            raise MachineError("render_failed", document=shown(title), why=str(error)) from error
        except pikepdf.PdfError as error:
            raise MachineError("render_failed", document=shown(title), why=type(error).__name__) from error
        return finished(pdf, title, language)

    def close(self) -> None:
        """Ends them; a further document starts one again."""
        for worker in self._workers:
            worker.close()

    @contextlib.contextmanager
    def _worker(self) -> Iterator[WarmWorker]:
        worker = self._free.get()
        try:
            yield worker
        finally:
            self._free.put(worker)


def _asked_twice(worker: WarmWorker, question: bytes) -> bytes:
    try:
        return worker.ask(question, seconds=RENDER_SECONDS)
    except WorkerDiedError as died:
        if died.hung:
            raise
        return worker.ask(question, seconds=RENDER_SECONDS)


def _retitled(pdf: bytes, title: str) -> bytes:
    """LibreOffice escapes the title twice where it holds `&` or `<`."""
    retitled = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        with document.open_metadata(set_pikepdf_as_editor=False) as metadata:
            metadata["dc:title"] = title
        document.save(retitled)
    return retitled.getvalue()


def _folder() -> Path:
    """A folder of our own; those that killed processes left behind are cleared away first."""
    base = _MEMORY if _MEMORY.is_dir() else Path(tempfile.gettempdir())
    for left in base.glob(f"{_PREFIX}*-*"):
        owner = left.name.removeprefix(_PREFIX).partition("-")[0]
        if owner.isdecimal() and not _lives(int(owner)):
            shutil.rmtree(left, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=base))


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _worker(office: Office, folder: Path) -> WarmWorker:
    worker = WarmWorker(
        [office.python, "-I", str(SIDECAR), office.soffice, str(folder)],
        {"PATH": "/usr/bin:/bin", "HOME": str(folder), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"},
        start_seconds=START_SECONDS,
        recycle=RECYCLE,
    )
    weakref.finalize(worker, shutil.rmtree, folder, ignore_errors=True)
    return worker


def _installed() -> list[Path]:
    return sorted((p for pattern in _PLACES for p in Path("/").glob(pattern[1:])), reverse=True)


def _has_uno(python: str) -> bool:
    return (
        os.access(python, os.X_OK)
        and output_of([python, "-I", "-c", "import uno; print(1)"], seconds=60) == "1"
    )
