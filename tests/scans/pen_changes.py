"""What people do to a printed page with a pen, a printer, scissors or correction fluid, and what merely happens.

Each kind takes a page of an original (its picture may be signed already) and gives the page as it is then put
on the scanner, or None where the page has nothing to do it to.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import cv2
import numpy as np

from pipeline.scans.fields import SignatureField
from pipeline.scans.printed import MM, Printed, Rect, Word
from tests.scans.simulated import DPI, PX, Picture, stroke

Kind = Callable[[Printed, Picture, Sequence[SignatureField], random.Random], Picture | None]
DECISIONS = ("ұсынылады", "ұсынылмайды", "өсіруге", "ұсыну")


def pen(rng: random.Random) -> tuple[int, float]:
    """Brightness and width (mm) of a pen."""
    return rng.choice((40, 70, 100)), rng.uniform(0.4, 0.7)


def scribbled(page: Printed, picture: Picture, place: Rect, rng: random.Random) -> Picture:
    """A zigzag over the place."""
    ink, width = pen(rng)
    steps = max(4, round(place.width / 3))
    knots = [
        (place.left + place.width * i / steps, place.bottom + 1 if i % 2 else place.top - 1)
        for i in range(steps + 1)
    ]
    return stroke(picture, knots, ink, width)


def struck(picture: Picture, place: Rect, rng: random.Random) -> Picture:
    """A line through the place."""
    ink, width = pen(rng)
    y = place.middle + rng.uniform(-0.5, 1.5)
    return stroke(picture, [(place.left - 2, y), (place.right + 2, y + rng.uniform(-1.5, 1.5))], ink, width)


def written(
    picture: Picture, place: Rect, rng: random.Random, letters: int = 12, high: float = 7.0
) -> Picture:
    """Handwriting that nobody can read: letters of `high` points, from the place's lower left corner."""
    ink, width = pen(rng)
    out, x = picture, place.left
    for _ in range(letters):
        wide = high * rng.uniform(0.5, 0.9)
        knots = [
            (x + wide * k / 4, place.bottom - high * rng.uniform(0.0, 1.0) * (1 if k % 2 else 0.2))
            for k in range(5)
        ]
        out = stroke(out, knots, ink, width)
        x += wide + rng.uniform(0.5, 2.0)
    return out


def printed_on(page: Printed, picture: Picture, words: Sequence[Word], left: float, base: float) -> Picture:
    """The words' own print, set there a second time."""
    out = picture.copy()
    x = left
    for word in words:
        x0, y0, x1, y1 = pixels(word.place.grown(0.5, 1.0))
        cut = page.picture[y0:y1, x0:x1]
        px, py = round(x * PX), round(base * PX) - cut.shape[0]
        if px + cut.shape[1] >= out.shape[1] or py < 0 or py + cut.shape[0] >= out.shape[0]:
            break
        spot = out[py : py + cut.shape[0], px : px + cut.shape[1]]
        np.minimum(spot, cut, out=spot)
        x += word.place.width + 4
    return out


def erased(picture: Picture, place: Rect, grown: float = 1.0) -> Picture:
    """Correction fluid, or a rubber."""
    out = picture.copy()
    x0, y0, x1, y1 = pixels(place.grown(grown, grown))
    out[y0:y1, x0:x1] = 255
    return out


def pixels(place: Rect) -> tuple[int, int, int, int]:
    left, top, right, bottom = (max(0, round(v * PX)) for v in place)
    return left, top, right, bottom


def near_fields(place: Rect, fields: Sequence[SignatureField]) -> bool:
    return any(
        f.place.grown(12 * MM, 8 * MM).holds((place.left + place.right) / 2, place.middle) for f in fields
    )


def words_of(page: Printed, fields: Sequence[SignatureField], test: Callable[[str], bool]) -> list[Word]:
    return [w for w in page.words if test(w.text.strip('.,:;"«»()')) and not near_fields(w.place, fields)]


