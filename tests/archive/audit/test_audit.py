"""The audit chain: added to by several processes, killed, cut, altered; each is told apart."""

import hashlib
import json
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.archive.audit.entry import sealed
from pipeline.archive.audit.log import AuditEvent, AuditHead, AuditLog
from pipeline.archive.audit.verify import BreakKind
from pipeline.domain.errors import MachineError
from tests.archive.ocfl_support import SCRATCH, at_step, die, in_a_process, started, steps_of, was_killed

AT = datetime(2025, 10, 16, 10, 30, tzinfo=UTC)
OBJECT = "urn:uuid:6c1f5b1e-5f0d-4f43-9a55-1d0f3a1b2c3d"


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=SCRATCH) as made:
        yield Path(made) / "audit"


def filled(folder: Path, entries: int = 5) -> AuditLog:
    log = AuditLog.open(folder)
    for number in range(entries):
        log.append("view", agent="aigerim", at=AT + timedelta(minutes=number), objects=[OBJECT])
    return log


def lines(folder: Path) -> list[bytes]:
    return [line for path in sorted(folder.glob("*.jsonl")) for line in path.read_bytes().splitlines()]


def kinds(log: AuditLog, *anchors: AuditHead) -> list[BreakKind]:
    return [broken.kind for broken in log.verify(anchors).breaks]


def rewrite(folder: Path, changed: list[bytes]) -> None:
    (folder / "2025.jsonl").write_bytes(b"".join(line + b"\n" for line in changed))


def seen(folder: Path) -> Path:
    return folder.parent / "audit-seen"


def forged(entry: bytes, **changes: object) -> bytes:
    """The entry with other content and a SHA-256 that fits it, as somebody who knows the format would write it."""
    content = {**json.loads(entry), **changes}
    content.pop("sha256")
    plain = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    return plain[:-1] + f',"sha256":"{hashlib.sha256(plain).hexdigest()}"}}'.encode()


def test_an_empty_chain_has_a_fixed_head(folder: Path) -> None:
    log = AuditLog.open(folder)
    assert log.head() == AuditHead(0, "0" * 64)
    assert log.latest() is None
    assert log.verify().sound
    assert not folder.exists()


def test_entries_are_read_back_as_they_were_told(folder: Path) -> None:
    log = AuditLog.open(folder)
    told = log.append(
        AuditEvent.TAKE_OUT, agent="айгерім", at=AT, objects=[OBJECT], detail={"files": 3, "of": "get"}
    )
    assert list(AuditLog.open(folder).entries()) == [told]
    assert told.number == 1
    assert told.previous == "0" * 64
    assert log.head() == told.head
    assert dict(told.detail) == {"files": 3, "of": "get"}


def test_a_stranger_checks_the_chain_by_the_page_that_tells_how(folder: Path) -> None:
    """The script of docs/audit.md, run as it stands there."""
    page = (Path(__file__).parents[3] / "docs" / "audit.md").read_text(encoding="utf-8")
    (script,) = (code for code in re.findall(r"```sh\n(.*?)```", page, re.DOTALL) if "previous=" in code)
    chain = folder.parent / "state" / "audit"
    chain.parent.mkdir()
    filled(chain)

    def said() -> str:
        done = subprocess.run(
            ["sh", "-c", script], cwd=folder.parent, capture_output=True, text=True, check=True
        )
        assert done.stderr == ""
        return done.stdout

    assert said() == ""
    whole = lines(chain)
    rewrite(chain, [*whole[:1], whole[1].replace(b"aigerim", b"aigerin"), *whole[2:]])
    assert said().count("broken") == 1
    rewrite(chain, [whole[0], *whole[2:]])
    assert said().count("broken") == 1


def test_entries_of_an_object_and_since_a_moment(folder: Path) -> None:
    log = filled(folder)
    log.append("view", agent="a", at=AT + timedelta(days=1), objects=["urn:uuid:other"])
    assert [e.number for e in log.entries(objects=[OBJECT])] == [1, 2, 3, 4, 5]
    assert [e.number for e in log.entries(since=AT + timedelta(minutes=3))] == [4, 5, 6]


