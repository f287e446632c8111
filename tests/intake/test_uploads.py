"""Bytes that come over the network, as they lie in inbox/: hidden, in order, named once."""

import hashlib
import multiprocessing
import os
from pathlib import Path
from uuid import uuid4

import pytest

from pipeline.domain.errors import MachineError, RefusedError
from pipeline.intake.inbox import Inbox
from pipeline.intake.kinds import DropKind, kind_of
from pipeline.intake.uploads import LIMITS, Arriving, OtherOffsetError, plain_name, require_size
from pipeline.record_format.stream import MAX_FILE_BYTES


@pytest.fixture
def coming(tmp_path: Path) -> Arriving:
    arriving = Arriving(tmp_path, uuid4())
    arriving.begin()
    return arriving


def lay(arriving: Arriving, name: str) -> str:
    return arriving.lay(name, lambda *_: None, lambda _: None)


def test_the_watch_sees_nothing_of_it_before_it_is_whole(coming):
    coming.append(0, [b"a: 1\n"], 100)
    assert Inbox(coming.inbox, 0.0).look().ready == ()
    assert lay(coming, "a.yaml") == "a.yaml"
    assert Inbox(coming.inbox, 0.0).look().ready == (coming.inbox / "a.yaml",)
    assert (coming.inbox / "a.yaml").stat().st_mode & 0o007 == 0


def test_what_is_told_before_the_naming_is_of_the_very_bytes(coming):
    data = os.urandom(3 * 2**20 + 7)
    told: list[object] = []
    coming.append(0, [data[:5], data[5:]], len(data))
    coming.lay("a.mp3", lambda *what: told.append((*what, coming.is_there)), told.append)
    assert told == [(hashlib.sha256(data).hexdigest(), len(data), True), "a.mp3"]


def test_begun_twice_it_keeps_what_has_come(coming):
    coming.append(0, [b"abc"], 10)
    coming.begin()
    assert coming.size == 3
    with pytest.raises(OtherOffsetError) as raised:
        coming.append(2, [b"x"], 10)
    assert raised.value.offset == 3
    assert coming.append(3, [b"defghijklmn"], 10) == 10


@pytest.mark.parametrize("taken", ["file", "folder", "link", "dangling"])
def test_nothing_that_has_the_name_is_replaced(coming, taken):
    path = coming.inbox / "a.yaml"
    match taken:
        case "file":
            path.write_text("other")
        case "folder":
            path.mkdir()
        case "link":
            path.symlink_to(coming.inbox)
        case _:
            path.symlink_to("nowhere")
    coming.append(0, [b"mine"], 4)
    assert lay(coming, "a.yaml") == "a-2.yaml"
    assert (coming.inbox / "a-2.yaml").read_bytes() == b"mine"
    assert os.path.lexists(path)


def _lays(inbox: Path, number: int) -> None:
    arriving = Arriving(inbox, uuid4())
    arriving.begin()
    arriving.append(0, [str(number).encode()], 10)
    lay(arriving, "a.yaml")


def test_many_at_once_get_each_a_name(tmp_path):
    with multiprocessing.get_context("fork").Pool(8) as pool:
        pool.starmap(_lays, [(tmp_path, number) for number in range(40)])
    assert sorted(int(path.read_text()) for path in tmp_path.iterdir()) == list(range(40))


def test_a_link_laid_in_its_place_is_not_followed(coming, tmp_path):
    other = tmp_path / "other"
    other.write_text("x")
    coming.path.unlink()
    coming.path.symlink_to(other)
    with pytest.raises(MachineError):
        coming.append(1, [b"y"], 10)
    assert other.read_text() == "x"


def test_an_inbox_that_is_not_there_is_said(tmp_path):
    with pytest.raises(MachineError, match="inbox_not_writable"):
        Arriving(tmp_path / "жоқ", uuid4()).begin()


def test_each_kind_that_is_taken_has_its_limit():
    assert set(LIMITS) == set(DropKind) - {DropKind.UNKNOWN}
    assert LIMITS[DropKind.RECORDS] == MAX_FILE_BYTES
    require_size("a.yaml", MAX_FILE_BYTES)
    with pytest.raises(RefusedError, match="upload_too_large"):
        require_size("a.yaml", MAX_FILE_BYTES + 1)


@pytest.mark.parametrize(
    "name", ["a.yml", "скан 1.TIF", "қол.p7s", "a.cms", "a.sig", "жиын.zip", "a.3gp", "х.jpeg"]
)
def test_honest_names_stay_as_they_are(name):
    assert plain_name(name) == name
    assert kind_of(name) in LIMITS
