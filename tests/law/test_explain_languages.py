"""What `explain` found is told in Russian and English; the order's own words stay as they are printed."""

import tomllib
from importlib import resources

import pytest
import yaml

from pipeline.law.engine import RULES, TERMS
from pipeline.law.explaining.explain import Explanation, explain
from pipeline.law.explaining.languages import in_language
from pipeline.law.order_text import paragraphs

OTHERS = ["ru", "en"]


def told(query: str, language: str) -> Explanation:
    found = explain(query)
    assert found is not None
    return in_language(found, language, lambda code: f"term {code}")


@pytest.mark.parametrize(
    ("query", "russian", "english"),
    [
        ("24", "Пункт 24", "Paragraph 24"),
        ("7.2", "Подпункт 2) пункта 7", "Paragraph 7, sub-item 2)"),
        ("30.1", "Подпункт 1) пункта 30", "Paragraph 30, sub-item 1)"),
        ("31.2", "Часть 2 пункта 31", "Paragraph 31, part 2"),
        ("annex-2", "Приложение 2", "Annex 2"),
        ("48", "Закон, статья 48", "Law, article 48"),
        ("57(17)", "Закон, статья 57, пункт 17", "Law, article 57, paragraph 17"),
        (
            "57",
            "Закон, статья 57, пункт 9; Закон, статья 57, пункт 17",
            "Law, article 57, paragraph 9; Law, article 57, paragraph 17",
        ),
        ("47-2", "Закон, статья 47-2", "Law, article 47-2"),
        ("50(3-1)", "Закон, статья 50, пункт 3-1", "Law, article 50, paragraph 3-1"),
        ("quorum", None, "Fewer than two thirds of the composition were present"),
        ("own_security_list", "term own_security_list", "term own_security_list"),
    ],
)
def test_titles(query, russian, english):
    assert told(query, "en").title == english
    if russian is not None:
        assert told(query, "ru").title == russian


@pytest.mark.parametrize("language", OTHERS)
def test_the_orders_words_and_all_that_is_checked_stay(language):
    for query in ("11", "7.2", "quorum", "report", "annex-1", "iin_patronymic"):
        kazakh, other = explain(query), told(query, language)
        assert kazakh is not None
        assert (other.reference, other.text, other.see, other.settings, other.lifted) == (
            kazakh.reference,
            kazakh.text,
            kazakh.see,
            kazakh.settings,
            kazakh.lifted,
        )
        assert [(c.paragraph, c.code, c.severities) for c in other.checks] == [
            (c.paragraph, c.code, c.severities) for c in kazakh.checks
        ]
        assert [(d.code, d.responsible, d.soft) for d in other.deadlines] == [
            (d.code, d.responsible, d.soft) for d in kazakh.deadlines
        ]


@pytest.mark.parametrize("language", OTHERS)
def test_notes_hold_what_the_kazakh_ones_hold(language):
    kazakh, other = notes("kk"), notes(language)
    assert set(other["articles"]) == set(kazakh["articles"])
    assert {code for rule in RULES for code in rule.codes} <= set(other["codes"])
    for address, said in kazakh["paragraphs"].items():
        for name in ("reading", "not_judged"):
            assert bool(other["paragraphs"].get(address, {}).get(name)) == bool(said.get(name)), address


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("address", [*paragraphs(), "7.2", "10.3", "annex-3"])
def test_a_paragraph_is_read_in_the_language_asked_for(address, language):
    kazakh, said = explain(address), notes(language)
    assert kazakh is not None
    own = said["paragraphs"].get(address, said["paragraphs"].get(address.partition(".")[0], {}))
    other = told(address, language)
    assert other.reading == own["reading"]
    assert other.not_judged == own.get("not_judged", "")
    assert bool(other.not_judged) == bool(kazakh.not_judged)
    assert [c.summary for c in other.checks] == [said["codes"][c.code] for c in kazakh.checks]
    assert [d.summary for d in other.deadlines] == [f"term {d.code}" for d in kazakh.deadlines]


@pytest.mark.parametrize("language", OTHERS)
def test_a_part_without_a_reading_of_its_own_is_read_as_its_paragraph(language):
    assert told("4.3", language).reading == told("4", language).reading != ""
    assert told("7.1", language).reading != told("7", language).reading


@pytest.mark.parametrize("language", OTHERS)
def test_a_code_is_read_as_its_paragraph_and_not_excused_as_unjudged(language):
    for code in ("unacquainted", "characteristic", "quorum"):
        found = told(code, language)
        assert found.reading == told(found.see[0], language).reading
        assert found.not_judged == ""
    assert told("14", language).not_judged != ""


@pytest.mark.parametrize("language", OTHERS)
def test_what_no_paragraph_names_has_a_title_and_no_reading(language):
    found = told("iin_patronymic", language)
    assert found.title == notes(language)["codes"]["iin_patronymic"]
    assert found.reading == ""


@pytest.mark.parametrize("language", OTHERS)
def test_an_article_is_told_with_the_number_asked_for_and_its_text(language):
    articles = notes(language)["articles"]
    whole, part = told("57", language), told("57(17)", language)
    assert whole.reference == "57(9); 57(17)"
    assert whole.text == f"{articles['57(9)']}\n{articles['57(17)']}"
    assert (part.reference, part.text) == ("57(17)", articles["57(17)"])
    assert told("50", language).text == articles["50"]


@pytest.mark.parametrize("language", OTHERS)
def test_sample_records_lose_their_kazakh_remarks_and_nothing_else(language):
    kazakh, other = explain("17"), told("17", language)
    assert kazakh is not None
    assert "#" in kazakh.lawful
    assert "#" in kazakh.unlawful
    assert "#" not in other.lawful + other.unlawful
    assert yaml.safe_load(other.lawful) == yaml.safe_load(kazakh.lawful)
    assert yaml.safe_load(other.unlawful) == yaml.safe_load(kazakh.unlawful)
    assert all(line.strip() for line in told("31", language).lawful.splitlines())


def test_in_kazakh_and_in_a_language_without_notes_it_is_told_as_found():
    for query in ("11", "57", "quorum"):
        assert told(query, "kk") == told(query, "de") == explain(query)


def test_every_term_has_a_name_of_the_language():
    for term in TERMS:
        found = told(term.code, "en")
        assert f"term {term.code}" in [d.summary for d in found.deadlines]


def notes(language: str):
    return tomllib.loads(resources.files("pipeline.law").joinpath(f"text/notes.{language}.toml").read_text())
