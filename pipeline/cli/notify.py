"""The few words a service says to systemd (sd_notify): ready, alive, stopping."""

from __future__ import annotations

import os
import socket
from contextlib import suppress


def tell_manager(*words: str) -> None:
    """`READY=1`, `WATCHDOG=1`, `STOPPING=1`, `STATUS=…`; lost where the manager does not listen."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as manager:
        manager.connect("\0" + address[1:] if address.startswith("@") else address)
        manager.sendall("\n".join(words).encode())


def alive() -> None:
    """Holds off the watchdog."""
    tell_manager("WATCHDOG=1")
