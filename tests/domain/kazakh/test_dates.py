from datetime import date, time

import pytest
from babel.dates import get_month_names
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.kazakh.dates import (
    attributive_date,
    clock,
    long_date,
    month_forms,
    month_name,
    quoted_date,
    quoted_day,
)

# Checked form by form; attributive and ablative of these months were compared with apertium-kaz as well.
MONTHS = """
қаңтар қаңтардағы қаңтардан қаңтарға қаңтарда
ақпан ақпандағы ақпаннан ақпанға ақпанда
наурыз наурыздағы наурыздан наурызға наурызда
сәуір сәуірдегі сәуірден сәуірге сәуірде
мамыр мамырдағы мамырдан мамырға мамырда
маусым маусымдағы маусымнан маусымға маусымда
шілде шілдедегі шілдеден шілдеге шілдеде
тамыз тамыздағы тамыздан тамызға тамызда
қыркүйек қыркүйектегі қыркүйектен қыркүйекке қыркүйекте
қазан қазандағы қазаннан қазанға қазанда
қараша қарашадағы қарашадан қарашаға қарашада
желтоқсан желтоқсандағы желтоқсаннан желтоқсанға желтоқсанда
"""
TABLE = [(number, *line.split()) for number, line in enumerate(MONTHS.split("\n")[1:-1], start=1)]


@pytest.mark.parametrize(("month", "name", "attributive", "from_", "until", "on"), TABLE)
def test_every_month_in_every_form(month, name, attributive, from_, until, on):
    day = date(2025, month, 3)
    assert month_name(day) == name
    assert long_date(day) == f"2025 жылғы 3 {name}"
    assert quoted_day(day) == f'"03" {name}'
    assert quoted_date(day) == f'2025 жылғы "03" {name}'
    assert attributive_date(day) == f"2025 жылғы 3 {attributive}"
    assert [form for form, number in month_forms().items() if number == month] == list(
        dict.fromkeys((name, attributive, from_, until, on))
    )


@pytest.mark.parametrize("month", range(1, 13))
def test_names_are_those_of_cldr(month):
    assert month_name(date(2025, month, 1)) == get_month_names("wide", "format", "kk")[month]


def test_as_the_order_dates_itself():
    assert attributive_date(date(2025, 3, 26)) + " № 218 бұйрығы" == "2025 жылғы 26 наурыздағы № 218 бұйрығы"


@given(st.times())
def test_the_clock(moment):
    hours, minutes = clock(moment).split(":")
    assert (int(hours), int(minutes)) == (moment.hour, moment.minute)
    assert len(hours) == len(minutes) == 2


def test_half_past_ten():
    assert clock(time(10, 30)) == "10:30"
    assert clock(time(9, 5)) == "09:05"
