"""What stands behind a paragraph, a code, a deadline or an article of the Law, in Kazakh.

`explain(query)` gives an `Explanation`, or None where the query names nothing. Its fields, as printed:

    reference   what was found, in its short form: "7.2", "quorum", "Заң 57(17)", "annex-2"
    title       a heading: "7-тармақ, 2) тармақша"
    text        the order's own words (of a Law article: what it says, shortly)
    reading     how the product reads them, and why
    not_judged  why a machine cannot judge it; empty where it can
    checks      what is checked: paragraph, code, kind of record, severities, summary
    deadlines   what is due: paragraph, code, who owes it, whether it is only advised, summary
    lawful      a fragment of a record, in YAML, that keeps it; empty where there is none
    unlawful    one that breaks it
    settings    keys of config.yaml that change the reading
    lifted      whether a recorded override lifts a block of it; None where nothing blocks
    see         paragraphs it hangs together with
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from pipeline.domain.findings import Severity
from pipeline.law import judging  # noqa: F401  # importing the chapters fills the registry
from pipeline.law.engine import RULES, TERMS, UNVERIFIED_CODE, Rule, Term
from pipeline.law.order_text import ANNEX_NOTES, paragraphs, words
from pipeline.law.overrides import OVERRIDE_CODES, may_be_lifted

LAST_PARAGRAPH = 38
PRINTED_AS = {"30.3": "31"}
"""Addresses as the official text prints them: ¶31 stands there as a third item of ¶30."""


@dataclass(frozen=True, slots=True)
class Check:
    """One code that judging may yield. `paragraph` is empty where no paragraph names the check."""

    paragraph: str
    code: str
    kind: str
    severities: tuple[str, ...]
    summary: str


@dataclass(frozen=True, slots=True)
class DeadlineTold:
    """One term; `nature` is `act`, `right` or `keep`, `soft` marks a term that is only advised."""

    paragraph: str
    code: str
    responsible: str
    nature: str
    soft: bool
    summary: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """See the module's header for the fields."""

    reference: str
    title: str
    text: str
    reading: str = ""
    not_judged: str = ""
    checks: tuple[Check, ...] = ()
    deadlines: tuple[DeadlineTold, ...] = ()
    lawful: str = ""
    unlawful: str = ""
    settings: tuple[str, ...] = ()
    lifted: bool | None = None
    see: tuple[str, ...] = ()


_END = r"(?![^\W\d_])\.?"
_LAW_WORDS = re.compile(
    rf"(?<![^\W\d_])(?:заң\w*|зак\w*|law|art(?:icle)?|ст(?:ать\w+)?|ба[бп]\w*){_END}", re.IGNORECASE
)
_ANNEX_WORD = r"(?:қосымша\w*|прил(?:ожени\w+)?|annex|appendix)"
_ANNEX = re.compile(rf"{_ANNEX_WORD}[\s.№-]*([1-4])|([1-4])[\s-]*{_ANNEX_WORD}", re.IGNORECASE)
_PART_WORD = rf"(?:бөлі[гк]\w*|ч|част\w+|part){_END}"
_INNER_WORD = rf"(?:(?:тармақша\w*|пп|подп(?:ункт\w*)?|sub-?(?:item|paragraph)|item){_END}|{_PART_WORD})"
_WHOLE_WORD = rf"(?:[¶§№]|(?:тармақ\w*|п|пункт\w*|para(?:graph)?|par){_END})"
_ARTICLE = re.compile(r"(\d+(?:-\d+)?)(?:\D+?(\d+(?:-\d+)?))?\D*")
_PART_OF_ARTICLE = re.compile(
    rf"{_WHOLE_WORD}\s*(\d+(?:-\d+)?)\s+(?:ст(?:ать\w+)?|art(?:icle)?){_END}\s*(\d.*)", re.IGNORECASE
)
_ADDRESS = re.compile(rf"(?:{_WHOLE_WORD}\s*)*(\d+)(?:\D+(\d+))?\D*", re.IGNORECASE)
_INNER_FIRST = re.compile(rf"{_INNER_WORD}\s*(\d+)\D+(\d+)\D*", re.IGNORECASE)
_PART = re.compile(rf"(?<![^\W\d_]){_PART_WORD}", re.IGNORECASE)


def explain(query: str) -> Explanation | None:
    """Explains a paragraph, a code, a term, an annex or an article, however people write them.

    "24", "7.2", "¶7.2", "7-тармақ 2)", "п. 7 пп. 2", "подпункт 2 пункта 7"; "quorum"; "2-қосымша"; "Заң 57".
    """
    query = query.strip().lstrip("¶§").strip()
    code = query.casefold().replace("-", "_")
    if code in _known_codes():
        return _of_code(code)
    if (annex := _ANNEX.fullmatch(query)) is not None:
        return _of_paragraph(f"annex-{annex[1] or annex[2]}")
    if (article := _article(query)) is not None:
        return _of_article(article)
    address = _address(query)
    return None if address is None else _of_paragraph(PRINTED_AS.get(address, address))


def _address(query: str) -> str | None:
    """The paragraph a query names, with its sub-item or part; of one that has both, a part is told whole."""
    if (turned := _INNER_FIRST.fullmatch(query)) is not None:
        inner, number = turned.groups()
    elif (match := _ADDRESS.fullmatch(query)) is not None:
        number, inner = match.groups()
    else:
        return None
    paragraph = paragraphs().get(number)
    if inner is None or (paragraph is not None and paragraph.items and _PART.search(query)):
        return str(number)
    return f"{number}.{inner}"


def code_summary(code: str) -> str:
    """The code in a line of Kazakh, as the table of docs/order-218.md prints it."""
    return str(_data("codes")[code])


