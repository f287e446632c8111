"""A session's length: ten hours at most, however busy; idle ones end by the row's own age (ASVS 7.3)."""

from __future__ import annotations

import time
from typing import Final

from django.http import HttpRequest

LONGEST_SECONDS: Final = 10 * 3600
_BEGAN: Final = "began"


def begin(request: HttpRequest) -> None:
    """Notes that somebody has just signed in."""
    request.session[_BEGAN] = time.time()


def is_over(request: HttpRequest) -> bool:
    """Whether it has lasted too long, or nobody knows since when."""
    began = request.session.get(_BEGAN)
    return began is None or time.time() - began > LONGEST_SECONDS
