"""outbox/: the documents to print and sign, and the answer beside them, a folder a record."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path, PurePath

from pipeline.domain.errors import MachineError
from pipeline.domain.kazakh.latin import file_stem
from pipeline.intake.files import UnfitError, opened
from pipeline.intake.own_folder import NotOursError, own_folder

ANSWER = "жауап.txt"
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_FILE_MODE = 0o640
_FOLDER_MODE = 0o750


def folder_name(record_id: str) -> str:
    """The id itself where it is a plain file name, else its letters in Latin with a piece of its SHA-256."""
    if _PLAIN.fullmatch(record_id) and ".." not in record_id and not record_id.endswith("."):
        return record_id
    digest = hashlib.sha256(record_id.encode()).hexdigest()[:8]
    return f"{file_stem(record_id)}-{digest}".lstrip("-")


def put(outbox: Path, record_id: str, files: Mapping[str, bytes]) -> Path:
    """Puts files into the record's folder, each whole at once; what else lies there stays.

    Raises:
        MachineError: `outbox_unusable`.
    """
    folder = outbox / folder_name(record_id)
    try:
        outbox.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
        with own_folder(folder) as inside:
            for name, data in files.items():
                _put(inside / name, data)
    except (NotOursError, UnfitError) as error:
        raise MachineError("folder_squatted", folder=str(folder)) from error
    except OSError as error:
        raise MachineError("outbox_unusable", reason=error.strerror or "") from error
    return folder


def take_away(outbox: Path, record_id: str, filed: Collection[str]) -> int:
    """Removes from the record's folder what lies in the archive byte for byte, and says how many files.

    `filed`: SHA-512 digests in hexadecimal. Answers, and what HR changed or put there, stay; so does the
    folder unless it is empty then.

    Raises:
        MachineError: `outbox_unusable`.
    """
    folder = outbox / folder_name(record_id)
    try:
        with own_folder(folder, make=False) as inside:
            copies = [path for path in inside.iterdir() if _digest(path) in filed]
            for path in copies:
                path.unlink()
        with suppress(OSError):
            folder.rmdir()
    except FileNotFoundError:
        return 0
    except (NotOursError, UnfitError) as error:
        raise MachineError("folder_squatted", folder=str(folder)) from error
    except OSError as error:
        raise MachineError("outbox_unusable", reason=error.strerror or "") from error
    return len(copies)


def _digest(path: Path) -> str:
    """SHA-512 of a plain file; empty for anything else."""
    try:
        with opened(PurePath(path)) as file:
            return hashlib.file_digest(file, "sha512").hexdigest()
    except (UnfitError, OSError):
        return ""


def _put(path: Path, data: bytes) -> None:
    part = path.with_name(f".{path.name}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, _FILE_MODE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
