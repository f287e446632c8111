"""Pieces the shipped templates share: running foot, repeated paragraphs, lines for signatures."""

from __future__ import annotations

import re

from tools.wordml import Element, cell, el, page_field, para, row

_FIELD = re.compile(r"{{ (\w+) }}")


RULES = (
    "Қазақстан Республикасы ішкі істер органдарының қызметкерлерін жоспардан тыс аттестаттаудан өткізу"
    " қағидалары"
)
"""The act by its own name; an ending may follow."""


def running_footer(whose: str) -> Element:
    """Foot of the second and later pages: whose paper it is, and the page.

    `whose` is fixed text, or holds one field; without its value it is left out.
    """
    named = _FIELD.search(whose)
    shown = f"{{% if {named.group(1)} %}}{whose} – {{% endif %}}" if named else f"{whose} – "
    return el("ftr", para("Running", shown, page_field()))


def each(loop: str, *repeated: Element) -> list[Element]:
    """Paragraphs repeated for each of a list."""
    return [para("Plain", f"{{%p for {loop} %}}"), *repeated, para("Plain", "{%p endfor %}")]


def free_text(field: str) -> list[Element]:
    """What HR wrote, a paragraph each, or two lines to write on."""
    return [
        *each(f"paragraph in {field}", para("Body", "{{ paragraph }}")),
        para("Body", f"{{%p if not {field} %}}"),
        para("BlankRule"),
        para("BlankRule"),
        para("Body", "{%p endif %}"),
    ]


SIGN_MM = (58.0, 42.0, 65.0)
HR_MM = (38.0, 42.0, 85.0)


def signature_row(role: str, name: str, widths_mm: tuple[float, float, float] = SIGN_MM) -> Element:
    """Role or post, a rule for the pen, the name."""
    left, rule, right = widths_mm
    return row(
        cell(left, para("SignRole", role)),
        cell(rule, para("SignRole"), rule=True),
        cell(right, para("SignName", name)),
    )


def signed_again(columns: int, width_mm: float, *lines: str) -> Element:
    """The head of a list of signatures that takes more than a page: which paper it is, and what is signed.

    Word repeats it on each page; where the signatures stay on one page `signed_page` takes it out.
    """
    return row(cell(width_mm, *(para("SignAgain", line) for line in lines), span=columns), header=True)
