"""The line with a caret under what is meant."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.findings import Finding, Severity
from pipeline.domain.records import Kind, Ref
from pipeline.domain.source import InputError, Place
from pipeline.messages.catalogue import Language, Messages
from pipeline.messages.frames import Where, code_frame, finding_text, input_error_text
from pipeline.record_format.reader import read_stream

STREAM = """\
# a comment before anything
kind: campaign
id: A-1
--- # the second

# with a comment
kind: sitting
id: S-1
commission: C-1
present: [m1, m2]
---
{kind: campaign, id: A-2, unit: ПД}
--- {kind: campaign,
     id: A-3}
"""


def test_the_frame():
    assert list(code_frame("present: [m1]", Place(12, 10))) == [
        "     |",
        "  12 | present: [m1]",
        "     |          ^",
    ]


def test_a_long_line_is_cut_around_the_place():
    *_, shown, caret = code_frame("a" * 300 + "ҚАТЕ" + "b" * 300, Place(7, 301))
    assert shown.startswith("  7 | …")
    assert shown.endswith("…")
    assert shown[caret.index("^")] == "Қ"
    assert len(shown) < 110


def test_a_tab_keeps_the_caret_in_place():
    *_, shown, caret = code_frame("\tid:\tX", Place(1, 6))
    assert shown[caret.index("^")] == "X"


@given(line=st.text(max_size=400), column=st.integers(1, 400))
def test_the_caret_stands_under_its_character(line, column):
    rows = list(code_frame(line, Place(3, column)))
    if rows and column <= len(line) and line[column - 1].isalnum():
        assert rows[1][rows[2].index("^")] == line[column - 1]


def test_lines_are_found_wherever_the_record_begins():
    result = read_stream(STREAM.encode(), "f.yaml")
    assert not result.errors
    sources = {read.record.id: read.source for read in result.records}
    lines = STREAM.split("\n")
    for record, path in (("A-1", "id"), ("S-1", "present"), ("S-1", ""), ("A-2", "unit"), ("A-3", "id")):
        where = Where.of(sources[record], path)
        assert where.line == lines[where.place.line - 1], (record, path)
    assert Where.of(sources["S-1"], "present").line == "present: [m1, m2]"


def test_a_finding_of_a_file_and_one_of_the_archive():
    found = Finding(
        "24", "quorum", Severity.BLOCK, Ref(Kind.SITTING, "S-1"), "present", {"present": 2, "composition": 7}
    )
    text = finding_text(found, Where("f.yaml", Place(10, 10), "present: [m1, m2]"), Messages(Language.EN))
    assert text.split("\n") == [
        "f.yaml:10:10  block  ¶24 quorum",
        "  The sitting has no quorum: fewer than two thirds of the composition attended. Members present: 2. Composition: 7",
        "     |",
        "  10 | present: [m1, m2]",
        "     |          ^",
        "  = Check the list of those present. If it is right, hold the sitting again.",
    ]
    assert finding_text(found, None, Messages(Language.EN)).startswith("sitting:S-1  block  ¶24 quorum\n")


def test_an_overridden_block_says_so():
    found = Finding("17", "materials_late", Severity.INFO, Ref(Kind.CASE, "X"), "", {}, overridden=True)
    assert "мәлімет (шешіммен рұқсат етілген)" in finding_text(found, None, Messages())


def test_an_error_of_a_whole_file_has_no_frame():
    text = input_error_text(InputError("empty_file", "f.yaml", 1, 1), Messages())
    assert "|" not in text
    assert text.startswith("f.yaml:1:1  қате  empty_file\n")
