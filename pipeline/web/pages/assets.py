"""Our own style sheet, script and typeface, served under names that change with their content."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).parents[1] / "static"
_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".woff2": "font/woff2",
    ".svg": "image/svg+xml",
}
_DIGITS: Final = 12


@dataclass(frozen=True, slots=True)
class Asset:
    """A file, and what it is to browsers."""

    data: bytes
    media_type: str


def address_of(name: str) -> str:
    """The address under which that file is served."""
    return f"/static/{_published()[name]}"


def asset(published: str) -> Asset | None:
    """The file of that published name; None where there is none."""
    return _assets().get(published)


@cache
def _published() -> Mapping[str, str]:
    names: dict[str, str] = {}
    for path in sorted(_FOLDER.iterdir()):
        if path.suffix in _TYPES and path.suffix != ".css":
            names[path.name] = _named(path, path.read_bytes())
    for path in sorted(_FOLDER.glob("*.css")):
        names[path.name] = _named(path, _style(path, names))
    return names


@cache
def _assets() -> Mapping[str, Asset]:
    published = _published()
    found = {}
    for name, address in published.items():
        path = _FOLDER / name
        data = _style(path, published) if path.suffix == ".css" else path.read_bytes()
        found[address] = Asset(data, _TYPES[path.suffix])
    return found


def _style(path: Path, published: Mapping[str, str]) -> bytes:
    """A style sheet with the published names of the files it asks for."""
    text = path.read_text(encoding="utf-8")
    for name, address in published.items():
        text = text.replace(f"url({name})", f"url({address})")
    return text.encode()


def _named(path: Path, data: bytes) -> str:
    return f"{path.stem}.{hashlib.sha256(data).hexdigest()[:_DIGITS]}{path.suffix}"
