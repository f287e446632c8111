"""A person's electronic signature on a filed document: PAdES, visible, added as an increment.

The seal on the document is an approval signature without restrictions, so fields may be added after it; a
field made here is bound to its page and is covered by the signature that fills it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any, Final

import pypdfium2
from pyhanko.sign import Signer
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator import CertificateValidator

from pipeline.documents.sealing.kept_key import RESERVED
from pipeline.documents.sealing.seal_room import (
    About,
    Proofs,
    Room,
    Stamp,
    fill,
    make_room,
    make_time_room,
)
from pipeline.documents.sealing.signature_stamp import stamp_lines, stamp_page
from pipeline.domain.errors import JekeError, MachineError

Box = tuple[float, float, float, float]
"""Left, bottom, right, top, in points."""

MakeRoom = Callable[[bytes, About, Stamp | None], Room]
MakeTimeRoom = Callable[[bytes, Proofs, int], Room]

FIELD: Final = "JekeSignature"
WIDTH: Final = 116.0
HEIGHT: Final = 25.0
"""Of a stamp where the paper has no line for the signature; a protocol's rows are 26 points apart."""

_EDGE: Final = 85.0
_LOWEST: Final = 90.0
_GAP: Final = 4.0
_CLEAR: Final = 7
"""Points that a stamp keeps from print where it stands on no line."""
_PAPER: Final = 250


@dataclass(frozen=True, slots=True)
class Place:
    """Where the stamp stands: page from 0, and its box."""

    page: int
    box: Box


@dataclass(frozen=True, slots=True)
class ProvenTime:
    """What makes a signature last: an authority's timestamp, and the proofs of a certificate's standing.

    With `context` (a `pyhanko_certvalidator.ValidationContext`) that knows revocations, the signature becomes
    B-LTA, without it B-T.
    """

    authority: TimeStamper
    context: Any = None


def sign(  # noqa: PLR0913  # all that a signature says
    pdf: bytes,
    signer: Signer,
    *,
    name: str,
    iin: str | None,
    reason: str,
    when: datetime,
    place: Place | None,
    time: ProvenTime | None = None,
    room: MakeRoom = make_room,
    time_room: MakeTimeRoom = make_time_room,
) -> bytes:
    """The PDF with the signature appended; what was there stays, byte for byte.

    `place` None: the signature is not to be seen. `when` carries its zone. `room` and `time_room` are who
    parses a PDF that others have had a hand in (`papers`).

    Raises:
        MachineError: `sign_failed`; `timestamp`.
    """
    try:
        picture = None if place is None else stamp_page(stamp_lines(name, iin, when))
        stamp = None if place is None or picture is None else Stamp(picture, place.page, place.box)
        about = About(FIELD, name, reason, when, RESERVED * 2 if time else RESERVED)
        authority = None if time is None else time.authority
        made = room(pdf, about, stamp)
        signed = fill(pdf, made, lambda d: _cms(d, signer, when, authority), digits=about.digits)
        if time is None or time.context is None:
            return signed
        return _proven(signed, time, signer, time_room)
    except JekeError:
        raise
    except Exception as error:
        raise MachineError("sign_failed", why=type(error).__name__) from error


def _cms(digest: bytes, signer: Signer, when: datetime, authority: TimeStamper | None) -> bytes:
    signing = signer.async_sign(
        digest,
        "sha256",
        use_pades=True,
        timestamper=authority,
        signed_attr_settings=PdfCMSSignedAttributes(signing_time=when),
    )
    return bytes(asyncio.run(signing).dump())


def _proven(pdf: bytes, time: ProvenTime, signer: Signer, room: MakeTimeRoom) -> bytes:
    """B-LTA: the proofs of both certificates' standing, and a timestamp over all, in a further increment."""
    proofs = asyncio.run(_proofs(signer, time))
    digits = RESERVED * 2
    made = room(pdf, proofs, digits)
    return fill(pdf, made, lambda d: _timestamp(d, time.authority), digits=digits, besides=proofs.size)


def _timestamp(digest: bytes, authority: TimeStamper) -> bytes:
    return bytes(asyncio.run(authority.async_timestamp(digest, "sha256")).dump())


async def _proofs(signer: Signer, time: ProvenTime) -> Proofs:
    validator: Any = CertificateValidator(
        signer.signing_cert, intermediate_certs=signer.cert_registry, validation_context=time.context
    )
    authority: Any = time.authority
    paths = [await validator.async_validate_usage({"non_repudiation"})]
    paths += [path async for path in authority.validation_paths(time.context)]
    certificates = dict.fromkeys(bytes(certificate.dump()) for path in paths for certificate in path)
    return Proofs(
        tuple(certificates),
        tuple(bytes(answer.dump()) for answer in time.context.ocsps),
        tuple(bytes(revoked.dump()) for revoked in time.context.crls),
    )


def free_place(pdf: bytes, wanted: Iterable[Place] = ()) -> Place | None:
    """The first place that covers nothing: of the wanted ones, else at the foot of the last page.

    A stamp hides neither words nor another stamp. None where the last page has no room.

    Raises:
        MachineError: `sign_failed`, it is no PDF.
    """
    try:
        opened = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        raise MachineError("sign_failed", why=type(error).__name__) from error
    try:
        last = len(opened) - 1
        on_lines = (p for p in wanted if _is_free(opened[p.page], p.box))
        foot = opened[last]
        below = (
            Place(last, box)
            for box in _at_the_foot(foot.get_width())
            if _is_free(foot, box) and _is_blank(foot, box)
        )
        return next(chain(on_lines, below), None)
    finally:
        opened.close()


def _at_the_foot(width: float) -> Iterator[Box]:
    """Rows of stamps from the foot upwards, from left to right within the margins."""
    columns = int((width - _EDGE) // (WIDTH + _GAP))
    for row in range(12):
        bottom = _LOWEST + row * (HEIGHT + _GAP)
        for column in range(columns):
            left = _EDGE + column * (WIDTH + _GAP)
            if left + WIDTH <= width - _EDGE / 2:
                yield (left, bottom, left + WIDTH, bottom + HEIGHT)


def _is_blank(page: Any, box: Box) -> bool:
    """Whether nothing at all is drawn there, nor so near that a stamp would be read as part of it."""
    shown = page.render(grayscale=True).to_numpy()
    left, bottom, right, top = (round(n) for n in box)
    across = slice(max(0, left - _CLEAR), right + _CLEAR)
    return bool(
        shown[max(0, shown.shape[0] - top - _CLEAR) : shown.shape[0] - bottom + _CLEAR, across].min()
        >= _PAPER
    )


def _is_free(page: Any, box: Box) -> bool:
    left, bottom, right, top = box
    text = page.get_textpage().get_text_bounded(left, bottom, right, top)
    if any(letter.isalnum() for letter in text):
        return False
    return not any(_overlap(box, drawn) for drawn in _stamps(page))


def _stamps(page: Any) -> Iterator[Box]:
    """The pictures of the signatures that are there."""
    raw = pypdfium2.raw
    for number in range(raw.FPDFPage_GetAnnotCount(page)):
        annotation = raw.FPDFPage_GetAnnot(page, number)
        rectangle = raw.FS_RECTF()
        if raw.FPDFAnnot_GetRect(annotation, rectangle):
            yield (rectangle.left, rectangle.bottom, rectangle.right, rectangle.top)
        raw.FPDFPage_CloseAnnot(annotation)


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
