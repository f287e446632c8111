"""The gate for papers: a PDF or picture is looked at before anything else of the program opens it.

Threat model. Whoever can put a file into inbox/ may be hostile, or pass on what a hostile person sent. We are
afraid of three things: what a document would do to those who open it after us (scripts, launching, forms
that send, hidden programs); what it would do to our own libraries (a kilobyte that unpacks into gigabytes, a
million pages, a parser that hangs or dies); and a document that shows one thing to one reader and another to
the next.

So each file is parsed in a confined child (`pdf_gate_process`, see `pipeline.confined`) that holds nothing
but the open file, within limits of memory, processor time and time on the clock. The file is only read: it is
never saved anew, so a signature in it stays as it was. The child is new for each file; that costs 0.15 s.

Not covered: a fault of a parser that lets a file run its own code would let it lie in its verdict, and do
nothing else. And what a picture's own format unpacks into (JPEG 2000, JBIG2) is known only from the size it
declares: whoever decodes it does so in a confined child too.
"""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO, Any, Final

from pipeline.confined import limits as confined
from pipeline.confined.child import ChildError, CutOffError, FailedError, Worker, ask_once
from pipeline.domain.errors import MachineError
from pipeline.intake.files import UnfitError, opened

_MODULE: Final = "pipeline.intake.gate.pdf_gate_process"
_MIB: Final = 2**20
_LONGEST_ANSWER: Final = 16 * 2**10
_TRIES: Final = 3
"""A child killed from outside, as where the machine is short of memory, is started again."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one paper may cost. Above them stands no lawful paper of this procedure."""

    file_bytes: int = 256 * _MIB
    """Some 250 colour pages at 300 dpi; a protocol with all its annexes is a tenth of it."""
    memory_bytes: int = 1024 * _MIB
    """Address space. The libraries take 0.2 GiB of it, one A3 page at 600 dpi in colour 0.2 GiB."""
    cpu_seconds: float = 30
    """A hundred pages of uncompressed scans take 3 s."""
    wall_seconds: float = 60.0
    """Twice the processor time, for a machine that is busy."""
    pages: int = 1_000
    pixels: int = 100_000_000
    """One picture: A3 at 600 dpi has 70 million."""
    stream_bytes: int = 64 * _MIB
    """What one stream that is no picture may unpack into: pages, fonts and attachments stay far below."""
    attachments: int = 100
    """A card carries the paper and a file a signer."""
    attachment_bytes: int = 128 * _MIB
    """All attachments together, each counted as often as it is named."""
    drawn_bytes: int = 256 * _MIB
    """What is read to draw one page: its content, and that of each form in it as often as it is drawn."""
    page_side: float = 14_400.0
    """Points (1/72 inch): the largest page that PDF itself allows (ISO 32000-1, annex C)."""


LIMITS: Final = Limits()


class Reason(StrEnum):
    """Why a paper is not let in; each is also the code of its words (`input.<code>`)."""

    EMPTY = "gate_empty"
    CUT_SHORT = "gate_cut_short"
    """Its end is missing."""
    NOT_PAPER = "gate_not_paper"
    """It does not begin as its name promises; before a PDF's `%PDF-` may stand what mail
    programs and printers put there (`domain.paper_ends`)."""
    DAMAGED = "gate_damaged"
    UNREAD = "gate_unread"
    """The gate's own code stumbled: nothing is said of the file."""
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
    """Something is to be done at opening or clicking that is not on the list of what a paper may do."""
    LINK = "gate_link"
    """A link to something else than a web or mail address (`javascript:`, `file:`, a share), or to one that
    looks like another (`intake.web_address`)."""
    ATTACHMENT_KIND = "gate_attachment_kind"
    """A file inside that is neither PDF, signature (CMS) nor plain XML (`intake.attached_file`)."""


class Flag(StrEnum):
    """What is worth knowing of a paper that is let in."""

    URI = "uri"
    """It has links to web or mail addresses: nothing is opened unless a person clicks there."""
    ATTACHMENT = "attachment"
    """Files lie inside, all of them PDF, CMS or XML: NCALayer keeps signatures so."""
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
        """Nothing speaks against it but that it is empty, has no end, or was not looked through."""
        return set(self.reasons) <= {Reason.EMPTY, Reason.CUT_SHORT, Reason.UNREAD}


def inspect(path: Path, limits: Limits = LIMITS, budget: confined.Budget | None = None) -> GateVerdict:
    """Looks at a PDF, TIFF, JPEG or PNG. Never raises for what the file holds.

    Raises:
        MachineError: `paper_unreadable`, the file is not there, or no plain file; `inspection_unusable`, the
            child that looks cannot be started; `StoppedError`.
    """
    try:
        with opened(path) as file:
            size = os.fstat(file.fileno()).st_size
            if not size:
                return _refused(Reason.EMPTY)
            if size > limits.file_bytes:
                return _refused(Reason.TOO_LARGE)
            return _asked(file, path.suffix.lower(), limits, budget)
    except UnfitError:
        raise MachineError("paper_unreadable", reason="") from None
    except OSError as error:
        raise MachineError("paper_unreadable", reason=error.strerror or "") from error


def _asked(file: IO[bytes], ending: str, limits: Limits, budget: confined.Budget | None) -> GateVerdict:
    bounds = confined.Limits(
        limits.memory_bytes, limits.cpu_seconds, limits.wall_seconds, answer_bytes=_LONGEST_ANSWER
    )
    worker = Worker("inspection_unusable", _MODULE, bounds)
    question = {"ending": ending, "limits": asdict(limits)}
    for _ in range(_TRIES):
        try:
            return _verdict(ask_once(worker, question, files=(file,), budget=budget).told)
        except CutOffError as cut:
            if cut.limit is not confined.Limit.KILLED:
                break
        except FailedError:
            return _refused(Reason.UNREAD)
        except ChildError:
            return _refused(Reason.CRASHED)
    return _refused(Reason.BOMB)


def _verdict(told: dict[str, Any]) -> GateVerdict:
    """What the child said, if it is a verdict."""
    try:
        reasons = tuple(Reason(f"gate_{word}") for word in told["reasons"])
        flags = tuple(Flag(word) for word in told["flags"])
        return GateVerdict(not reasons, reasons, flags, int(told["pages"]), str(told["kind"]))
    except (ValueError, KeyError, TypeError):
        return _refused(Reason.CRASHED)


def _refused(reason: Reason) -> GateVerdict:
    return GateVerdict(ok=False, reasons=(reason,))
