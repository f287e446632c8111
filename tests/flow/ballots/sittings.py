"""A sitting of several candidates before and after its votes, and its ballots marked by pen."""

from __future__ import annotations

import json
import random
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from pipeline.domain.iin import iin_check_digit
from pipeline.scans.fields import vote_cells
from tests.e2e.place import Place, documents_of, sample
from tests.scans.pen_changes import drawn_cross, drawn_plus, drawn_tick, scribbled
from tests.scans.simulated import CLEAN, Picture, Scanner, pages_of, scan, sign, some

SITTING = "QRG-PD-AK-2025-S3"
SURNAMES = ("Әбілқасов", "Ғабитов", "Қайратов", "Өтегенов", "Ұзақов", "Һәкімов", "Ілиясов", "Жүнісов")
MEMBERS = ("m1", "m2", "m3", "m4", "m5", "m6")
PENS = {"plus": drawn_plus, "tick": drawn_tick, "cross": drawn_cross}
YES, NO = "recommended", "not_recommended"


def case_id(number: int) -> str:
    return f"QRG-PD-2025-{number + 14:03}"


@cache
def _sample() -> tuple[dict[str, Any], ...]:
    return tuple(yaml.safe_load(text) for text in documents_of(sample("recommended")))


def _text(*records: Mapping[str, Any]) -> str:
    plain = (json.loads(json.dumps(dict(record), default=str)) for record in records)
    return "---\n".join(yaml.safe_dump(record, allow_unicode=True, sort_keys=False) for record in plain)


def a_case(number: int, **changed: Any) -> str:
    """Ready to be heard."""
    case = {k: v for k, v in _sample()[2].items() if k != "sheet"}
    eleven = next(
        f"8503{day:02}3900{n}"
        for day in range(14 + number // 8, 29)
        for n in [number % 8 + 1]
        if iin_check_digit(f"8503{day:02}3900{n}") is not None
    )
    iin = f"{eleven}{iin_check_digit(eleven)}"
    surname = SURNAMES[number % 8] + ("" if number < 8 else "тегі" * (number // 8))
    employee = {**case["employee"], "iin": iin, "surname": surname, "given_name": "Дархан"}
    items = {
        k: f"{v} {number}" if k in {"duties", "knowledge", "lawfulness", "qualities"} else v
        for k, v in case["characteristic"].items()
    }
    return _text({**case, "id": case_id(number), "employee": employee, "characteristic": items, **changed})


def a_sitting(
    candidates: int,
    votes: Mapping[int, Mapping[str, str]] | None = None,
    absent: Sequence[str] = ("m7",),
    **of_candidates: Mapping[str, Any],
) -> str:
    """Ahead, or with votes by candidate; `of_candidates`: more of a candidate, by `c0`, `c1` …"""
    whole = _sample()[3]
    about = ("kind", "id", "commission", "number", "held_on", "started_at", "city", "place", "secretary")
    record = {key: whole[key] for key in about}
    record["started_at"] = "10:00"
    rows: list[dict[str, Any]] = []
    for number in range(candidates):
        heard = votes is not None and number in votes
        kept = ("attendance", "questions", "considered") if heard else ()
        row = {"case": case_id(number), **{key: whole["candidates"][0][key] for key in kept}}
        if votes is not None and heard:
            row["votes"] = dict(votes[number])
        rows.append(row | dict(of_candidates.get(f"c{number}", {})))
    if votes is not None:
        record |= {
            "ended_at": "12:40",
            "present": [m for m in (*MEMBERS, "m7") if m not in absent],
            "absent": [{"member": m, "reason": "іссапар"} for m in absent],
        }
    return _text({**record, "candidates": rows})


@cache
def _ahead(candidates: int) -> Path:
    folder = Path(tempfile.mkdtemp())
    place = Place.make(folder / "place")
    cases = [a_case(n) for n in range(candidates)]
    text = "---\n".join([*documents_of(sample("recommended"))[:2], *cases, a_sitting(candidates)])
    place.drop("ahead.yaml", text)
    ran = place.run_once()
    assert ran.status == 0, ran.out + ran.err
    return place.folder


def ahead(folder: Path, candidates: int = 3) -> Place:
    """A place whose sitting is ahead: its blank ballots are printed, and kept here as people took them."""
    shutil.copytree(_ahead(candidates), folder)
    place = Place(folder)
    shutil.copytree(folder / "outbox" / SITTING, folder / "printed")
    return place


def marked(
    place: Place,
    member: int,
    marks: Sequence[str],
    *,
    unsigned: Sequence[int] = (),
    pen: str = "plus",
    scanner: Scanner = CLEAN,
    seed: int = 1,
) -> list[Picture]:
    """The pages of a member's blank ballot as it was printed, marked and signed row by row.

    A mark is `yes`, `no`, both, `` for none, or `scribble`, `dot`.
    """
    pdf = (place.folder / "printed" / f"annex-3-{member:02}.pdf").read_bytes()
    rng = random.Random(f"{seed}{member}{pen}")
    pages: list[Picture] = []
    at = 0
    for page, fields in pages_of(pdf, "annex-3"):
        picture = page.picture
        cells = vote_cells(page, "annex-3")
        assert cells is not None
        for row, field in zip(cells.rows, fields, strict=True):
            mark = marks[at]
            for cell, word in zip(row, ("yes", "no"), strict=True):
                if word in mark.split("+") or mark == "both":
                    x, y = (cell.left + cell.right) / 2, cell.middle
                    picture = PENS[pen](picture, x + rng.uniform(-8, 8), y + rng.uniform(-2, 2), rng)
            if mark == "filled":
                picture = scribbled(page, picture, row[0].grown(-12, -6), rng)
            if at not in unsigned:
                picture = sign(picture, field, rng, size=0.8)
            at += 1
        pages.append(scan(picture, some(scanner, rng), rng))
    assert at == len(marks)
    return pages
