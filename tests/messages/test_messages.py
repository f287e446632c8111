"""Texts filled with values, and never a failure over a word."""

import string
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.errors import NotFoundError
from pipeline.domain.findings import Finding, Severity
from pipeline.domain.records import Kind, Ref
from pipeline.domain.source import InputError
from pipeline.messages import catalogue
from pipeline.messages.catalogue import Language, Messages
from pipeline.messages.lines import paragraph_words
from tests.law.examples import examples

CASE = Ref(Kind.CASE, "X-1")


def finding(code: str, **params) -> Finding:
    return Finding("24", code, Severity.BLOCK, CASE, "present", params)


def test_each_language_says_its_own():
    said = [Messages(language).text("severity.block") for language in Language]
    assert said == ["кедергі", "препятствие", "block"]


def test_a_finding_with_its_numbers():
    text = Messages().finding(finding("quorum", present=4, composition=7))
    assert text.endswith("Қатысқан мүшелер: 4. Комиссия құрамы: 7")


def test_dates_are_printed_as_offices_write_them():
    text = Messages().finding(finding("withdrawn", withdrawn_on=date(2025, 1, 9)))
    assert text.endswith("Күні: 09.01.2025")


def test_years_before_1000_keep_four_digits():
    assert Messages().text("answer.date", on=date(33, 1, 9)).endswith("09.01.0033")


def test_lists_are_joined_and_words_of_closed_sets_translated():
    wanting = finding("decision_missing", wanting=("number", "date"))
    assert Messages().finding(wanting).endswith("Жетіспейді: шешімнің нөмірі, шешімнің күні")
    assert Messages(Language.EN).finding(wanting).endswith("Missing: number, date")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (Language.KK, "Өріс: history.sanctions.0.applied_on (Жаза қолданылған күн). Күні: 01.02.2026"),
        (Language.RU, "Поле: history.sanctions.0.applied_on (Дата наложения взыскания). Дата: 01.02.2026"),
        (
            Language.EN,
            "Field: history.sanctions.0.applied_on (Day the sanction was imposed). Date: 01.02.2026",
        ),
    ],
)
def test_a_field_in_a_finding_has_its_name_for_people(language, words):
    ahead = finding("fact_in_future", field="history.sanctions.0.applied_on", day=date(2026, 2, 1))
    assert Messages(language).finding(ahead).endswith(words)


def test_both_fields_of_steps_out_of_order_have_their_names():
    turned = finding(
        "facts_out_of_order",
        earlier="appeal.filed_on", earlier_on=date(2026, 2, 2), later="appeal.decided_on", later_on=date(2026, 2, 1),
    )  # fmt: skip
    told = Messages().finding(turned)
    assert "appeal.filed_on (Шағым берілген күн): 02.02.2026" in told
    assert "appeal.decided_on (Шағым бойынша шешім қабылданған күн): 01.02.2026" in told


def test_a_word_nobody_knows_is_printed_itself():
    assert Messages().text("cli.status.waits", kind="comet", id="1") == "Күтеді: comet 1"


def test_braces_in_a_value_are_text():
    error = InputError("choice", "f", 1, 1, {"field": "role", "value": "{field} {0} {x!r}", "allowed": "a"})
    assert "{field} {0} {x!r}" in Messages().input_error(error)


def test_an_error_and_its_remedy():
    error = NotFoundError("no_file", file="а.yaml")
    assert Messages().error(error) == "Файл табылмады: а.yaml"
    assert Messages().error_remedy(error) == "Файлдың атауы мен орнын тексеріңіз."


def test_a_missing_text_answers_with_id_and_values():
    say = Messages()
    assert say.text("finding.no_such") == "finding.no_such"
    assert say.text("finding.no_such", day=date(2025, 1, 2), n=3) == "finding.no_such (day=02.01.2025, n=3)"
    assert say.finding_remedy(finding("no_such")) == ""


def test_a_missing_value_answers_with_id_and_values():
    assert Messages().finding(finding("quorum", present=4)) == "finding.quorum (present=4)"


def test_without_catalogues_ids_are_spoken(monkeypatch, tmp_path):
    monkeypatch.setattr(catalogue, "LOCALE", tmp_path)
    monkeypatch.setattr(catalogue, "_catalogue", catalogue._catalogue.__wrapped__)
    assert Messages().text("severity.block") == "severity.block"


VALUES = st.one_of(st.text(), st.integers(), st.dates(), st.lists(st.text()).map(tuple))


@given(
    key=st.sampled_from(["finding.quorum", "input.choice", "answer.date", "finding.decision_missing", "x"]),
    params=st.dictionaries(st.text(string.ascii_lowercase, min_size=1, max_size=8), VALUES),
)
def test_nothing_makes_it_fail(key, params):
    for language in Language:
        assert Messages(language).text(key, **params)


def test_initials_do_not_double_the_full_stop():
    chief = finding("chief_on_commission", member="Ли В.Н.", case="K1")
    assert Messages().finding(chief).endswith("Мүше: Ли В.Н. Іс: K1")
    assert Messages().text("cli.init.added", path="a..b") == "Қосылды: a..b"
    assert Messages().text("cli.init.added", path="...") == "Қосылды: ..."


@pytest.mark.parametrize("language", list(Language))
def test_everything_the_law_says_of_its_examples_is_spoken(language):
    say = Messages(language)
    for example in examples():
        for found in example.judgement.findings:
            told = say.finding(found), say.finding_remedy(found)
            assert not [text for text in told if text.startswith("finding.")], found


@pytest.mark.parametrize(
    ("paragraph", "words"), [("24", "24-тармақ"), ("7.2", "7-тармақтың 2) тармақшасы"), ("", "")]
)
def test_paragraphs_in_words(paragraph, words):
    assert paragraph_words(paragraph, Messages()) == words
