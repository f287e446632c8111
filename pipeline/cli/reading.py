"""Record files named on the command line, read together: the records of all of them, or all their errors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.documents.content.printable import unprintable
from pipeline.domain.errors import MachineError, NotFoundError
from pipeline.domain.records import Ref
from pipeline.domain.source import InputError, Source
from pipeline.messages.frames import Where
from pipeline.record_format.reader import ReadRecord, read_stream


@dataclass(frozen=True, slots=True)
class Files:
    """What the files hold; where there are errors, those alone."""

    records: tuple[ReadRecord, ...]
    errors: tuple[InputError, ...]

    @property
    def sources(self) -> dict[Ref, Source]:
        """Where each record was read from."""
        return {read.record.ref: read.source for read in self.records}


def read_files(paths: Iterable[Path]) -> Files:
    """The records of the files, taken together as if they stood in one.

    No order is meant between files, so the same record in two of them is an error, as it is within one.

    Raises:
        NotFoundError: `no_file`, one of them is not there or is a folder.
        MachineError: `file_unreadable`, one of them cannot be opened.
    """
    results = [read_stream(_bytes(path), str(path), unprintable) for path in dict.fromkeys(paths)]
    records = tuple(record for result in results for record in result.records)
    errors = tuple(error for result in results for error in result.errors) or tuple(_twice(records))
    return Files((), errors) if errors else Files(records, ())


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        raise NotFoundError("no_file", file=str(path)) from None
    except OSError as error:
        raise MachineError("file_unreadable", file=str(path), reason=error.strerror or "") from None


def _twice(records: Iterable[ReadRecord]) -> Iterator[InputError]:
    first: dict[Ref, Source] = {}
    for read in records:
        ref, source = read.record.ref, read.source
        earlier = first.setdefault(ref, source)
        if earlier is not source:
            params = {
                "kind": ref.kind.value,
                "id": ref.id,
                "first_file": earlier.file,
                "first_line": earlier.place("id").line,
            }
            where = Where.of(source, "id")
            yield InputError(
                "duplicate_in_files", source.file, where.place.line, where.place.column, params, where.line
            )
