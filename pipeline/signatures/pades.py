"""A PDF that came back with signatures in it: each signature, and everything done to the paper beside them.

The library accepts what a paper of the order must not have: signatures cut off, bytes after the end, a
revision that changes only the document's information, an empty field whose picture hides words. So it is
asked for each signature and each change between them, and what nobody's signature covers is named here.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, Final

from asn1crypto import cms, crl, ocsp, x509
from pyhanko.pdf_utils.generic import Reference
from pyhanko.pdf_utils.metadata.model import DocumentMetadata
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader
from pyhanko.sign.diff_analysis import (
    DEFAULT_DIFF_POLICY,
    CatalogModificationRule,
    DiffPolicy,
    DiffResult,
    DSSCompareRule,
    ModificationLevel,
    ReferenceUpdate,
    StandardDiffPolicy,
    SuspiciousModification,
)
from pyhanko.sign.diff_analysis.constants import ROOT_EXEMPT_STRICT_COMPARISON
from pyhanko.sign.validation import DocumentSecurityStore, EmbeddedPdfSignature
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.status import SignatureCoverageLevel

from pipeline.scans.covered_text import hidden_text, same_pages
from pipeline.signatures.encoding import definite
from pipeline.signatures.national import digest_of
from pipeline.signatures.pdf_revisions import covered_ends
from pipeline.signatures.signature import Checked, Checker

_TIMESTAMP: Final = "/DocTimeStamp"
_catalog: Any = CatalogModificationRule  # the library's, without annotations


class _NotComparedError(Exception):
    """What follows a signature cannot be held against what it covers."""


class _ProofsRule(DSSCompareRule):
    """A store of proofs written anew, as Adobe and DSS do, does not tell that the paper was changed."""

    def apply(self, old: HistoricalResolver, new: HistoricalResolver) -> Iterator[ReferenceUpdate]:
        try:
            yield from super().apply(old, new)
        except SuspiciousModification as error:
            raise _NotComparedError from error


_proofs_rule: Any = _ProofsRule().as_qualified(ModificationLevel.LTA_UPDATES)
_RULES: Final = [
    _proofs_rule if isinstance(getattr(rule, "rule", None), DSSCompareRule) else rule
    for rule in DEFAULT_DIFF_POLICY.global_rules
]
_POLICY: Final = StandardDiffPolicy(global_rules=_RULES, form_rule=DEFAULT_DIFF_POLICY.form_rule)
_BESIDE_CERTIFYING: Final = StandardDiffPolicy(
    global_rules=[
        _catalog({*ROOT_EXEMPT_STRICT_COMPARISON, "/Perms"}),
        *(rule for rule in _RULES if not isinstance(rule, CatalogModificationRule)),
    ],
    form_rule=DEFAULT_DIFF_POLICY.form_rule,
)
"""What else was changed where a later signature entered itself as the certifying one."""


class Tampering(StrEnum):
    """What was done to a paper beside signing it."""

    UNREADABLE = "unreadable"
    """It is no PDF any more, or its fields cannot be read."""
    ORIGINAL_HIDDEN = "original_hidden"
    """The seal of the paper as made is no longer among its signatures."""
    SIGNATURE_HIDDEN = "signature_hidden"
    """There are signatures in the bytes that no field names."""
    PART_NOT_COVERED = "part_not_covered"
    """A signature leaves out a part of what came before it."""
    CHANGED = "changed"
    """Something was changed after a signature: a page, a text, another signature."""
    NOT_COMPARED = "not_compared"
    """What follows a signature cannot be held against what it covers: a person must look."""
    TEXT_HIDDEN = "text_hidden"
    """A picture laid on the paper, a signature's or an empty field's, lies over its words."""
    REVISION_AFTER = "revision_after"
    """A revision follows that nobody signed."""
    CERTIFIED_AFTER = "certified_after"
    """A signature certifies the paper after its seal: only the first one may (ISO 32000-1, 12.8.2.2)."""
    BYTES_AFTER_END = "bytes_after_end"
    """Bytes follow after the end."""


@dataclass(frozen=True, slots=True)
class Tampered:
    """One thing done to the paper; `where` is the field of a signature, empty where it is the file's."""

    what: Tampering
    where: str = ""


@dataclass(frozen=True, slots=True)
class SignedPdf:
    """The signatures after the seal, oldest first, and what else was done to the paper."""

    signatures: tuple[Checked, ...] = ()
    tampered: tuple[Tampered, ...] = ()


@dataclass(slots=True)
class _Reading:
    pdf: bytes
    original_end: int
    reader: PdfFileReader
    found: list[EmbeddedPdfSignature]
    tampered: list[Tampered] = field(default_factory=list)


