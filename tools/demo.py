"""`make demo`: a case from its records to its signed papers and its recording, in a new place of work."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tools.demo_papers import interview_film, interview_sound, signed_scan

ROOT = Path(__file__).resolve().parent.parent
PLACE = ROOT / "build" / "demo"
JEKE = Path(sys.executable).with_name("jeke")
CASE = "QRG-PD-2025-014"


def main() -> int:
    """Lays out the place, drops what HR drop, and shows what becomes of it and what was filed where."""
    shutil.rmtree(PLACE, ignore_errors=True)
    PLACE.parent.mkdir(exist_ok=True)
    jeke("init", str(PLACE), cwd=ROOT)
    do_not_wait()
    records()
    signed_papers_and_recordings()
    keeping()
    what_is_filed()
    return 0


def records() -> None:
    """From the records to the papers to be signed."""
    chapter("1. Жазбалар: оқу, № 218 бұйрық бойынша тексеру, құжат жасау, мөр, мұрағат")
    say("Үлгілер inbox/ қалтасына салынды (бәрі ойдан шығарылған):")
    for sample in sorted((ROOT / "samples").glob("*.yaml")):
        shutil.copy(sample, PLACE / "inbox")
        print(f"    {sample.name}")
    jeke("run", "--once")
    jeke("status", CASE)
    jeke("find", "қурмангалиева")
    jeke("get", "850314390019", "--document", "annex-4", "--out", "шығарылған")


def signed_papers_and_recordings() -> None:
    """What comes back: a scan of two signed papers in the wrong order, and the interviews' recordings."""
    chapter("2. Қол қойылған қағаз бен әңгімелесу жазбасы қайтып келеді")
    papers = PLACE / "outbox" / CASE
    dropped = {
        "скан.pdf": signed_scan((papers / "annex-4.pdf", "annex-4"), (papers / "annex-1.pdf", "annex-1")),
        "В-2025-118.mp4": interview_film(),
        "А-2025-044.wav": interview_sound(),
    }
    say("inbox/ қалтасына салынды (осы жерде жасалған: екі қағаздың сканы, бейнежазба, аудиожазба):")
    for name, data in dropped.items():
        (PLACE / "inbox" / name).write_bytes(data)
        print(f"    {name}")
    jeke("run", "--once")
    for answer in sorted(papers.glob("жауап-*.txt")):
        say(f"outbox/{CASE}/{answer.name}")
        print(answer.read_text(encoding="utf-8").rstrip())
    jeke("recording", "list")


def keeping() -> None:
    """What may be destroyed when, and the proofs that nothing is missing."""
    chapter("3. Сақтау: жазбалардың мерзімі, мұрағаттың бүтіндігі, әрекеттер тізбегі")
    jeke("retention", "plan", "--on", "2026-12-01", "--dry-run")
    jeke("verify")
    jeke("audit", "--verify")


def what_is_filed() -> None:
    """The archive by its own lists, and what HR find in outbox/."""
    chapter("4. Не қайда жатыр")
    say("Мұрағатқа енгізілгені (archive/, OCFL):")
    for inventory in sorted(PLACE.glob("archive/*/*/*/*/inventory.json")):
        show_object(inventory)
    say("Қол қоюға арналған құжаттар мен жауаптар (outbox/):")
    show_tree(PLACE / "outbox")
    say(f"Жұмыс орны: {PLACE}")


def do_not_wait() -> None:
    """The files are whole when they are dropped, so nothing has to rest first."""
    config = PLACE / "config.yaml"
    text = config.read_text(encoding="utf-8")
    config.write_text(re.sub(r"quiet_seconds: *\d+", "quiet_seconds: 0", text), encoding="utf-8")


def jeke(*arguments: str, cwd: Path = PLACE) -> None:
    """Runs one command as a user would, shown as it is typed."""
    say(f"$ jeke {' '.join(arguments)}")
    subprocess.run([str(JEKE), *arguments], cwd=cwd, check=True, env=os.environ | {"PYTHONUTF8": "1"})


def show_object(inventory: Path) -> None:
    """One object: its folder, the heading of its own inner list, the files of its newest version."""
    listed = json.loads(inventory.read_text(encoding="utf-8"))
    stored, head = listed["manifest"], listed["head"]
    filed = {
        path: stored[sum_][0] for sum_, paths in listed["versions"][head]["state"].items() for path in paths
    }
    inner_list = (inventory.parent / filed["inner-list.txt"]).read_text(encoding="utf-8").splitlines()
    named = next(line for line in inner_list[1:6] if line.strip())
    print(f"  {inventory.parent.relative_to(PLACE)}  ({head})")
    print(f"    {inner_list[0]} — {named}")
    for path in sorted(filed):
        print(f"      {path}")


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


def chapter(title: str) -> None:
    """The heading of a part."""
    say(f"{'═' * len(title)}\n{title}\n{'═' * len(title)}")


def say(text: str) -> None:
    """A heading between the steps."""
    print(f"\n\033[1m{text}\033[0m" if sys.stdout.isatty() else f"\n{text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
