"""A file held up by the machine is not filed over what people filed, or withdrew, after they had dropped it."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from pipeline.cli.context import CliContext
from pipeline.documents.sealing.local_authority import ensure_authority
from pipeline.flow.outcomes.results import Result
from pipeline.working import Ended, at_work
from tests.archive.ocfl_support import SCRATCH, at_step, die, in_a_process, was_killed
from tests.cli.jeke import command, environment
from tests.e2e.place import Place, documents_of, sample

KILLS = int(os.environ.get("JEKE_SOAK", "5"))
CAMPAIGN, CASE = documents_of(sample("refused").partition("\n")[2])
ROOM, NUMBER = "301-каб.", 'registered: "77"'
SINCE, GONE, REST = (
    "кейінгі «{}» файлы мұрағатқа енгізілді",
    "кері қайтарып алынды",
    "қалған жазбалар да енгізілген жоқ",
)


def revised(number: int, *, campaign: bool = True, case: bool = True) -> str:
    """The records with that number in each; 0 as they are filed."""
    assert ROOM in CAMPAIGN
    assert NUMBER in CASE
    parts = [CAMPAIGN.replace(ROOM, f"{301 + number}-каб.")] if campaign else []
    parts += [CASE.replace(NUMBER, f'registered: "{77 + number}"')] if case else []
    return "---\n".join(parts)


@pytest.fixture(scope="module")
def kept() -> Iterator[Place]:
    """A place with a seal of its own and both records filed."""
    with tempfile.TemporaryDirectory(dir=SCRATCH) as folder:
        place = Place.make(Path(folder) / "place")
        config = place.folder / "config.yaml"
        key = "seal: {pkcs12: key.p12, passphrase_file: key.pass}\n"
        config.write_text(config.read_text(encoding="utf-8").replace("seal:\n", key), encoding="utf-8")
        (place.folder / "key.pass").write_bytes(b"")
        authority = Path(folder) / "authority"
        authority.mkdir()
        shutil.copy(ensure_authority(authority), place.folder / "key.p12")
        place.drop("a.yaml", revised(0))
        ran = place.run_once()
        assert ran.status == 0, ran.err
        yield place


@pytest.fixture
def place(kept: Place) -> Iterator[Place]:
    with tempfile.TemporaryDirectory(dir=SCRATCH) as folder:
        yield kept.copied_to(Path(folder))


def key_away(place: Place) -> None:
    (place.folder / "key.p12").rename(place.folder / "away.p12")


def key_back(place: Place) -> None:
    (place.folder / "away.p12").rename(place.folder / "key.p12")


def held_up(place: Place, older: str, *then: str) -> list[Result]:
    """The file is held up while the key is away; the others are dropped behind it, in the same run."""
    ended: list[Ended] = []
    cli = CliContext.of(["--config", str(place.folder / "config.yaml")])
    key_away(place)
    with cli.workplace() as opened, at_work(opened) as work:
        place.drop("ескі.yaml", older)
        work.scan(ended.append)
        key_back(place)
        for number, text in enumerate(then):
            place.drop(f"жаңа-{number}.yaml", text)
            work.scan(ended.append)
    results = [e.answer.result for e in ended]
    assert results[0] is Result.RETRY
    return results[1:]


def in_force(place: Place) -> tuple[str, str]:
    """The numbers in the two records."""
    texts = [o.read(p).decode() for o in place.objects() for p in o.state if p.endswith("record.yaml")]
    room = next(n for n in range(10) for text in texts if f"{301 + n}-каб." in text)
    number = next(n for n in range(10) for text in texts if f'registered: "{77 + n}"' in text)
    return str(room), str(number)


def order_of(place: Place) -> list[str]:
    """The numbers that the case's record had, version by version."""
    filed = next(o for o in place.objects() if any(p.startswith("cases/") for p in o.state))
    (path,) = (p for p in filed.state if p.endswith("record.yaml"))
    texts = [
        filed.read(path, v.version).decode() for v in filed.versions() if path in filed.state_at(v.version)
    ]
    return [str(n) for text in texts for n in range(10) if f'registered: "{77 + n}"' in text]


def back(place: Place, folder: str = "refused") -> list[Path]:
    return sorted((place.folder / "inbox").glob(f"{folder}/*/ескі.yaml"))


