"""Papers rendered from filled templates: laid out, marked, sealed.

Once there is enough to do, a second process renders beside this one, so that two cores are at work; a paper
comes out the same wherever it was rendered. The second only helps: what it fails to bring back is done here.
"""

from __future__ import annotations

import json
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

from pipeline.documents.rendering.render import RENDER_SECONDS, Renderer, shown
from pipeline.documents.rendering.warm_worker import WarmWorker, WorkerDiedError, WorkerFailedError
from pipeline.documents.sealing.extract_note import noted
from pipeline.documents.sealing.marks import REVISIONS, stamp
from pipeline.documents.sealing.seal import Sealer
from pipeline.documents.templates.signed_page import laid_out
from pipeline.domain.errors import MachineError

ENOUGH: Final = 40
"""Papers rendered before a second process is worth its start, which takes about as long."""
_RECYCLE: Final = 5_000
_START_SECONDS: Final = 30


@dataclass(frozen=True, slots=True)
class Mark:
    """What the marks on a paper's pages say: its number and the annex it is, 0 for none of the four."""

    number: int
    annex: int


@dataclass(frozen=True, slots=True)
class Order:
    """A filled template to be rendered; without a mark it is not to be signed, `note` stands in its place."""

    docx: bytes
    title: str
    mark: Mark | None
    when: datetime
    note: tuple[str, ...] = ()

    def packed(self) -> bytes:
        """As the second process reads it: a line of JSON, then the .docx."""
        mark = None if self.mark is None else [self.mark.number, self.mark.annex]
        head = {"title": self.title, "mark": mark, "when": self.when.isoformat(), "note": self.note}
        return json.dumps(head).encode() + b"\n" + self.docx

    @classmethod
    def unpacked(cls, packed: bytes) -> Order:
        """The reverse of `packed`."""
        head, _, docx = packed.partition(b"\n")
        said = json.loads(head)
        mark = None if said["mark"] is None else Mark(*said["mark"])
        return cls(docx, said["title"], mark, datetime.fromisoformat(said["when"]), tuple(said["note"]))


@dataclass(frozen=True, slots=True)
class Tools:
    """What a render process works with."""

    renderer: Renderer
    sealer: Sealer
    mark_key: bytes

    def render(self, order: Order) -> bytes:
        """The sealed PDF.

        Raises:
            MachineError: the renderer or the seal is at fault; it names the document.
        """
        pdf = self._laid_out(order)
        if order.mark is not None:
            pdf = self._marked(pdf, order.mark)
        if order.note:
            pdf = noted(pdf, order.note)
        return self.sealer.seal(pdf, reason=order.title, when=order.when)

    def _laid_out(self, order: Order) -> bytes:
        try:
            return laid_out(order.docx, partial(self.renderer.render, title=order.title))
        except MachineError:
            raise
        except Exception as error:  # a Word file that no library reads
            name = type(error).__name__
            raise MachineError("render_failed", document=shown(order.title), why=name) from error

    def _marked(self, pdf: bytes, mark: Mark) -> bytes:
        """With its marks; a list longer than a mark can count is signed without them."""
        try:
            return stamp(
                pdf,
                document=mark.number,
                annex=mark.annex,
                revision=mark.number % REVISIONS,
                key=self.mark_key,
            )
        except MachineError as error:
            if error.code != "mark_pages":
                raise
            return pdf


class RenderPool:
    """Presses many papers. `tools` are those of this process, `second` starts the other one."""

    def __init__(self, tools: Callable[[], Tools], second: Callable[[], WarmWorker] | None) -> None:
        self._tools = tools
        self._start = second
        self._second: WarmWorker | None = None
        self._rendered = 0

    def render(self, orders: Sequence[Order]) -> list[bytes]:
        """The sealed PDFs, in the order asked for.

        Raises:
            MachineError: as `Tools.render`, for the first that could not be made.
        """
        self._rendered += len(orders)
        left = deque(enumerate(orders))
        rendered: dict[int, bytes] = {}
        with_help = threading.Thread(target=self._help, args=(left, rendered), daemon=True)
        helped = len(orders) > 1 and self._start is not None and self._rendered > ENOUGH
        if helped:
            with_help.start()
        try:
            self._work(left, rendered)
        finally:
            left.clear()
            if helped:
                with_help.join()
        self._work(deque((i, order) for i, order in enumerate(orders) if i not in rendered), rendered)
        return [rendered[i] for i in range(len(orders))]

    def close(self) -> None:
        """Ends the second process, if it was started."""
        if self._second is not None:
            self._second.close()

    def _work(self, left: deque[tuple[int, Order]], rendered: dict[int, bytes]) -> None:
        while left:
            try:
                number, order = left.popleft()
            except IndexError:  # the other took the last one
                return
            rendered[number] = self._tools().render(order)

    def _help(self, left: deque[tuple[int, Order]], rendered: dict[int, bytes]) -> None:
        """Until nothing is left, or the second process fails: then its paper is made here, or fails here."""
        if self._second is None and self._start is not None:
            self._second = self._start()
        while left and self._second is not None:
            try:
                number, order = left.pop()
                rendered[number] = self._second.ask(order.packed(), seconds=2 * RENDER_SECONDS)
            except (IndexError, WorkerDiedError, WorkerFailedError):
                return


def second_renderer(state: Path, seal: Path, passphrase: Path | None) -> WarmWorker:
    """A process that renders as this one does, with the key in `seal`; it is started by the first order."""
    command = [sys.executable, "-m", "pipeline.flow.site.render_worker", str(state), str(seal)]
    return WarmWorker(
        [*command, str(passphrase or "")],
        {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
        start_seconds=_START_SECONDS,
        recycle=_RECYCLE,
    )
