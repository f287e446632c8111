"""Streebog-512, the hash of GOST R 34.11-2012 (RFC 6986).

Substitution, transposition and the linear map together are one table per byte of the state: a round is 64
look-ups and exclusive ors, done by `map` and `reduce` without a loop of our own.
"""

from __future__ import annotations

from functools import cache, reduce
from operator import getitem, xor
from typing import Final

BLOCK: Final = 64
"""Bytes."""

_MODULUS: Final = 1 << 512
_PI: Final = bytes.fromhex(
    "fceedd11cf6e3116fbc4fada23c5044de977f0db932e99ba1736f1bb14cd5fc1f918655ae25cef21811c3c428b018e4f"
    "058402aee36a8fa0060bed987fd4d31feb342c51eac848abf22a68a2fd3aceccb5700e56080c7612bf7213479cb75d87"
    "15a19629107b9ac7f391786f9d9eb2b13275193dff358a7e6d54c680c3bd0d57dff524a93ea843c9d779d6f67c22b903"
    "e00fecde7a94b0bcdce828504e330a4aa79760731e0062441ab83882649f2641ad454692275e552f8ca3a57d69d5953b"
    "0758b34086ac1df730376be488d9e789e11b83494c3ff8fe8d53aa90cad88561207167a42d2b095bcb9b25d0bee56c52"
    "59a674d2e6f4b4c0d166afc2394b63b6"
)
"""The substitution (6.2)."""
_ROWS: Final = bytes.fromhex(
    "8e20faa72ba0b47047107ddd9b505a38ad08b0e0c3282d1cd8045870ef14980e6c022c38f90a4c073601161cf205268d"
    "1b8e0b0e798c13c883478b07b2468764a011d380818e8f405086e740ce47c9202843fd2067adea1014aff010bdd87508"
    "0ad97808d06cb40405e23c0468365a028c711e02341b2d0146b60f011a83988e90dab52a387ae76f486dd4151c3dfdb9"
    "24b86a840e90f0d2125c354207487869092e94218d243cba8a174a9ec8121e5d4585254f64090fa0accc9ca9328a8950"
    "9d4df05d5f661451c0a878a0a1330aa660543c50de970553302a1e286fc58ca718150f14b9ec46dd0c84890ad27623e0"
    "0642ca05693b9f700321658cba93c13886275df09ce8aaa8439da0784e745554afc0503c273aa42ad960281e9d1d5215"
    "e230140fc080298471180a8960409a42b60c05ca30204d215b068c651810a89e456c34887a3805b9ac361a443d1c8cd2"
    "561b0d22900e46692b838811480723ba9bcf4486248d9f5dc3e9224312c8c1a0effa11af0964ee50f97d86d98a327728"
    "e4fa2054a80b329c727d102a548b194e39b008152acb82279258048415eb419d492c024284fbaec0aa16012142f35760"
    "550b8e9e21f7a530a48b474f9ef5dc1870a6a56e2440598e3853dc371220a2471ca76e95091051ad0edd37c48a08a6d8"
    "07e095624504536c8d70c431ac02a736c83862965601dd1b641c314b2b8ee083"
)
"""The matrix of the linear map, 64 rows of 64 bits (6.4)."""
_ROUNDS: Final = (
    0xB1085BDA1ECADAE9EBCB2F81C0657C1F2F6A76432E45D016714EB88D7585C4FC4B7CE09192676901A2422A08A460D31505767436CC744D23DD806559F2A64507,
    0x6FA3B58AA99D2F1A4FE39D460F70B5D7F3FEEA720A232B9861D55E0F16B501319AB5176B12D699585CB561C2DB0AA7CA55DDA21BD7CBCD56E679047021B19BB7,
    0xF574DCAC2BCE2FC70A39FC286A3D843506F15E5F529C1F8BF2EA7514B1297B7BD3E20FE490359EB1C1C93A376062DB09C2B6F443867ADB31991E96F50ABA0AB2,
    0xEF1FDFB3E81566D2F948E1A05D71E4DD488E857E335C3C7D9D721CAD685E353FA9D72C82ED03D675D8B71333935203BE3453EAA193E837F1220CBEBC84E3D12E,
    0x4BEA6BACAD4747999A3F410C6CA923637F151C1F1686104A359E35D7800FFFBDBFCD1747253AF5A3DFFF00B723271A167A56A27EA9EA63F5601758FD7C6CFE57,
    0xAE4FAEAE1D3AD3D96FA4C33B7A3039C02D66C4F95142A46C187F9AB49AF08EC6CFFAA6B71C9AB7B40AF21F66C2BEC6B6BF71C57236904F35FA68407A46647D6E,
    0xF4C70E16EEAAC5EC51AC86FEBF240954399EC6C7E6BF87C9D3473E33197A93C90992ABC52D822C3706476983284A05043517454CA23C4AF38886564D3A14D493,
    0x9B1F5B424D93C9A703E7AA020C6E41414EB7F8719C36DE1E89B4443B4DDBC49AF4892BCB929B069069D18D2BD1A5C42F36ACC2355951A8D9A47F0DD4BF02E71E,
    0x378F5A541631229B944C9AD8EC165FDE3A7D3A1B258942243CD955B7E00D0984800A440BDBB2CEB17B2B8A9AA6079C540E38DC92CB1F2A607261445183235ADB,
    0xABBEDEA680056F52382AE548B2E4F3F38941E71CFF8A78DB1FFFE18A1B3361039FE76702AF69334B7A1E6C303B7652F43698FAD1153BB6C374B4C7FB98459CED,
    0x7BCD9ED0EFC889FB3002C6CD635AFE94D8FA6BBBEBAB076120018021148466798A1D71EFEA48B9CAEFBACD1D7D476E98DEA2594AC06FD85D6BCAA4CD81F32D1B,
    0x378EE767F11631BAD21380B00449B17ACDA43C32BCDF1D77F82012D430219F9B5D80EF9D1891CC86E71DA4AA88E12852FAF417D5D9B21B9948BC924AF11BD720,
)
"""The iteration constants (6.5)."""


