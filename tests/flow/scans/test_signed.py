"""A paper that came back signed: filed beside the made one, and kept while it says the same."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipeline.archive.index.locations import FiledDocument
from pipeline.archive.ocfl.verify import verify_root
from pipeline.archive.person.filed_documents import How
from pipeline.cli.context import CliContext
from pipeline.domain.records import Kind, Ref
from pipeline.flow.casefile.papers.made import Returned
from pipeline.flow.scans.signed import SignedPaper, file_signed
from pipeline.flow.site.workplace import Workplace
from pipeline.intake.claim import claim, finish
from pipeline.intake.journal import DropState, Journal
from tests.archive.ocfl_support import faults_by_ocfl_py
from tests.e2e.place import Place, sample
from tests.flow.signed_place import SignedPlace, with_iins

CASE = Ref(Kind.CASE, "QRG-PD-2025-014")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return SignedPlace.make(tmp_path / "p").place


@contextmanager
def opened(place: Place) -> Iterator[Workplace]:
    with CliContext.of(["--config", str(place.folder / "config.yaml")]).workplace() as work:
        yield work


def annex_1(work: Workplace) -> FiledDocument:
    return next(d for d in work.index.documents(CASE) if d.document.name == "annex-1")


def sign(place: Place, pdf: bytes) -> str | None:
    with opened(place) as work, Journal.open(work.places.journal) as journal:
        (work.places.inbox / "скан.pdf").write_bytes(pdf)
        claimed = claim(work.places.inbox / "скан.pdf", work.places.work, journal, now=work.clock())
        came = Returned(pdf, How.SCAN, ("Әбілқасов Д.М.",), {"annex-1-report.json": b"{}"})
        filed = file_signed(work, journal, claimed, [SignedPaper(annex_1(work), came)])
        finish(claimed, work.places.work, journal, DropState.DONE, now=work.clock(), detail={})
    assert [f.ref for f in filed] == [CASE]
    return filed[0].version


def test_it_stands_beside_the_made_one_and_is_found_by_number_and_digest(place: Place) -> None:
    with opened(place) as work:
        made = annex_1(work)
    assert sign(place, b"%PDF signed") is not None
    assert sign(place, b"%PDF signed") is None
    with opened(place) as work:
        now = annex_1(work)
        signed = now.document.signed
        assert signed is not None
        filed = work.root.get(now.object_id)
        assert filed is not None
        assert filed.read(signed.path) == b"%PDF signed"
        assert [filed.read(path) for path in signed.beside] == [b"{}"]
        assert signed.signers == ("Әбілқасов Д.М.",)
        assert now.document.sha512 == made.document.sha512
        assert work.index.document_by_sha512(made.document.sha512) == now
    archive = place.folder / "archive"
    assert not list(verify_root(archive, quick=False))
    assert not faults_by_ocfl_py(archive)


def drop_with(place: Place, old: str, new: str) -> str:
    text = with_iins(sample("recommended"))
    assert old in text
    place.drop("b.yaml", text.replace(old, new))
    ran = place.run_once()
    assert ran.status == 0, ran.err
    return (place.folder / "outbox" / CASE.id / "жауап.txt").read_text(encoding="utf-8")


def test_it_stays_while_the_paper_says_the_same(place: Place) -> None:
    sign(place, b"%PDF signed")
    drop_with(place, "number: ПС-77", "number: ПС-78")
    with opened(place) as work:
        assert annex_1(work).document.signed is not None


def test_a_paper_that_says_something_else_is_to_be_signed_anew(place: Place) -> None:
    sign(place, b"%PDF signed")
    with opened(place) as work:
        before = annex_1(work)
    answer = drop_with(place, "filed_on: 2025-09-17", "filed_on: 2025-09-18")
    assert "қайта қол қойылады:\n  " in answer
    with opened(place) as work:
        now = annex_1(work)
        assert now.document.signed is None
        assert now.document.earlier == (before.document.fingerprint,)


def test_another_template_does_not_undo_a_signature(place: Place) -> None:
    sign(place, b"%PDF signed")
    with opened(place) as work:
        before = {d.document.name: d.document for d in work.index.documents(CASE)}
    for name in ("annex-1", "annex-2"):
        with zipfile.ZipFile(place.folder / "templates" / f"{name}.docx", "a") as template:
            template.comment = b"another"
    drop_with(place, "number: ПС-77", "number: ПС-78")
    with opened(place) as work:
        now = {d.document.name: d.document for d in work.index.documents(CASE)}
    assert now["annex-1"] == before["annex-1"]
    assert now["annex-2"].sha512 != before["annex-2"].sha512
