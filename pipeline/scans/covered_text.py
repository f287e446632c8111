"""Does a paper that came back still show what it showed when it was made? Asked of another library.

The pages themselves must look the same. With all that lies on them (annotations) drawn as well, on the
screen and in print, they may differ from the original only where people sign: on the lines for signatures,
or in empty room beside and below them, by a signature's own stamp. Whatever else is seen, however small, is
named by the field that paints it: a vote or a decision could be painted over that way. What nobody signed may
not paint at all, seen or not (another program may show what this one does not), but for a square code there.

Pages are drawn in colour at `raster.DPI`; a strip of 0.3 mm is more than two pixels high.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt
import pikepdf
import pypdfium2
import zxingcpp

from pipeline.scans.fields import signature_places
from pipeline.scans.plain_picture import drawn_alike, paints_nothing
from pipeline.scans.printed import MM, POINT, Printed, Rect, printed
from pipeline.scans.raster import DPI

Box = tuple[float, float, float, float]
"""Left, bottom, right, top, in points."""
Mask = npt.NDArray[np.bool_]
Colour = npt.NDArray[np.uint8]

_PRINT: Final = 250
"""Paper is lighter in every colour."""
_FRAME: Final = 2.0
_OVER: Final = 5.0
"""Points by which a stamp may leave the line it was put on, sideways and upwards."""
_FOOT: Final = 440.0
"""Points from the last page's lower edge in which stamps stand where a paper has no lines for them."""
_FROM_WORDS: Final = 2.0 * MM
"""A stamp keeps so far from print unless it stands on its line: nearer it would be read as part of it."""
_QR_SIDE: Final = (8.0 * MM, 60.0 * MM)
_QR_SQUARE: Final = 1.5
_HANGS_TOGETHER_PX: Final = 9

_SHOWN_OTHERWISE: Final = 1 << 3 | 1 << 4 | 1 << 8
"""NoZoom, NoRotate, ToggleNoView: pictures that do not follow the page, or come and go."""
_ACTIONS: Final = frozenset({"/A", "/AA"})
_DRAWN_BY_READERS: Final = {"/BG", "/BC", "/CA", "/RC", "/AC", "/I", "/RI", "/IX"}
"""Ground, border, captions, pictures: of a field without a picture some programs make one of these (/MK)."""
_DEEPEST: Final = 8


@dataclass(frozen=True, slots=True)
class _Laid:
    """What lies on a page beside its own content: its field, whether that is signed, its box in pixels.

    `steady`: it looks the same whoever shows it and however. `paints`: its picture has a command that could.
    """

    field: str
    signed: bool
    steady: bool
    paints: bool
    left: int
    top: int
    right: int
    bottom: int

    def within(self, shape: tuple[int, ...]) -> Mask:
        """Its box as a mask."""
        mask = np.zeros(shape, np.bool_)
        mask[max(0, self.top) : max(0, self.bottom), max(0, self.left) : max(0, self.right)] = True
        return mask


def same_pages(original: bytes, returned: bytes) -> bool:
    """Whether the pages show the same, what was laid on them left aside."""
    with _opened(original) as made, _opened(returned) as came:
        return _same_sizes(made, came) and all(
            np.array_equal(_drawn(made[number]), _drawn(came[number])) for number in range(len(made))
        )


def hidden_text(original: bytes, returned: bytes) -> Iterator[str]:
    """Names of the fields that paint something where no signature is to be; empty where it is no field.

    Of pages that show the same by themselves (`same_pages`).
    """
    with ExitStack() as opened:
        made, came = (opened.enter_context(_opened(pdf)) for pdf in (original, returned))
        forms = [opened.enter_context(_opened(pdf, forms=True)) for pdf in (original, returned)]
        if not _same_sizes(made, came):
            return  # `same_pages` tells
        with pikepdf.open(io.BytesIO(original)) as ours, pikepdf.open(io.BytesIO(returned)) as theirs:
            if _layers(ours) != _layers(theirs):
                yield ""
            for number in range(len(made)):
                if "/Annots" not in theirs.pages[number].obj and "/Annots" not in ours.pages[number].obj:
                    continue
                laid = _laid_on(ours.pages[number], theirs.pages[number], made[number].get_height())
                pairs = ((made[number], came[number]), (forms[0][number], forms[1][number]))
                painted = _painted(pairs, laid, last=number == len(made) - 1)
                yield from dict.fromkeys((*(one.field for one in laid if not one.steady), *painted))


def _opened(pdf: bytes, *, forms: bool = False) -> closing[Any]:
    opened = pypdfium2.PdfDocument(io.BytesIO(pdf))
    if forms:
        opened.init_forms()
    return closing(opened)


