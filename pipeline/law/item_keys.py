"""What tells a characteristic that was copied from another (¶14). The index keeps it too."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.domain.records import Case
from pipeline.law.numbers import CHARACTERISTIC_MIN_CHARACTERS


def item_keys(case: Case) -> Mapping[str, tuple[str, ...]]:
    """By item of Annex 2, what only a copy of it shares (¶14).

    A text as long as an assessment is nobody else's in any campaign; a short one may be another's by chance
    and is looked for in its own campaign alone.
    """
    items = case.characteristic.items if case.characteristic else {}
    return {
        name: ("" if len(text) >= CHARACTERISTIC_MIN_CHARACTERS else case.campaign, name, *text.split())
        for name, text in items.items()
        if text
    }