def read_signed_pdf(pdf: bytes, original_end: int, checker: Checker) -> SignedPdf:
    """The paper whose first `original_end` bytes are a document as we made and sealed it.

    Never raises: a paper that cannot be read is one that was tampered with.
    """
    try:
        reader = PdfFileReader(io.BytesIO(pdf), strict=False)
        _remember_changes(reader)
        found = [_as_signed(one) for one in reader.embedded_signatures]
        reading = _Reading(pdf, original_end, reader, found)
        return _read(reading, checker)
    except Exception:  # noqa: BLE001  # the library raises many kinds on a broken file
        return SignedPdf(tampered=(Tampered(Tampering.UNREADABLE),))


def _read(reading: _Reading, checker: Checker) -> SignedPdf:
    checker = replace(checker, trust=_with_material(reading.reader, checker))
    ours = next((f for f in reading.found if _end(f) == reading.original_end), None)
    theirs = [f for f in reading.found if _end(f) > reading.original_end]
    if ours is None:
        reading.tampered.append(Tampered(Tampering.ORIGINAL_HIDDEN))
    if {_end(f) for f in reading.found} != set(covered_ends(reading.pdf)):
        reading.tampered.append(Tampered(Tampering.SIGNATURE_HIDDEN))
    certifying = [f.field_name for f in theirs if _certifies(f)]
    reading.tampered += [Tampered(Tampering.CERTIFIED_AFTER, name) for name in certifying]
    for one in reading.found:
        if _end(one) >= reading.original_end:
            reading.tampered += _changes(one, _BESIDE_CERTIFYING if certifying else _POLICY)
    reading.tampered += _shown_otherwise(reading)
    reading.tampered += _after_the_last(reading)
    stamps = list(_document_timestamps(theirs, reading.pdf, checker))
    signatures = tuple(
        checker.check(
            one.signed_data,
            _covered(one, reading.pdf),
            one.field_name,
            [at for end, at in stamps if end > _end(one)],
        )
        for one in theirs
        if one.sig_object_type != _TIMESTAMP
    )
    return SignedPdf(signatures, tuple(dict.fromkeys(reading.tampered)))


def _remember_changes(reader: PdfFileReader) -> None:
    """The library looks through all revisions for each object; of 25 signatures a hundred thousand times."""
    known = vars(reader.xrefs)
    known["get_introducing_revision"] = cache(reader.xrefs.get_introducing_revision)
    known["get_last_change"] = cache(reader.xrefs.get_last_change)


def _as_signed(signature: EmbeddedPdfSignature) -> EmbeddedPdfSignature:
    """With its message read without open lengths."""
    signature.signed_data = cms.ContentInfo.load(definite(signature.pkcs7_content)[0])["content"]
    signature.signer_info = signature.signed_data["signer_infos"][0]
    return signature


def _shown_otherwise(reading: _Reading) -> Iterator[Tampered]:
    """What another library sees changed: readers differ over the same bytes, and a paper may count on it."""
    original = reading.pdf[: reading.original_end]
    if not same_pages(original, reading.pdf):
        yield Tampered(Tampering.CHANGED)
    for name in hidden_text(original, reading.pdf):
        yield Tampered(Tampering.TEXT_HIDDEN, name)


def _end(signature: EmbeddedPdfSignature) -> int:
    return int(signature.byte_range[-2]) + int(signature.byte_range[-1])


def _covered(signature: EmbeddedPdfSignature, pdf: bytes) -> bytes:
    first, length, second, rest = (int(n) for n in signature.byte_range)
    return pdf[first : first + length] + pdf[second : second + rest]


def _certifies(signature: EmbeddedPdfSignature) -> bool:
    references = signature.sig_object.get("/Reference", ())
    return any(one.get_object().get("/TransformMethod") == "/DocMDP" for one in references)


def _changes(signature: EmbeddedPdfSignature, policy: DiffPolicy) -> Iterator[Tampered]:
    """What the library finds changed since that signature."""
    signature.external_digests[signature.external_md_algorithm] = (
        b""  # the digest itself is checked elsewhere
    )
    if _padding(signature).strip(b"\0"):
        yield Tampered(Tampering.PART_NOT_COVERED, signature.field_name)
    coverage = signature.evaluate_signature_coverage()
    if coverage < SignatureCoverageLevel.ENTIRE_REVISION:
        yield Tampered(Tampering.PART_NOT_COVERED, signature.field_name)
    elif coverage < SignatureCoverageLevel.ENTIRE_FILE:
        try:
            if _modified(signature, policy) > ModificationLevel.FORM_FILLING:
                yield Tampered(Tampering.CHANGED, signature.field_name)
        except (_NotComparedError, KeyError, ValueError, AttributeError, PdfError):
            yield Tampered(Tampering.NOT_COMPARED, signature.field_name)


def _modified(signature: EmbeddedPdfSignature, policy: DiffPolicy) -> ModificationLevel:
    """How far; raises one of many kinds where the library cannot compare (a reference to nowhere)."""
    found = policy.review_file(
        signature.reader,
        signature.signed_revision,
        field_mdp_spec=signature.fieldmdp,
        doc_mdp=signature.docmdp_level,
    )
    return found.modification_level if isinstance(found, DiffResult) else ModificationLevel.OTHER