def words(place: Place, folder: str = "refused") -> str:
    (file,) = back(place, folder)
    return (file.parent / "жауап.txt").read_text(encoding="utf-8")


def at_rest(place: Place) -> bool:
    return not list((place.folder / "state" / "work").iterdir()) and place.jeke("verify").status == 0


def test_the_older_file_goes_back_whole(place: Place) -> None:
    assert held_up(place, revised(1), revised(2)) == [Result.DONE]
    assert place.run_once().status == 1
    assert in_force(place) == ("2", "2")
    assert back(place)[0].read_text(encoding="utf-8") == revised(1)
    assert SINCE.format("жаңа-0.yaml") in words(place)
    assert "SHY-PD-2026-2, SHY-PD-2026-008" in words(place)
    assert REST not in words(place)
    assert "кейінгі файл бұрын енгізілген" in place.jeke("history", "ескі.yaml").out
    assert at_rest(place)


def test_dropped_again_it_is_meant(place: Place) -> None:
    held_up(place, revised(1), revised(2))
    place.run_once()
    place.drop("ескі.yaml", revised(1))
    assert place.run_once().status == 0
    assert in_force(place) == ("1", "1")


def test_of_two_records_one_was_filed_later(place: Place) -> None:
    assert held_up(place, revised(1), revised(2, campaign=False)) == [Result.DONE]
    assert place.run_once().status == 1
    assert in_force(place) == ("0", "2")
    assert REST in words(place)
    assert words(place).index("SHY-PD-2026-008") < words(place).index("SHY-PD-2026-2")
    assert at_rest(place)


def test_two_later_files_are_named_each(place: Place) -> None:
    held_up(place, revised(1), revised(2, campaign=False), revised(3, case=False))
    assert place.run_once().status == 1
    assert in_force(place) == ("3", "2")
    assert all(SINCE.format(f"жаңа-{n}.yaml") in words(place) for n in range(2))


def test_a_later_file_that_changes_nothing_is_a_word_too(place: Place) -> None:
    """«As it is filed, so it is right»: the older one does not change it."""
    assert held_up(place, revised(1), revised(0)) == [Result.UNCHANGED]
    assert place.run_once().status == 1
    assert in_force(place) == ("0", "0")


def test_so_is_a_withdrawal(place: Place) -> None:
    held_up(place, revised(1, campaign=False))
    assert place.jeke("withdraw", "SHY-PD-2026-008", "--reason", "қате салынған").status == 0
    assert place.run_once().status == 1
    assert GONE in words(place)
    assert "SHY-PD-2026-008" not in place.jeke("find", "Өмірзақов").out
    place.drop("ескі.yaml", revised(1, campaign=False))
    assert place.run_once().status == 0
    assert in_force(place) == ("0", "1")


@pytest.mark.parametrize(
    ("older", "newer", "result", "then", "stands"),
    [
        (revised(1), revised(1), Result.DONE, 0, ("1", "1")),
        (revised(1, case=False), revised(2, campaign=False), Result.DONE, 0, ("1", "2")),
        (revised(1), revised(1, campaign=False), Result.DONE, 0, ("1", "1")),
        (revised(1), revised(2).replace("filed_on: ", "filed_on: 32.13."), Result.REFUSED, 0, ("1", "1")),
        (revised(1), "", Result.REFUSED, 0, ("1", "1")),
    ],
    ids=["the same twice", "another record", "one of two alike", "the later refused", "an empty one"],
)
def test_what_nothing_speaks_against_is_filed(
    place: Place, older: str, newer: str, result: Result, then: int, stands: tuple[str, str]
) -> None:
    assert held_up(place, older, newer) == [result]
    assert place.run_once().status == then
    assert in_force(place) == stands
    assert back(place) == []
    assert at_rest(place)


def test_the_later_one_held_up_too_is_filed_after_it(place: Place) -> None:
    key_away(place)
    place.drop("ескі.yaml", revised(1))
    assert place.run_once().status == 5
    place.drop("жаңа.yaml", revised(2))
    assert place.run_once().status == 5
    key_back(place)
    assert place.run_once().status == 0
    assert (in_force(place), order_of(place)) == (("2", "2"), ["0", "1", "2"])


