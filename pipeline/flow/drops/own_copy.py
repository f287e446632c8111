"""A dropped file read in place, however large: an unnamed copy on the disk that nobody else can write to."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Final

from pipeline.domain.errors import MachineError
from pipeline.intake.claim import Claimed
from pipeline.intake.files import UnfitError, opened

_CHUNK: Final = 1 << 20


@contextmanager
def own_copy(claimed: Claimed) -> Iterator[IO[bytes]]:
    """The drop as it was hashed, whoever still writes to the dropped file.

    Nothing of the copy is left, even by a kill.

    Raises:
        MachineError: `drop_changed`, it is no longer what was hashed; `work_unusable`.
    """
    with _copied(claimed) as copy:
        yield copy


def _copied(claimed: Claimed) -> IO[bytes]:
    digest = hashlib.sha256()
    try:
        copy: IO[bytes] = tempfile.TemporaryFile(dir=claimed.path.parent)  # noqa: SIM115  # the caller closes it
        with opened(claimed.path) as dropped:
            while piece := dropped.read(_CHUNK):
                digest.update(piece)
                copy.write(piece)
        copy.flush()
    except UnfitError as error:
        raise MachineError("drop_changed", drop=claimed.drop_id) from error
    except OSError as error:
        raise MachineError("work_unusable", reason=error.strerror or "") from error
    if digest.hexdigest() != claimed.sha256:
        copy.close()
        raise MachineError("drop_changed", drop=claimed.drop_id)
    return copy