def _padding(signature: EmbeddedPdfSignature) -> bytes:
    """What stands in the room of the signature behind it, covered by nobody."""
    content = signature.pkcs7_content
    return content[definite(content)[1] :]


def _after_the_last(reading: _Reading) -> Iterator[Tampered]:
    """The file must end where the last signature's coverage ends, but for material that proves signatures."""
    last = max((_end(f) for f in reading.found), default=0)
    rest = reading.pdf[last:]
    if not rest:
        return
    if b"startxref" not in rest:
        yield Tampered(Tampering.BYTES_AFTER_END)
    elif not reading.found or not _only_proofs(reading.reader, reading.found, rest):
        yield Tampered(Tampering.REVISION_AFTER)


def _only_proofs(reader: PdfFileReader, found: Sequence[EmbeddedPdfSignature], rest: bytes) -> bool:
    """Whether the revisions after the last signature add a document security store and nothing else."""
    signed = max(f.signed_revision for f in found)
    before, xrefs, trailer = reader.get_historical_resolver(signed), reader.xrefs, reader.trailer
    changed = {
        ref
        for revision in range(signed + 1, xrefs.total_revisions)
        for ref in xrefs.explicit_refs_in_revision(revision) | xrefs.refs_freed_in_revision(revision)
        if _introduced(xrefs, ref) <= signed
    }
    return (
        changed <= {reader.root_ref, *_proofs(before), *_metadata(before)}
        and _described(before) == _described(reader)
        and _without_proofs(before.root) == _without_proofs(reader.root)
        and all(
            _written(trailer.raw_get(key, revision=signed) if key in before.trailer_view else None)
            == _written(trailer.raw_get(key) if key in trailer else None)
            for key in ("/Root", "/Info")
        )
        and rest.rstrip().endswith(b"%%EOF")
    )


def _introduced(xrefs: Any, ref: Reference) -> int:
    """The revision that an object came with; one that was freed and never there came with none."""
    try:
        return int(xrefs.get_introducing_revision(ref))
    except KeyError:
        return 0


def _proofs(before: HistoricalResolver) -> set[Reference]:
    """The objects of the store as it was, which grows in place."""
    if "/DSS" not in before.root:
        return set()
    kept = before.root.raw_get("/DSS")
    return {Reference(ref.idnum, ref.generation) for ref in before.collect_dependencies(kept)}


def _metadata(before: HistoricalResolver) -> Iterator[Reference]:
    """The document's description, in which programs write when they last touched it."""
    if "/Metadata" in before.root:
        yield before.root.raw_get("/Metadata").reference


def _described(revision: PdfFileReader | HistoricalResolver) -> DocumentMetadata:
    return replace(revision.document_meta_view, last_modified=None)


def _without_proofs(root: Any) -> dict[str, bytes]:
    return {key: _written(root.raw_get(key)) for key in root if key not in ("/DSS", "/Extensions")}


def _written(value: Any) -> bytes:
    """As it stands in a file; the library compares references of two revisions as unequal."""
    if value is None:
        return b""
    written = io.BytesIO()
    value.write_to_stream(written)
    return written.getvalue()


def _with_material(reader: PdfFileReader, checker: Checker) -> Any:
    """The trust with the certificates, lists and answers that the paper brings along (its DSS)."""
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except (NoDSSFoundError, KeyError, ValueError, AttributeError, PdfError):
        return checker.trust
    certificates = _readable(lambda ref: x509.Certificate.load(ref.get_object().data), store.certs.values())
    return checker.trust.with_material(
        [one for one in certificates if _is_certificate(one)],
        _readable(lambda ref: crl.CertificateList.load(ref.get_object().data), store.crls),
        _readable(lambda ref: ocsp.OCSPResponse.load(ref.get_object().data), store.ocsps),
    )


def _readable(load: Callable[[Any], Any], refs: Iterable[Any]) -> list[Any]:
    """What cannot be read proves nothing, and accuses nobody."""
    found = []
    for ref in refs:
        with suppress(ValueError, TypeError, KeyError, AttributeError, PdfError, zlib.error):
            found.append(load(ref))
    return found


def _is_certificate(one: Any) -> bool:
    try:
        return one.native is not None and one.public_key is not None
    except (ValueError, TypeError, KeyError, AttributeError):
        return False


def _document_timestamps(
    theirs: Sequence[EmbeddedPdfSignature], pdf: bytes, checker: Checker
) -> Iterator[tuple[int, datetime]]:
    """End of coverage and time of each document timestamp that is valid and trusted."""
    for one in theirs:
        if one.sig_object_type != _TIMESTAMP:
            continue
        token = one.signed_data["encap_content_info"]["content"].parsed
        imprint = token["message_imprint"]
        covered = digest_of(_covered(one, pdf), imprint["hash_algorithm"]["algorithm"].native)
        at = checker.timestamp(one.signed_data, covered)
        if at is not None:
            yield _end(one), at
