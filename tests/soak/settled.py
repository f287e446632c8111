"""What must hold once everything is worked off, whatever happened on the way; and at every moment before."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.archive.ocfl.storage_root import OcflObject
from pipeline.archive.person.events import read_events
from pipeline.intake.inbox import DUPLICATES, QUARANTINE, REFUSED
from pipeline.intake.journal import DropState, Journal
from pipeline.retention.vault import Vault
from tests.archive.ocfl_support import faults_by_ocfl_py
from tests.e2e.place import Place

from .drops import Drop

OVER = {DropState.DONE, DropState.WAITING, DropState.REFUSED}
_TIME = re.compile(r"^\d{8}-\d{6}(-\d+)?-")
_OURS = {".jeke-inbox"}
_CHANCE = re.compile(r'(?m)^ +(id|sealed_sha256|sealed_size|stored_at): "[^"]*"\n')
_PARTS = re.compile(r"(^|\.)part$|^\.[0-9a-f]{32}$|-journal$|^jeke-staging$")


def everything_is_settled(place: Place, drops: Iterable[Drop]) -> None:
    """Each file is filed or has come back whole, once; nothing lies about; the archive is sound."""
    without_check_of_the_archive(place, drops)
    assert faults_by_ocfl_py(place.folder / "archive") == []
    verified = place.jeke("verify")
    assert verified.status == 0, verified.out


def without_check_of_the_archive(place: Place, drops: Iterable[Drop]) -> None:
    """The same, the archive's soundness aside."""
    drops = tuple(drops)
    came_back = [drop for drop in drops if drop.comes_back]
    assert sorted(given_back(place)) == sorted((d.comes_back or "", d.content) for d in came_back)
    assert left_in_inbox(place) == []
    assert list((place.folder / "state" / "work").iterdir()) == []
    assert left_over(place.folder) == []
    assert journal_says(place) <= OVER
    for filed in place.objects():
        each_drop_is_filed_once(filed)


@dataclass(frozen=True, slots=True)
class Seen:
    """What people see of a place of work: the objects with their content, the recordings, the papers to print."""

    content: dict[str, dict[str, str]]
    recordings: list[tuple[str, str]]
    printed: list[str]


def seen(place: Place) -> Seen:
    """The place as it is now."""
    return Seen(content(place), recordings(place), printed(place))


def nothing_shows_half(place: Place) -> None:
    """Whoever searches and takes out between two lives finds whole files or none."""
    found = place.jeke("find", "Өмірзақов", "--json")
    assert found.status in (0, 3), found.err
    hits = json.loads(found.out)["hits"] if found.status == 0 else []
    for hit in hits:
        assert hit["cases"]
    with TemporaryDirectory(dir=place.folder.parent) as scratch:
        for case in (case for hit in hits for case in hit["cases"]):
            out = Path(scratch) / case["id"]
            got = place.jeke("get", case["id"], "--out", str(out))
            assert got.status == 0, got.err
            assert b"%%EOF" in (out / "annex-1.pdf").read_bytes()[-1024:]


def nothing_is_lost(place: Place, drops: Iterable[Drop]) -> None:
    """Every file dropped lies whole in inbox/, in the work folder or where it came back to, or is filed or stored."""
    lying = {p.read_bytes() for folder in ("inbox", "state/work") for p in _files(place.folder / folder)}
    filed = [f.read(path) for f in place.objects() for path in f.state if path.endswith("record.yaml")]
    stored = {digest for _, digest in recordings(place)}
    for drop in drops:
        for content in {drop.content} if drop.content in lying else _pieces(drop):
            texts = [text.strip() for text in re.split(rb"(?m)^---[^\n]*\n", content)]
            is_filed = all(any(text in record for record in filed) for text in texts)
            assert content in lying or is_filed or sha256(content).hexdigest() in stored, drop.name


def _pieces(drop: Drop) -> list[bytes]:
    """A zip's members, once it is taken apart."""
    if not drop.name.endswith(".zip"):
        return [drop.content]
    with zipfile.ZipFile(io.BytesIO(drop.content)) as bundle:
        return [bundle.read(name) for name in bundle.namelist()]


def journal_is_clear(place: Place) -> None:
    """No drop has failed for good; one to be tried again says what for, in its own detail."""
    with Journal.open(place.folder / "state" / "journal.sqlite") as journal:
        for drop in journal.drops():
            assert drop.state is not DropState.FAILED, drop
            assert drop.state is not DropState.RETRY or drop.detail["error"], drop


def given_back(place: Place) -> Iterator[tuple[str, bytes]]:
    """Folder and content of each file that came back; an answer lies beside it."""
    for folder in (REFUSED, DUPLICATES, QUARANTINE):
        for back in sorted((place.folder / "inbox" / folder).glob("*")):
            assert _TIME.match(back.name), back.name
            assert (back / "жауап.txt").stat().st_size > 0
            (file,) = [path for path in back.iterdir() if path.name != "жауап.txt"]
            yield folder, file.read_bytes()


def left_in_inbox(place: Place) -> list[str]:
    """Files that were never taken."""
    inbox = place.folder / "inbox"
    return [p.name for p in inbox.iterdir() if p.is_file() and p.name not in {*_OURS, "README.md"}]


def left_over(folder: Path) -> list[str]:
    """Parts, stages and SQLite's own journals that nobody will ever finish."""
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if _PARTS.search(p.name))


def journal_says(place: Place) -> set[DropState]:
    """The states that drops are in."""
    with Journal.open(place.folder / "state" / "journal.sqlite") as journal:
        return {drop.state for drop in journal.drops()}


def each_drop_is_filed_once(filed: OcflObject) -> None:
    """No two versions of an object tell of the same drop, and none is without its events."""
    events = read_events(filed.read("events.jsonl"))
    told = [event.version for event in events if event.told]
    assert told == [f"v{number}" for number in range(1, int(filed.head[1:]) + 1)]
    drops = {(event.detail, event.version) for event in events if event.detail.startswith("drop ")}
    assert [detail for detail, times in Counter(detail for detail, _ in drops).items() if times > 1] == []


def content(place: Place) -> dict[str, dict[str, str]]:
    """As `Place.content`; a register without what is another each time a recording is stored."""
    found = place.content()
    registers = {filed.read("inner-list.txt"): filed.read("recordings.yaml") for filed in _people(place)}
    assert len(registers) == len(_people(place))
    for data in found.values():
        data.pop("recordings.yaml", None)
    texts = sorted(_CHANCE.sub("", data.decode()) for data in registers.values())
    return {**found, "registers": {str(number): text for number, text in enumerate(texts)}}


def versions_of_people(place: Place) -> dict[str, int]:
    """IIN → how many versions the personal file has."""
    return {json.loads(f.read("person.json"))["iin"]: int(f.head[1:]) for f in _people(place)}


def recordings(place: Place) -> list[tuple[str, str]]:
    """File name and SHA-256 of each recording in the store."""
    vault = Vault.open(place.folder / "recordings", place.folder / "state" / "recording-keys")
    return sorted((stored.file, stored.sha256) for stored in vault.all())


def printed(place: Place) -> list[str]:
    """Every document and answer in outbox/."""
    outbox = place.folder / "outbox"
    return sorted(str(p.relative_to(outbox)) for p in _files(outbox))


def _people(place: Place) -> list[OcflObject]:
    return [filed for filed in place.objects() if "person.json" in filed.state]


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
