from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.signatures.gost.streebog import streebog_512

# RFC 6986, 10.1.1 and 10.2.1; the standard prints the most significant byte first.
M1 = b"012345678901234567890123456789012345678901234567890123456789012"
M2 = bytes.fromhex(
    "fbe2e5f0eee3c820fbeafaebef20fffbf0e1e0f0f520e0ed20e8ece0ebe5f0f2f120fff0"
    "eeec20f120faf2fee5e2202ce8f6f3ede220e8e6eee1e8f0f2d1202ce8f0f2e5e220e5d1"
)[::-1]


@pytest.mark.parametrize(
    ("message", "digest"),
    [
        (
            M1,
            (
                "1b54d01a4af5b9d5cc3d86d68d285462b19abc2475222f35c085122be4ba1ffa"
                "00ad30f8767b3a82384c6574f024c311e2a481332b08ef7f41797891c1646f48"
            ),
        ),
        (
            M2,
            (
                "1e88e62226bfca6f9994f1f2d51569e0daf8475a3b0fe61a5300eee46d961376"
                "035fe83549ada2b8620fcd7c496ce5b33f0cb9dddc2b6460143b03dabac9fb28"
            ),
        ),
        (
            b"",
            (
                "8e945da209aa869f0455928529bcae4679e9873ab707b55315f56ceb98bef0a7"
                "362f715528356ee83cda5f2aac4c6ad2ba3a715c1bcd81cb8e9f90bf4c1c1a8a"
            ),
        ),
    ],
)
def test_known_answers(message: bytes, digest: str) -> None:
    assert streebog_512(message).hex() == digest


@given(st.binary(max_size=200), st.integers(0, 1599))
def test_every_bit_counts(message: bytes, bit: int) -> None:
    changed = bytearray(message or b"\0")
    changed[bit // 8 % len(changed)] ^= 1 << bit % 8
    assert streebog_512(bytes(changed)) != streebog_512(message)


@given(st.binary(max_size=130))
def test_length_counts(message: bytes) -> None:
    """Also where the block is filled up with zeros."""
    assert len({streebog_512(message + b"\0" * n) for n in range(3)}) == 3
