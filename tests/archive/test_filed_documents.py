import hashlib
from dataclasses import replace

import pytest

from pipeline.archive.content import canonical_json
from pipeline.archive.filed_documents import (
    Document,
    DocumentState,
    SealMark,
    documents_json,
    kept_paths,
    made_document,
    read_documents,
)
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
    signed = replace(made("annex-4"), state=DocumentState.SIGNED, seal=None)
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
