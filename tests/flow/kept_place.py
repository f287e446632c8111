"""A place of work with the sample filed in it, made once and copied for each test."""

from __future__ import annotations

import shutil
import tempfile
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from pipeline.archive.ocfl.verify import Problem
from pipeline.flow.maintenance.verify import Asked, VerifyOutcome, check
from pipeline.flow.site.places import Places
from pipeline.flow.site.seal_roots import known_roots
from tests.archive.ocfl_support import SCRATCH
from tests.e2e.place import Place, sample

NOW = datetime(2026, 2, 1, 3, tzinfo=UTC)


@cache
def _made() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="jeke-kept-", dir=SCRATCH))
    try:
        place = Place.make(folder / "place")
        place.drop("sample.yaml", sample("recommended"))
        ran = place.run_once()
        assert ran.status == 0, ran.err
    except BaseException:
        shutil.rmtree(folder)
        raise
    return place.folder


def kept_place(folder: Path) -> Place:
    """A copy at `folder`, which is not there yet."""
    shutil.copytree(_made(), folder)
    return Place(folder)


def clear() -> None:
    """Takes the copy's original away again."""
    if _made.cache_info().currsize:
        shutil.rmtree(_made().parent)
        _made.cache_clear()


def places(place: Place) -> Places:
    names = ("inbox", "outbox", "archive", "recordings", "state", "templates")
    return Places(**{name: place.folder / name for name in names})


def asked(place: Place, *, quick: bool = False, fresh: bool = False, workers: int = 1) -> Asked:
    where = places(place)
    return Asked(where, quick=quick, roots=known_roots(where.seal), now=NOW, fresh=fresh, workers=workers)


def checked(place: Place, *, quick: bool = False, fresh: bool = False, workers: int = 1) -> VerifyOutcome:
    told: list[Problem] = []
    outcome = check(asked(place, quick=quick, fresh=fresh, workers=workers), told.append, lambda _: None)
    assert told == outcome.problems
    return outcome


def codes(outcome: VerifyOutcome) -> set[tuple[str, str]]:
    return {(problem.code, problem.path) for problem in outcome.problems}