def test_a_file_a_year_and_one_chain(folder: Path) -> None:
    log = AuditLog.open(folder)
    for year in (2024, 2025, 2024, 2026):
        log.append("view", agent="a", at=AT.replace(year=year))
    assert sorted(p.name for p in folder.glob("*.jsonl")) == ["2024.jsonl", "2025.jsonl", "2026.jsonl"]
    assert [e.at.year for e in log.entries()] == [2024, 2025, 2024, 2026]
    assert log.verify().sound
    (folder / "2025.jsonl").unlink()
    assert kinds(log) == [BreakKind.LINK]


def test_files_are_for_the_service_and_its_group_alone(folder: Path) -> None:
    umask = os.umask(0)
    try:
        filled(folder, 1)
    finally:
        os.umask(umask)
    assert folder.stat().st_mode & 0o777 == 0o750
    assert {p.stat().st_mode & 0o777 for p in folder.iterdir()} == {0o640}


@pytest.mark.parametrize("number", range(5))
def test_one_altered_letter_anywhere_is_found(folder: Path, number: int) -> None:
    log = filled(folder)
    changed = lines(folder)
    changed[number] = changed[number].replace(b"aigerim", b"aigerin")
    rewrite(folder, changed)
    first = log.verify().breaks[0]
    assert (first.kind, first.number, first.file, first.line) == (
        BreakKind.ALTERED,
        number + 1,
        "2025.jsonl",
        number + 1,
    )


def test_an_entry_forged_with_its_digest_breaks_the_link_behind_it(folder: Path) -> None:
    log = filled(folder)
    changed = lines(folder)
    changed[2] = forged(changed[2], agent="somebody")
    rewrite(folder, changed)
    first = log.verify().breaks[0]
    assert (first.kind, first.number) == (BreakKind.LINK, 4)


def test_an_entry_taken_out_put_in_or_moved_is_found(folder: Path) -> None:
    log = filled(folder)
    whole = lines(folder)
    rewrite(folder, whole[:2] + whole[3:])
    assert kinds(log) == [BreakKind.LINK]
    rewrite(folder, [*whole[:2], whole[1], *whole[2:]])
    assert kinds(log)[0] is BreakKind.LINK
    rewrite(folder, [*whole[:2], whole[3], whole[2], whole[4]])
    assert kinds(log)[0] is BreakKind.LINK
    rewrite(folder, whole)
    assert log.verify().sound


def test_a_chain_cut_off_is_told_by_its_head(folder: Path) -> None:
    log = filled(folder)
    rewrite(folder, lines(folder)[:3])
    broken = log.verify().breaks
    assert [(b.kind, b.number) for b in broken] == [(BreakKind.CUT, 5), (BreakKind.SEEN, 5)]


def test_a_chain_and_head_cut_off_together_are_told_by_a_printed_head(folder: Path) -> None:
    log = filled(folder)
    printed = log.head()
    whole = lines(folder)
    rewrite(folder, whole[:3])
    third = json.loads(whole[2])
    (folder / "head").write_text(f"{third['number']} {third['sha256']}\n", encoding="ascii")
    assert kinds(log) == [BreakKind.SEEN]
    seen(folder).unlink()
    assert log.verify().sound
    assert kinds(log, printed) == [BreakKind.ANCHOR]
    assert kinds(log, AuditHead(3, third["sha256"])) == []


def test_a_chain_made_up_anew_is_told_by_a_printed_head(folder: Path) -> None:
    printed = filled(folder).head()
    for path in list(folder.iterdir()):
        path.unlink()
    log = AuditLog.open(folder)
    for number in range(5):
        log.append("view", agent="nobody", at=AT + timedelta(minutes=number), objects=[OBJECT])
    assert kinds(log) == [BreakKind.GAP]  # the head that was seen: told of by the first entry
    for path in (*folder.iterdir(), seen(folder)):
        path.unlink()
    for number in range(5):
        log.append("view", agent="nobody", at=AT + timedelta(minutes=number), objects=[OBJECT])
    assert log.verify().sound
    assert kinds(log, printed) == [BreakKind.ANCHOR]


