"""The table of verdicts over blank, signed, stamped and creased boxes: no blank one passes."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from pipeline.scans.fields import SignatureField
from pipeline.scans.page_marks import read_marks
from pipeline.scans.pen.ink import Doubt, FieldInk, Inked, fields_inked
from pipeline.scans.printed import MM
from pipeline.scans.registration import lay_over
from tests.scans.originals import SOAK, Original, original
from tests.scans.pen_changes import printed_on
from tests.scans.simulated import (
    SCANNERS,
    Picture,
    Scanner,
    crease,
    in_letters,
    scan,
    seal,
    shadow,
    sign,
    some,
    stroke,
)

Handling = Callable[[Original, random.Random], Picture]

PAGES = [("annex-1", 0), ("annex-2", 1), ("annex-4", 0), ("protocol", 1), ("annex-3-01", 0)]
COMBINED = [
    (*page, s)
    for n, page in enumerate(PAGES if SOAK else PAGES[1:])
    for s in list(SCANNERS)[n :: 1 if SOAK else 11]
]


def looked_at(page: Original, picture: Picture, scanner: Scanner, rng: random.Random) -> tuple[FieldInk, ...]:
    scanned = scan(picture, some(scanner, rng), rng)
    codes = read_marks(scanned)
    laid = lay_over(page.page, page.marks, scanned, codes, page.code)
    return fields_inked(page.page, laid, page.fields)


def all_signed(page: Original, rng: random.Random, ink: int = 70) -> Picture:
    picture = page.page.picture
    for field in page.fields:
        picture = sign(picture, field, rng, ink=ink)
    return picture


@pytest.mark.parametrize(("name", "number", "scanner"), COMBINED)
def test_blank_is_empty_and_signed_is_ink(name: str, number: int, scanner: str) -> None:
    page, rng = original(name)[number], random.Random(f"{name}{scanner}")
    blank = looked_at(page, page.page.picture, SCANNERS[scanner], rng)
    assert {f.verdict for f in blank} == {Inked.EMPTY}
    signed = looked_at(page, all_signed(page, rng, rng.choice((40, 80, 120))), SCANNERS[scanner], rng)
    assert Inked.EMPTY not in {f.verdict for f in signed}
    assert sum(f.verdict is Inked.INK for f in signed) >= len(signed) - 1


@pytest.mark.parametrize(
    ("handling", "doubts"),
    [
        (lambda page, _: seal(page.page.picture, page.fields[0]), {Doubt.SEAL}),
        (lambda page, rng: seal(all_signed(page, rng), page.fields[0]), {Doubt.SEAL}),
        (lambda page, _: crease(page.page.picture, page.fields[0]), {Doubt.LINE, Doubt.SEAL}),
        (lambda page, _: shadow(page.page.picture, page.fields[0]), {None, *Doubt}),
    ],
    ids=["seal", "seal over a signature", "crease", "shadow"],
)
@pytest.mark.parametrize(("name", "scanner"), [("annex-1", "fax"), ("annex-3-01", "jpeg 40")])
def test_what_is_not_a_pens_never_passes(
    handling: Handling, doubts: set[Doubt | None], name: str, scanner: str
) -> None:
    (page,) = original(name)
    for handled in SCANNERS if SOAK else (scanner,):
        rng = random.Random(f"{name}{handled}")
        first = looked_at(page, handling(page, rng), SCANNERS[handled], rng)[0]
        assert first.verdict is not Inked.INK, (handled, first)
        assert first.doubt in doubts, (handled, first)


def test_one_unsigned_among_signed_is_named() -> None:
    page, rng = original("protocol")[1], random.Random(4)
    picture = page.page.picture
    for number, field in enumerate(page.fields):
        if number != 3:
            picture = sign(picture, field, rng, size=0.8)
    verdicts = [f.verdict for f in looked_at(page, picture, SCANNERS["turned"], rng)]
    assert verdicts[3] is Inked.EMPTY
    assert verdicts.count(Inked.EMPTY) == 1


def test_a_signature_beside_its_place_is_looked_at() -> None:
    (page,), rng = original("annex-4"), random.Random(5)
    place = page.fields[1].place
    below = [(place.left + 10 + 12 * i, place.bottom + 14 * MM + (-9 if i % 2 else 9)) for i in range(6)]
    found = looked_at(page, stroke(page.page.picture, below, 60, 0.5), SCANNERS["clean"], rng)
    assert (found[1].verdict, found[1].doubt) == (Inked.LOOK, Doubt.BESIDE)


def test_a_short_tick_is_too_little() -> None:
    (page,), rng = original("annex-4"), random.Random(6)
    place = page.fields[1].place
    x, y = place.left + 60, place.bottom - 10
    tick = stroke(page.page.picture, [(x, y), (x + 5, y + 5), (x + 12, y - 6)], 60, 0.5)
    found = looked_at(page, tick, SCANNERS["clean"], rng)[1]
    assert found.verdict is Inked.LOOK


def test_a_reason_written_instead_of_a_signature_is_looked_at() -> None:
    page, rng = original("agenda")[0], random.Random(7)
    instead = page.fields[1].instead
    assert instead is not None
    words = [(instead.left + 8 + 9 * i, instead.middle + (-4 if i % 2 else 4)) for i in range(7)]
    found = looked_at(page, stroke(page.page.picture, words, 60, 0.5), SCANNERS["clean"], rng)
    assert (found[1].verdict, found[1].doubt) == (Inked.LOOK, Doubt.INSTEAD)
    assert found[-1].verdict is Inked.EMPTY


def test_a_page_that_does_not_lie_on_its_original_is_looked_at_whole() -> None:
    page = original("annex-4")[0]
    assert {f.doubt for f in fields_inked(page.page, None, page.fields)} == {Doubt.UNLAID}


def marked_tick(picture: Picture, field: SignatureField, rng: random.Random) -> Picture:
    """Down and up with a bow, 8 to 13 mm wide."""
    left, foot = _somewhere(field, rng)
    wide, bow = rng.uniform(8, 13) * MM, rng.uniform(-0.5, 0.5) * MM
    knots = [
        (left, foot - 0.25 * wide),
        (left + 0.25 * wide, foot),
        (left + 0.6 * wide, foot - 0.3 * wide + bow),
    ]
    knots.append((left + wide, foot - rng.uniform(0.55, 0.7) * wide))
    return stroke(picture, knots, 70, 0.5)


def marked_cross(picture: Picture, field: SignatureField, rng: random.Random) -> Picture:
    left, foot = _somewhere(field, rng)
    wide, high = rng.uniform(8, 12) * MM, rng.uniform(4, 6) * MM
    once = stroke(picture, [(left, foot), (left + wide, foot - high)], 70, 0.5)
    return stroke(once, [(left, foot - high), (left + wide, foot)], 70, 0.5)


def marked_plus(picture: Picture, field: SignatureField, rng: random.Random) -> Picture:
    left, foot = _somewhere(field, rng)
    wide, high = rng.uniform(8, 10) * MM, rng.uniform(5, 6) * MM
    middle = left + wide / 2
    once = stroke(picture, [(left, foot - high / 2), (left + wide, foot - high / 2)], 70, 0.5)
    return stroke(once, [(middle, foot), (middle + 0.4 * MM, foot - high)], 70, 0.5)


def _somewhere(field: SignatureField, rng: random.Random) -> tuple[float, float]:
    place = field.place
    return place.left + rng.uniform(0.05, 0.4) * place.width, place.bottom - rng.uniform(1.5, 2.5) * MM


LETTERS = ("03.11.2026", "05/12/26", "ALDYM", "soglasen", "Omarov A.B.", "11-03-2026", "tanystym")


@pytest.mark.parametrize("scanner", SCANNERS if SOAK else ("clean", "fax"))
def test_a_date_or_words_in_separate_letters_are_looked_at(scanner: str) -> None:
    page, rng = original("protocol")[1], random.Random(8)
    picture = page.page.picture
    for field, text in zip(page.fields, LETTERS, strict=True):
        picture = in_letters(picture, field, text, rng)
    found = looked_at(page, picture, SCANNERS[scanner], rng)
    assert [(f.verdict, f.doubt) for f in found] == [(Inked.LOOK, Doubt.LETTERS)] * len(LETTERS)


@pytest.mark.parametrize("scanner", SCANNERS if SOAK else ("clean", "jpeg 40"))
@pytest.mark.parametrize("word", ["таныстым", "комиссиясының", "қызметкердің"])
def test_words_set_in_type_are_looked_at(word: str, scanner: str) -> None:
    """On a blurred scan their letters run together."""
    (page,), rng = original("annex-4"), random.Random(9)
    print_of = [w for w in page.page.words if w.text.strip("(") == word]
    place = page.fields[1].place
    picture = printed_on(page.page, page.page.picture, print_of, place.left + 20, place.bottom - 2.5 * MM)
    found = looked_at(page, picture, SCANNERS[scanner], rng)[1]
    assert (found.verdict, found.doubt) == (Inked.LOOK, Doubt.LETTERS)


@pytest.mark.parametrize("scanner", SCANNERS if SOAK else ("turned", "fax"))
def test_a_signature_with_a_date_beside_it_is_signed(scanner: str) -> None:
    (page,), rng = original("annex-4"), random.Random(10)
    first, second = page.fields
    left, right = (
        replace(
            second, place=second.place._replace(left=second.place.left + x, right=second.place.left + x + w)
        )
        for x, w in ((0, 24 * MM), (40 * MM, 40 * MM))
    )
    picture = sign(sign(page.page.picture, first, rng), left, rng, size=0.7)
    found = looked_at(page, in_letters(picture, right, "03.11.2026", rng), SCANNERS[scanner], rng)
    assert {f.verdict for f in found} == {Inked.INK}


@pytest.mark.parametrize("scanner", SCANNERS if SOAK else ("clean", "fax"))
@pytest.mark.parametrize("drawn", [marked_tick, marked_cross, marked_plus])
def test_a_tick_a_cross_or_a_plus_is_looked_at(
    drawn: Callable[[Picture, SignatureField, random.Random], Picture], scanner: str
) -> None:
    page, rng = original("protocol")[1], random.Random(12)
    picture = page.page.picture
    for field in page.fields:
        picture = drawn(picture, field, rng)
    found = looked_at(page, picture, SCANNERS[scanner], rng)
    assert {f.verdict for f in found} == {Inked.LOOK}
    assert [f.doubt for f in found].count(Doubt.MARK) >= len(found) - 1


def test_two_initials_are_a_signature() -> None:
    page, rng = original("protocol")[1], random.Random(11)
    picture = page.page.picture
    for field, text in zip(page.fields, ("AM", "KO", "Gz", "DT", "BS", "RN", "EL"), strict=True):
        picture = in_letters(picture, field, text, rng, high_mm=5.0)
    found = looked_at(page, picture, SCANNERS["clean"], rng)
    assert Doubt.LETTERS not in {f.doubt for f in found}


def test_a_name_printed_on_the_line_and_signed_over_is_signed() -> None:
    """The letters cut the signature into small pieces."""
    (page,) = original("annex-4")
    for seed in range(6):
        rng = random.Random(seed)
        found = looked_at(page, all_signed(page, rng), SCANNERS["fax"], rng)
        assert found[0].doubt is not Doubt.LETTERS
