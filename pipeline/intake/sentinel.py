"""The mark in inbox/ that tells an empty folder from one that is not mounted.

Without it nothing is looked for and nothing given back: what is written into the empty mount point of a share
would be out of sight as soon as the share is there again.

The mark is laid by `jeke init`, which a person calls, and by the first run of a place of work that has none
yet. That it was laid once is remembered in state/; from then on a missing mark is an alarm, never made good
silently.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from pipeline.domain.errors import MachineError
from pipeline.system.files import sync_folder, write_file

SENTINEL = ".jeke-inbox"
KNOWN = "inbox-marked"
"""In state/: this place of work has had its inbox/ marked."""

_WORDS = """\
Бұл файлды өшірмеңіз: jeke осы белгі арқылы inbox қалтасының орнында екенін біледі.
Не удаляйте этот файл: по нему программа jeke узнает, что папка на месте.
"""


class InboxGoneError(MachineError):
    """inbox/ is not there, or what is there is not it: to be waited for."""


def require_marked(inbox: Path) -> None:
    """Makes sure that the folder is the one that was marked.

    Raises:
        InboxGoneError: `inbox_unmarked`, or `inbox_unreadable` with the system's `reason`.
    """
    try:
        os.lstat(inbox / SENTINEL)
    except (FileNotFoundError, NotADirectoryError):
        raise InboxGoneError("inbox_unmarked") from None
    except OSError as error:
        raise InboxGoneError("inbox_unreadable", reason=error.strerror or "") from error


def was_marked(state: Path) -> bool:
    """Whether this place of work has had its inbox/ marked."""
    return (state / KNOWN).exists()


def mark(inbox: Path, state: Path) -> bool:
    """Marks the folder as the inbox of this place of work; False where it is marked already.

    Raises:
        OSError: one of the two cannot be written.
    """
    laid = _lay(inbox / SENTINEL, _WORDS.encode())
    _lay(state / KNOWN, b"")
    return laid


def _lay(path: Path, data: bytes) -> bool:
    with suppress(FileExistsError):
        write_file(path, data)
        sync_folder(path.parent)
        return True
    return False
