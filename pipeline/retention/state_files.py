"""Files of the cleanup's own state: put whole, or a line added; a refusal of the disk in our own words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.domain.errors import MachineError
from pipeline.system.files import append_line, atomic_write, make_folders


def put(path: Path, data: bytes) -> None:
    """Puts a whole file in place of what is there, or nothing.

    Raises:
        MachineError: `retention_unusable`.
    """
    with translated():
        make_folders(path.parent)
        atomic_write(path, data)


def add_line(path: Path, line: bytes) -> None:
    """Adds a line; what a kill left of a half line before it is parted from it.

    Raises:
        MachineError: `retention_unusable`.
    """
    with translated():
        make_folders(path.parent)
        append_line(path, line)


@contextmanager
def translated() -> Iterator[None]:
    """A refusal of the disk, in our own words.

    Raises:
        MachineError: `retention_unusable`.
    """
    try:
        yield
    except OSError as error:
        raise MachineError("retention_unusable", reason=error.strerror or "") from error
