"""Which modules a command enters, by room: `python -m tools.modules_entered run --once`.

For docs/architecture.md.
The command runs in two new places of work with a sample dropped, one after the other in one process: what
loads at the first use is not counted. `run --once` is made in each before any other command.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import threading
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Any
from unittest.mock import patch

import pipeline
from pipeline.archive.ocfl.storage_root import OcflObject, StorageRoot
from pipeline.cli.main import main

ROOM = Path(pipeline.__file__).parent
SAMPLE = ROOM.parent / "samples" / "recommended.yaml"
FILE = ["run", "--once"]


def place(folder: Path) -> Path:
    """A place of work with the sample in its inbox."""
    main(["init", str(folder)])
    shutil.copy(SAMPLE, folder / "inbox")
    return folder


def entered(command: list[str], folder: Path) -> tuple[set[str], list[str]]:
    """The modules whose functions ran, and the objects opened, in order."""
    modules: set[str] = set()
    opened: list[str] = []
    get = StorageRoot.get

    def note(frame: FrameType, event: str, _: Any) -> None:
        file = Path(frame.f_code.co_filename)
        if event == "call" and frame.f_code.co_name != "<module>" and file.is_relative_to(ROOM):
            modules.add(file.relative_to(ROOM).as_posix())

    def noted(root: StorageRoot, object_id: str) -> OcflObject | None:
        opened.append(object_id)
        return get(root, object_id)

    os.chdir(folder)
    with patch.object(StorageRoot, "get", noted):
        threading.setprofile(note)
        sys.setprofile(note)
        try:
            main(command)
        finally:
            sys.setprofile(None)
            threading.setprofile(None)
    return modules, opened


def show(command: list[str]) -> None:
    """The counts by room, on standard error."""
    with tempfile.TemporaryDirectory() as name:
        for each in ("warm", "counted"):
            os.chdir(place(Path(name, each)))
            if command != FILE:
                main(FILE)
            modules, opened = entered(command, Path(name, each))
    print(f"{len(modules)} modules, {len(set(opened))} objects opened {len(opened)} times", file=sys.stderr)
    for room, count in sorted(Counter(Path(module).parent.as_posix() for module in modules).items()):
        print(f"{count:4} {room}", file=sys.stderr)


if __name__ == "__main__":
    show(sys.argv[1:])
