"""The state beside the archive, as far as its damage shows: the journal, the keys, the authorities kept."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from pipeline.archive.index.locations import Index
from pipeline.archive.ocfl.verify import Problem
from pipeline.documents.sealing.key_files import MARKS_KEY, TEST_SEAL
from pipeline.documents.sealing.mark_key import KEY_BYTES
from pipeline.documents.sealing.seal import Sealer
from pipeline.domain.errors import JekeError
from pipeline.flow.site import keys
from pipeline.flow.site.places import Places
from pipeline.flow.site.seal_roots import damaged_roots


def state_problems(places: Places, index: Index | None, *, own_seal: bool) -> Iterator[Problem]:
    """What no longer reads, `state-damaged`, and keys that papers hang on and that are gone, `state-missing`.

    Files that are not there yet are neither. `path` is that in state/.
    """
    if index is not None:
        for error in keys.errors(places, index, own_seal=own_seal):
            path = Path(str(error.params["file"])).relative_to(places.state)
            yield Problem("state-missing", None, str(path))
    damaged = [*damaged_roots(places.seal)]
    if places.journal.is_file() and not _is_sound(places.journal):
        damaged.append(places.journal)
    key = places.state / MARKS_KEY
    if key.is_file() and key.stat().st_size != KEY_BYTES:
        damaged.append(key)
    test_key = places.seal / TEST_SEAL
    if test_key.is_file() and not _opens(test_key):
        damaged.append(test_key)
    yield from (Problem("state-damaged", None, str(path.relative_to(places.state))) for path in damaged)


def _is_sound(path: Path) -> bool:
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=30)) as journal:
            return bool(journal.execute("PRAGMA integrity_check").fetchone()[0] == "ok")
    except (
        sqlite3.OperationalError
    ):  # locked, or a reader without the right to open its log: nothing is known
        return True
    except sqlite3.DatabaseError:
        return False


def _opens(path: Path) -> bool:
    try:
        Sealer.from_pkcs12(path, b"")
    except JekeError:
        return False
    return True
