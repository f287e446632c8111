"""One signature over some bytes, checked: is it intact, whose is it, who vouches for it, since when.

The library does the checking, with the national algorithms given to it; it is asked for one signer at a time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import (
    async_validate_cms_signature,
    collect_timing_info,
    extract_self_reported_ts,
    validate_tst_signed_data,
)
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import SignatureStatus, TimestampSignatureStatus
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import InvalidCertificateError

from pipeline.signatures.holder import Holder, Link, holder_of, link_of
from pipeline.signatures.national import algorithm_of, digest_of
from pipeline.signatures.revocations import is_listed, shown
from pipeline.signatures.trust import Asked, Trust
from pipeline.signatures.verdict import (
    CHAIN_CONSTRAINTS,
    FORMAT_FAILURE,
    HASH_FAILURE,
    PASSED,
    REVOKED_NO_POE,
    SIG_CRYPTO_FAILURE,
    TRY_LATER,
    Verdict,
    verdict_of,
)

_PURPOSES: Final = frozenset(
    {
        "email_protection",
        "1.3.6.1.5.5.7.3.36",  # document signing, RFC 9336
        "microsoft_document_signing",
        "pdf_signing",
        "any_extended_key_usage",
        "1.2.398.3.3.4.1.1",  # the national centre's: a natural person
        "1.2.398.3.3.4.1.2",  # of an organisation; those below: its head, who may sign, its staff
        *(f"1.2.398.3.3.4.1.2.{kind}" for kind in range(1, 7)),
    }
)
_USAGE: Final = KeyUsageConstraints(
    key_usage={"non_repudiation"},
    extd_key_usage=_PURPOSES,
    explicit_extd_key_usage_required=False,
)
"""A certificate for signing (RFC 5280, 4.2.1.3: contentCommitment), not one for logging in. Where it names
purposes (4.2.1.12), critical or not, one must be signing papers: a server's, a timestamping authority's or an
OCSP responder's does not sign here. One that names none may sign."""
_VOUCHING: Final = KeyUsageConstraints(
    key_usage=set(), extd_key_usage=_PURPOSES, explicit_extd_key_usage_required=False
)
"""An authority below the anchor that names purposes vouches for those alone."""


@dataclass(frozen=True)
class _Status(SignatureStatus):
    """The library's, which itself would demand that purposes be named."""

    @classmethod
    def default_usage_constraints(
        cls,
        key_usage_settings: KeyUsageConstraints | None = None,  # noqa: ARG003  # the library's signature
    ) -> KeyUsageConstraints:
        return _USAGE


class Revocation(StrEnum):
    """What is known of the signer's chain."""

    GOOD = "good"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Checked:
    """A signature and what was found of it.

    `where` is its field in the PDF or the name of its file. `holder` is None where no certificate could be
    read. `claimed_at` is the time the signer's machine told, `proven_at` one that a trusted timestamp proves.
    `chain` begins with the signer. `preliminary`: found by our own arithmetic over a national algorithm.
    """

    where: str
    verdict: Verdict
    holder: Holder | None = None
    algorithm: str = ""
    preliminary: bool = False
    claimed_at: datetime | None = None
    proven_at: datetime | None = None
    chain: tuple[Link, ...] = ()
    revocation: Revocation = Revocation.UNKNOWN


