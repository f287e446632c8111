"""Commands that only read load no library that makes, seals or looks at papers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.place import SAMPLES, Place

HEAVY = {"pyhanko", "pyhanko_certvalidator", "docxtpl", "docx", "pypdf", "pikepdf", "cv2", "av", "numpy", "lxml",
         "pypdfium2", "cryptography", "xlsxwriter", "rdocx", "PIL", "watchdog", "zxingcpp"}  # fmt: skip
READ = (
    ("check", str(SAMPLES / "refused.yaml")),
    ("status",),
    ("status", "SHY-PD-2026-008"),
    ("status", "--drops"),
    ("deadlines",),
    ("find", "Ахметов"),
    ("find", "--unsigned"),
    ("history",),
    ("explain", "24"),
    ("new", "case"),
)
PRINT_LOADED = """
import atexit, sys
from pipeline.cli.main import main
status = main(sys.argv[1:])
sys.stderr.write("\\nLOADED " + " ".join(sorted({name.partition(".")[0] for name in sys.modules})))
sys.exit(int(status))
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place.with_sample(tmp_path_factory.mktemp("lean") / "place", "refused")


def loaded(place: Place, *arguments: str) -> tuple[int, set[str]]:
    run = [sys.executable, "-c", PRINT_LOADED, *arguments]
    done = subprocess.run(run, cwd=place.folder, capture_output=True, text=True, check=False, env=os.environ)
    return done.returncode, set(done.stderr.rpartition("LOADED ")[2].split())


@pytest.mark.parametrize("arguments", READ, ids=" ".join)
def test_a_reading_command_starts_lean(place: Place, arguments: tuple[str, ...]) -> None:
    status, modules = loaded(place, *arguments)
    assert status in (0, 2, 3), status
    assert "pipeline" in modules
    assert not HEAVY & modules


def test_taking_papers_out_starts_lean(place: Place, tmp_path: Path) -> None:
    case = "SHY-PD-2026-008"
    status, modules = loaded(place, "get", case, "--out", str(tmp_path))
    assert status == 0
    assert list(tmp_path.glob("*.pdf"))
    assert not HEAVY & modules


def test_what_is_looked_for_is_seen_where_papers_are_made(place: Place) -> None:
    assert loaded(place, "run", "--once")[1] >= {"pyhanko", "docxtpl", "pikepdf"}
