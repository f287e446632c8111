"""A personal file whose recordings stayed with its sender; and a bag that names somebody else's recording."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipeline.archive.ocfl.storage_root import StorageRoot
from pipeline.archive.person.recordings_register import read_register, register_yaml
from pipeline.cli.context import CliContext
from pipeline.flow.retention.sweep import Cleanup
from pipeline.retention.approval import StandingOrder
from pipeline.retention.plan import Reason
from tests.e2e.place import Place, documents_of, sample
from tests.retention.place_support import CASE, DUE_ON, STORED_ON, filed, opened, store

ORDER = StandingOrder("15", date(2025, 4, 12), "Б.С. Есімов")
PERSON = "Әбілқасов"


@pytest.fixture(scope="module")
def sender(tmp_path_factory: pytest.TempPathFactory) -> Place:
    made = Place.make(tmp_path_factory.mktemp("sender") / "place")
    filed(made)
    store(made)
    return made


@pytest.fixture
def here(tmp_path: Path) -> Place:
    return Place.make(tmp_path / "here")


def bag_of(place: Place, folder: Path) -> Path:
    ran = place.jeke("export", PERSON, "--out", str(folder / "bag"))
    assert ran.status == 0, ran.err
    return folder / "bag"


def test_what_stayed_with_the_sender_is_told_and_is_no_fault(
    sender: Place, here: Place, tmp_path: Path
) -> None:
    bag = bag_of(sender, tmp_path)
    taken = here.jeke("import", str(bag), "--trust-authorities")
    assert taken.status == 0
    assert "жіберушіде" in taken.err or "жіберген органда" in taken.err
    assert "SHA-256" in taken.err
    verified = here.jeke("verify")
    assert verified.status == 0, verified.out
    assert "W-recording-elsewhere" in verified.out
    reconciled = here.jeke("retention", "reconcile", "--full")
    assert reconciled.status == 0
    assert "Жіберген органда қалған" in reconciled.out
    plan = json.loads(here.jeke("retention", "plan", "--on", "2026-10-17", "--json").out)
    assert [item["reason"] for item in plan["keep"]] == ["elsewhere"]
    assert plan["destroy"] == []
    status = json.loads(here.jeke("status", CASE, "--json").out)["cases"][0]
    assert (status["stage"], status["recordings_elsewhere"]) == ("finished", 1)
    assert [d["result"] for d in status["decisions"]] == ["recommended"]
    assert (status["earliest_sitting"], status["waits_for"]) == (None, [])


def test_a_case_decided_elsewhere_keeps_its_decision_and_papers_when_it_is_filed_again(
    sender: Place, here: Place, tmp_path: Path
) -> None:
    """HR drop its record here, the post mended: the sitting, which decided it, stayed with the sender."""
    assert here.jeke("import", str(bag_of(sender, tmp_path)), "--trust-authorities").status == 0
    came = here.object_named(PERSON)
    text = next(d for d in documents_of(sample("recommended")) if "kind: case" in d)
    here.drop("case.yaml", text.replace("filled_on: 2025-10-21,", "filled_on: 2025-10-22,"))
    assert here.run_once().status == 0
    now = here.object_named(PERSON)
    assert now.head != came.head
    assert {path for path in came.state if path.endswith(".pdf")} <= set(now.state)
    assert "Комиссия шешімі (QRG-PD-AK-2025-S3): " in now.read("inner-list.txt").decode()
    status = json.loads(here.jeke("status", CASE, "--json").out)["cases"][0]
    assert [d["result"] for d in status["decisions"]] == ["recommended"]
    assert status["stage"] == "finished"
    assert here.jeke("verify").status == 0
    here.drop("moved.yaml", text.replace("850314390019", "850314390118"))
    assert here.run_once().status == 0
    status = json.loads(here.jeke("status", CASE, "--json").out)["cases"][0]
    assert [d["result"] for d in status["decisions"]] == ["recommended"]
    here.drop("sitting.yaml", sample("recommended").replace("850314390019", "850314390118"))
    assert here.run_once().status == 0
    status = json.loads(here.jeke("status", CASE, "--json").out)["cases"][0]
    assert [d["result"] for d in status["decisions"]] == ["recommended"]
    assert here.jeke("verify").status == 0


def test_only_authorities_whose_seals_the_bag_uses_are_trusted(
    sender: Place, here: Place, tmp_path: Path
) -> None:
    """A second authority's certificate lies in the bag, and no seal rests on it."""
    other = Place.make(tmp_path / "other")
    other.drop("sample.yaml", sample("tie"))
    assert other.run_once().status == 0
    known = sender.folder / "state" / "seal" / "roots"
    mine = sorted(known.iterdir())
    stranger = next((other.folder / "state" / "seal" / "roots").iterdir())
    copy = Place(tmp_path / "copy")
    shutil.copytree(sender.folder, copy.folder)
    shutil.copy(stranger, copy.folder / "state" / "seal" / "roots" / stranger.name)
    bag = bag_of(copy, tmp_path)
    assert (bag / "authorities" / stranger.name).exists()
    ran = here.jeke("import", str(bag), "--trust-authorities")
    assert ran.status == 0
    assert mine[0].stem in ran.err
    assert stranger.stem not in ran.err
    trusted = {path.name for path in (here.folder / "state" / "seal" / "roots").iterdir()}
    assert mine[0].name in trusted
    assert stranger.name not in trusted


def test_a_bag_that_names_somebody_elses_recording_destroys_nothing(sender: Place, tmp_path: Path) -> None:
    """Its register bears the id and the SHA-256 of the sender's recording, with days of 2021."""
    ours = Place(tmp_path / "ours")
    shutil.copytree(sender.folder, ours.folder)
    with opened(ours, STORED_ON) as work:
        (stored,) = work.vault.all()
    evil = Place.make(tmp_path / "evil")
    filed(evil, sample("tie"))
    root = StorageRoot.open(evil.folder / "archive")
    theirs = next(o for o in evil.objects() if "recordings.yaml" in o.state)
    register = read_register(theirs.read("recordings.yaml"))
    day = date(2021, 1, 15)
    mine = read_register(ours.object_named(PERSON).read("recordings.yaml")).entries[0]
    forged = [
        replace(
            e,
            recorded_on=day,
            held_on=day,
            counted_from=day,
            keep_until=date(2022, 1, 15),
            stored=mine.stored,
        )
        for e in register.entries[:1]
    ]
    root.write_version(
        theirs.id,
        {"recordings.yaml": register_yaml(replace(register, entries=tuple(forged)))},
        message="x",
        user="x",
        address="urn:x",
        created=STORED_ON,
    )
    assert evil.jeke("reindex").status == 0
    name = forged[0].case
    ran = evil.jeke("export", name, "--out", str(tmp_path / "evilbag"))
    assert ran.status == 0, ran.err
    cli = CliContext(ours.folder / "config.yaml", config_named=True, language=None, debug=False)
    assert cli is not None
    assert ours.jeke("import", str(tmp_path / "evilbag")).status == 0
    with opened(ours, DUE_ON - timedelta(days=1)) as work:
        entries = list(work.audit.entries())
        assert any(e.event == "import" for e in entries)
        plan = Cleanup(work, "t").plan(dry_run=True)
        assert plan.destroy == ()
        assert {item.reason for item in plan.keep} == {Reason.TERM}
        assert work.vault.has_key(stored.id)
