"""Letters that look Kazakh and are not: Latin and Greek twins, old orthographies, legacy fonts.

For Kazakh prose only; never for IINs, numbers, file names and addresses on the net.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

from pipeline.domain.kazakh.alphabet import KAZAKH_LETTERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# One reading only: repaired. Latin, Greek, then other alphabets' forms of Kazakh letters.
_ONE_READING = {
    **dict(zip("aeocpxiABCEKMOPTXI", "аеосрхіАВСЕКМОРТХІ", strict=True)),
    **dict(zip("ıïÏ", "ііІ", strict=True)),
    **dict(zip("οραειχΑΒΕΙΚΜΟΡΤΧ", "ораеіхАВЕІКМОРТХ", strict=True)),
    **dict(zip("əƏǝƎɵƟѳѲӊӉҡҠ", "әӘәӘөӨөӨңҢқҚ", strict=True)),
}
# Several readings, the likeliest first; and the slots of legacy fonts, which differ from font to font.
_SEVERAL_READINGS = {
    "y": ("у", "ү", "ұ"),
    "Y": ("Ү", "У", "Ұ"),
    "Υ": ("Ү", "У", "Ұ"),
    "h": ("һ", "н"),
    "H": ("Н", "Һ"),
    "Η": ("Н", "Һ"),
    "¥": ("Ұ",),
    "u": ("и", "ц"),
    "k": ("к", "қ"),
    "κ": ("к", "қ"),
}
_LEGACY_FONTS = {
    **dict(zip("єќѕїўґњј", "ғқңүұөһә", strict=True)),
    **dict(zip("ЄЌЅЇЎҐЊЈ", "ҒҚҢҮҰӨҺӘ", strict=True)),
}
_READINGS = {
    **{found: (meant,) for found, meant in (_ONE_READING | _LEGACY_FONTS).items()},
    **_SEVERAL_READINGS,
}

_APOSTROPHES = "'’ʼ"
_WORD = re.compile(r"(?:[^\W\d_]|¥)+")
_TOKEN = re.compile(rf"{_WORD.pattern}(?:[-{_APOSTROPHES}]{_WORD.pattern})*")
_BETWEEN_NEIGHBOURS = re.compile(r"[\s\"'«»“”]*")
_ADDRESS_OR_FILE = re.compile(r"://|@|^\W*www\.|\.(?:[A-Za-z]{2,4}|mp[34])\W*$")
_ROMAN_NUMERAL = re.compile(r"(?=.)(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_LONGEST_DISGUISE = 4
_SHORTEST_FOREIGN_STEM = 3
# Foreign words made of look-alikes only: right as they stand, with or without a Kazakh ending.
_FOREIGN_WORDS = frozenset({"AI", "API", "ATM", "CEO", "EXPO", "IP", "IT", "KPI", "MBA", "OK", "PC"})


@dataclass(frozen=True, slots=True)
class Change:
    """One letter that is not Kazakh.

    Attributes:
        offset: its place in the text of the `Repair`, from 0.
        word: the word it stands in, as it was written.
        found: the letter.
        meant: the Kazakh letters it may stand for, the likeliest first; none where nobody can tell.
        certain: whether it was repaired.
    """

    offset: int
    word: str
    found: str
    meant: tuple[str, ...]
    certain: bool

    @property
    def code_points(self) -> str:
        """Both spellings, which look alike, by number: "U+0061 → U+0430"."""
        meant = "/".join(f"U+{ord(c):04X}" for c in self.meant) or "?"
        return f"U+{ord(self.found):04X} → {meant}"


@dataclass(frozen=True, slots=True)
class Repair:
    """The text in NFC with every unambiguous letter repaired; `suspected` letters stand as they were."""

    text: str
    fixed: tuple[Change, ...] = ()
    suspected: tuple[Change, ...] = ()


def repair(text: str) -> Repair:
    """Kazakh prose with the letters repaired that can be read in one way only.

    Left alone: words of Latin letters only, words after whose repair a letter would still be no Kazakh one,
    addresses and file names. Reported without repair: what can be read in several ways, the letters of legacy
    fonts, and short Latin words among Kazakh ones that look like Kazakh abbreviations ("IIM").
    """
    composed = unicodedata.normalize("NFC", text)
    letters, fixed, suspected = list(composed), [], []
    for change in _strangers(composed):
        if change.certain:
            letters[change.offset] = change.meant[0]
            fixed.append(change)
        else:
            suspected.append(change)
    return Repair("".join(letters), tuple(fixed), tuple(suspected))


def _strangers(text: str) -> Iterator[Change]:
    tokens = [
        token
        for chunk in re.finditer(r"\S+", text)
        if not _ADDRESS_OR_FILE.search(chunk[0])
        for token in _TOKEN.finditer(text, chunk.start(), chunk.end())
    ]
    for index, token in enumerate(tokens):
        if KAZAKH_LETTERS.issuperset(token[0]):
            continue
        if KAZAKH_LETTERS.isdisjoint(token[0]):
            yield from _in_word(token, among_kazakh=_among_kazakh(text, tokens, index))
        else:
            for word in _WORD.finditer(text, token.start(), token.end()):
                yield from _in_word(word, among_kazakh=True)


def _in_word(word: re.Match[str], *, among_kazakh: bool) -> Iterator[Change]:
    """The letters of one word that are not Kazakh; nothing where the word is right as it stands."""
    bad = [(word.start() + n, c) for n, c in enumerate(word[0]) if c not in KAZAKH_LETTERS and _is_letter(c)]
    mixed = not KAZAKH_LETTERS.isdisjoint(word[0])
    if mixed and _foreign_stem(word[0]) in _FOREIGN_WORDS:
        return
    if not mixed and not _legacy(word[0]) and not (among_kazakh and _disguised(word)):
        return
    repairable = mixed and all(c in _READINGS for _, c in bad) and not _is_foreign(_foreign_stem(word[0]))
    for offset, c in bad:
        yield Change(offset, word[0], c, _READINGS.get(c, ()), certain=repairable and c in _ONE_READING)


def _is_letter(c: str) -> bool:
    """Letters proper, without "м²"; and the yen sign, which some keyboards have for Ұ."""
    return c == "¥" or (c.isalpha() and c not in _APOSTROPHES)


def _among_kazakh(text: str, tokens: Sequence[re.Match[str]], index: int) -> bool:
    """Whether a Kazakh word stands beside the token, with white space or quotes between."""
    token = tokens[index]
    before, after = tokens[max(index - 1, 0)], tokens[min(index + 1, len(tokens) - 1)]
    return (
        not KAZAKH_LETTERS.isdisjoint(before[0])
        and _BETWEEN_NEIGHBOURS.fullmatch(text, before.end(), token.start()) is not None
    ) or (
        not KAZAKH_LETTERS.isdisjoint(after[0])
        and _BETWEEN_NEIGHBOURS.fullmatch(text, token.end(), after.start()) is not None
    )


def _legacy(word: str) -> bool:
    return any(c in _LEGACY_FONTS for c in word)


def _disguised(word: re.Match[str]) -> bool:
    """Whether a word without a Kazakh letter may be a short Kazakh one: "C қызметі", "IIM".

    Roman numerals, known foreign abbreviations and codes with digits ("B1") are what they seem.
    """
    around = word.string[max(word.start() - 1, 0) : word.end() + 1]
    return (
        len(word[0]) <= _LONGEST_DISGUISE
        and all(c in _READINGS and c.isalpha() for c in word[0])
        and not any(c.isdigit() for c in around)
        and word[0] not in _FOREIGN_WORDS
        and not _ROMAN_NUMERAL.fullmatch(word[0])
    )


def _foreign_stem(word: str) -> str:
    """The run of letters before the first Kazakh one."""
    return "".join(takewhile(lambda c: c not in KAZAKH_LETTERS, word))


def _is_foreign(stem: str) -> bool:
    """Whether the stem may be a foreign word with a Kazakh ending: "TikTokта"."""
    return len(stem) >= _SHORTEST_FOREIGN_STEM and any(c in _SEVERAL_READINGS for c in stem)
