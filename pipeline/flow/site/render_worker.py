"""The second renderer, a process of its own (see `render_pool`): state folder, key and passphrase file.

A question is a packed order; an answer is the sealed PDF, or the name of what went wrong.
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import BinaryIO

from pipeline.documents.rendering.render import RdocxWorker
from pipeline.documents.rendering.warm_worker import LENGTH_BYTES
from pipeline.documents.sealing.mark_key import ensure_key
from pipeline.documents.sealing.seal import Sealer
from pipeline.flow.site.render_pool import Order, Tools


def main(state: Path, seal: Path, passphrase: Path | None, questions: BinaryIO, answers: BinaryIO) -> None:
    """Answers until the questions end: a signal to the whole group is the first process's business."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    secret = passphrase.read_bytes().strip() if passphrase else b""
    tools = Tools(RdocxWorker(), Sealer.from_pkcs12(seal, secret), ensure_key(state))
    while head := questions.read(LENGTH_BYTES):
        order = Order.unpacked(questions.read(int.from_bytes(head)))
        try:
            answer = b"+" + tools.render(order)
        except Exception as error:  # noqa: BLE001  # whatever it is, the first process makes it again and says
            answer = b"-" + type(error).__name__.encode()
        answers.write(len(answer).to_bytes(LENGTH_BYTES) + answer)
        answers.flush()


if __name__ == "__main__":
    main(
        Path(sys.argv[1]),
        Path(sys.argv[2]),
        Path(sys.argv[3]) if sys.argv[3] else None,
        sys.stdin.buffer,
        sys.stdout.buffer,
    )
