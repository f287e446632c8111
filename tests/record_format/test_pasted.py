"""What comes along from Word, from the web and from habit: the cause and the cure, or the value meant, and said."""

from __future__ import annotations

from datetime import date, time
from enum import StrEnum
from inspect import getmembers, isclass
from typing import Any

import pytest
import yaml

from pipeline.domain import records
from pipeline.domain.findings import Finding, Severity
from pipeline.domain.records import Case, Commission, Kind, Sitting, Vote
from pipeline.record_format.fixed_words import spellings, understood
from pipeline.record_format.reader import read_stream
from pipeline.record_format.stream import Document
from pipeline.record_format.yaml_tree import parse

CASE = 'kind: case\nid: A\ncampaign: C\nemployee: {iin: "850314390019", surname: Ли}\n'
COMMISSION = "kind: commission\nid: K\n"
SITTING = "kind: sitting\nid: S\ncommission: K\n"
LOADERS = [yaml.CBaseLoader, yaml.BaseLoader]
ODD = ["\u00a0", "\u202f", "\u2007", "\u3000", "\u2009", "\u200b", "\u200d", "\u2060", "\u00ad"]


def codes(text: str) -> list[tuple[str, int, int]]:
    return [(e.code, e.line, e.column) for e in read_stream(text.encode(), "a").errors]


def one(text: str) -> tuple[Any, tuple[Finding, ...]]:
    result = read_stream(text.encode(), "a")
    assert result.errors == ()
    (read,) = result.records
    return read.record, read.repairs


def said(text: str) -> list[tuple[str, str]]:
    return [(finding.code, finding.path) for finding in one(text)[1]]


# --- syntax: what stands at the start of a value -----------------------------------------------------------


@pytest.mark.parametrize("loader", LOADERS)
@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ('a: "Сұңқар" жасағы\nb: 1\n', "syntax_after_quote", (1, 4)),
        ("a: 'Сұңқар' жасағы\nb: 1\n", "syntax_after_quote", (1, 4)),
        ('a: "Сұңқар", жасақ\n', "syntax_after_quote", (1, 4)),
        ('a: "бір" және "екі"\n', "syntax_after_quote", (1, 4)),
        ('a:\n  - "бір" екі\n', "syntax_after_quote", (2, 5)),
        ('a: {b: "бір" екі, c: 1}\n', "syntax_after_quote", (1, 8)),
        ("a: {бір} екі\nb: 1\n", "syntax_after_bracket", (1, 4)),
        ("a: [бір] екі\nb: 1\n", "syntax_after_bracket", (1, 4)),
        ('a: "бір”\nb: 1\n', "syntax_quote_mixed", (1, 4)),
        ('a: "бір»\nb: 1\n', "syntax_quote_mixed", (1, 4)),
        ('a: "бір\nb: 1\n', "syntax_quote", (1, 4)),
        ("a: {b: № #5, c: 1}\nd: 2\n", "syntax_bracket_hash", (1, 10)),
        *((f"a: {sign} б\nb: 1\n", "syntax_start", (1, 4)) for sign in "-?@`%*&,]}"),
        *((f"a: {sign}б\nb: 1\n", "syntax_start", (1, 4)) for sign in "@`%*&!"),
        ("a: >5\nb: 1\n", "syntax_start", (1, 4)),
        ("a: |2\nb: 1\n", "syntax_start", (1, 4)),
        ("a: | б\nb: 1\n", "syntax_block", (1, None)),
        ("a: > 5\nb: 1\n", "syntax_block", (1, None)),
        ("a: ! б\n", "tag", (1, 4)),
        ("a:б\nb: 1\n", "syntax_colon_space", (1, 3)),
        ("a:\n  b:б\n  c: 1\n", "syntax_colon_space", (2, 5)),
        ("a: б: в\n", "syntax_colon_in_text", (1, 5)),
    ],
)
def test_the_start_of_a_value(text: str, code: str, place: tuple[int, int | None], loader: type) -> None:
    found = problems(text, loader)
    assert [(name, at[0]) for name, at in found] == [(code, place[0])]
    assert place[1] in (None, found[0][1][1])


