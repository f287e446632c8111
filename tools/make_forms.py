"""Makes pipeline/documents/forms.json from the shipped templates: `python -m tools.make_forms`.

To be run after a template or the context of a document changed; `--check` only says whether it is stale.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.documents.content.plan import DocumentKind
from pipeline.documents.templates.forms import FILE
from pipeline.documents.templates.package import BODY
from pipeline.documents.templates.tags import TAG, paragraphs, tags, written_parts
from tests.documents.samples import CONTEXTS

TEMPLATES = Path(__file__).parents[1] / "templates"
OF_THE_ORDER = (DocumentKind.ANNEX_1, DocumentKind.ANNEX_2, DocumentKind.ANNEX_3, DocumentKind.ANNEX_4)
"""Their words are the order's; those of the other documents belong to HR."""


ADDED_SINCE = {
    DocumentKind.AGENDA: {"commission_whose"},
    DocumentKind.MATERIALS: {"commission_to"},
    DocumentKind.PROTOCOL: {"candidates[].head"},
}
"""Fields that the shipped templates print since 0.2.0: a template that HR made before may do without them."""


def forms() -> str:
    """The file's text."""
    before = json.loads(FILE.read_text(encoding="utf-8")) if FILE.is_file() else {}
    data = {
        str(kind): _form(kind, dict(CONTEXTS[kind]), before.get(str(kind), {})) for kind in sorted(CONTEXTS)
    }
    return json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _form(kind: DocumentKind, sample: dict[str, object], before: Mapping[str, Any]) -> dict[str, object]:
    source = (TEMPLATES / f"{kind}.docx").read_bytes()
    parts = written_parts(source)
    found, body = tags(source, parts), tags(source, {BODY: parts[BODY]})
    sha256 = hashlib.sha256(source).hexdigest()
    return {
        "sha256": sha256,
        "earlier": sorted({*before.get("earlier", []), before.get("sha256", sha256)} - {sha256}),
        "fields": sorted(found.paths | set(_paths(sample))),
        "printed": sorted({use.path for use in (*body.printed, *body.looped)} - ADDED_SINCE.get(kind, set())),
        "words": list(_words(paragraphs({BODY: parts[BODY]}))) if kind in OF_THE_ORDER else [],
        "sample": sample,
    }


def _paths(value: object, at: str = "") -> Iterator[str]:
    if at:
        yield at
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _paths(inner, f"{at}.{name}" if at else name)
    elif isinstance(value, list | tuple):
        for inner in value or [""]:
            yield from _paths(inner, f"{at}[]")


def _words(texts: list[str]) -> Iterator[str]:
    for text in texts:
        for words in TAG.split(text):
            if any(letter.isalpha() or letter == "№" for letter in words):
                yield words.strip()


def main() -> int:
    text = forms()
    if FILE.is_file() and FILE.read_text(encoding="utf-8") == text:
        return 0
    print(FILE.name)
    if "--check" in sys.argv:
        return 1
    FILE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
