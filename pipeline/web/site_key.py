"""The key by which Django signs what it gives to browsers."""

from __future__ import annotations

import errno
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Final

from pipeline.domain.errors import MachineError
from pipeline.system.files import make_folder, place_once, read_file

_NAME: Final = "site.key"
_FOLDER_MODE: Final = 0o770


def site_key(folder: Path) -> str:
    """The key of `state/web/`, made where there is none. A new one ends all sessions, and nothing else.

    Raises:
        MachineError: `web_folder`, it can neither be read nor made, or is another user's: what `jeke account`
            made there as root or as the service, the page could not open.
    """
    path = folder / _NAME
    try:
        if not folder.is_dir():
            make_folder(folder)
        if folder.stat().st_uid != os.geteuid():
            raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))
        with suppress(FileNotFoundError):
            return read_file(path).decode("ascii")
        place_once(path, secrets.token_urlsafe(48).encode())
        return read_file(path).decode("ascii")
    except OSError as error:
        raise MachineError("web_folder", folder=str(folder), reason=error.strerror or "") from error
