"""Cases collected outside of the project, each a stream of records and the verdict it must get.

Skipped where that collection is not on the machine; their kinds stand in tests/law/records.
"""

import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipeline.domain.findings import Finding, Judgement, Severity
from pipeline.law.docket import Docket
from pipeline.law.judging import judge
from pipeline.law.readings import Readings
from pipeline.record_format.reader import read_stream

from .examples import CALENDAR

COLLECTION = Path(os.environ.get("JEKE_LAW_CASES", "../shared/cases/law"))
FOLDERS = sorted(f.parent for f in COLLECTION.glob("*/expected.json")) if COLLECTION.is_dir() else []

pytestmark = pytest.mark.skipif(not FOLDERS, reason="the collection is not on this machine")


def paragraph(finding: Finding) -> str:
    """By its number alone, 7.1, 7.2 and 7.3 apart."""
    number = finding.paragraph
    return number if number.startswith("7.") else number.partition(".")[0]


def judged(folder: Path, expected: dict[str, Any]) -> Judgement:
    read = read_stream((folder / "records.yaml").read_bytes(), "records.yaml")
    assert not read.errors, read.errors
    records = [r.record for r in read.records]
    assert [str(r.ref) for r in records] == expected["records"]
    return judge(Docket(records), CALENDAR, Readings(), date.fromisoformat(expected["on"]))


def warned(judgement: Judgement) -> tuple[set[str], set[str]]:
    warnings = [f for f in judgement.findings if f.severity is Severity.WARN]
    return {paragraph(f) for f in warnings}, {str(f.record) for f in warnings}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda f: f.name)
def test_verdict(folder: Path) -> None:
    expected = json.loads((folder / "expected.json").read_text())
    judgement = judged(folder, expected)
    blocks = {paragraph(f) for f in judgement.blocks}
    assert bool(judgement.blocks) == bool(expected["exit"]), judgement.blocks
    assert set(expected["block"]) <= blocks
    either = expected.get("block_any", [])
    assert all(blocks & set(group) for group in either)
    assert blocks <= {*expected["block"], *expected.get("block_may", []), *(p for g in either for p in g)}
    assert not {str(f.record) for f in judgement.blocks} & set(expected.get("innocent", []))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda f: f.name)
def test_warnings(folder: Path) -> None:
    expected = json.loads((folder / "expected.json").read_text())
    paragraphs, records = warned(judged(folder, expected))
    assert set(expected.get("warn_includes", [])) <= paragraphs
    assert all(paragraphs & set(group) for group in expected.get("warn_any", []))
    assert all(records & set(group) for group in expected.get("warn_on", []))
    assert not paragraphs & set(expected.get("warn_excludes", []))
    assert not records & set(expected.get("no_warn_on", []))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda f: f.name)
def test_decisions_and_deadlines(folder: Path) -> None:
    expected = json.loads((folder / "expected.json").read_text())
    judgement = judged(folder, expected)
    for wanted in expected["decisions"]:
        assert any(
            all(str(getattr(d, name)) == str(value) for name, value in wanted.items())
            for d in judgement.decisions
        ), wanted
    assert not {d.case for d in judgement.decisions} & set(expected.get("undecided", []))
    assert set(expected["deadlines_include"]) <= {d.code for d in judgement.deadlines}
