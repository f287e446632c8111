"""Killed anywhere, the next start goes on: nothing lost, nothing twice."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.flow.casefile import records_drop
from tests.archive.ocfl_support import faults_by_ocfl_py, in_a_process, was_killed
from tests.e2e.place import Place, documents_of, jeke_process, sample

KILLS = int(os.environ.get("JEKE_SOAK", "6"))
LONGEST = 1.6  # seconds: a whole run over the drops below takes about so long


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place.make(tmp_path / "place")


def test_killed_at_random_moments_every_drop_is_filed_once(place: Place) -> None:
    expected = Place.make(place.folder.parent / "undisturbed")
    for name in ("recommended", "tie", "refused"):
        expected.drop(f"{name}.yaml", sample(name))
        place.drop(f"{name}.yaml", sample(name))
    place.drop("again.yaml", sample("refused"))
    assert expected.run_once().status == 0

    chance = random.Random(218)
    for _ in range(KILLS):
        _killed_after(chance.uniform(0.2, LONGEST), place)
    ran = jeke_process(["run", "--once"], place.folder)
    assert ran.status == 0, ran.err

    assert place.content() == expected.content()
    assert {o.head for o in place.objects()} == {"v1"}
    assert list((place.folder / "state" / "work").iterdir()) == []
    assert [p.name for p in (place.folder / "inbox").glob("*.yaml")] == []
    assert list((place.folder / "inbox" / "refused").iterdir()) == []
    (back,) = (place.folder / "inbox" / "duplicates").iterdir()
    assert back.name.endswith(("-again.yaml", "-refused.yaml"))
    assert _printed(place) == _printed(expected)
    assert faults_by_ocfl_py(place.folder / "archive") == []


def _killed_after(seconds: float, place: Place) -> None:
    run = subprocess.Popen(
        [sys.executable, "-m", "pipeline", "run", "--once"],
        cwd=place.folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(seconds)
    run.kill()
    run.wait()


def _printed(place: Place) -> list[str]:
    """Every document and answer in outbox/."""
    outbox = place.folder / "outbox"
    return sorted(str(p.relative_to(outbox)) for p in outbox.rglob("*") if p.is_file())


def _answers(place: Place) -> dict[str, str]:
    outbox = place.folder / "outbox"
    return {str(p.relative_to(outbox)): p.read_text(encoding="utf-8") for p in outbox.rglob("*.txt")}


def _killed_before_the_answer(place: Place) -> None:
    """Everything is filed by then; or the person's object alone is not, the last one written."""

    def killed(*_: object, **__: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    records_drop.answer = killed  # type: ignore[assignment]
    place.run_once()


def test_killed_before_the_answer_it_tells_of_the_same_papers(place: Place) -> None:
    """Those made by the try that was cut short, on the records dropped and on others that changed by them."""
    undisturbed = Place.make(place.folder.parent / "undisturbed")
    campaign, commission, case, sitting = documents_of(sample("recommended"))
    for here in (undisturbed, place):
        here.drop("a.yaml", f"{campaign}---\n{commission}---\n{case}")
        assert here.run_once().status == 0
        here.drop("b.yaml", sitting)
    assert undisturbed.run_once().status == 0
    assert was_killed(in_a_process(lambda: _killed_before_the_answer(place)))
    ran = place.run_once()
    assert ran.status == 0, ran.err
    told = _answers(place)
    for name, words in _answers(undisturbed).items():
        assert _without_ids(told[name]) == _without_ids(words)
    assert "QRG-PD-2025-014/жауап.txt" in told


@pytest.mark.parametrize("moment", ["with_first_try", "_of_lists", "lay_lists"])
@pytest.mark.parametrize("times", [1, 2])
def test_killed_before_their_answer_the_lists_of_a_campaign_are_told_of(
    place: Place, moment: str, times: int
) -> None:
    """Filed, and killed before the answer is made, before it is written, and just behind it."""
    undisturbed = Place.make(place.folder.parent / "undisturbed")
    campaign, commission, case, _ = documents_of(sample("recommended"))
    second = case.partition("admission:")[0].replace("QRG-PD-2025-014", "QRG-PD-2025-015")
    second = second.replace('"850314390019"', '"850314300400"').replace("Әбілқасов", "Ысқақов")
    for here in (undisturbed, place):
        here.drop("a.yaml", f"{campaign}---\n{commission}---\n{case}")
        assert here.run_once().status == 0
        here.drop("b.yaml", second)
    assert undisturbed.run_once().status == 0
    for _ in range(times):
        assert was_killed(in_a_process(lambda: _killed_at(place, moment)))
    assert place.object_named("Аттестаттау туралы хабарландыру: QRG-PD-2025-3").head == "v2"
    assert place.run_once().status == 0
    told, expected = (_answers(p)["QRG-PD-2025-3/жауап.txt"] for p in (place, undisturbed))
    assert "list-to-own-security.pdf" in expected
    assert _without_ids(told) == _without_ids(expected)
    assert place.run_once().status == 0
    assert _answers(place)["QRG-PD-2025-3/жауап.txt"] == told
    assert place.object_named("Аттестаттау туралы хабарландыру: QRG-PD-2025-3").head == "v2"


def _killed_at(place: Place, moment: str) -> None:
    def killed(*_: object, **__: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(records_drop, moment, killed)
    place.run_once()


def _without_ids(words: str) -> str:
    return re.sub(r"urn:uuid:[0-9a-f-]+", "urn", words)


def test_what_the_machine_prevents_is_tried_again(place: Place) -> None:
    config = place.folder / "config.yaml"
    whole = config.read_text(encoding="utf-8")
    (place.folder / "key.pass").write_text("x", encoding="utf-8")
    key = "seal: {pkcs12: key.p12, passphrase_file: key.pass}\n"
    config.write_text(whole.replace("seal:\n", key), encoding="utf-8")
    assert key in config.read_text(encoding="utf-8")
    place.drop("refused.yaml", sample("refused"))

    ran = place.run_once()
    assert ran.status == 5
    assert place.objects() == []
    assert [p.name for p in (place.folder / "state" / "work").glob("*/*")] == ["refused.yaml"]

    config.write_text(whole, encoding="utf-8")
    assert place.run_once().status == 0
    assert len(place.objects()) == 2
    assert list((place.folder / "state" / "work").iterdir()) == []


def test_two_at_once_are_not_possible(place: Place) -> None:
    watching = subprocess.Popen(
        [sys.executable, "-m", "pipeline", "run"],
        cwd=place.folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert watching.stderr is not None
        watching.stderr.readline()
        ran = place.run_once()
        assert ran.status == 5
        assert str(watching.pid) in ran.err
    finally:
        watching.kill()
        watching.wait(timeout=20)


def test_a_fault_of_the_program_gives_the_file_back_and_names_nobody(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("Өмірзақов Бекзат Ғаниұлы 010203500107")

    monkeypatch.setattr("pipeline.flow.casefile.records_drop.judge", broken)
    place.drop("refused.yaml", sample("refused"))
    ran = place.run_once()
    assert ran.status == 5
    (back,) = (place.folder / "inbox" / "refused").iterdir()
    assert (back / "refused.yaml").read_text(encoding="utf-8") == sample("refused")
    assert "бағдарлама қатесі RuntimeError" in ran.err
    told = ran.err + (back / "жауап.txt").read_text(encoding="utf-8")
    assert not [word for word in ("Өмірзақов", "010203500107") if word in told]
