"""A place of work that version 0.2.0 laid out and filled goes on as it is.

Three cases, one of them decided, its protocol signed by seven people with keys of their own.
"""

from __future__ import annotations

import json
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path

import pytest

from tests.e2e.place import Place

PACKED = Path(__file__).with_name("place_0_2_0.tar.xz")
CASE, SITTING = "QRG-PD-2025-014", "QRG-PD-AK-2025-S3"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    folder = tmp_path / "place"
    folder.mkdir(mode=0o700)
    with tarfile.open(PACKED) as packed:
        packed.extractall(folder, filter="fully_trusted")  # noqa: S202  # our own file
    return Place(folder)


def signed(place: Place) -> list[str]:
    entries = json.loads(place.object_named(SITTING).read("documents.json"))["documents"]
    return [entry["name"] for entry in entries if entry.get("signed")]


def test_it_verifies_and_is_found(place: Place) -> None:
    ran = place.run_once()
    assert ran.status == 0, ran.err
    assert place.jeke("verify").status == 0
    assert place.jeke("audit", "--verify").status == 0
    assert "Әбілқасов" in place.jeke("find", "Әбілқасов").out
    assert "Әбілқасов" in place.jeke("find", "Abilqasov").out
    assert "жарамсыз" not in place.jeke("templates", "check").out


@pytest.mark.parametrize("index", ["left out", "of its version"])
@pytest.mark.parametrize(
    "first", ["verify", "verify --quick", "audit --verify", "retention reconcile", "backup ../kept"]
)
def test_whatever_command_is_the_first_it_is_sound(place: Place, first: str, index: str) -> None:
    """That there is no identity yet, and no index of this version, is no damage."""
    if index == "of its version":
        with closing(sqlite3.connect(place.folder / "state/index.sqlite")) as old:
            old.execute("CREATE TABLE objects (key INTEGER)")
            old.execute("PRAGMA user_version = 5")
    ran = place.jeke(*first.split())
    assert ran.status == 0, ran.out + ran.err
    assert place.jeke("verify", "--fresh").status == 0
    assert "Әбілқасов" in place.jeke("find", "Әбілқасов").out


def test_an_appeal_against_an_old_decision_leaves_signed_papers_signed(place: Place, tmp_path: Path) -> None:
    """Words and layout were put right since; nobody is to sign again for that."""
    assert signed(place) == ["protocol"]
    assert place.jeke("get", CASE, "--document", "record", "--out", str(tmp_path / "out")).status == 0
    record = (tmp_path / "out" / "record.yaml").read_text(encoding="utf-8")
    place.drop("appeal.yaml", f"{record.rstrip()}\nappeal: {{filed_on: 2025-11-10, to: бастық}}\n")
    ran = place.run_once()
    assert ran.status == 0, ran.err
    assert signed(place) == ["protocol"]
    answer = (place.folder / "outbox" / CASE / "жауап.txt").read_text(encoding="utf-8")
    assert "Құжат: Отырыс хаттамасы" not in answer
    assert "Үлгі пайдаланылмады" not in answer
