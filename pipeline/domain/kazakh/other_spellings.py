"""Which Kazakh and Russian words a word may stand for that is spelled in Latin letters, or by Russian ear.

Latin: the Kazakh alphabets of 2017 to 2021, passports (ICAO Doc 9303), the usual spellings of Russian names.
By ear: "Сейткали" for "Сейітқали", "Умирзаков" for "Өмірзақов", "Абилькасов" for "Әбілқасов". For searching
only: several names share a spelling, so whoever shows what was found so must say how it was found.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Final

from pipeline.domain.kazakh.alphabet import is_latin, search_key

if TYPE_CHECKING:
    from collections.abc import Callable

_MEANT: Final = """
    a а|b б|c с ц к|d д|e е э|f ф|g г|h х|i и й ы йи йы|j ж й|k к|l л|m м|n н|o о|p п|q к|r р|s с|t т|u у о
    v в|w в у|x х кс|y ы й и йи йы|z з|ch ч|ck к|dj ж|ff в ф|gh г|ia я ия|ie е|io е|iu ю|iy и|ja я|je е|jo е
    ju ю|kh х|ng н|ph ф|sh ш щ|th т|ts ц|tz ц|ya я|ye е|yo е|yu ю|zh ж|dzh ж|iya я|sch щ ш|tch ч|tsh ч|shch щ
    shsh щ|shtsh щ|s' ш|c' ч|y' у|и и йи йы|й й йи йы|дж ж|е е э|э э е|у у о|ю ю у|я я а
"""
"""What is typed and what may be meant, in the letters of `search_key`; a group may also be its letters."""
_INSIDE_A_WORD: Final = "юя"
"""Russian writes them for ү and ә after a consonant: "Сярсенов" for "Сәрсенов"."""
_UNITS: Final = {
    typed: tuple(meant)
    for typed, *meant in (
        row.split() for line in _MEANT.split("\n") for row in line.split("|") if row.strip()
    )
} | dict.fromkeys("ьъ-'", ("",))
_LONGEST_UNIT: Final = max(map(len, _UNITS))
_NOT_TYPED: Final = "ьъ-"
"""What a Latin or quick hand leaves out."""
_LONGEST_WORD: Final = 40
_APOSTROPHES: Final = str.maketrans("’ʼ`ʻ´", "'" * 5)
_ACCENTED: Final = str.maketrans(
    {"ş": "sh", "š": "sh", "ç": "ch", "č": "ch", "ž": "zh", "ı": "i", "ə": "a", "ŋ": "n", "ɵ": "o", "ý": "u"}
)


def other_spellings(word: str, begins: Callable[[str], bool]) -> tuple[str, ...]:
    """What the word may stand for, as `search_key` has it, of which `begins` says that something begins so.

    Letter by letter along what there is, so the many spellings that nobody bears cost nothing.
    """
    latin = is_latin(word)
    letters = (_plain(word) if latin else search_key(word)).translate(_APOSTROPHES)
    if len(letters) > _LONGEST_WORD:
        return ()
    borne = cache(begins)
    reached: list[set[str]] = [{""}, *(set() for _ in letters)]
    for place in range(len(letters)):
        for end in range(place + 1, min(place + _LONGEST_UNIT, len(letters)) + 1):
            unit = letters[place:end]
            meant = _UNITS.get(unit, (unit,) if end == place + 1 else ())
            if not place and unit in _INSIDE_A_WORD:
                meant = (unit,)
            if _doubled(unit, letters[:end]):
                meant = ("", *meant)
            for start, letter in product(reached[place], meant):
                if not letter or borne(start + letter):
                    longer = start + letter
                    reached[end] |= {
                        longer,
                        *(longer + s for s in _NOT_TYPED if longer and borne(longer + s)),
                    }
    found = reached[-1] - {""}
    if latin and not found and borne(search_key(word)):  # letters that look like Cyrillic ones
        found.add(search_key(word))
    return tuple(s for s in sorted(found) if not any(s.startswith(other) for other in found - {s}))


def _plain(word: str) -> str:
    """Latin letters without their marks; those that stand for a sound of their own as the letters for it."""
    composed = unicodedata.normalize("NFC", word).casefold().translate(_ACCENTED)
    return "".join(c for c in unicodedata.normalize("NFD", composed) if not unicodedata.combining(c))


def _doubled(letter: str, letters: str) -> bool:
    """Whether they end with that letter twice, and no more: "Kassymov"."""
    return len(letter) == 1 and len(letters) - len(letters.rstrip(letter)) == len("ss")
