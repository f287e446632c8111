"""A dropped folder: what is in it."""

import hashlib
import os
from pathlib import PurePosixPath

import pytest

from pipeline.intake.bundles import bundle_folder
from pipeline.intake.bundles.bundle_folder import TooLargeError, content_of, files_of, survey
from pipeline.intake.files import UnfitError


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "inbox" / "бума"
    (made / "ішкі").mkdir(parents=True)
    (made / "b.yaml").write_bytes(b"1")
    (made / "ішкі" / "a.yaml").write_bytes(b"22")
    (made / "Thumbs.db").write_bytes(b"x")
    (tmp_path / "work").mkdir()
    return made


def test_files_are_those_to_be_worked_off(folder):
    assert files_of(folder) == (PurePosixPath("b.yaml"), PurePosixPath("ішкі/a.yaml"))


def test_the_content_is_told_as_sha256sum_would(folder):
    one, two = hashlib.sha256(b"1").hexdigest(), hashlib.sha256(b"22").hexdigest()
    lines = f"{one}  b.yaml\n{two}  ішкі/a.yaml\n"
    assert content_of(folder) == (hashlib.sha256(lines.encode()).hexdigest(), 3)


@pytest.mark.parametrize("kind", ["symlink", "symlinked folder", "hardlink", "fifo"])
def test_odd_things_make_it_unfit(folder, kind):
    path = folder / "ішкі" / "x.yaml"
    match kind:
        case "symlink":
            path.symlink_to("/etc/passwd")
        case "symlinked folder":
            path.symlink_to("/etc")
        case "hardlink":
            path.hardlink_to(folder / "b.yaml")
        case "fifo":
            os.mkfifo(path)
    assert survey(folder).odd
    with pytest.raises(UnfitError):
        files_of(folder)
    with pytest.raises(UnfitError):
        content_of(folder)


def test_a_link_is_not_followed_out_of_it(folder, tmp_path):
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "s.yaml").write_bytes(b"x")
    (folder / "out").symlink_to(tmp_path / "secret")
    assert PurePosixPath("out/s.yaml") not in survey(folder).files


def test_too_many_is_given_up_early(folder, monkeypatch):
    monkeypatch.setattr(bundle_folder, "MAX_MEMBERS", 3)
    with pytest.raises(TooLargeError):
        survey(folder)


def test_every_change_changes_its_stamp(folder):
    seen = {survey(folder).stamp}
    for change in (
        lambda: (folder / "b.yaml").write_bytes(b"9"),
        lambda: (folder / "b.yaml").rename(folder / "c.yaml"),
        (folder / "жаңа").mkdir,
        (folder / "ішкі" / "a.yaml").unlink,
    ):
        change()
        seen.add(survey(folder).stamp)
    assert len(seen) == 5
