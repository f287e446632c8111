"""Papers of strangers, parsed in a child: the same results as without it, and nothing believed."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Name

from pipeline.confined.limits import Budget
from pipeline.documents.rendering.merge import merge_for_print
from pipeline.documents.sealing import papers as papers_module
from pipeline.documents.sealing import seal_room
from pipeline.documents.sealing.papers import WORKER, Papers, UnreadablePaperError
from pipeline.documents.sealing.seal import Sealer, seals
from pipeline.documents.sealing.seal_room import Room, RoomError, make_room

WHEN = datetime(2026, 2, 1, 3, tzinfo=UTC)


def pdf_of(saving: dict[str, Any], filters: str = "FlateDecode", pages: int = 2) -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        for number in range(pages):
            content = f"0 0 {number} 600 re f ".encode() * 20
            packed = zlib.compress(content) if filters == "FlateDecode" else content.hex().encode() + b">"
            page = pdf.add_blank_page(page_size=(595, 842))
            page.obj.Contents = pdf.make_stream(packed, Filter=Name(f"/{filters}"))
        pdf.save(out, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none, **saving)
    return out.getvalue()


KINDS = {
    "plain": pdf_of({"object_stream_mode": pikepdf.ObjectStreamMode.disable}),
    "object streams": pdf_of({"object_stream_mode": pikepdf.ObjectStreamMode.generate}),
    "linear": pdf_of({"linearize": True}),
    "hexadecimal": pdf_of({}, "ASCIIHexDecode"),
}


def without_zone(pdf: bytes) -> list[int]:
    """How long its objects are, each as plain text: a child writes when it was made in the zone of the machine."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        opened.docinfo["/ModDate"] = "D:20260201030000Z"
        return [
            len(one.unparse(resolved=True)) for one in opened.objects if not isinstance(one, pikepdf.Stream)
        ]


