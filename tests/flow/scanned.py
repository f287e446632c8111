"""A place of work with papers made, and their signed scans."""

from __future__ import annotations

import random
import shutil
from collections.abc import Collection, Sequence
from pathlib import Path

from tests.e2e.place import Place, Ran
from tests.scans.originals import place_made
from tests.scans.simulated import CLEAN, Picture, Scanner, pages_of, scan, sign, some

CASE, SITTING, OTHER = "QRG-PD-2025-014", "QRG-PD-AK-2025-S3", "ALM-QAZHD-2025-031"


def made(folder: Path) -> Place:
    """A copy of the place of work whose papers are made."""
    shutil.copytree(place_made().folder, folder)
    return Place(folder)


def signed(
    place: Place,
    record: str,
    name: str,
    *,
    unsigned: Collection[int] = (),
    scanner: Scanner = CLEAN,
    seed: int = 1,
) -> list[Picture]:
    """The pages of a document of outbox/, every place signed but those."""
    pdf = (place.folder / "outbox" / record / f"{name}.pdf").read_bytes()
    rng = random.Random(f"{seed}{record}{name}")
    kind = name.rstrip("0123456789-") if name[-2:].isdigit() else name
    pages: list[Picture] = []
    at = 0
    for page, fields in pages_of(pdf, kind):
        picture = page.picture
        for field in fields:
            if at not in unsigned:
                picture = sign(picture, field, rng, size=0.8)
            at += 1
        pages.append(scan(picture, some(scanner, rng), rng))
    return pages


def dropped(place: Place, name: str, data: bytes) -> Ran:
    """The scan put into inbox/ and worked off."""
    (place.folder / "inbox" / name).write_bytes(data)
    return place.run_once()


def refused(place: Place) -> list[Path]:
    """What was given back."""
    folder = place.folder / "inbox" / "refused"
    return sorted(folder.iterdir()) if folder.is_dir() else []


def answer(folder: Path) -> str:
    return (folder / "жауап.txt").read_text(encoding="utf-8")


def filed(place: Place) -> dict[str, bytes]:
    """Everything signed in the archive, by its path's end."""
    return {
        path.rpartition("signed/")[2]: o.read(path)
        for o in place.objects()
        for path in o.state
        if "signed/" in path
    }


def without_marks(picture: Picture) -> Picture:
    """The page with both its marks torn off."""
    torn = picture.copy()
    torn[:330, :230] = 245
    torn[-240:, -380:] = 245
    return torn


def heads(place: Place) -> Sequence[str]:
    return sorted(f"{o.id} {o.head}" for o in place.objects())
