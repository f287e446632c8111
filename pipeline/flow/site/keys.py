"""The keys in state/ that papers already made hang on: one that is gone is never replaced without a word."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from pipeline.archive.audit.log import AuditEvent, AuditLog
from pipeline.archive.index.locations import Index
from pipeline.documents.sealing.key_files import MARKS_KEY, TEST_SEAL
from pipeline.documents.sealing.mark_key import ensure_key, read_key
from pipeline.domain.errors import MachineError
from pipeline.flow.site.kept_journal import is_lost
from pipeline.flow.site.places import Places

MARKS: Final = "marks-key"
SEAL: Final = "seal-key"


def marks_key(places: Places, index: Index) -> bytes:
    """The key of the marks, made where no paper was made yet.

    Raises:
        MachineError: `marks_key_gone`; as `ensure_key`.
    """
    for error in errors(places, index, own_seal=True):
        raise error
    return ensure_key(places.state)


def require(places: Places, index: Index, *, own_seal: bool) -> None:
    """Stops whoever is about to make papers, before any is begun.

    Raises:
        MachineError: `marks_key_gone`, `seal_key_gone`.
    """
    for error in errors(places, index, own_seal=own_seal):
        raise error


def errors(places: Places, index: Index, *, own_seal: bool) -> Iterator[MachineError]:
    """For what is gone, and for keys that are damaged; its path is `file`.

    `own_seal`: papers are sealed with the body's own key now.
    """
    yield from gone(places, index, own_seal=own_seal)
    yield from damaged(places, own_seal=own_seal)


def gone(places: Places, index: Index, *, own_seal: bool) -> Iterator[MachineError]:
    """For the journal and each key that papers in the archive hang on, if it is gone; its path is `file`."""
    if is_lost(places):
        yield MachineError("journal_gone", file=str(places.journal))
    if MARKS in (missing := frozenset(_gone(places, index))):
        yield MachineError("marks_key_gone", file=str(places.state / MARKS_KEY))
    if SEAL in missing and not own_seal:
        yield MachineError("seal_key_gone", file=str(places.seal / TEST_SEAL))


def damaged(places: Places, *, own_seal: bool) -> Iterator[MachineError]:
    """For each key that is there and cannot be used; its path is `file`."""
    uses: list[tuple[Path, Callable[[Path], object]]] = [(places.state / MARKS_KEY, read_key)]
    if not own_seal:
        uses.append((places.seal / TEST_SEAL, _open_seal))
    for path, use in uses:
        try:
            if path.exists():
                use(path)
        except MachineError as error:
            yield MachineError(error.code, file=str(path), why=str(error.params["why"]))


def _open_seal(path: Path) -> None:
    from pipeline.documents.sealing.seal import Sealer  # who only reads loads it where there is such a key

    Sealer.from_pkcs12(path, b"")


def _gone(places: Places, index: Index) -> Iterator[str]:
    """Papers of imported files were made elsewhere: they do not hang on a key of this place."""
    marks = (places.state / MARKS_KEY).exists()
    seal = (places.seal / TEST_SEAL).exists()
    if marks and seal:
        return
    entries = AuditLog.open(places.audit).entries()
    imported = {o for entry in entries if entry.event == AuditEvent.IMPORT for o in entry.objects}
    if not marks and index.has_documents(but=imported):
        yield MARKS
    if not seal and index.has_documents(but=imported, test_seal=True):
        yield SEAL
