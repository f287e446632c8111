"""Syntax: the place and a plain cause, the same from either of the library's loaders."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from pipeline.domain.source import Place
from pipeline.record_format.stream import Document, split
from pipeline.record_format.yaml_tree import Entry, Fields, Items, Node, Scalar, parse

SAMPLES = sorted((Path(__file__).parents[2] / "samples").glob("*.yaml"))
LOADERS = [yaml.CBaseLoader, yaml.BaseLoader]


def tree(
    text: str, loader: type, first_line: int = 1
) -> tuple[Node | None, list[tuple[str, Place, dict[str, str | int]]]]:
    found: list[tuple[str, Place, dict[str, str | int]]] = []

    def report(code: str, place: Place, /, **params: str | int) -> None:
        found.append((code, place, params))

    return parse(Document(text, first_line), report, loader), found


@pytest.mark.parametrize("loader", LOADERS)
def test_everything_is_text_with_its_place(loader: type) -> None:
    node, problems = tree('ә: 010\nб:\n- "null"\n- ~\n', loader, first_line=11)
    assert problems == []
    assert node == Fields(
        Place(11, 1),
        [
            Entry("ә", Place(11, 1), Scalar(Place(11, 4), "010", plain=True)),
            Entry(
                "б",
                Place(12, 1),
                Items(
                    Place(13, 1),
                    [Scalar(Place(13, 3), "null", plain=False), Scalar(Place(14, 3), "~", plain=True)],
                ),
            ),
        ],
    )


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_both_loaders_read_the_samples_alike(sample: Path) -> None:
    for document in split(sample.read_text("utf-8")):
        fast, slow = (tree(document.text, loader) for loader in LOADERS)
        assert fast == slow


@pytest.mark.parametrize("loader", LOADERS)
def test_blocks_keep_their_paragraphs(loader: type) -> None:
    node, _ = tree("a: |\n  бір\n\n  екі\nb: >\n  бір\n  екі\n", loader)
    assert isinstance(node, Fields)
    texts = [entry.value.text for entry in node.entries if isinstance(entry.value, Scalar)]
    assert texts == ["бір\n\nекі\n", "бір екі\n"]


@pytest.mark.parametrize("loader", LOADERS)
@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("a: б: в\n", "syntax_colon_in_text", (1, 5)),
        ("a: 1\n  b: 2\n", "syntax_colon_in_text", (2, 4)),
        ("a: б\nkind\nb: в\n", "syntax_colon_missing", (2, 1)),
        ("a:\n\tb: 1\n", "syntax_tab", (2, 1)),
        ("a: б\n\tb: 1\n", "syntax_tab", (2, 1)),
        ("a: @б\n", "syntax_start", (1, 4)),
        ("a: `б`\n", "syntax_start", (1, 4)),
        ("a: %б\n", "syntax_start", (1, 4)),
        ("a: * б\n", "syntax_start", (1, 4)),
        ("a: & б\n", "syntax_start", (1, 4)),
        ("a: ]\n", "syntax_start", (1, 4)),
        ('a: "б\nb: в\n', "syntax_quote", (1, 4)),
        ("a: 'б\nb: в\n", "syntax_quote", (1, 4)),
        ('a: "C:\\қалта"\n', "syntax_escape", (1, None)),
        ('a: "\\xZZ"\n', "syntax_escape", (1, None)),
        ("a: [б, в\nb: г\n", "syntax_bracket", (2, 2)),
        ("a: {b: в\nc: г\n", "syntax_bracket", (2, 2)),
        ("a:\n  b: 1\n c: 2\n", "syntax_indent", (3, 2)),
        ("a:\n - б\n b: в\n", "syntax_indent", (3, 2)),
        ("a: |б\n", "syntax_block", (1, None)),
        ("{a: б}}\n", "syntax_document", (1, 7)),
    ],
)
def test_causes(text: str, code: str, place: tuple[int, int | None], loader: type) -> None:
    node, problems = tree(text, loader)
    assert node is None
    ((found, where, _),) = problems
    assert found == code
    assert where.line == place[0]
    assert place[1] in (None, where.column)


@pytest.mark.parametrize("loader", LOADERS)
def test_an_unclosed_bracket_tells_where_it_was_opened(loader: type) -> None:
    _, ((_, place, params),) = tree("a: 1\nb: [б\nc: г\n", loader, first_line=5)
    assert (place, params) == (Place(7, 2), {"opened_line": 6})


@pytest.mark.parametrize("loader", LOADERS)
def test_depth(loader: type) -> None:
    node, problems = tree("[" * 32 + "]" * 32, loader)
    assert node is not None
    assert problems == []
    node, problems = tree("[" * 33 + "]" * 33, loader)
    assert node is None
    assert problems == [("nesting", Place(1, 33), {"limit": 32})]


def test_the_library_gives_up_before_us_on_one_line() -> None:
    assert [code for code, *_ in tree("[" * 5000, yaml.CBaseLoader)[1]] == ["nesting"]


@pytest.mark.parametrize("loader", LOADERS)
def test_everything_refused_is_told_and_reading_goes_on(loader: type) -> None:
    node, problems = tree('a: &x !y б\nb: *x\n<<: *x\na: в\nc: "\\x07"\n? {d: 1}\n: 2\n"": 3\nd: д\n', loader)
    assert [(code, place.line) for code, place, _ in problems] == [
        ("anchor", 1),
        ("tag", 1),
        ("alias", 2),
        ("merge_key", 3),
        ("alias", 3),
        ("duplicate_key", 4),
        ("character", 5),
        ("key_not_text", 6),
        ("key_not_text", 8),
    ]
    assert isinstance(node, Fields)
    assert [entry.key for entry in node.entries] == ["a", "b", "c", "d"]


def test_a_quoted_merge_key_is_a_name() -> None:
    node, problems = tree('"<<": б', yaml.CBaseLoader)
    assert problems == []
    assert isinstance(node, Fields)
    assert node.entries[0].key == "<<"
