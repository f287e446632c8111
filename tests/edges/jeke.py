"""The real command in a process of its own, on real files."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pipeline

ROOT = Path(pipeline.__file__).parents[1]
SAMPLES = ROOT / "samples"


@dataclass(frozen=True)
class Ended:
    status: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "pipeline", *map(str, arguments)]


def environment(**changes: str) -> dict[str, str]:
    """Nothing of the caller's locale; only where the program is."""
    return {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "LANG": "C", **changes}


def jeke(*arguments: str | Path, cwd: Path, **env: str) -> Ended:
    done = subprocess.run(
        command(*arguments), cwd=cwd, env=environment(**env), capture_output=True, check=False, timeout=120
    )
    return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())
