"""One writer per storage root; the kernel lets go of a dead process's lock.

The lock lies on the root's own declaration file: always there, never replaced, outside of every object.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from pipeline.archive.ocfl.layout import ROOT_DECLARATION
from pipeline.domain.errors import MachineError
from pipeline.system.locks import BusyError, locked

PATIENCE = 60.0  # seconds; a version takes milliseconds, the check of one suspect object rarely more


@contextmanager
def writing(root: Path) -> Iterator[None]:
    """Alone in the storage root.

    Raises:
        MachineError: `archive-busy` after a minute's wait; `archive-write` where the root cannot be written.
    """
    with _locked(root, "archive-write", shared=False):
        yield


@contextmanager
def undisturbed(root: Path) -> Iterator[None]:
    """No version is being written meanwhile; other readers may read.

    Raises:
        MachineError: `archive-busy` after a minute's wait; `archive-read` where there is no storage root.
    """
    with _locked(root, "archive-read", shared=True):
        yield


@contextmanager
def _locked(root: Path, unusable: str, *, shared: bool) -> Iterator[None]:
    with ExitStack() as stack:
        try:
            stack.enter_context(locked(root / ROOT_DECLARATION, shared=shared, patience_seconds=PATIENCE))
        except BusyError:
            raise MachineError("archive-busy", seconds=int(PATIENCE)) from None
        except OSError as error:
            raise MachineError(unusable, reason=error.strerror or "") from error
        yield
