"""A case whose IIN is corrected moves to the right person's file, whole: killed anywhere, it lies in one."""

from __future__ import annotations

import itertools
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from pipeline.archive.ocfl.storage_root import StorageRoot
from pipeline.archive.person.filed_documents import Document, How
from pipeline.cli.context import CliContext
from pipeline.domain.records import Kind, Ref
from pipeline.flow.casefile.papers.made import Returned
from pipeline.flow.scans.signed import SignedPaper, file_signed
from pipeline.flow.site.workplace import Workplace
from pipeline.intake.claim import claim, finish
from pipeline.intake.journal import DropState, Journal
from tests.archive.ocfl_support import SCRATCH, at_step, die, faults_by_ocfl_py, in_a_process, was_killed
from tests.e2e.place import Place, documents_of, sample

CASE = Ref(Kind.CASE, "QRG-PD-2025-014")
WRONG, RIGHT = "850314390019", "850314300400"
SIGNED = "annex-1", "annex-3-01"


@pytest.fixture(scope="module")
def under_the_wrong_iin() -> Iterator[Place]:
    """Two papers of the case have come back signed."""
    with tempfile.TemporaryDirectory(dir=SCRATCH) as folder:
        place = Place.make(Path(folder) / "place")
        place.drop("a.yaml", sample("recommended"))
        assert place.run_once().status == 0
        for name in SIGNED:
            _sign(place, name)
        yield place


@pytest.fixture
def place(under_the_wrong_iin: Place) -> Iterator[Place]:
    with tempfile.TemporaryDirectory(dir=SCRATCH) as folder:
        yield under_the_wrong_iin.copied_to(Path(folder))


def corrected() -> str:
    (case,) = [d for d in documents_of(sample("recommended")) if "kind: case" in d]
    return case.replace(f'"{WRONG}"', f'"{RIGHT}"')


@contextmanager
def opened(place: Place) -> Iterator[Workplace]:
    with CliContext.of(["--config", str(place.folder / "config.yaml")]).workplace() as work:
        yield work


def papers(place: Place) -> dict[str, Document]:
    with opened(place) as work:
        return {d.document.name: d.document for d in work.index.documents(CASE)}


def _sign(place: Place, name: str) -> None:
    with opened(place) as work, Journal.open(work.places.journal) as journal:
        (work.places.inbox / "скан.pdf").write_bytes(f"%PDF signed {name}".encode())
        claimed = claim(work.places.inbox / "скан.pdf", work.places.work, journal, now=work.clock())
        filed = next(d for d in work.index.documents(CASE) if d.document.name == name)
        came = Returned(f"%PDF signed {name}".encode(), How.SCAN, beside={f"{name}-report.json": b"{}"})
        file_signed(work, journal, claimed, [SignedPaper(filed, came)])
        finish(claimed, work.places.work, journal, DropState.DONE, now=work.clock(), detail={})


def holders(place: Place) -> list[str]:
    """The IINs whose files show the case now."""
    lists = [o.read("inner-list.txt").decode() for o in place.objects() if "person.json" in o.state]
    return [iin for iin in (WRONG, RIGHT) for text in lists if iin in text and CASE.id in text]


def test_what_came_back_signed_moves_along(place: Place) -> None:
    before = papers(place)
    place.drop("case.yaml", corrected())
    assert place.run_once().status == 0
    now = papers(place)
    assert holders(place) == [RIGHT]
    assert now["annex-3-01"] == before["annex-3-01"]
    filed = next(o for o in place.objects() if RIGHT in o.read("inner-list.txt").decode())
    signed = now["annex-3-01"].signed
    assert signed is not None
    assert filed.read(signed.path) == b"%PDF signed annex-3-01"
    assert [filed.read(path) for path in signed.beside] == [b"{}"]
    assert faults_by_ocfl_py(place.folder / "archive") == []
    ran = place.jeke("verify")
    assert "content-" not in ran.out


def test_killed_between_the_versions_the_case_lies_in_one_file(place: Place) -> None:
    place.drop("case.yaml", corrected())
    killed = 0
    for number in itertools.count(1):
        with tempfile.TemporaryDirectory(dir=SCRATCH) as folder:
            one = place.copied_to(Path(folder))
            if not was_killed(in_a_process(killed_before_version(one, number))):
                break
            killed += 1
            _goes_on(one)
    assert killed > 1


@pytest.mark.skipif("JEKE_SOAK" not in os.environ, reason="JEKE_SOAK=40: so many kills at any step")
def test_killed_anywhere_the_case_lies_in_one_file(place: Place) -> None:
    place.drop("case.yaml", corrected())
    with tempfile.TemporaryDirectory(dir=SCRATCH) as folder, at_step(0, die) as calls:
        assert place.copied_to(Path(folder)).run_once().status == 0
    kills = int(os.environ["JEKE_SOAK"])
    for number in sorted({1 + n * len(calls) // kills for n in range(kills)}):
        with tempfile.TemporaryDirectory(dir=SCRATCH) as folder:
            one = place.copied_to(Path(folder))
            in_a_process(killed_at(one, number))
            _goes_on(one)


def _goes_on(place: Place) -> None:
    ran = place.run_once()
    assert ran.status == 0, ran.err
    assert holders(place) == [RIGHT]
    assert papers(place)["annex-3-01"].signed is not None
    assert "index-" not in place.jeke("verify").out


def killed_at(place: Place, number: int) -> Callable[[], object]:
    def work() -> None:
        with at_step(number, die):
            place.run_once()

    return work


def killed_before_version(place: Place, number: int) -> Callable[[], object]:
    written = StorageRoot.write_version
    calls = itertools.count(1)

    def watched(*args: Any, **kwargs: Any) -> str | None:
        if next(calls) == number:
            die()
        return written(*args, **kwargs)

    def work() -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(StorageRoot, "write_version", watched)
            place.run_once()

    return work
