"""Pages of filed papers as pictures and text, each paper decoded in a confined child of its own.

Threat model. A filed scan and a PDF that people have signed hold bytes of strangers, and PDF is many parsers.
The child (`pages_process`) holds that one paper and nothing else: whoever takes it over can lie about the
paper he made himself, and sees no other. What comes back is a picture for a browser, and text that is shown
as text. Children are kept for the page's next question for half a minute, a few at most.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from tempfile import TemporaryFile
from typing import Final

from pipeline.confined.child import Answer, Child, ChildError, CutOffError, Worker
from pipeline.confined.limits import MIB, Limit, Limits
from pipeline.domain.errors import CorruptError, MachineError

WORKER: Final = Worker(
    "pictures_unusable",
    "pipeline.documents.viewing.pages_process",
    Limits(memory_bytes=1024 * MIB, cpu_seconds=5, wall_seconds=20, answer_bytes=64 * MIB),
)
MOST: Final = 3
IDLE_SECONDS: Final = 30.0
_LONGEST_TEXT: Final = 50_000
"""Characters of a page: a dense one has six thousand."""
_PNG: Final = b"\x89PNG\r\n\x1a\n"


class OpenPaper:
    """A paper in its child. Pages are counted from 1."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        """`pieces` are its bytes: where they raise, no child has seen any of it.

        Raises:
            CorruptError: `paper_undrawn`, it cannot be opened within the limits; whatever `pieces` raise.
            MachineError: `pictures_unusable`, there is no child.
        """
        with TemporaryFile() as copy:
            for piece in pieces:
                copy.write(piece)
            copy.flush()
            self._child = Child(WORKER, files=(copy,))
        try:
            self.count = self._opened()
        except BaseException:
            self.close()
            raise

    @property
    def running(self) -> bool:
        """Whether it can be asked."""
        return self._child.running

    def texts(self, first: int, last: int) -> tuple[str, ...]:
        """What stands on these pages; empty where there is no text, as on a scan.

        Raises:
            CorruptError, MachineError: as the constructor.
        """
        texts = self._ask(do="texts", first=first, last=last).told.get("texts")
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            raise CorruptError("paper_undrawn")
        return tuple(_plain(text[:_LONGEST_TEXT]) for text in texts)

    def picture(self, page: int) -> bytes:
        """A page as a PNG.

        Raises:
            CorruptError, MachineError: as the constructor.
        """
        png = self._ask(do="picture", page=page).data
        if not png.startswith(_PNG):
            raise CorruptError("paper_undrawn")
        return png

    def close(self) -> None:
        """Ends the child."""
        self._child.close()

    def _opened(self) -> int:
        pages = self._ask(do="open").told.get("pages")
        if not isinstance(pages, int) or pages < 1:
            raise CorruptError("paper_undrawn")
        return pages

    def _ask(self, **question: object) -> Answer:
        try:
            return self._child.ask(question)
        except CutOffError as cut:
            if cut.limit is Limit.KILLED:
                raise MachineError(WORKER.unusable, reason=cut.limit.value) from cut
            raise CorruptError("paper_undrawn") from cut
        except ChildError as error:
            raise CorruptError("paper_undrawn") from error


@dataclass(slots=True)
class _Place:
    """Where a paper stands: one thread asks it at a time, `users` are that one and those that wait."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    users: int = 0
    paper: OpenPaper | None = None
    used: float = 0.0


class Reading:
    """The papers that are being looked at in this process, by their SHA-512."""

    def __init__(self) -> None:
        self._places: dict[str, _Place] = {}
        self._lock = threading.Lock()

    @contextmanager
    def paper(self, sha512: str, pieces: Iterable[bytes]) -> Iterator[OpenPaper]:
        """The paper of that digest, to be asked. `pieces`, verified as they come, are read every time.

        Raises:
            CorruptError, MachineError: as `OpenPaper`.
        """
        with self._lock:
            place = self._places.setdefault(sha512, _Place())
            place.users += 1
        try:
            with place.lock:
                if place.paper is not None and place.paper.running:
                    for _ in pieces:
                        pass
                else:
                    place.paper = None
                    place.paper = OpenPaper(pieces)
                yield place.paper
        finally:
            with self._lock:
                place.users -= 1
                place.used = time.monotonic()
            self._make_room(MOST)
            ending = threading.Timer(IDLE_SECONDS, self._make_room, [MOST, place.used])
            ending.daemon = True
            ending.start()

    def close(self) -> None:
        """Ends the children that nobody asks now."""
        self._make_room(0)

    def _make_room(self, most: int, not_since: float = 0.0) -> None:
        """Ends the children used longest ago, but so many; and those that nobody has used since."""
        with self._lock:
            by_use = sorted(self._places.items(), key=lambda each: -each[1].used)
            for number, (sha512, place) in enumerate(by_use):
                if not place.users and (number >= most or place.used <= not_since):
                    del self._places[sha512]
                    if place.paper is not None:
                        place.paper.close()


def _plain(text: str) -> str:
    """Without what would turn the writing round or end a line oddly."""
    return "".join(c for c in text.replace("\r\n", "\n").replace("\r", "\n") if c == "\n" or c.isprintable())
