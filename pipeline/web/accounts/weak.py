"""Which passwords are refused (ASVS 6.2): short ones, those everybody tries first, one's own name."""

from __future__ import annotations

import unicodedata
from typing import Final

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

SHORTEST: Final = 15
LONGEST: Final = 200
_FEW: Final = 5
"""Different characters at least."""


def weak(password: str, name: str, full_name: str) -> str:
    """Why it is refused: "short", "long", "common", "name", "same"; empty where it will do."""
    if len(password) < SHORTEST:
        return "short"
    if len(password) > LONGEST:
        return "long"
    if len(set(password)) < _FEW:
        return "same"
    folded = unicodedata.normalize("NFKC", password).casefold()
    own = [name, *full_name.casefold().split()]
    rest = folded
    for word in own:
        rest = rest.replace(word.casefold(), "")
    if len(rest) < SHORTEST // 2:
        return "name"
    try:
        CommonPasswordValidator().validate(password)
    except ValidationError:
        return "common"
    return ""
