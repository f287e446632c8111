"""The golden plans: tests/retention/golden/*.yaml, each a case a lawyer can read and add to."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.domain.errors import RefusedError
from pipeline.domain.recordings import Destruction, Entry, Hold, Lifting, Register, Storing, fold_file
from pipeline.domain.terms import add_years
from pipeline.retention import clock
from pipeline.retention.plan import InStore, Item, Plan, Reason, Situation, make_plan, still_due

GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.yaml"))
ASTANA = timezone(timedelta(hours=5))
THEN = datetime(2025, 11, 1, 9, tzinfo=ASTANA)


def moment(day: date) -> datetime:
    return datetime.combine(day, time(9), ASTANA)


def recording_id(file: str) -> str:
    return hashlib.sha256(file.encode()).hexdigest()[:32]


def digest(file: str) -> str:
    return hashlib.sha256(f"bytes of {file}".encode()).hexdigest()


class World:
    """The registers and the store that a golden file describes."""

    def __init__(self, golden: dict[str, Any]) -> None:
        self.years = golden.get("years", 1)
        self.entries = {
            r["file"]: self.entry(r, golden.get("appeal_open", False)) for r in golden["recordings"]
        }
        self.holds = [self.hold(h, None) for h in golden.get("case_holds", [])]
        self.holds += [
            self.hold(h, recording_id(r["file"])) for r in golden["recordings"] for h in r.get("holds", [])
        ]
        found = {recording_id(r["file"]): self.in_store(r) for r in golden["recordings"]}
        self.store = {k: v for k, v in found.items() if v is not None}
        self.store |= {
            s: InStore("0" * 64, key=True, file=True, of=("", "", "")) for s in golden.get("strangers", [])
        }

    def entry(self, r: dict[str, Any], appeal_open: bool) -> Entry:  # noqa: FBT001
        promised = r.get("promised")
        stored = Storing(recording_id(r["file"]), digest(r["file"]), 100, "0" * 64, 200, 61.0, THEN)
        return Entry(
            case="І-1",
            sitting="О-1",
            file=r["file"],
            recorded_on=r["recorded_on"],
            held_on=r["sitting_on"],
            keep_until=add_years(r["recorded_on"], promised) if promised else None,
            years=promised or 1,
            named=r.get("named", True),
            appeal_open=appeal_open,
            stored=None if r.get("store") == "never" else stored,
        )

    def hold(self, h: dict[str, Any], recording: str | None) -> Hold:
        lifted = Lifting("", "К.", THEN) if h.get("lifted") else None
        return Hold("І-1", recording, h["mandate"], "К.", THEN, lifted)

    def in_store(self, r: dict[str, Any]) -> InStore | None:
        how = r.get("store", "whole")
        if how in ("nothing", "never"):
            return None
        sha256 = "1" * 64 if how == "other" else digest(r["file"])
        of = "І-1", "О-1", fold_file(r["file"])
        return InStore(sha256, key=how != "no_key", file=how != "no_file", of=of)

    @property
    def situation(self) -> Situation:
        register = Register(tuple(self.entries.values()), tuple(self.holds))
        return Situation((register,), self.store, years=self.years)

    def change(self, step: dict[str, Any]) -> None:
        match step:
            case {"hold": file, "mandate": _}:
                self.holds.append(self.hold(step, recording_id(file)))
            case {"appeal_open": is_open}:
                self.entries = {f: replace(e, appeal_open=is_open) for f, e in self.entries.items()}
            case {"lose": file}:
                self.store[recording_id(file)] = replace(self.store[recording_id(file)], file=False)
            case {"destroy": file}:
                act = Destruction("2026-001/1", date(2026, 12, 1), "p", "0" * 128, "2026-001", "м")
                self.entries[file] = replace(self.entries[file], destroyed=act)
            case {"recorded": file, "day": day}:
                self.entries[file] = replace(self.entries[file], recorded_on=day)
            case _:
                raise AssertionError(step)


def read(path: Path) -> dict[str, Any]:
    golden = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert isinstance(golden, dict)
    return golden


def planned(world: World, golden: dict[str, Any]) -> Plan:
    on = golden["plan"]["day"]
    return make_plan(world.situation, number="2026-001", on=on, made_at=moment(on))


def agrees(items: tuple[Item, ...], expected: list[dict[str, Any]]) -> None:
    told = {"file": "file", "reason": "reason", "until": "keep_until", "mandates": "mandates"}
    assert len(items) == len(expected), items
    for item, want in zip(items, expected, strict=True):
        found = {key: getattr(item, told[key]) for key in want}
        assert {**found, "mandates": list(item.mandates)} == {
            **want,
            "mandates": want.get("mandates", list(item.mandates)),
        }


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_the_plan_is_as_the_case_says(path: Path) -> None:
    golden = read(path)
    plan = planned(World(golden), golden)
    agrees(plan.destroy, golden["plan"].get("destroy", []))
    agrees(plan.keep, golden["plan"].get("keep", []))
    assert list(plan.unknown) == golden["plan"].get("not_registered", [])


def believed(now: datetime, plan: Plan) -> None:
    """The machine was started an hour ago, and the plan made before that."""
    last = clock.Belief(plan.made_at, clock.Running("before", timedelta(hours=1)))
    clock.check(now, clock.Running("now", timedelta(hours=1)), [plan.made_at], last, confirmed=False)


@pytest.mark.parametrize("path", [p for p in GOLDEN if "\nrun:" in p.read_text()], ids=lambda path: path.stem)
def test_the_run_looks_at_everything_again(path: Path) -> None:
    golden = read(path)
    world = World(golden)
    plan = planned(world, golden)
    for step in golden.get("then", []):
        world.change(step)
    expected, now = golden["run"], moment(golden["run"]["day"])
    if "refused" in expected:
        with pytest.raises(RefusedError) as refused:
            believed(now, plan)
        assert refused.value.code == expected["refused"]
        return
    believed(now, plan)
    looked = {item.file: still_due(item, world.situation, now.date()).reason for item in plan.destroy}
    assert [f for f, why in looked.items() if why is Reason.TERM_OVER] == expected.get("destroyed", [])
    kept = [{"file": f, "reason": str(why)} for f, why in looked.items() if why is not Reason.TERM_OVER]
    assert kept == expected.get("kept", [])


def test_every_reason_stands_in_a_case() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in GOLDEN)
    elsewhere = {Reason.UNDER_WAY, Reason.NOT_REGISTERED, Reason.INTERRUPTED, Reason.ELSEWHERE}
    assert {r for r in Reason if f"reason: {r}" not in text} == elsewhere
