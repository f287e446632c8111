"""Every version of every object: told to the audit chain first, in the object's own events, indexed."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.archive.audit.log import AuditEvent, AuditLog
from pipeline.archive.ocfl.storage_root import OcflObject
from pipeline.archive.person.events import read_events
from pipeline.cli.context import CliContext
from pipeline.domain.errors import MachineError
from pipeline.flow.casefile.versions import Act, file_version
from pipeline.flow.maintenance.witnesses import witnesses
from pipeline.flow.site.seal_roots import known_roots
from tests.archive.ocfl_support import SCRATCH, at_step, die, faults_by_ocfl_py, in_a_process
from tests.e2e.place import Place, documents_of, sample
from tests.flow import kept_place as kept

DROP = "refused"
IIN = "010203500107"


@pytest.fixture
def place() -> Iterator[Place]:
    with tempfile.TemporaryDirectory(dir=SCRATCH) as folder:
        yield Place.make(Path(folder) / "place")


def chain(place: Place) -> AuditLog:
    return AuditLog.open(place.folder / "state" / "audit")


def closed_versions(filed: OcflObject) -> list[str]:
    """The versions whose events name their entry in the chain."""
    return [e.version for e in read_events(filed.read("events.jsonl")) if e.told]


def check(place: Place) -> None:
    """Each version has its events once and its entry in the chain; the chain holds."""
    told = {e.head: e for e in chain(place).entries()}
    for filed in place.objects():
        assert closed_versions(filed) == [info.version for info in filed.versions()]
        for event in read_events(filed.read("events.jsonl")):
            if event.told:
                entry = told[event.told.head]
                assert entry.objects == (filed.id,)
                assert entry.detail["version"] == event.version
                assert entry.agent == event.agent
    assert chain(place).verify().sound
    assert faults_by_ocfl_py(place.folder / "archive") == []


def test_each_version_has_its_events_and_its_entry(place: Place) -> None:
    place.drop("a.yaml", sample(DROP))
    assert place.run_once().status == 0
    check(place)
    (case,) = [d for d in documents_of(sample(DROP)) if "kind: case" in d]
    place.drop("b.yaml", case.replace("Өмірзақов", "Омарзақов"))
    assert place.run_once().status == 0
    check(place)
    (person,) = [o for o in place.objects() if "person.json" in o.state]
    assert person.head == "v2"
    types = [e.type for e in read_events(person.read("events.jsonl")) if e.version == "v2"]
    assert types[0] == "modification"
    assert person.read("events.jsonl").startswith(person.read("events.jsonl", "v1"))


def test_what_changes_nothing_adds_no_event(place: Place) -> None:
    place.drop("a.yaml", sample(DROP))
    place.run_once()
    before = [(o.id, o.head, o.read("events.jsonl")) for o in place.objects()]
    entries = chain(place).head()
    place.drop("again.yaml", sample(DROP))
    place.run_once()
    assert [(o.id, o.head, o.read("events.jsonl")) for o in place.objects()] == before
    assert chain(place).head() == entries


def test_an_object_from_before_there_were_events_gains_them_with_its_next_version(place: Place) -> None:
    place.drop("a.yaml", sample(DROP))
    place.run_once()
    with opened(place) as work:
        (object_id,) = [o.id for o in place.objects() if "person.json" in o.state]
        work.root.write_version(
            object_id,
            {"events.jsonl": None},
            message="x",
            user="x",
            address="urn:x",
            created=work.clock(),
        )
        assert file_version(work, object_id, {"note.txt": b"x"}, Act("x")) == "v3"
    (person,) = [o for o in place.objects() if o.id == object_id]
    assert closed_versions(person) == ["v3"]


def opened(place: Place):
    return CliContext.of(["--config", str(place.folder / "config.yaml")]).workplace()


def test_nobody_is_named_in_the_chain(place: Place) -> None:
    place.drop("a.yaml", sample(DROP))
    place.run_once()
    place.jeke("find", "Өмірзақов")
    place.jeke("get", IIN, "--out", str(place.folder / "out"))
    written = b"".join(p.read_bytes() for p in (place.folder / "state" / "audit").iterdir()).decode()
    assert not [word for word in (IIN, "мірзақов", "Бекзат", "QRG") if word in written]
    assert written.count("\n") > 4


def test_without_an_entry_nothing_is_filed(place: Place) -> None:
    with opened(place) as work:
        audit = place.folder / "state" / "audit"
        audit.rename(audit.with_name("aside"))
        audit.write_text("in the way", encoding="utf-8")
        with pytest.raises(MachineError, match="audit_unwritable"):
            file_version(work, "urn:uuid:x", {"note.txt": b"x"}, Act("x"))
        assert work.root.get("urn:uuid:x") is None


def test_killed_in_the_middle_of_filing_no_version_is_told_twice(place: Place) -> None:
    place.drop("a.yaml", sample(DROP))

    def dies(number: int) -> Callable[[], object]:
        def work() -> None:
            with at_step(number, die):
                place.run_once()

        return work

    ended = [in_a_process(dies(number)) for number in (90, 130)]
    assert any(os.WIFSIGNALED(status) for status in ended)
    assert place.run_once().status == 0
    assert {o.head for o in place.objects()} == {"v1"}
    check(place)


def test_the_archive_bears_witness_for_the_chain(place: Place) -> None:
    place.drop("a.yaml", sample(DROP))
    place.run_once()
    places, log = kept.places(place), chain(place)
    roots = known_roots(places.seal)
    seen = witnesses(places, log, roots)
    assert len(seen.heads) == len(place.objects())
    assert log.verify(seen.heads).sound

    folder = place.folder / "state" / "audit"
    year = next(folder.glob("*.jsonl"))
    first = year.read_bytes().splitlines(keepends=True)[0]
    year.write_bytes(first)
    (folder / "head").write_text(f"1 {json.loads(first)['sha256']}\n", encoding="ascii")
    assert {b.kind for b in log.verify().breaks} == {"seen"}
    assert {b.number for b in log.verify(witnesses(places, log, roots).heads).breaks} == {2, 3, 4}

    for path in folder.iterdir():
        path.unlink()
    log.append("view", agent="nobody", at=log_time(place))
    everything = {o.id for o in place.objects()}
    assert set(witnesses(places, log, roots).strangers) == everything
    log.append(AuditEvent.IMPORT, agent="a", at=log_time(place), objects=sorted(everything))
    assert set(witnesses(places, log, roots).strangers) == everything


def log_time(place: Place):
    return next(iter(place.objects())).versions()[0].created
