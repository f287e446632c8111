"""A protocol signed by seven, and everything that can be done to it: each named, none taken for sound."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import re
from functools import cache
from typing import Any

import pikepdf
import pytest
from asn1crypto import crl, keys
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field
from pyhanko.sign.signers import pdf_signer
from pyhanko.sign.timestamps import DummyTimeStamper

from pipeline.documents.sealing.kept_key import as_asn1
from pipeline.documents.sealing.papers import Papers
from pipeline.documents.sealing.seal import Sealer
from pipeline.documents.sealing.seal_room import Proofs, Room, make_time_room
from pipeline.documents.sealing.signing import Place, ProvenTime, sign
from pipeline.domain.errors import MachineError
from pipeline.domain.records import Member
from pipeline.scans.covered_text import same_pages
from pipeline.signatures.expected import Signer
from pipeline.signatures.pades import Tampered, Tampering
from pipeline.signatures.paper import Evidence, Judged
from pipeline.signatures.pdf_revisions import covered_ends, prefix_digests
from pipeline.signatures.signature import Checker, Revocation
from pipeline.signatures.trust import Asked, Trust
from pipeline.signatures.verdict import Indication
from tests.signatures.ber import message, opened, signed_anew
from tests.signatures.gost_people import authority as gost_authority
from tests.signatures.gost_people import cms_of
from tests.signatures.gost_people import person as gost_person
from tests.signatures.judging import judge_paper
from tests.signatures.papers import protocol_pdf
from tests.signatures.people import Authority, Person, invented_iin

_pdf: Any = generic  # the library's, without annotations
NOW = dt.datetime(2026, 3, 2, 10, 30, tzinfo=dt.timezone(dt.timedelta(hours=5)))
NAMES = (
    ("Қасымов", "Арман", "Бекетұлы"),
    ("Нұрпейісов", "Серік", "Талғатұлы"),
    ("Жақсыбекова", "Гүлнәр", "Әлімқызы"),
    ("Ли", "Виктор", "Николаевич"),
    ("Тілеубаев", "Қайрат", "Мұратұлы"),
    ("Сәрсенов", "Бауыржан", "Жеңісұлы"),
    ("Мұқанова", "Айнұр", "Ерланқызы"),
)
OURS, THEIRS = Authority(), Authority("БӨТЕН ОРТАЛЫҚ")
PEOPLE = tuple(OURS.person(n, *name, iin=invented_iin(n)) for n, name in enumerate(NAMES))
EXPECTED = tuple(Signer(f"m{n}", p.name, p.iin) for n, p in enumerate(PEOPLE))
STRANGER = OURS.person(20, "Бөтенов", "Біреу", iin=invented_iin(20))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    sealer = Sealer.test_authority(tmp_path_factory.mktemp("keys"))
    return sealer.seal(protocol_pdf(), reason="Отырыс хаттамасы № 3", when=NOW)


def signed_by(pdf: bytes, *people: Person, time: ProvenTime | None = None) -> bytes:
    for person in people:
        row = len(covered_ends(pdf)) - 1
        place = Place(0, (250, 300 - 27 * row, 366, 324 - 27 * row))
        pdf = sign(
            pdf,
            person.signer,
            name=person.name,
            iin=person.iin,
            reason="Хаттама",
            when=NOW,
            place=place,
            time=time,
        )
    return pdf


@pytest.fixture(scope="module")
def seven(made: bytes) -> bytes:
    return signed_by(made, *PEOPLE)


@cache
def trust() -> Trust:
    return Trust.load(None, anchors=[OURS.der])


def judged(pdf: bytes, made: bytes, *, by: Trust | None = None, at: dt.datetime = NOW) -> Judged:
    return judge_paper(Evidence(pdf, len(made)), EXPECTED, Checker(by or trust(), at))


def whats(found: Judged) -> set[Tampering]:
    return {t.what for t in found.tampered}


def test_seven_sound_signatures(seven: bytes, made: bytes) -> None:
    found = judged(seven, made)
    assert found.tampered == ()
    assert [s.verdict.indication for s in found.signatures] == [Indication.PASSED] * 7
    assert [s.holder.iin for s in found.signatures if s.holder] == [p.iin for p in PEOPLE]
    assert found.tally.signed == EXPECTED
    assert found.verdict.passed
    assert not found.preliminary
    assert seven.startswith(made)


def test_the_original_is_told_by_its_prefix(seven: bytes, made: bytes) -> None:
    ends = dict(prefix_digests(seven))
    assert min(ends) == len(made)
    assert ends[len(made)] == hashlib.sha512(made).hexdigest()
    assert max(ends) == len(seven)


@pytest.mark.parametrize("kept", [1, 4, 6])
def test_signatures_cut_off_are_missing_signers(seven: bytes, made: bytes, kept: int) -> None:
    cut = seven[: covered_ends(seven)[kept]]
    found = judged(cut, made)
    assert found.tampered == ()
    assert found.tally.signed == EXPECTED[:kept]
    assert found.tally.missing == EXPECTED[kept:]


def test_bytes_after_the_end(seven: bytes, made: bytes) -> None:
    for tail in (b"\n", b"\0" * 512):
        found = judged(seven + tail, made)
        assert whats(found) == {Tampering.BYTES_AFTER_END}
        assert found.verdict.indication is Indication.FAILED


def increment(pdf: bytes, change: str) -> bytes:
    writer: Any = IncrementalPdfFileWriter(io.BytesIO(pdf))
    if change == "info":
        writer.set_info(
            writer.add_object(_pdf.DictionaryObject({_pdf.pdf_name("/Title"): _pdf.pdf_string("Басқа атау")}))
        )
    elif change == "page":
        page = writer.root["/Pages"]["/Kids"][0]
        stream = writer.add_object(_pdf.StreamObject(stream_data=b"q 0 0 200 200 re f Q"))
        page["/Contents"] = _pdf.ArrayObject([stream])
        writer.update_container(page)
    elif change == "field":
        fields = writer.root["/AcroForm"]["/Fields"]
        del fields[3]
        writer.update_container(fields)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_an_increment_of_the_information_alone(seven: bytes, made: bytes) -> None:
    """The library calls such a file valid."""
    assert whats(judged(increment(seven, "info"), made)) == {Tampering.REVISION_AFTER}


def empty_field(
    pdf: bytes, box: tuple[int, int, int, int], flags: int = 4, content: bytes = b"1 g 0 0 9 9 re f"
) -> bytes:
    """A field nobody signs, with a white picture; the library takes it for a lawful preparation."""
    writer: Any = IncrementalPdfFileWriter(io.BytesIO(pdf))
    append_signature_field(writer, SigFieldSpec("Empty", on_page=0, box=box))
    field = writer.root["/AcroForm"]["/Fields"][-1].get_object()
    white = _pdf.StreamObject(
        dict_data={
            _pdf.pdf_name("/Subtype"): _pdf.pdf_name("/Form"),
            _pdf.pdf_name("/BBox"): _pdf.ArrayObject([_pdf.NumberObject(n) for n in (0, 0, 9, 9)]),
        },
        stream_data=content,
    )
    field["/AP"] = _pdf.DictionaryObject({_pdf.pdf_name("/N"): writer.add_object(white)})
    field["/F"] = _pdf.NumberObject(flags)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_words_painted_over_by_a_field_nobody_signed(made: bytes) -> None:
    """Between two sound signatures: the second signer hides the decision, and signs that."""
    over_the_decision = (70, 684, 300, 698)
    evil = signed_by(empty_field(signed_by(made, PEOPLE[0]), over_the_decision), PEOPLE[1])
    found = judged(evil, made)
    assert [(t.what, t.where) for t in found.tampered] == [(Tampering.TEXT_HIDDEN, "Empty")]
    assert found.verdict.indication is Indication.FAILED


def test_an_empty_field_beside_the_words_is_none_of_our_business(made: bytes) -> None:
    beside = (70, 100, 300, 120)
    prepared = signed_by(empty_field(signed_by(made, PEOPLE[0]), beside, content=b""), PEOPLE[1])
    assert judged(prepared, made).tampered == ()


def test_no_program_paints_white_where_nobody_has_signed(made: bytes) -> None:
    """White here may be black elsewhere; programs that prepare fields leave them empty."""
    beside = (70, 100, 300, 120)
    painted = signed_by(empty_field(signed_by(made, PEOPLE[0]), beside), PEOPLE[1])
    assert whats(judged(painted, made)) == {Tampering.TEXT_HIDDEN}


def test_a_picture_that_grows_when_the_page_is_shown_small(made: bytes) -> None:
    no_zoom = signed_by(empty_field(signed_by(made, PEOPLE[0]), (70, 600, 300, 640), 4 | 8), PEOPLE[1])
    assert whats(judged(no_zoom, made)) == {Tampering.TEXT_HIDDEN}


def test_another_library_sees_the_pages_unchanged(seven: bytes, made: bytes) -> None:
    assert same_pages(made, seven)
    assert not same_pages(made, increment(seven, "page"))


def test_a_page_changed_after(seven: bytes, made: bytes) -> None:
    assert {Tampering.CHANGED, Tampering.REVISION_AFTER} <= whats(judged(increment(seven, "page"), made))


def test_a_signature_taken_out_of_the_fields(seven: bytes, made: bytes) -> None:
    assert Tampering.SIGNATURE_HIDDEN in whats(judged(increment(seven, "field"), made))


def test_a_page_changed_between_two_signatures(made: bytes) -> None:
    three = signed_by(made, *PEOPLE[:3])
    changed = signed_by(increment(three, "page"), PEOPLE[3])
    found = judged(changed, made)
    assert Tampering.CHANGED in whats(found)
    assert found.verdict.indication is Indication.FAILED


def test_a_signature_replaced_by_a_later_one(made: bytes) -> None:
    """Whoever writes over a signed field leaves a signature that no field names."""
    one = signed_by(made, PEOPLE[0])
    writer: Any = IncrementalPdfFileWriter(io.BytesIO(one))
    field = writer.root["/AcroForm"]["/Fields"][1]
    del field["/V"]
    writer.update_container(field)
    out = io.BytesIO()
    writer.write(out)
    assert {Tampering.SIGNATURE_HIDDEN} <= whats(judged(out.getvalue(), made))


@pytest.mark.parametrize("revision", [0, 3, 6])
def test_flipped_bytes(seven: bytes, made: bytes, revision: int) -> None:
    """In the part each signer added: their signature, or what it covers, no longer fits."""
    ends = covered_ends(seven)
    place = (ends[revision] + ends[revision + 1]) // 2 if revision % 2 else ends[revision] + 40
    broken = bytearray(seven)
    broken[place] ^= 1
    found = judged(bytes(broken), made)
    assert found.tampered or not found.verdict.passed


def test_a_flipped_bit_in_a_signature_itself(seven: bytes, made: bytes) -> None:
    last = max(re.finditer(rb"/Contents\s*<([0-9a-fA-F]+?)0{64,}>", seven), key=lambda m: m.start())
    broken = bytearray(seven)
    at = last.end(1) - 40
    broken[at] = ord("0") if broken[at] != ord("0") else ord("1")
    found = judged(bytes(broken), made)
    assert found.verdict.indication is not Indication.PASSED
    assert sum(s.verdict.passed for s in found.signatures) == 6
    assert found.tally.missing == EXPECTED[6:]


def test_a_swapped_page(seven: bytes, made: bytes) -> None:
    """A program that saves anew carries no signature over."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(seven)) as opened:
        opened.pages.reverse()
        opened.save(out)
    assert hashlib.sha512(made).hexdigest() not in dict(prefix_digests(out.getvalue())).values()
    found = judged(out.getvalue(), made)
    assert found.tampered or not found.verdict.passed


