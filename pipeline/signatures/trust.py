"""Whom signatures are believed: a folder of certificates, revocation lists and OCSP answers; no network.

A self-issued certificate in it is a trust anchor, any other an intermediate one. Whoever may write into the
folder decides whom the archive believes: it belongs to the administrator alone.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any, Final, Self

from asn1crypto import crl, ocsp, pem
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.policy_decl import (
    NO_REVOCATION,
    CertRevTrustPolicy,
    RevocationCheckingPolicy,
)

from pipeline.domain.errors import MachineError
from pipeline.signatures.armour import unarmoured, without_mark
from pipeline.signatures.chains import BoundedPathBuilder
from pipeline.signatures.national import SignatureValidator

CERTIFICATES: Final = (".cer", ".crt", ".pem", ".der")
CRLS: Final = (".crl",)
OCSPS: Final = (".ocsp", ".ors")
_NEVER: Final = datetime.min.replace(tzinfo=UTC)


class Asked(Enum):
    """What a chain must show of revocation to be a chain."""

    NOTHING = NO_REVOCATION
    IF_NAMED = RevocationCheckingPolicy.from_legacy("hard-fail")
    """That no certificate is revoked which names where to ask."""


# The library logs names out of certificates and tracebacks; neither belongs into our logs.
for _logger in map(logging.getLogger, ("pyhanko", "pyhanko_certvalidator")):
    _logger.setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class Trust:
    """The anchors and what is known beside them; `revocation_required`: none at hand is not good enough."""

    anchors: tuple[Any, ...] = ()
    intermediates: tuple[Any, ...] = ()
    crls: tuple[Any, ...] = ()
    ocsps: tuple[Any, ...] = ()
    revocation_required: bool = False

    @classmethod
    def load(
        cls, folder: Path | None, *, anchors: Iterable[bytes] = (), revocation_required: bool = False
    ) -> Self:
        """The folder's, files of other endings left aside, and further anchors in DER.

        Raises:
            MachineError: `trust_folder` where it cannot be read, `trust_file` where a file in it is not
                what its ending says.
        """
        found = [certificate for der in anchors for certificate in load_certs_from_pemder_data(der)]
        store = cls(revocation_required=revocation_required)
        for path in files_of(folder):
            try:
                data, ending = path.read_bytes(), path.suffix.lower()
                if ending in CERTIFICATES:
                    found += _certificates(data)
                elif ending in CRLS:
                    store = replace(store, crls=(*store.crls, _crl(data)))
                elif ending in OCSPS:
                    store = replace(store, ocsps=(*store.ocsps, _ocsp(data)))
            except (OSError, ValueError, TypeError) as error:
                raise MachineError("trust_file", file=path.name) from error
        return replace(
            store,
            anchors=tuple(c for c in found if c.self_issued),
            intermediates=tuple(c for c in found if not c.self_issued),
        )

    def with_material(self, certificates: Iterable[Any], crls: Iterable[Any], ocsps: Iterable[Any]) -> Trust:
        """With what a document brings along to prove its own signatures; none of it becomes an anchor.

        What of it cannot be read proves nothing and is left aside.
        """
        return replace(
            self,
            intermediates=(*self.intermediates, *certificates),
            crls=(*self.crls, *(c for c in crls if _issued(c) > _NEVER)),
            ocsps=(*self.ocsps, *(o for o in ocsps if _issued(o) > _NEVER)),
        )

    @property
    def knows_revocations(self) -> bool:
        """Whether there is anything to look a revocation up in."""
        return bool(self.crls or self.ocsps)

    def context(self, moment: datetime, asked: Asked, *, past: bool = False) -> ValidationContext:
        """For the library, at that moment; the newest lists and answers come first.

        `past`: the moment is one that a timestamp proves, and what became known later counts too.
        """
        context = ValidationContext(
            trust_roots=list(self.anchors),
            other_certs=list(self.intermediates),
            crls=sorted(self.crls, key=_issued, reverse=True),
            ocsps=sorted(self.ocsps, key=_issued, reverse=True),
            moment=moment,
            allow_fetching=False,
            revinfo_policy=CertRevTrustPolicy(asked.value, retroactive_revinfo=past),
            signature_validator=SignatureValidator(),
        )
        builder = context.path_builder
        context.path_builder = BoundedPathBuilder(builder.trust_manager, builder.registry)
        return context


def files_of(folder: Path | None) -> list[Path]:
    """What is read of the folder, by name.

    Raises:
        MachineError: `trust_folder`.
    """
    endings = (*CERTIFICATES, *CRLS, *OCSPS)
    if folder is None:
        return []
    try:
        return sorted(p for p in folder.iterdir() if p.suffix.lower() in endings and p.is_file())
    except OSError as error:
        raise MachineError("trust_folder", reason=error.strerror or "") from error


def _certificates(data: bytes) -> list[Any]:
    """Read whole: the library reads a certificate's parts only when they are asked for."""
    plain = without_mark(data)
    found = list(load_certs_from_pemder_data(plain if pem.detect(plain) else unarmoured(plain)))
    for certificate in found:
        certificate.native  # noqa: B018  # raises where a part cannot be read
    if not found:
        raise ValueError("no certificate")
    return found


def _crl(data: bytes) -> Any:
    found = crl.CertificateList.load(unarmoured(data), strict=True)
    _ = found["tbs_cert_list"]["this_update"].native
    return found


def _ocsp(data: bytes) -> Any:
    found = ocsp.OCSPResponse.load(unarmoured(data), strict=True)
    _ = found["response_status"].native
    return found


def _issued(known: Any) -> datetime:
    """When a list or an answer was made; `_NEVER` where it does not say or cannot be read."""
    try:
        if isinstance(known, crl.CertificateList):
            found = known["tbs_cert_list"]["this_update"].native
        else:
            found = known.response_data["produced_at"].native
    except (ValueError, TypeError, LookupError, AttributeError):
        return _NEVER
    return found if isinstance(found, datetime) else _NEVER
