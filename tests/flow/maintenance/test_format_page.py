"""docs/format.md followed by a stranger with `grep`, `sed`, `cut` and `sha512sum`, without this software."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.archive.ocfl_support import SCRATCH
from tests.e2e.place import ROOT, Place, sample
from tests.flow import kept_place as kept

PAGE = (ROOT / "docs/format.md").read_text(encoding="utf-8")
NAME = "Әбілқасов"


@pytest.fixture(scope="module", autouse=True)
def _clear() -> Iterator[None]:
    yield
    kept.clear()


@pytest.fixture
def place() -> Iterator[Place]:
    with TemporaryDirectory(dir=SCRATCH) as folder:
        yield kept.kept_place(Path(folder) / "p")


def follow(place: Place, name: str = NAME) -> subprocess.CompletedProcess[str]:
    (shell,) = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    return subprocess.run(
        ["sh", "-uc", shell],
        cwd=place.folder / "archive",
        env={"name": name, "PATH": "/usr/bin:/bin", "LC_ALL": "C"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def lists(place: Place) -> list[str]:
    done = follow(place)
    assert (done.returncode, done.stderr) == (0, "")
    return [
        (place.folder / "archive" / line).read_text(encoding="utf-8") for line in done.stdout.splitlines()
    ]


def test_a_person_s_documents_are_found_by_name_and_proven(place):
    (found,) = lists(place)
    assert "Тегі, аты, әкесінің аты: Әбілқасов Дархан Маратұлы" in found
    assert len(re.findall(r"(?m)^[0-9a-f]{128}  \S+\.pdf$", found)) > 5


def test_in_a_later_version_the_newest_list_is_read(place):
    text = sample("recommended").replace("filled_on: 2025-10-21", "filled_on: 2025-10-22")
    place.drop("again.yaml", text.replace("acquainted_on: 2025-10-21", "acquainted_on: 2025-10-22"))
    assert place.run_once().status == 0
    (found,) = lists(place)
    assert "22.10.2025" in found
    (person,) = [o for o in place.objects() if "person.json" in o.state]
    assert person.head != "v1"


def test_an_altered_document_shows(place):
    next((place.folder / "archive").rglob("annex-2.pdf")).write_bytes(b"%PDF forged")
    assert "annex-2.pdf" in follow(place).stdout


def test_an_altered_inventory_shows(place):
    for inventory in (place.folder / "archive").glob("*/*/*/*/inventory.json"):
        inventory.write_bytes(inventory.read_bytes() + b" ")
    assert "inventory.json" in follow(place).stdout


def test_nobody_is_found_where_nobody_is(place):
    done = follow(place, "Жоқбаев")
    assert (done.stdout, done.returncode) == ("", 0)