def test_a_foreign_authority(made: bytes) -> None:
    known = THEIRS.person(2, *NAMES[2], iin=PEOPLE[2].iin)
    found = judged(signed_by(made, PEOPLE[0], known), made)
    assert [s.verdict.sub for s in found.signatures] == ["", "NO_CERTIFICATE_CHAIN_FOUND"]
    assert found.verdict.indication is Indication.INDETERMINATE


def test_a_foreign_signer(made: bytes) -> None:
    found = judged(signed_by(made, PEOPLE[0], STRANGER), made)
    assert found.tally.foreign == (1,)
    assert found.tally.signed == EXPECTED[:1]
    assert found.verdict.sub == "SIG_CONSTRAINTS_FAILURE"


def test_a_signer_twice(made: bytes) -> None:
    found = judged(signed_by(made, PEOPLE[0], PEOPLE[0], PEOPLE[1]), made)
    assert found.tally.again == (1,)
    assert found.tally.signed == EXPECTED[:2]
    assert found.verdict.passed


def test_an_expired_certificate(made: bytes) -> None:
    late = OURS.person(4, *NAMES[4], iin=PEOPLE[4].iin, until=NOW - dt.timedelta(days=1))
    found = judged(signed_by(made, late), made)
    assert found.signatures[0].verdict.sub == "OUT_OF_BOUNDS_NO_POE"
    assert found.verdict.indication is Indication.INDETERMINATE