def test_a_chain_rewritten_with_its_head_does_not_hold_the_one_that_was_seen(folder: Path) -> None:
    """Cut, recomputed from an altered entry on, made up longer: whoever writes in the folder alone."""
    log = filled(folder)
    whole, kept = lines(folder), seen(folder).read_bytes()
    for agent, many in (("a", 3), ("b", 5), ("c", 9)):
        for path in folder.iterdir():
            path.unlink()
        seen(folder).unlink()
        for number in range(many):
            log.append("view", agent=agent, at=AT + timedelta(minutes=number), objects=[OBJECT])
        seen(folder).write_bytes(kept)
        assert kinds(log) == [BreakKind.SEEN]
        log.append("view", agent="x", at=AT)
        assert kinds(log) == [BreakKind.GAP]  # work goes on, and it is told of ever after
        for path in folder.iterdir():
            path.unlink()
        rewrite(folder, whole)
        seen(folder).write_bytes(kept)
        (folder / "head").write_bytes(kept)
        assert log.verify().sound


def test_a_chain_of_a_place_must_have_the_head_that_was_seen(folder: Path) -> None:
    log = filled(folder)
    seen(folder).unlink()
    assert log.verify().sound  # as version 0.2.0 left it
    log.append(AuditEvent.PLACE, agent="a", at=AT, detail={"place": "x"})
    seen(folder).unlink()
    assert kinds(log) == [BreakKind.SEEN]


def test_a_head_that_is_gone_is_told(folder: Path) -> None:
    log = filled(folder)
    (folder / "head").unlink()
    assert kinds(log) == [BreakKind.HEAD]


def test_lost_entries_are_told_by_the_next_entry_and_ever_after(folder: Path) -> None:
    log = filled(folder)
    lost = log.head()
    rewrite(folder, lines(folder)[:3])
    log.append("view", agent="a", at=AT)
    gap, entry = list(log.entries())[-2:]
    assert gap.event == AuditEvent.GAP
    assert (gap.detail["head_number"], gap.detail["head_sha256"]) == (lost.number, lost.sha256)
    assert entry.number == 5
    assert kinds(log) == [BreakKind.GAP]


@settings(max_examples=40, deadline=None)
@given(cut=st.integers(min_value=1, max_value=200))
def test_a_line_cut_short_is_unfinished_not_broken_and_mended_honestly(cut: int) -> None:
    with tempfile.TemporaryDirectory(dir=SCRATCH) as made:
        folder = Path(made) / "audit"
        log = filled(folder, 3)
        whole = (folder / "2025.jsonl").read_bytes()
        head = (folder / "head").read_bytes()
        log.append("view", agent="a", at=AT)
        torn = (folder / "2025.jsonl").read_bytes()[len(whole) : len(whole) + cut]
        (folder / "2025.jsonl").write_bytes(whole + torn)
        (folder / "head").write_bytes(head)
        seen(folder).write_bytes(head)

        report = log.verify()
        assert report.sound
        assert report.unfinished
        log.append("view", agent="b", at=AT)
        assert log.verify().sound
        assert not log.verify().unfinished
        *_, mend, entry = log.entries()
        assert (mend.event, mend.detail["bytes"]) == (AuditEvent.MEND, len(torn))
        assert mend.detail["sha256"] == hashlib.sha256(torn).hexdigest()
        assert (entry.agent, entry.number) == ("b", 5)
        assert torn in (folder / "2025.jsonl").read_bytes()


def test_a_last_line_that_was_whole_once_is_no_kill(folder: Path) -> None:
    log = filled(folder)
    path = folder / "2025.jsonl"
    path.write_bytes(path.read_bytes()[:-20])
    report = log.verify()
    assert [b.kind for b in report.breaks] == [BreakKind.ALTERED, BreakKind.CUT, BreakKind.SEEN]
    log.append("view", agent="a", at=AT)
    assert kinds(log) == [BreakKind.GAP]


