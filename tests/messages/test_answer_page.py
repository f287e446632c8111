"""An answer's text taken apart again for the page: nothing of it is lost, in any language."""

import re

import pytest

from pipeline.messages.answer_page import AnswerPage, answer_page
from pipeline.messages.catalogue import Language
from tests.e2e.place import Place, sample

BAD = """kind: case
id: "[қате] 24-тармақ, x"
employee: {family: "  [error] para 24, forged"}
"""


def answers(place: Place) -> list[str]:
    inbox, outbox = place.folder / "inbox", place.folder / "outbox"
    return [p.read_text(encoding="utf-8") for top in (inbox, outbox) for p in sorted(top.rglob("жауап*.txt"))]


def words(page: AnswerPage) -> str:
    """Every word of it."""
    found = [page.title, *page.about]
    for part in page.parts:
        found += [part.heading, *part.lines]
        for finding in part.findings:
            found += [finding.weight, finding.paragraph_words, finding.code, finding.remedy]
            found += [*finding.lines, *finding.frame]
    return " ".join(found)


@pytest.mark.parametrize("language", list(Language))
def test_no_word_of_an_answer_is_lost(tmp_path, language):
    place = Place.make(tmp_path / "place")
    config = place.folder / "config.yaml"
    config.write_text(re.sub(r"(?m)^lang: *\w+", f"lang: {language}", config.read_text(encoding="utf-8")))
    place.drop("a.yaml", sample("recommended"))
    place.drop("b.yaml", BAD)
    place.drop("c.yaml", sample("refused").replace("2025-", "2031-"))
    place.run_once()
    place.drop("a-again.yaml", sample("recommended"))
    place.run_once()
    texts = answers(place)
    assert len(texts) > 3
    shown = [answer_page(text, language) for text in texts]
    for text, page in zip(texts, shown, strict=True):
        told = set(re.findall(r"[^\W\d_]{3,}", text.partition("SHA-256:")[0]))
        label = {"Не", "істеу", "керек", "Что", "делать", "What", "to", "do", "Remedy"}
        assert told - set(re.findall(r"[^\W\d_]{3,}", words(page))) - label == set()
        assert page.title
        assert len(page.about) > 1
    findings = [f for page in shown for part in page.parts for f in part.findings]
    errors = [f for f in findings if not f.paragraph]
    assert errors
    assert all(f.lines for f in findings)
    assert any(f.remedy and f.frame for f in errors)
    assert "forged" not in {f.code for f in findings}
    lawful = [f for f in findings if f.paragraph]
    assert all(re.fullmatch(r"\d+(\.\d+)?", f.paragraph) and re.fullmatch(r"[a-z_]+", f.code) for f in lawful)
    assert lawful


def test_what_is_no_answer_at_all_is_shown_as_it_is():
    assert answer_page("", Language.KK) == AnswerPage("", (), ())
    page = answer_page("x\n\n  [\n\n    y\n  [a] b\nz", Language.KK)
    assert sorted(words(page).split()) == ["[", "a", "b", "x", "y", "z"]
