"""The words of an answer are the edges' business; the flow says what is to be told and where it lies."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from pipeline.domain.findings import Finding
from pipeline.flow.outcomes.results import DropAnswer, RecordAnswer


class Speaker(Protocol):
    """Puts answers into Kazakh (or the configured language). IINs are masked."""

    def finding(self, finding: Finding) -> tuple[str, str]:
        """Message and remedy."""

    def filed(self, drop: DropAnswer, answer: RecordAnswer) -> str:
        """The answer beside the documents of one record: what was filed, what to sign, what is due when."""

    def refused(self, drop: DropAnswer) -> str:
        """The report beside a file given back: what, where, by which paragraph, what to do."""

    def noted(self, drop: DropAnswer) -> str:
        """What became of a paper or a recording that was filed."""

    def unchanged(self, drop: DropAnswer) -> str:
        """The note beside a file that changes nothing."""

    def quarantined(self, drop: DropAnswer) -> str:
        """The note beside a file that may do harm: why, and that it must not be opened."""

    def closed(self, name: str, folder: str, on: date) -> str:
        """That a dropped folder was closed by its owner when it had left inbox/."""

    def odd(self, name: str, unsupported: str, on: date) -> str:
        """Why something in inbox/ that is no plain file is left there; a word of the vocabulary `odd`."""