def _same_sizes(made: Any, came: Any) -> bool:
    """Asked before anything is drawn: a page may be said to be as large as a house."""
    return len(made) == len(came) and all(
        made[n].get_size() == came[n].get_size()
        and made[n].get_rotation() == came[n].get_rotation()
        and made[n].get_mediabox() == came[n].get_mediabox()
        and made[n].get_cropbox() == came[n].get_cropbox()
        for n in range(len(made))
    )


def _drawn(page: Any, *, annotations: bool = False, mode: str | None = None) -> Colour:
    picture = page.render(
        scale=DPI / 72, draw_annots=annotations, may_draw_forms=annotations, optimize_mode=mode
    )
    return np.array(picture.to_numpy(), np.uint8)


# --- what is painted where -------------------------------------------------------------------------------


def _painted(pairs: tuple[tuple[Any, Any], ...], laid: tuple[_Laid, ...], *, last: bool) -> Iterator[str]:
    """Shown by a program that fills in forms, on the screen and in print, and by one that does not."""
    if not np.array_equal(_drawn(pairs[0][0]), _drawn(pairs[0][1])):
        return
    shown: _Foreseen | None = None
    coded: set[_Laid] = set()
    for (ours, theirs), mode in ((pairs[1], None), (pairs[1], "print"), (pairs[0], None)):
        before = _drawn(ours, annotations=True, mode=mode)
        after = _drawn(theirs, annotations=True, mode=mode)
        changed = np.asarray((before != after).any(axis=2), np.bool_)
        if not changed.any():
            continue
        shown = shown or _foreseen(pairs[0][0], last=last)
        beyond, codes = shown.beyond(changed, after, laid)
        coded |= {one for one in laid if (one.within(codes.shape) & codes).any()}
        if beyond.any():
            found = [one.field for one in laid if (one.within(beyond.shape) & beyond).any()]
            yield from dict.fromkeys(found) or ("",)
            return
    yield from (one.field for one in laid if one.paints and not one.signed and one not in coded)


@dataclass(frozen=True, slots=True)
class _Foreseen:
    """Of a page as we made it: its print, the lines for signatures, the empty room where stamps may stand."""

    ink: Mask
    lines: Mask
    room: Mask

    def beyond(self, changed: Mask, after: Colour, laid: tuple[_Laid, ...]) -> tuple[Mask, Mask]:
        """What is changed and is no signature's stamp where one may stand, and no code; the codes."""
        stamps = np.zeros(changed.shape, np.bool_)
        for one in laid:
            if one.signed:
                stamps |= one.within(changed.shape)
        places = self.lines | self.room
        beyond = changed & (self.ink | ~(stamps & places))
        codes = _codes(beyond & places & ~self.ink, after)
        return beyond & ~codes, codes


def _foreseen(made: Any, *, last: bool) -> _Foreseen:
    page, plain = printed(made), _drawn(made)
    shape = plain.shape[:2]
    places = [f.place for f in signature_places(page)]
    lines = _within(shape, [place.grown(_FRAME, _OVER) for place in places])
    rules = lines & _within(shape, [r.grown(0.5, 0.5) for r in (*page.across, *page.down)])
    ink = np.asarray((plain < _PRINT).any(axis=2), np.bool_) & ~rules
    return _Foreseen(ink, lines, _room(page, places, ink, last=last))


def _within(shape: tuple[int, ...], places: list[Rect]) -> Mask:
    mask = np.zeros(shape, np.bool_)
    for place in places:
        place.cut(mask)[:] = True
    return mask


def _room(page: Printed, places: list[Rect], ink: Mask, *, last: bool) -> Mask:
    """Empty paper beside and below the lines for signatures, without tables; the last page's foot."""
    height = ink.shape[0] / POINT
    rows = [place.top for place in places if not _in_table(page, place)]
    starts = [*rows, *([height - _FOOT] if last else [])]
    room = np.zeros(ink.shape, np.bool_)
    if starts:
        room[max(0, round(min(starts) * POINT)) :] = True
    for rule in page.down:
        room[max(0, round(rule.top * POINT)) : round(rule.bottom * POINT)] = False
    words = (ink | _within(ink.shape, [w.place for w in page.words if w.text.strip("_")])).astype(np.uint8)
    reach = 2 * round(_FROM_WORDS * POINT) + 1
    return room & ~np.asarray(cv2.dilate(words, np.ones((reach, reach), np.uint8)) > 0, np.bool_)


def _in_table(page: Printed, place: Rect) -> bool:
    return any(rule.top <= place.middle <= rule.bottom for rule in page.down)