def test_a_certificate_for_logging_in(made: bytes) -> None:
    wrong = OURS.person(4, *NAMES[4], iin=PEOPLE[4].iin, usage=("digital_signature", "key_encipherment"))
    found = judged(signed_by(made, wrong), made)
    assert found.signatures[0].verdict.sub == "CHAIN_CONSTRAINTS_FAILURE"


@pytest.mark.parametrize("days", [3650, 10])
def test_a_revoked_certificate(seven: bytes, made: bytes, days: int) -> None:
    """Also where the list is out of date: a revocation does not lapse."""
    authority = Authority(key=OURS.key)
    authority.revoke(PEOPLE[4], NOW - dt.timedelta(days=40))
    known_list = authority.crl(NOW - dt.timedelta(days=30), days)
    known = trust().with_material([], [crl_of(known_list)], [])
    found = judged(seven, made, by=known)
    assert [n for n, s in enumerate(found.signatures) if not s.verdict.passed] == [4]
    assert found.signatures[4].revocation is Revocation.REVOKED
    assert found.signatures[4].verdict.sub == "REVOKED_NO_POE"
    if days == 3650:
        assert found.signatures[0].revocation is Revocation.GOOD


def crl_of(data: bytes) -> object:
    return crl.CertificateList.load(data)


def test_revocation_required_but_unknown(made: bytes) -> None:
    strict = Trust.load(None, anchors=[OURS.der], revocation_required=True)
    found = judged(signed_by(made, PEOPLE[0]), made, by=strict)
    assert found.verdict.indication is Indication.INDETERMINATE


