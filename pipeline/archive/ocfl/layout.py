"""Where objects stand in the storage root: OCFL extension 0003, and the files that declare it.

`urn:uuid:…` stands at `<3>/<3>/<3>/urn%3auuid%3a…`, the three tuples being the start of the id's SHA-256.
"""

from __future__ import annotations

import hashlib
import json
import re
from urllib.parse import unquote

ROOT_DECLARATION = "0=ocfl_1.1"
OBJECT_DECLARATION = "0=ocfl_object_1.1"
EXTENSIONS = "extensions"
STAGING = "jeke-staging"
STAGING_README = f"{STAGING}.md"
IDENTITY = "jeke-place"
IDENTITY_FILE = f"{EXTENSIONS}/{IDENTITY}/place.json"
"""Which place of work the archive belongs to; the same file lies in state/ and in recordings/."""
SEALED_HEADS = "jeke-audit-heads"
"""Sealed heads of the audit chain."""
LAYOUT_FILE = "ocfl_layout.json"
LAYOUT = "0003-hash-and-id-n-tuple-storage-layout"
LAYOUT_CONFIG = f"{EXTENSIONS}/{LAYOUT}/config.json"

TUPLE_SIZE = 3
TUPLES = 3
LONGEST_NAME = 100  # longer ids are cut by the extension, so that the id could no longer be read off the path

_CONFIG = {
    "extensionName": LAYOUT,
    "digestAlgorithm": "sha256",
    "tupleSize": TUPLE_SIZE,
    "numberOfTuples": TUPLES,
}

_STAGING_WORDS = """\
# extensions/jeke-staging

Мұрағатқа жазу кезінде ғана пайда болатын жұмыс қалтасы. Мұнда объектінің жаңа нұсқасы толық жиналып,
дискіге түсіріледі, содан кейін объектінің өзіне көшіріледі. Бағдарлама үзіліп қалса, келесі іске
қосылғанда ол жұмысты не аяқтайды (`intent.json` бар болса), не қалтаны тазалайды. Қолмен өзгертуге болмайды.

A local extension of this OCFL storage root: the work folder of a version being written. It is there only
while one is. After a crash `intent.json` lists the renames still to be done; without it the folder's content
is void.
"""


def declaration(name: str) -> bytes:
    """Content of a NAMASTE file: its name after `0=`, and a line end (OCFL 1.1 §3.2, §4.2)."""
    return f"{name.removeprefix('0=')}\n".encode()


def root_files() -> dict[str, bytes]:
    """The files that make a directory a storage root of this layout; the declaration, its seal, last.

    `verify` compares them byte for byte: whoever changes a word here lets it accept the earlier words too.
    """
    layout = {
        "extension": LAYOUT,
        "description": "<3>/<3>/<3>/<id>: three tuples of the id's SHA-256, then the id percent-encoded",
    }
    return {
        STAGING_README: _STAGING_WORDS.encode(),
        LAYOUT_CONFIG: _json(_CONFIG),
        LAYOUT_FILE: _json(layout),
        ROOT_DECLARATION: declaration(ROOT_DECLARATION),
    }


def is_layout(layout: object) -> bool:
    """Whether a parsed `ocfl_layout.json` names this layout."""
    return isinstance(layout, dict) and layout.get("extension") == LAYOUT


def is_config(config: object) -> bool:
    """Whether the layout's parsed `config.json` sets what this archive sets."""
    return config == _CONFIG


def object_path(object_id: str) -> str:
    """The object's path relative to the storage root.

    Raises:
        ValueError: the id is empty or longer than 100 characters once encoded.
    """
    name = re.sub(r"[^A-Za-z0-9_-]", _percent, object_id)
    if not 0 < len(name) <= LONGEST_NAME:
        raise ValueError("object id is empty or too long")
    digest = hashlib.sha256(object_id.encode()).hexdigest()
    tuples = (digest[at : at + TUPLE_SIZE] for at in range(0, TUPLES * TUPLE_SIZE, TUPLE_SIZE))
    return "/".join((*tuples, name))


def object_id_at(path: str) -> str | None:
    """The id of the object that belongs at the path, or None where none does."""
    try:
        object_id = unquote(path.rpartition("/")[2], errors="strict")
        return object_id if object_path(object_id) == path else None
    except ValueError:
        return None


def _percent(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02x}" for byte in found[0].encode())


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()
