"""The confined worker that reads what people signed: CMS files, signed PDFs, certificates, revocations.

Two questions. `read`: what each CMS file says it signs. `look`: what the signatures of a paper are worth,
and what was done to it beside signing. Everything comes with the question; names, numbers and times are told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import accumulate, pairwise
from typing import Any, Final

from asn1crypto import crl, ocsp, x509

from pipeline.confined.inside import Files, Told, serve
from pipeline.confined.loading import load_whole
from pipeline.domain.errors import CorruptError
from pipeline.signatures.cms import SignatureFile, read_cms
from pipeline.signatures.paper import Evidence, look
from pipeline.signatures.signature import Checker
from pipeline.signatures.signature_answers import FOUND, READS, Content, ReadCms
from pipeline.signatures.trust import Trust

_LAZY: Final = (
    "asn1crypto",
    "cryptography.hazmat",
    "lxml.etree",
    "pyhanko.pdf_utils",
    "pyhanko.sign.diff_analysis",
    "pyhanko.sign.validation",
    "pyhanko_certvalidator",
)
_LOADED: Final = (
    "asn1crypto",
    "cryptography",
    "lxml",
    "numpy",
    "pipeline",
    "pyhanko",
    "pyhanko_certvalidator",
    "pypdfium2",
)


def answer(asked: dict[str, Any], data: bytes, _files: Files) -> Told:
    """The answer to one question."""
    pieces = list(_pieces(data, asked["lengths"]))
    match asked["do"]:
        case "read":
            return {"files": READS.dump_python(tuple(map(_read, pieces)), mode="json")}, b""
        case "look":
            found = look(_evidence(asked, pieces), _checker(asked, pieces))
            return {"found": FOUND.dump_python(found, mode="json")}, b""
    raise ValueError("question")


def _pieces(data: bytes, lengths: Sequence[int]) -> Iterator[bytes]:
    ends = accumulate(lengths, initial=0)
    return (data[begin:end] for begin, end in pairwise(ends))


def _read(data: bytes) -> ReadCms:
    try:
        file = read_cms("", data)
        content = None if file.content is None else Content.of(file.content)
        return ReadCms(content=content, national=file.is_national, signers=file.digests)
    except CorruptError as error:
        return ReadCms(unreadable=str(error.params["why"]))


def _evidence(asked: Mapping[str, Any], pieces: list[bytes]) -> Evidence:
    pdf = pieces.pop(0)
    beside = tuple(_signature(name, pieces.pop(0)) for name in asked["beside"])
    return Evidence(pdf, asked["original_end"], beside)


def _signature(name: str, data: bytes) -> SignatureFile:
    try:
        return read_cms(name, data)
    except CorruptError:
        return SignatureFile(name, data)


def _checker(asked: Mapping[str, Any], pieces: list[bytes]) -> Checker:
    def taken(kind: str, load: Any) -> tuple[Any, ...]:
        return tuple(load(pieces.pop(0)) for _ in range(asked[kind]))

    trust = Trust(
        anchors=taken("anchors", x509.Certificate.load),
        intermediates=taken("intermediates", x509.Certificate.load),
        crls=taken("crls", crl.CertificateList.load),
        ocsps=taken("ocsps", ocsp.OCSPResponse.load),
        revocation_required=asked["revocation_required"],
    )
    return Checker(trust, datetime.fromisoformat(asked["moment"]))


if __name__ == "__main__":
    load_whole(_LAZY, guarded=_LOADED)
    serve(answer)