def test_a_timestamp_outlives_the_certificate(made: bytes) -> None:
    """B-T: signed while the certificate was valid, and an authority's clock proves it."""
    person = OURS.person(4, *NAMES[4], iin=PEOPLE[4].iin, until=NOW + dt.timedelta(days=10))
    stamped = signed_by(made, person, time=ProvenTime(timestamper()))
    later = NOW + dt.timedelta(days=400)
    found = judged(stamped, made, at=later)
    assert found.signatures[0].proven_at == NOW
    assert found.verdict.passed
    bare = judged(signed_by(made, person), made, at=later)
    assert bare.verdict.sub == "OUT_OF_BOUNDS_NO_POE"


def test_long_term_proofs_are_no_tampering(made: bytes) -> None:
    """B-LTA: revocation lists and a timestamp over everything stand after the signature."""
    authority = Authority(key=OURS.key)
    known = trust().with_material([], [crl_of(authority.crl(NOW - dt.timedelta(days=1)))], [])
    time = ProvenTime(timestamper(), known.context(NOW, Asked.IF_NAMED))
    lasting = signed_by(made, PEOPLE[0], PEOPLE[1], time=time)
    assert b"/DSS" in lasting
    found = judged(lasting, made, at=NOW + dt.timedelta(days=5))
    assert found.tampered == ()
    assert found.verdict.passed
    assert found.tally.signed == EXPECTED[:2]
    assert [s.revocation for s in found.signatures] == [Revocation.GOOD] * 2


def test_long_term_proofs_are_put_together_in_the_child_and_its_lies_are_not_signed(made: bytes) -> None:
    authority = Authority(key=OURS.key)
    known = trust().with_material([], [crl_of(authority.crl(NOW - dt.timedelta(days=1)))], [])

    def lasting(rooms: Any) -> bytes:
        time = ProvenTime(timestamper(), known.context(NOW, Asked.IF_NAMED))
        about: Any = {"name": "x", "iin": None, "reason": "x", "when": NOW, "place": None}
        return sign(made, PEOPLE[0].signer, time=time, room=rooms.room, time_room=rooms.time_room, **about)

    class Liar:
        def __init__(self, papers: Papers) -> None:
            self.room = papers.room

        def time_room(self, pdf: bytes, proofs: Proofs, digits: int) -> Room:
            other = make_time_room(made, proofs, digits)  # leaves the person's signature out
            assert not other.pdf.startswith(pdf)
            return other

    with Papers() as papers:
        signed = lasting(papers)
        found = judged(signed, made, at=NOW + dt.timedelta(days=5))
        assert (found.tampered, found.signatures[0].revocation) == ((), Revocation.GOOD)
        assert signed.count(b"/DocTimeStamp") == signed.count(b"/DSS") == 1
        with pytest.raises(MachineError) as failed:
            lasting(Liar(papers))
    assert failed.value.params == {"why": "RoomError"}