@dataclass(frozen=True, slots=True)
class Checker:
    """Checks signatures as of one moment, that of their arrival: whatever comes later cannot be proven."""

    trust: Trust
    moment: datetime

    def with_certificates(self, certificates: Iterable[Any]) -> Checker:
        """With what a file brings for all its signatures; none of it becomes an anchor."""
        return replace(self, trust=self.trust.with_material(certificates, (), ()))

    def check(self, signed_data: Any, content: bytes, where: str, proven: Iterable[datetime] = ()) -> Checked:
        """The signature of a CMS with one signer and without content of its own, over `content`.

        `proven` are times by which timestamps of the document prove it was there. Never raises: what cannot
        be read is a failure of its format.
        """
        try:
            return self._checked(signed_data, content, where, list(proven))
        except SignatureValidationError as error:
            found = verdict_of(error.ades_subindication)
            return Checked(where, FORMAT_FAILURE if found.passed else found)
        except Exception:  # noqa: BLE001  # the library raises many kinds on a broken signature
            return Checked(where, FORMAT_FAILURE)

    def timestamp(self, token: Any, content: bytes) -> datetime | None:
        """The time of a timestamp (RFC 3161) over `content`; None where it is not valid or not trusted."""

        def found(context: ValidationContext) -> TimestampSignatureStatus:
            told = validate_tst_signed_data(token, context, lambda name: digest_of(content, name))
            return TimestampSignatureStatus(**asyncio.run(told))

        return self._time(found)

    def _checked(self, signed_data: Any, content: bytes, where: str, proven: list[datetime]) -> Checked:
        signer = signed_data["signer_infos"][0]
        digest = digest_of(content, signer["digest_algorithm"]["algorithm"].native)
        status = self._status(signed_data, digest, self.moment, Asked.NOTHING)
        stamped = self._timestamp(signer, digest)
        proven_at = min([*proven, *([stamped] if stamped else [])], default=None)
        if proven_at is not None and not _verdict(status).passed:
            status = self._status(signed_data, digest, proven_at, Asked.NOTHING, past=True)
        certificate = status.signing_cert
        national = algorithm_of(signer["signature_algorithm"], certificate.public_key)
        checked = Checked(
            where,
            _verdict(status),
            holder=holder_of(certificate),
            algorithm=national.name if national else _algorithm(signer),
            preliminary=national is not None,
            claimed_at=extract_self_reported_ts(signer),
            proven_at=proven_at,
            chain=_chain(status),
        )
        return self._with_revocation(checked, status.validation_path)

    def _with_revocation(self, checked: Checked, path: Any) -> Checked:
        """Not revoked is what a list or an answer shows that fits; where none does, it is not known."""
        found = self._revocation(path, checked.proven_at)
        if found is Revocation.REVOKED:
            worst = REVOKED_NO_POE if checked.verdict.passed else checked.verdict
            return replace(checked, verdict=worst, revocation=found)
        if not checked.verdict.passed:
            return checked
        unproven = found is Revocation.UNKNOWN and self.trust.revocation_required
        return replace(checked, verdict=TRY_LATER if unproven else checked.verdict, revocation=found)

    def _revocation(self, path: Any, proven_at: datetime | None) -> Revocation:
        if path is None or not self.trust.knows_revocations:
            return Revocation.UNKNOWN
        if is_listed(list(path), self.trust.crls, self.moment, proven_at):
            return Revocation.REVOKED
        context = self.trust.context(proven_at or self.moment, Asked.IF_NAMED, past=proven_at is not None)
        return {True: Revocation.GOOD, False: Revocation.REVOKED, None: Revocation.UNKNOWN}[
            shown(path, context)
        ]

    def _status(
        self, signed_data: Any, digest: bytes, moment: datetime, asked: Asked, *, past: bool = False
    ) -> SignatureStatus:
        return asyncio.run(
            async_validate_cms_signature(
                signed_data,
                status_cls=_Status,
                raw_digest=digest,
                validation_context=self.trust.context(moment, asked, past=past),
            )
        )

    def _timestamp(self, signer: Any, digest: bytes) -> datetime | None:
        """The time of the signature's own timestamp (RFC 3161), where it is valid and trusted."""

        def found(context: ValidationContext) -> TimestampSignatureStatus | None:
            told = asyncio.run(collect_timing_info(signer, context, raw_digest=lambda _: digest))
            stamp: TimestampSignatureStatus | None = told.get("timestamp_validity")
            return stamp

        return self._time(found)

    def _time(self, found: Callable[[ValidationContext], TimestampSignatureStatus | None]) -> datetime | None:
        """None also where its authority is revoked, or where it cannot be read: it proves nothing then."""
        try:
            stamp = found(self.trust.context(self.moment, Asked.NOTHING))
            if stamp is None or not (stamp.valid and stamp.intact and stamp.trusted):
                return None
            revoked = self._revocation(stamp.validation_path, None) is Revocation.REVOKED
        except Exception:  # noqa: BLE001  # the library raises many kinds on a broken timestamp
            return None
        return None if revoked else stamp.timestamp


def _verdict(status: SignatureStatus) -> Verdict:
    if not status.intact:
        return HASH_FAILURE
    if not status.valid:
        return SIG_CRYPTO_FAILURE
    if not status.trusted:
        return verdict_of(status.trust_problem_indic)
    return PASSED if _vouched_for_signing(status) else CHAIN_CONSTRAINTS


def _vouched_for_signing(status: SignatureStatus) -> bool:
    path = status.validation_path
    _anchor, *authorities, _signer = [status.signing_cert] * 2 if path is None else list(path)
    try:
        for authority in authorities:
            _VOUCHING.validate(authority)
    except InvalidCertificateError:
        return False
    return True


def _chain(status: SignatureStatus) -> tuple[Link, ...]:
    path = status.validation_path
    certificates = [status.signing_cert] if path is None else list(path)[::-1]
    return tuple(map(link_of, certificates))


def _algorithm(signer: Any) -> str:
    signature = signer["signature_algorithm"]["algorithm"].native
    digest = signer["digest_algorithm"]["algorithm"].native
    return signature if digest in signature else f"{digest}_{signature}"
