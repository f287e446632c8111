"""`explain` finds paragraphs, parts, sub-items, annexes, codes, terms and articles, in Kazakh."""

import re

import pytest
import yaml

from pipeline.law.engine import RULES, TERMS, UNVERIFIED_CODE
from pipeline.law.explaining.explain import code_summary, explain, paragraph_notes, term_summary
from pipeline.law.overrides import OVERRIDE_CODES

CODES = sorted({code for rule in RULES for code in rule.codes} | {*OVERRIDE_CODES, UNVERIFIED_CODE})
EVERY = [*(str(n) for n in range(1, 39)), *(f"annex-{n}" for n in range(1, 5))]


@pytest.mark.parametrize(
    ("query", "reference"),
    [
        ("24", "24"),
        ("¶24", "24"),
        (" 24-тармақ ", "24"),
        ("7.2", "7.2"),
        ("¶7.2", "7.2"),
        ("7-тармақ 2", "7.2"),
        ("7-тармақтың 2) тармақшасы", "7.2"),
        ("7(2)", "7.2"),
        ("4.3", "4.3"),
        ("31.2", "31.2"),
        ("30-тармақ", "30"),
        ("¶30", "30"),
        ("30.", "30"),
        ("§ 30", "30"),
        ("№ 30", "30"),
        ("п. 30", "30"),
        ("п.30", "30"),
        ("п30", "30"),
        ("тармақ 30", "30"),
        ("пункт 30", "30"),
        ("paragraph 30", "30"),
        ("para. 30", "30"),
        ("30.1", "30.1"),
        ("30.1)", "30.1"),
        ("30 (1)", "30.1"),
        ("30 1", "30.1"),
        ("30-тармақ 1)", "30.1"),
        ("30-тармақтың 1) тармақшасы", "30.1"),
        ("п. 30 пп. 1", "30.1"),
        ("п.30 пп.1)", "30.1"),
        ("пп. 1 п. 30", "30.1"),
        ("пп. 1) п. 30", "30.1"),
        ("подпункт 1) пункта 30", "30.1"),
        ("sub-item 1 of paragraph 30", "30.1"),
        ("30.3", "31"),
        ("30.3)", "31"),
        ("30.3).", "31"),
        ("30 (3)", "31"),
        ("30 3", "31"),
        ("¶30.3", "31"),
        ("30-тармақ 3", "31"),
        ("30-тармақ 3)", "31"),
        ("30-тармақ, 3) тармақша", "31"),
        ("п. 30 пп. 3", "31"),
        ("подпункт 3 пункта 30", "31"),
        ("31-тармақ 2-бөлік", "31.2"),
        ("31-тармақтың 2-бөлігі", "31.2"),
        ("часть 2 пункта 31", "31.2"),
        ("ч. 2 п. 31", "31.2"),
        ("4 часть 3", "4.3"),
        ("4 part 3", "4.3"),
        ("¶4, part 3", "4.3"),
        ("8-тармақ 2-бөлік", "8"),
        ("часть 2 пункта 8", "8"),
        ("8-тармақ 2)", "8.2"),
        ("30-тармақ 3-бөлік", "30"),
        ("quorum", "quorum"),
        ("Quorum", "quorum"),
        ("tie-without-chair", "tie_without_chair"),
        ("calendar_unverified", "calendar_unverified"),
        ("acquaintance", "acquaintance"),
        ("57", "Заң 57"),
        ("Заң 57", "Заң 57"),
        ("57(17)", "Заң 57(17)"),
        ("art. 57", "Заң 57"),
        ("Заңның 57-бабы", "Заң 57"),
        ("57-бап, 17-тармақ", "Заң 57(17)"),
        ("57-баптың 17-тармағы", "Заң 57(17)"),
        ("Заңның 57-бабының 17-тармағы", "Заң 57(17)"),
        ("ст. 57 п. 17", "Заң 57(17)"),
        ("статья 57", "Заң 57"),
        ("п. 17 ст. 57 Закона", "Заң 57(17)"),
        ("пункт 3-1 статьи 50", "Заң 50(3-1)"),
        ("47-2", "Заң 47-2"),
        ("50(3-1)", "Заң 50(3-1)"),
        ("ст. 32", "Заң 32"),
        ("Заң 29", "Заң 29"),
        ("29", "29"),
        ("2-қосымша", "annex-2"),
        ("қосымша 2", "annex-2"),
        ("Приложение № 2", "annex-2"),
        ("прил. 2", "annex-2"),
        ("Annex 4", "annex-4"),
    ],
)
def test_a_query_finds(query: str, reference: str):
    found = explain(query)
    assert found is not None
    assert found.reference == reference


@pytest.mark.parametrize(
    "query",
    [
        "",
        "0",
        "39",
        "7.9",
        "7.0",
        "4.9",
        "Заң 999",
        "57(99)",
        "nonsense",
        "annex-5",
        ".",
        "пп. 3",
        "п. 39",
        "пп. 9 п. 7",
        "7 2 1",
    ],
)
def test_a_query_that_names_nothing(query: str):
    assert explain(query) is None