def empty_space(
    page: Printed, fields: Sequence[SignatureField], rng: random.Random, width: float, height: float
) -> Rect | None:
    """Empty paper within the text's width, away from the places for signatures."""
    left = min((w.place.left for w in page.words), default=80.0)
    right = max((w.place.right for w in page.words), default=500.0)
    tall = page.picture.shape[0] / PX
    for _ in range(400):
        x, y = rng.uniform(left, max(left + 1, right - width)), rng.uniform(60, tall - 60)
        place = Rect(x, y, x + width, y + height)
        if near_fields(place, fields) or any(
            f.place.shared(place)
            and f.place.grown(0, 8 * MM).top < place.bottom
            and f.place.grown(0, 8 * MM).bottom > place.top
            for f in fields
        ):
            continue
        x0, y0, x1, y1 = pixels(place.grown(1.5, 1.5))
        if page.picture[y0:y1, x0:x1].min() > 250:
            return place
    return None


def some_word(test: Callable[[str], bool], change: Callable[..., Picture]) -> Kind:
    def kind(
        page: Printed, picture: Picture, fields: Sequence[SignatureField], rng: random.Random
    ) -> Picture | None:
        words = words_of(page, fields, test)
        return change(page, picture, rng.choice(words).place, rng) if words else None

    return kind


def is_decision(text: str) -> bool:
    return text in DECISIONS


def is_number(text: str) -> bool:
    return any(c.isdigit() for c in text) and len(text) <= 4


def is_word(text: str) -> bool:
    return len(text) > 5 and text.isalpha()


def is_name(text: str) -> bool:
    return len(text) > 4 and text.isalpha() and text.istitle()


def in_empty_space(
    page: Printed, picture: Picture, fields: Sequence[SignatureField], rng: random.Random
) -> Picture | None:
    place = empty_space(page, fields, rng, 110, 12)
    return written(picture, place, rng) if place else None


def between_lines(
    page: Printed, picture: Picture, fields: Sequence[SignatureField], rng: random.Random
) -> Picture | None:
    words = words_of(page, fields, is_word)
    if not words:
        return None
    place = rng.choice(words).place
    return written(picture, Rect(place.left, place.top - 6, place.right, place.top - 0.5), rng, 7, 4.5)


def sentence_printed(
    page: Printed, picture: Picture, fields: Sequence[SignatureField], rng: random.Random
) -> Picture | None:
    words = words_of(page, fields, is_word)[:5]
    place = empty_space(page, fields, rng, 200, 14)
    return printed_on(page, picture, words, place.left, place.bottom) if place and len(words) > 2 else None


def word_printed(
    page: Printed, picture: Picture, fields: Sequence[SignatureField], rng: random.Random
) -> Picture | None:
    words = words_of(page, fields, is_word)
    place = empty_space(page, fields, rng, 60, 14)
    return (
        printed_on(page, picture, [rng.choice(words)], place.left, place.bottom) if place and words else None
    )


def pasted(
    page: Printed, picture: Picture, fields: Sequence[SignatureField], rng: random.Random
) -> Picture | None:
    """A strip of paper with another word, its edges seen faintly."""
    words = words_of(page, fields, is_word)
    if len(words) < 2:
        return None
    old, new = rng.sample(words, 2)
    out = erased(picture, old.place, 2.0)
    x0, y0, x1, y1 = pixels(old.place.grown(2, 2))
    cv2.rectangle(out, (x0, y0), (x1, y1), 215, 1)
    return printed_on(page, out, [new], old.place.left, old.place.bottom + 1)


