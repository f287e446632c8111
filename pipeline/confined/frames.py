"""What goes between the service and a confined child: JSON and some bytes, with their lengths before.

Neither side trusts a length: the service bounds what it takes in, and what comes back is JSON, never pickle.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from typing import Any, Final

HEAD: Final = struct.Struct(">IQ")
"""Length of the JSON, length of the bytes after it."""


def packed(told: Mapping[str, object], data: bytes = b"") -> bytes:
    """One message."""
    text = json.dumps(told).encode()
    return HEAD.pack(len(text), len(data)) + text + data


def unpacked(text: bytes) -> dict[str, Any]:
    """The JSON object of a message.

    Raises:
        ValueError: it is none.
    """
    told = json.loads(text)
    if not isinstance(told, dict):
        raise ValueError("no object")  # noqa: TRY004  # told as all that is no message
    return told
