"""Registers against the store, both ways; told, never mended."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.domain.recordings import Destruction, Entry, Register, Storing
from pipeline.retention.reconcile import Discrepancy, Known, Mismatch, digests_that_differ, reconcile
from pipeline.retention.vault import Stored, Vault
from tests.retention.test_vault import files, opened, put, spoil

CASE = "QRG-PD-2025-014"


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return opened(tmp_path)


def entry(stored: Stored, **changed: Any) -> Entry:
    storing = Storing(
        stored.id,
        stored.sha256,
        stored.size,
        stored.sealed_sha256,
        stored.sealed_size,
        stored.seconds,
        stored.stored_at,
    )
    return replace(Entry(stored.case, stored.sitting, stored.file, stored=storing), **changed)


def told(vault: Vault, *entries: Entry, known: Known = Known()) -> list[tuple[str, str]]:  # noqa: B008
    return [(str(m.code), m.where) for m in reconcile([Register(entries)], vault, known)]


def test_nothing_is_told_where_all_agrees(vault: Vault, tmp_path: Path) -> None:
    stored = put(vault, tmp_path)
    expected = Entry(CASE, "S", "still-to-come.wav")
    assert told(vault, entry(stored), expected) == []
    assert list(digests_that_differ([Register((entry(stored), expected))], vault)) == []


@pytest.mark.parametrize(
    ("ending", "code"), [("age", "file_missing"), ("key", "key_missing"), ("json", "facts_missing")]
)
def test_what_is_registered_and_missing(vault: Vault, tmp_path: Path, ending: str, code: str) -> None:
    stored = put(vault, tmp_path)
    next(tmp_path.rglob(f"{stored.id}.{ending}")).unlink()
    assert told(vault, entry(stored)) == [(code, CASE)]


def test_what_lies_there_unregistered(vault: Vault, tmp_path: Path) -> None:
    stored, other = put(vault, tmp_path), put(vault, tmp_path)
    names = [f"{other.id}.age", f"{other.id}.key"]
    assert told(vault, entry(stored)) == [("not_registered", name) for name in names]
    (tmp_path / "recordings" / names[0]).unlink()
    (tmp_path / "recordings" / f"{other.id}.json").unlink()
    assert told(vault, entry(stored)) == [("not_registered", names[1])]
    (tmp_path / "recordings" / "В-2025-118.mp4").write_bytes(b"in plain")
    assert ("stranger", "В-2025-118.mp4") in told(vault, entry(stored))


def test_one_being_stored_at_this_moment_is_no_discrepancy(vault: Vault, tmp_path: Path) -> None:
    (tmp_path / "recordings" / f"{'b' * 32}.json.part").touch()
    (tmp_path / "recordings" / f"{'b' * 32}.age.part").write_bytes(b"half")
    assert told(vault) == []


def test_what_was_declared_destroyed_and_remains(vault: Vault, tmp_path: Path) -> None:
    stored = put(vault, tmp_path)
    act = Destruction("1", date(2026, 10, 17), "cases/x/act.pdf", "0", "1", "order")
    gone = entry(stored, destroyed=act)
    assert told(vault, gone) == [("remains", f"{stored.id}.{ending}") for ending in ("age", "key", "json")]
    vault.destroy_key(stored.id)
    vault.destroy_file(stored.id)
    vault.forget(stored.id)
    assert told(vault, gone) == []


def test_a_size_that_differs_shows_at_once_and_a_byte_when_all_is_read(vault: Vault, tmp_path: Path) -> None:
    stored = put(vault, tmp_path)
    sealed = tmp_path / "recordings" / f"{stored.id}.age"
    spoil(sealed, 1000)
    assert told(vault, entry(stored)) == []
    assert list(digests_that_differ([Register((entry(stored),))], vault)) == [
        Mismatch(Discrepancy.DIFFERS, stored.id, CASE)
    ]
    os.truncate(sealed, 1000)
    assert told(vault, entry(stored)) == [("differs", CASE)]


def test_another_recording_than_the_registered_one(vault: Vault, tmp_path: Path) -> None:
    stored = put(vault, tmp_path)
    swapped = entry(replace(stored, sha256="0" * 64, stored_at=datetime.now(UTC)))
    assert told(vault, swapped) == [("differs", CASE)]


def test_nothing_is_changed_by_looking(vault: Vault, tmp_path: Path) -> None:
    stored, other = put(vault, tmp_path), put(vault, tmp_path)
    (tmp_path / "recordings" / f"{other.id}.json").unlink()
    before = files(tmp_path)
    assert told(vault, entry(stored)) != []
    assert list(digests_that_differ([Register((entry(stored),))], vault)) == []
    assert files(tmp_path) == before


def key_file(folder: Path, stored: Stored) -> Path:
    return next(folder.rglob(f"{stored.id}.key"))


@pytest.mark.parametrize(
    "spoilt",
    [
        b"",
        b"\0" * 20,
        b"# only a comment\n",
        b"AGE-SECRET-KEY-1X9ZSZHMUE6JM70KQ08T9RTZFVMAHP6UJPQP5ERL7VY8DLKHD90LQCMZSKH\n",
        b"\xff\xfe",
    ],
)
def test_a_key_that_does_not_read_is_named(vault: Vault, tmp_path: Path, spoilt: bytes) -> None:
    stored = put(vault, tmp_path)
    key_file(tmp_path, stored).write_bytes(spoilt)
    assert told(vault, entry(stored)) == [("key_damaged", CASE)]


def test_one_letter_of_a_key_changed_shows_by_its_checksum(vault: Vault, tmp_path: Path) -> None:
    stored = put(vault, tmp_path)
    path = key_file(tmp_path, stored)
    whole = path.read_text()
    for place in range(len("AGE-SECRET-KEY-1"), len(whole) - 1):
        other = "Q" if whole[place] != "Q" else "P"
        path.write_text(whole[:place] + other + whole[place + 1 :])
        assert told(vault, entry(stored)) == [("key_damaged", CASE)], place
    path.write_text(whole)
    assert told(vault, entry(stored)) == []


def test_another_recordings_key_is_told_without_decrypting_all(vault: Vault, tmp_path: Path) -> None:
    stored, other = put(vault, tmp_path), put(vault, tmp_path)
    one, two = key_file(tmp_path, stored), key_file(tmp_path, other)
    keys = one.read_bytes(), two.read_bytes()
    one.write_bytes(keys[1])
    two.write_bytes(keys[0])
    assert told(vault, entry(stored), entry(other)) == [("key_foreign", CASE)] * 2


def test_a_damaged_recording_does_not_put_the_blame_on_its_key(vault: Vault, tmp_path: Path) -> None:
    stored = put(vault, tmp_path)
    sealed = tmp_path / "recordings" / f"{stored.id}.age"
    whole = sealed.read_bytes()
    for place in (0, 130, 190, len(whole) - 20):
        sealed.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert ("key_foreign", CASE) not in told(vault, entry(stored)), place


def test_what_a_run_has_begun_to_destroy_is_to_be_resumed_and_not_lost(vault: Vault, tmp_path: Path) -> None:
    stored = put(vault, tmp_path)
    known = Known(under_way={stored.id: "2026-001"})
    for step in (None, vault.destroy_key, vault.destroy_file):
        if step is not None:
            step(stored.id)
        assert told(vault, entry(stored), known=known) == [("under_way", "2026-001")]


def test_what_stayed_with_the_sender_is_no_loss(vault: Vault, tmp_path: Path) -> None:
    stored = put(vault, tmp_path)
    theirs = replace(stored, id="e" * 32, case="БӨТЕН-1")
    known = Known(elsewhere=frozenset({("БӨТЕН-1", "e" * 32), ("БӨТЕН-1", stored.id)}))
    assert told(vault, entry(stored), entry(theirs), known=known) == [("elsewhere", "БӨТЕН-1")]
    assert not Discrepancy.ELSEWHERE.fault


def test_an_imported_register_does_not_call_our_recording_its_own(vault: Vault, tmp_path: Path) -> None:
    """Destroyed, as it says, with an act of theirs: whoever did as it says would take ours away."""
    stored = put(vault, tmp_path)
    act = Destruction("1", date(2021, 10, 17), "cases/x/act.pdf", "0", "1", "order")
    theirs = entry(replace(stored, case="БӨТЕН-1"), destroyed=act)
    assert told(vault, entry(stored), theirs) == [("differs", "БӨТЕН-1")]
    known = Known(elsewhere=frozenset({("БӨТЕН-1", stored.id)}))
    assert told(vault, entry(stored), theirs, known=known) == [("elsewhere", "БӨТЕН-1")]
