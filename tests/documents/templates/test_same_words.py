"""A signed paper stays while it says the same: wording put right since is no reason to sign it again."""

from __future__ import annotations

from functools import partial

import pytest

from pipeline.documents.rendering.render import RdocxRenderer
from pipeline.documents.templates.same_words import reworded, says_the_same
from tools.make_templates import used_styles
from tools.wordml import Element, cell, package, para, row, table

render = partial(RdocxRenderer().render, title="x")


def pdf(*parts: Element) -> bytes:
    return render(package("x", list(parts), used_styles(list(parts)), None))


def ballot(*votes: str) -> Element:
    rows = [
        row(
            cell(60, para("TableText", f"қызметкер {n}")),
            cell(35, para("TableMark", "+" if vote == "yes" else "")),
            cell(35, para("TableMark", "+" if vote == "no" else "")),
        )
        for n, vote in enumerate(votes)
    ]
    return table((60, 35, 35), rows, framed=True)


def test_layout_is_no_matter() -> None:
    text = "Комиссия отырысында қызметкердің мәселесі қаралды. " * 20
    assert says_the_same(pdf(para("Body", text)), pdf(para("FormTitle", text)))


@pytest.mark.parametrize(
    ("today", "filed"),
    [
        ("ұсынылады – 5, ұсынылмайды – 1", "ұсынылады – 1, ұсынылмайды – 5"),
        ("өсіруге ұсынылады", "өсіруге ұсынылмайды"),
        ("Әбілқасов Дархан", "Әбілқасов Дарxан"),
        ("хаттама № 3", "хаттама № 3 және 4"),
    ],
)
def test_another_fact_is_another_paper(today: str, filed: str) -> None:
    assert not says_the_same(pdf(para("Body", today)), pdf(para("Body", filed)))


def test_a_vote_in_the_other_column_is_another_vote() -> None:
    assert says_the_same(pdf(ballot("yes", "no")), pdf(ballot("yes", "no")))
    assert not says_the_same(pdf(ballot("yes", "no")), pdf(ballot("no", "no")))
    assert not says_the_same(pdf(ballot("yes", "no")), pdf(ballot("no", "yes")))


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("дауыс беру парақтары – 6 парақ; жазба", "дауыс беру парақтары – 6 дана; жазба"),
        (
            "отырысқа дәлелді себеппен келмегендіктен, шешім қабылданған жоқ.",
            "отырысқа дәлелді себеппен келмегендіктен, қарау келесі отырысқа қалдырылды.",
        ),
        (
            "аттестаттау комиссиясы № 7 ОТЫРЫСЫНЫҢ КҮН ТӘРТІБІ",
            "аттестаттау комиссиясының № 7 ОТЫРЫСЫНЫҢ КҮН ТӘРТІБІ",
        ),
        (
            "Ұлытау облысының комиссиясы ОТЫРЫСЫНЫҢ ХАТТАМАСЫ № 3",
            "Ұлытау облысының комиссиясы ОТЫРЫСЫНЫҢ ХАТТАМАСЫ № 3",
        ),
    ],
)
def test_words_put_right(before: str, now: str) -> None:
    assert reworded(before) == now
    assert says_the_same(pdf(para("Body", now)), pdf(para("Body", before)))