def _codes(changed: Mask, after: Colour) -> Mask:
    """Square codes (QR), as national programs put them beside a signature that is not to be seen."""
    kernel = np.ones((_HANGS_TOGETHER_PX, _HANGS_TOGETHER_PX), np.uint8)
    joined = cv2.dilate(changed.astype(np.uint8), kernel)
    codes = np.zeros(changed.shape, np.bool_)
    least, most = (side * POINT for side in _QR_SIDE)
    for left, top, width, height, _ in cv2.connectedComponentsWithStats(joined)[2][1:].tolist():
        if least <= min(width, height) and max(width, height) <= min(most, _QR_SQUARE * min(width, height)):
            here = (slice(top, top + height), slice(left, left + width))
            quiet = cv2.copyMakeBorder(after[here], 20, 20, 20, 20, cv2.BORDER_CONSTANT, value=(255,) * 3)
            codes[here] |= bool(zxingcpp.read_barcodes(quiet))
    return codes


# --- what lies on the page -------------------------------------------------------------------------------


def _laid_on(ours: pikepdf.Page, theirs: pikepdf.Page, height: float) -> tuple[_Laid, ...]:
    known = {_number(one) for one in ours.obj.get("/Annots", ())}
    return tuple(_laid(one, height) for one in theirs.obj.get("/Annots", ()) if _number(one) not in known)


def _number(annotation: Any) -> object:
    return annotation.objgen if annotation.objgen != (0, 0) else id(annotation)


def _laid(annotation: Any, height: float) -> _Laid:
    scale = DPI / 72
    sides = [float(n) for n in annotation.get("/Rect", (0, 0, 0, 0))]
    across, along = sorted((sides[0], sides[2])), sorted((sides[1], sides[3]))
    chain = list(_with_parents(annotation))
    kind = next((d.FT for d in chain if "/FT" in d), None)
    value = next((d.V for d in chain if "/V" in d), None)
    signed = kind == "/Sig" and isinstance(value, pikepdf.Dictionary) and "/ByteRange" in value
    return _Laid(
        next((str(d.T) for d in chain if "/T" in d), ""),
        signed,
        _steady(annotation, signed=signed)
        and (signed or (kind == "/Sig" and value is None and _unadorned(annotation))),
        _paints(annotation),
        *(round(n * scale) for n in (across[0] - _FRAME, height - along[1] - _FRAME)),
        *(round(n * scale) for n in (across[1] + _FRAME, height - along[0] + _FRAME)),
    )


def _with_parents(field: Any) -> Iterator[Any]:
    for _ in range(_DEEPEST):
        yield field
        if "/Parent" not in field:
            return
        field = field.Parent


def _unadorned(field: Any) -> bool:
    """No ground, border, colour, caption that readers draw by themselves."""
    looks = field.get("/MK", pikepdf.Dictionary())
    if not isinstance(looks, pikepdf.Dictionary) or _DRAWN_BY_READERS & set(looks.keys()) or "/C" in field:
        return False
    border = field.get("/Border", pikepdf.Array())
    wide = border[2] if isinstance(border, pikepdf.Array) and len(border) > 2 else 0  # noqa: PLR2004  # its width
    style = field.get("/BS", pikepdf.Dictionary(W=0))
    return wide == 0 and isinstance(style, pikepdf.Dictionary) and style.get("/W", 1) == 0


def _paints(annotation: Any) -> bool:
    picture = annotation.get("/AP", pikepdf.Dictionary()).get("/N")
    return isinstance(picture, pikepdf.Stream) and not paints_nothing(picture)


def _steady(annotation: Any, *, signed: bool) -> bool:
    """One picture, always the same: none for the mouse, no states, nothing some programs draw otherwise.

    Nor does it do anything when it is pressed or shown.
    """
    if annotation.get("/Subtype") != "/Widget" or "/OC" in annotation:
        return False
    if any(_ACTIONS & set(part.keys()) for part in _with_parents(annotation)):
        return False
    pictures = annotation.get("/AP", pikepdf.Dictionary())
    if not set(pictures.keys()) <= {"/N"}:
        return False
    picture = pictures.get("/N")
    if picture is None:
        return True
    if not isinstance(picture, pikepdf.Stream):
        return False
    still = not int(annotation.get("/F", 0)) & _SHOWN_OTHERWISE or (signed and paints_nothing(picture))
    return still and drawn_alike(picture)


def _layers(pdf: pikepdf.Pdf) -> bytes:
    layers = pdf.Root.get("/OCProperties")
    return b"" if layers is None else bytes(layers.unparse(resolved=True))
