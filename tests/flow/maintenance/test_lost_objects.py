"""What the chain says was filed is there, whole and in its newest version, or is named."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from pipeline.archive.audit.log import AuditEvent, AuditLog
from pipeline.archive.ocfl.storage_root import OcflObject
from tests.archive.ocfl_support import SCRATCH, at_step, die, in_a_process, steps_of
from tests.e2e.place import Place, documents_of, sample
from tests.flow import kept_place as kept


@pytest.fixture(scope="module", autouse=True)
def _clear() -> Iterator[None]:
    yield
    kept.clear()


@pytest.fixture
def place() -> Iterator[Place]:
    with TemporaryDirectory(dir=SCRATCH) as folder:
        yield kept.kept_place(Path(folder) / "p")


def named(place: Place, *objects: OcflObject) -> None:
    """By verify, quick and full, by audit and by backup, whether the index was made anew or not."""
    for anew in (False, True):
        if anew:
            (place.folder / "state/index.sqlite").unlink()
            place.jeke("find", "x")
        for command in (("verify", "--quick"), ("verify", "--fresh"), ("audit", "--verify")):
            ran = place.jeke(*command)
            assert ran.status == 1, (command, anew)
            assert all(o.id in ran.out for o in objects), (command, anew, ran.out)
        ran = place.jeke("backup", str(place.folder.parent / f"backup-{anew}"))
        assert ran.status == 1
        assert all(o.id in ran.out for o in objects), ran.out


def test_any_object_gone_is_named_whichever_it_is(place: Place) -> None:
    for lost in place.objects():
        shutil.move(lost.root, place.folder / "aside")
        ran = place.jeke("audit", "--verify")
        assert (ran.status, lost.id in ran.out) == (1, True)
        assert json.loads(place.jeke("audit", "--verify", "--json").out)["problems"]
        shutil.move(place.folder / "aside", lost.root)
    assert place.jeke("audit", "--verify").status == 0


def test_a_person_gone_and_the_index_made_anew(place: Place) -> None:
    (person,) = [o for o in place.objects() if "person.json" in o.state]
    shutil.rmtree(person.root)
    named(place, person)


def test_half_of_the_archive_gone(place: Place) -> None:
    lost = place.objects()[::2]
    for one in lost:
        shutil.rmtree(one.root)
    named(place, *lost)


def test_what_the_last_backup_had_is_missed_even_where_chain_and_index_are_silent(place: Place) -> None:
    """The chain put back too: only the backup's own former list knows."""
    backup = str(place.folder.parent / "backup")
    shutil.copytree(place.folder, place.folder.parent / "earlier")
    earlier = Place(place.folder.parent / "earlier")
    place.drop("more.yaml", sample("refused"))
    assert place.run_once().status == 0
    new = {o.id for o in place.objects()} - {o.id for o in earlier.objects()}
    assert new
    assert place.jeke("backup", backup).status == 0
    ran = earlier.jeke("backup", backup)
    assert ran.status == 1
    assert all(object_id in ran.out for object_id in new)


def test_a_version_gone_back(place: Place) -> None:
    for day in ("2025-10-22", "2025-10-23"):
        kept_before = {o.id: (o.root, o.head) for o in place.objects()}
        shutil.rmtree(place.folder / "before", ignore_errors=True)
        shutil.copytree(place.folder / "archive", place.folder / "before")
        text = sample("recommended").replace("filled_on: 2025-10-21", f"filled_on: {day}")
        place.drop("again.yaml", text.replace("acquainted_on: 2025-10-21", f"acquainted_on: {day}"))
        assert place.run_once().status == 0
    back = [o for o in place.objects() if o.head != kept_before[o.id][1]]
    assert back
    for one in back:
        shutil.rmtree(one.root)
        shutil.copytree(place.folder / "before" / one.root.relative_to(place.folder / "archive"), one.root)
    named(place, *back)


def test_a_version_that_is_gone_is_not_hidden_by_the_next_one_filed_in_its_place(place: Place) -> None:
    """An older archive is put back, the service goes on and files another version of the same number."""
    shutil.copytree(place.folder / "archive", place.folder / "before")
    text = next(d for d in documents_of(sample("recommended")) if "kind: case" in d)
    place.drop("lost.yaml", text.replace("filled_on: 2025-10-21", "filled_on: 2025-10-22"))
    assert place.run_once().status == 0
    shutil.rmtree(place.folder / "archive")
    shutil.copytree(place.folder / "before", place.folder / "archive")
    place.drop("over_it.yaml", text.replace("filled_on: 2025-10-21", "filled_on: 2025-10-23"))
    assert place.run_once().status == 0
    (person,) = [o for o in place.objects() if "Әбілқасов" in o.read("inner-list.txt").decode()[:200]]
    assert place.jeke("reindex").status == 0
    ran = place.jeke("audit", "--verify")
    assert ran.status == 1
    assert "version-replaced" in ran.out
    named(place, person)


def test_killed_while_filing_nothing_is_missed_afterwards() -> None:
    """Between entry and version, at every step: told of as not done, and no false alarm."""
    not_done = 0
    with TemporaryDirectory(dir=SCRATCH) as name:
        origin = Place.make(Path(name) / "origin")
        origin.drop("a.yaml", sample("refused"))
        whole = Place(Path(shutil.copytree(origin.folder, Path(name) / "whole")))
        steps = steps_of(whole.run_once)
        for number in range(steps // 3, steps, steps // 16):  # before that templates are taken up
            place = Place(Path(shutil.copytree(origin.folder, Path(name) / str(number))))

            def dies(place: Place = place, number: int = number) -> Callable[[], object]:
                with at_step(number, die):
                    place.run_once()
                return place.run_once

            ended = in_a_process(dies)
            assert place.jeke("audit", "--verify").status == 0, number
            assert place.jeke("verify").status == 0 or os.WIFSIGNALED(ended), number
            assert place.run_once().status == 0
            for command in (("verify",), ("audit", "--verify")):
                ran = place.jeke(*command)
                assert ran.status == 0, (number, command, ran.out)
            told = AuditLog.open(place.folder / "state/audit").entries()
            not_done += sum(e.event == AuditEvent.NOT_DONE for e in told)
    assert not_done
