"""`jeke serve`: gunicorn with the page in it, on loopback or on a Unix socket behind a reverse proxy."""

from __future__ import annotations

import ipaddress
import os
import sys
from pathlib import Path
from typing import Final

from pipeline.domain.errors import RefusedError
from pipeline.web.site import CONFIG_VARIABLE, SOCKET_VARIABLE

DEFAULT_BIND: Final = "127.0.0.1:8218"
_UNIX: Final = "unix:"
_TIMEOUT_SECONDS: Final = 120


def serve(config_file: Path, bind: str, workers: int) -> None:
    """Becomes gunicorn's process: does not return.

    Raises:
        RefusedError: `serve_open`: the address can be reached from other machines, and what is sent there is
            not encrypted.
    """
    socket = bind.startswith(_UNIX)
    if not socket and not _is_loopback(bind):
        raise RefusedError("serve_open", bind=bind)
    environment = {**os.environ, CONFIG_VARIABLE: str(config_file.absolute())}
    environment["DJANGO_SETTINGS_MODULE"] = "pipeline.web.settings"
    environment.pop(SOCKET_VARIABLE, None)
    if socket:
        environment[SOCKET_VARIABLE] = "1"
    arguments = [
        sys.executable,
        "-m",
        "gunicorn",
        "pipeline.web.application:application",
        f"--bind={bind}",
        f"--workers={workers}",
        "--worker-class=gthread",
        "--threads=4",
        f"--timeout={_TIMEOUT_SECONDS}",
        "--no-control-socket",
        "--umask=7",
        "--log-level=warning",
        "--name=jeke-serve",
        "--worker-tmp-dir=/dev/shm",
        "--forwarded-allow-ips=" + ("*" if socket else "127.0.0.1"),
    ]
    os.execve(sys.executable, arguments, environment)  # noqa: S606  # a program of ours, no shell


def _is_loopback(bind: str) -> bool:
    """Whether only this machine reaches the address."""
    host = bind.rpartition(":")[0].strip("[]")
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
