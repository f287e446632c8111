"""An object whose bytes all verify and whose lists do not agree: each disagreement is named by its code."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.archive.index.verify_content import read_through, seal_troubles, sealed_documents
from pipeline.archive.ocfl.storage_root import OcflObject, StorageRoot
from pipeline.archive.ocfl.verify import verify_root
from pipeline.archive.person.content import case_folder
from tests.archive.filing_support import FILED_AT, Filer, a_case, case_file, read

ID = "urn:uuid:person"
CASE = a_case("К-1")
FOLDER = case_folder(CASE.id)
ANNEX_1 = f"{FOLDER}annex-1.pdf"


@pytest.fixture
def root(tmp_path: Path) -> StorageRoot:
    root = StorageRoot.create(tmp_path / "archive")
    Filer(root).person(ID, case_file(CASE, names=["annex-1", "annex-2"]))
    return root


def filed(root: StorageRoot, changes: dict[str, bytes | None] | None = None) -> OcflObject:
    """The object, with one more version as somebody with write access would make it."""
    if changes:
        root.write_version(ID, changes, message="x", user="x", address="urn:x", created=FILED_AT)
    assert list(verify_root(root.path, quick=False)) == []
    found = root.get(ID)
    assert found is not None
    return found


def changed(root: StorageRoot, path: str, old: str, new: str) -> OcflObject:
    text = filed(root).read(path).decode()
    assert old in text
    return filed(root, {path: text.replace(old, new).encode()})


def codes(found: OcflObject) -> set[tuple[str, str]]:
    return {(code, path) for code, path, _ in read_through(found, read, lambda _: None)[1]}


def test_what_was_filed_agrees(root: StorageRoot) -> None:
    entry, troubles = read_through(filed(root), read, lambda _: None)
    assert troubles == ()
    assert entry is not None
    assert [document.path for document in entry.all_documents] == [ANNEX_1, f"{FOLDER}annex-2.pdf"]


def test_a_document_taken_out_or_replaced_behind_the_lists(root: StorageRoot) -> None:
    lists = ("content-list", "inner-list.txt")
    assert codes(filed(root, {ANNEX_1: b"%PDF another"})) == {("content-differs", ANNEX_1), lists}
    assert codes(filed(root, {ANNEX_1: None})) == {("content-missing", ANNEX_1), lists}


def test_a_document_that_no_list_names(root: StorageRoot) -> None:
    path = f"{FOLDER}annex-9.pdf"
    assert codes(filed(root, {path: b"%PDF"})) == {("content-unlisted", path)}


def test_an_inner_list_that_names_another_person_or_leaves_one_out(root: StorageRoot) -> None:
    found = changed(root, "inner-list.txt", CASE.employee.iin, "900101300007")
    assert codes(found) == {("content-list", "inner-list.txt")}
    text = filed(root).read("inner-list.txt").decode()
    short = "".join(line for line in text.splitlines(keepends=True) if not line.endswith("annex-2.pdf\n"))
    troubles = read_through(filed(root, {"inner-list.txt": short.encode()}), read, lambda _: None)[1]
    assert ("content-list", "inner-list.txt", f"{FOLDER}annex-2.pdf") in troubles


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("person.json", b"{}"),
        ("recordings.yaml", b"format: x"),
        (f"{FOLDER}documents.json", b"[]"),
        (f"{FOLDER}findings.json", b"?"),
        (f"{FOLDER}record.yaml", b"kind: case\n"),
        (f"{FOLDER}record.yaml", b"\xff"),
    ],
)
def test_a_file_that_is_not_what_its_name_says(root: StorageRoot, path: str, data: bytes) -> None:
    entry, troubles = read_through(filed(root, {path: data}), read, lambda _: None)
    assert entry is None
    assert [trouble[0] for trouble in troubles] == ["content-unreadable"]


def test_a_record_in_another_cases_folder(root: StorageRoot) -> None:
    found = changed(root, f"{FOLDER}record.yaml", CASE.id, "К-2")
    assert codes(found) == {("content-unreadable", f"{FOLDER}record.yaml")}


def test_seals_are_asked_for_in_every_version_and_once_for_the_same_bytes(root: StorageRoot) -> None:
    Filer(root).person(ID, case_file(CASE, names=["annex-2"]))
    found = filed(root)
    assert found.head == "v2"
    assert {(s.path, s.version) for s in sealed_documents(found).values()} == {
        (ANNEX_1, "v1"),
        (f"{FOLDER}annex-2.pdf", "v1"),
    }
    asked: list[bytes] = []

    def check(pdf: bytes, _: str | None) -> str | None:
        asked.append(pdf)
        return "seal-broken" if b"annex-1" in pdf else None

    assert [(code, path) for code, path, _ in seal_troubles(found, check)] == [("seal-broken", ANNEX_1)]
    assert len(asked) == 2
