"""`make demo`: the main job on the shipped samples in a new place of work, and what was filed where."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PLACE = ROOT / "build" / "demo"
JEKE = Path(sys.executable).with_name("jeke")


def main() -> int:
    """Lays out the place, drops the samples, runs the pipeline once and shows the outcome."""
    shutil.rmtree(PLACE, ignore_errors=True)
    PLACE.parent.mkdir(exist_ok=True)
    jeke("init", str(PLACE), cwd=ROOT)
    say("Үлгілер inbox/ қалтасына салынды (бәрі ойдан шығарылған):")
    for sample in sorted((ROOT / "samples").glob("*.yaml")):
        shutil.copy(sample, PLACE / "inbox")
        print(f"    {sample.name}")
    jeke("run", "--once")
    jeke("status")
    jeke("find", "қурмангалиева")
    jeke("get", "850314390019", "--document", "annex-4", "--out", "шығарылған")
    jeke("verify")
    say("Мұрағатта тігілгені (archive/, OCFL):")
    for inner_list in sorted(PLACE.glob("archive/**/inner-list.txt")):
        show_object(inner_list)
    say("Қол қоюға арналған құжаттар мен жауаптар (outbox/):")
    show_tree(PLACE / "outbox")
    say(f"Жұмыс орны: {PLACE}")
    return 0


def jeke(*arguments: str, cwd: Path = PLACE) -> None:
    """Runs one command as a user would, shown as it is typed."""
    say(f"$ jeke {' '.join(arguments)}")
    subprocess.run([str(JEKE), *arguments], cwd=cwd, check=True, env=os.environ | {"PYTHONUTF8": "1"})


def show_object(inner_list: Path) -> None:
    """One object by its own inner list's heading, and the files of its newest version."""
    heading = inner_list.read_text(encoding="utf-8").splitlines()
    named = [line for line in heading[1:6] if line.strip()][:1]
    print(f"  {inner_list.parents[2].relative_to(PLACE)}")
    print(f"    {heading[0]} — {' '.join(named)}")
    for line in tree(inner_list.parent, "    "):
        print(line)


def show_tree(folder: Path) -> None:
    """A folder's files."""
    print(f"  {folder.name}/")
    for line in tree(folder, "  "):
        print(line)


def tree(folder: Path, indent: str) -> Iterator[str]:
    """The lines of a tree, folders first."""
    entries = sorted(folder.iterdir(), key=lambda p: (p.is_file(), p.name))
    for place, entry in enumerate(entries):
        last = place == len(entries) - 1
        yield f"{indent}{'└── ' if last else '├── '}{entry.name}{'/' if entry.is_dir() else ''}"
        if entry.is_dir():
            yield from tree(entry, indent + ("    " if last else "│   "))


def say(text: str) -> None:
    """A heading between the steps."""
    print(f"\n\033[1m{text}\033[0m" if sys.stdout.isatty() else f"\n{text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