def digit_changed(
    page: Printed, picture: Picture, fields: Sequence[SignatureField], rng: random.Random
) -> Picture | None:
    """A stroke of 1.5 to 2 mm added to a digit: 3 to 8, 1 to 4, 5 to 6."""
    words = words_of(page, fields, is_number)
    if not words:
        return None
    place = rng.choice(words).place
    x = place.left + rng.uniform(0.0, 1.5)
    knots = [
        (x, place.top + 1.0),
        (x - 0.8, place.middle - 1),
        (x + 0.3, place.middle + 1),
        (x - 0.5, place.bottom - 1),
    ]
    return stroke(picture, knots, rng.choice((40, 70)), 0.4)


def digit_written(
    page: Printed, picture: Picture, fields: Sequence[SignatureField], rng: random.Random
) -> Picture | None:
    """A digit before a number: 5 to 15."""
    words = words_of(page, fields, is_number)
    if not words:
        return None
    place = rng.choice(words).place
    return stroke(picture, [(place.left - 3, place.top), (place.left - 3.3, place.bottom)], 60, 0.45)


def two_printed_plus(
    page: Printed, picture: Picture, fields: Sequence[SignatureField], rng: random.Random
) -> Picture | None:
    plus = [w for w in page.words if w.text == "+"]
    return (
        printed_on(page, picture, plus[:1], other_cell(page, plus[0]), plus[0].place.bottom + 1)
        if plus
        else None
    )


def other_cell(page: Printed, plus: Word) -> float:
    """Where a + stands in the other column of votes."""
    middle = (plus.place.left + plus.place.right) / 2
    heads = sorted(
        (w.place.left + w.place.right) / 2
        for w in page.words
        if w.text in ("ұсынылады", "ұсынылмайды") and w.place.bottom < plus.place.top
    )
    return max(heads, key=lambda x: abs(x - middle)) - 4


def plus_by_pen(
    page: Printed, picture: Picture, fields: Sequence[SignatureField], rng: random.Random
) -> Picture | None:
    plus = [w for w in page.words if w.text == "+"]
    if not plus:
        return None
    return drawn_plus(picture, other_cell(page, plus[0]) + 4, plus[0].place.middle, rng)


def drawn_plus(picture: Picture, x: float, y: float, rng: random.Random, mm: float = 3.8) -> Picture:
    ink, width = pen(rng)
    half = mm * MM / 2
    out = stroke(picture, [(x - half, y), (x, y + 0.4), (x + half, y)], ink, width)
    return stroke(out, [(x, y - half), (x + 0.4, y), (x, y + half)], ink, width)


def drawn_tick(picture: Picture, x: float, y: float, rng: random.Random) -> Picture:
    ink, width = pen(rng)
    return stroke(picture, [(x - 5, y), (x - 1, y + 5), (x + 7, y - 7)], ink, width)


def drawn_cross(picture: Picture, x: float, y: float, rng: random.Random) -> Picture:
    ink, width = pen(rng)
    out = stroke(picture, [(x - 5, y - 5), (x + 5, y + 5)], ink, width)
    return stroke(out, [(x - 5, y + 5), (x + 5, y - 5)], ink, width)


def vote_moved(
    page: Printed, picture: Picture, fields: Sequence[SignatureField], rng: random.Random
) -> Picture | None:
    plus = [w for w in page.words if w.text == "+"]
    if not plus:
        return None
    return plus_by_pen(page, scribbled(page, picture, plus[0].place.grown(2, 2), rng), fields, rng)


def vote_crossed(
    page: Printed, picture: Picture, fields: Sequence[SignatureField], rng: random.Random
) -> Picture | None:
    plus = [w for w in page.words if w.text == "+"]
    return scribbled(page, picture, plus[0].place.grown(3, 3), rng) if plus else None


def dot_in_vote(
    page: Printed, picture: Picture, fields: Sequence[SignatureField], rng: random.Random
) -> Picture | None:
    plus = [w for w in page.words if w.text == "+"]
    if not plus:
        return None
    x, y = other_cell(page, plus[0]), plus[0].place.middle
    return drawn_tick(picture, x, y, rng)