@pytest.mark.parametrize("address", EVERY)
def test_every_paragraph_has_text_and_reading_and_is_checked_or_says_why_not(address: str):
    found = explain(address)
    assert found is not None
    assert found.text
    assert found.reading
    document = paragraph_notes(address).get("document")
    assert found.checks or found.deadlines or found.not_judged or document


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_explained_in_kazakh(code: str):
    found = explain(code)
    assert found is not None
    assert found.title == code_summary(code)
    assert not re.search("[a-z]{4,}", found.title.replace("override", ""))
    assert [c.code for c in found.checks] == [code]


def test_every_term_is_explained():
    for term in TERMS:
        found = explain(term.code)
        assert found is not None
        assert term.code in [d.code for d in found.deadlines]
        assert term_summary(term.code)


def test_a_code_brings_its_paragraph():
    found = explain("quorum")
    assert found is not None
    assert "үштен екісі" in found.text
    assert found.checks[0].severities == ("block",)
    assert (found.checks[0].kind, found.checks[0].paragraph, found.see) == ("sitting", "24", ("24",))
    assert found.lifted is False


def test_what_an_override_lifts():
    assert [explain(q).lifted for q in ("11", "24", "7.2", "9", "28")] == [True, False, False, None, None]  # type: ignore[union-attr]  # all found


def test_a_paragraph_gathers_its_sub_items_and_a_sub_item_only_itself():
    whole, one = explain("7"), explain("7.2")
    assert whole is not None
    assert one is not None
    assert {c.paragraph for c in whole.checks} == {"7.1", "7.2", "7.3"}
    assert {c.paragraph for c in one.checks} == {"7.2"}
    assert one.text == "қолданыстағы тәртіптік жазалары бар;"


def test_ten_does_not_gather_one():
    found = explain("1")
    assert found is not None
    assert {c.paragraph for c in found.checks} == {"1"}


def test_settings_that_change_a_reading_are_told():
    assert [explain(q).settings for q in ("8", "17", "29", "37")] == [  # type: ignore[union-attr]  # all found
        ("readings.studies",),
        ("readings.strict_full_days",),
        ("readings.recording_retention_years",),
        ("readings.last_analysis_on",),
    ]


def test_an_article_known_by_its_parts_is_all_of_them():
    found = explain("Заң 57")
    assert found is not None
    assert found.see == ("14", "35", "7.2")
    assert "алты айдан аспайды" in found.text
    assert "sanction_in_force" in {c.code for c in found.checks}


@pytest.mark.parametrize("query", [*EVERY, *CODES])
def test_examples_are_fragments_of_yaml(query: str):
    found = explain(query)
    assert found is not None
    for fragment in (found.lawful, found.unlawful):
        assert isinstance(yaml.safe_load(fragment), dict | None)


def test_a_paragraph_with_checks_of_its_own_has_both_examples():
    for paragraph in {r.paragraph for r in RULES if r.paragraph}:
        found = explain(paragraph)
        assert found is not None
        assert found.lawful, paragraph
        assert found.unlawful, paragraph


def test_the_deadlines_of_a_paragraph_are_told_with_who_owes_them():
    found = explain("11")
    assert found is not None
    told = [(d.code, d.responsible, d.nature, d.soft) for d in found.deadlines]
    assert told == [
        ("report", "employee", "act", False),
        ("own_security_list", "hr", "act", True),
        ("own_security", "own_security", "act", False),
    ]
    assert all(d.paragraph == "11" and d.summary for d in found.deadlines)


def test_a_part_without_notes_of_its_own_is_read_as_its_paragraph():
    part, whole = explain("4.3"), explain("4")
    assert part is not None
    assert whole is not None
    assert part.reading == whole.reading
    assert part.title == "4-тармақ, 3-бөлік"
    assert explain("7.1").reading != explain("7").reading  # type: ignore[union-attr]  # both found


def test_a_code_may_have_examples_of_its_own():
    own, general = explain("tie_without_chair"), explain("decision_differs")
    assert own is not None
    assert general is not None
    assert "төраға қатыспаған" in own.unlawful
    assert general.unlawful == paragraph_notes("25")["unlawful"]
    assert own.reading == general.reading == paragraph_notes("25")["reading"]


def test_a_term_brings_its_paragraph():
    found = explain("own_security_list")
    assert found is not None
    assert (found.title, found.see) == ("Тізімді өзіндік қауіпсіздікке жіберу", ("11",))
    assert found.checks == ()
    assert found.lifted is None


def test_what_no_paragraph_names_has_no_words_of_the_order():
    for code in ("iin_patronymic", "calendar_unverified", "override_incomplete"):
        found = explain(code)
        assert found is not None
        assert (found.text, found.see, found.checks[0].paragraph) == ("", (), "")
        assert found.checks[0].severities == ("warn",)


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("24", "24-тармақ"),
        ("7.2", "7-тармақ, 2) тармақша"),
        ("4.3", "4-тармақ, 3-бөлік"),
        ("annex-2", "2-қосымша. Қызметтік мінездеме"),
        ("57(17)", "Заң, 57-бап, 17-тармақ"),
        ("Заң 57", "Заң, 57-бап, 9-тармақ; Заң, 57-бап, 17-тармақ"),
    ],
)
def test_titles(query: str, title: str):
    found = explain(query)
    assert found is not None
    assert found.title == title
