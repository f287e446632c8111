"""What one piece of text may be: a day, a time, yes or no, a number, an IIN, a word of a list, or prose.

Each leaf types the text itself, strictly, and says the same in JSON Schema. Nothing is guessed: YAML's own
types would read `010203500107` as octal, `10:30` as 630 and `no` as false.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, time
from enum import Enum, auto
from typing import TYPE_CHECKING, Final
from unicodedata import normalize

from pipeline.domain.iin import check_iin
from pipeline.domain.ranks import kazakh_rank
from pipeline.record_format.fixed_words import spellings, understood

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from enum import StrEnum

# Days outside of these years are slips of the hand; terms counted from them would leave the calendar.
FIRST_YEAR, LAST_YEAR = 1900, 2199
MOST_ATTACHMENTS = 9_999

TRUE_WORDS = ("true", "иә", "да")
FALSE_WORDS = ("false", "жоқ", "нет")
_BOOLEANS = dict.fromkeys(TRUE_WORDS, True) | dict.fromkeys(FALSE_WORDS, False)

_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_DOTTED_DATE = re.compile(r"([0-9]{2})\.([0-9]{2})\.([0-9]{4})")
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
_INTEGER = re.compile(r"0|[1-9][0-9]{0,8}")
_SHA256 = re.compile(r"[0-9A-Fa-f]{64}")

# Soft hyphens and zero-width characters come along from Word and web pages; nobody sees them, and two equal
# names would differ by them.
_INVISIBLE: Final = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064]")

# The paragraphs of order № 218 and those of their sub-items that records may name.
_SUBITEMS: Final = {3: 10, 7: 3, 8: 5, 10: 3, 30: 2}
PARAGRAPHS: Final = tuple(
    number
    for paragraph in range(1, 39)
    for number in (
        str(paragraph),
        *(f"{paragraph}.{item}" for item in range(1, _SUBITEMS.get(paragraph, 0) + 1)),
    )
)


class ValueRefusedError(Exception):
    """The field cannot hold this text; `code` and `params` fill the message `input.<code>`."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


class Repair(Enum):
    """What is done to a value's text before it is parsed; every leaf says it."""

    LETTERS = auto()
    """Text for people: its Kazakh letters are repaired. What YAML took for a comment may belong to it."""
    NONE = auto()
    """Kept as it stands, as a number of a paper; what YAML took for a comment may belong to it."""
    BLANKS = auto()
    """A form of its own, as a day: signs that nobody sees go from both ends."""
    REFUSE = auto()
    """A form of its own that takes nothing else, not even a blank: the IIN."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One kind of value.

    `parse` takes the text, stripped and not empty, and raises ValueRefusedError; `schema` holds the draft 7
    keywords of a value that is there. `words` is the closed list a choice is made from; `meant` says how a
    value is written that can be understood and is written otherwise.
    """

    name: str
    repair: Repair
    parse: Callable[[str], object]
    schema: Mapping[str, object] = field(hash=False)
    words: type[StrEnum] | None = None
    meant: Callable[[str], str | None] | None = None

    @property
    def free(self) -> bool:
        """Whether any text may stand there."""
        return self.repair in (Repair.LETTERS, Repair.NONE)


def composed(text: str) -> str:
    """NFC, and without characters nobody can see."""
    return _INVISIBLE.sub("", normalize("NFC", text)).strip()


def _code(text: str) -> str:
    """Ids, numbers of papers: one line, letters left as they are."""
    if "\n" in text:
        raise ValueRefusedError("line_break")
    return composed(text)


def _verbatim(text: str) -> str:
    if "\n" in text:
        raise ValueRefusedError("line_break")
    return text


def _file_name(text: str) -> str:
    if any(sign in text for sign in "/\\\n") or text in {".", ".."}:
        raise ValueRefusedError("file_name", value=text)
    return text


def _sha256(text: str) -> str:
    if not _SHA256.fullmatch(text):
        raise ValueRefusedError("sha256")
    return text.lower()


def _iin(text: str) -> str:
    problem = check_iin(text)
    if problem is not None:
        raise ValueRefusedError(problem)
    return text


