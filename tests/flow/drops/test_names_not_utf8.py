"""File names in old code pages: every kind of drop, answer, status and journal; kept byte for byte."""

from __future__ import annotations

import io
import json
import os
import zipfile
from pathlib import Path
from typing import Final

import pytest

from pipeline.flow.scans import drop as scan_drop
from pipeline.intake.journal import DropState, Journal
from tests.e2e.place import Place, sample
from tests.flow.scanned import CASE, OTHER, answer, filed, made, refused, signed
from tests.retention.recorded import recorded
from tests.scans.simulated import as_image, as_pdf, as_tiff

NAMES: Final = {
    "cp1251": "скан қатесі".replace("қ", "к").replace("і", "и").encode("cp1251"),
    "koi8-r": "скан дела".encode("koi8-r"),
    "a surrogate": b"\xed\xa0\x80",
    "a line": b"a\xf1\nb\x1b[31m",
}


def in_inbox(place: Place, name: bytes, data: bytes) -> None:
    Path(os.fsdecode(os.fsencode(place.folder / "inbox") + b"/" + name)).write_bytes(data)


def kinds(place: Place) -> dict[bytes, bytes]:
    """A file of each kind, by its ending."""
    (sheet,) = signed(place, CASE, "annex-4")
    unsigned = as_pdf(signed(place, CASE, "annex-1", unsigned=range(9)))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as bundle:
        bundle.writestr("парақ.pdf", unsigned + b"\n")
    return {
        b".pdf": as_pdf([sheet]),
        b".jpg": as_image(sheet, "JPEG"),
        b".png": as_image(sheet, "PNG"),
        b".tif": as_tiff([sheet]),
        b"-2.pdf": unsigned,
        b"-3.pdf": b"GIF89a",
        b"-4.pdf": b"",
        b".yaml": b"kind: x\n",
        b".yml": sample("refused").encode(),
        b".mp3": recorded("mp3"),
        b".p7s": b"x" * 99,
        b".docx": b"x" * 99,
        b".zip": packed.getvalue(),
        b"-2.zip": b"PK\x03\x04" + b"x" * 99 + b"PK\x05\x06",
    }


@pytest.mark.parametrize("code", NAMES)
def test_every_kind_of_drop_ends_without_a_fault(tmp_path: Path, code: str) -> None:
    place, name = made(tmp_path / "p"), NAMES[code]
    content = kinds(place)
    for ending, data in content.items():
        in_inbox(place, name + ending, data)
    folder = Path(os.fsdecode(os.fsencode(place.folder / "inbox") + b"/" + name))
    folder.mkdir()
    Path(os.fsdecode(os.fsencode(folder) + b"/" + name + b".yaml")).write_bytes(b"kind: y\n")
    ran = place.jeke("run", "--once", "--log", "json")
    assert ran.status == 2
    assert all(json.loads(line) for line in ran.err.splitlines() if line)
    with Journal.open(place.folder / "state" / "journal.sqlite") as journal:
        drops = {os.fsencode(drop.name): drop for drop in journal.drops()}
    assert {drop.state for drop in drops.values()} == {DropState.DONE, DropState.REFUSED}
    assert {name + ending for ending in content} <= set(drops)
    assert set(filed(place)) == {"annex-4.pdf", "annex-4-scan.json"}
    there = {os.fsencode(path.name) for path in (place.folder / "inbox").rglob("*")}
    assert name + b".yaml" in there
    for words in (
        ["status"], ["status", "--drops"], ["review"], ["doctor"], ["doctor", "--health"], ["audit"],
        ["status", "--drops", "--json"], ["status", "--json"], ["review", "--json"],
        ["history", os.fsdecode(name + b".pdf")], ["history", os.fsdecode(name + b".jpg"), "--json"],
    ):  # fmt: skip
        ran = place.jeke(*words)
        assert ran.status in {0, 1, 5 if "doctor" in words else 0}, (words, ran.err)
        ran.out.encode()
        assert "\x1b" not in ran.out
        assert "--json" not in words or json.loads(ran.out)


def test_a_scan_of_such_a_name_is_decided_by_a_person(tmp_path: Path) -> None:
    place, name = made(tmp_path / "p"), NAMES["cp1251"] + b".pdf"
    first, second = (as_pdf(signed(place, CASE, "annex-4", seed=seed)) for seed in (1, 2))
    in_inbox(place, b"1.pdf", first)
    assert place.run_once().status == 0
    in_inbox(place, name, second)
    assert place.run_once().status == 1
    (back,) = refused(place)
    assert name in {os.fsencode(path.name) for path in back.iterdir()}
    ran = place.jeke("review", f"{CASE}/annex-4", "--accept", "--by", "Г. Жақсыбекова")
    assert ran.status == 0, ran.err
    assert place.run_once().status == 0
    assert not refused(place)


@pytest.mark.parametrize("papers", [1, 2])
def test_a_fault_behind_the_filing_says_what_was_filed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, papers: int
) -> None:
    place = made(tmp_path / "p")
    records = (CASE, OTHER)[:papers]
    pages = [page for record in records for page in signed(place, record, "annex-4")]

    def stumble(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(scan_drop, "put", stumble)
    in_inbox(place, b"1.pdf", as_pdf(pages))
    assert place.run_once().status == 5
    words = answer(refused(place)[0])
    assert words.startswith("ФАЙЛДЫҢ БІР БӨЛІГІ ҒАНА МҰРАҒАТҚА ЕНГІЗІЛДІ")
    assert "ZeroDivisionError" in words
    assert all(record in words for record in records)
    assert "ештеңе" not in words


def test_a_fault_before_the_filing_says_that_nothing_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = made(tmp_path / "p")

    def stumble(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(scan_drop, "file_signed", stumble)
    in_inbox(place, b"1.pdf", as_pdf(signed(place, CASE, "annex-4")))
    assert place.run_once().status == 5
    words = answer(refused(place)[0])
    assert "одан ештеңе мұрағатқа енгізілген жоқ" in words
    assert not filed(place)
