"""Quotes that an office program wrapped round a value: “…”, „…“, «…», ‘…’. YAML takes them for text."""

from __future__ import annotations

import re
from typing import Final

_CLOSING: Final = {
    "“": "”“",
    "„": "“”",
    "‟": "”",
    "”": "”",
    "«": "»",
    "»": "«",
    "‹": "›",
    "‘": "’",
    "‚": "‘’",
}
ANY_QUOTE: Final = re.compile('["“”„‟«»‹›‘’‚]')


def unwrapped(text: str) -> str | None:
    """What stands between quotes that embrace the whole text; None where there are none of this sort.

    «Сұңқар» and «Барс» side by side are no such pair: the first closes before the end.
    """
    opening, closing = text[:1], text[-1:]
    inner = text[1:-1]
    if closing not in _CLOSING.get(opening, ()) or not inner.strip():
        return None
    if opening == closing:
        return None if opening in inner else inner.strip()
    depth = 0
    for sign in inner:
        depth += (sign == opening) - (sign == closing)
        if depth < 0:
            return None
    return inner.strip() if depth == 0 else None


def unpaired(text: str) -> bool:
    """Whether a quote is opened that nothing closes, or closed that nothing opened."""
    return (
        text.count('"') % 2 == 1
        or sum(map(text.count, "“”„‟")) % 2 == 1
        or text.count("«") != text.count("»")
        or text.count("‹") != text.count("›")
        or (text[:1] in ("‘", "‚") and re.search("[’‘]", text[1:]) is None)
    )


def closed_otherwise(line: str) -> bool:
    """Whether a line that opens an ordinary quote has an office program's closing one instead of its twin."""
    return re.search("[”“»’]", line) is not None
