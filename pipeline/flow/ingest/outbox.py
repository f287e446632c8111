"""outbox/: the documents to print and sign, and the answer beside them, a folder a record.

It holds what is current. What is not goes, if it is ours and safe: a PDF that its object of the archive holds
byte for byte, a list that the journal knows was laid so. Whatever people changed or put there stays.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path, PurePath

from pipeline.archive.person.filed_documents import DocumentState
from pipeline.documents.content.plan import DocumentKind
from pipeline.domain.errors import MachineError
from pipeline.domain.kazakh.latin import file_stem
from pipeline.domain.records import Ref
from pipeline.flow.site.workplace import Workplace
from pipeline.intake.files import UnfitError, opened
from pipeline.intake.journal import Journal
from pipeline.intake.own_folder import NotOursError, own_folder
from pipeline.system.files import new_file, rename

ANSWER = "жауап.txt"
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_ACT = str(DocumentKind.DESTRUCTION_ACT)
"""Acts of destruction are of their day: they stay."""
_FILE_MODE = 0o640
_FOLDER_MODE = 0o750


def folder_name(record_id: str) -> str:
    """The id itself where it is a plain file name, else its letters in Latin with a piece of its SHA-256."""
    if _PLAIN.fullmatch(record_id) and ".." not in record_id and not record_id.endswith("."):
        return record_id
    digest = hashlib.sha256(os.fsencode(record_id)).hexdigest()[:8]
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


def keep_current(place: Workplace, objects: Iterable[str]) -> int:
    """Takes papers that are not to be signed any more out of the folders of these objects' records.

    The objects have changed: all that one drop changed, so that a case which moved from one to another is
    known by both. Says how many files went; a folder that is empty then goes too.

    Raises:
        MachineError: `outbox_unusable`.
        CorruptError: an object does not verify.
    """
    objects = tuple(objects)

    @cache
    def filed(object_id: str) -> frozenset[str]:
        stored = place.root.get(object_id)
        return frozenset(map(str.lower, stored.inventory.raw["manifest"])) if stored else frozenset()

    def is_safe(digest: str) -> bool:
        return any(digest in filed(object_id) for object_id in objects)

    outbox = place.places.outbox
    return sum(_clear(outbox, ref.id, _to_be_signed(place, ref), is_safe) for ref in _records(place, objects))


def keep_all_current(place: Workplace) -> None:
    """The same of every folder there is: at start, for what an earlier version or a kill has left.

    Raises:
        MachineError, CorruptError: as `keep_current`.
    """
    try:  # a folder that holds an answer alone has nothing to lose: most are so after some years
        there = {path.parent.name for path in place.places.outbox.glob("*/*.pdf")}
    except OSError as error:
        raise MachineError("outbox_unusable", reason=error.strerror or "") from error
    found = {ref: place.index.object_of(ref) for ref in place.index.refs() if folder_name(ref.id) in there}
    stored = {
        *found.values(),
        *(w.object_id for w in place.index.withdrawn() if folder_name(w.record.id) in there),
    }
    for object_id in sorted(filter(None, stored)):
        keep_current(place, [object_id])


def lay_lists(
    place: Workplace, journal: Journal, record_id: str, lists: Mapping[str, bytes], *, pictures: bool = False
) -> None:
    """Lays what is no paper of the archive beside a record's papers; what it has no more of it goes.

    `pictures`: they are those of a sitting's ballots, else the lists of a campaign; both may bear one id.

    Raises:
        MachineError: `outbox_unusable`, `journal_unusable`.
    """
    before = {laid for laid in journal.laid(record_id) if laid[0].endswith(".png") is pictures}
    now = {(name, hashlib.sha256(data).hexdigest()) for name, data in lists.items()}
    journal.lay(record_id, now)
    if lists:
        put(place.places.outbox, record_id, lists)
    gone = before - now
    stale = {name: digest for name, digest in gone if name not in lists}
    if stale:
        _take_away(
            place.places.outbox, record_id, lambda path: _digest(path, "sha256") == stale.get(path.name)
        )
    journal.unlay(record_id, gone)


def _records(place: Workplace, objects: Iterable[str]) -> Iterator[Ref]:
    """Those that lie in the objects, withdrawn ones too."""
    for object_id in objects:
        yield from place.index.refs_of(object_id)
        yield from (withdrawn.record for withdrawn in place.index.withdrawn(object_id))


def _to_be_signed(place: Workplace, ref: Ref) -> frozenset[str]:
    """SHA-512 of the papers that not everybody has signed, as made and as signed so far."""
    papers = [f.document for f in place.index.documents(ref) if f.document.state is DocumentState.MADE]
    return frozenset(file.sha512.lower() for d in papers for file in (d, d.signed) if file is not None)


def _clear(outbox: Path, record_id: str, current: frozenset[str], is_safe: Callable[[str], bool]) -> int:
    def is_stale(path: Path) -> bool:
        if path.suffix != ".pdf" or path.name.startswith(_ACT):
            return False
        digest = _digest(path, "sha512")
        return digest != "" and digest not in current and is_safe(digest)

    return _take_away(outbox, record_id, is_stale)


def _take_away(outbox: Path, record_id: str, is_stale: Callable[[Path], bool]) -> int:
    """Removes those files from the record's folder, and the folder if it is empty then; says how many."""
    folder = outbox / folder_name(record_id)
    try:
        with own_folder(folder, make=False) as inside:
            stale = [path for path in inside.iterdir() if is_stale(path)]
            for path in stale:
                path.unlink()
        with suppress(OSError):
            folder.rmdir()
    except FileNotFoundError:
        return 0
    except (NotOursError, UnfitError) as error:
        raise MachineError("folder_squatted", folder=str(folder)) from error
    except OSError as error:
        raise MachineError("outbox_unusable", reason=error.strerror or "") from error
    return len(stale)


def _digest(path: Path, algorithm: str) -> str:
    """That of a plain file, in hexadecimal; empty for anything else."""
    try:
        with opened(PurePath(path)) as file:
            return hashlib.file_digest(file, algorithm).hexdigest()
    except (UnfitError, OSError):
        return ""


def _put(path: Path, data: bytes) -> None:
    part = path.with_name(f".{path.name}.part")
    with new_file(part, _FILE_MODE, replace=True) as file:
        file.write(data)
    rename(part, path)
