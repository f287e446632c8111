"""What taking in a recording costs: time against `cp` and `sha256sum` of the same file, and memory.

    python -m benchmarks.bench_recordings [MEGABYTES] [DIRECTORY]

The recording is a real WAV of noise, 2,000 MB unless said otherwise; the directory lies on the disk to be
measured, by default the working directory, and needs three times as much room. Taking in is `jeke run --once`
in a process of its own, from the dropped file to the answer: claimed and hashed, looked through packet by
packet, encrypted, read back from the disk, decrypted and hashed again, entered in the register.
"""

from __future__ import annotations

import contextlib
import io
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import av
import numpy as np
from pyrage.x25519 import Identity

from pipeline.cli.main import main as jeke
from pipeline.intake.files import fingerprint
from pipeline.retention.media import look_at
from pipeline.retention.sealing import Nowhere, seal, unseal

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = (ROOT / "samples" / "recommended.yaml").read_text(encoding="utf-8")
NAME = "В-2025-118.wav"
RATE = 48_000
MEGABYTE = 1_000_000
RUN = [sys.executable, "-m", "pipeline", "run", "--once"]


@dataclass(frozen=True)
class Cost:
    """Seconds, and megabytes of memory at the most."""

    seconds: float
    memory: float


def record(path: Path, megabytes: int) -> None:
    """Noise in two channels of sixteen bits."""
    noise = np.random.default_rng(29).integers(-3000, 3000, RATE * 2, dtype=np.int16).tobytes()
    with av.open(str(path), "w", format="wav") as container:
        stream = container.add_stream("pcm_s16le", rate=RATE)
        stream.layout = "stereo"
        container.start_encoding()
        for second in range(megabytes * MEGABYTE // len(noise)):
            packet = av.Packet(noise)
            packet.stream, packet.pts, packet.dts = stream, second * RATE, second * RATE
            container.mux(packet)


def cost(command: Sequence[str], folder: Path) -> Cost:
    """One process, looked at from outside: what `wait4` tells of memory counts in what it was forked from."""
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    memory = 0.0
    while process.poll() is None:
        memory = max(memory, peak(process.pid))
        time.sleep(0.02)
    spent = time.perf_counter() - began
    if process.returncode:
        raise RuntimeError(f"{command[0]} ended with {process.returncode}")
    return Cost(spent, memory)


def peak(pid: int) -> float:
    """Megabytes the process has held at the most so far."""
    with contextlib.suppress(OSError):
        found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(encoding="ascii"))
        return int(found[1]) / 1024 if found else 0.0
    return 0.0


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


STORING = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from pipeline.intake.files import fingerprint
from pipeline.retention.media import look_at
from pipeline.retention.vault import About, Vault
source, folder = map(Path, sys.argv[1:])
sha256, size = fingerprint(source)
about = About("a.wav", "case", "sitting", "audio", None, look_at(source).seconds, size, sha256)
Vault.open(folder / "recordings", folder / "keys").put(source, about, at=datetime.now(UTC))
"""
"""The same without the rest of the program, which brings the libraries of its documents with it."""


def stations(source: Path, folder: Path) -> dict[str, float]:
    """The parts of taking in, each alone."""
    identity, sealed = Identity.generate(), folder / "sealed.age"
    return {
        "hash": seconds(lambda: fingerprint(source)),
        "look": seconds(lambda: look_at(source)),
        "encrypt": seconds(lambda: seal(source, sealed, identity.to_public())),
        "read back": seconds(lambda: unseal(sealed, identity, Nowhere())),
    }


def place_of_work(folder: Path) -> None:
    """One whose sitting names the recording; the watch waits for nothing."""
    with contextlib.redirect_stderr(io.StringIO()):
        jeke(["init", str(folder)])
    config = folder / "config.yaml"
    quick = re.sub(r"quiet_seconds: *[0-9.]+", "quiet_seconds: 0", config.read_text(encoding="utf-8"))
    config.write_text(quick, encoding="utf-8")
    (folder / "inbox" / "case.yaml").write_text(SAMPLE.replace("В-2025-118.mp4", NAME), encoding="utf-8")
    cost(RUN, folder)


def main() -> None:
    """Ratios first."""
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    base = Path(sys.argv[2]) if len(sys.argv) > 2 else Path.cwd()
    with tempfile.TemporaryDirectory(dir=base) as temporary:
        folder = Path(temporary)
        place_of_work(folder / "place")
        source = folder / NAME
        record(source, megabytes)
        copied = cost(["cp", str(source), str(folder / "copy")], folder)
        synced = cost(["sync", str(folder / "copy")], folder)
        summed = cost(["sha256sum", str(source)], folder)
        (folder / "copy").unlink()
        parts = stations(source, folder)
        (folder / "sealed.age").unlink()
        alone = cost([sys.executable, "-c", STORING, str(source), str(folder / "alone")], ROOT)
        shutil.rmtree(folder / "alone")
        size = source.stat().st_size
        idle = cost(RUN, folder / "place")
        source.rename(folder / "place" / "inbox" / NAME)
        ours = cost(RUN, folder / "place")
        (stored,) = (folder / "place" / "recordings").glob("*.age")
        if stored.stat().st_size < size:
            raise RuntimeError("not stored")
    taken = ours.seconds - idle.seconds
    plain = copied.seconds + summed.seconds
    print(f"a recording of {size / MEGABYTE:.0f} MB ({datetime.now(UTC):%Y-%m-%d})")
    print(f"  taking in / (cp + sha256sum)         {taken / plain:6.2f} x")
    print(f"  taking in / (cp, synced + sha256sum) {taken / (plain + synced.seconds):6.2f} x")
    print(f"  memory of the storing alone          {alone.memory:6.1f} MB")
    print(f"  memory above idle                    {max(0.0, ours.memory - idle.memory):6.1f} MB")
    print(f"  memory at the most, whole program    {ours.memory:6.1f} MB (idle {idle.memory:.1f} MB)")
    print(f"  taking in {taken:.1f} s; cp {copied.seconds:.1f} s, sync {synced.seconds:.1f} s,", end=" ")
    print(f"sha256sum {summed.seconds:.1f} s")
    for name, spent in parts.items():
        print(f"  {name:9} {spent:6.1f} s  {size / MEGABYTE / spent:6.0f} MB/s")


if __name__ == "__main__":
    main()
