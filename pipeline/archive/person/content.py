"""What every object of the archive is made of: where things lie in it, and how they are written.

The same facts give the same bytes, whatever order they came in: all is sorted, nothing tells the time.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager

from pipeline.domain.errors import CorruptError
from pipeline.domain.records import Kind, Ref

PERSON = "person.json"
RECORD = "record.yaml"
DOCUMENTS = "documents.json"
FINDINGS = "findings.json"
INNER_LIST = "inner-list.txt"
RECORDINGS = "recordings.yaml"
CASES = "cases/"
SIGNED = "signed/"
WITHDRAWN = "withdrawn.json"
EVENTS = "events.jsonl"
"""Not among what `changes` takes out: only ever added to, by whoever files the version."""

_OURS = re.compile(
    r"(cases/[0-9a-f]{16}/)?"
    r"(person\.json|record\.yaml|documents\.json|findings\.json|inner-list\.txt|recordings\.yaml|withdrawn\.json"
    r"|[a-z0-9-]+\.pdf"
    r"|signed/[a-z0-9-]+\.(pdf|json|cms))"
)


@contextmanager
def read_as_ours(file: str) -> Iterator[None]:
    """Whatever cannot be read within makes it no file of this program's.

    Raises:
        CorruptError: `filed_format`.
    """
    try:
        yield
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CorruptError("filed_format", file=file) from error


def case_folder(case_id: str) -> str:
    """A case's folder in its person's object, with the slash; the id itself never becomes a path."""
    return f"{CASES}{hashlib.sha256(case_id.encode()).hexdigest()[:16]}/"


def folder_of(ref: Ref) -> str:
    """Where a record lies in its object: a case in its own folder, any other at the root."""
    return case_folder(ref.id) if ref.kind is Kind.CASE else ""


def canonical_json(value: object) -> bytes:
    """UTF-8, keys sorted, one space of indent, a newline at the end.

    Bytes of a file's name that are no UTF-8 stand in it escaped (RFC 8259, 8.2).
    """
    text = f"{json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1)}\n"
    return text.encode(errors="backslashreplace")


def changes(
    current: Mapping[str, str], wanted: Mapping[str, bytes], keep: Collection[str] = ()
) -> dict[str, bytes | None]:
    """What the next version must put (bytes) and take out (None) so that the object holds what is wanted.

    `current` is path → SHA-512 of the newest version. `keep` names what stays as filed: paths, or folders
    with their slash. Files that this module does not know of are left alone, and so is the folder of a
    withdrawn case, unless its record is filed anew.

    Raises:
        CorruptError: `filed_missing`, a path to keep is not in the object.
    """
    withdrawn = (path.removesuffix(WITHDRAWN) for path in current if path.endswith(f"/{WITHDRAWN}"))
    folders = (*(k for k in keep if k.endswith("/")), *(f for f in withdrawn if f + RECORD not in wanted))
    paths = {k for k in keep if not k.endswith("/")}
    if missing := paths - current.keys():
        raise CorruptError("filed_missing", path=min(missing))
    put: dict[str, bytes | None] = {
        path: data
        for path, data in sorted(wanted.items())
        if current.get(path) != hashlib.sha512(data).hexdigest()
    }
    taken_out = (
        path
        for path in sorted(current.keys() - wanted.keys() - paths)
        if _OURS.fullmatch(path) and not path.startswith(folders)
    )
    return put | dict.fromkeys(taken_out)


def record_yaml(text: str) -> bytes:
    """A record's text as HR wrote it, the same whether it stood alone in its file or among others.

    The bare `---` that parted it from another record, and empty lines around it, are not the record's.
    """
    lines = text.split("\n")
    while lines and lines[0].rstrip() in ("", "---"):
        del lines[0]
    while lines and lines[-1].rstrip() in ("", "..."):
        del lines[-1]
    return "".join(f"{written}\n" for written in lines).encode()


def line(text: str | None) -> str:
    """A record's text on one line of a plain text file."""
    return " ".join((text or "").split())
