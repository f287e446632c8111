"""Names in a drop that are not meant for us: what systems leave behind, and what is still being written."""

from __future__ import annotations

_UNFINISHED_ENDINGS = (".part", ".partial", ".tmp", ".crdownload", ".filepart", ".download")
_NOBODYS_FILES = frozenset({"thumbs.db", "ehthumbs.db", "desktop.ini", ".ds_store", "__macosx", ".directory"})


def is_unfinished(name: str) -> bool:
    """Whether a program names so what it is still writing."""
    return name.startswith("~$") or name.lower().endswith(_UNFINISHED_ENDINGS)


def is_nobodys(name: str) -> bool:
    """Whether a system left it there by itself; nothing is lost without it."""
    return name.lower() in _NOBODYS_FILES or name.startswith("._")
