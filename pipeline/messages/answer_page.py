"""An answer's text (answers.py) taken apart again, to be shown as headings, lists and findings.

The text is made by us, in one form whatever the language: a line's indent tells what it is. What it quotes
of records is cleaned of line breaks, so nobody's record forges a line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from pipeline.messages.catalogue import Language, Messages

_SUM: Final = re.compile(r"SHA-256: [0-9a-f]{64}")
_FINDING: Final = re.compile(r"  \[(?P<weight>[^\]]+)\] (?P<about>.*)")
_FRAME: Final = re.compile(r" {4}(?:  +\d* \|)")
_PLACES: Final = {"@@p@@": r"(?P<p>\d+)", "@@i@@": r"(?P<i>\d+)"}
"""What stands for numbers in the words, and what is read there."""


@dataclass(slots=True)
class AnswerFinding:
    """One thing wrong, or to be minded: its weight, paragraph of the order, code, words, place and mend."""

    weight: str
    grave: bool
    paragraph: str
    paragraph_words: str
    code: str
    lines: list[str] = field(default_factory=list)
    frame: list[str] = field(default_factory=list)
    remedy: str = ""


@dataclass(slots=True)
class AnswerPart:
    """A part of an answer under its heading: lines, and findings."""

    heading: str = ""
    lines: list[str] = field(default_factory=list)
    findings: list[AnswerFinding] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class AnswerPage:
    """An answer: its title, what it is about, its parts."""

    title: str
    about: tuple[str, ...]
    parts: tuple[AnswerPart, ...]


def answer_page(text: str, language: Language) -> AnswerPage:
    """The answer, which was written in that language."""
    blocks = [block.split("\n") for block in text.strip("\n").split("\n\n") if block.strip("\n")]
    blocks = [block for block in blocks if not (len(block) == 1 and _SUM.fullmatch(block[0]))]
    if not blocks:
        return AnswerPage("", (), ())
    words = _Words(Messages(language))
    title, *about = blocks[0]
    return AnswerPage(title, tuple(about), tuple(_part(block, words) for block in blocks[1:]))


class _Words:
    """The few words of the language that tell a line's meaning."""

    def __init__(self, say: Messages) -> None:
        self._remedy = say.text("answer.remedy", remedy="")
        self._grave = {say.text("severity.error"), say.text("severity.block")}
        sub = say.text("answer.subparagraph", paragraph="@@p@@", item="@@i@@")
        whole = say.text("answer.paragraph", paragraph="@@p@@")
        self._paragraphs = [_pattern(sub), _pattern(whole)]

    def remedy(self, line: str) -> str | None:
        """What is to be done, of a line that says it."""
        head = self._remedy.strip()
        return line[len(head) :].strip() if head and line.startswith(head) else None

    def finding(self, weight: str, about: str) -> AnswerFinding:
        """A finding by its first line: paragraph and code, either of which may lack."""
        grave = weight in self._grave
        for pattern in self._paragraphs:
            if found := pattern.fullmatch(about):
                number = ".".join(filter(None, (found["p"], found.groupdict().get("i"))))
                return AnswerFinding(weight, grave, number, found["words"], found["code"] or "")
        return AnswerFinding(weight, grave, "", "", about)


def _pattern(words: str) -> re.Pattern[str]:
    """The line that begins with those words, numbers in their places."""
    made = re.escape(words)
    for mark, number in _PLACES.items():
        made = made.replace(re.escape(mark), number)
    return re.compile(rf"(?P<words>{made})(?:, (?P<code>.*))?")


def _part(block: Sequence[str], words: _Words) -> AnswerPart:
    part = AnswerPart()
    lines = list(block)
    if len(lines) > 1 and lines[1].startswith("  "):
        part.heading = lines.pop(0).rstrip(":")
    finding: AnswerFinding | None = None
    for line in lines:
        if found := _FINDING.fullmatch(line):
            finding = words.finding(found["weight"], found["about"])
            part.findings.append(finding)
        elif finding is not None and line.startswith("    "):
            _add(finding, line, words)
        else:
            finding = None
            part.lines.append(line.strip().removeprefix("— "))
    return part


def _add(finding: AnswerFinding, line: str, words: _Words) -> None:
    remedy = words.remedy(line.strip())
    if _FRAME.match(line):
        finding.frame.append(line[4:])
    elif remedy is not None:
        finding.remedy = remedy
    else:
        finding.lines.append(line.strip())
