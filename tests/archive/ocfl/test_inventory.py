import hashlib
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.archive.ocfl.inventory import (
    Author,
    Inventory,
    logical_path,
    next_version,
    sha512_of,
    sidecar,
    sidecar_digest,
)
from pipeline.archive.ocfl.inventory_rules import faults

AUTHOR = Author("Сынақ", "жеке іс", "https://example.invalid/jeke", datetime(2025, 10, 16, tzinfo=UTC))
ID = "urn:uuid:1"


def first(changes: dict[str, bytes | None]) -> Inventory:
    new = next_version(None, ID, changes, AUTHOR)
    assert new is not None
    return new.inventory


def test_only_new_content_is_to_be_stored() -> None:
    before = first({"a": b"1", "b": b"2"})
    new = next_version(before, ID, {"c": b"1", "d": b"3", "e": b"3", "a": None}, AUTHOR)
    assert new is not None
    assert dict(new.content) == {"v2/content/d": b"3"}
    assert new.inventory.state("v2") == {
        path: sha512_of(data) for path, data in zip("bcde", (b"2", b"1", b"3", b"3"), strict=True)
    }
    assert new.inventory.content_path(sha512_of(b"1")) == "v1/content/a"


def test_earlier_versions_are_carried_over_unaltered() -> None:
    raw: dict[str, Any] = dict(first({"a": b"1"}).raw)
    raw["versions"] = {"v1": {**raw["versions"]["v1"], "created": "2025-10-16T00:00:00.5Z", "message": "x"}}
    new = next_version(Inventory(raw), ID, {"b": b"1"}, AUTHOR)
    assert new is not None
    assert new.inventory.raw["versions"]["v1"] == raw["versions"]["v1"]


def test_content_known_under_capital_digits_is_known() -> None:
    raw = dict(first({"a": b"1"}).raw)
    big = sha512_of(b"1").upper()
    raw["manifest"] = {big: ["v1/content/a"]}
    raw["versions"] = {"v1": {**raw["versions"]["v1"], "state": {big: ["a"]}}}
    new = next_version(Inventory(raw), ID, {"b": b"1"}, AUTHOR)
    assert new is not None
    assert dict(new.content) == {}
    assert list(faults(new.inventory.raw)) == []


def test_the_date_is_filed_with_its_zone() -> None:
    local = Author("", "", "a:b", datetime(2025, 10, 16, 10, 0, 5, 999, timezone(timedelta(hours=5))))
    new = next_version(None, ID, {"a": b"1"}, local)
    assert new is not None
    assert new.inventory.raw["versions"]["v1"]["created"] == "2025-10-16T10:00:05+05:00"
    (info,) = new.inventory.versions()
    assert info.created == local.created.replace(microsecond=0)


paths = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=20)


@given(st.dictionaries(paths, st.binary(max_size=3), min_size=1, max_size=5))
def test_whatever_can_be_filed_makes_a_sound_inventory(changes: dict[str, bytes]) -> None:
    try:
        new = next_version(None, ID, {**changes}, AUTHOR)
    except ValueError:
        return
    assert new is not None
    assert list(faults(new.inventory.raw)) == []
    assert Inventory.parse(new.inventory.to_bytes()).raw == new.inventory.raw
    filed = {unicodedata.normalize("NFC", path): sha512_of(data) for path, data in changes.items()}
    assert new.inventory.state("v1") == filed


@given(paths)
def test_a_logical_path_is_in_nfc_and_stays_so(text: str) -> None:
    try:
        path = logical_path(text)
    except ValueError:
        return
    assert path == logical_path(path) == unicodedata.normalize("NFC", text)


def test_the_inventory_is_a_line_per_digest_and_version() -> None:
    text = first({"қағаз.pdf": b"1", "b": b"2"}).to_bytes().decode()
    assert "қағаз.pdf" in text
    assert len(text.splitlines()) == 13


@given(st.binary(max_size=50))
def test_a_sidecar_states_the_digest(data: bytes) -> None:
    assert sidecar_digest(sidecar(data)) == hashlib.sha512(data).hexdigest()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x inventory.json",
        f"{'a' * 127} inventory.json",
        f"{'a' * 128}inventory.json",
        f"{'a' * 128} inventory.jsn",
    ],
)
def test_a_malformed_sidecar_states_nothing(text: str) -> None:
    assert sidecar_digest(text.encode()) is None
