"""What each field of the record format means, in plain office language, for editors and blank records.

The texts stand in fields.<language>.yaml, by path without list indices: `sitting.candidates.votes`. What a
language does not say is said in Kazakh.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

import yaml

if TYPE_CHECKING:
    from enum import StrEnum

    from pipeline.record_format.leaves import Leaf


KAZAKH: Final = "kk"
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""For our own texts; that of C is ten times as fast, and HR waits for the first message."""


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


def describe(path: str, language: str = KAZAKH) -> Description:
    """Raises KeyError for a field nobody has described."""
    return Description(**_texts(language)["fields"][path])


def caption(path: str, language: str = KAZAKH) -> str:
    """The name of a field for people, or of the nearest one around it; empty where the format has none.

    The path begins with the kind of record; a vote's own key is no field of the format, votes are.
    """
    known = _texts(language)["fields"]
    while "." in path:
        if path in known:
            return str(known[path]["title"])
        path = path.rpartition(".")[0]
    return ""


def meanings(words: type[StrEnum], language: str = KAZAKH) -> dict[str, str]:
    """What each word of a closed list stands for, in its order."""
    known = _texts(language)["choices"][words.__name__]
    return {word.value: known[word.value] for word in words}


def explain(path: str, leaf: Leaf | None = None, language: str = KAZAKH) -> str:
    """All there is to say of a field, its closed list of words on lines of their own."""
    described = describe(path, language)
    text = described.heading
    if leaf and (form := _texts(language)["leaves"][leaf.name]):
        text += f"; {form}"
    if described.note:
        text += f". {described.note}"
    if leaf and leaf.words:
        text += "".join(f"\n{word} – {meaning}" for word, meaning in meanings(leaf.words, language).items())
    return text


def frame(name: str, language: str = KAZAKH) -> str:
    """A text of the blank records and the schema themselves."""
    return str(_texts(language)["frame"][name])


@cache
def _texts(language: str) -> dict[str, dict[str, Any]]:
    text = files("pipeline.record_format").joinpath(f"fields.{language}.yaml").read_text("utf-8")
    texts: dict[str, dict[str, Any]] = yaml.load(text, Loader=_LOADER)  # noqa: S506  # a safe one
    if language == KAZAKH:
        return texts
    return {name: kazakh | texts.get(name, {}) for name, kazakh in _texts(KAZAKH).items()}
