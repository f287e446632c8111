"""What a dropped file is taken for, told by its name; what it holds is looked at afterwards."""

from __future__ import annotations

from enum import StrEnum
from pathlib import PurePath


class DropKind(StrEnum):
    """What HR drop into inbox/."""

    RECORDS = "records"
    RECORDING = "recording"
    PAPER = "paper"
    """A signed PDF or a scan."""
    SIGNATURE = "signature"
    """A detached signature (CMS)."""
    BUNDLE = "bundle"
    """Several of these dropped as one; a folder is one too, whatever its name."""
    UNKNOWN = "unknown"


_ENDINGS = {
    DropKind.RECORDS: (".yaml", ".yml"),
    DropKind.RECORDING: (
        *(".wav", ".mp3", ".flac", ".ogg", ".oga", ".opus", ".amr"),
        *(".m4a", ".m4b", ".mp4", ".mov", ".3gp", ".mkv", ".webm"),
    ),
    DropKind.PAPER: (".pdf", ".tif", ".tiff", ".jpg", ".jpeg", ".png"),
    DropKind.SIGNATURE: (".cms", ".p7s", ".sig"),
    DropKind.BUNDLE: (".zip",),
}


def kind_of(name: str) -> DropKind:
    """The kind of a file of that name, whatever the case of its ending."""
    ending = PurePath(name).suffix.lower()
    return next((kind for kind, endings in _ENDINGS.items() if ending in endings), DropKind.UNKNOWN)


def endings_of(kind: DropKind) -> tuple[str, ...]:
    """How the names of files of that kind end."""
    return _ENDINGS.get(kind, ())