def large_beside(
    page: Printed, picture: Picture, fields: Sequence[SignatureField], rng: random.Random
) -> Picture | None:
    """A decision scribbled out, and large handwriting elsewhere."""
    out = some_word(is_decision, scribbled)(page, picture, fields, rng)
    place = empty_space(page, fields, rng, 150, 30)
    return written(out, place, rng, 8, 26.0) if out is not None and place else out


def word_by_fluid(
    page: Printed, picture: Picture, fields: Sequence[SignatureField], rng: random.Random
) -> Picture | None:
    words = words_of(page, fields, is_word)
    if not words:
        return None
    place = rng.choice(words).place
    return written(erased(picture, place), place, rng, 5, 8.0)


def in_the_margin(
    page: Printed, picture: Picture, fields: Sequence[SignatureField], rng: random.Random
) -> Picture | None:
    """A sentence in the left margin."""
    left = min(w.place.left for w in page.words)
    y = rng.uniform(200, page.picture.shape[0] / PX - 200)
    place = Rect(10, y, max(20.0, left - 6), y + 8)
    out = picture
    for row in range(3):
        out = written(out, Rect(place.left, place.top, place.right, place.bottom + 12 * row), rng, 8, 7.0)
    return out


def beside_name(
    page: Printed, fields: Sequence[SignatureField], rng: random.Random
) -> tuple[Rect, Rect] | None:
    """A place for a signature and the family's name printed beside it, to its right."""
    found = [
        (field.place, word.place)
        for field in fields
        for word in page.words
        if is_name(word.text)
        and field.place.top < word.place.middle < field.place.bottom
        and 0 < word.place.left - field.place.right < 20 * MM
    ]
    return rng.choice(found) if found else None


def from_place(knots: Callable[[Rect, Rect, random.Random], list[tuple[float, float]]]) -> Kind:
    """A stroke that begins in the place for a signature and goes on over the name beside it."""

    def kind(
        page: Printed, picture: Picture, fields: Sequence[SignatureField], rng: random.Random
    ) -> Picture | None:
        found = beside_name(page, fields, rng)
        return None if found is None else stroke(picture, knots(*found, rng), *pen(rng))

    return kind


def line_through(place: Rect, name: Rect, rng: random.Random) -> list[tuple[float, float]]:
    """A line through it."""
    y = name.middle + rng.uniform(-1.0, 1.0)
    return [(place.right - 30, y - 4), (name.left - 8, y), (name.right + 3, y)]


def zigzag_over(place: Rect, name: Rect, _: random.Random) -> list[tuple[float, float]]:
    """A zigzag over it."""
    steps = max(4, round(name.width / 4))
    over = [
        (name.left + name.width * i / steps, name.bottom if i % 2 else name.top) for i in range(steps + 1)
    ]
    return [(place.right - 30, place.bottom - 6), *over]


def loop_through(place: Rect, name: Rect, _: random.Random) -> list[tuple[float, float]]:
    """A loop that crosses its first letters upwards and comes back through its middle."""
    middle = (name.left + name.right) / 2
    return [
        (place.right - 30, name.bottom), (name.left + 3, name.top - 3), (middle, name.top - 6),
        (middle + 4, name.middle), (middle - 6, name.bottom + 2), (name.left - 6, name.middle),
    ]  # fmt: skip


def from_edge_to_edge(test: Callable[[str], bool], slant: float = 0.0) -> Kind:
    """A pen's line through such a word, as far as the paper goes."""

    def kind(
        page: Printed, picture: Picture, fields: Sequence[SignatureField], rng: random.Random
    ) -> Picture | None:
        words = [w for w in page.words if test(w.text.strip('.,:;"«»()'))]
        if not words:
            return None
        place = rng.choice(words).place
        middle, width = (place.left + place.right) / 2, page.picture.shape[1] / PX
        y = place.middle + rng.uniform(-1.0, 1.0)
        knots = [(0, y - slant * middle), (middle, y), (width, y + slant * (width - middle))]
        return stroke(picture, knots, *pen(rng))

    return kind


