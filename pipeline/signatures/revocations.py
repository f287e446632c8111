"""Which revocation lists count, and whom they name (RFC 5280, 5 and 6.3).

A list speaks for the authority whose key signed it, for nobody else of that name; a forged or a foreign one
says nothing. A revocation does not lapse when its list runs out; a certificate on hold may have come back.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from pyhanko_certvalidator.errors import RevokedError
from pyhanko_certvalidator.revinfo.validate_crl import find_cert_in_list, verify_crl
from pyhanko_certvalidator.revinfo.validate_ocsp import verify_ocsp_response

from pipeline.signatures.national import SignatureValidator

_AUTHORITIES_MOST: Final = 1000
_HOLD, _BACK = "certificate_hold", "remove_from_crl"
_proven: dict[tuple[bytes, bytes], bool] = {}
"""By list and key: seven signers ask the same of the same list."""


def is_signed_by(listed: Any, authority: Any) -> bool:
    """Whether that authority's key signed the list, and its certificate lets it (key usage cRLSign)."""
    if listed.issuer != authority.subject:
        return False
    usage = authority.key_usage_value
    if usage is not None and "crl_sign" not in usage.native:
        return False
    key = authority.public_key
    about = (hashlib.sha256(listed.dump()).digest(), hashlib.sha256(key.dump()).digest())
    if about not in _proven:
        _proven[about] = len(_proven) < _AUTHORITIES_MOST and _fits(listed, key)
    return _proven[about]


def _fits(listed: Any, key: Any) -> bool:
    try:
        SignatureValidator().validate_signature(
            listed["signature"].native, listed["tbs_cert_list"].dump(), key, listed["signature_algorithm"]
        )
    except (InvalidSignature, ValueError, TypeError, LookupError):
        return False
    return True


def is_listed(
    chain: Sequence[Any], lists: Iterable[Any], moment: datetime, proven_at: datetime | None
) -> bool:
    """Whether a list names a certificate of the chain (the anchor first), by the proven time if any."""
    known = list(lists)
    return any(
        proven_at is None or revoked_at <= proven_at
        for authority, certificate in pairwise(chain)
        for listed in known
        if is_signed_by(listed, authority)
        for revoked_at in _revoked(listed, certificate, moment)
    )


def shown(path: Any, context: Any) -> bool | None:
    """Whether every certificate of the path is shown not to be revoked; None where it is not known.

    By an answer or a list that fits in issuer, signature, time and scope, whether a certificate names where
    to ask or not. What cannot be read shows nothing.
    """
    every = [asyncio.run(_shown(certificate, path, context)) for certificate in list(path)[1:]]
    return False if False in every else None if None in every else True


async def _shown(certificate: Any, path: Any, context: Any) -> bool | None:
    for ask in (verify_ocsp_response, verify_crl):
        try:
            await ask(certificate, path, context)
        except RevokedError:
            return False
        except Exception:  # noqa: BLE001, S112  # the library raises many kinds on a broken list
            continue
        else:
            return True
    return None


def _revoked(listed: Any, certificate: Any, moment: datetime) -> Iterator[datetime]:
    """When, by that list."""
    try:
        at, why = find_cert_in_list(certificate, certificate.issuer, listed, listed.issuer)
    except (NotImplementedError, ValueError, TypeError, LookupError):
        return
    until = listed["tbs_cert_list"]["next_update"].native
    lapsed = why is not None and why.native == _HOLD and until is not None and until < moment
    if at is not None and why.native != _BACK and not lapsed:
        yield at
