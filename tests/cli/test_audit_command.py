"""`jeke audit`: views, take-outs and filings listed in Kazakh; a broken chain is exit status 1."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.cli.context import login
from tests.archive.ocfl_support import SCRATCH
from tests.e2e.place import Place, sample

IIN = "010203500107"


@pytest.fixture(scope="module")
def filed() -> Iterator[Place]:
    with tempfile.TemporaryDirectory(dir=SCRATCH) as folder:
        place = Place.make(Path(folder) / "place")
        place.drop("a.yaml", sample("refused"))
        place.drop("b.yaml", sample("recommended"))
        assert place.run_once().status == 0
        yield place


def told(place: Place, *arguments: str) -> list[dict[str, object]]:
    entries: list[dict[str, object]] = json.loads(place.jeke("audit", "--json", *arguments).out)["entries"]
    return entries


def person(place: Place) -> str:
    return next(o.id for o in place.objects() if IIN in o.read("inner-list.txt").decode())


@pytest.mark.parametrize(
    ("command", "event", "of"),
    [
        (("find", "Өмірзақов"), "view", "find"),
        (("status", IIN), "view", "status"),
        (("get", IIN, "--out"), "take-out", None),
        (("get", IIN, "--print"), "print", None),
        (("check",), "view", "check"),
    ],
)
def test_looking_and_taking_out_count(
    filed: Place, tmp_path: Path, command: tuple[str, ...], event: str, of: str | None
) -> None:
    last = {"get": tmp_path / "out.pdf"}.get(command[0])
    if command[0] == "check":
        last = tmp_path / "a.yaml"
        last.write_text(sample("refused"), encoding="utf-8")
    before = len(told(filed))
    ran = filed.jeke(*command, *([str(last)] if last else []))
    assert ran.status == 0, ran.err
    new = told(filed)[before + 1]  # behind the entry of having asked before
    assert new["event"] == event
    assert new["objects"] == [person(filed)]
    assert new["agent"] == login()
    assert isinstance(new["detail"], dict)
    assert new["detail"].get("of") == of


def test_all_that_is_shown_at_once_counts_for_everybody(filed: Place) -> None:
    filed.jeke("deadlines")
    filed.jeke("status")
    mine = told(filed, "--person", IIN)
    assert [e["detail"]["of"] for e in mine if "of" in e["detail"]][-2:] == ["deadlines", "status"]  # type: ignore[index, operator]


def test_one_persons_entries_alone(filed: Place) -> None:
    filed.jeke("find", "Әбілқасов")
    filed.jeke("find", "Өмірзақов")
    for entry in told(filed, "--person", IIN):
        assert person(filed) in entry["objects"] or entry["detail"]["scope"] == "all"  # type: ignore[operator, index]
    assert filed.jeke("audit", "--person", "жоқ адам").status == 3


def test_the_listing_is_read_by_people(filed: Place) -> None:
    filed.jeke("find", IIN)
    out = filed.jeke("audit", "--person", IIN).out
    assert "тіркеу  |  кім: jeke  |  іс: Өмірзақов Бекзат Ғаниұлы" in out
    assert f"қарау  |  кім: {login()}  |  іс: Өмірзақов Бекзат Ғаниұлы  |  команда: find" in out
    assert "None" not in out


def test_since_a_day(filed: Place) -> None:
    assert told(filed, "--since", "2000-01-01") != []
    assert told(filed, "--since", "2999-01-01") == []
    assert "Мұндай жазба жоқ" in filed.jeke("audit", "--since", "2999-01-01").err


def test_a_whole_chain_says_its_head(filed: Place) -> None:
    ran = filed.jeke("audit", "--verify")
    assert ran.status == 0
    head = ran.out.strip().removeprefix("Соңғы жазба: ")
    assert filed.jeke("audit", "--head", head).status == 0
    number, digest = head.split(":")
    ran = filed.jeke("audit", "--head", f"{number}:{'0' * 64}")
    assert ran.status == 1
    assert f"Жазба № {number}" in ran.out
    assert filed.jeke("audit", "--head", "17").status == 2
    shown = json.loads(filed.jeke("audit", "--verify", "--json").out)
    assert (shown["sound"], shown["head"]["sha256"]) == (True, digest)


def test_a_chain_cut_and_its_head_with_it_is_told_by_the_archive(filed: Place, tmp_path: Path) -> None:
    folder = filed.folder / "state" / "audit"
    year, head = next(folder.glob("*.jsonl")), folder / "head"
    kept = year.read_bytes(), head.read_bytes()
    try:
        first = kept[0].splitlines(keepends=True)[0]
        year.write_bytes(first)
        head.write_text(f"1 {json.loads(first)['sha256']}\n", encoding="ascii")
        ran = filed.jeke("audit", "--verify")
        assert ran.status == 1
        assert "куәландырылған жазба тізбекте жоқ" in ran.out
        assert "urn:uuid:" in ran.out
        assert json.loads(filed.jeke("audit", "--verify", "--json").out)["sound"] is False
    finally:
        year.write_bytes(kept[0])
        head.write_bytes(kept[1])


def test_what_cannot_be_told_is_neither_shown_nor_handed_out(filed: Place, tmp_path: Path) -> None:
    folder = filed.folder / "state" / "audit"
    aside = filed.folder / "state" / "aside"
    folder.rename(aside)
    folder.write_text("in the way", encoding="utf-8")
    try:
        for command in (("find", IIN), ("status",), ("get", IIN, "--out", str(tmp_path / "out"))):
            ran = filed.jeke(*command)
            assert ran.status == 5
            assert ran.out == ""
            assert "Өмірзақов" not in ran.err
        assert not (tmp_path / "out").exists()
    finally:
        folder.unlink()
        aside.rename(folder)
