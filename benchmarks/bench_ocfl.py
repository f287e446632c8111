"""What writing a version and reading an object cost as it grows: six files of 60 kB, at v3, v30 and v100.

    python benchmarks/bench_ocfl.py [DIRECTORY]

The directory lies on the disk to be measured; by default the working directory. Ratios come first: they
hold on any machine. `disk alone` is what the same bytes cost there as six bare files, each synced.
"""

import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pipeline.archive.ocfl.storage_root import OcflObject, StorageRoot
from pipeline.archive.ocfl.verify import verify_object

ID = "urn:uuid:6c1f5b1e-5f0d-4f43-9a55-1d0f3a1b2c3d"
MARKS = (3, 30, 100)
NEAR = 4  # versions after each mark that its median is taken over
SIZE = 60_000


def six_files() -> dict[str, bytes]:
    return {f"annex-{number}.pdf": os.urandom(SIZE) for number in range(6)}


def milliseconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def write(root: StorageRoot, files: dict[str, bytes]) -> None:
    root.write_version(
        ID,
        dict(files),
        message="Өлшем",
        user="bench",
        address="https://example.invalid/bench",
        created=datetime.now(UTC),
    )


def opened(root: StorageRoot) -> OcflObject:
    found = root.get(ID)
    if found is None:
        raise LookupError(ID)
    return found


def bare_files(folder: Path) -> float:
    def work() -> None:
        for name, data in files.items():
            with (folder / name).open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())

    files = six_files()
    return milliseconds(work)


def median_of_marks(times: dict[int, float]) -> dict[int, float]:
    return {mark: statistics.median(times[number] for number in range(mark, mark + NEAR)) for mark in MARKS}


def main() -> None:
    place = Path(sys.argv[1]) if len(sys.argv) > 1 else Path.cwd()
    folder = Path(tempfile.mkdtemp(dir=place))
    try:
        bare = statistics.median(bare_files(folder) for _ in range(9))
        root = StorageRoot.create(folder / "archive")
        writing: dict[int, float] = {}
        opening: dict[int, float] = {}
        for number in range(1, max(MARKS) + NEAR):
            writing[number] = milliseconds(partial(write, root, six_files()))
            opening[number] = milliseconds(lambda: opened(root))
        versions = max(MARKS) + NEAR - 1
        quick = milliseconds(lambda: list(verify_object(root.path, ID, quick=True)))
        full = milliseconds(lambda: list(verify_object(root.path, ID, quick=False)))
        inventory = (opened(root).root / "inventory.json").stat().st_size
    finally:
        shutil.rmtree(folder)
    written, read = median_of_marks(writing), median_of_marks(opening)
    first, last = MARKS[0], MARKS[-1]
    print(f"write v{last} / v{first}          {written[last] / written[first]:8.2f} x")
    print(f"open  v{last} / v{first}          {read[last] / read[first]:8.2f} x")
    print(f"write v{first} / disk alone    {written[first] / bare:8.2f} x")
    print(f"disk alone                {bare:8.2f} ms")
    for mark in MARKS:
        print(f"v{mark:<4} write {written[mark]:8.2f} ms   open {read[mark]:8.2f} ms")
    print(
        f"v{versions}  verify quick {quick:.0f} ms   full {full:.0f} ms   inventory {inventory / 1000:.0f} kB"
    )


if __name__ == "__main__":
    main()
