"""A template tried with data of every size before it is used, and the pages looked at as a reader would.

A field may stand in the file and yet be hidden, white or off the page; and what holds for one row may not
hold for none, two or forty. Only the filled and rendered page tells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pipeline.documents.templates.forms import Form

NONE, ONE, TWO, MANY = 0, 1, 2, 40
"""Rows of every list."""
_MANY_WITHIN: Final = 6
"""Rows of a list within a list."""
LOOK_DPI: Final = 100
_INK: Final = 24
"""Of 255: by so much a letter must stand out from what lies around it."""


def trials(form: Form) -> Iterator[Mapping[str, object]]:
    """Data to fill a form with: every field empty, then lists of each size."""
    yield _sized(form.sample, NONE, "")
    for rows in (ONE, TWO, MANY):
        yield _sized(form.sample, rows)


def marked(form: Form) -> tuple[Mapping[str, object], Mapping[str, str]]:
    """Data where each printed field is a word of its own, and these words by field."""
    words = {path: f"Ж{number}Ө" for number, path in enumerate(sorted(form.printed), 100)}
    return _marked(form.sample, words, ""), words


def unseen(form: Form, words: Mapping[str, str], with_words: str, empty: str) -> Iterator[tuple[bool, str]]:
    """The printed fields (True) and the fixed words (False) that no page shows."""
    for path, word in words.items():
        loops = any(other != path and other.startswith(f"{path}.") for other in form.fields)
        if word not in with_words and not loops:
            yield True, path
    for fixed in form.words:
        if squeezed(fixed) not in with_words and squeezed(fixed) not in empty:
            yield False, fixed


def squeezed(text: str) -> str:
    """Letters and signs alone: white space and rules are layout."""
    return re.sub(r"[\s_\u200b\ufffe\u0002]+", "", text)


def seen(pdf: bytes) -> str:
    """The letters that stand out on the pages of a PDF, in their order."""
    import pypdfium2

    found = []
    with pypdfium2.PdfDocument(pdf) as opened:
        for page in opened:
            height = page.get_height()
            shown = page.render(scale=LOOK_DPI / 72, grayscale=True).to_numpy()
            text = page.get_textpage()
            whole = text.get_text_range()
            if len(whole) != text.count_chars():
                whole = "".join(text.get_text_range(n, 1) or " " for n in range(text.count_chars()))
            for number, letter in enumerate(whole):
                left, bottom, right, top = text.get_charbox(number)
                across = slice(_pixels(left) - 1 if left > 1 else 0, _pixels(right) + 2)
                down = slice(_pixels(height - top), _pixels(height - bottom) + 2)
                box = shown[down, across]
                if box.size and int(box.max()) - int(box.min()) >= _INK:
                    found.append(letter)
    return squeezed("".join(found))


def _pixels(points: float) -> int:
    return max(0, round(points * LOOK_DPI / 72))


def _sized(value: Any, rows: int, text: str | None = None) -> Any:
    """The sample with so many rows in every list, and its texts replaced where one is given."""
    if isinstance(value, Mapping):
        return {name: _sized(inner, rows, text) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        some = [_sized(inner, min(rows, _MANY_WITHIN), text) for inner in value]
        return [some[number % len(some)] for number in range(rows)] if some else []
    return value if text is None else text


def _marked(value: Any, words: Mapping[str, str], at: str) -> Any:
    if isinstance(value, Mapping):
        return {name: _marked(inner, words, f"{at}.{name}" if at else name) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_marked(inner, words, f"{at}[]") for inner in value] or [words.get(f"{at}[]", "x")]
    return words.get(at) or value or "x"
