"""Makes pipeline/documents/gate_records.json, with LibreOffice: `python -m tools.make_gate_records`.

To be run after a shipped template, its sample or rdocx's version changed (after tools/make_forms.py).
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

from pipeline.documents.content.plan import TITLES, DocumentKind
from pipeline.documents.rendering.gate import FILE, compare
from pipeline.documents.rendering.libreoffice import LibreOfficeRenderer, find_office
from pipeline.documents.rendering.render import RdocxRenderer
from pipeline.documents.templates.forms import form, shipped
from pipeline.documents.templates.word_template import WordTemplate


def main() -> int:
    found = find_office()
    if found is None:
        print("LibreOffice with python3-uno is not installed")
        return 1
    office, data = LibreOfficeRenderer(found), {}
    for kind in sorted(DocumentKind):
        source = shipped(kind)
        if source is None:
            print(f"{kind}: run tools/make_forms.py first")
            return 1
        filled = WordTemplate.of(kind, source).fill(form(kind).sample)
        record = compare(form(kind).sha256, filled, TITLES[kind], RdocxRenderer(), office)
        print(f"{kind:26}{'alike' if record.alike else 'DIFFERS':9}{record.differences}")
        data[str(kind)] = asdict(record)
    office.close()
    FILE.write_text(json.dumps(data, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
