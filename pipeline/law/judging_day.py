"""The day of judging as a date that notes until when everything asked of it would be answered the same.

How a case stands is cached (the index's `standing` table) and must be judged anew on the first day on which
it could differ. No rule has to say so: what a rule compares with `bench.on` is noted here, and any use but a
comparison counts as one that holds on that day alone.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final, Self

_DAY: Final = timedelta(days=1)
_THAT_DAY_ALONE: Final = (
    "__eq__", "__ne__", "__hash__", "__str__", "__format__", "__repr__", "__rsub__", "toordinal", "weekday",
    "isoweekday", "isocalendar", "isoformat", "timetuple", "strftime", "ctime", "replace",
)  # fmt: skip
_DECEMBER: Final = 12


class _Noted:
    """The last day on which all answers so far are the same; one for a day and those counted from it."""

    def __init__(self) -> None:
        self.through = date.max


class JudgingDay(date):
    """A date in every respect. Made with `of`."""

    _noted: _Noted
    _ahead: timedelta

    @classmethod
    def of(cls, day: date) -> Self:
        """That day, nothing asked of it yet."""
        return cls._made(day, _Noted(), timedelta())

    @classmethod
    def _made(cls, day: date, noted: _Noted, ahead: timedelta) -> Self:
        made = cls(day.year, day.month, day.day)
        made._noted, made._ahead = noted, ahead
        return made

    @property
    def holds_through(self) -> date:
        """The last day on which nothing asked since the last `restart` would be answered otherwise."""
        return self._noted.through

    @property
    def plain(self) -> date:
        """The day as a date that notes nothing."""
        return _plain(self)

    @property
    def year(self) -> int:
        """The same until the year ends."""
        year = _plain(self).year
        self._same_through(date(year, _DECEMBER, 31))
        return year

    @property
    def month(self) -> int:
        """The same until the month ends."""
        plain = _plain(self)
        self._same_through(plain.replace(day=monthrange(plain.year, plain.month)[1]))
        return plain.month

    @property
    def day(self) -> int:
        """The same on this day alone."""
        self._same_through(_plain(self))
        return _plain(self).day

    def restart(self) -> None:
        """Forgets what was asked."""
        self._noted.through = date.max

    def _same_through(self, day: date) -> None:
        self._noted.through = min(self._noted.through, day - self._ahead)

    def __ge__(self, other: date) -> bool:
        reached = date.__ge__(self, other)
        if not reached and not (isinstance(other, JudgingDay) and other._noted is self._noted):
            self._same_through(_plain(other) - _DAY)
        return reached

    def __lt__(self, other: date) -> bool:
        return not self >= other

    def __gt__(self, other: date) -> bool:
        passed = date.__gt__(self, other)
        if not passed and not (isinstance(other, JudgingDay) and other._noted is self._noted):
            self._same_through(_plain(other))
        return passed

    def __le__(self, other: date) -> bool:
        return not self > other

    def __add__(self, other: timedelta) -> Self:
        return self._made(_plain(self) + other, self._noted, self._ahead + other)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        if isinstance(other, timedelta):
            return self + -other
        self._same_through(_plain(self))
        return _plain(self) - _plain(other)


def _plain(day: date) -> date:
    return date.fromordinal(date.toordinal(day))


def _on_that_day_alone(use: Callable[..., Any]) -> Callable[..., Any]:
    def noted(self: JudgingDay, *arguments: Any, **named: Any) -> Any:
        self._same_through(_plain(self))
        return use(_plain(self), *arguments, **named)

    return noted


for _name in _THAT_DAY_ALONE:
    setattr(JudgingDay, _name, _on_that_day_alone(getattr(date, _name)))
