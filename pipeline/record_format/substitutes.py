"""What to write instead of a sign that cannot be printed, where that is sure."""

from __future__ import annotations

import unicodedata
from typing import Final

_DASH, _TICK, _CROSS = "\N{EN DASH}", "\N{CHECK MARK}", "\N{BALLOT X}"
_BULLETS: Final = "➢➤➔➜❖◆◇■▪▸▶►⦁⚫⚪❑❒\uf0b7\uf0a7\uf0d8\uf0a8\uf076\uf0e0\uf02d"
"""Signs before the lines of a list, those of Word's Symbol and Wingdings faces among them."""
_KNOWN: Final = {
    **dict.fromkeys(_BULLETS, _DASH),
    **dict.fromkeys("✔✅🗸\uf0fc", _TICK),
    **dict.fromkeys("✖✘❌❎\uf0fb", _CROSS),
    **dict.fromkeys("⇒➞⟶➝", "→"),
    **dict.fromkeys("\N{HYPHEN}\N{FIGURE DASH}\N{SMALL HYPHEN-MINUS}", "-"),
    "㎡": "m²",
    "㎥": "m³",
}


def instead(sign: str) -> str | None:
    """The plain writing of a sign (℃ is °C, ➢ is a dash); None where a person has to find the words.

    Compatibility decompositions (Unicode, annex 15) say the same in other signs.
    """
    plain = _KNOWN.get(sign) or unicodedata.normalize("NFKC", sign)
    return None if plain == sign or not plain.isprintable() or not plain.strip() else plain