@pytest.mark.parametrize("loader", LOADERS)
@pytest.mark.parametrize(
    "text",
    [
        'a: полиция "Сұңқар" жасағы\n',
        "a: -5\n",
        "a: –5\n",
        "a: 100%\n",
        "a: *\n".replace("*", "5*"),
        "a: №5 @ |{}[] & ! б\n",
        "a: '\"Сұңқар\" жасағы'\n",
        'a: "@б"\n',
        "a: |\n  - б\n  @в: г\n",
        "a: >\n  бір\n  екі\n",
        "a: https://example.invalid/а#б\n",
    ],
)
def test_lawful_neighbours_of_the_start(text: str, loader: type) -> None:
    assert problems(text, loader) == []


def problems(text: str, loader: type) -> list[tuple[str, tuple[int, int]]]:
    found: list[tuple[str, tuple[int, int]]] = []
    parse(Document(text, 1), lambda code, place, /, **_: found.append((code, tuple(place))), loader)
    return found


# --- paragraphs --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("duties", "line"),
    [
        ("Бірінші азат жол.\nЕкінші азат жол.\n", 7),
        ("Бірінші азат жол.\n\nЕкінші азат жол.\n", 8),
        ("Бірінші азат жол.\nЕкінші: тағы бір.\n", 7),
        ("Бірінші азат жол.\n    Екінші: тағы бір.\n", 7),
        ("Бірінші азат жол.\n- біріншіден\n- екіншіден\n", 7),
        ("Бірінші азат жол.\n• біріншіден\n• екіншіден\n", 7),
        ("Бірінші азат жол.\n1) біріншіден\n2) екіншіден\n", 7),
        ("|\n    Бірінші азат жол.\nЕкінші азат жол.\n", 8),
    ],
)
def test_pasted_paragraphs_are_told_to_take_a_bar(duties: str, line: int) -> None:
    found = codes(f"{CASE}characteristic:\n  duties: {duties}  knowledge: б\n")
    assert [(code, at) for code, at, _ in found] == [("syntax_paragraph", line)]


def test_a_sentence_where_a_field_is_looked_for() -> None:
    assert codes(f"{CASE}Екінші азат жол: тағы\n") == [("unknown_field_text", 5, 1)]


def test_a_block_takes_paragraphs_as_they_are() -> None:
    case, notes = one(
        f"{CASE}characteristic:\n  duties: |\n    Бір: екі\n\n    - үш #4\n    \u00a0\u00a0Азат: жол\n"
    )
    assert case.characteristic.duties == "Бір: екі\n\n- үш #4\n\u00a0\u00a0Азат: жол"
    assert notes == ()


# --- odd blanks --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("kind: campaign\nid: A\nunit:{o}ПД\ndecision: {{number: 1}}\n", (3, 6)),
        ("kind: campaign\nid: A\ndecision:\n  number:{o}1\n  date: 2025-01-01\n", (4, 10)),
        ("kind: campaign\nid: A\ndecision:\n  number:{o}1\n", (4, 10)),
        ("kind: campaign\nid: A\ndecision:{o}\n  number: 1\n", (3, 10)),
        ("kind: campaign\nid: A\ndecision:\n{o}{o}number: 1\n", (4, 1)),
        ("kind: campaign\nid: A\ndecision:\n  number: 1\n {o}date: 2025-01-01\n", (5, 2)),
        ("kind: campaign\nid: A\n{o}\nunit: ПД\n", (3, 1)),
        ("kind: sitting\nid: S\ncommission: K\npresent:\n-{o}m1\n- m2\n", (5, 2)),
        ("kind: sitting\nid: S\ncommission: K\npresent:\n  -{o}m1\n", (5, 4)),
        ("kind: sitting\nid: S\ncommission: K\ncandidates:\n  -{o}case: A\n", (5, 4)),
        ("kind: sitting\nid: S\ncommission: K\ncandidates:\n  - case:{o}A\n    reason: б\n", (5, 10)),
    ],
)
def test_an_odd_blank_where_yaml_needs_a_space(text: str, places: tuple[int, int], odd: str) -> None:
    error, *_ = read_stream(text.format(o=odd).encode(), "a").errors
    assert (error.code, (error.line, error.column)) == ("odd_blank", places)
    assert error.params["character"] == f"U+{ord(odd):04X}"


