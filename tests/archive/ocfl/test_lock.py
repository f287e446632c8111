import os
import signal
import threading
from pathlib import Path

import pytest

from pipeline.archive.ocfl import lock
from pipeline.archive.ocfl.lock import undisturbed, writing
from pipeline.archive.ocfl.storage_root import StorageRoot
from pipeline.domain.errors import MachineError


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return StorageRoot.create(tmp_path / "archive").path


def test_one_writer_at_a_time(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "PATIENCE", 0.0)
    with writing(root):
        for other in (writing, undisturbed):
            with pytest.raises(MachineError, match="archive-busy"), other(root):
                pass
    with writing(root):
        pass


def test_readers_do_not_disturb_each_other(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "PATIENCE", 0.0)
    both = (undisturbed(root), undisturbed(root))
    with both[0], both[1], pytest.raises(MachineError, match="archive-busy"), writing(root):
        pass


def test_the_next_one_waits(root: Path) -> None:
    order: list[str] = []

    def second() -> None:
        with writing(root):
            order.append("second")

    with writing(root):
        waiting = threading.Thread(target=second)
        waiting.start()
        order.append("first")
    waiting.join()
    assert order == ["first", "second"]


def test_a_dead_process_holds_no_lock(root: Path) -> None:
    process = os.fork()
    if process == 0:
        with writing(root):
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(process, 0)
    with writing(root):
        pass


def test_no_storage_root(tmp_path: Path) -> None:
    with pytest.raises(MachineError, match="archive-write"), writing(tmp_path):
        pass
    with pytest.raises(MachineError, match="archive-read"), undisturbed(tmp_path):
        pass
