"""Signing and checking: milliseconds of a seal, of seven signatures, of their check; national algorithms.

    .venv/bin/python benchmarks/bench_signatures.py

Also prints the table of tamperings: each done to a protocol signed by seven, with what is found.
"""

from __future__ import annotations

import datetime as dt
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from pipeline.documents.sealing.seal import Sealer
from pipeline.documents.sealing.signing import free_place, sign
from pipeline.signatures.cms import read_cms
from pipeline.signatures.expected import Signer
from pipeline.signatures.gost.gost94 import gost_94
from pipeline.signatures.gost.streebog import streebog_512
from pipeline.signatures.national import digest_of
from pipeline.signatures.paper import Evidence, Judged
from pipeline.signatures.pdf_revisions import covered_ends, prefix_digests
from pipeline.signatures.signature import Checker
from pipeline.signatures.trust import Trust
from tests.signatures.gost_people import authority, cms_of
from tests.signatures.gost_people import person as gost_person
from tests.signatures.judging import judge_paper
from tests.signatures.papers import protocol_pdf
from tests.signatures.people import Authority, Person, invented_iin
from tests.signatures.test_pades import NAMES, empty_field, increment

NOW = dt.datetime.now(dt.UTC).replace(microsecond=0)
ROUNDS = 7


def median(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Milliseconds."""
    work()
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return statistics.median(times) * 1000


def main() -> None:
    ours, theirs = Authority(), Authority("БӨТЕН ОРТАЛЫҚ")
    people = [ours.person(n, *name, iin=invented_iin(n)) for n, name in enumerate(NAMES)]
    expected = tuple(Signer(f"m{n}", p.name, p.iin) for n, p in enumerate(people))
    checker = Checker(Trust.load(None, anchors=[ours.der]), NOW)
    with tempfile.TemporaryDirectory() as folder:
        sealer = Sealer.test_authority(Path(folder))
    page = protocol_pdf()
    print(f"seal, key kept loaded: {median(lambda: sealer.seal(page, reason='x', when=NOW)):.0f} ms")
    made = sealer.seal(page, reason="x", when=NOW)
    for number in (0, 1):
        one = median(lambda n=number: signed(made, people[n]))  # type: ignore[misc]
        print(f"one visible signature, {'RSA-2048' if number == 0 else 'P-256'}: {one:.0f} ms")
    seven = signed(made, *people)
    print(f"seven signatures: {len(made) // 1000} -> {len(seven) // 1000} kB")
    print(f"which document it is: {median(lambda: list(prefix_digests(seven))):.1f} ms")

    def check(pdf: bytes, by: Checker = checker) -> Judged:
        return judge_paper(Evidence(pdf, len(made)), expected, by)

    print(f"check of one: {median(lambda: check(signed(made, people[0]))):.0f} ms (with signing)")
    print(f"check of seven: {median(lambda: check(seven)):.0f} ms")
    national(made)
    table(made, seven, ours, theirs, people, check)


def signed(pdf: bytes, *people: Person) -> bytes:
    for person in people:
        pdf = sign(
            pdf,
            person.signer,
            name=person.name,
            iin=person.iin,
            reason="x",
            when=NOW,
            place=free_place(pdf),
        )
    return pdf


def national(made: bytes) -> None:
    data = bytes(100_000)
    print(f"Streebog-512 of 100 kB: {median(lambda: streebog_512(data)):.0f} ms")
    print(f"GOST 34.11-94 of 100 kB: {median(lambda: gost_94(data)):.0f} ms")
    root = authority()
    message = read_cms("a.cms", cms_of(made, gost_person(root, *NAMES[0], invented_iin(0)), when=NOW))
    checker = Checker(Trust.load(None, anchors=[root.certificate.dump()]), NOW)
    digest_of(made, "1.2.398.3.10.1.3.3")
    again = median(lambda: checker.check(message.signers[0], made, "a.cms"))
    print(f"check of a national CMS, the paper hashed already: {again:.0f} ms")


def table(
    made: bytes,
    seven: bytes,
    ours: Authority,
    theirs: Authority,
    people: list[Person],
    check: Callable[..., Judged],
) -> None:
    late = ours.person(4, *NAMES[4], iin=people[4].iin, until=NOW - dt.timedelta(days=1))
    foreign = theirs.person(2, *NAMES[2], iin=people[2].iin)
    stranger = ours.person(20, "Бөтенов", "Біреу", iin=invented_iin(20))
    listed = Authority(key=ours.key)
    listed.revoke(people[4], NOW - dt.timedelta(days=40))
    from asn1crypto import crl

    revoking = Trust.load(None, anchors=[ours.der]).with_material(
        [], [crl.CertificateList.load(listed.crl(NOW - dt.timedelta(days=1)))], []
    )
    ends = covered_ends(seven)
    room = max(re.finditer(rb"/Contents\s*<([0-9a-fA-F]+?)0{64,}>", seven), key=lambda m: m.start())
    middle = (ends[3] + ends[4]) // 2
    rows = {
        "untouched": check(seven),
        "the last three of seven cut off": check(seven[: ends[4]]),
        "bytes after the end": check(seven + b"\n<!-- -->"),
        "an increment of /Info alone": check(increment(seven, "info")),
        "a page changed after": check(increment(seven, "page")),
        "a page changed between the third and the fourth": check(
            signed(increment(signed(made, *people[:3]), "page"), people[3])
        ),
        "a signature taken out of the fields": check(increment(seven, "field")),
        "a byte flipped in what the fourth added": check(flipped(seven, middle)),
        "a digit changed in the last signature": check(flipped(seven, room.end(1) - 40)),
        "a digit behind the last signature": check(flipped(seven, room.end() - 10)),
        "words painted over by an empty field": check(
            signed(empty_field(signed(made, people[0]), (70, 684, 300, 698)), people[1])
        ),
        "a foreign authority": check(signed(made, people[0], foreign)),
        "a foreign signer": check(signed(made, people[0], stranger)),
        "a signer twice": check(signed(made, people[0], people[0])),
        "an expired certificate": check(signed(made, late)),
        "a revoked certificate": check(seven, Checker(revoking, NOW)),
    }
    print()
    for name, found in rows.items():
        done = ", ".join(str(t.what) for t in found.tampered)
        failing = ", ".join(sorted({s.verdict.sub for s in found.signatures if not s.verdict.passed}))
        tally = found.tally
        print(
            f"{name}: {found.verdict.indication}; tampered: {done or '-'}; signatures: {failing or 'passed'};"
            f" signed {len(tally.signed)}, missing {len(tally.missing)}, foreign {len(tally.foreign)},"
            f" twice {len(tally.again)}"
        )


def flipped(pdf: bytes, place: int) -> bytes:
    changed = b"1" if pdf[place : place + 1] != b"1" else b"2"
    return pdf[:place] + changed + pdf[place + 1 :]


if __name__ == "__main__":
    main()
