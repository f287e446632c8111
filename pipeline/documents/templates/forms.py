"""What each shipped form asks for: its fields, its fixed words, and a sample to fill it with.

The data stand in forms.json, made from the shipped templates by tools/make_forms.py; HR's own templates are
measured against them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import pipeline
from pipeline.documents.content.plan import DocumentKind

FILE: Final = Path(__file__).with_name("forms.json")
_PACKAGE: Final = Path(pipeline.__file__).parent


@dataclass(frozen=True, slots=True)
class Form:
    """The form of a kind.

    `sha256` is of the shipped template, `earlier` are those of the versions before.
    Fields are written `name`, `person.name`, `rows[]` (a list), `rows[].number`. `fields` are all that may be
    used, `printed` those the form's body is not complete without; `words` are its fixed words in their order,
    white space and rules left out, for the forms of the order alone.
    """

    sha256: str
    earlier: frozenset[str]
    fields: frozenset[str]
    printed: frozenset[str]
    words: tuple[str, ...]
    sample: Mapping[str, object]


def form(kind: DocumentKind) -> Form:
    """The form of that kind."""
    return _forms()[kind]


def shipped(kind: DocumentKind) -> bytes | None:
    """The template as it was shipped; None where the file beside the program was changed or is gone.

    In the installed package it stands in `_templates`; in the sources HR's folder may be the same one.
    """
    installed = _PACKAGE / "_templates"
    folder = installed if installed.is_dir() else _PACKAGE.parent / "templates"
    try:
        source = (folder / f"{kind}.docx").read_bytes()
    except OSError:
        return None
    return source if hashlib.sha256(source).hexdigest() == form(kind).sha256 else None


@cache
def _forms() -> Mapping[str, Form]:
    data: dict[str, dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))
    return {
        kind: Form(
            sha256=entry["sha256"],
            earlier=frozenset(entry["earlier"]),
            fields=frozenset(entry["fields"]),
            printed=frozenset(entry["printed"]),
            words=tuple(entry["words"]),
            sample=entry["sample"],
        )
        for kind, entry in data.items()
    }
