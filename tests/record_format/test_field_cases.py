"""What HR of the field met, by the name of each case: what they typed, and what they are told; and its kin."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.domain.findings import Finding
from pipeline.domain.source import InputError
from pipeline.messages.catalogue import Language, Messages
from pipeline.record_format.reader import read_stream

CASE = 'kind: case\nid: A\ncampaign: C\nemployee: {iin: "850314390019", surname: Ли}\n'
COMMISSION = "kind: commission\nid: K\n"
SITTING = "kind: sitting\nid: S\ncommission: K\n"
DUTIES = f"{CASE}characteristic:\n  duties: "
KAZAKH = Messages()


def refused(text: str | bytes) -> InputError:
    """The one thing that is wrong."""
    (error,) = read_stream(text if isinstance(text, bytes) else text.encode(), "a").errors
    return error


def taken(text: str) -> tuple[Any, tuple[Finding, ...]]:
    result = read_stream(text.encode(), "a")
    assert result.errors == ()
    return result.records[0].record, result.records[0].repairs


def told(error: InputError, language: Language = Language.KK) -> str:
    say = Messages(language)
    return f"{say.input_error(error)}\n{say.input_remedy(error)}"


@pytest.mark.parametrize("blank", ["\u00a0", "\u202f", "\u200b", "\u3000"])
@pytest.mark.parametrize("line", ["{blank} duties: Адал орындайды", "  duties:{blank}Адал орындайды"])
def test_nbsp_after_colon(line: str, blank: str) -> None:
    error = refused(f"{CASE}characteristic:\n{line.format(blank=blank)}\n")
    assert (error.code, error.line) == ("odd_blank", 6)
    assert "пробел" in told(error)
    assert f"U+{ord(blank):04X}" in told(error)


@pytest.mark.parametrize("line", ["  \ufeffduties: Адал", "  duties:\ufeffАдал", "  duties: Ад\ufeffал"])
def test_a_byte_order_mark_pasted_into_the_middle_is_named_with_its_field(line: str) -> None:
    error = refused(f"{CASE}characteristic:\n{line}\n")
    assert (error.code, error.line) == ("character", 6)
    assert "U+FEFF" in told(error)
    assert "characteristic" in told(error)


def test_the_mark_at_the_head_of_joined_files_is_no_character() -> None:
    assert taken(f"{CASE}\ufeffcharacteristic:\n\ufeff  duties: Адал\n")[0].characteristic.duties == "Адал"


def test_pasted_paragraphs() -> None:
    error = refused(
        f"{DUTIES}Қуанышбеков А.Е. міндетін адал орындайды.\nБиыл 34 қылмысты ашты.\n\nЖоспарлы.\n"
    )
    assert (error.code, error.line) == ("syntax_paragraph", 7)
    assert "«атау: |»" in told(error)
    assert "characteristic.duties (1. Лауазымдық міндеттерін орындауы)" in told(error)


@pytest.mark.parametrize(
    "pasted",
    [
        "Адал орындайды:\n  қылмыс ашты\n",
        "Адал орындайды.\n1. Қылмыс ашты.\n2. Жоспарлы.\n",
        "Адал орындайды.\n\tҚылмыс ашты.\n\tЖоспар: орындады.\n",
        "Адал орындайды.\n– қылмыс ашты;\n– жоспарлы.\n",
        "Адал орындайды.\nМіндеті: қылмыс ашу.\n",
    ],
)
def test_other_paragraphs_are_never_lost_without_a_word(pasted: str) -> None:
    errors = read_stream(f"{DUTIES}{pasted}".encode(), "a").errors
    assert errors
    assert "|" in "".join(map(told, errors)) or "Табуляцияны" in told(errors[0])


@pytest.mark.parametrize("value", ['"Ақ ниет" медалімен марапатталған', "'Ақ ниет' медалі", '"Штаб" бастығы'])
def test_quote_at_start(value: str) -> None:
    error = refused(f"{DUTIES}{value}\n")
    assert error.code == "syntax_after_quote"
    assert "Бүкіл мәнді сыртынан жалғыз тырнақшаға (') алыңыз" in told(error)
    case, _ = taken(f"{DUTIES}'{value.replace(chr(39), chr(39) * 2)}'\n")  # the cure is one
    assert case.characteristic.duties == value


@pytest.mark.parametrize(
    "sign", ["- ", "? ", "{", "[", "*", "&", "!", "%", "@", "`", "|", ">", "]", "}", ","]
)
def test_another_sign_at_the_start_names_the_field_and_its_cure_works(sign: str) -> None:
    error = refused(f"{DUTIES}{sign}белгі мәтіні: бар\n  knowledge: б\n")
    assert "characteristic.duties" in told(error) or error.code in {"syntax_bracket", "expected_value"}
    assert "тырнақша" in told(error) or "Тегті" in told(error)
    case, notes = taken(f"{DUTIES}'{sign}белгі мәтіні: бар'\n")
    assert case.characteristic.duties == f"{sign}белгі мәтіні: бар"
    assert notes == ()


@pytest.mark.parametrize("form", ["“{}”", "„{}“", "«{}»", "‘{}’"])
def test_smart_quotes_kept(form: str) -> None:
    commission, (note,) = taken(f"{COMMISSION}name: {form.format('ПД комиссиясы')}\n")
    assert commission.name == "ПД комиссиясы"
    assert "алып тасталды" in KAZAKH.finding(note)


@pytest.mark.parametrize("number", ["“14-ж/қ", "14-ж/қ”", "«14-ж/қ", "„14-ж/қ"])
def test_a_smart_quote_without_its_partner_is_said(number: str) -> None:
    commission, (note,) = taken(f"{COMMISSION}order: {{number: {number}}}\n")
    assert (commission.order.number, note.code) == (number, "quotes_unpaired")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("майор полиции", "полиция майоры"),
        ("МАЙОР ПОЛИЦИИ", "полиция майоры"),
        ("майор  полиция", "полиция майоры"),
        ("полицияның аға лейтенанты", "полиция аға лейтенанты"),
        ("ст. лейтенант полиции", "полиция аға лейтенанты"),
        ("подполковник юстиции", "әділет подполковнигі"),
        ("лейтенант аға полиция", "полиция аға лейтенанты"),
    ],
)
def test_rank_order(typed: str, meant: str) -> None:
    text = CASE.replace("surname: Ли", f"surname: Ли, position: {{rank_ceiling: {typed}}}")
    _, (note,) = taken(text)
    assert (note.code, note.params["meant"]) == ("rank_words", meant)
    assert meant in KAZAKH.finding_remedy(note)


@pytest.mark.parametrize("typed", ["полиция майоры", "Полиция Майоры", "ПОЛИЦИЯ МАЙОРЫ", "майор", "майоры"])
def test_a_rank_in_other_letters_is_the_same_rank(typed: str) -> None:
    text = CASE.replace("surname: Ли", f"surname: Ли, position: {{rank_ceiling: {typed}}}")
    assert taken(text)[1] == ()


@pytest.mark.parametrize("value", ["Ерубаев к-сі, 37 #214", "№ 5 #кабинет", "каб. #3 #4"])
def test_text_behind_a_hash_is_not_lost_without_a_word(value: str) -> None:
    sitting, (note,) = taken(f"{SITTING}place: {value}\n")
    assert f"{sitting.place} {note.params['lost']}" == value
    assert str(note.params["lost"]) in KAZAKH.finding(note)


@pytest.mark.parametrize("hour", ["9:00", "09:00", "23:59", "0:05"])
def test_hours_of_one_digit_or_two(hour: str) -> None:
    assert f"{taken(f'{SITTING}started_at: {hour}')[0].started_at:%H:%M}".endswith(hour)


@pytest.mark.parametrize("hour", ["9:5", "24:00", "9.00", "09-00", "9:00:00", "сағат 9:00", "9"])
def test_hours_that_are_none(hour: str) -> None:
    error = refused(f"{SITTING}started_at: {hour}\n")
    assert error.code == "time"
    assert "started_at (Басталған уақыты)" in told(error)
    assert "9:00" in told(error)


def test_a_colon_inside_a_text() -> None:
    error = refused(f"{DUTIES}Міндеті: қылмыс ашу\n")
    assert error.code == "syntax_colon_in_text"
    assert "Қос нүктесі бар мәтінді жалғыз тырнақшаға" in told(error)


def test_a_tab_in_the_indent() -> None:
    error = refused(f"{CASE}characteristic:\n\tduties: б\n")
    assert (error.code, error.line) == ("syntax_tab", 6)
    assert "бос орындармен" in told(error)


def test_a_field_is_named_for_people_in_each_language() -> None:
    error = refused(CASE.replace("surname: Ли", "surname: Ли, rank_kind: майор"))
    names = {
        Language.KK: "employee.rank_kind (Атақтың түрі)",
        Language.RU: "employee.rank_kind (Вид звания)",
        Language.EN: "employee.rank_kind (Kind of rank)",
    }
    for language, name in names.items():
        assert name in told(error, language)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("history: {attestations: [{type: scheduled}, {held_on: x}]}", "history.attestations.1.held_on (Атт"),
        ("report: [1]", "report (Қызметкердің баянаты)"),
        ("disagreement: {items: [9]}", "disagreement.items.0 (Келіспейтін тармақтары)"),
    ],
)
def test_a_field_of_a_list_or_a_group_is_named_too(text: str, name: str) -> None:
    assert name in told(refused(f"{CASE}{text}\n"))


def test_a_vote_is_named_by_the_votes_it_is_one_of() -> None:
    error = refused(f"{SITTING}candidates: [{{case: A, votes: {{m1: білмеймін}}}}]\n")
    assert "candidates.0.votes.m1 (Мүшелердің дауыстары)" in told(error)


def test_the_field_of_the_right_record_is_named() -> None:
    text = f"{SITTING}started_at: 9:00\n---\n{COMMISSION}name: @ПД\n"
    assert "name (Комиссияның толық атауы)" in told(refused(text))


def test_in_a_file_that_says_no_kind_no_field_is_named() -> None:
    assert "(" not in KAZAKH.input_error(refused("id: A\nrank: @б\n"))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (Language.KK, "chair (төраға, председатель), member (мүше, член), secretary (хатшы, секретарь)"),
        (Language.RU, "chair (председатель), member (член), secretary (секретарь)"),
        (Language.EN, "chair, member, secretary"),
    ],
)
def test_fixed_words_are_offered_in_the_readers_language(language: Language, words: str) -> None:
    error = refused(f"{COMMISSION}members: [{{id: m1, role: басты}}]\n")
    assert Messages(language).input_remedy(error).endswith(words)


@pytest.mark.parametrize("text", ["id: A\n", "kind: адам\nid: A\n", "kind:\nid: A\n"])
def test_the_kinds_of_record_are_offered_in_the_readers_language(text: str) -> None:
    error = refused(text)
    assert "case (іс, дело)" in told(error)
    assert "case (дело)" in told(error, Language.RU)
    assert told(error, Language.EN).endswith("campaign, commission, case, sitting")