def timestamper() -> DummyTimeStamper:
    key, certificate = OURS.timestamping()
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return DummyTimeStamper(as_asn1(certificate), keys.PrivateKeyInfo.load(der), fixed_dt=NOW)


def test_a_stamp_over_words(made: bytes) -> None:
    """A picture over the decision would be covered by a valid signature."""
    over = sign(
        made, PEOPLE[0].signer, name="x", iin=None, reason="x", when=NOW, place=Place(0, (60, 40, 560, 800))
    )
    assert whats(judged(over, made)) == {Tampering.TEXT_HIDDEN}


def test_a_name_alone_is_not_sure(made: bytes) -> None:
    nameless = OURS.person(6, *NAMES[6])
    member = Member("s1", surname=NAMES[6][0], given_name=NAMES[6][1], patronymic=NAMES[6][2])
    expected = (Signer("s1", "Мұқанова Айнұр Ерланқызы", None, member),)
    evidence = Evidence(signed_by(made, nameless), len(made))
    found = judge_paper(evidence, expected, Checker(trust(), NOW))
    assert found.tally.unsure == expected
    assert found.verdict.indication is Indication.INDETERMINATE


@pytest.mark.parametrize("rubbish", [b"", b"%PDF-1.7", b"\0" * 2000, b"%PDF-1.7\n/ByteRange [0 10 20 30]"])
def test_rubbish_after_the_original(made: bytes, rubbish: bytes) -> None:
    found = judged(made + rubbish, made)
    assert not found.signatures
    assert bool(rubbish) == bool(found.tampered)


def test_a_national_signature_inside_the_pdf(made: bytes) -> None:
    """As NCALayer's newer programs put it: the library cannot reckon its digest, we can."""
    root = gost_authority()
    member = gost_person(root, *NAMES[0], PEOPLE[0].iin or "")
    pdf = signed_by(made, PEOPLE[0])
    room = max(re.finditer(rb"/Contents\s*(<[0-9a-fA-F]+>)", pdf), key=lambda m: m.start())
    start, end = room.span(1)
    message = cms_of(pdf[:start] + pdf[end:], member, when=NOW).hex().encode()
    national = pdf[: start + 1] + message.ljust(end - start - 2, b"0") + pdf[end - 1 :]
    known = Trust.load(None, anchors=[root.certificate.dump()])
    found = judged(national, made, by=known)
    assert found.tampered == ()
    assert found.verdict.passed
    assert found.preliminary
    assert found.tally.signed == EXPECTED[:1]
    changed = national[: len(made) + 60] + bytes([national[len(made) + 60] ^ 1]) + national[len(made) + 61 :]
    assert not judged(changed, made, by=known).verdict.passed


def test_something_behind_a_signature_in_its_room(seven: bytes, made: bytes) -> None:
    """The zeros that fill up a signature's room are covered by nobody."""
    room = max(re.finditer(rb"/Contents\s*<[0-9a-fA-F]+>", seven), key=lambda m: m.start())
    at = room.end() - 10
    assert whats(judged(seven[:at] + b"7" + seven[at + 1 :], made)) == {Tampering.PART_NOT_COVERED}


@pytest.mark.parametrize(
    ("filler", "deep", "zeros"), [(0, 0, False), (0, 0, True), (68, 3, False), (72, 100, True)]
)
def test_as_other_programs_sign(made: bytes, filler: int, deep: int, *, zeros: bool) -> None:
    """NSS (Okular, LibreOffice), Bouncy Castle, poppler: open lengths, a default written out, padded numbers."""
    one = signed_by(made, PEOPLE[0])
    theirs = signed_anew(
        one, lambda covered: opened(message(covered, PEOPLE[1], filler=filler), deep), zeros=zeros
    )
    found = judged(theirs, made)
    assert found.tampered == ()
    assert found.verdict.passed
    assert found.tally.signed == EXPECTED[1:2]
    room = list(re.finditer(rb"/Contents\s*<[0-9a-fA-F]+>", theirs))[-1]
    behind = theirs[: room.end() - 10] + b"7" + theirs[room.end() - 9 :]
    assert whats(judged(behind, made)) == {Tampering.PART_NOT_COVERED}


