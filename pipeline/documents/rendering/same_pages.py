"""Whether two PDFs show the same: words and their places, pages, pictures.

pypdfium2 is loaded only when two renderings are compared, which takes LibreOffice.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

ACROSS_PT: Final = 8.0
DOWN_PT: Final = 6.0
"""Words may stand so far apart: a justified line spreads its spaces a little otherwise."""
_ELSEWHERE: Final = 999.0

_Distance = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Differences:
    """What the first PDF shows otherwise than the second.

    `words` and `pictures`: how many one has and the other has not. `pages`: how many more there are. `moved`:
    how many words stand elsewhere by more than is allowed; `across` and `down`: the furthest, in points.
    """

    pages: int = 0
    words: int = 0
    pictures: int = 0
    moved: int = 0
    across: float = 0.0
    down: float = 0.0
    failed: bool = False

    @property
    def loss(self) -> bool:
        """Something is on one and not on the other."""
        return self.failed or self.words > 0 or self.pictures > 0

    @property
    def none(self) -> bool:
        """The two are alike."""
        return not (self.loss or self.pages or self.moved)


@dataclass(frozen=True, slots=True)
class Word:
    """A word and where it begins, down from the head of its page, in points."""

    page: int
    y: float
    x: float
    text: str


def differences(pdf: bytes, other: bytes) -> Differences:
    """Compared word by word, whatever order the files hold them in."""
    import pypdfium2

    with pypdfium2.PdfDocument(pdf) as one, pypdfium2.PdfDocument(other) as two:
        ours, theirs = _by_text(one), _by_text(two)
        apart = list(_apart(ours, theirs))
        pictures = _pictures(one) - _pictures(two), _pictures(two) - _pictures(one)
        return Differences(
            pages=len(one) - len(two),
            words=sum(abs(len(ours[text]) - len(theirs[text])) for text in {*ours, *theirs}),
            pictures=sum(sum(counter.values()) for counter in pictures),
            moved=sum(1 for x, y in apart if x > ACROSS_PT or y > DOWN_PT),
            across=round(max((x for x, _ in apart), default=0.0), 1),
            down=round(max((y for _, y in apart), default=0.0), 1),
        )


def _apart(ours: Mapping[str, list[Word]], theirs: Mapping[str, list[Word]]) -> Iterator[_Distance]:
    """How far each word stands from its twin, the nearest of its text; another page is out of all measure."""
    for text, words in ours.items():
        left = list(theirs.get(text, ()))
        for word in words[: len(left)]:
            twin = min(left, key=lambda other: sum(_distance(word, other)))
            left.remove(twin)
            yield _distance(word, twin)


def _distance(one: Word, two: Word) -> _Distance:
    return (abs(one.x - two.x), abs(one.y - two.y)) if one.page == two.page else (_ELSEWHERE, _ELSEWHERE)


def _by_text(pdf: Any) -> defaultdict[str, list[Word]]:
    found: defaultdict[str, list[Word]] = defaultdict(list)
    for number, page in enumerate(pdf):
        for word in words_on(number, page):
            found[word.text].append(word)
    return found


def words_on(number: int, page: Any) -> Iterator[Word]:
    """The words of a page in the file's order; `number` is the page's."""
    height, text = page.get_height(), page.get_textpage()
    letters: list[str] = []
    start = (0.0, 0.0)
    for place, letter in enumerate([*text.get_text_range(), " "]):
        if not letter.isspace():
            if not letters:
                left, bottom, _, _ = text.get_charbox(place, loose=True)
                start = left, height - bottom
            letters.append(letter)
        elif letters:
            yield Word(number, start[1], start[0], "".join(letters))
            letters = []


def _pictures(pdf: Any) -> Counter[int]:
    """Pictures by page."""
    from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE

    return Counter(
        {n: sum(1 for _ in page.get_objects(filter=[FPDF_PAGEOBJ_IMAGE])) for n, page in enumerate(pdf)}
    )
