"""Ballots that came back from the field and were taken wrongly once, by the name of the case (¶32)."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from pipeline.domain.records import Sitting
from pipeline.record_format.reader import read_stream
from tests.e2e.place import Place, documents_of, sample
from tests.flow.ballots.sittings import MEMBERS, NO, SITTING, YES, a_case, a_sitting, ahead, marked
from tests.flow.scanned import answer, dropped, filed, refused
from tests.scans.simulated import CLEAN, as_pdf

FIELD = Path(__file__).parents[1] / "field"
ULY = "ULY-PD-AK-2026-S1"


@pytest.fixture
def uly(tmp_path: Path) -> Place:
    """The commission and the candidates of the sitting, by the sample's people."""
    place = Place.make(tmp_path / "place")
    campaign, commission = documents_of(sample("recommended"))[:2]
    commission = commission.replace("QRG-PD-AK-2025", "ULY-PD-AK-2026")
    cases = [a_case(n, id=f"ULY-PD-2026-{number:03}") for n, number in enumerate((1, 3, 4))]
    place.drop("a.yaml", "---\n".join([campaign, commission, *cases]))
    assert place.run_once().status == 0, answer(refused(place)[-1])
    return place


def test_ballot_of_the_sitting(uly: Place) -> None:
    """Printed, voted and signed; the votes are typed; then the sheet is scanned: it is the ballot."""
    for name in ("1-отырыс-before", "2-отырыс-with-votes"):
        text = (FIELD / "ballot-of-the-sitting" / f"{name}.yaml").read_text(encoding="utf-8")
        uly.drop(f"{name}.yaml", text)
        assert uly.run_once().status == 0, answer(refused(uly)[-1])
        if name.startswith("1"):
            shutil.copytree(uly.folder / "outbox" / ULY, uly.folder / "printed")
    (read,) = read_stream(text.encode(), "votes.yaml", lambda _: ()).records
    assert isinstance(read.record, Sitting)
    for number, member in ((1, "m1"), (3, "m3")):
        marks = ["yes" if row.votes[member] == YES else "no" for row in read.record.candidates[:2]]
        sheet = marked(uly, number, [*marks, ""], unsigned=(2,))
        assert dropped(uly, f"{number}.pdf", as_pdf(sheet)).status == 0, answer(refused(uly)[-1])
    assert {"annex-3-01.pdf", "annex-3-03.pdf"} <= filed(uly).keys()
    assert "annex-3-01" not in {paper["name"] for paper in awaited(uly)}


def awaited(place: Place) -> list[dict[str, str]]:
    told = json.loads(place.jeke("status", ULY, "--json").out)["sittings"][0]
    return [b for b in told["ballots"] if b["state"] != "filed"]


def test_ballot_plus_flagged(tmp_path: Path) -> None:
    """Twenty-five rows, a + of 3.8 mm and a signature in each: what the form is for is no added text."""
    place = ahead(tmp_path / "p", 25)
    marks = ["no" if n % 4 == 3 else "yes" for n in range(25)]
    ran = dropped(place, "парақ.pdf", as_pdf(marked(place, 1, marks, pen="plus", scanner=CLEAN)))
    assert ran.status == 0, answer(refused(place)[-1])
    votes = json.loads(filed(place)["annex-3-01-scan.json"])["votes"]
    assert [row["mark"] for row in votes] == [NO if n % 4 == 3 else YES for n in range(25)]
    typed = {n: dict.fromkeys(MEMBERS, NO if n % 4 == 3 else YES) for n in range(25)}
    place.drop("votes.yaml", a_sitting(25, typed))
    assert place.run_once().status == 0
    told = (place.folder / "outbox" / SITTING / "жауап.txt").read_text(encoding="utf-8")
    assert "жазбамен сәйкес келмейді" not in told
