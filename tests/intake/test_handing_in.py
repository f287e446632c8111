"""A file laid into inbox/ for a person takes no name that somebody has there."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.domain.errors import MachineError
from pipeline.intake.handing_in import hand_in


def test_a_name_that_is_taken_stays_with_who_has_it(tmp_path: Path) -> None:
    (tmp_path / "protocol.pdf").write_bytes(b"a clerk's")
    (tmp_path / "protocol-2.pdf").symlink_to(tmp_path / "nowhere")
    assert hand_in(tmp_path, "protocol", ".pdf", b"signed") == "protocol-3.pdf"
    assert (tmp_path / "protocol.pdf").read_bytes() == b"a clerk's"
    assert (tmp_path / "protocol-3.pdf").read_bytes() == b"signed"
    assert not list(tmp_path.glob(".*"))


def test_an_inbox_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(MachineError, match="inbox_not_writable"):
        hand_in(tmp_path / "gone", "protocol", ".pdf", b"signed")
