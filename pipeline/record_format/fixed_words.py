"""The fixed words of the record format as people write them in Kazakh and in Russian (fixed_words.yaml)."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final, TypeVar

import yaml

from pipeline.domain.kazakh.alphabet import search_key

if TYPE_CHECKING:
    from collections.abc import Mapping
    from enum import StrEnum

Word = TypeVar("Word", bound="StrEnum")
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SHOWN: Final = {"kk": ("kk", "ru"), "ru": ("ru",)}
_BETWEEN: Final = re.compile(r"[\s_\-‐‑–—«»“”„\"'.,]+")


def understood(words: type[Word], text: str) -> Word | None:
    """The word of a closed list that the text stands for, in whichever of the three languages, or None.

    Capitals, hyphens, quotes and letters of another keyboard that look or sound alike make no difference.
    """
    return _known(words).get(_key(text))


def spellings(words: type[StrEnum]) -> Mapping[str, tuple[str, ...]]:
    """Of each word the other ways of writing it: Kazakh ones, then Russian ones."""
    listed = _texts().get(words.__name__, {})
    return {
        word.value: tuple(dict.fromkeys(text for way in listed.get(word.value, {}).values() for text in way))
        for word in words
    }


def offered(words: str, language: str = "kk") -> str:
    """The list for a message: each word with the first of its spellings that readers of that language use.

    Readers of Kazakh are shown the Kazakh and the Russian one, of Russian the Russian one. What names no
    closed list of the records is shown as it is: the configuration's words have one spelling.
    """
    others = _SHOWN.get(language, ())
    listed = _texts().get(words)
    if listed is None:
        return words
    shown = []
    for word, ways in listed.items():
        first = dict.fromkeys(ways[other][0] for other in others if other in ways)
        shown.append(f"{word} ({', '.join(first)})" if first else word)
    return ", ".join(shown)


@cache
def _known(words: type[Word]) -> Mapping[str, Word]:
    known = {_key(text): words(word) for word, ways in spellings(words).items() for text in ways}
    return known | {_key(word.value): word for word in words}


def _key(text: str) -> str:
    return search_key(_BETWEEN.sub(" ", text)).strip()


@cache
def _texts() -> Mapping[str, Mapping[str, Mapping[str, list[str]]]]:
    text = files("pipeline.record_format").joinpath("fixed_words.yaml").read_text("utf-8")
    texts: Mapping[str, Mapping[str, Mapping[str, list[str]]]] = yaml.load(text, _LOADER)  # noqa: S506  # the safe one, in C
    return texts
