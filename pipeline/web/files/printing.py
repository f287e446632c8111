"""Papers put together for the printer, by a helper process: what makes papers is too large for a worker."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from tempfile import TemporaryFile
from typing import IO, Final

from pipeline.domain.errors import CorruptError, JekeError, MachineError, NotFoundError
from pipeline.flow.lookup.papers import Wanted
from pipeline.system import processes
from pipeline.web.site import CONFIG_VARIABLE

SECONDS: Final = 300.0
_ERRORS: Final[dict[str, type[JekeError]]] = {
    kind.__name__: kind for kind in (CorruptError, MachineError, NotFoundError)
}


def merged(wanted: Sequence[Wanted], *, whole: bool, duplex: bool) -> IO[bytes]:
    """One PDF, in a file that nobody else sees; `whole`: a case gets its inventory on top.

    Raises:
        CorruptError: a paper does not verify, or cannot be read.
        NotFoundError: one is gone meanwhile.
        MachineError: `printing_unusable`, the helper is at fault; the template or the renderer is.
    """
    question = {
        "papers": [
            [w.object_id, w.path, [w.record.kind.value, w.record.id] if w.record else None] for w in wanted
        ],
        "whole": whole,
        "duplex": duplex,
    }
    environment = {name: os.environ[name] for name in ("TZ", CONFIG_VARIABLE) if name in os.environ}
    environment |= {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    file: IO[bytes] = TemporaryFile()  # noqa: SIM115  # whoever answers with it closes it
    command = [sys.executable, "-m", "pipeline.web.files.printing_process", str(file.fileno())]
    try:
        status, told = processes.run(
            command, environment, json.dumps(question).encode(), files=[file.fileno()], seconds=SECONDS
        )
    except OSError as error:
        file.close()
        raise MachineError("printing_unusable", reason=error.strerror or "") from error
    if status or told:
        file.close()
        raise _error(status, told)
    return file


def _error(status: int, told: bytes) -> JekeError:
    try:
        kind, code, params = json.loads(told)
        return _ERRORS.get(kind, MachineError)(code, **params)
    except (ValueError, TypeError):
        return MachineError("printing_unusable", reason=str(status))
