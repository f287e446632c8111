"""One sound inventory, and one change a rule."""

import copy
import json
from collections.abc import Callable
from typing import Any

import ocfl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.archive.ocfl.inventory import Inventory, InventoryError
from pipeline.archive.ocfl.inventory_rules import conflicts, faults, in_order, path_fault

A, B, C = ("a" * 128, "b" * 128, "c" * 128)
BY = {"name": "жеке іс", "address": "https://example.invalid/jeke"}
SOUND: dict[str, Any] = {
    "id": "urn:uuid:6c1f5b1e-5f0d-4f43-9a55-1d0f3a1b2c3d",
    "type": "https://ocfl.io/1.1/spec/#inventory",
    "digestAlgorithm": "sha512",
    "head": "v2",
    "manifest": {A: ["v1/content/а"], B: ["v2/content/ә/б", "v2/content/б"]},
    "versions": {
        "v1": {"created": "2025-10-16T10:00:00+05:00", "message": "", "user": BY, "state": {A: ["а"]}},
        "v2": {"created": "2025-10-17T10:00:00Z", "message": "", "user": BY, "state": {A: ["а"], B: ["ә/б"]}},
    },
}

Change = Callable[[dict[str, Any]], object]


def without(*path: str) -> Change:
    def change(raw: dict[str, Any]) -> None:
        for key in path[:-1]:
            raw = raw[key]
        del raw[path[-1]]

    return change


def put(value: object, *path: str) -> Change:
    def change(raw: dict[str, Any]) -> None:
        for key in path[:-1]:
            raw = raw[key]
        raw[path[-1]] = value

    return change


V2 = SOUND["versions"]["v2"]

RULES: list[tuple[str, str, Change]] = [
    *(("E036", key, without(key)) for key in ("id", "type", "digestAlgorithm", "head")),
    *(("E041", key, without(key)) for key in ("manifest", "versions")),
    ("E037", "id", put("", "id")),
    ("E037", "id", put(7, "id")),
    ("W005", "id", put("not a uri", "id")),
    ("E038", "type", put("https://ocfl.io/2.0/spec/#inventory", "type")),
    ("profile", "type", put("https://ocfl.io/1.0/spec/#inventory", "type")),
    ("E025", "digestAlgorithm", put("md5", "digestAlgorithm")),
    ("profile", "digestAlgorithm", put("sha256", "digestAlgorithm")),
    ("W004", "digestAlgorithm", put("sha256", "digestAlgorithm")),
    ("profile", "contentDirectory", put("data", "contentDirectory")),
    ("profile", "fixity", put({}, "fixity")),
    ("E111", "fixity", put([], "fixity")),
    ("E102", "comment", put("", "comment")),
    ("E102", "versions.v2.comment", put("", "versions", "v2", "comment")),
    ("E102", "versions.v2.user.phone", put({**BY, "phone": ""}, "versions", "v2", "user")),
    ("E040", "head", put("v1", "head")),
    ("E040", "head", put(2, "head")),
    ("E106", "manifest", put([], "manifest")),
    ("E092", f"manifest.{A}", put("v1/content/а", "manifest", A)),
    ("E092", f"manifest.{A}", put([1], "manifest", A)),
    ("E092", f"manifest.{A}", put([], "manifest", A)),
    ("E025", "manifest.xyz", put(["v1/content/x"], "manifest", "xyz")),
    ("E096", "manifest", put(["v1/content/x"], "manifest", A.upper())),
    ("E107", f"manifest.{C}", put(["v1/content/x"], "manifest", C)),
    ("E042", "manifest.а", put(["а"], "manifest", A)),
    ("E042", "manifest.v1/data/а", put(["v1/data/а"], "manifest", A)),
    ("E042", "manifest.v3/content/а", put(["v3/content/а"], "manifest", A)),
    ("E042", "manifest.../v1/content/а", put(["../v1/content/а"], "manifest", A)),
    ("E099", "manifest.v1/content/../а", put(["v1/content/../а"], "manifest", A)),
    ("E099", "manifest.v1/content//а", put(["v1/content//а"], "manifest", A)),
    ("E100", "manifest./v1/content/а", put(["/v1/content/а"], "manifest", A)),
    ("E100", "manifest.v1/content/а/", put(["v1/content/а/"], "manifest", A)),
    ("E101", "manifest.v2/content/б", put(["v2/content/б", "v2/content/б"], "manifest", B)),
    ("E101", "manifest.v2/content/ә", put(["v2/content/ә/б", "v2/content/ә"], "manifest", B)),
    ("E044", "versions", put([], "versions")),
    ("E008", "versions", put({}, "versions")),
    ("E009", "versions", without("versions", "v1")),
    ("E010", "versions", put(V2, "versions", "v4")),
    ("E104", "versions.2", put(V2, "versions", "2")),
    ("E012", "versions.v03", put(V2, "versions", "v03")),
    ("E047", "versions.v2", put([], "versions", "v2")),
    ("E048", "versions.v2.created", without("versions", "v2", "created")),
    ("E048", "versions.v2.state", without("versions", "v2", "state")),
    ("E049", "versions.v2.created", put("2025-10-17", "versions", "v2", "created")),
    ("E049", "versions.v2.created", put("2025-10-17T10:00:00", "versions", "v2", "created")),
    ("E049", "versions.v2.created", put("2025-02-30T10:00:00Z", "versions", "v2", "created")),
    ("E049", "versions.v2.created", put(20251017, "versions", "v2", "created")),
    ("E050", "versions.v2.state", put([], "versions", "v2", "state")),
    ("E050", f"versions.v2.state.{C}", put(["в"], "versions", "v2", "state", C)),
    ("E051", f"versions.v2.state.{A}", put("а", "versions", "v2", "state", A)),
    ("E052", "versions.v2.state.", put([""], "versions", "v2", "state", A)),
    ("E052", "versions.v2.state.а//б", put(["а//б"], "versions", "v2", "state", A)),
    ("E052", "versions.v2.state.../а", put(["../а"], "versions", "v2", "state", A)),
    ("E053", "versions.v2.state./а", put(["/а"], "versions", "v2", "state", A)),
    ("E053", "versions.v2.state.а/", put(["а/"], "versions", "v2", "state", A)),
    ("E095", "versions.v2.state.ә/б", put(["ә/б"], "versions", "v2", "state", A)),
    ("E095", "versions.v2.state.ә", put(["ә"], "versions", "v2", "state", A)),
    ("W007", "versions.v2.message", without("versions", "v2", "message")),
    ("E094", "versions.v2.message", put(None, "versions", "v2", "message")),
    ("W007", "versions.v2.user", without("versions", "v2", "user")),
    ("E054", "versions.v2.user", put("жеке іс", "versions", "v2", "user")),
    ("E054", "versions.v2.user", put({"address": "a:b"}, "versions", "v2", "user")),
    ("E054", "versions.v2.user.address", put({"name": "", "address": 1}, "versions", "v2", "user")),
    ("W008", "versions.v2.user", put({"name": ""}, "versions", "v2", "user")),
    ("W009", "versions.v2.user.address", put({"name": "", "address": "somebody"}, "versions", "v2", "user")),
]


