"""The room for a signature in a PDF: made by whoever may parse the PDF, filled by whoever holds the key.

`make_room` parses the PDF and runs confined where the PDF is not of our own making (`papers_process`). `fill`
parses nothing: it proves by offsets that the room is one, hashes all but the room, and puts the signature
there (ISO 32000-1, 12.8.1; the byte range as ETSI EN 319 142-1, 5.1 demands it).
"""

from __future__ import annotations

import asyncio
import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from asn1crypto import crl, ocsp, x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import ExternalSigner
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import DocumentTimestamp
from pyhanko.sign.validation.dss import DocumentSecurityStore

from pipeline.documents.sealing.kept_key import PdfSignerAt
from pipeline.documents.sealing.signature_stamp import stamp_style

_LARGEST: Final = 1 << 20
"""Bytes that an increment with a signature may add; a visible one with its typeface takes 30 kB."""


_TIME_FIELD: Final = "JekeTimestamp"


class RoomError(ValueError):
    """There is no room for a signature where there should be."""


@dataclass(frozen=True, slots=True)
class Room:
    """A PDF with room for a signature from `start` to `end`, angle brackets included."""

    pdf: bytes
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class About:
    """What the new signature says of itself. `field` is the beginning of its field's name.

    Where there are fields, their number follows it. `when` carries its time zone. `digits`: hexadecimal ones
    kept free for the signature.
    """

    field: str
    name: str
    reason: str
    when: datetime
    digits: int


@dataclass(frozen=True, slots=True)
class Stamp:
    """What is to be seen of a signature: a PDF of one page (`signature_stamp`), on which page and where."""

    picture: bytes
    page: int
    box: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Proofs:
    """What shows later that certificates were in force: DER of certificates, OCSP answers and lists."""

    certificates: tuple[bytes, ...]
    answers: tuple[bytes, ...]
    lists: tuple[bytes, ...]

    @property
    def size(self) -> int:
        """Bytes of all of them."""
        return sum(map(len, (*self.certificates, *self.answers, *self.lists)))


def make_room(pdf: bytes, about: About, stamp: Stamp | None = None) -> Room:
    """The PDF with a signature appended that is still zeros, in a field of its own.

    Without a stamp it is not to be seen.

    Raises:
        Exception: whatever the library raises over a PDF that it cannot read.
    """
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    field = f"{about.field}{fields(writer) or ''}"
    says = PdfSignatureMetadata(
        field_name=field,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        reason=about.reason,
        name=about.name,
    )
    visible = {} if stamp is None else seen(field, stamp)
    act = PdfSignerAt(says, ExternalSigner(None, None), about.when, **visible)
    written = io.BytesIO()
    made = act.async_digest_doc_for_signing(writer, bytes_reserved=about.digits, output=written)
    prepared, _, _ = asyncio.run(made)
    return Room(written.getvalue(), prepared.reserved_region_start, prepared.reserved_region_end)


def make_time_room(pdf: bytes, proofs: Proofs, digits: int) -> Room:
    """The PDF with the proofs in its document security store, and a document timestamp that is still zeros.

    One increment (ETSI EN 319 142-1, 5.4 and 5.5): what the timestamp covers holds the proofs.

    Raises:
        Exception: whatever the library raises over a PDF that it cannot read.
    """
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    DocumentSecurityStore.supply_dss_in_writer(
        writer,
        None,
        certs=[x509.Certificate.load(der) for der in proofs.certificates],
        ocsps=[ocsp.OCSPResponse.load(der) for der in proofs.answers],
        crls=[crl.CertificateList.load(der) for der in proofs.lists],
    )
    field = f"{_TIME_FIELD}{fields(writer) or ''}"
    writing = PdfCMSEmbedder(new_field_spec=SigFieldSpec(field)).write_cms(field_name=field, writer=writer)
    next(writing)
    placeholder: Any = DocumentTimestamp
    writing.send(SigObjSetup(sig_placeholder=placeholder(bytes_reserved=digits)))
    written = io.BytesIO()
    prepared, _ = writing.send(SigIOSetup(md_algorithm="sha256", output=written))
    return Room(written.getvalue(), prepared.reserved_region_start, prepared.reserved_region_end)


def seen(field: str, stamp: Stamp) -> dict[str, Any]:
    """The library's arguments for a signature that is to be seen."""
    left, bottom, right, top = (round(n) for n in stamp.box)
    return {
        "stamp_style": stamp_style(stamp.picture),
        "new_field_spec": SigFieldSpec(field, on_page=stamp.page, box=(left, bottom, right, top)),
    }


def fields(writer: Any) -> int:
    """How many there are; to read the signatures in them would cost more than to sign."""
    try:
        return len(writer.root["/AcroForm"]["/Fields"])
    except KeyError:
        return 0


def fill(pdf: bytes, room: Room, sign: Callable[[bytes], bytes], *, digits: int, besides: int = 0) -> bytes:
    """The PDF, signed: `sign` gives the signature or timestamp (CMS, DER) over a SHA-256.

    `pdf` is what room was asked for, `besides` the bytes of proofs it was asked to hold; the rest is not
    believed.

    Raises:
        RoomError: what was given is not that PDF with an increment of one empty signature.
    """
    _require_room(pdf, room, digits, besides)
    digest = hashlib.sha256(memoryview(room.pdf)[: room.start])
    digest.update(memoryview(room.pdf)[room.end :])
    signature = sign(digest.digest()).hex().encode().ljust(digits, b"0")
    if len(signature) != digits:
        raise RoomError("length")
    return b"".join((room.pdf[: room.start + 1], signature, room.pdf[room.end - 1 :]))


def _require_room(pdf: bytes, room: Room, digits: int, besides: int) -> None:
    """By its bytes alone: ours in front, the room empty, its limits named once and as the byte range."""
    length = len(room.pdf)
    if not len(pdf) < room.start < room.end < length <= len(pdf) + digits + besides + _LARGEST:
        raise RoomError("place")
    if room.pdf[room.start : room.end] != b"<" + b"0" * digits + b">":
        raise RoomError("content")
    if not room.pdf.startswith(pdf):
        raise RoomError("document")
    added = room.pdf[len(pdf) :]
    named = b"/ByteRange [%d %d %d %d]" % (0, room.start, room.end, length - room.end)
    if added.count(b"/ByteRange") != 1 or named not in added:
        raise RoomError("range")