def test_garbage_between_entries_is_no_mended_line(folder: Path) -> None:
    log = filled(folder)
    whole = lines(folder)
    rewrite(folder, [*whole[:2], b'{"agent":"x"', *whole[2:]])
    first = log.verify().breaks[0]
    assert (first.kind, first.line) == (BreakKind.ALTERED, 3)


def test_killed_at_every_step_no_entry_is_lost_and_the_chain_holds() -> None:
    def work(folder: Path) -> None:
        AuditLog.open(folder).append("view", agent="killed", at=AT, objects=[OBJECT])

    with tempfile.TemporaryDirectory(dir=SCRATCH) as made:
        steps = steps_of(lambda: work(Path(made) / "audit"))
    for number in range(1, steps + 2):
        with tempfile.TemporaryDirectory(dir=SCRATCH) as made:
            folder = Path(made) / "audit"
            log = filled(folder, 2) if number % 2 else AuditLog.open(folder)
            before = log.head().number

            def dies(folder: Path = folder, number: int = number) -> None:
                with at_step(number, die):
                    work(folder)

            killed = was_killed(in_a_process(dies))
            assert log.verify().sound, number
            told = log.append("view", agent="after", at=AT)
            assert log.verify().sound, number
            agents = [e.agent for e in log.entries() if e.event != AuditEvent.MEND][before:]
            assert agents in (["killed", "after"], ["after"]), number
            assert killed or agents == ["killed", "after"]
            assert told.head == log.head()


def test_several_processes_at_once(folder: Path) -> None:
    def work(name: str) -> None:
        for _ in range(25):
            AuditLog.open(folder).append("view", agent=name, at=AT)

    running = [started(partial(work, name)) for name in ("a", "b", "c")]
    for process in running:
        assert os.waitpid(process, 0)[1] == 0
    log = AuditLog.open(folder)
    report = log.verify()
    assert report.sound
    assert report.entries == 75
    assert sorted(e.agent for e in log.entries()) == ["a"] * 25 + ["b"] * 25 + ["c"] * 25


def test_what_cannot_be_told_must_not_be_done(folder: Path) -> None:
    folder.parent.mkdir(exist_ok=True)
    folder.write_text("a file in the way", encoding="utf-8")
    with pytest.raises(MachineError, match="audit_unwritable"):
        AuditLog.open(folder).append("view", agent="a", at=AT)


def test_an_entry_that_cannot_be_written_down() -> None:
    head = AuditHead.start()
    with pytest.raises(ValueError, match="zone"):
        sealed(head, "view", agent="a", at=datetime(2025, 1, 1), objects=[], detail={})  # noqa: DTZ001
    with pytest.raises(ValueError, match="words"):
        sealed(head, "a view", agent="a", at=AT, objects=[], detail={})
    with pytest.raises(ValueError, match="words"):
        sealed(head, "view", agent="a", at=AT, objects=[], detail={"кім": "a"})


@given(agent=st.text(max_size=30), value=st.text(max_size=60), number=st.integers())
def test_any_text_is_one_line_and_reads_back(agent: str, value: str, number: int) -> None:
    with tempfile.TemporaryDirectory(dir=SCRATCH) as made:
        log = AuditLog.open(Path(made) / "audit")
        told = log.append("view", agent=agent, at=AT, detail={"value": value, "number": number})
        assert [*log.entries()] == [told]
        assert len(lines(Path(made) / "audit")) == 1
        assert log.verify().sound


def test_a_head_is_read_as_it_is_printed() -> None:
    head = AuditHead(17, "ab" * 32)
    assert AuditHead.parse(str(head)) == head
    assert AuditHead.parse(f"17 {'ab' * 32}") == head
    for text in ("", "17", f"x:{'ab' * 32}", "17:zz", f"17:{'AB' * 32}"):
        with pytest.raises(ValueError, match=re.compile(".")):
            AuditHead.parse(text)
