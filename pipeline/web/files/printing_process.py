"""The helper of `printing`: reads what to print, writes the PDF to the file it was given.

It prints nothing where it is done, else the error as JSON: its class, its code, its values.
"""

from __future__ import annotations

import json
import os
import sys
from typing import BinaryIO

from pipeline.archive.index.locations import Index
from pipeline.archive.person.filed_documents import Document
from pipeline.domain.errors import JekeError, NotFoundError
from pipeline.domain.records import Kind, Ref
from pipeline.flow.casefile.papers.printing import merged
from pipeline.flow.lookup.papers import Wanted, read
from pipeline.web import site


def main(asked: bytes, out: BinaryIO) -> None:
    """Writes the PDF.

    Raises:
        JekeError: as `printing.merged`.
    """
    question = json.loads(asked)
    with site.opened() as place:
        papers = [
            (
                Ref(Kind(record[0]), record[1]) if record else None,
                document := _document(place.index, object_id, path),
                read(place.root, Wanted(object_id, path, "", "", document)),
            )
            for object_id, path, record in question["papers"]
        ]
        out.write(merged(place, papers, whole=question["whole"], duplex=question["duplex"]))


def _document(index: Index, object_id: str, path: str) -> Document:
    for filed in index.documents(object_id):
        if path in filed.document.paths:
            return filed.document
    raise NotFoundError("nothing_found")


if __name__ == "__main__":
    try:
        with os.fdopen(int(sys.argv[1]), "wb") as given:
            main(sys.stdin.buffer.read(), given)
    except JekeError as error:
        sys.stdout.write(json.dumps([type(error).__name__, error.code, error.params]))
        sys.exit(1)
