"""The gate for papers: a PDF or picture is looked at before anything else of the program opens it.

Threat model. Whoever can put a file into inbox/ may be hostile, or pass on what a hostile person sent. We are
afraid of three things: what a document would do to those who open it after us (scripts, launching, forms
that send, hidden programs); what it would do to our own libraries (a kilobyte that unpacks into gigabytes, a
million pages, a parser that hangs or dies); and a document that shows one thing to one reader and another to
the next.

So each file is parsed in a process of its own (`pdf_gate_process`) that holds nothing but the open file: no
environment, no other descriptor, no new privileges, no children, nothing it could write to, and limits on
memory, processor time and time on the clock, which end it. The file is only read: it is never saved anew, so
a signature in it stays as it was. The process is new for each file; that costs 0.1 s.

Not covered: a fault of a parser that lets a file run its own code would let it lie in its verdict. It would
do so as the service's user, inside whatever the service manager confines (deploy/). And what a picture's own
format unpacks into (JPEG 2000, JBIG2) is known only from the size it declares: whoever decodes it does so
under limits too.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO, Final

from pipeline.domain.errors import MachineError
from pipeline.intake.files import UnfitError, opened

_PROCESS: Final = Path(__file__).with_name("pdf_gate_process.py")
_MIB: Final = 2**20
_LONGEST_ANSWER: Final = 16 * 2**10
_BY_SIGNAL: Final = frozenset({-signal.SIGXCPU, -signal.SIGKILL, -signal.SIGXFSZ})
"""How the kernel ends a process at a limit."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one paper may cost. Above them stands no lawful paper of this procedure."""

    file_bytes: int = 256 * _MIB
    """Some 250 colour pages at 300 dpi; a protocol with all its annexes is a tenth of it."""
    memory_bytes: int = 1024 * _MIB
    """Address space. The libraries take 0.2 GiB of it, one A3 page at 600 dpi in colour 0.2 GiB."""
    cpu_seconds: int = 30
    """A hundred pages of uncompressed scans take 3 s."""
    wall_seconds: float = 60.0
    """Twice the processor time, for a machine that is busy."""
    pages: int = 1_000
    pixels: int = 100_000_000
    """One picture: A3 at 600 dpi has 70 million."""
    stream_bytes: int = 64 * _MIB
    """What one stream that is no picture may unpack into: pages, fonts and attachments stay far below."""
    page_side: float = 14_400.0
    """Points (1/72 inch): the largest page that PDF itself allows (ISO 32000-1, annex C)."""


LIMITS: Final = Limits()


class Reason(StrEnum):
    """Why a paper is not let in; each is also the code of its words (`input.<code>`)."""

    EMPTY = "gate_empty"
    CUT_SHORT = "gate_cut_short"
    """Its end is missing."""
    NOT_PAPER = "gate_not_paper"
    """It does not begin as its name promises; a PDF begins with `%PDF-` at its first byte."""
    DAMAGED = "gate_damaged"
    TOO_LARGE = "gate_too_large"
    BOMB = "gate_bomb"
    """It reached a limit of memory or time, or unpacks into more than it may."""
    CRASHED = "gate_crashed"
    """The parser died over it."""
    PAGES = "gate_pages"
    PAGE_SIZE = "gate_page_size"
    PIXELS = "gate_pixels"
    ENCRYPTED = "gate_encrypted"
    JAVASCRIPT = "gate_javascript"
    LAUNCH = "gate_launch"
    SUBMIT_FORM = "gate_submit_form"
    IMPORT_DATA = "gate_import_data"
    GO_TO_REMOTE = "gate_go_to_remote"
    GO_TO_EMBEDDED = "gate_go_to_embedded"
    XFA = "gate_xfa"
    RICH_MEDIA = "gate_rich_media"
    EXECUTABLE = "gate_executable"
    EXTERNAL_DATA = "gate_external_data"
    UNKNOWN_ACTION = "gate_unknown_action"
    """Something of an unknown kind is to be done as soon as it is opened."""


class Flag(StrEnum):
    """What is worth knowing of a paper that is let in."""

    URI = "uri"
    """It has links to addresses."""
    ATTACHMENT = "attachment"
    """Files lie inside, none of them a program: NCALayer keeps signatures (CMS) so."""
    REPAIRED = "repaired"
    """Its table of objects had to be mended in reading."""
    FORM = "form"
    MISNAMED = "misnamed"
    """A picture of another format than its name says."""


class PaperFormat(StrEnum):
    """What the first bytes say."""

    PDF = "pdf"
    TIFF = "tiff"
    JPEG = "jpeg"
    PNG = "png"


@dataclass(frozen=True, slots=True)
class GateVerdict:
    """`ok` lets it in; `reasons` are of `Reason`, `flags` of `Flag`.

    `pages` is 0 where they were not counted. `kind` is a `PaperFormat`, or empty where the first bytes are of
    none.
    """

    ok: bool
    reasons: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    pages: int = 0
    kind: str = ""

    @property
    def harmless(self) -> bool:
        """Nothing speaks against it but that it is empty, or its end is missing."""
        return set(self.reasons) <= {Reason.EMPTY, Reason.CUT_SHORT}


def inspect(path: Path, limits: Limits = LIMITS) -> GateVerdict:
    """Looks at a PDF, TIFF, JPEG or PNG. Never raises for what the file holds.

    Raises:
        MachineError: `paper_unreadable`, the file is not there, or no plain file; `inspection_unusable`, the
            process that looks cannot be started.
    """
    try:
        with opened(path) as file:
            size = os.fstat(file.fileno()).st_size
            if not size:
                return _refused(Reason.EMPTY)
            if size > limits.file_bytes:
                return _refused(Reason.TOO_LARGE)
            return _asked(file, path.suffix.lower(), limits)
    except UnfitError:
        raise MachineError("paper_unreadable", reason="") from None
    except OSError as error:
        raise MachineError("paper_unreadable", reason=error.strerror or "") from error


def _asked(file: IO[bytes], ending: str, limits: Limits) -> GateVerdict:
    try:
        process = subprocess.Popen(
            (sys.executable, "-I", str(_PROCESS), ending, json.dumps(asdict(limits))),
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"LC_ALL": "C.UTF-8"},
            cwd="/",
            start_new_session=True,
        )
    except OSError as error:
        raise MachineError("inspection_unusable", reason=error.strerror or "") from error
    with process:
        try:
            # Its answer fits into the pipe; one that does not would make it wait, and so reach the limit.
            process.wait(limits.wall_seconds)
        except subprocess.TimeoutExpired:
            process.kill()
        assert process.stdout is not None  # noqa: S101  # it is a pipe
        answer = process.stdout.read(_LONGEST_ANSWER)
    return _verdict(process.returncode, answer)


def _verdict(status: int, answer: bytes) -> GateVerdict:
    """The first line says that the process was ready; what comes after it is about the file."""
    ready, _, told = answer.partition(b"\n")
    if ready != b"ready":  # it may also have been ended before it had begun
        raise MachineError("inspection_unusable", reason=f"status {status}")
    if status != 0:
        return _refused(Reason.BOMB if status in _BY_SIGNAL else Reason.CRASHED)
    try:
        found = json.loads(told)
        reasons = tuple(Reason(f"gate_{word}") for word in found["reasons"])
        flags = tuple(Flag(word) for word in found["flags"])
        return GateVerdict(not reasons, reasons, flags, int(found["pages"]), str(found["kind"]))
    except (ValueError, KeyError, TypeError):
        return _refused(Reason.CRASHED)


def _refused(reason: Reason) -> GateVerdict:
    return GateVerdict(ok=False, reasons=(reason,))
