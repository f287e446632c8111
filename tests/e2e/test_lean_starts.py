"""Commands that only read, and the page, load no library that makes, seals or looks at papers."""

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
PAGE = """
import os, re, sys
from pathlib import Path
os.environ["JEKE_CONFIG"], os.environ["DJANGO_SETTINGS_MODULE"] = "config.yaml", "pipeline.web.settings"
import pipeline.web.application
from django.test import Client
from pipeline.web.accounts import managing
from pipeline.web.accounts.roles import Role
managing.add("hr", "Серікова Айгерім", "қараша айында қар жауды", [Role.HR])
browser = Client(headers={"host": "localhost", "origin": "http://localhost"})
assert browser.post("/login", {"name": "hr", "password": "қараша айында қар жауды"}).status_code == 302
found = browser.post("/find", {"words": "SHY-PD-2026-008"}).content.decode()
case = re.search("/case/[0-9a-f-]+/[0-9a-f]{16}", found)[0]
for address in ("/", case, "/upload", "/drops", "/me", "/law/24", re.search("/person/[0-9a-f-]+", found)[0]):
    assert browser.get(address).status_code == 200, address
memory = re.search("VmRSS:.*?([0-9]+)", Path("/proc/self/status").read_text())[1]
sys.stderr.write("\\nMEMORY " + memory + " LOADED " + " ".join({name.partition(".")[0] for name in sys.modules}))
"""
WORKER_MIB = 120
"""What docs/page.md says of a worker at most; a password being checked takes 100 more for its half second."""


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
    assert not (HEAVY | {"pydantic"}) & modules


def test_taking_papers_out_starts_lean(place: Place, tmp_path: Path) -> None:
    case = "SHY-PD-2026-008"
    status, modules = loaded(place, "get", case, "--out", str(tmp_path))
    assert status == 0
    assert list(tmp_path.glob("*.pdf"))
    assert not (HEAVY | {"pydantic"}) & modules


def test_what_is_looked_for_is_seen_where_papers_are_made(place: Place) -> None:
    assert loaded(place, "run", "--once")[1] >= {"pyhanko", "docxtpl", "pikepdf"}


def test_a_worker_of_the_page_stays_lean(place: Place) -> None:
    run = [sys.executable, "-c", PAGE]
    done = subprocess.run(run, cwd=place.folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    memory, _, modules = done.stderr.rpartition("MEMORY ")[2].partition(" LOADED ")
    assert not HEAVY & set(modules.split())
    assert int(memory) / 1024 < WORKER_MIB
