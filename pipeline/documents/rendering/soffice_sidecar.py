"""LibreOffice kept warm over a UNO pipe (see warm_worker). Run by the Python that has `uno`, not by ours.

`python3 soffice_sidecar.py SOFFICE FOLDER`: the profile and the files in passing lie in FOLDER. A question is
the title, a line end, the .docx.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import Any

import uno  # type: ignore[import-not-found]  # the system's, where LibreOffice is installed
from com.sun.star.beans import PropertyValue  # type: ignore[import-not-found]
from com.sun.star.connection import NoConnectException  # type: ignore[import-not-found]

FIRST_START = 81
"""LibreOffice ends with this once it has made a new profile, and is to be started again."""
CONNECT_SECONDS = 60
PDF_A_2B = 2
NEVER = 0
"""No macro runs, no link is followed."""


def main(soffice: str, folder: Path) -> None:
    """Answers until the questions end; ends where LibreOffice does."""
    try:
        desktop = start(soffice, folder)
        questions, answers = sys.stdin.buffer, sys.stdout.buffer
        while head := questions.read(4):
            title, _, docx = questions.read(int.from_bytes(head, "big")).partition(b"\n")
            answer = answered(desktop, folder, docx, title.decode())
            answers.write(len(answer).to_bytes(4, "big") + answer)
            answers.flush()
    finally:
        clear_away(folder)


def clear_away(folder: Path) -> None:
    """Ends all LibreOffice has started, takes its files away, ends: the whole group is ours."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.killpg(0, signal.SIGTERM)
    shutil.rmtree(folder, ignore_errors=True)
    os.killpg(0, signal.SIGKILL)


def answered(desktop: Any, folder: Path, docx: bytes, title: str) -> bytes:
    """`+` and the PDF, or `-` and the name of the error; a lost connection ends the process."""
    source, target = folder / "in.docx", folder / "out.pdf"
    source.write_bytes(docx)
    target.unlink(missing_ok=True)
    try:
        convert(desktop, source, target, title)
        return b"+" + target.read_bytes()
    except Exception as error:
        if "Disposed" in type(error).__name__ or "Disposed" in str(error):
            raise
        return b"-" + type(error).__name__.encode()


def convert(desktop: Any, source: Path, target: Path, title: str) -> None:
    """Word to PDF/A-2b, tagged."""
    document = desktop.loadComponentFromURL(
        source.as_uri(),
        "_blank",
        0,
        (
            prop("Hidden", value=True),
            prop("ReadOnly", value=True),
            prop("FilterName", "MS Word 2007 XML"),
            prop("MacroExecutionMode", NEVER),
            prop("UpdateDocMode", NEVER),
        ),
    )
    if document is None:
        raise ValueError("not a document")
    try:
        document.DocumentProperties.Title = title
        how = uno.Any(
            "[]com.sun.star.beans.PropertyValue",
            (
                prop("SelectPdfVersion", PDF_A_2B),
                prop("UseTaggedPDF", value=True),
                prop("ExportBookmarks", value=False),
            ),
        )
        document.storeToURL(
            target.as_uri(), (prop("FilterName", "writer_pdf_Export"), prop("FilterData", how))
        )
    finally:
        document.close(True)  # noqa: FBT003  # UNO takes arguments by position alone


def start(soffice: str, folder: Path) -> Any:
    """LibreOffice's desktop, once it answers; its profile is its own."""
    folder.mkdir(exist_ok=True)
    pipe = f"jeke{uuid.uuid4().hex}"
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    office = launch(soffice, folder, pipe)
    end = time.monotonic() + CONNECT_SECONDS
    while time.monotonic() < end:
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        except NoConnectException:
            if office.poll() == FIRST_START:
                office = launch(soffice, folder, pipe)
            elif office.poll() is not None:
                break
            time.sleep(0.05)
    raise TimeoutError("LibreOffice does not answer")


def launch(soffice: str, folder: Path, pipe: str) -> subprocess.Popen[bytes]:
    """LibreOffice without a window, listening on the pipe."""
    command = [
        soffice,
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        *("--headless", "--invisible", "--nologo", "--norestore", "--nodefault", "--nolockcheck"),
        f"--accept=pipe,name={pipe};urp;StarOffice.ComponentContext",
    ]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def prop(name: str, value: object) -> Any:
    """A named value, as LibreOffice takes all options."""
    return PropertyValue(name, 0, value, 0)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
