"""The keyboards of the country's offices key by key: what the same keys give under another layout."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_ENGLISH: Final = (
    "`1234567890-=qwertyuiop[]\\asdfghjkl;'zxcvbnm,./~!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:\"ZXCVBNM<>?"
)
_RUSSIAN: Final = (
    'ё1234567890-=йцукенгшщзхъ\\фывапролджэячсмитьбю.Ё!"№;%:?*()_+ЙЦУКЕНГШЩЗХЪ/ФЫВАПРОЛДЖЭЯЧСМИТЬБЮ,'
)
_KAZAKH: Final = (
    '("әіңғ,.үұқөһйцукенгшщзхъ\\фывапролджэячсмитьбю№)!ӘІҢҒ;:ҮҰҚӨҺЙЦУКЕНГШЩЗХЪ/ФЫВАПРОЛДЖЭЯЧСМИТЬБЮ?'
)
"""РСТ КазССР 903-90: the Kazakh letters stand where the others have digits."""


def _switch(typed_under: str, meant: str) -> Callable[[str], str]:
    keys, table = frozenset(typed_under), str.maketrans(typed_under, meant)
    return lambda word: word.translate(table) if keys.issuperset(word) else word


SWITCHES: Final = tuple(_switch(*pair) for pair in permutations((_ENGLISH, _RUSSIAN, _KAZAKH), 2))
"""Each gives a word as another layout would have had it; one that was not typed under the first, as it is."""
