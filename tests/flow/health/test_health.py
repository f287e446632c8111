"""`jeke doctor --health`: each thing a monitor is told, by its threshold, and the exit status it acts on."""

import json
import shutil
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.cli.checks import worst
from pipeline.domain.errors import ExitCode
from pipeline.flow.health import health
from pipeline.flow.health.health import Check, State
from pipeline.flow.site.heartbeat import Beat
from pipeline.intake.journal import Detail, Drop, DropState, Journal
from tests.e2e.place import Place

NOW = datetime(2025, 10, 16, 10, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)


FAULT = {"error": "archive-write"}


def drop(state: DropState, claimed_at: datetime, detail: Detail | None = None) -> Drop:
    return Drop("d", "a.yaml", state, None, None, claimed_at, None, None, 0, None, None, detail or {})


@pytest.mark.parametrize(
    ("age", "state", "code"),
    [
        (timedelta(0), State.GOOD, "scan"),
        (-timedelta(hours=1), State.GOOD, "scan"),
        (health.SCAN_MIND - SECOND, State.GOOD, "scan"),
        (health.SCAN_MIND, State.MIND, "scan_late"),
        (health.SCAN_BAD, State.BAD, "scan_late"),
    ],
)
def test_the_last_look(age, state, code):
    check = health.heartbeat(Beat(NOW - age, inbox=True, settling=0, held=0), NOW)
    assert (check.state, check.code) == (state, code)


def test_an_inbox_that_is_not_there_is_an_alarm_however_fresh_the_look():
    check = health.heartbeat(Beat(NOW, inbox=False, settling=0, held=0), NOW)
    assert (check.state, check.code) == (State.BAD, "inbox_gone")
    assert health.heartbeat(None, NOW).code == "never_ran"


@pytest.mark.parametrize(
    ("ages", "state", "code"),
    [
        ([], State.GOOD, "inbox_empty"),
        ([SECOND, health.UNCLAIMED_MIND - SECOND], State.GOOD, "unclaimed"),
        ([SECOND, health.UNCLAIMED_MIND], State.MIND, "unclaimed_old"),
        ([health.UNCLAIMED_BAD, SECOND], State.BAD, "unclaimed_old"),
    ],
)
def test_the_oldest_file_nobody_took(ages, state, code):
    check = health.unclaimed([NOW - age for age in ages], NOW)
    assert (check.state, check.code) == (state, code)


@pytest.mark.parametrize(
    ("drops", "state", "code"),
    [
        ((), State.GOOD, "queue"),
        ((drop(DropState.CLAIMED, NOW),), State.GOOD, "queue"),
        ((drop(DropState.RETRY, NOW, FAULT),), State.MIND, "queue_retry"),
        ((drop(DropState.RETRY, NOW - health.RETRY_BAD, FAULT),), State.BAD, "queue_stuck"),
        ((drop(DropState.RETRY, NOW - health.RETRY_BAD, {"reason": "unmatched"}),), State.GOOD, "queue"),
        ((drop(DropState.CLAIMED, NOW - health.RETRY_BAD),), State.BAD, "queue_stuck"),
    ],
)
def test_the_queue(drops, state, code):
    check = health.queue(drops, NOW)
    assert (check.state, check.code) == (state, code)


@pytest.mark.parametrize(
    ("latest", "state", "code"),
    [
        (NOW, State.GOOD, "clock"),
        (NOW + health.CLOCK_BEHIND, State.GOOD, "clock"),
        (NOW + health.CLOCK_BEHIND + SECOND, State.BAD, "clock_behind"),
        (NOW - health.CLOCK_AHEAD, State.GOOD, "clock"),
        (NOW - health.CLOCK_AHEAD - SECOND, State.MIND, "clock_ahead"),
    ],
)
def test_the_clock_against_the_newest_moment_known(latest, state, code):
    check = health.clock(NOW, [latest, latest - timedelta(days=1)])
    assert (check.state, check.code) == (state, code)
    assert health.clock(NOW, []).state is State.GOOD


@pytest.mark.parametrize(
    ("left", "state", "code"),
    [
        (health.CERTIFICATE_MIND, State.GOOD, "seal"),
        (health.CERTIFICATE_MIND - SECOND, State.MIND, "seal"),
        (SECOND, State.MIND, "seal"),
        (timedelta(0), State.BAD, "seal_expired"),
    ],
)
def test_the_seals_certificate(left, state, code):
    check = health.certificate("CN=ПД", NOW + left, NOW)
    assert (check.state, check.code) == (state, code)


def test_the_worst_decides_the_exit_status():
    good, mind, bad = (Check(state, "x") for state in State)
    assert worst([]) is ExitCode.DONE
    assert worst([good, mind, good]) is ExitCode.FINDINGS
    assert worst([bad, mind, good]) is ExitCode.MACHINE


@pytest.fixture
def place(tmp_path):
    return Place.make(tmp_path / "place")


def states(place: Place) -> tuple[int, dict[str, str]]:
    ran = place.jeke("doctor", "--health", "--json")
    told = json.loads(ran.out)
    assert (told["format"], told["status"]) == ("jeke/health/1", ran.status)
    return ran.status, {check["code"]: check["state"] for check in told["checks"]}


def test_before_the_first_run_and_after(place):
    status, before = states(place)
    assert (status, before["never_ran"]) == (5, "bad")
    assert not (place.folder / "state" / "journal.sqlite").exists()
    assert place.run_once().status == 0
    status, after = states(place)
    assert (status, set(after.values())) == (0, {"good"})
    assert {"scan", "inbox_empty", "queue", "clock", "disk"} <= set(after)


def test_what_goes_wrong_in_a_place_is_told(place):
    assert place.run_once().status == 0
    beat = Beat.read(place.folder / "state" / "health.json")
    assert beat is not None
    (place.folder / "inbox" / "link.yaml").symlink_to("config.yaml")
    with Journal.open(place.folder / "state" / "journal.sqlite") as journal:
        journal.intend("d1", "a.yaml", beat.at)
        journal.retry("d1", beat.at, {"error": "archive-write", "reason": "EIO"})
    status, told = states(place)
    assert (status, told["queue_retry"], told["odd_lying"]) == (1, "mind", "mind")
    (place.folder / "archive").chmod(0o755)
    status, told = states(place)
    assert (status, told["rights_open"]) == (5, "bad")
    (place.folder / "archive").chmod(0o750)
    with Journal.open(place.folder / "state" / "journal.sqlite") as journal:
        journal.end("d1", DropState.DONE, beat.at + timedelta(days=400))
    status, told = states(place)
    assert (status, told["clock_behind"]) == (5, "bad")


def test_an_inbox_that_is_not_mounted_is_told_even_where_the_service_does_not_run(place):
    assert place.run_once().status == 0
    shutil.rmtree(place.folder / "inbox")
    status, told = states(place)
    assert status == 5
    assert {"inbox_unreadable", "inbox_unmarked"} & set(told)


def test_a_configuration_that_does_not_stand_is_the_first_thing_told(place):
    (place.folder / "config.yaml").write_text("x: 1\n")
    ran = place.jeke("doctor", "--health")
    assert ran.status == 5
    assert ran.out.count("\n") == 2
