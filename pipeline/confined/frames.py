"""What goes between the service and a confined child: JSON and some bytes, with their lengths before.

Neither side trusts a length: the service bounds what it takes in, and what comes back is JSON, never pickle,
of so many values and so deep that reading it costs no more than its bytes.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from typing import Any, Final, NoReturn

HEAD: Final = struct.Struct(">IQ")
"""Length of the JSON, length of the bytes after it."""
_MOST_VALUES: Final = 1_000_000
"""A list of three bytes takes sixty once it is read."""


def packed(told: Mapping[str, object], data: bytes = b"") -> bytes:
    """One message."""
    text = json.dumps(told).encode()
    return HEAD.pack(len(text), len(data)) + text + data


def unpacked(text: bytes) -> dict[str, Any]:
    """The JSON object of a message.

    Raises:
        ValueError: it is none.
    """
    if sum(map(text.count, (b",", b"[", b"{"))) > _MOST_VALUES:
        raise ValueError("too many values")
    try:
        told = json.loads(text, parse_constant=_no_number)
    except RecursionError as error:
        raise ValueError("lists within lists") from error
    if not isinstance(told, dict):
        raise ValueError("no object")  # noqa: TRY004  # told as all that is no message
    return told


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)
