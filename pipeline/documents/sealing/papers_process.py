"""The confined worker for papers that others have had a hand in (see papers)."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import accumulate, pairwise
from typing import Any, Final

import numpy as np  # noqa: F401  # pdfium's pages become arrays
from pypdf import PdfReader

from pipeline.confined.inside import Files, Told, serve
from pipeline.confined.loading import load_whole
from pipeline.documents.rendering.merge import merge_for_print
from pipeline.documents.sealing.seal import CHECKS, authority_name, seals
from pipeline.documents.sealing.seal_room import About, Proofs, Stamp, make_room, make_time_room
from pipeline.documents.sealing.signing import Place, free_place

_LAZY: Final = (
    "asn1crypto",
    "cryptography.hazmat",
    "lxml.etree",
    "pyhanko.pdf_utils",
    "pyhanko.sign.validation",
    "pyhanko_certvalidator",
    "pypdf",
)
_GUARDED: Final = (
    "asn1crypto",
    "cryptography",
    "lxml",
    "pipeline",
    "pyhanko",
    "pyhanko_certvalidator",
    "numpy",
    "pypdf",
    "pypdfium2",
)


def answer(asked: dict[str, Any], data: bytes, _files: Files) -> Told:
    """The answer to one question; `lengths` are of the pieces that came with it."""
    ends = accumulate(asked.pop("lengths"), initial=0)
    pieces = [data[begin:end] for begin, end in pairwise(ends)]
    questions: dict[str, Callable[..., Told]] = {
        "room": _room,
        "time_room": _time_room,
        "place": _place,
        "seals": _seals,
        "merge": _merge,
        "pages": _pages,
        "name": _name,
    }
    return questions[asked.pop("do")](pieces, **asked)


def _room(pieces: Sequence[bytes], *, where: Sequence[float] | None, when: str, **about: Any) -> Told:
    stamp = None
    if where is not None:
        page, left, bottom, right, top = where
        stamp = Stamp(pieces[1], int(page), (left, bottom, right, top))
    room = make_room(pieces[0], About(when=datetime.fromisoformat(when), **about), stamp)
    return {"start": room.start, "end": room.end}, room.pdf


def _time_room(pieces: Sequence[bytes], *, counts: Sequence[int], digits: int) -> Told:
    bounds = pairwise(accumulate(counts, initial=1))
    certificates, answers, lists = (tuple(pieces[begin:end]) for begin, end in bounds)
    room = make_time_room(pieces[0], Proofs(certificates, answers, lists), digits)
    return {"start": room.start, "end": room.end}, room.pdf


def _place(pieces: Sequence[bytes], *, wanted: Sequence[Sequence[float]]) -> Told:
    places = [Place(int(page), (left, bottom, right, top)) for page, left, bottom, right, top in wanted]
    found = free_place(pieces[0], places)
    return {} if found is None else {"page": found.page, "box": [float(side) for side in found.box]}, b""


def _seals(pieces: Sequence[bytes]) -> Told:
    return {"seals": CHECKS.dump_python(seals(pieces[0], pieces[1:]), mode="json")}, b""


def _merge(pieces: Sequence[bytes], *, duplex: bool) -> Told:
    return {}, merge_for_print(pieces, duplex=duplex)


def _name(pieces: Sequence[bytes]) -> Told:
    return {"name": authority_name(pieces[0])}, b""


def _pages(pieces: Sequence[bytes]) -> Told:
    return {"pages": len(PdfReader(io.BytesIO(pieces[0])).pages)}, b""


if __name__ == "__main__":
    load_whole(_LAZY, guarded=_GUARDED)
    serve(answer)
