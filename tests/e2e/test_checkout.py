"""The checkout itself is a place of work: what git has of it, laid out as `make setup` does, files a record."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import ocfl
import pytest

from tests.e2e.place import ROOT, Place, sample

PLACE = ("config.yaml", "templates", "inbox", "archive")


def shipped() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", *PLACE], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return listed.stdout.split("\0")[:-1]


@pytest.fixture
def checkout(tmp_path: Path) -> Place:
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout")
    for name in shipped():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    for folder in ("inbox", "archive"):
        (tmp_path / folder).chmod(0o750)
    return Place(tmp_path)


def test_the_archive_in_it_is_an_empty_valid_storage_root(checkout: Place) -> None:
    root = ocfl.StorageRoot(root=str(checkout.folder / "archive"))
    assert root.validate()
    assert root.num_objects == 0


def test_a_record_dropped_into_it_is_filed_and_git_sees_nothing_of_it(checkout: Place) -> None:
    config = checkout.folder / "config.yaml"
    config.write_text(config.read_text().replace("quiet_seconds: 2", "quiet_seconds: 0"), encoding="utf-8")
    checkout.drop("recommended.yaml", sample("recommended"))
    ran = checkout.run_once()
    assert ran.status == 0, ran.err
    assert checkout.jeke("verify").status == 0
    assert len(checkout.objects()) > 1
    made = {str(p.relative_to(checkout.folder)) for p in checkout.folder.rglob("*") if p.is_file()}
    new = made - set(shipped())
    asked = subprocess.run(
        ["git", "check-ignore", "-z", "--no-index", "--stdin"],
        cwd=ROOT, input="\0".join(sorted(new)), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert set(asked.stdout.split("\0")[:-1]) == new
