"""A person's key: a PKCS#12 file, or a token named by a PKCS#11 address (RFC 7512)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from cryptography.hazmat.primitives.serialization import pkcs12
from pyhanko.config.pkcs11 import TokenCriteria
from pyhanko.sign import Signer
from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session

from pipeline.documents.sealing.kept_key import KeptKeySigner, Key, as_asn1
from pipeline.domain.errors import MachineError, RefusedError

SCHEME: Final = "pkcs11:"


@contextmanager
def opened_key(address: str, passphrase: str) -> Iterator[Signer]:
    """The key of that file or token, open as long as it is used.

    `pkcs11:token=NAME;object=NAME?module-path=FILE` names a token; `passphrase` is then its PIN.

    Raises:
        RefusedError: `sign_key_closed`, the passphrase does not open it.
        MachineError: `sign_key` where there is no such file or token, or it holds no RSA or EC key.
    """
    if address.startswith(SCHEME):
        with _token(address, passphrase) as signer:
            yield signer
    else:
        yield _file(Path(address), passphrase)


def _file(path: Path, passphrase: str) -> Signer:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise MachineError("sign_key", why=error.strerror or "") from error
    try:
        key, certificate, others = pkcs12.load_key_and_certificates(data, passphrase.encode() or None)
    except ValueError as error:
        raise RefusedError("sign_key_closed") from error
    if certificate is None or not isinstance(key, Key):
        raise MachineError("sign_key", why="RSA, EC")
    return KeptKeySigner(key, as_asn1(certificate), [as_asn1(c) for c in others])


@contextmanager
def _token(address: str, pin: str) -> Iterator[Signer]:
    parts = urlsplit(address)
    named = dict(part.split("=", 1) for part in parts.path.split(";") if "=" in part)
    named = {name: unquote(value) for name, value in named.items()}
    module = dict(parse_qsl(parts.query)).get("module-path")
    if module is None or "token" not in named:
        raise MachineError("sign_key", why="pkcs11:token=…;object=…?module-path=…")
    try:
        session: Any = open_pkcs11_session(
            module, token_criteria=TokenCriteria(label=named["token"]), user_pin=pin
        )
    except Exception as error:  # the library raises a kind of its own for each answer of a token
        kind = type(error).__name__
        if kind.startswith("Pin"):
            raise RefusedError("sign_key_closed") from error
        raise MachineError("sign_key", why=kind) from error
    try:
        label = named.get("object")
        yield PKCS11Signer(session, cert_label=label, key_label=label, other_certs_to_pull=None)
    finally:
        session.close()
