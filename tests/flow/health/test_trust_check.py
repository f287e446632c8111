"""What `jeke doctor` says of the trust folder."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from pipeline.domain.errors import MachineError
from pipeline.flow.health.health import State
from pipeline.flow.health.trust_check import trust
from tests.signatures.people import UNTIL, Authority

NOW = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
CA = Authority()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "trust"
    made.mkdir(mode=0o750)
    (made / "root.cer").write_bytes(CA.der)
    return made


def told(folder: Path | None, now: dt.datetime = NOW) -> dict[str, State]:
    return {check.code: check.state for check in trust(folder, now)}


def test_no_folder_is_to_be_minded() -> None:
    assert told(None) == {"trust_none": State.MIND}


def test_what_it_holds(folder: Path) -> None:
    (folder / "a.crl").write_bytes(CA.crl(NOW - dt.timedelta(days=1), days=7))
    check, listed = trust(folder, NOW)
    assert (check.code, check.params) == ("trust", {"roots": 1, "others": 0, "lists": 1})
    until = (NOW + dt.timedelta(days=6)).date()
    assert (listed.code, listed.params) == ("trust_list", {"name": CA.name, "until": until})


def test_a_list_out_of_date(folder: Path) -> None:
    (folder / "a.crl").write_bytes(CA.crl(NOW - dt.timedelta(days=8), days=7))
    old = next(check for check in trust(folder, NOW) if check.code == "trust_list_old")
    assert old.params == {"name": CA.name, "until": (NOW - dt.timedelta(days=1)).date()}


def test_an_authority_that_ends_soon(folder: Path) -> None:
    assert "trust_ends" in told(folder, UNTIL - dt.timedelta(days=30))


def test_a_folder_without_a_root(folder: Path) -> None:
    (folder / "root.cer").unlink()
    assert told(folder) == {"trust_empty": State.BAD}


def test_a_folder_that_others_may_write_into(folder: Path) -> None:
    folder.chmod(0o770)
    assert told(folder)["trust_open"] is State.BAD


def test_a_file_that_is_none(folder: Path) -> None:
    (folder / "b.cer").write_bytes(b"none")
    with pytest.raises(MachineError, match="trust_file"):
        list(trust(folder, NOW))
