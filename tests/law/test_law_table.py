"""docs/order-218.md says what the code does."""

import subprocess
import sys
from dataclasses import fields
from pathlib import Path

from pipeline.law.engine import RULES, TERMS
from pipeline.law.readings import Readings, StudiesReading

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "order-218.md"


def test_the_page_is_fresh():
    run = subprocess.run(
        [sys.executable, "tools/make_law_table.py", "--check"],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_every_code_and_term_stands_on_the_page():
    page = PAGE.read_text("utf-8")
    missing = [c for r in RULES for c in r.codes if f"`{c}`" not in page]
    missing += [t.code for t in TERMS if f"`{t.code}`" not in page]
    assert missing == []


def test_every_paragraph_has_a_row_that_says_something():
    rows = [line.split(" | ") for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ")][1:]
    assert [row[0].split()[1] for row in rows][:38] == [str(n) for n in range(1, 39)]
    assert [row for row in rows if all(cell.strip(" |") == "-" for cell in row[1:])] == []


def test_every_setting_that_changes_a_reading_stands_in_the_readings():
    page = (ROOT / "docs" / "readings.md").read_text("utf-8")
    assert [f.name for f in fields(Readings) if f"`readings.{f.name}`" not in page] == []
    assert all(f"`{reading}`" in page for reading in StudiesReading)
