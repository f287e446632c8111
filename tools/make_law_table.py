"""Writes docs/order-218.md from the code: for each paragraph what is checked, made and due, or why not.

python tools/make_law_table.py            writes the page
python tools/make_law_table.py --check    says whether it is stale, exit status 1 if so
"""

from __future__ import annotations

import sys
from pathlib import Path

from pipeline.law.engine import RULES, UNVERIFIED_CODE
from pipeline.law.explaining.explain import Check, DeadlineTold, explain, paragraph_notes
from pipeline.law.order_text import ANNEX_NOTES, paragraphs
from pipeline.law.overrides import OVERRIDE_CODES

PAGE = Path(__file__).parents[1] / "docs" / "order-218.md"

HEAD = """\
# № 218 бұйрық кодта

Бұл бетті `tools/make_law_table.py` кодтан жасайды: қолмен өзгертпеңіз. Тармақтың мәтіні, оқылуы, заңды және
заңсыз мысалы - `jeke explain 24`. Оқылуы ашық қалған жерлер - [readings.md](readings.md).

Ескертпенің салмағы: **тоқтатады** (block), ескертеді (warn), ақпарат (info). «рұқсат берілмейді» деп
белгіленген тармақты жазбаша шешім (override) алып тастай алмайды.

*This page is made from the code by `tools/make_law_table.py`; a test fails when it is stale. For each
paragraph of order № 218: what is checked (code, weight), which document is made, what becomes a deadline, or
why a machine cannot judge it.*

| тармақ | тексеріледі | құжат | мерзім | машина неге бағаламайды |
|---|---|---|---|---|
"""
WEIGHTS = {"block": "**тоқтатады**", "warn": "ескертеді", "info": "ақпарат"}


def page() -> str:
    """The whole page."""
    rows = [_row(address) for address in (*paragraphs(), *ANNEX_NOTES)]
    unnamed = (code for rule in RULES if not rule.paragraph for code in rule.codes)
    codes = (*unnamed, *OVERRIDE_CODES, UNVERIFIED_CODE)
    others = [f"- {_check(check)}" for code in codes for check in _found(code)]
    return HEAD + "\n".join(rows) + "\n\n## Тармағы жоқ тексерулер\n\n" + "\n".join(others) + "\n"


def _found(code: str) -> tuple[Check, ...]:
    found = explain(code)
    return found.checks if found else ()


def _row(address: str) -> str:
    found = explain(address)
    assert found is not None  # noqa: S101  # the addresses are the order's own
    notes = [paragraph_notes(a) for a in (address, *(f"{address}.{n}" for n in range(1, 4)))]
    kept = "" if found.lifted is not False else " (рұқсат берілмейді)"
    cells = (
        f"{address}{kept}",
        "<br>".join(_check(c) for c in found.checks),
        "; ".join(note["document"] for note in notes if "document" in note),
        "<br>".join(_deadline(d) for d in found.deadlines),
        " ".join(note["not_judged"] for note in notes if "not_judged" in note),
    )
    return "| " + " | ".join(cell or "-" for cell in cells) + " |"


def _check(check: Check) -> str:
    weights = ", ".join(WEIGHTS[s] for s in check.severities)
    return f"`{check.code}` {weights}: {check.summary}"


def _deadline(deadline: DeadlineTold) -> str:
    advised = " (кеңес)" if deadline.soft else ""
    return f"`{deadline.code}`{advised}: {deadline.summary}"


def main() -> int:
    """Exit status 0, or 1 where --check finds the page stale."""
    if "--check" in sys.argv:
        fresh = PAGE.exists() and PAGE.read_text("utf-8") == page()
        print("docs/order-218.md:", "fresh" if fresh else "stale, run tools/make_law_table.py")
        return 0 if fresh else 1
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
