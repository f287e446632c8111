"""A scan looked at page by page, its pixels decoded in a process of its own (`page_process`).

Threat model. Whoever can drop a file may be hostile; a picture format is a parser, and a parser has faults.
So the scan is decoded by a process that holds nothing but the open scan, under limits. Here nothing of the
file is parsed: what comes back are texts, numbers and small pictures, each of its expected type, and a code
counts only with the authenticator that the other process cannot make.

A page that ends the process is unreadable; the next question starts another. Memory is that of one page and
the file, however many pages there are.
"""

from __future__ import annotations

import base64
import json
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import IO, Any, Final, Self, TypeVar

from pipeline.domain.errors import MachineError
from pipeline.returned.ink import Doubt, Inked
from pipeline.returned.page_marks import Code
from pipeline.returned.same_text import Change

T = TypeVar("T")

QUESTION_SECONDS: Final = 120.0
"""On the clock, for a busy machine; the process's own limit is of processor time."""
START_SECONDS: Final = 300.0
"""Pictures are made into a PDF first: a long TIFF takes its time."""
LONGEST_ANSWER: Final = 400 * 2**20
_CHUNK: Final = 1 << 20


class UnreadablePageError(Exception):
    """A page, or the whole file, cannot be decoded within the limits."""


@dataclass(frozen=True, slots=True)
class ReadPage:
    """What was read off a page: codes of our form, not yet verified."""

    codes: tuple[Code, ...]
    blank: bool


@dataclass(frozen=True, slots=True)
class FieldSeen:
    """A place for a signature as the scan shows it; `close_up` is a PNG where it is to be looked at."""

    label: str
    place: tuple[float, ...]
    verdict: Inked
    doubt: Doubt | None
    mm2: float
    extent_mm: float
    close_up: bytes


@dataclass(frozen=True, slots=True)
class ChangeSeen:
    """A place where the text is not the original's. `place` in points: left, top, right, bottom."""

    change: Change
    place: tuple[float, ...]
    words: str
    close_up: bytes


@dataclass(frozen=True, slots=True)
class ExaminedPage:
    """A page against its original. `laid`: the two could be brought together.

    `turn`: degrees clockwise that make it upright; `apart_mm`: how far words lie from their places.
    """

    laid: bool
    apart_mm: float
    turn: int
    fields: tuple[FieldSeen, ...]
    changes: tuple[ChangeSeen, ...]