def test_a_refused_file_is_not_mended_by_what_was_dropped_before_it(place: Place) -> None:
    held_up(place, revised(1), revised(2).replace("filed_on: ", "filed_on: 32.13."))
    assert place.run_once().status == 0
    refused = place.folder / "inbox" / "refused"
    assert [len(p.relative_to(refused).parts) for p in refused.rglob("*.yaml") if p.is_file()] == [2]
    place.drop("тағы.yaml", revised(3))
    assert place.run_once().status == 0
    assert [len(p.relative_to(refused).parts) for p in refused.rglob("*.yaml") if p.is_file()] == [3]


def test_what_it_had_filed_before_it_was_held_up_is_named(place: Place) -> None:
    """Its papers could not be laid out; it is filed for all that."""
    outbox, away = place.folder / "outbox", place.folder / "away"
    outbox.rename(away)
    outbox.write_bytes(b"")
    place.drop("ескі.yaml", revised(1))
    cli = CliContext.of(["--config", str(place.folder / "config.yaml")])
    ended: list[Ended] = []
    with cli.workplace() as opened, at_work(opened) as work:
        outbox.unlink()
        outbox.write_bytes(b"")
        work.scan(ended.append)
        outbox.unlink()
        away.rename(outbox)
        place.drop("жаңа.yaml", revised(2, campaign=False))
        work.scan(ended.append)
    assert [e.answer.result for e in ended] == [Result.RETRY, Result.DONE]
    assert place.run_once().status == 1
    assert in_force(place) == ("1", "2")
    assert "ФАЙЛДЫҢ БІР БӨЛІГІ ҒАНА" in words(place)
    assert "Жазбалар: SHY-PD-2026-2\n" in words(place)
    assert REST not in words(place)


def test_the_service_itself_with_its_own_pauses(place: Place) -> None:
    key_away(place)
    until = time.monotonic() + 120
    with subprocess.Popen(
        command("run"), cwd=place.folder, env=environment(), stderr=subprocess.PIPE
    ) as watch:
        try:
            place.drop("ескі.yaml", revised(1))
            while tries(place) < 2:  # the third comes ten seconds later
                assert time.monotonic() < until
                time.sleep(0.1)
            key_back(place)
            place.drop("жаңа.yaml", revised(2))
            while not back(place):
                assert time.monotonic() < until
                time.sleep(0.1)
        finally:
            watch.send_signal(signal.SIGTERM)
            watch.communicate()
    assert (in_force(place), order_of(place)) == (("2", "2"), ["0", "2"])


def tries(place: Place) -> int:
    with closing(sqlite3.connect(place.folder / "state" / "journal.sqlite")) as journal:
        (number,) = journal.execute("SELECT coalesce(max(attempts), 0) FROM drops").fetchone()
    return int(number)


def steps_of(place: Place, work: Callable[[Place], object]) -> int:
    with tempfile.TemporaryDirectory(dir=SCRATCH) as folder:
        one = place.copied_to(Path(folder))
        with at_step(0, die) as calls:
            work(one)
        return len(calls)


def killed_at(place: Place, number: int, work: Callable[[Place], object]) -> bool:
    def until_then() -> None:
        with at_step(number, die):
            work(place)

    return was_killed(in_a_process(until_then))


@pytest.mark.parametrize("moment", ["while the later is filed", "while the older goes back"])
def test_killed_anywhere_the_later_stands(place: Place, moment: str) -> None:
    def later_filed(one: Place) -> None:
        held_up(one, revised(1), revised(2))

    def given_back(one: Place) -> None:
        one.run_once()

    work = later_filed
    if moment == "while the older goes back":
        later_filed(place)
        work = given_back
    steps = steps_of(place, work)
    for number in sorted({1 + n * steps // KILLS for n in range(KILLS)}):
        with tempfile.TemporaryDirectory(dir=SCRATCH) as folder:
            one = place.copied_to(Path(folder))
            assert killed_at(one, number, work), number
            if (one.folder / "away.p12").exists():
                key_back(one)
            one.run_once()
            if one.jeke("history", "жаңа-0.yaml").status != 0:
                continue  # killed before the later one was dropped
            assert in_force(one) == ("2", "2"), number
            assert order_of(one) in (["0", "2"], ["0", "1", "2"]), number
            assert not list((one.folder / "state" / "work").iterdir()), number