@pytest.fixture(scope="module")
def sealer(tmp_path_factory: pytest.TempPathFactory) -> Sealer:
    return Sealer.test_authority(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def papers() -> Any:
    with Papers() as papers:
        yield papers


@pytest.mark.parametrize("kind", KINDS)
def test_sealed_with_a_room_of_the_child_it_is_the_same_paper(
    papers: Papers, sealer: Sealer, kind: str
) -> None:
    pdf, about = KINDS[kind], sealer.about("Хаттама", WHEN)
    sealed = sealer.seal_room(pdf, papers.room(pdf, about), about)
    assert sealed.startswith(pdf)
    here = sealer.seal(pdf, reason="Хаттама", when=WHEN)
    assert without_zone(sealed) == without_zone(here), "but for the id and the signature"
    (check,) = seals(sealed, sealer.roots)
    assert (check.intact, check.whole_file, check.trusted) == (True, True, True)
    assert papers.seals(sealed, sealer.roots) == (check,)
    twice = sealer.seal_room(sealed, papers.room(sealed, about), about)
    assert [found.field for found in papers.seals(twice, sealer.roots)] == ["JekeSeal", "JekeSeal1"]


def test_the_key_signs_what_it_has_hashed_itself_and_parses_nothing(
    papers: Papers, sealer: Sealer, monkeypatch: pytest.MonkeyPatch
) -> None:
    pdf, about = KINDS["plain"], sealer.about("x", WHEN)
    room = papers.room(pdf, about)
    monkeypatch.setattr(seal_room, "IncrementalPdfFileWriter", None)
    assert all(seal.intact for seal in seals(sealer.seal_room(pdf, room, about)))


LIES: dict[str, Callable[[Room], Room]] = {
    "another document": lambda room: replace(room, pdf=room.pdf.replace(b"842", b"841", 1)),
    "a range that leaves more out": lambda room: replace(
        room, pdf=room.pdf.replace(b"[0 %d" % room.start, b"[0 %d" % (room.start - 1))
    ),
    "a second range": lambda room: replace(room, pdf=room.pdf + b"\n/ByteRange [0 1 2 3]"),
    "room that is not empty": lambda room: replace(
        room, pdf=room.pdf[: room.start + 1] + b"1" + room.pdf[room.start + 2 :]
    ),
    "room elsewhere": lambda room: replace(room, start=room.start - 2, end=room.end - 2),
    "room in the document": lambda room: replace(room, start=10, end=10 + room.end - room.start),
    "room without an end": lambda room: replace(room, end=10**9),
    "room turned round": lambda room: replace(room, start=room.end, end=room.start),
    "less than nothing": lambda room: replace(room, start=-5),
    "an increment of megabytes": lambda room: replace(room, pdf=room.pdf + bytes(2 << 20)),
    "nothing": lambda room: Room(b"", room.start, room.end),
}


@pytest.mark.parametrize("lie", LIES)
def test_nothing_is_signed_where_the_child_lies(sealer: Sealer, lie: str) -> None:
    pdf, about = KINDS["plain"], sealer.about("x", WHEN)
    room = LIES[lie](make_room(pdf, about))

    def sign(_: bytes) -> bytes:
        pytest.fail("it was signed")

    with pytest.raises(RoomError):
        seal_room.fill(pdf, room, sign, digits=about.digits)


def deep(depth: int = 20_000) -> bytes:
    """An array in an array in an array …"""
    return b"%PDF-1.7\n1 0 obj " + b"[" * depth + b"]" * depth + b" endobj\ntrailer <</Root 1 0 R>>\n%%EOF"


def ring() -> bytes:
    """Pages whose tree leads back to itself."""
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.Root.Pages.Kids = Array([pdf.Root.Pages, pdf.Root.Pages])
        pdf.save(out)
    return out.getvalue()


def bomb() -> bytes:
    """A table of objects in a stream that unpacks into gigabytes."""
    packed = zlib.compress(bytes(1 << 20), 9)
    for _ in range(2):
        packed = zlib.compress(packed * 400, 9)
    head = b"1 0 obj <</Type /XRef /Size 2 /W [1 2 1] /Root 1 0 R /Filter [" + b"/FlateDecode " * 3
    body = head + b"] /Length %d>> stream\n" % len(packed) + packed + b"\nendstream endobj\n"
    return b"%PDF-1.7\n" + body + b"startxref\n9\n%%EOF"


HOSTILE: dict[str, Callable[[], bytes]] = {
    "deep": deep,
    "ring": ring,
    "bomb": bomb,
    "garbage": lambda: b"%PDF-1.7 garbage",
    "empty": lambda: b"",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_papers_end_in_the_child(sealer: Sealer, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    limits = replace(WORKER.limits, cpu_seconds=5, memory_bytes=1 << 30)
    monkeypatch.setattr(papers_module, "WORKER", replace(WORKER, limits=limits))
    pdf = HOSTILE[kind]()
    about = sealer.about("x", WHEN)
    with Papers() as papers:
        asks: tuple[Callable[[], object], ...] = (
            lambda: sealer.seal_room(pdf, papers.room(pdf, about), about),
            lambda: papers.merged([pdf, pdf], duplex=True),
            lambda: papers.pages(pdf),
            lambda: papers.seals(pdf, ()),
        )
        for ask in asks:
            with suppress(UnreadablePaperError):
                ask()
        assert papers.pages(KINDS["plain"]) == 2, "the next one is asked of a new child"


def test_merged_and_counted_as_without_it(papers: Papers, sealer: Sealer) -> None:
    pdfs = [*KINDS.values(), sealer.seal(KINDS["plain"], reason="x", when=WHEN), pdf_of({}, pages=3)]
    assert papers.merged(pdfs, duplex=True) == merge_for_print(pdfs, duplex=True)
    assert [papers.pages(pdf) for pdf in pdfs] == [2, 2, 2, 2, 2, 3]
    with pytest.raises(UnreadablePaperError, match="CorruptError"):
        papers.merged([b"no PDF"], duplex=False)


def test_a_certificate_is_named_in_the_child(papers: Papers, sealer: Sealer) -> None:
    assert papers.authority_name(sealer.roots[0])
    assert papers.authority_name(b"rubbish") == ""


def test_it_draws_from_the_budget_of_the_drop(sealer: Sealer) -> None:
    budget = Budget(0.05, 60)
    with Papers(budget) as papers, pytest.raises(UnreadablePaperError, match="budget"):
        papers.room(KINDS["plain"], sealer.about("x", WHEN))
    assert budget.spent
