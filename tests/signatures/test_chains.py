"""Chains are searched within bounds, and lawful ones are found among whatever else a paper brings."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID

from pipeline.documents.sealing.kept_key import as_asn1
from pipeline.signatures.chains import LONGEST, MOST_CHAINS, BoundedPathBuilder
from pipeline.signatures.trust import Asked, Trust
from tests.signatures.people import FROM, UNTIL

NOW = dt.datetime(2026, 3, 2, 10, 30, tzinfo=dt.UTC)
KEYS = [ec.generate_private_key(ec.SECP256R1()) for _ in range(14)]
LEAF = ec.generate_private_key(ec.SECP256R1())


def certificate(
    subject: str, key: Any, issuer: str, by: Any, *, ca: bool = True, until: dt.datetime = UNTIL
) -> x509.Certificate:
    """Without key identifiers: only the name tells who may have issued it."""
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)]) for text in (subject, issuer)]
    return (
        x509.CertificateBuilder()
        .subject_name(names[0])
        .issuer_name(names[1])
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(FROM)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .sign(by, SHA256())
    )


def chains(
    leaf: x509.Certificate, anchors: list[x509.Certificate], others: list[x509.Certificate]
) -> list[list[str]]:
    """Each chain from the anchor down, as names."""
    trust = Trust(tuple(map(as_asn1, anchors)), tuple(map(as_asn1, others)))
    builder = trust.context(NOW, Asked.NOTHING).path_builder
    assert isinstance(builder, BoundedPathBuilder)
    return [[c.subject.native["common_name"] for c in chain] for chain in builder.chains(as_asn1(leaf))]


def signed_by(issuer: str, key: Any) -> x509.Certificate:
    return certificate("ТҰЛҒА", LEAF, issuer, key, ca=False)


def everyone_certifies_everyone(count: int) -> list[x509.Certificate]:
    """Truly cross-certified: no signature is wrong."""
    return [
        certificate(f"C{s}", KEYS[s], f"C{i}", KEYS[i]) for s in range(count) for i in range(count) if s != i
    ]


MESHES = {
    "one name, keys that signed nothing": [certificate("C", k, "C", k) for k in KEYS[:12]],
    "one name, each signed by the next": [
        certificate("C", KEYS[n], "C", KEYS[(n + 1) % 12]) for n in range(12)
    ],
    "all certify all": everyone_certifies_everyone(12),
    "one key under two names in a ring": [
        certificate("C", KEYS[0], "C0", KEYS[0]),
        certificate("C0", KEYS[0], "C", KEYS[0]),
    ],
    "a long line": [certificate(f"C{n}", KEYS[0], f"C{n + 1}", KEYS[0]) for n in range(400)],
}


@pytest.mark.parametrize("mesh", MESHES)
def test_a_mesh_ends(mesh: str) -> None:
    """The number of chains is bounded, not the clock; the clock only shows that the bound is no large one."""
    began = time.process_time()
    for name in ("C", "C0"):
        assert (
            chains(signed_by(name, KEYS[0]), [certificate("R", KEYS[13], "R", KEYS[13])], MESHES[mesh]) == []
        )
    assert time.process_time() - began < 20


def test_no_more_than_so_many_chains() -> None:
    root = certificate("R", KEYS[13], "R", KEYS[13])
    many = [certificate("C", KEYS[n % 12], "R", KEYS[13]) for n in range(200)]
    assert len(chains(signed_by("C", KEYS[0]), [root], many)) == MOST_CHAINS


def test_a_line_as_long_as_allowed() -> None:
    root = certificate("R", KEYS[13], "R", KEYS[13])

    def line(length: int) -> list[list[str]]:
        names = [f"C{n}" for n in range(length - 1)] + ["R"]
        between = [certificate(names[n], KEYS[n], names[n + 1], KEYS[n + 1]) for n in range(length - 1)]
        return chains(signed_by(names[0], KEYS[0]), [root], between)

    assert [len(c) for c in line(LONGEST)] == [LONGEST + 1]
    assert line(LONGEST + 1) == []


# --- lawful neighbours -------------------------------------------------------------------------------------


def test_an_authority_renewed_under_its_name() -> None:
    """The same name with five keys, each certified by the root of its day: all are tried."""
    roots = [certificate("R", KEYS[13 - n], "R", KEYS[13 - n]) for n in range(3)]
    renewed = [certificate("C", KEYS[n], "R", KEYS[13 - n % 3]) for n in range(5)]
    found = chains(signed_by("C", KEYS[4]), roots, renewed)
    assert all(names == ["R", "C", "ТҰЛҒА"] for names in found)
    assert len(found) == 15


def test_a_cross_certificate_leads_to_the_anchor() -> None:
    """The old root certifies the new one; only the old is trusted here."""
    old = certificate("OLD", KEYS[0], "OLD", KEYS[0])
    cross = certificate("NEW", KEYS[1], "OLD", KEYS[0])
    new = certificate("NEW", KEYS[1], "NEW", KEYS[1])
    issuing = certificate("C", KEYS[2], "NEW", KEYS[1])
    assert ["OLD", "NEW", "C", "ТҰЛҒА"] in chains(signed_by("C", KEYS[2]), [old], [new, issuing, cross])
    assert ["NEW", "C", "ТҰЛҒА"] in chains(signed_by("C", KEYS[2]), [new], [issuing, cross])


@pytest.mark.parametrize("mesh", MESHES)
def test_a_lawful_chain_among_a_mesh(mesh: str) -> None:
    """What the administrator's folder holds comes first, whatever a paper brings beside it."""
    root, issuing = certificate("R", KEYS[13], "R", KEYS[13]), certificate("C", KEYS[12], "R", KEYS[13])
    assert ["R", "C", "ТҰЛҒА"] in chains(signed_by("C", KEYS[12]), [root], [issuing, *MESHES[mesh]])


def test_what_is_no_authority_issues_nothing() -> None:
    root = certificate("R", KEYS[13], "R", KEYS[13])
    somebody = certificate("C", KEYS[0], "R", KEYS[13], ca=False)
    assert chains(signed_by("C", KEYS[0]), [root], [somebody]) == []
