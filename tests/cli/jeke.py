"""The real command on real files."""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pipeline
from pipeline.cli.main import main

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
    """The command line as a process would run it; in one of its own where the environment is other."""
    return _in_a_process(*arguments, cwd=cwd, **env) if env else _here(*arguments, cwd=cwd)


def _here(*arguments: str | Path, cwd: Path) -> Ended:
    out, err = io.TextIOWrapper(io.BytesIO()), io.TextIOWrapper(io.BytesIO())
    with contextlib.chdir(cwd), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main([str(a) for a in arguments])
    return Ended(int(status), _said(out), _said(err))


def _said(stream: io.TextIOWrapper) -> str:
    stream.flush()
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue().decode()


def _in_a_process(*arguments: str | Path, cwd: Path, **env: str) -> Ended:
    done = subprocess.run(
        command(*arguments), cwd=cwd, env=environment(**env), capture_output=True, check=False, timeout=120
    )
    return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())