def test_the_sound_inventory_is_sound() -> None:
    assert list(faults(SOUND)) == []
    assert ocfl.InventoryValidator().validate(copy.deepcopy(SOUND))


@pytest.mark.parametrize(
    ("code", "place", "change"), RULES, ids=[f"{code} {place[:30]}" for code, place, _ in RULES]
)
def test_each_rule(code: str, place: str, change: Change) -> None:
    raw = copy.deepcopy(SOUND)
    change(raw)
    assert (code, place) in [tuple(fault) for fault in faults(raw)]
    if all(fault.code.startswith("W") for fault in faults(raw)):
        Inventory.parse(json.dumps(raw).encode())
    else:
        with pytest.raises(InventoryError):
            Inventory.parse(json.dumps(raw).encode())


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b'{"id": 1, "id": 1}', b"[" * 100_000],
)
def test_what_is_no_inventory_at_all(data: bytes) -> None:
    with pytest.raises(InventoryError) as caught:
        Inventory.parse(data)
    assert caught.value.code == "E033"


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.sampled_from([A, "v1", "v1/content/а", "а"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([A, "v1", "v2", "state", "user"]), inner)
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(sorted({*SOUND, "fixity", "other"})), json_values))
def test_no_json_breaks_the_rules_themselves(changes: dict[str, object]) -> None:
    """Whatever stands in the file is judged, not stumbled over."""
    assert changes == {} or list(faults(SOUND | changes)) is not None
    list(faults(changes))


@given(json_values)
def test_no_version_block_breaks_the_rules_themselves(block: object) -> None:
    list(faults({**SOUND, "versions": {"v1": SOUND["versions"]["v1"], "v2": block}}))


def test_versions_are_ordered_by_number() -> None:
    assert in_order(["v10", "v9", "v1", "v01", "x", "v"]) == ["v01", "v1", "v9", "v10"]


@given(st.lists(st.lists(st.sampled_from("абә"), min_size=1, max_size=3).map("/".join), max_size=6))
def test_conflicts_are_what_cannot_lie_in_one_directory(paths: list[str]) -> None:
    expected = {
        path
        for index, path in enumerate(paths)
        if path in paths[:index] or any(other.startswith(f"{path}/") for other in paths)
    }
    assert conflicts(paths) == expected


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("а/б", None),
        ("/", "part"),
        ("", "part"),
        ("/а", "edge"),
        ("а/", "edge"),
        ("а/./б", "part"),
        ("...", None),
    ],
)
def test_paths(path: str, fault: str | None) -> None:
    assert path_fault(path, edge="edge", part="part") == fault
