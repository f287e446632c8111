"""The order's own words, addressed by paragraph, part and sub-item: "11", "4.3", "7.2"; annex notes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

_PARAGRAPH = re.compile(r"(\d+)\. (.+)")
_ITEM = re.compile(r"(\d+)\) (.+)")
_CHAPTER = re.compile(r"\d+-тарау\. .+")

ANNEX_NOTES = {
    "annex-1": (
        "1-қосымша. Баянат",
        (
            "Мені жоғары тұрған басшылық лауазымға кандидатурамды қарау үшін жоспардан тыс аттестаттауға"
            " жіберуіңізді сұраймын."
        ),
    ),
    "annex-2": (
        "2-қосымша. Қызметтік мінездеме",
        (
            "* Қызметтік мінездемеге құқық қорғау органдарының ерекшелігіне байланысты толықтырулар"
            " енгізілуі мүмкін."
        ),
    ),
    "annex-3": (
        "3-қосымша. Дауыс беру парағы",
        (
            "Аттестаттау комиссиясының қорытындысы мен ұсынымдары: жоғары тұрған басшылық лауазымға өсіруге"
            " ұсынылады; жоғары тұрған басшылық лауазымға өсіруге ұсынылмайды."
        ),
    ),
    "annex-4": (
        "4-қосымша. Аттестаттау парағы",
        (
            "*Аттестаттау парағына құқық қорғау органдарының ерекшелігіне байланысты толықтырулар"
            " енгізілуі мүмкін."
        ),
    ),
}
"""Title and note of each form; the forms themselves are the templates."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph: its parts in order, and its numbered sub-items."""

    number: str
    chapter: str
    text: str
    parts: tuple[str, ...] = ()
    items: dict[str, str] = field(default_factory=dict)


@cache
def paragraphs() -> dict[str, Paragraph]:
    """Paragraphs 1 to 38 by number."""
    lines = resources.files(__package__).joinpath("text/rules.kk.txt").read_text("utf-8").splitlines()
    start = next(place for place, line in enumerate(lines) if _CHAPTER.fullmatch(line))
    found: dict[str, Paragraph] = {}
    chapter, number, body = "", "", list[str]()
    for line in (*lines[start:], "0-тарау. "):
        opens, heads = _PARAGRAPH.fullmatch(line), _CHAPTER.fullmatch(line) or line == "0-тарау. "
        if (opens or heads) and number:
            found[number] = _paragraph(number, chapter, body)
            number, body = "", []
        if heads:
            chapter = line
        elif opens:
            number, body = opens[1], [opens[2]]
        else:
            body.append(line)
    return found


def words(address: str) -> str | None:
    """The words at an address, or None: a paragraph whole, a sub-item, or a part where there is none."""
    if address in ANNEX_NOTES:
        return ANNEX_NOTES[address][1]
    number, _, inner = address.partition(".")
    paragraph = paragraphs().get(number)
    if paragraph is None or not inner:
        return paragraph.text if paragraph else None
    if paragraph.items:
        return paragraph.items.get(inner)
    return dict(enumerate(paragraph.parts, start=1)).get(int(inner)) if inner.isdigit() else None


def _paragraph(number: str, chapter: str, body: list[str]) -> Paragraph:
    items = {m[1]: m[2] for line in body if (m := _ITEM.fullmatch(line))}
    parts = tuple(line for line in body if not _ITEM.fullmatch(line))
    return Paragraph(number, chapter, "\n".join(body), parts, items)
