"""Registers against the store, both ways; told, never mended."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.domain.recordings import Destruction, Entry, Register, Storing
from pipeline.retention.reconcile import Discrepancy, Mismatch, digests_that_differ, reconcile
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


def told(vault: Vault, *entries: Entry) -> list[tuple[str, str]]:
    return [(str(m.code), m.where) for m in reconcile([Register(entries)], vault)]


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
