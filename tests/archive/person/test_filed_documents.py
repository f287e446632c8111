import hashlib
from dataclasses import replace
from datetime import date

import pytest

from pipeline.archive.person.content import canonical_json
from pipeline.archive.person.filed_documents import (
    NUMBER_BITS,
    Document,
    DocumentState,
    How,
    SealMark,
    Signed,
    brought,
    documents_json,
    kept_paths,
    made_document,
    number_of,
    read_documents,
)
from pipeline.documents.sealing.marks import DOCUMENT_BITS
from pipeline.domain.errors import CorruptError


def made(name: str = "annex-1", folder: str = "cases/1d3113d9d8d7e01d/") -> Document:
    return made_document(
        folder,
        document="annex-1",
        name=name,
        title="Баянат (1-қосымша)",
        fingerprint="ab",
        pdf=b"%PDF",
        seal=SealMark("СЫНАҚ МӨРІ", test=True),
    )


SIGNED = Signed(
    path="cases/1d3113d9d8d7e01d/signed/annex-4.pdf",
    sha512="00",
    how=How.SCAN,
    filed_on=date(2025, 10, 21),
    signers=("Қасымов А.Б.",),
    beside=("cases/1d3113d9d8d7e01d/signed/annex-4-report.json",),
)


def test_a_made_document_names_its_place_and_its_bytes() -> None:
    document = made()
    assert document.path == "cases/1d3113d9d8d7e01d/annex-1.pdf"
    assert document.sha512 == hashlib.sha512(b"%PDF").hexdigest()
    assert document.state is DocumentState.MADE


@pytest.mark.parametrize(
    "name", ["", "../x", "a/b", "Annex-1", "қосымша", "annex-1.pdf", "annex--1", "-a", "annex 1"]
)
def test_no_name_out_of_a_record_becomes_a_path(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        made(name)


def test_what_is_written_reads_back_sorted() -> None:
    signed = replace(made("annex-4"), signed=SIGNED, facts="cd", earlier=("ef", "01"))
    documents = (signed, made("annex-1"), made("annex-3-02"), made("annex-3-01"))
    data = documents_json(documents)
    assert data == documents_json(reversed(documents))
    assert [d.name for d in read_documents(data)] == ["annex-1", "annex-3-01", "annex-3-02", "annex-4"]
    assert set(read_documents(data)) == set(documents)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff",
        canonical_json({"format": "jeke/documents/2", "documents": []}),
        canonical_json({"format": "jeke/documents/1"}),
        canonical_json({"format": "jeke/documents/1", "documents": [{"name": "a"}]}),
        documents_json([made()]).replace(b'"made"', b'"lost"'),
        documents_json([made()]).replace(b'"made"', b'"signed"'),
        documents_json([replace(made(), signed=SIGNED)]).replace(b'"signed",', b'"made",'),
        documents_json([replace(made(), signed=SIGNED)]).replace(b'"scan"', b'"scam"'),
        documents_json([made()]).replace(b'"ab"', b"7"),
        documents_json([made()]).replace(b'"test": true', b'"tent": true'),
    ],
)
def test_a_file_that_is_not_ours_is_said(data: bytes) -> None:
    with pytest.raises(CorruptError, match="filed_format"):
        read_documents(data)


def test_kept_is_what_was_not_made_again() -> None:
    documents = (made("annex-1"), made("annex-2"))
    assert kept_paths(documents, {documents[0].path: b"%PDF"}) == {documents[1].path}


def test_a_signed_paper_is_kept_with_its_proofs() -> None:
    document = replace(made("annex-4"), signed=SIGNED)
    assert kept_paths([document], {}) == {document.path, SIGNED.path, *SIGNED.beside}
    now = {SIGNED.path: b"%PDF", "elsewhere": b""}
    assert brought([document], now) == {SIGNED.path: b"%PDF"}
    assert kept_paths([document], now) == {document.path, *SIGNED.beside}


def test_a_number_is_that_of_one_revision_of_one_document_in_one_object() -> None:
    numbers = {
        number_of(of, path, print_)
        for of in ("urn:uuid:1", "urn:uuid:2")
        for path in ("a.pdf", "b.pdf")
        for print_ in ("ab", "cd")
    }
    assert len(numbers) == 8
    assert all(0 <= number < 2**NUMBER_BITS for number in numbers)
    assert number_of("urn:uuid:1", "a.pdf", "ab") in numbers
    assert NUMBER_BITS == DOCUMENT_BITS
