"""What each field of the record format means, in plain office Kazakh, for editors and blank records.

The texts stand in fields.kk.yaml, by path without list indices: `sitting.candidates.votes`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from enum import StrEnum

    from pipeline.intake.leaves import Leaf


@dataclass(frozen=True, slots=True)
class Description:
    """A field's name for people; the paragraph behind it and a word on filling it in, where there are any."""

    title: str
    law: str = ""
    note: str = ""

    @property
    def heading(self) -> str:
        """As in "Баянат берілген күн (11-тармақ)"."""
        return f"{self.title} ({self.law})" if self.law else self.title


def describe(path: str) -> Description:
    """Raises KeyError for a field nobody has described."""
    return Description(**_texts()["fields"][path])


def meanings(words: type[StrEnum]) -> dict[str, str]:
    """What each word of a closed list stands for, in its order."""
    known = _texts()["choices"][words.__name__]
    return {word.value: known[word.value] for word in words}


def explain(path: str, leaf: Leaf | None = None) -> str:
    """All there is to say of a field, its closed list of words on lines of their own."""
    described = describe(path)
    text = described.heading
    if leaf and _texts()["leaves"][leaf.name]:
        text += f"; {_texts()['leaves'][leaf.name]}"
    if described.note:
        text += f". {described.note}"
    if leaf and leaf.words:
        text += "".join(f"\n{word} – {meaning}" for word, meaning in meanings(leaf.words).items())
    return text


@cache
def _texts() -> dict[str, dict[str, Any]]:
    text = files("pipeline.intake").joinpath("fields.kk.yaml").read_text("utf-8")
    texts: dict[str, dict[str, Any]] = yaml.safe_load(text)
    return texts