def term_summary(code: str) -> str:
    """The term in a line of Kazakh."""
    return str(_data("terms")[code])


def paragraph_notes(address: str) -> dict[str, Any]:
    """What text/notes.kk.toml holds on a paragraph: reading, not_judged, document, examples, settings."""
    return dict(_data("paragraphs").get(address, {}))


def checks_of(paragraph: str) -> tuple[Check, ...]:
    """The checks of a paragraph, its sub-items among them."""
    return tuple(
        _check(rule, code) for rule in RULES if _within(rule.paragraph, paragraph) for code in rule.codes
    )


def deadlines_of(paragraph: str) -> tuple[DeadlineTold, ...]:
    """The terms of a paragraph."""
    return tuple(_deadline(t) for t in TERMS if _within(t.paragraph, paragraph))


def _of_paragraph(address: str) -> Explanation | None:
    text = words(address)
    if text is None:
        return None
    notes = paragraph_notes(address) or paragraph_notes(address.partition(".")[0])
    checks, deadlines = checks_of(address), deadlines_of(address)
    return Explanation(
        reference=address,
        title=_title(address),
        text=text,
        reading=notes.get("reading", ""),
        not_judged=notes.get("not_judged", ""),
        checks=checks,
        deadlines=deadlines,
        lawful=notes.get("lawful", ""),
        unlawful=notes.get("unlawful", ""),
        settings=tuple(notes.get("settings", ())),
        lifted=_lifted(checks),
        see=tuple(notes.get("see", ())),
    )


def _of_code(code: str) -> Explanation:
    checks = tuple(_check(rule, code) for rule in RULES if code in rule.codes)
    deadlines = tuple(_deadline(t) for t in TERMS if t.code == code)
    if not checks and not deadlines:
        checks = (_engine_check(code),)
    paragraph = checks[0].paragraph if checks else deadlines[0].paragraph
    notes = paragraph_notes(paragraph)
    examples = _data("examples").get(code, notes)
    return Explanation(
        reference=code,
        title=code_summary(code) if checks else term_summary(code),
        text=(words(paragraph) or "") if paragraph else "",
        reading=notes.get("reading", ""),
        checks=checks,
        deadlines=deadlines,
        lawful=examples.get("lawful", ""),
        unlawful=examples.get("unlawful", ""),
        settings=tuple(notes.get("settings", ())),
        lifted=_lifted(checks),
        see=(paragraph,) if paragraph else (),
    )


def _of_article(article: str) -> Explanation | None:
    """An article, or a part of one; an article known by its parts only is all of them."""
    articles = _data("articles")
    named = parts_known(article, articles)
    if not named:
        return None
    notes = [articles[key] for key in named]
    see = tuple(dict.fromkeys(paragraph for note in notes for paragraph in note["paragraphs"]))
    return Explanation(
        reference=f"Заң {article}",
        title="; ".join(note["title"] for note in notes),
        text="\n".join(note["text"] for note in notes),
        checks=tuple(check for paragraph in see for check in checks_of(paragraph)),
        see=see,
    )


def parts_known(article: str, articles: Iterable[str]) -> list[str]:
    """The article by itself; else whatever parts of it the notes hold."""
    known = list(articles)
    return [article] if article in known else [key for key in known if key.startswith(f"{article}(")]


def _article(query: str) -> str | None:
    """The article a query names: by a word for it, or by a number the order does not reach."""
    if (turned := _PART_OF_ARTICLE.match(query)) is not None:
        query = f"art. {turned[2]} {turned[1]}"
    bare = _LAW_WORDS.sub(" ", query).strip(" .,-–")
    match = _ARTICLE.fullmatch(bare)
    if match is None:
        return None
    article = f"{match[1]}({match[2]})" if match[2] else match[1]
    beyond = int(match[1].partition("-")[0]) > LAST_PARAGRAPH
    return article if beyond or _LAW_WORDS.search(query) else None


def _known_codes() -> frozenset[str]:
    declared = {code for rule in RULES for code in rule.codes} | {t.code for t in TERMS}
    return frozenset(declared | {*OVERRIDE_CODES, UNVERIFIED_CODE})


def _check(rule: Rule, code: str) -> Check:
    severities = tuple(s.value for s in rule.severities(code))
    return Check(rule.paragraph, code, rule.kind.value, severities, code_summary(code))


def _engine_check(code: str) -> Check:
    """What the engine says of itself: an override's faults, a calendar nobody confirmed."""
    return Check("", code, "", (Severity.WARN.value,), code_summary(code))


def _deadline(term: Term) -> DeadlineTold:
    return DeadlineTold(
        term.paragraph, term.code, term.responsible, term.nature.value, term.soft, term_summary(term.code)
    )


def _within(paragraph: str, address: str) -> bool:
    """The paragraph is at the address or under it; of a part of a paragraph the checks are the whole's."""
    return paragraph in (address, address.partition(".")[0]) or paragraph.startswith(f"{address}.")


def _lifted(checks: tuple[Check, ...]) -> bool | None:
    blocks = [c for c in checks if Severity.BLOCK.value in c.severities]
    return any(may_be_lifted(c.paragraph, c.code) for c in blocks) if blocks else None


def _title(address: str) -> str:
    if address in ANNEX_NOTES:
        return ANNEX_NOTES[address][0]
    number, _, inner = address.partition(".")
    if not inner:
        return f"{number}-тармақ"
    return f"{number}-тармақ, " + (
        f"{inner}) тармақша" if inner in paragraphs()[number].items else f"{inner}-бөлік"
    )


@cache
def _data(name: str) -> dict[str, Any]:
    text = resources.files("pipeline.law").joinpath("text/notes.kk.toml").read_text("utf-8")
    found: dict[str, Any] = tomllib.loads(text)[name]
    return found
