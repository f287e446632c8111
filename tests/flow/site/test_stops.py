"""Two signals end any work within seconds, one lets the drop in hand end; a court's hold waits for neither."""

from __future__ import annotations

import io
import signal
import subprocess
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pikepdf
import pytest

from pipeline.flow.site.stop import MARK
from pipeline.intake.journal import DropState, Journal
from tests.cli.jeke import command, environment
from tests.e2e.place import sample
from tests.flow.drops.test_cut_off import SECONDS, under_way, working
from tests.flow.signed_place import CASE, SignedPlace, with_iins
from tests.signatures.cards import card_of
from tests.signatures.slow import slow_message

AT_MOST = 10.0
"""Seconds that a second signal may take to end everything."""
RECORDING_BYTES = 150_000_000


def long_scan(pages: int = 300) -> bytes:
    """One noisy picture again and again: no page has a mark, each is looked at in every way."""
    noise = np.random.default_rng(29).integers(0, 256, (1754, 1240), dtype=np.uint8)
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        picture = pdf.make_stream(
            noise.tobytes(),
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Image,
            Width=1240,
            Height=1754,
            ColorSpace=pikepdf.Name.DeviceGray,
            BitsPerComponent=8,
        )
        for _ in range(pages):
            page = pdf.add_blank_page(page_size=(595, 842))
            page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=picture))
            page.Contents = pdf.make_stream(b"595 0 0 842 0 0 cm /I Do")
        pdf.save(out)
    return out.getvalue()


def silence() -> bytes:
    """A WAV of nearly half an hour, two channels of 16 bits at 48 kHz."""
    head = b"RIFF%bWAVEfmt \x10\0\0\0\1\0\2\0\x80\xbb\0\0\0\xee\2\0\4\0\x10\0data%b"
    sizes = (size.to_bytes(4, "little") for size in (RECORDING_BYTES + 36, RECORDING_BYTES))
    return head % tuple(sizes) + bytes(RECORDING_BYTES)


def zipped(name: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as bundle:
        bundle.writestr(name, data)
    return out.getvalue()


def slow_card(place: SignedPlace) -> bytes:
    paper = place.read("protocol.pdf")
    return card_of(paper, slow_message(paper))


WAYS: dict[str, tuple[str, Callable[[SignedPlace], bytes]]] = {
    "records": ("b.yaml", lambda _: with_iins(sample("recommended")).replace("-014", "-015").encode()),
    "scan": ("scan.pdf", lambda _: long_scan()),
    "signature": ("protocol-slow.cms", lambda place: slow_message(place.read("protocol.pdf"))),
    "card": ("card.pdf", slow_card),
    "zip": ("b.zip", lambda _: zipped("scan.pdf", long_scan())),
    "recording": ("a.wav", lambda _: silence()),
}
SLOW = ("scan", "signature", "card", "zip")


@pytest.fixture
def place(tmp_path: Path) -> SignedPlace:
    return SignedPlace.make(tmp_path / "p")


def dropped(place: SignedPlace, way: str) -> str:
    name, make = WAYS[way]
    (place.place.folder / "inbox" / name).write_bytes(make(place))
    return name


def children_of(pid: int) -> set[int]:
    found: set[int] = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[1]) == pid and fields[0] != "Z":
                found.add(int(stat.parent.name))
    return found


def wait_for(what: Callable[[], object], seconds: float = SECONDS) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until
        time.sleep(0.01)


def asked_to_stop(place: SignedPlace, process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGTERM)
    wait_for(lambda: (place.place.folder / "state" / MARK).exists() or process.poll() is not None, AT_MOST)


def state_of(place: SignedPlace, name: str) -> DropState:
    with Journal.open(place.place.folder / "state" / "journal.sqlite") as journal:
        return journal.named(name)[-1].state


@pytest.mark.parametrize("way", WAYS)
def test_two_signals_end_any_work(place: SignedPlace, way: str) -> None:
    name = dropped(place, way)
    with working(place.place) as process:
        if way in SLOW:
            wait_for(lambda: children_of(process.pid))
        time.sleep(0.3)
        children = children_of(process.pid)
        began = time.monotonic()
        asked_to_stop(place, process)
        process.send_signal(signal.SIGTERM)
        process.wait(AT_MOST)
        assert time.monotonic() - began < AT_MOST
        wait_for(lambda: not any(Path(f"/proc/{pid}/cmdline").exists() for pid in children), AT_MOST)
    if way in SLOW:
        assert state_of(place, "scan.pdf" if way == "zip" else name) in (DropState.CLAIMED, DropState.RETRY)
    with Journal.open(place.place.folder / "state" / "journal.sqlite") as journal:
        journal.count_cut_off(stopped=True)
        assert [journal.begin(drop.id) for drop in journal.unfinished()] in ([0], [])


@pytest.mark.parametrize("way", ["records", "signature"])
def test_one_signal_lets_the_drop_in_hand_end(place: SignedPlace, way: str) -> None:
    name, make = WAYS[way]
    data = make(place) if way == "records" else slow_message(place.read("protocol.pdf"), 10)
    (place.place.folder / "inbox" / name).write_bytes(data)
    with working(place.place) as process:
        asked_to_stop(place, process)
        process.communicate(timeout=SECONDS)
    assert process.returncode == 0
    assert state_of(place, name) in (DropState.DONE, DropState.WAITING, DropState.REFUSED)
    assert list((place.place.folder / "state" / "work").iterdir()) == []


@pytest.mark.parametrize("seconds", [0.0, 0.3, 0.8])
def test_a_signal_in_the_first_moments(place: SignedPlace, seconds: float) -> None:
    """Whether Python is still loading, the place is being opened, or what lay claimed is being settled."""
    name = dropped(place, "records")
    with subprocess.Popen(command("run"), cwd=place.place.folder, env=environment()) as process:
        time.sleep(seconds)
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS) in (0, -signal.SIGTERM)
    ran = place.jeke("run", "--once")
    assert ran.status in (0, 1), ran.err
    assert state_of(place, name) in (DropState.DONE, DropState.WAITING, DropState.REFUSED)


@pytest.mark.parametrize("way", ["scan", "signature"])
def test_a_hold_is_set_while_a_bomb_is_looked_at(place: SignedPlace, way: str) -> None:
    name = dropped(place, way)
    with working(place.place) as process:
        wait_for(lambda: children_of(process.pid))
        hold = subprocess.run(
            command("retention", "hold", CASE.id, "--mandate", "сот 12"),
            cwd=place.place.folder,
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        )
        assert hold.returncode == 0, hold.stderr
        assert under_way(place.place) == [name], "the drop was over too soon to show anything"
