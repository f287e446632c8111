"""What `explain` found, told in Russian or English: the order's own words stay Kazakh, as they are printed.

The texts stand in text/notes.<language>.toml, whole; a language without such a file is told in Kazakh.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from importlib import resources
from typing import Any, Final

from pipeline.law.explaining.explain import Check, Explanation, parts_known

_ARTICLE: Final = "Заң "
_IN_PARTS: Final = re.compile(r"(?P<article>[\d-]+)\((?P<part>[\d-]+)\)")
_REMARK: Final = re.compile(r"[ ]*#.*")


def in_language(told: Explanation, language: str, term: Callable[[str], str]) -> Explanation:
    """The same explanation; `term` gives a deadline's name by its code."""
    if not _texts(language):
        return told
    told = replace(
        told,
        checks=tuple(_checks(told.checks, language)),
        deadlines=tuple(replace(d, summary=term(d.code)) for d in told.deadlines),
        lawful=_without_remarks(told.lawful),
        unlawful=_without_remarks(told.unlawful),
    )
    if told.reference.startswith(_ARTICLE):
        return _article(told, language)
    return _paragraph(told, language)


def _paragraph(told: Explanation, language: str) -> Explanation:
    """A paragraph, or a code or deadline under the paragraph it belongs to."""
    of_code = told.reference in {*(c.code for c in told.checks), *(d.code for d in told.deadlines)}
    address = next(iter(told.see), "") if of_code else told.reference
    notes = _texts(language)["paragraphs"]
    found = notes.get(address) or notes.get(address.partition(".")[0], {})
    summaries = [c.summary for c in told.checks] + [d.summary for d in told.deadlines]
    return replace(
        told,
        title=summaries[0] if of_code else _title(told, language),
        reading=found.get("reading", told.reading),
        not_judged=found.get("not_judged", told.not_judged) if told.not_judged else "",
    )


def _article(told: Explanation, language: str) -> Explanation:
    article = told.reference.removeprefix(_ARTICLE)
    texts = _texts(language)["articles"]
    named = parts_known(article, texts)
    titles = _texts(language)["titles"]
    shown = []
    for key in named:
        parts = _IN_PARTS.fullmatch(key)
        form = titles["article_part"] if parts else titles["article"]
        shown.append(form.format(*(parts.groups() if parts else (key,))))
    return replace(
        told, title="; ".join(shown), text="\n".join(texts[key] for key in named), reference="; ".join(named)
    )


def _title(told: Explanation, language: str) -> str:
    titles = _texts(language)["titles"]
    address = told.reference
    if address.startswith("annex-"):
        return str(titles["annex"]).format(address.removeprefix("annex-"))
    number, _, inner = address.partition(".")
    if not inner:
        return str(titles["paragraph"]).format(number)
    return str(titles["item" if told.title.endswith("тармақша") else "part"]).format(number, inner)


def _checks(checks: Iterable[Check], language: str) -> Iterable[Check]:
    summaries = _texts(language)["codes"]
    return (replace(check, summary=summaries.get(check.code, check.summary)) for check in checks)


def _without_remarks(record: str) -> str:
    """A sample record without its Kazakh remarks."""
    lines = (_REMARK.sub("", line) for line in record.split("\n"))
    return "\n".join(line for line in lines if line.strip())


@cache
def _texts(language: str) -> dict[str, Any]:
    source = resources.files("pipeline.law").joinpath(f"text/notes.{language}.toml")
    return tomllib.loads(source.read_text("utf-8")) if language != "kk" and source.is_file() else {}
