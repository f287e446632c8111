"""The order's words as data."""

import hashlib
from importlib import resources
from pathlib import Path

import pytest

from pipeline.law.order_text import paragraphs, words

SHARED = Path("/work/shared/order-218/rules.kk.txt")


def test_thirty_eight_paragraphs_in_order_under_five_chapters():
    assert list(paragraphs()) == [str(n) for n in range(1, 39)]
    chapters = list(dict.fromkeys(p.chapter for p in paragraphs().values()))
    assert [c[:2] for c in chapters] == ["1-", "2-", "3-", "4-", "5-"]
    assert [n for n, p in paragraphs().items() if p.chapter == chapters[1]] == [str(n) for n in range(4, 18)]


def test_parts_and_sub_items_are_addressed():
    assert words("7.2") == "қолданыстағы тәртіптік жазалары бар;"
    assert words("31.2") is not None
    assert words("31.2").startswith("Аттестаттау комиссиясының отырысына дәлелсіз")  # type: ignore[union-attr]  # there
    assert words("4.3").startswith("Ішкі істер министрінің")  # type: ignore[union-attr]  # there
    assert len(paragraphs()["3"].items) == 10
    assert words("8.5") == "аттестаттау комиссиясының шешімін шығару."
    assert words("39") is None
    assert words("4.4") is None
    assert words("4.x") is None
    assert words("4.1") == paragraphs()["4"].parts[0]
    assert words("4.0") is None
    assert words("7.4") is None


def test_a_paragraph_whole_holds_its_parts_and_sub_items():
    eight = paragraphs()["8"]
    assert eight.text.count("\n") == 6
    assert eight.parts[1].startswith("Егер қызметкер соңғы үш жыл")
    assert words("8") == eight.text


def test_the_text_is_the_published_one():
    content = resources.files("pipeline.law").joinpath("text/rules.kk.txt").read_bytes()
    assert hashlib.sha256(content).hexdigest() == TEXT_SHA256
    if not SHARED.exists():
        pytest.skip("the shared source is not on this machine")
    assert content == SHARED.read_bytes()


TEXT_SHA256 = "ce91645b9dbdce2559e0894dec8b2ec5e03b5f98bebc6c6f6d157e8a3bdd6e72"