def down_through_name(
    page: Printed, picture: Picture, fields: Sequence[SignatureField], rng: random.Random
) -> Picture | None:
    """A pen's line from the upper edge to the lower one, through a name."""
    words = words_of(page, fields, is_family)
    if not words:
        return None
    place = rng.choice(words).place
    x, tall = place.left + place.width * rng.uniform(0.3, 0.7), page.picture.shape[0] / PX
    return stroke(picture, [(x, 0), (x, tall / 2), (x, tall)], *pen(rng))


def is_family(text: str) -> bool:
    """A family's name, which is nothing else."""
    return is_name(text) and text.endswith(("ов", "ова", "ев", "ева", "ұлы", "қызы"))


UNLAWFUL: dict[str, Kind] = {
    "name struck from a signature's place": from_place(line_through),
    "name scribbled from a signature's place": from_place(zigzag_over),
    "name looped from a signature's place": from_place(loop_through),
    "line to both edges through a name": from_edge_to_edge(is_family),
    "slanting line to both edges through a name": from_edge_to_edge(is_family, 0.01),
    "line to both edges through a number": from_edge_to_edge(is_number),
    "line down the page through a name": down_through_name,
    "pen + in the other column": plus_by_pen,
    "tick in the other column": dot_in_vote,
    "printed + scribbled, pen + elsewhere": vote_moved,
    "printed + scribbled over": vote_crossed,
    "second printed +": two_printed_plus,
    "decision scribbled over": some_word(is_decision, scribbled),
    "decision struck out": some_word(is_decision, lambda _, p, place, rng: struck(p, place, rng)),
    "decision scribbled, large handwriting": large_beside,
    "number scribbled over": some_word(is_number, scribbled),
    "number struck out": some_word(is_number, lambda _, p, place, rng: struck(p, place, rng)),
    "digit changed by a stroke": digit_changed,
    "digit written before a number": digit_written,
    "name struck out": some_word(is_name, lambda _, p, place, rng: struck(p, place, rng)),
    "word struck out": some_word(is_word, lambda _, p, place, rng: struck(p, place, rng)),
    "word erased": some_word(is_word, lambda _, p, place, rng: erased(p, place)),
    "number erased": some_word(is_number, lambda _, p, place, rng: erased(p, place)),
    "fluid, written over": word_by_fluid,
    "strip pasted over": pasted,
    "handwriting in empty space": in_empty_space,
    "handwriting between lines": between_lines,
    "sentence printed in empty space": sentence_printed,
    "word printed in empty space": word_printed,
    "sentences in the margin": in_the_margin,
}


# --- what merely happens ---------------------------------------------------------------------------------


def stain(
    page: Printed, picture: Picture, fields: Sequence[SignatureField], rng: random.Random
) -> Picture | None:
    """Coffee or water: a soft patch with a darker rim."""
    height, width = picture.shape
    x, y, r = rng.uniform(0.1, 0.9) * width, rng.uniform(0.1, 0.9) * height, rng.uniform(60, 220)
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    away = np.hypot(xs - x, (ys - y) * rng.uniform(0.7, 1.3)) / r
    patch = 0.05 + 0.09 * np.exp(-(((away - 0.95) / 0.06) ** 2))
    patch = np.where(away < 1.15, patch * np.clip((1.15 - away) / 0.15, 0, 1), 0)
    return np.asarray(picture * (1 - patch), np.uint8)


def fold(
    page: Printed, picture: Picture, fields: Sequence[SignatureField], rng: random.Random
) -> Picture | None:
    """Folded once or twice: thin lines from edge to edge, not too dark."""
    height, width = picture.shape[0] / PX, picture.shape[1] / PX
    out = picture
    for share in rng.choice(((0.5,), (1 / 3, 2 / 3))):
        y = height * share + rng.uniform(-8, 8)
        ys = [y + rng.uniform(-2, 2) for _ in range(4)]
        out = stroke(
            out,
            [(width * n / 3, v) for n, v in enumerate(ys)],
            rng.choice((150, 175, 200)),
            rng.uniform(0.2, 0.4),
        )
    return out