def test_all_lines_of_a_pasted_page_in_one_error() -> None:
    text = "kind: campaign\nid: A\ndecision:\n" + "".join(f"\u00a0\u00a0x{n}: 1\n" for n in range(14))
    (error,) = read_stream(text.encode(), "a").errors
    assert error.params["lines"] == "4, 5, 6, 7, 8, 9, 10, 11, 12, 13…"


def test_what_is_wrong_besides_is_said_too() -> None:
    text = "kind: campaign\nid: A\nunit:\u00a0ПД\ndecision: @б\n"
    assert [code for code, *_ in codes(text)] == ["odd_blank", "syntax_start"]


@pytest.mark.parametrize("odd", ODD)
def test_odd_blanks_in_a_text_are_text(odd: str) -> None:
    campaign, notes = one(
        f"kind: campaign\nid: A\nunit: {odd}ПД{odd}Сарыарқа: 5{odd}қ.\n".replace(": 5", ":5")
    )
    assert campaign.unit
    assert notes == ()
    assert one(f"kind: campaign\nid: A\nunit: |\n  unit:{odd}ПД\n  {odd}{odd}жол\n")[1] == ()
    assert one(f"kind: campaign\nid: A\nunit: Тел:{odd}5-5-5\n")[1] == ()


@pytest.mark.parametrize("odd", ODD)
def test_odd_blanks_round_a_typed_value_do_no_harm(odd: str) -> None:
    record, _ = one(f"{SITTING}held_on: {odd}16.10.2025{odd}\nstarted_at: {odd}9:00\n")
    assert (record.held_on, record.started_at) == (date(2025, 10, 16), time(9))


def test_odd_blanks_within_a_typed_value_are_named() -> None:
    (error,) = read_stream(f"{SITTING}held_on: 16.10.\u200b2025\n".encode(), "a").errors
    assert (error.code, error.params["character"]) == ("odd_character", "U+200B")


@pytest.mark.parametrize("dash", "–—•")
def test_the_dash_that_word_makes_of_a_hyphen(dash: str) -> None:
    assert codes(f"{SITTING}candidates:\n  {dash} case: A\n    reason: б\n")[0] == ("list_dash", 5, 3)


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_blank_behind_a_colon_within_braces(odd: str) -> None:
    """There a name and its value run into one text; the blank is named, not a missing one."""
    votes = f"{SITTING}candidates: [{{case: A, votes: {{m1:{odd}recommended}}}}]\n"
    employee = CASE.replace("surname: Ли", f"surname:{odd}Ли")
    for text in (votes, employee):
        (error,) = (e for e in read_stream(text.encode(), "a").errors if e.code != "missing")
        assert (error.code, error.params["character"]) == ("odd_blank", f"U+{ord(odd):04X}")


def test_tabs_after_a_colon_are_blanks() -> None:
    assert one("kind: campaign\nid:\tA\nunit: \t ПД\n")[0].unit == "ПД"


# --- quotes ------------------------------------------------------------------------------------------------

WRAPPED = ["“{}”", "„{}“", "„{}”", "«{}»", "‘{}’", "‚{}‘", "”{}”", "‹{}›", "“ {} ”"]


