"""The individual identification number (ЖСН): twelve digits, the first six a date, the last a check.

Structure and weights: Government decree № 565 of 11.06.2003.
"""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum

_TWELVE_DIGITS = re.compile(r"[0-9]{12}")
_IIN_IN_TEXT = re.compile(r"\d{12,}")
_DIGITS_SHOWN = 2

_CENTURIES = {"1": 1800, "2": 1800, "3": 1900, "4": 1900, "5": 2000, "6": 2000}
_WEIGHTS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
_WEIGHTS_AGAIN = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)
_NO_DIGIT = 10

# The Kazakh endings are also met as Russian papers spell them: -улы, -кызы.
_SON = re.compile(r"(ұлы|улы|оғлы|оглы|ич)$")
_DAUGHTER = re.compile(r"(қызы|кызы|гызы|овна|евна|ёвна|ична)$")


class IinProblem(StrEnum):
    """What is wrong with a number, in the order it is checked."""

    DIGITS = "iin_digits"
    CENTURY = "iin_century"
    DATE = "iin_date"
    CHECK = "iin_check"


class Sex(StrEnum):
    """As the seventh digit tells it."""

    MALE = "male"
    FEMALE = "female"


def check_iin(text: str) -> IinProblem | None:
    """The first thing wrong with the number, or None. Only ASCII digits count as digits."""
    if not _TWELVE_DIGITS.fullmatch(text):
        return IinProblem.DIGITS
    if text[6] not in _CENTURIES:
        return IinProblem.CENTURY
    if _born(text) is None:
        return IinProblem.DATE
    digit = iin_check_digit(text[:11])
    return None if digit is not None and text[11] == str(digit) else IinProblem.CHECK


def iin_check_digit(first_eleven: str) -> int | None:
    """The twelfth digit; None where both weightings give ten: such a number is never issued.

    Raises:
        ValueError: `first_eleven` is not eleven ASCII digits.
    """
    if not re.fullmatch(r"[0-9]{11}", first_eleven):
        raise ValueError("eleven digits are needed")
    digits = [int(c) for c in first_eleven]
    for weights in (_WEIGHTS, _WEIGHTS_AGAIN):
        rest = sum(digit * weight for digit, weight in zip(digits, weights, strict=True)) % 11
        if rest != _NO_DIGIT:
            return rest
    return None


def sex(iin: str) -> Sex:
    """Odd seventh digit: a man; even: a woman.

    Raises:
        ValueError: the number does not tell it.
    """
    if not _TWELVE_DIGITS.fullmatch(iin) or iin[6] not in _CENTURIES:
        raise ValueError("the number does not tell the sex")
    return Sex.MALE if int(iin[6]) % 2 else Sex.FEMALE


def mask_iin(text: str) -> str:
    """The text with every run of twelve or more digits starred, its last two digits left, for logs.

    Two digits tell two log lines apart and fit one person in a hundred; the date of birth, which would
    single people out, never shows.
    """
    return _IIN_IN_TEXT.sub(
        lambda run: "*" * (len(run[0]) - _DIGITS_SHOWN) + run[0][-_DIGITS_SHOWN:],
        text,
    )


def patronymic_agrees(iin: str, patronymic: str) -> bool | None:
    """Whether the ending of the patronymic fits the sex in the number; None where either does not tell."""
    folded = patronymic.strip().casefold()
    said = Sex.MALE if _SON.search(folded) else Sex.FEMALE if _DAUGHTER.search(folded) else None
    if said is None or not _TWELVE_DIGITS.fullmatch(iin) or iin[6] not in _CENTURIES:
        return None
    return sex(iin) is said


def _born(iin: str) -> date | None:
    try:
        return date(_CENTURIES[iin[6]] + int(iin[:2]), int(iin[2:4]), int(iin[4:6]))
    except ValueError:
        return None
