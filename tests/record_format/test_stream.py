"""From bytes to the texts of records."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.source import Place
from pipeline.record_format.stream import MAX_FILE_BYTES, Document, characters_allowed, decode, split

Problem = tuple[str, Place, dict[str, str | int]]


class Reported(list[Problem]):
    def __call__(self, code: str, place: Place, /, **params: str | int) -> None:
        self.append((code, place, params))


def decoded(data: bytes) -> tuple[str | None, list[Problem]]:
    reported = Reported()
    return decode(data, reported), reported


@pytest.mark.parametrize(
    "data", ["әб\n".encode(), b"\xef\xbb\xbf" + "әб\n".encode(), "әб\r\n".encode(), "әб\r".encode()]
)
def test_utf8_with_or_without_a_mark_and_any_line_end(data: bytes) -> None:
    assert decoded(data) == ("әб\n", [])


def test_files_joined_with_their_marks() -> None:
    part = b"\xef\xbb\xbf---\r\nid: 1\r\n"
    assert decoded(part + part) == ("---\nid: 1\n---\nid: 1\n", [])


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_utf16_has_its_own_code(encoding: str) -> None:
    assert decoded("kind: case\nid: А-1\nunit: Қазақ\n".encode(encoding)) == (
        None,
        [("encoding_utf16", Place(1, 1), {})],
    )


def test_cp1251_has_its_own_code_and_the_place_of_the_first_letter() -> None:
    text = "kind: campaign\nunit: Департамент полиции\n"
    assert decoded(text.encode("cp1251")) == (None, [("encoding_cp1251", Place(2, 7), {})])
    assert decoded(text.encode("kz1048"))[1][0][0] == "encoding_cp1251"


def test_a_broken_byte_in_utf8_is_told_with_its_place() -> None:
    data = "unit: Қазақ\nplace: Қала".encode() + b"\xff" + " мен дала".encode()
    assert decoded(data) == (None, [("encoding_broken", Place(2, 12), {})])


def test_other_files_are_no_text() -> None:
    assert decoded(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")[1][0][0].startswith("encoding")
    assert decoded(bytes(range(128, 256)) * 9)[1][0][0].startswith("encoding")


def test_size_is_looked_at_first() -> None:
    assert decoded(b"\xff" * (MAX_FILE_BYTES + 1))[1] == [("file_too_large", Place(1, 1), {"limit_mib": 64})]


@pytest.mark.parametrize(
    "character",
    [
        "\0",
        "\x07",
        "\x0b",
        "\x1b",
        "\x7f",
        "\x85",
        "\x9f",
        "\u2028",
        "\u2029",
        "\u202e",
        "\u2066",
        "\ufeff",
        "\uffff",
    ],
)
def test_forbidden_characters(character: str) -> None:
    reported = Reported()
    assert not characters_allowed(Document(f"a\nәб{character}в", 5), reported)
    assert reported == [("character", Place(6, 3), {"character": f"U+{ord(character):04X}"})]


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"])))
def test_other_characters_pass(text: str) -> None:
    reported = Reported()
    assert characters_allowed(Document(text, 1), reported)
    assert reported == []


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("a\n---\nb\n", [("a\n", 1), ("---\nb\n", 2)]),
        ("---\na\n---\nb", [("---\na\n", 1), ("---\nb", 3)]),
        ("--- a\n---\tb\n", [("--- a\n", 1), ("---\tb\n", 2)]),
        ("a\n... # соңы\nb\n", [("a\n... # соңы\n", 1), ("b\n", 3)]),
        ("a\n...", [("a\n...", 1)]),
        ("---a\n ---\n----\n", [("---a\n ---\n----\n", 1)]),
        ("", []),
        ("---", [("---", 1)]),
    ],
)
def test_split(text: str, pieces: list[tuple[str, int]]) -> None:
    assert [tuple(document) for document in split(text)] == pieces


@given(st.lists(st.sampled_from(["---", "...", "--- x", "a", "", "\n", " ---", "#"])).map("\n".join))
def test_nothing_is_lost_in_splitting(text: str) -> None:
    documents = list(split(text))
    assert "".join(document.text for document in documents) == text
    line = 1
    for document in documents:
        assert document.first_line == line
        line += document.text.count("\n")


@pytest.mark.parametrize(
    ("text", "empty"),
    [
        ("", True),
        ("\n \n\t\n", True),
        ("# а\n  # ә\n", True),
        ("--- # а\n", True),
        ("%YAML 1.2 # а\n", True),
        ("...\n", True),
        ("--- a", False),
        ("---\na", False),
        ("%TAG ! x\n", False),
        ("%YAML 2.0\n", False),
        ("a # б", False),
    ],
)
def test_empty(text: str, *, empty: bool) -> None:
    assert Document(text, 1).empty is empty
