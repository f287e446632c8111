"""The catalogues: texts by stable id in Kazakh, Russian and English (standard gettext)."""

from __future__ import annotations

import gettext
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path

from pipeline.domain.errors import JekeError
from pipeline.domain.findings import Finding, Value
from pipeline.domain.source import InputError
from pipeline.record_format.descriptions import caption
from pipeline.record_format.field_at import without_items
from pipeline.record_format.fixed_words import offered

_AFTER_INITIALS = re.compile(r"(?<!\.)\.\.(?= |$)")
"""A name in initials brings its own full stop: "Мүше: Қасымов А.Б.. Іс: …"."""

_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
"""In a value: what would steer a terminal, turn the writing round, or cannot be written at all."""

_PATHS = frozenset({"field", "earlier", "later"})
"""Values of findings that are paths of fields."""

_BEHIND_THE_WORD = re.compile("( № | — )")

LOCALE = Path(__file__).parent.parent / "locale"
CLICK_DOMAIN = "click"
"""The words of the library `click`, by its English sentences. Every other catalogue holds our own, by id."""


class Language(StrEnum):
    """The languages people are spoken to in; Kazakh comes first."""

    KK = "kk"
    RU = "ru"
    EN = "en"


class Messages:
    """The texts of one language."""

    def __init__(self, language: Language = Language.KK) -> None:
        self.language = language
        self._catalogue = _catalogue(language)

    def text(self, key: str, /, **params: Value) -> str:
        """The text of that id with its places filled.

        `{name}` prints a value as it is, dates as 16.10.2025, tuples with commas; `{name:vocabulary}` prints
        the text `value.<vocabulary>.<value>`. Never raises: a missing id, or a text that asks for a value not
        given, is answered by the id and the values; no answer to HR is lost over a word.
        """
        template = self._catalogue.gettext(key)
        shown = {name: _Shown(value, self) for name, value in params.items()}
        if template == key:
            return _bare(key, shown)
        try:
            return _AFTER_INITIALS.sub(".", template.format_map(shown))
        except (LookupError, ValueError, AttributeError):
            return _bare(key, shown)

    def has(self, key: str) -> bool:
        """Whether the catalogue holds a text of that id."""
        return self._catalogue.gettext(key) != key

    def word(self, vocabulary: str, word: str) -> str:
        """A word of a closed set as people read it, else the word itself.

        What stands behind it stays: `… № 3`, `… — Қасымов А.Б.`
        """
        name, *rest = _BEHIND_THE_WORD.split(str(word), maxsplit=1)
        key = f"value.{vocabulary}.{name}"
        return "".join((self.text(key), *rest)) if self.has(key) else str(word)

    def finding(self, finding: Finding) -> str:
        """What the finding says."""
        return self.text(f"finding.{finding.code}", **self._captioned(finding))

    def finding_remedy(self, finding: Finding) -> str:
        """What HR can do about it; empty where there is nothing to do."""
        return self._remedy(f"finding.{finding.code}", finding.params)

    def input_error(self, error: InputError) -> str:
        """Why the file cannot be read; the field it stands in has its name for people beside its path."""
        name = caption(error.stands_in, self.language)
        params = dict(error.params)
        if name and "field" in params:
            params["field"] = f"{params['field']} ({name})"
        text = self.text(f"input.{error.code}", **params)
        if name and "field" not in params:
            path = error.stands_in.partition(".")[2]
            text += f". {self.text('answer.field', field=f'{path} ({name})')}"
        return text

    def input_remedy(self, error: InputError) -> str:
        """What to write instead."""
        params = dict(error.params)
        if "allowed" in params:
            params["allowed"] = offered(str(params["allowed"]), self.language)
        return self._remedy(f"input.{error.code}", params)

    def error(self, error: JekeError) -> str:
        """What failed."""
        return self.text(f"error.{error.code}", **error.params)

    def error_remedy(self, error: JekeError) -> str:
        """What to do about it."""
        return self._remedy(f"error.{error.code}", error.params)

    def _captioned(self, finding: Finding) -> dict[str, Value]:
        """The values; paths of fields with the fields' names for people."""
        params = dict(finding.params)
        for name in _PATHS & params.keys():
            path = str(params[name])
            title = caption(f"{finding.record.kind}.{without_items(path)}", self.language)
            params[name] = f"{path} ({title})" if title else params[name]
        return params

    def _remedy(self, key: str, params: Mapping[str, Value]) -> str:
        return self.text(f"{key}.remedy", **params) if self.has(f"{key}.remedy") else ""


def speak_click(language: Language) -> None:
    """Makes click's own words ("Usage:", "No such option") come in that language, in this process.

    click asks the standard `gettext` without naming a language, and that asks the environment alone.
    """
    gettext.bindtextdomain(CLICK_DOMAIN, LOCALE)
    gettext.textdomain(CLICK_DOMAIN)
    os.environ["LANGUAGE"] = language


@cache
def _catalogue(language: Language) -> gettext.NullTranslations:
    """All our texts of a language; an id stands in one catalogue only."""
    texts = gettext.NullTranslations()
    for compiled in sorted((LOCALE / language / "LC_MESSAGES").glob("*.mo")):
        if compiled.stem != CLICK_DOMAIN:
            with compiled.open("rb") as file:
                texts.add_fallback(gettext.GNUTranslations(file))
    return texts


@dataclass(frozen=True, slots=True)
class _Shown:
    """A value on its way into a text; the format's specification names a vocabulary."""

    value: Value
    say: Messages

    def __format__(self, vocabulary: str) -> str:
        parts = self.value if isinstance(self.value, tuple) else (self.value,)
        return ", ".join(self.say.word(vocabulary, str(p)) if vocabulary else _plain(p) for p in parts)


def _plain(value: str | int | date) -> str:
    if isinstance(value, date):
        return f"{value:%d.%m}.{value.year:04d}"
    return _UNSAFE.sub("\ufffd", str(value))


def _bare(key: str, shown: Mapping[str, _Shown]) -> str:
    values = ", ".join(f"{name}={value}" for name, value in shown.items())
    return f"{key} ({values})" if values else key