def round_seal(
    page: Printed, picture: Picture, fields: Sequence[SignatureField], rng: random.Random
) -> Picture | None:
    """A seal in empty space around or below the signatures."""
    place = empty_space(page, (), rng, 38 * MM, 38 * MM)
    if place is None or place.bottom > page.picture.shape[0] / PX - 10 * MM:
        return None  # no room, or half of it beside the paper
    out = picture.copy()
    centre = (round((place.left + place.right) / 2 * PX), round(place.middle * PX))
    ink = rng.choice((90, 110, 140))
    for radius, thick in ((19.0, 1.0), (14.0, 0.5), (8.0, 0.5)):
        cv2.circle(
            out, centre, round(radius * DPI / 25.4), ink, max(1, round(thick * DPI / 25.4)), cv2.LINE_AA
        )
    for i in range(36):
        angle = i * np.pi / 18
        spot = (
            round(centre[0] + np.cos(angle) * 16.5 * DPI / 25.4),
            round(centre[1] + np.sin(angle) * 16.5 * DPI / 25.4),
        )
        cv2.circle(out, spot, 6, ink, 2, cv2.LINE_AA)
    return np.minimum(picture, out)


def punched(
    page: Printed, picture: Picture, fields: Sequence[SignatureField], rng: random.Random
) -> Picture | None:
    """Two holes in the left margin, a staple in the corner, a page number by pencil."""
    out = picture.copy()
    height, width = picture.shape
    for y in (height / 2 - 40 * DPI / 25.4, height / 2 + 40 * DPI / 25.4):
        cv2.circle(out, (round(11 * DPI / 25.4), round(y)), round(2.8 * DPI / 25.4), 60, -1, cv2.LINE_AA)
    out = stroke(out, [(28, 12), (40, 20)], 90, 0.6)
    return written(out, Rect(width / PX - 40, 12, width / PX - 20, 24), rng, 2, 9.0)


def dust(
    page: Printed, picture: Picture, fields: Sequence[SignatureField], rng: random.Random
) -> Picture | None:
    """Specks of up to 0.35 mm."""
    out = picture.copy()
    height, width = picture.shape
    for _ in range(rng.randint(10, 60)):
        spot = rng.randrange(width), rng.randrange(height)
        cv2.circle(out, spot, rng.choice((0, 1, 1)), rng.choice((60, 120, 160)), -1, cv2.LINE_AA)
    return out


def flourish(*ends: tuple[float, float]) -> Kind:
    """A signature's tail beside the name next to it: points from the name's left end and its middle's height."""

    def kind(
        page: Printed, picture: Picture, fields: Sequence[SignatureField], rng: random.Random
    ) -> Picture | None:
        found = beside_name(page, fields, rng)
        if found is None:
            return None
        place, name = found
        first = min(
            (w.place.left for w in page.words
             if abs(w.place.middle - name.middle) < 3 and place.right < w.place.left <= name.left),
            default=name.left,
        )  # fmt: skip
        knots = [(first + x, name.middle + y) for x, y in ends]
        signature = [(place.left + place.width * n / 6, name.middle + (-8, 3)[n % 2]) for n in range(1, 6)]
        return stroke(picture, [*signature, *knots], *pen(rng))

    return kind


FLOURISHES: dict[str, Kind] = {
    "flourish up to the name": flourish((-20, -6), (-8, 4), (-3, -2)),
    "flourish over the name": flourish((-15, -8), (5, -10.5), (40, -11)),
}
WORN: dict[str, Kind] = {
    **FLOURISHES,
    "stain": stain,
    "folded": fold,
    "round seal": round_seal,
    "punched, stapled, numbered": punched,
    "dust": dust,
}