def test_a_signature_with_padded_numbers_taken_out_of_the_fields(made: bytes) -> None:
    four = signed_by(made, *PEOPLE[:3])
    padded = signed_anew(four, lambda covered: message(covered, PEOPLE[3]), zeros=True)
    assert whats(judged(padded, made)) == set()
    assert Tampering.SIGNATURE_HIDDEN in whats(judged(increment(padded, "field"), made))


def test_certified_after_the_seal(made: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """As people choose "certify" in Acrobat: named as that, not as a changed page."""
    monkeypatch.setattr(pdf_signer, "_signatures_exist", lambda _: False)
    meta = pdf_signer.PdfSignatureMetadata(field_name="Certify", certify=True, md_algorithm="sha256")
    for before in (made, signed_by(made, PEOPLE[1])):
        out: Any = pdf_signer.PdfSigner(meta, PEOPLE[0].signer).sign_pdf(
            IncrementalPdfFileWriter(io.BytesIO(before))
        )
        found = judged(out.getvalue(), made)
        assert found.tampered == (Tampered(Tampering.CERTIFIED_AFTER, "Certify"),)
        assert Tampering.CHANGED in whats(judged(increment(out.getvalue(), "page"), made))


@pytest.mark.parametrize("kind", ["/Certs", "/CRLs", "/OCSPs"])
@pytest.mark.parametrize("data", [b"", b"garbage", b"\x30\x03\x02\x01\x01", b"\x30\x80" * 200])
def test_proofs_that_cannot_be_read_accuse_nobody(made: bytes, kind: str, data: bytes) -> None:
    writer: Any = IncrementalPdfFileWriter(io.BytesIO(signed_by(made, PEOPLE[1])))
    stream = writer.add_object(_pdf.StreamObject(stream_data=data))
    store = _pdf.DictionaryObject({_pdf.pdf_name(kind): _pdf.ArrayObject([stream])})
    writer.root["/DSS"] = writer.add_object(store)
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    found = judged(out.getvalue(), made)
    assert found.tampered == ()
    assert found.tally.signed == EXPECTED[1:2]


def with_store(pdf: bytes, **entries: Any) -> bytes:
    """The paper with such a store of proofs and no other, as programs for long-term signatures write it."""
    writer: Any = IncrementalPdfFileWriter(io.BytesIO(pdf))
    store = {_pdf.pdf_name(f"/{key}"): value for key, value in entries.items()}
    writer.root["/DSS"] = writer.add_object(_pdf.DictionaryObject(store))
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def rewritten_store(made: bytes) -> bytes:
    vri = _pdf.DictionaryObject({_pdf.pdf_name(f"/{'A' * 40}"): _pdf.DictionaryObject()})
    first = signed_by(with_store(signed_by(made, PEOPLE[0]), VRI=vri), PEOPLE[1])
    return with_store(first, VRI=_pdf.DictionaryObject())


def store_that_points_nowhere(made: bytes) -> bytes:
    nowhere: Any = _pdf.IndirectObject(99_999, 0, None)
    return with_store(signed_by(made, PEOPLE[0]), Certs=_pdf.ArrayObject([nowhere]))


@pytest.mark.parametrize("prepared", [rewritten_store, store_that_points_nowhere])
def test_proofs_that_cannot_be_compared_accuse_nobody(made: bytes, prepared: Any) -> None:
    """Adobe and DSS leave such stores: that the paper was changed is not known, and is not said."""
    found = judged(signed_by(prepared(made), PEOPLE[2]), made)
    assert whats(found) == {Tampering.NOT_COMPARED}
    assert found.verdict.indication is Indication.INDETERMINATE


@pytest.mark.parametrize("prepared", [rewritten_store, store_that_points_nowhere])
def test_a_changed_page_does_not_hide_behind_them(made: bytes, prepared: Any) -> None:
    for paper in (increment(prepared(made), "page"), prepared(increment(signed_by(made, PEOPLE[3]), "page"))):
        found = judged(signed_by(paper, PEOPLE[2]), made)
        assert Tampering.CHANGED in whats(found)
        assert found.verdict.indication is Indication.FAILED
