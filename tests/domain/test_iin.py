from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.iin import (
    IinProblem,
    Sex,
    _born,
    check_iin,
    iin_check_digit,
    mask_iin,
    patronymic_agrees,
    sex,
)

# Invented: serials nobody is known to have. 850314300400 needs the second weighting.
VALID = [
    ("850314390019", date(1985, 3, 14), Sex.MALE),
    ("900722490015", date(1990, 7, 22), Sex.FEMALE),
    ("010203500107", date(2001, 2, 3), Sex.MALE),
    ("920229390012", date(1992, 2, 29), Sex.MALE),
    ("040911690014", date(2004, 9, 11), Sex.FEMALE),
    ("051130590017", date(2005, 11, 30), Sex.MALE),
    ("850314300400", date(1985, 3, 14), Sex.MALE),
]


@pytest.mark.parametrize(("iin", "born", "said"), VALID)
def test_a_valid_number_tells_birth_and_sex(iin, born, said):
    assert check_iin(iin) is None
    assert _born(iin) == born
    assert sex(iin) is said


@pytest.mark.parametrize(
    ("iin", "problem"),
    [
        ("", IinProblem.DIGITS),
        ("85031439001", IinProblem.DIGITS),
        ("8503143900199", IinProblem.DIGITS),
        ("850314390019\n", IinProblem.DIGITS),
        (" 850314390019", IinProblem.DIGITS),
        ("85031439001O", IinProblem.DIGITS),
        ("٨٥٠٣١٤٣٩٠٠١٩", IinProblem.DIGITS),
        ("850314090019", IinProblem.CENTURY),
        ("859914790019", IinProblem.CENTURY),
        ("850230390019", IinProblem.DATE),
        ("850014390019", IinProblem.DATE),
        ("010229500107", IinProblem.DATE),
        ("850314390018", IinProblem.CHECK),
    ],
)
def test_problems_are_told_in_order(iin, problem):
    assert check_iin(iin) is problem


def test_a_leap_day_is_judged_in_its_own_century():
    assert _born("000229500000") == date(2000, 2, 29)
    assert check_iin("000229300000") is IinProblem.DATE  # 1900 had no 29 February


def test_the_second_weighting_is_no_rarity():
    first_pass_fails = [
        f"8503143{serial:04}"
        for serial in range(10_000)
        if sum(int(c) * w for c, w in zip(f"8503143{serial:04}", range(1, 12), strict=True)) % 11 == 10
    ]
    assert len(first_pass_fails) == 910
    assert sum(iin_check_digit(number) is None for number in first_pass_fails) == 83


@given(st.dates(date(1800, 1, 1), date(2099, 12, 31)), st.booleans(), st.integers(0, 9999))
def test_one_check_digit_at_most_fits(born, male, serial):
    century = {18: 1, 19: 3, 20: 5}[born.year // 100] + (not male)
    eleven = f"{born:%y%m%d}{century}{serial:04}"
    fitting = [digit for digit in range(10) if check_iin(f"{eleven}{digit}") is None]
    digit = iin_check_digit(eleven)
    assert fitting == ([] if digit is None else [digit])
    assert _born(f"{eleven}0") == born


def test_no_birth_date_out_of_a_wrong_number():
    assert _born("850230390019") is None


def test_errors_do_not_repeat_the_number():
    with pytest.raises(ValueError, match="does not tell the sex") as caught:
        sex("850314090019")
    assert "8503" not in str(caught.value)
    with pytest.raises(ValueError, match="eleven digits"):
        iin_check_digit("850314390019")


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("850314390019", "**********19"),
        ("ЖСН 850314390019, 900722490015", "ЖСН **********19, **********15"),
        ("iin=850314390019.yaml", "iin=**********19.yaml"),
        ("0850314390019", "***********19"),
        ("850314390019900722490015", "**********************15"),
        ("85031439001", "85031439001"),
        ("2025-10-16 № 214", "2025-10-16 № 214"),
        ("٨٥٠٣١٤٣٩٠٠١٩", "**********١٩"),
        ("", ""),
    ],
)
def test_masking(text, masked):
    assert mask_iin(text) == masked


@given(st.text(), st.sampled_from([iin for iin, _, _ in VALID]), st.text())
def test_no_number_survives_masking(before, iin, after):
    masked = mask_iin(before + iin + after)
    assert iin not in masked
    assert len(masked) == len(before + iin + after)
    assert mask_iin(masked) == masked


@pytest.mark.parametrize(
    ("iin", "patronymic", "agrees"),
    [
        ("850314390019", "Маратұлы", True),
        ("850314390019", "МАРАТҰЛЫ", True),
        ("850314390019", "Марат ұлы", True),
        ("850314390019", "Николаевич", True),
        ("850314390019", "Ильич", True),
        ("850314390019", "Мамед оглы", True),
        ("850314390019", "Ержанқызы", False),
        ("850314390019", "Николаевна", False),
        ("900722490015", "Әлімқызы", True),
        ("900722490015", "Ильинична", True),
        ("900722490015", "Бекетовна ", True),
        ("900722490015", "Бекетұлы", False),
        ("900722490015", "Серік", None),
        ("900722490015", "", None),
        ("850314090019", "Маратұлы", None),
        ("", "Маратұлы", None),
    ],
)
def test_patronymic_and_sex(iin, patronymic, agrees):
    assert patronymic_agrees(iin, patronymic) is agrees