@pytest.mark.parametrize("form", WRAPPED)
def test_quotes_of_word_round_a_whole_value_are_taken_off_and_said(form: str) -> None:
    text = f"{COMMISSION}name: {form.format('ПД комиссиясы')}\norder: {{number: {form.format('14-ж/қ')}}}\n"
    record, notes = one(text)
    assert (record.name, record.order.number) == ("ПД комиссиясы", "14-ж/қ")
    assert [(n.code, n.path, n.severity) for n in notes] == [
        ("quotes_removed", "name", Severity.INFO),
        ("quotes_removed", "order.number", Severity.INFO),
    ]
    assert notes[1].params == {"before": form.format("14-ж/қ"), "after": "14-ж/қ"}


@pytest.mark.parametrize("form", WRAPPED)
def test_quotes_of_word_round_what_is_no_text(form: str) -> None:
    def q(text: str) -> str:
        return form.format(text)

    text = (
        f"kind: {q('sitting')}\nid: {q('S')}\ncommission: {q('K')}\nheld_on: {q('16.10.2025')}\n"
        f"started_at: {q('10:00')}\ncandidates:\n- case: {q('A')}\n  votes: {{m1: {q('recommended')}}}\n"
    )
    record, notes = one(text)
    assert isinstance(record, Sitting)
    assert (record.id, record.commission, record.held_on) == ("S", "K", date(2025, 10, 16))
    assert record.candidates[0].votes == {"m1": Vote.RECOMMENDED}
    assert {n.code for n in notes} == {"quotes_removed"}


@pytest.mark.parametrize(
    "name",
    [
        "«Сұңқар» жасағы",
        "Арнайы «Сұңқар» жасағы",
        "Арнайы жасақ «Сұңқар»",
        "«Сұңқар» және «Барс»",
        "“Сұңқар” және “Барс”",
        'Арнайы "Сұңқар" жасағы',
        "Д’Артаньян",
        "Жұмағұлов О'Нил",
    ],
)
def test_quotes_inside_a_value_stay(name: str) -> None:
    record, notes = one(f"{COMMISSION}name: {name}\n")
    assert (record.name, notes) == (name, ())


def test_who_means_the_quotes_puts_yamls_own_round_them() -> None:
    for value in ("'«Сұңқар»'", '"«Сұңқар»"', "|\n  «Сұңқар»"):
        record, notes = one(f"{COMMISSION}name: {value}\n")
        assert (record.name, notes) == ("«Сұңқар»", ())


@pytest.mark.parametrize(
    "name", ["“14-ж/қ", "14-ж/қ”", "«Сұңқар жасағы", "Сұңқар» жасағы", "‘14", '14-ж/қ"', "„14"]
)
def test_a_quote_without_its_partner_is_said(name: str) -> None:
    record, notes = one(f"{COMMISSION}name: {name}\norder: {{number: {name}}}\n")
    assert (record.name, record.order.number) == (name, name)
    assert [n.code for n in notes] == ["quotes_unpaired", "quotes_unpaired"]


# --- text behind a space and # -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "kept", "lost"),
    [
        ("Ерубаев к-сі, 37 #214 кабинет", "Ерубаев к-сі, 37", "#214 кабинет"),
        ("#214 кабинет", None, "#214 кабинет"),
        ("37\t#214", "37", "#214"),
    ],
)
def test_text_lost_to_a_comment_is_said(value: str, kept: str | None, lost: str) -> None:
    record, (note,) = one(f"{SITTING}place: {value}\n")
    assert record.place == kept
    assert (note.code, note.path, note.severity) == ("comment_lost", "place", Severity.WARN)
    assert note.params == {"kept": kept or "—", "lost": lost}


@pytest.mark.parametrize(
    "field",
    [
        "place: Ерубаев к-сі, 37   # кабинет",
        "place:   # МІНДЕТТІ",
        "place: Ерубаев к-сі, №#5",
        "place: кабинет#5",
        'place: "Ерубаев к-сі, 37 #214"',
        "place: |\n  37 #214",
        "held_on: 16.10.2025 #бейсенбі",
        "candidates: [{case: A, votes: {m1: recommended}}] #бітті",
    ],
)
def test_comments_that_are_meant_are_not(field: str) -> None:
    assert said(f"{SITTING}{field}\n") == []


