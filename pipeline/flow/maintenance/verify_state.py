"""The state beside the archive, as far as its damage shows: the journal, the keys, the authorities kept."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from pipeline.archive.index.locations import Index
from pipeline.archive.ocfl.verify import Problem
from pipeline.domain.errors import MachineError
from pipeline.flow.site import keys
from pipeline.flow.site.places import Places
from pipeline.flow.site.seal_roots import damaged_roots


def state_problems(places: Places, index: Index | None, *, own_seal: bool) -> Iterator[Problem]:
    """What no longer reads, `state-damaged`, and keys that papers hang on and that are gone, `state-missing`.

    Files that are not there yet are neither. `path` is that in state/.
    """
    damaged = [*damaged_roots(places.seal)]
    if places.journal.is_file() and not _is_sound(places.journal):
        damaged.append(places.journal)
    damaged += [_file(error) for error in keys.damaged(places, own_seal=False)]
    gone = [] if index is None else map(_file, keys.gone(places, index, own_seal=own_seal))
    for code, files in (("state-missing", gone), ("state-damaged", damaged)):
        yield from (Problem(code, None, str(path.relative_to(places.state))) for path in files)


def _file(error: MachineError) -> Path:
    return Path(str(error.params["file"]))


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
