from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from pipeline.archive.index.entry import entry_of
from pipeline.archive.index.locations import Index
from pipeline.archive.ocfl.storage_root import OcflObject, StorageRoot
from pipeline.archive.ocfl.verify import Problem
from pipeline.flow.maintenance import verify as checking
from pipeline.flow.maintenance.verify import Step, check
from pipeline.flow.site.opening import filed_record
from tests.archive.ocfl_support import SCRATCH, in_a_process, was_killed, while_working
from tests.e2e.place import Place
from tests.flow import kept_place as kept
from tests.flow.kept_place import asked, checked, codes


@pytest.fixture(scope="module", autouse=True)
def _clear() -> Iterator[None]:
    yield
    kept.clear()


@pytest.fixture
def place() -> Iterator[Place]:
    with TemporaryDirectory(dir=SCRATCH) as folder:
        yield kept.kept_place(Path(folder) / "p")


def person(place: Place) -> OcflObject:
    (found,) = [o for o in place.objects() if "person.json" in o.state]
    return found


def write(place: Place, changes: dict[str, bytes | None]) -> None:
    """Filed and indexed with right digests throughout: only the content is wrong."""
    root = StorageRoot.open(place.folder / "archive")
    filed = person(place)
    root.write_version(filed.id, changes, message="x", user="x", address="urn:x", created=kept.NOW)
    again = root.get(filed.id)
    assert again is not None
    with Index.open(place.folder / "state/index.sqlite") as index:
        index.put(entry_of(again, filed_record, root.get))


@pytest.mark.parametrize("quick", [True, False])
def test_a_place_as_the_service_left_it_verifies(place, quick):
    outcome = checked(place, quick=quick)
    assert outcome.problems == []
    assert (outcome.sound, outcome.damaged, outcome.earlier) == (4, 0, 0)
    assert outcome.files == sum(
        path.is_file() for path in (place.folder / "archive").glob("*/*/*/*/v*/content/**/*")
    )
    assert outcome.audit_entries >= 4


