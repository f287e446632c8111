"""Names of people as papers print them, and whether two names are one.

Names are never transliterated on paper: what HR wrote is what is printed.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"

_NOT_LETTERS = re.compile(r"[\W\d_]+")
_BETWEEN_WORDS = re.compile(r"[\s.]+")
_MOST_WORDS = 8
_HYPHENS = re.compile(r"[-‐‑‒–—]")


class Named(Protocol):
    """Anything with a name in the three fields of the record format."""

    @property
    def surname(self) -> str | None:
        """Тегі."""

    @property
    def given_name(self) -> str | None:
        """Аты."""

    @property
    def patronymic(self) -> str | None:
        """Әкесінің аты."""


def full_name(person: Named) -> str:
    """Т.А.Ж. in full: "Әбілқасов Дархан Маратұлы"."""
    parts = (person.surname, person.given_name, person.patronymic)
    return " ".join(tidy for part in parts if (tidy := _tidy(part)))


def list_name(person: Named) -> str:
    """As lists print it: "Әбілқасов Д.М.", with a no-break space."""
    return NO_BREAK_SPACE.join(filter(None, (_tidy(person.surname), _initials(person))))


def signature_name(person: Named) -> str:
    """As signatures and addresses print it: "Д.М. Әбілқасов", with a no-break space."""
    return NO_BREAK_SPACE.join(filter(None, (_initials(person), _tidy(person.surname))))


def same_person_name(a: Named, b: Named) -> bool:
    """Whether surname and given name agree, and the patronymics where both are given (¶23).

    Case, spaces, hyphens, apostrophes and the dots of ё do not count. Without both a surname and a given name
    on either side nothing agrees. Namesakes agree as well: only the IIN tells them apart.
    """
    surname, given_name = fold_name(a.surname), fold_name(a.given_name)
    patronymics = {fold_name(a.patronymic), fold_name(b.patronymic)} - {""}
    return (
        bool(surname and given_name)
        and (surname, given_name) == (fold_name(b.surname), fold_name(b.given_name))
        and len(patronymics) <= 1
    )


def names_agree(text: str, person: Named) -> bool:
    """Whether a name in free text can be that of `person`.

    "Сатпаев Ерболат Қанатұлы", "Ерболат Сатпаев", "Сатпаев Е.Қ." and "Е. Сатпаев" all agree with the same
    person; a surname alone agrees with nobody. Words are compared as by `same_person_name`.
    """
    words = [word for word in _BETWEEN_WORDS.split(text) if fold_name(word)]
    if len(words) > _MOST_WORDS or not (fold_name(person.surname) and fold_name(person.given_name)):
        return False
    return any(
        fold_name("".join(surname)) == fold_name(person.surname)
        and _part_agrees(given, person.given_name)
        and (not patronymic or not person.patronymic or _part_agrees(patronymic, person.patronymic))
        for surname, given, patronymic in _readings(words)
    )


def fold_name(text: str | None) -> str:
    """A name reduced to what tells people apart: its letters, in one case, ё as е."""
    folded = unicodedata.normalize("NFC", text or "").casefold().replace("ё", "е")
    return _NOT_LETTERS.sub("", folded)


def _tidy(part: str | None) -> str:
    return " ".join((part or "").split())


def _initials(person: Named) -> str:
    return "".join(f"{_initial(part)}." for part in (person.given_name, person.patronymic) if _initial(part))


def _initial(part: str | None) -> str:
    """First letter of a name; of a name doubled with a hyphen, of both halves: "А.-М"."""
    words = _tidy(part).split()
    halves = _HYPHENS.split(words[0]) if words else []
    letters = [next((c for c in half if c.isalpha()), "") for half in halves]
    return ".-".join(c.upper() for c in letters if c)


def _readings(words: Sequence[str]) -> Iterator[tuple[Sequence[str], Sequence[str], Sequence[str]]]:
    """Every way to read the words as surname, given name and patronymic, the surname first or last."""
    count = len(words)
    for cut in range(1, count):
        for surname, rest in ((words[:cut], words[cut:]), (words[cut:], words[:cut])):
            for end in range(1, len(rest) + 1):
                yield surname, rest[:end], rest[end:]


def _part_agrees(words: Sequence[str], part: str | None) -> bool:
    written = fold_name("".join(words))
    initials = fold_name(_initial(part))
    return written in {fold_name(part), initials, initials[:1]}
