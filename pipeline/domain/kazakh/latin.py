"""Latin letters for file names. Papers and what is written inside of them stay Kazakh."""

from __future__ import annotations

import re
import unicodedata

_TABLE = str.maketrans(
    {
        "а": "a", "ә": "a", "б": "b", "в": "v", "г": "g", "ғ": "g", "д": "d", "е": "e", "ё": "yo",
        "ж": "zh", "з": "z", "и": "i", "й": "y", "к": "k", "қ": "q", "л": "l", "м": "m", "н": "n",
        "ң": "ng", "о": "o", "ө": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ұ": "u",
        "ү": "u", "ф": "f", "х": "kh", "һ": "h", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "",
        "ы": "y", "і": "i", "ь": "", "э": "e", "ю": "yu", "я": "ya",
    }
)  # fmt: skip
_NOT_FOR_FILES = re.compile(r"[^a-z0-9]+")
_LONGEST = 60


def file_stem(text: str) -> str:
    """The text as part of a file name: `a-z`, `0-9` and single hyphens, 60 characters at most.

    Different texts can give one stem (ұ and ү do): the caller adds an id. Empty where nothing is left.
    """
    latin = unicodedata.normalize("NFC", text).lower().translate(_TABLE)
    return _NOT_FOR_FILES.sub("-", latin).strip("-")[:_LONGEST].rstrip("-")