def streebog_512(data: bytes) -> bytes:
    """The digest, least significant byte first, as certificates and messages carry it."""
    state = length = total = 0
    whole = len(data) - len(data) % BLOCK
    for start in range(0, whole, BLOCK):
        block = int.from_bytes(data[start : start + BLOCK], "little")
        state = _compressed(state, block, length)
        length += BLOCK * 8
        total += block
    rest = data[whole:]
    last = int.from_bytes(rest + b"\1", "little")
    state = _compressed(state, last, length)
    state = _compressed(state, length + len(rest) * 8, 0)
    return _compressed(state, (total + last) % _MODULUS, 0).to_bytes(BLOCK, "little")


def _compressed(state: int, block: int, length: int) -> int:
    """The compression function g (section 8)."""
    tables = _tables()
    key = _mixed(tables, state ^ length)
    text = block
    for constant in _ROUNDS:
        text = _mixed(tables, text ^ key)
        key = _mixed(tables, key ^ constant)
    return text ^ key ^ state ^ block


def _mixed(tables: tuple[tuple[int, ...], ...], state: int) -> int:
    return reduce(xor, map(getitem, tables, state.to_bytes(BLOCK, "little")))


@cache
def _tables() -> tuple[tuple[int, ...], ...]:
    """For each byte of the state, from the least significant, what each of its values becomes."""
    rows = [int.from_bytes(_ROWS[i : i + 8]) for i in range(0, len(_ROWS), 8)]
    return tuple(_table(rows, *divmod(place, 8)) for place in range(BLOCK))


def _table(rows: list[int], word: int, byte: int) -> tuple[int, ...]:
    """The transposition carries the byte to word `byte`, byte `word`; there the linear map meets it."""
    of_bits = [rows[63 - 8 * word - bit] for bit in range(8)]
    images = (reduce(xor, (of_bits[bit] for bit in range(8) if value >> bit & 1), 0) for value in _PI)
    return tuple(image << 64 * byte for image in images)
