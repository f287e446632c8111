"""rdocx in a process of its own (see warm_worker): a crash or a hang in it costs one document, not the run.

Run as a script: it imports the library alone. A question is the title, a line end, the .docx.
"""

import sys
from typing import BinaryIO

import rdocx


def main(questions: BinaryIO, answers: BinaryIO) -> None:
    """Answers until the questions end."""
    while head := questions.read(4):
        title, _, docx = questions.read(int.from_bytes(head, "big")).partition(b"\n")
        try:
            answer = b"+" + laid_out(docx, title.decode())
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # noqa: BLE001  # a panic in the Rust library is no Exception
            answer = b"-" + type(error).__name__.encode()
        answers.write(len(answer).to_bytes(4, "big") + answer)
        answers.flush()


def laid_out(docx: bytes, title: str) -> bytes:
    """The PDF/A-2b as rdocx makes it, the same bytes for the same document."""
    document = rdocx.Document.from_bytes(docx)
    document.core_properties.title = title
    pdf: bytes = document.to_pdfa_deterministic("pdfa-2b")
    return pdf


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
