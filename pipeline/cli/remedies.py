"""What is to be done about what a verification found: by what is damaged, each said once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

_OF_ARCHIVE: Final = "cli.verify.broken.remedy"
_REMEDIES: Final = (
    ("recording-key_missing", "key_missing"),
    ("recording-key_damaged", "key_damaged"),
    ("recording-key_foreign", "key_foreign"),
    ("recording-under_way", "under_way"),
    ("recording-", "recording"),
    ("index-", "index"),
    ("audit-", "audit"),
    ("state-", "state"),
    ("place-", "state"),
)
"""By the beginning of the code, the first that fits; keys are in no backup, which is no advice there."""


def remedies_of(codes: Iterable[str]) -> tuple[str, ...]:
    """The keys of their texts; all that is not named here is the archive's own damage."""
    return tuple(dict.fromkeys(map(_remedy_of, codes)))


def _remedy_of(code: str) -> str:
    return next((f"cli.verify.remedy.{of}" for start, of in _REMEDIES if code.startswith(start)), _OF_ARCHIVE)
