"""What a service says of itself: one JSON line an event on standard error (`--log json`).

No line holds an IIN, a name of a person or a word out of a document: a drop is named by its id, and its file
name is cut to its first letter and its ending (`jeke history ID` tells the rest to whoever may know it).
"""

from __future__ import annotations

import json
import logging
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import PurePath
from typing import Final

from pipeline.domain.findings import Value
from pipeline.domain.iin import mask_iin
from pipeline.intake.kinds import DropKind, kind_of
from pipeline.messages.catalogue import Language, Messages

OWN: Final = "pipeline"


class LogForm(StrEnum):
    """How messages are written on standard error."""

    TEXT = "text"
    JSON = "json"


class Level(StrEnum):
    """How much an event matters."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


def event_line(level: Level, event: str, **values: object) -> str:
    """One event on one line."""
    time = datetime.now(UTC).astimezone().isoformat(timespec="milliseconds")
    return json.dumps({"time": time, "level": level, "event": event, **values}, ensure_ascii=False)


def masked_name(name: str) -> str:
    """A file name nobody can be known by: "Қасымов.yaml" is "Қ….yaml"."""
    first = unicodedata.normalize("NFC", name)[:1]
    ending = "" if kind_of(name) is DropKind.UNKNOWN else PurePath(name).suffix
    return f"{first if first.isalnum() else ''}…{ending}"


class EventHandler(logging.Handler):
    """What Python's own logging is told. Of a library's words only where they come from: they may quote.

    Our own records bear the id of a text, `log.<id>` in the catalogues, and its `values`. As JSON they are in
    English, whoever reads.
    """

    def __init__(self, form: LogForm, tell: Callable[[str], None], say: Callable[[], Messages]) -> None:
        """`tell` writes a line on standard error, `say` are the texts of the language spoken there."""
        super().__init__(logging.WARNING)
        self._form = form
        self._tell = tell
        self._say = say

    def emit(self, record: logging.LogRecord) -> None:
        """A line for the record."""
        level = Level.ERROR if record.levelno >= logging.ERROR else Level.WARNING
        own = record.name.partition(".")[0] == OWN
        say = Messages(Language.EN) if self._form is LogForm.JSON else self._say()
        text = mask_iin(_worded(record, say)) if own else ""
        if self._form is LogForm.JSON:
            self._tell(event_line(level, "log", logger=record.name, text=text))
        elif own:
            self._tell(text)


def _worded(record: logging.LogRecord, say: Messages) -> str:
    values: Mapping[str, Value] = getattr(record, "values", {})
    return say.text(f"log.{record.msg}", **values)


@contextmanager
def listening(form: LogForm, tell: Callable[[str], None], say: Callable[[], Messages]) -> Iterator[None]:
    """Takes in what is logged within."""
    handler = EventHandler(form, tell, say)
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
