"""Days as people type them: 16.10.2025 or 2025-10-16; browsers' own date pickers speak another language."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime
from typing import Final

_FORMS: Final = ("%d.%m.%Y", "%Y-%m-%d")


def day_typed(text: str) -> date | None:
    """The day; None where nothing was typed, or no day."""
    for form in _FORMS:
        with suppress(ValueError):
            return datetime.strptime(text.strip(), form).date()  # noqa: DTZ007  # a day has no time zone
    return None