def _date(text: str) -> date:
    if match := _ISO_DATE.fullmatch(text):
        year, month, day = map(int, match.groups())
    elif match := _DOTTED_DATE.fullmatch(text):
        day, month, year = map(int, match.groups())
    else:
        raise ValueRefusedError("date_form", value=text)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueRefusedError("date_year", value=text, first=FIRST_YEAR, last=LAST_YEAR)
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueRefusedError("date_not_real", value=text) from None


def _time(text: str) -> time:
    match = _TIME.fullmatch(text)
    if match is None:
        raise ValueRefusedError("time", value=text)
    return time(int(match[1]), int(match[2]))


def _boolean(text: str) -> bool:
    word = normalize("NFC", text).casefold()
    if word not in _BOOLEANS:
        raise ValueRefusedError("boolean", value=text)
    return _BOOLEANS[word]


def _paragraph(text: str) -> str:
    if text not in PARAGRAPHS:
        raise ValueRefusedError("paragraph", value=text)
    return text


def integer(first: int, last: int) -> Leaf:
    """A whole number of that range, both ends included."""

    def parse(text: str) -> int:
        if not _INTEGER.fullmatch(text) or not first <= int(text) <= last:
            raise ValueRefusedError("integer", value=text, first=first, last=last)
        return int(text)

    return Leaf(
        "integer", Repair.BLANKS, parse, {**_either("[0-9]+", "integer"), "minimum": first, "maximum": last}
    )


def choice(words: type[StrEnum]) -> Leaf:
    """One word of a closed list, in English or as it is said in Kazakh or Russian.

    The error names the list; which spellings are offered is up to the reader's language.
    """
    english = [word.value for word in words]
    others = [text for ways in spellings(words).values() for text in ways]
    allowed = words.__name__ if others else ", ".join(english)

    def parse(text: str) -> StrEnum:
        word = understood(words, text)
        if word is None:
            raise ValueRefusedError("choice", value=text, allowed=allowed)
        return word

    own = {"enum": english}
    return Leaf(
        "choice", Repair.BLANKS, parse, {"anyOf": [own, {"enum": others}]} if others else own, words=words
    )


def _any_case(words: tuple[str, ...]) -> str:
    return "|".join("".join(f"[{letter}{letter.upper()}]" for letter in word) for word in words)


def _either(pattern: str, *types: str) -> dict[str, object]:
    """Editors type plain scalars by YAML's rules: `214` and `7.2` reach the schema as numbers."""
    return {"type": ["string", *types], "pattern": f"^(?:{pattern})$"}


PROSE = Leaf("prose", Repair.LETTERS, composed, {"type": ["string", "number", "boolean"]})
RANK = Leaf("rank", Repair.LETTERS, composed, {"type": "string"}, meant=kazakh_rank)
CODE = Leaf("code", Repair.NONE, _code, {"type": ["string", "number", "boolean"]})
VERBATIM = Leaf("verbatim", Repair.NONE, _verbatim, {"type": "string"})
FILE_NAME = Leaf("file_name", Repair.NONE, _file_name, _either(r"[^/\\]+"))
SHA256 = Leaf("sha256", Repair.BLANKS, _sha256, _either("[0-9A-Fa-f]{64}"))
IIN = Leaf("iin", Repair.REFUSE, _iin, _either("[0-9]{12}", "integer"))
DATE = Leaf("date", Repair.BLANKS, _date, _either(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{2}\.[0-9]{2}\.[0-9]{4}"))
TIME = Leaf("time", Repair.BLANKS, _time, _either("(?:[01]?[0-9]|2[0-3]):[0-5][0-9]"))
BOOLEAN = Leaf("boolean", Repair.BLANKS, _boolean, _either(_any_case(TRUE_WORDS + FALSE_WORDS), "boolean"))
PARAGRAPH = Leaf(
    "paragraph", Repair.BLANKS, _paragraph, {"anyOf": [{"enum": list(PARAGRAPHS)}, {"type": "number"}]}
)
