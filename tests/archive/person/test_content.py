import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.archive.ocfl.inventory import sha512_of
from pipeline.archive.person.content import canonical_json, case_folder, changes, line, record_yaml
from pipeline.domain.errors import CorruptError


def state(files: dict[str, bytes]) -> dict[str, str]:
    return {path: sha512_of(data) for path, data in files.items()}


@given(st.text())
def test_a_case_folder_never_holds_the_id(case_id: str) -> None:
    assert re.fullmatch(r"cases/[0-9a-f]{16}/", case_folder(case_id))


def test_case_folders_differ_and_stay() -> None:
    assert case_folder("QRG-PD-2025-014") == "cases/1d3113d9d8d7e01d/"
    assert case_folder("QRG-PD-2025-015") != case_folder("QRG-PD-2025-014")


def test_json_is_the_same_whatever_order_it_came_in() -> None:
    data = canonical_json({"ә": 1, "а": [2, {"b": None, "a": "Ұ"}]})
    assert data == canonical_json({"а": [2, {"a": "Ұ", "b": None}], "ә": 1})
    assert data.decode().endswith("}\n")
    assert "Ұ" in data.decode()
    assert json.loads(data) == {"ә": 1, "а": [2, {"b": None, "a": "Ұ"}]}


def test_only_what_differs_is_put() -> None:
    current = state({"record.yaml": b"old", "findings.json": b"same"})
    wanted = {"record.yaml": b"new", "findings.json": b"same", "protocol.pdf": b"%PDF"}
    assert changes(current, wanted) == {"record.yaml": b"new", "protocol.pdf": b"%PDF"}


def test_nothing_new_is_nothing() -> None:
    wanted = {"record.yaml": b"same"}
    assert changes(state(wanted), wanted) == {}


def test_what_is_no_longer_wanted_is_taken_out() -> None:
    current = state({"annex-4.pdf": b"x", "annex-1.pdf": b"y", "cases/1d3113d9d8d7e01d/annex-2.pdf": b"z"})
    assert changes(current, {}, keep={"annex-1.pdf"}) == {
        "annex-4.pdf": None,
        "cases/1d3113d9d8d7e01d/annex-2.pdf": None,
    }


def test_a_folder_is_kept_with_all_it_holds() -> None:
    one, other = case_folder("a"), case_folder("b")
    current = state({f"{one}annex-1.pdf": b"x", f"{one}record.yaml": b"y", f"{other}annex-1.pdf": b"z"})
    assert changes(current, {}, keep={one}) == {f"{other}annex-1.pdf": None}


@pytest.mark.parametrize(
    "path", ["events.jsonl", "acts/act-1.pdf", "cases/1d3113d9d8d7e01d/scans/1.png", "notes.txt"]
)
def test_files_of_others_stay(path: str) -> None:
    assert changes(state({path: b"x"}), {}) == {}


def test_a_document_to_keep_must_be_there() -> None:
    with pytest.raises(CorruptError, match="filed_missing"):
        changes({}, {}, keep={"annex-1.pdf"})


@pytest.mark.parametrize(
    "text",
    [
        "kind: case\nid: x\n",
        "---\nkind: case\nid: x\n",
        "\n---\n\nkind: case\nid: x",
        "kind: case\nid: x\n\n\n...\n",
        "--- \nkind: case\nid: x\n",
    ],
)
def test_a_record_reads_the_same_alone_or_among_others(text: str) -> None:
    assert record_yaml(text) == b"kind: case\nid: x\n"


def test_comments_and_empty_lines_inside_stay() -> None:
    text = "# Ескерту\nkind: case\n\nid: x  # ---\n"
    assert record_yaml(f"---\n{text}") == text.encode()


@given(st.text())
def test_a_line_is_one_line(text: str) -> None:
    assert len(line(text).splitlines()) <= 1