class Pages:
    """The pages of one scan; a context manager. Pages are counted from 1."""

    def __init__(self, scan: IO[bytes]) -> None:
        """`scan` is an open file that nobody writes to; it stays the caller's.

        Raises:
            UnreadablePageError: it is nothing that can be opened.
            MachineError: `pages_unusable`, there is no process.
        """
        self._original: tuple[bytes, str] | None = None
        self._knows_original = False
        self._process: subprocess.Popen[bytes] | None = None
        self._rest = b""
        self._file = scan
        try:
            self.count = self._start()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the process."""
        self._stop()

    def read(self, page: int) -> ReadPage:
        """The codes on a page.

        Raises:
            UnreadablePageError: it cannot be decoded within the limits.
            MachineError: `pages_unusable`.
        """
        told = self._ask(do="read", page=page)
        return _typed(lambda: ReadPage(tuple(_code(c) for c in _list(told["codes"])), bool(told["blank"])))

    def compare_with(self, pdf: bytes, document: str) -> tuple[int, int]:
        """From now on pages are compared with this original of that kind; its pages and signature fields.

        Raises:
            UnreadablePageError, MachineError: as `read`.
        """
        self._original = None
        told = self._ask(do="original", pdf=base64.b64encode(pdf).decode(), document=document)
        self._original, self._knows_original = (pdf, document), True
        return _typed(lambda: (int(told["pages"]), int(told["fields"])))

    def examine(
        self, page: int, of: int, code: str = "", codes: Iterable[Code] = (), excused: str = ""
    ) -> ExaminedPage:
        """A page of the scan against page `of` of the original.

        `codes` are those read off it, `code` the one of this very page; fields whose label matches `excused`
        are not asked for.

        Raises:
            UnreadablePageError, MachineError: as `read`.
        """
        seen = [[c.text, c.corners] for c in codes]
        told = self._ask(do="examine", page=page, of=of, code=code, codes=seen, excused=excused)
        return _typed(
            lambda: ExaminedPage(
                laid=bool(told["laid"]),
                apart_mm=float(told["apart"]),
                turn=int(told["turn"]) % 360,
                fields=tuple(_field(f) for f in _list(told["fields"])),
                changes=tuple(_change(c) for c in _list(told["changes"])),
            )
        )

    def picture(self, page: int) -> bytes | None:
        """A page as a small PNG, at most 200 pixels wide; None where it cannot be drawn.

        Raises:
            MachineError: as `read`.
        """
        try:
            told = self._ask(do="picture", page=page)
            return _typed(lambda: _bytes(told["png"]))
        except UnreadablePageError:
            return None

    def take_out(self, pages: Sequence[tuple[int, int]], title: str) -> bytes:
        """A PDF of these pages, each with its turn; their pictures as they are.

        Raises:
            UnreadablePageError, MachineError: as `read`.
        """
        told = self._ask(do="take_out", pages=[list(p) for p in pages], title=title)
        return _typed(lambda: _bytes(told["pdf"]))

    # --- the process ------------------------------------------------------------------------------------

    def _ask(self, **question: object) -> dict[str, Any]:
        if self._process is None:
            self._start()
        if question["do"] == "examine" and self._original is not None and not self._knows_original:
            self.compare_with(*self._original)
        assert self._process is not None  # noqa: S101  # started above
        try:
            line = json.dumps(question).encode() + b"\n"
            told = self._exchange(self._process, line, time.monotonic() + QUESTION_SECONDS)
        except (OSError, ValueError) as error:
            self._stop()
            raise UnreadablePageError from error
        if "failed" in told:
            raise UnreadablePageError(str(told["failed"]))
        return told

    def _start(self) -> int:
        self._file.seek(0)
        scan = self._file.fileno()
        try:
            process = subprocess.Popen(
                (sys.executable, "-I", "-m", "pipeline.returned.page_process", str(scan)),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                pass_fds=(scan,),
                env={"LC_ALL": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
                cwd="/",
                start_new_session=True,
            )
        except OSError as error:
            raise MachineError("pages_unusable", reason=error.strerror or "") from error
        self._process, self._rest, self._knows_original = process, b"", False
        for stream in (process.stdin, process.stdout):
            os.set_blocking(_descriptor(stream), False)
        try:
            told = self._exchange(process, b"", time.monotonic() + START_SECONDS)
            return _typed(lambda: int(told["pages"]))
        except (OSError, ValueError, UnreadablePageError) as error:
            self._stop()
            raise UnreadablePageError from error

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()
        process.wait()

    def _exchange(self, process: subprocess.Popen[bytes], line: bytes, until: float) -> dict[str, Any]:
        """Raises OSError (TimeoutError, EOF) or ValueError where there is no whole answer."""
        rest = memoryview(line)
        while rest:
            _wait(_descriptor(process.stdin), selectors.EVENT_WRITE, until)
            rest = rest[os.write(_descriptor(process.stdin), rest[:_CHUNK]) :]
        pieces = [self._rest]
        while b"\n" not in pieces[-1]:
            _wait(_descriptor(process.stdout), selectors.EVENT_READ, until)
            pieces.append(os.read(_descriptor(process.stdout), _CHUNK))
            if not pieces[-1] or sum(map(len, pieces)) > LONGEST_ANSWER:
                raise OSError("no answer")
        told, _, self._rest = b"".join(pieces).partition(b"\n")
        answer = json.loads(told)
        if not isinstance(answer, dict):
            raise ValueError("no answer")  # noqa: TRY004  # told as all that is no answer
        return answer


def _wait(stream: int, event: int, until: float) -> None:
    with selectors.DefaultSelector() as selector:
        selector.register(stream, event)
        if not selector.select(max(0.0, until - time.monotonic())):
            raise TimeoutError


def _descriptor(stream: IO[bytes] | None) -> int:
    assert stream is not None  # noqa: S101  # both are pipes
    return stream.fileno()


# --- answers, of the types expected -----------------------------------------------------------------------


def _typed(read: Callable[[], T]) -> T:
    """What `read` makes of an answer.

    Raises:
        UnreadablePageError: it is not what was asked for.
    """
    try:
        return read()
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise UnreadablePageError from error


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError("a list is expected")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("text is expected")
    return value


def _bytes(value: object) -> bytes:
    return base64.b64decode(_text(value), validate=True)


def _code(value: object) -> Code:
    text, corners = _list(value)
    return Code(_text(text), tuple((float(x), float(y)) for x, y in _list(corners)))


def _field(value: dict[str, Any]) -> FieldSeen:
    return FieldSeen(
        label=_text(value["label"]),
        place=tuple(map(float, _list(value["place"]))),
        verdict=Inked(value["verdict"]),
        doubt=Doubt(value["doubt"]) if value["doubt"] else None,
        mm2=float(value["mm2"]),
        extent_mm=float(value["extent_mm"]),
        close_up=_bytes(value["close_up"]),
    )


def _change(value: dict[str, Any]) -> ChangeSeen:
    return ChangeSeen(
        change=Change(value["change"]),
        place=tuple(map(float, _list(value["place"]))),
        words=_text(value["words"]),
        close_up=_bytes(value["close_up"]),
    )
