"""Dates and times as Kazakh offices write them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import date, time


class _Month(NamedTuple):
    name: str
    attributive: str
    from_: str
    until: str
    on: str


_MONTHS = (
    _Month("қаңтар", "қаңтардағы", "қаңтардан", "қаңтарға", "қаңтарда"),
    _Month("ақпан", "ақпандағы", "ақпаннан", "ақпанға", "ақпанда"),
    _Month("наурыз", "наурыздағы", "наурыздан", "наурызға", "наурызда"),
    _Month("сәуір", "сәуірдегі", "сәуірден", "сәуірге", "сәуірде"),
    _Month("мамыр", "мамырдағы", "мамырдан", "мамырға", "мамырда"),
    _Month("маусым", "маусымдағы", "маусымнан", "маусымға", "маусымда"),
    _Month("шілде", "шілдедегі", "шілдеден", "шілдеге", "шілдеде"),
    _Month("тамыз", "тамыздағы", "тамыздан", "тамызға", "тамызда"),
    _Month("қыркүйек", "қыркүйектегі", "қыркүйектен", "қыркүйекке", "қыркүйекте"),
    _Month("қазан", "қазандағы", "қазаннан", "қазанға", "қазанда"),
    _Month("қараша", "қарашадағы", "қарашадан", "қарашаға", "қарашада"),
    _Month("желтоқсан", "желтоқсандағы", "желтоқсаннан", "желтоқсанға", "желтоқсанда"),
)


def month_name(day: date) -> str:
    """The month in the nominative: "сәуір"."""
    return _month(day).name


def month_forms() -> dict[str, int]:
    """Every form of the months above, and the month's number."""
    return {form: number for number, month in enumerate(_MONTHS, 1) for form in month}


def long_date(day: date) -> str:
    """In full: "2025 жылғы 14 сәуір"."""
    return f"{day.year} жылғы {day.day} {_month(day).name}"


def quoted_date(day: date) -> str:
    """As forms have it, the day in two digits: `2025 жылғы "03" қазан`."""
    return f"{day.year} жылғы {quoted_day(day)}"


def quoted_day(day: date) -> str:
    """Day and month of a form that prints the year itself: `"03" қазан`."""
    return f'"{day.day:02}" {_month(day).name}'


def attributive_date(day: date) -> str:
    """Before what is dated: "2025 жылғы 14 сәуірдегі" № 112 бұйрық."""
    return f"{day.year} жылғы {day.day} {_month(day).attributive}"


def clock(moment: time) -> str:
    """Hours and minutes: "10:30", "09:05"."""
    return f"{moment:%H:%M}"


def _month(day: date) -> _Month:
    return _MONTHS[day.month - 1]
