import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.ranks import Composition, compare_posts, composition, kazakh_rank, rank_ordinal

LADDER = [
    "қатардағы",
    "кіші сержанты",
    "сержанты",
    "аға сержанты",
    "старшинасы",
    "кіші лейтенанты",
    "лейтенанты",
    "аға лейтенанты",
    "капитаны",
    "майоры",
    "подполковнигі",
    "полковнигі",
    "генерал-майоры",
    "генерал-лейтенанты",
    "генерал-полковнигі",
]
RANKS = st.sampled_from([f"полиция {r}" for r in LADDER])
CATEGORIES = st.sampled_from(["C-SVO-2", "C-SVO-6", "C-SVO-10", "C-SV-2", "C-SV-6"])


@pytest.mark.parametrize(("ordinal", "rank"), list(enumerate(LADDER, start=1)))
@pytest.mark.parametrize("service", ["полиция ", "әділет ", ""])
def test_the_ladder(ordinal, rank, service):
    assert rank_ordinal(service + rank) == ordinal


@pytest.mark.parametrize(
    ("text", "ordinal"),
    [
        ("майор", 10),
        ("полиция майор", 10),
        ("Полиция  Майоры ", 10),
        ("ПОЛИЦИЯ ПОДПОЛКОВНИГІ", 11),
        ("подполковник", 11),
        ("полиция\N{NO-BREAK SPACE}аға лейтенанты", 8),
        ("старшина", 5),
        ("полиция генерал – майоры", 13),
        ("генерал-полковник", 15),
        ("қатардағы", 1),
    ],
)
def test_ways_of_writing_a_rank(text, ordinal):
    assert rank_ordinal(text) == ordinal


@pytest.mark.parametrize(
    "text",
    ["", "полиция", "3-сыныпты заңгер", "аға кеңесші", "отставкадағы майор", "майор полиции", "генерал"],
)
def test_what_is_not_on_the_ladder(text):
    assert rank_ordinal(text) is None
    assert composition(text) is None


def test_composition_bands():
    bands = [composition(rank) for rank in LADDER]
    assert bands == [
        None,
        *[Composition.JUNIOR] * 4,
        *[Composition.MIDDLE] * 4,
        *[Composition.SENIOR] * 3,
        *[Composition.HIGHER] * 3,
    ]


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (("полиция подполковнигі", "C-SVO-8"), ("полиция майоры", "C-SVO-2"), 1),
        (("полиция майоры", None), ("полиция подполковнигі", None), -1),
        (("полиция майоры", "C-SVO-4"), ("полиция майоры", "C-SVO-6"), 1),
        (("полиция майоры", "C-SVO-10"), ("полиция майоры", "C-SVO-9"), -1),
        (("полиция майоры", "C-SVO-6"), ("әділет майоры", "C-SVO-6"), 0),
        (("полиция майоры", "С-SVО-6"), ("полиция майоры", "c-svo-7"), 1),  # Cyrillic С and О on the left
        (("полиция майоры", "C-SVO-6"), ("полиция майоры", "C-SV-6"), None),
        (("полиция майоры", "C-SVO-6"), ("полиция майоры", None), None),
        (("полиция майоры", None), ("полиция майоры", None), None),
        (("полиция майоры", "алтыншы"), ("полиция майоры", "C-SVO-6"), None),
        ((None, "C-SVO-2"), ("полиция майоры", "C-SVO-6"), None),
        (("заңгер", "C-SVO-2"), ("заңгер", "C-SVO-6"), None),
    ],
)
def test_posts(a, b, expected):
    assert compare_posts(*a, *b) == expected


@given(RANKS, CATEGORIES, RANKS, CATEGORIES)
def test_comparing_the_other_way_round_gives_the_opposite(ceiling_a, category_a, ceiling_b, category_b):
    there = compare_posts(ceiling_a, category_a, ceiling_b, category_b)
    back = compare_posts(ceiling_b, category_b, ceiling_a, category_a)
    assert (there is None) == (back is None)
    assert there is None or back is None or there == -back


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("майор полиции", "полиция майоры"),
        ("Старший лейтенант полиции", "полиция аға лейтенанты"),
        ("ст. лейтенант юстиции", "әділет аға лейтенанты"),
        ("мл. сержант полиции", "полиция кіші сержанты"),
        ("полицияның подполковнигі", "полиция подполковнигі"),
        ("полиции полковник", "полиция полковнигі"),
        ("майоры полиция", "полиция майоры"),
        ("генерал – майор полиции", "полиция генерал-майоры"),
        ("рядовой полиции", "полиция қатардағысы"),
        ("старший сержант", "аға сержант"),
        ("полиция маоры", "полиция майоры"),
        ("полиция подполковниги", "полиция подполковнигі"),
    ],
)
def test_a_rank_in_other_words_is_named_in_kazakh(text, meant):
    assert kazakh_rank(text) == meant
    assert rank_ordinal(text) is None
    assert rank_ordinal(meant) is not None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "полиция майоры",
        "майор",
        "полиция",
        "3-сыныпты заңгер",
        "аға кеңесші",
        "отставкадағы майор",
        "генерал",
    ],
)
def test_no_rank_is_put_into_anybodys_mouth(text):
    assert kazakh_rank(text) is None
