"""One page of a list, and the addresses of those before and behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest

PARAMETER: Final = "page"
_MOST: Final = 10_000


def page_of(request: HttpRequest) -> int:
    """The page asked for, from 0; what is no number is the first."""
    text = request.GET.get(PARAMETER, "") or request.POST.get(PARAMETER, "")
    return min(int(text), _MOST) if text.isascii() and text.isdigit() else 0


@dataclass(frozen=True, slots=True)
class Paging:
    """Queries of the pages before and behind this one; None where there is none."""

    number: int
    before: str | None
    behind: str | None

    @classmethod
    def of(cls, request: HttpRequest, number: int, *, more: bool) -> Paging:
        """The same query with another page's number."""

        def query(of: int) -> str:
            asked = request.GET.copy()
            asked[PARAMETER] = str(of)
            return f"?{asked.urlencode()}"

        return cls(number, query(number - 1) if number else None, query(number + 1) if more else None)
