"""A real place of work under tmp_path, worked through the command line as HR would."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.archive.ocfl.storage_root import OcflObject, StorageRoot
from pipeline.cli.main import main

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "samples"
SEALED = re.compile(r"\.pdf$")


@dataclass(frozen=True)
class Ran:
    """One command's outcome."""

    status: int
    out: str
    err: str


@dataclass(frozen=True)
class Place:
    """One place of work."""

    folder: Path

    @classmethod
    def make(cls, folder: Path) -> Place:
        """Laid out by `jeke init`, not waiting for files to rest."""
        place = cls(folder)
        ran = jeke(["init", str(folder)], folder.parent)
        assert ran.status == 0, ran.err
        config = folder / "config.yaml"
        text = config.read_text(encoding="utf-8")
        quick = re.sub(r"quiet_seconds: *[0-9.]+", "quiet_seconds: 0", text)
        assert quick != text
        config.write_text(quick, encoding="utf-8")
        return place

    @classmethod
    def with_sample(cls, folder: Path, name: str) -> Place:
        """The same with a sample's records filed."""
        place = cls.make(folder)
        place.drop("a.yaml", sample(name))
        ran = place.run_once()
        assert ran.status == 0, ran.err
        return place

    def copied_to(self, folder: Path) -> Place:
        """The whole place once more, below that folder."""
        copy = Place(folder / "copy")
        shutil.copytree(self.folder, copy.folder)
        return copy

    def jeke(self, *arguments: str) -> Ran:
        """A command run in the place."""
        return jeke(arguments, self.folder)

    def drop(self, name: str, text: str) -> None:
        """A file put into inbox/."""
        (self.folder / "inbox" / name).write_text(text, encoding="utf-8")

    def run_once(self) -> Ran:
        """Works off what is in inbox/."""
        return self.jeke("run", "--once")

    def objects(self) -> list[OcflObject]:
        """Every object of the archive."""
        root = StorageRoot.open(self.folder / "archive")
        found = [root.get(object_id) for object_id in root.object_ids()]
        return [o for o in found if o is not None]

    def object_named(self, text: str) -> OcflObject:
        """The object whose record or person holds this text in its inner list."""
        named = [
            o for o in self.objects() if text in o.read("inner-list.txt").decode().partition("\n\n")[2][:400]
        ]
        assert len(named) == 1, [o.id for o in named]
        return named[0]

    def content(self) -> dict[str, dict[str, str]]:
        """What every object holds now, by its inner list's heading: path → digest; seals make PDFs differ."""
        return {_heading(o): _content(o) for o in self.objects()}


def jeke(arguments: Sequence[str], folder: Path) -> Ran:
    """The command line, run in that folder."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.chdir(folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main(list(arguments))
    return Ran(int(status), out.getvalue(), err.getvalue())


def jeke_process(arguments: Sequence[str], folder: Path) -> Ran:
    """The same in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def sample(name: str) -> str:
    """A shipped sample."""
    return (SAMPLES / f"{name}.yaml").read_text(encoding="utf-8")


def documents_of(text: str) -> list[str]:
    """The YAML documents of a stream, each its own text."""
    return [part.strip("\n") + "\n" for part in re.split(r"(?m)^---[^\n]*\n", text) if part.strip()]


def _heading(filed: OcflObject) -> str:
    lines = filed.read("inner-list.txt").decode().splitlines()
    return " | ".join(line for line in lines[:5] if line)


def _content(filed: OcflObject) -> dict[str, str]:
    """Without the object's events: they tell the hour and the order in which things came."""
    return {path: _digest(path, filed.read(path)) for path in sorted(filed.state) if path != "events.jsonl"}


def _digest(path: str, data: bytes) -> str:
    if SEALED.search(path):
        return "PDF"
    if path.endswith("documents.json"):
        entries = json.loads(data)["documents"]
        own = ({k: v for k, v in e.items() if k not in {"sha512", "earlier"}} for e in entries)
        return json.dumps(list(own), sort_keys=True)
    if path.endswith("inner-list.txt"):
        return re.sub(r"[0-9a-f]{16,128}", "SHA", data.decode())
    return hashlib.sha256(data).hexdigest()
