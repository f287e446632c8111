"""What `jeke verify` reads a second, against `sha512sum` and bare SHA-512 on the same cores in the same run.

    python -m benchmarks.bench_verify [DIRECTORY]

Two archives in memory (or in DIRECTORY): personal files as the program makes them (four versions, PDFs of
60 kB and the small files beside), and the same with signed scans of 1 MB. Every file is in the page cache: it
is the program that is measured and not the disk. Ratios come first.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from pipeline.archive.ocfl.storage_root import StorageRoot
from pipeline.archive.ocfl.verify import Problem, RootStanding, Verified, survey, verify_standing
from pipeline.flow.site.parallel import cores, in_parallel

MEMORY = Path("/dev/shm")  # noqa: S108 - the folder made in it is a temporary one
VERSIONS = 4
SMALL = {"record.yaml": 5000, "documents.json": 6000, "findings.json": 8000, "inner-list.txt": 7000}
ARCHIVES = (("as made", 250, 62_000, 3), ("with scans", 60, 1_000_000, 3))
"""Name, personal files, bytes of a PDF, PDFs a version."""
TIMES = 5
BUFFER = 64 << 20


def fill(root: StorageRoot, persons: int, size: int, pdfs: int) -> None:
    for person in range(persons):
        for version in range(VERSIONS):
            names = range(version * pdfs, version * pdfs + pdfs)
            files: dict[str, bytes | None] = {
                f"cases/0123456789abcdef/annex-{n}.pdf": os.urandom(size) for n in names
            }
            files |= {f"cases/0123456789abcdef/{name}": os.urandom(length) for name, length in SMALL.items()}
            root.write_version(
                f"urn:uuid:{person:08d}-5f0d-4f43-9a55-1d0f3a1b2c3d",
                files,
                message="Өлшем",
                user="bench",
                address="https://example.invalid/bench",
                created=datetime.now(UTC),
            )


def best(work: Callable[[], object]) -> float:
    """Seconds; the best of several, for another process's work is none of ours."""
    times = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return min(times)


def by_sha512sum(files: Path, workers: int) -> None:
    with files.open("rb") as names:
        subprocess.run(
            ["xargs", "-0", "-n", "200", "-P", str(workers), "sha512sum"],
            stdin=names,
            stdout=subprocess.DEVNULL,
            check=True,
        )


def bare(_: object) -> None:
    hashlib.sha512(bytes(BUFFER)).digest()


def limit(workers: int) -> float:
    """Bytes a second of SHA-512 alone, all cores at once."""
    with multiprocessing.get_context("fork").Pool(workers) as pool:
        pool.map(bare, range(workers))
        return workers * BUFFER / best(lambda: pool.map(bare, range(workers)))


def look(root: Path, quick: bool, standing: RootStanding) -> Verified:  # noqa: FBT001 - bound by partial
    return verify_standing(root, standing, quick=quick)


def verify(root: Path, workers: int, *, quick: bool = False) -> int:
    found = list(survey(root))
    standings = [one for one in found if isinstance(one, RootStanding)]
    problems = [one for one in found if isinstance(one, Problem)]
    for done in in_parallel(partial(look, root, quick), standings, workers):
        problems += done.problems
    if problems:
        raise ValueError(problems)
    return len(standings)


def main() -> None:
    place = Path(sys.argv[1]) if len(sys.argv) > 1 else MEMORY if os.access(MEMORY, os.W_OK) else None
    folder = Path(tempfile.mkdtemp(dir=place))
    workers = cores()
    try:
        most = limit(workers)
        print(f"SHA-512 alone, {workers} cores    {most / 1e6:7.0f} MB/s")
        for name, persons, size, pdfs in ARCHIVES:
            root = StorageRoot.create(folder / name.replace(" ", "-"))
            fill(root, persons, size, pdfs)
            paths = [path for path in root.path.rglob("*") if path.is_file()]
            total = sum(path.stat().st_size for path in paths)
            listed = folder / "names"
            listed.write_bytes(b"\0".join(os.fsencode(path) for path in paths))
            summed = total / best(partial(by_sha512sum, listed, workers))
            full = total / best(partial(verify, root.path, workers))
            quick = best(partial(verify, root.path, workers, quick=True)) / persons
            print(f"{name}: {persons} personal files, {len(paths)} files, {total / 1e6:.0f} MB")
            print(f"  verify / sha512sum on all cores    {full / summed:6.2f} x")
            print(f"  verify / SHA-512 alone             {full / most:6.2f} x")
            print(f"  verify {full / 1e6:7.0f} MB/s   sha512sum {summed / 1e6:7.0f} MB/s")
            print(f"  verify --quick {quick * 1e6:5.0f} µs a personal file")
            shutil.rmtree(root.path)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
