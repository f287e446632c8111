from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.signatures.gost.curve import CRYPTOPRO_A, TC26_512_A, Curve
from pipeline.signatures.gost.signature import fits, verify
from tests.signatures.gost_people import GostKey

# RFC 7091, 7.1 and the second example of GOST R 34.10-2012.
SMALL = Curve(
    p=0x8000000000000000000000000000000000000000000000000000000000000431,
    a=7,
    b=0x5FBFF498AA938CE739B8E022FBAFEF40563F6E6A3472FC2A514C0CE9DAE23B7E,
    q=0x8000000000000000000000000000000150FE8A1892976154C59CFC193ACCF5B3,
    base=(2, 0x08E2A8A0E65147D4BD6316030E16D19C85C97F0A9CA267122B96ABBCEA7E8FC8),
    size=32,
)
SMALL_KEY = (
    0x7F2B49E270DB6D90D8595BEC458B50C58585BA1D4E9B788F6689DBD8E56FD80B,
    0x26F1B489D6701DD185C8413A977B3CBBAF64D1C593D26627DFFB101A87FF77DA,
)
SMALL_E = 0x2DFBC1B372D89A1188C09C52E0EEC61FCE52032AB1022E8E67ECE6672B043EE5
SMALL_R = 0x41AA28D2F1AB148280CD9ED56FEDA41974053554A42767B83AD043FD39DC0493
SMALL_S = 0x01456C64BA4642A1653C235A98A60249BCD6D3F746B631DF928014F6C5BF9C40

LARGE = Curve(
    p=0x4531ACD1FE0023C7550D267B6B2FEE80922B14B2FFB90F04D4EB7C09B5D2D15DF1D852741AF4704A0458047E80E4546D35B8336FAC224DD81664BBF528BE6373,
    a=7,
    b=0x1CFF0806A31116DA29D8CFA54E57EB748BC5F377E49400FDD788B649ECA1AC4361834013B2AD7322480A89CA58E0CF74BC9E540C2ADD6897FAD0A3084F302ADC,
    q=0x4531ACD1FE0023C7550D267B6B2FEE80922B14B2FFB90F04D4EB7C09B5D2D15DA82F2D7ECB1DBAC719905C5EECC423F1D86E25EDBE23C595D644AAF187E6E6DF,
    base=(
        0x24D19CC64572EE30F396BF6EBBFD7A6C5213B3B3D7057CC825F91093A68CD762FD60611262CD838DC6B60AA7EEE804E28BC849977FAC33B4B530F1B120248A9A,
        0x2BB312A43BD2CE6E0D020613C857ACDDCFBF061E91E5F2C3F32447C259F39B2C83AB156D77F1496BF7EB3351E1EE4E43DC1A18B91B24640B6DBB92CB1ADD371E,
    ),
    size=64,
)
LARGE_KEY = (
    0x115DC5BC96760C7B48598D8AB9E740D4C4A85A65BE33C1815B5C320C854621DD5A515856D13314AF69BC5B924C8B4DDFF75C45415C1D9DD9DD33612CD530EFE1,
    0x37C7C90CD40B0F5621DC3AC1B751CFA0E2634FA0503B3D52639F5D7FB72AFD61EA199441D943FFE7F0C70A2759A3CDB84C114E1F9339FDF27F35ECA93677BEEC,
)
LARGE_E = 0x3754F3CFACC9E0615C4F4A7C4D8DAB531B09B6F9C170C533A71D147035B0C5917184EE536593F4414339976C647C5D5A407ADEDB1D560C4FC6777D2972075B8C
LARGE_R = 0x2F86FA60A081091A23DD795E1E3C689EE512A3C82EE0DCC2643C78EEA8FCACD35492558486B20F1C9EC197C90699850260C93BCBCD9C5C3317E19344E173AE36
LARGE_S = 0x1081B394696FFE8E6585E7A9362D26B6325F56778AADBC081C0BFBE933D52FF5823CE288E8C4F362526080DF7F70CE406A6EEB1F56919CB92A9853BDE73E5B4A

EXAMPLES = [
    (SMALL, SMALL_KEY, SMALL_E, SMALL_R, SMALL_S),
    (LARGE, LARGE_KEY, LARGE_E, LARGE_R, LARGE_S),
]


@pytest.mark.parametrize(("curve", "key", "e", "r", "s"), EXAMPLES)
def test_examples_of_the_standard(curve: Curve, key: tuple[int, int], e: int, r: int, s: int) -> None:
    assert curve.holds(key)
    assert fits(curve, key, e, r, s)
    assert not fits(curve, key, e + 1, r, s)
    assert not fits(curve, key, e, r + 1, s)
    assert not fits(curve, key, e, r, s - 1)
    assert not fits(curve, key, e, curve.q, s)
    assert not fits(curve, key, e, r, 0)
    assert not fits(curve, key, e, 0, 0)


@pytest.mark.parametrize("curve", [CRYPTOPRO_A, TC26_512_A])
def test_the_curves_are_the_published_ones(curve: Curve) -> None:
    """The base point lies on the curve and has the order given."""
    assert curve.holds(curve.base)
    assert curve.sum_x(curve.q, 0, curve.base) is None
    assert curve.sum_x(curve.q + 1, 0, curve.base) == curve.base[0]
    assert curve.sum_x(curve.q - 1, 1, curve.base) is None


@settings(max_examples=15, deadline=None)
@given(st.binary(min_size=32, max_size=64), st.data())
def test_a_signature_fits_its_digest_and_key_alone(digest: bytes, data: st.DataObject) -> None:
    key = GostKey(data.draw(st.sampled_from([CRYPTOPRO_A, TC26_512_A])), secret=12345)
    signature = key.sign(digest)
    assert verify(key.curve, key.public, digest, signature)
    bit = data.draw(st.integers(0, len(signature) * 8 - 1))
    broken = bytearray(signature)
    broken[bit // 8] ^= 1 << bit % 8
    assert not verify(key.curve, key.public, digest, bytes(broken))


def test_malformed_does_not_fit() -> None:
    key = GostKey(CRYPTOPRO_A, secret=7)
    digest = b"\1" * 32
    signature = key.sign(digest)
    assert not verify(key.curve, key.public[:-1], digest, signature)
    assert not verify(key.curve, key.public, digest, signature + b"\0")
    assert not verify(key.curve, b"\1" * 64, digest, signature)