def test_one_flipped_bit_in_each_file_is_found_and_the_file_named(place):
    """Whichever file of the archive, of the audit chain, of the keys and authorities that prove themselves."""
    checked(place)
    state = place.folder / "state"
    files = [path for path in (place.folder / "archive").rglob("*") if path.is_file()]
    files += [path for folder in ("audit", "seal") for path in (state / folder).rglob("*") if path.is_file()]
    files = [path for path in files if path.stat().st_size]
    assert len(files) > 60
    for file in files:
        sound = file.read_bytes()
        broken = bytearray(sound)
        broken[len(sound) // 2] ^= 1 << (len(sound) % 8)
        file.write_bytes(broken)
        outcome = checked(place)
        named = {problem.path.removesuffix(".sha512") for problem in outcome.problems}
        within = [str(file.relative_to(above)).removesuffix(".sha512") for above in file.parents[:6]]
        assert named & set(within), (file, outcome.problems)
        assert outcome.broken
        file.write_bytes(sound)
    assert checked(place, fresh=True).problems == []


@pytest.mark.parametrize("quick", [True, False])
def test_a_damaged_database_is_named(place, quick):
    for name, code in (("index.sqlite", "index-unusable"), ("journal.sqlite", "state-damaged")):
        file = place.folder / "state" / name
        sound = file.read_bytes()
        file.write_bytes(sound[:100] + bytes(len(sound) - 100))
        assert (code, name) in codes(checked(place, quick=quick))
        file.write_bytes(sound)


def test_content_and_seal_of_a_document_changed_together_with_its_digests(place):
    filed = person(place)
    path = next(path for path in filed.state if path.endswith("annex-1.pdf"))
    write(place, {path: filed.read(path) + b"%added\n"})
    found = codes(checked(place))
    assert ("content-differs", path) in found
    assert ("content-list", "inner-list.txt") in found


def test_a_document_that_no_list_names(place):
    filed = person(place)
    path = next(path for path in filed.state if path.endswith("annex-1.pdf"))
    beside = path.replace("annex-1", "annex-9")
    write(place, {beside: filed.read(path)})
    assert codes(checked(place)) == {("content-unlisted", beside)}


def test_a_seal_that_no_known_authority_gave(place):
    unknown = replace(asked(place), roots=())
    outcome = check(unknown, lambda _: None, lambda _: None)
    assert {p.code for p in outcome.problems} == {"seal-untrusted", "audit-sealed-damaged"}
    assert len(outcome.problems) > 10
    assert outcome.sound < 4


def test_what_was_judged_once_is_not_judged_again_but_every_byte_is_read(place):
    first, second = checked(place), checked(place)
    assert (first.read, second.read) == (4, 0)
    assert first.size == second.size > 1_000_000
    assert checked(place, fresh=True).read == 4
    other_authorities = replace(asked(place), roots=(*asked(place).roots, asked(place).roots[0]))
    assert check(other_authorities, lambda _: None, lambda _: None).read == 4


def test_an_interrupted_check_goes_on_and_says_since_when(place):
    seen: list[int] = []

    def stop(_: int) -> None:
        seen.append(1)
        if len(seen) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check(asked(place), lambda _: None, stop)
    later = replace(asked(place), now=kept.NOW.replace(day=20))
    outcome = check(later, lambda _: None, lambda _: None)
    assert (outcome.resumed, outcome.begun, outcome.earlier, outcome.sound) == (True, kept.NOW, 2, 2)
    after = check(later, lambda _: None, lambda _: None)
    assert (after.resumed, after.earlier, after.sound) == (False, 0, 4)


def test_a_killed_check_goes_on(place, monkeypatch):
    monkeypatch.setattr(checking, "_SAVE_EACH", 1)
    seen: list[int] = []

    def die(_: int) -> None:
        seen.append(1)
        if len(seen) == 3:
            os.kill(os.getpid(), signal.SIGKILL)

    assert was_killed(in_a_process(lambda: check(asked(place), lambda _: None, die)))
    outcome = checked(place)
    assert (outcome.resumed, outcome.earlier, outcome.sound) == (True, 3, 1)
    assert outcome.problems == []


def test_what_was_filed_since_the_interruption_is_looked_at(place):
    with pytest.raises(KeyboardInterrupt):
        check(asked(place), lambda _: None, _interrupt_at_the_end())
    write(place, {"note.txt": b"1"})
    outcome = checked(place)
    assert (outcome.earlier, outcome.sound) == (3, 1)


def test_fresh_forgets_an_interrupted_check(place):
    with pytest.raises(KeyboardInterrupt):
        check(asked(place), lambda _: None, _interrupt_at_the_end())
    outcome = checked(place, fresh=True)
    assert (outcome.resumed, outcome.earlier, outcome.sound) == (False, 0, 4)


def _interrupt_at_the_end() -> Step:
    left = iter((None, None, None))

    def step(_: int) -> None:
        if next(left, "end") == "end":
            raise KeyboardInterrupt

    return step


def test_damage_found_before_the_interruption_is_found_again(place):
    filed = person(place)
    path = next(path for path in filed.state if path.endswith("annex-1.pdf"))
    stored = filed.root / filed.inventory.content_path(filed.state[path])
    stored.write_bytes(b"other")
    with pytest.raises(KeyboardInterrupt):
        check(asked(place), lambda _: None, _interrupt_at_the_end())
    assert ("E092", str(stored.relative_to(filed.root))) in codes(checked(place))


def execute(place: Place, sql: str) -> None:
    with closing(sqlite3.connect(place.folder / "state/index.sqlite")) as index:
        index.execute(sql)
        index.commit()


def test_the_index_against_the_archive(place, monkeypatch):
    monkeypatch.setattr(checking, "SETTLING_SECONDS", 0.2)
    file = place.folder / "state/index.sqlite"
    sound = file.read_bytes()
    for sql, code, quick in (
        ("UPDATE persons SET surname = 'Басқа'", "index-differs", False),
        ("DELETE FROM words", "index-differs", False),
        ("UPDATE documents SET path = path || 'x'", "index-differs", False),
        ("UPDATE objects SET head = 'v0'", "index-behind", True),
        ("DELETE FROM objects", "index-lacks", True),
    ):
        execute(place, sql)
        assert {code} == {problem.code for problem in checked(place, quick=quick).problems}, sql
        file.write_bytes(sound)
    assert checked(place).problems == []


def test_a_lost_object_is_missed_by_its_index_entry(place):
    filed = person(place)
    shutil.rmtree(filed.root)
    outcome = checked(place, quick=True)
    assert ("object-missing", filed.id) in {(p.code, p.object_id) for p in outcome.problems}


def test_versions_gone_from_the_archive_are_missed_by_the_audit_chain(place, monkeypatch):
    """The archive put back to an earlier day, and the index made anew from it: only the chain remembers."""
    monkeypatch.setattr(checking, "SETTLING_SECONDS", 0.2)
    shutil.copytree(place.folder / "archive", place.folder / "earlier")
    text = (place.folder / "config.yaml").parent
    for day in ("2025-10-22", "2025-10-23"):
        again = Place(text)
        again.drop("again.yaml", _with_sheet_day(day))
        assert again.run_once().status == 0
    shutil.rmtree(place.folder / "archive")
    (place.folder / "earlier").rename(place.folder / "archive")
    assert place.jeke("reindex").status == 0
    found = {problem.code for problem in checked(place).problems}
    assert "object-older" in found


def test_an_audit_chain_begun_anew_is_told_by_the_archive(place):
    shutil.rmtree(place.folder / "state/audit")
    assert place.jeke("find", "Әбілқасов").status == 0
    outcome = checked(place)
    assert {p.code for p in outcome.problems} == {
        "audit-stranger",
        "audit-gap",
        "audit-anchor",
        "audit-place",
    }
    assert {p.object_id for p in outcome.problems if p.code == "audit-stranger"} == {
        o.id for o in place.objects()
    }


def test_the_end_of_the_audit_chain_cut_off_with_its_head(place):
    """A chain that is sound in itself, but shorter than what the archive was told."""
    (year,) = (place.folder / "state/audit").glob("*.jsonl")
    lines = year.read_bytes().splitlines(keepends=True)
    entry = json.loads(lines[1])
    year.write_bytes(b"".join(lines[:2]))
    (place.folder / "state/audit/head").write_text(f"{entry['number']} {entry['sha256']}\n")
    assert {problem.code for problem in checked(place).problems} == {"audit-anchor", "audit-seen"}


def _with_sheet_day(day: str) -> str:
    from tests.e2e.place import documents_of, sample

    (case,) = [text for text in documents_of(sample("recommended")) if "kind: case" in text]
    assert "filled_on: 2025-10-21" in case
    return case.replace("filled_on: 2025-10-21", f"filled_on: {day}").replace(
        "acquainted_on: 2025-10-21", f"acquainted_on: {day}"
    )


def test_no_false_alarm_while_the_service_files(place):
    numbers = iter(range(1, 41))

    def service() -> None:
        for number in numbers:
            write(place, {"note.txt": str(number).encode()})

    alarms: list[Problem] = []
    for _ in while_working(service):
        alarms += checked(place).problems
    assert alarms == []


def test_in_several_processes_the_same_is_found(place, monkeypatch):
    monkeypatch.setattr("pipeline.flow.site.parallel._WORTH_IT", 2)
    filed = person(place)
    path = next(path for path in filed.state if path.endswith("annex-1.pdf"))
    (filed.root / filed.inventory.content_path(filed.state[path])).write_bytes(b"other")
    alone, together = checked(place, fresh=True), checked(place, fresh=True, workers=2)
    assert codes(together) == codes(alone) != set()
    assert (together.sound, together.damaged, together.files) == (alone.sound, alone.damaged, alone.files)


def test_a_reader_without_the_right_to_write_verifies_too(place):
    """Where nothing can be remembered, everything is checked all the same."""
    (place.folder / "state/verified.sqlite").mkdir()
    outcome = checked(place)
    assert (outcome.problems, outcome.sound) == ([], 4)