# --- fixed words -------------------------------------------------------------------------------------------

ENUMS = [
    words
    for _, words in getmembers(records, isclass)
    if issubclass(words, StrEnum) and words.__module__ == records.__name__
]


@pytest.mark.parametrize("words", ENUMS, ids=lambda words: words.__name__)
def test_every_closed_list_is_understood_in_three_languages(words: type[StrEnum]) -> None:
    for word in words:
        ways = spellings(words)[word.value]
        assert len(ways) >= 2, word
        for text in (word.value, *ways):
            for written in (text, text.upper(), text.capitalize(), f" {text} ", text.replace("-", "–")):
                assert understood(words, written) is word, written


@pytest.mark.parametrize("words", ENUMS, ids=lambda words: words.__name__)
def test_no_spelling_stands_for_two_words(words: type[StrEnum]) -> None:
    ways = [(understood(words, text), word) for word, texts in spellings(words).items() for text in texts]
    assert all(found == word for found, word in ways)


def test_kazakh_and_russian_words_in_records() -> None:
    commission, _ = one(
        "kind: Комиссия\nid: K\ntype: өңірлік\nmembers:\n"
        "- {id: m1, role: Төраға, represents: басшының орынбасары}\n- {id: s1, role: секретарь, represents: кадр қызметі}\n"
    )
    assert isinstance(commission, Commission)
    assert [m.role for m in commission.members] == ["chair", "secretary"]
    sitting, _ = one(
        "kind: отырыс\nid: S\ncommission: K\ncandidates:\n- case: A\n  attendance: келді\n"
        "  votes: {m1: ұсынылады, m2: не рекомендуется, m3: ҰСЫНЫЛМАЙДЫ, m4: Recommended}\n  decision: ұсынылады\n"
    )
    assert list(sitting.candidates[0].votes.values()) == [
        "recommended",
        "not_recommended",
        "not_recommended",
        "recommended",
    ]
    assert one(CASE.replace("kind: case", "kind: іс"))[0].ref.kind is Kind.CASE


@pytest.mark.parametrize("word", ["иә", "за", "против", "+", "ұсыныл", "не", "recommended not"])
def test_a_vote_is_never_guessed(word: str) -> None:
    text = f"{SITTING}candidates: [{{case: A, votes: {{m1: {word}}}}}]\n"
    assert [code for code, *_ in codes(text)] == ["choice"]


def test_a_vote_without_a_space_is_not_lost() -> None:
    text = f"{SITTING}candidates: [{{case: A, votes: {{m1:recommended, m2: recommended}}}}]\n"
    assert codes(text) == [("syntax_colon_space", 4, 32)]


# --- ranks -------------------------------------------------------------------------------------------------


def test_a_rank_in_other_words_is_named_in_kazakh() -> None:
    employee = 'employee:\n  iin: "850314390019"\n  surname: Ли\n  position: {rank_ceiling: майор полиции}\n'
    record, (note,) = one(f"kind: case\nid: A\ncampaign: C\n{employee}")
    assert isinstance(record, Case)
    assert (note.code, note.path, note.severity) == (
        "rank_words",
        "employee.position.rank_ceiling",
        Severity.WARN,
    )
    assert note.params == {"value": "майор полиции", "meant": "полиция майоры"}


# --- what was filed before these rules -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        f"{CASE}\u00a0withdrawn_on: 2025-10-16\n",
        "kind: campaign\nid: A\nunit:\n  note:\u00a0мәтін\n",
        f"{CASE}withdrawn_on: >5\n",
        f"{SITTING}candidates: [{{case: A, votes: {{m1:recommended}}}}]\n",
    ],
)
def test_what_is_filed_is_read_as_it_was_taken(text: str) -> None:
    assert read_stream(text.encode(), "a").errors != ()
    assert read_stream(text.encode(), "a", filed=True).errors == ()
