"""The index knows the registers of recordings as the archive holds them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from pipeline.archive.index.entry import ObjectEntry, ObjectKind
from pipeline.archive.index.locations import Index
from pipeline.domain.recordings import Entry, Hold, Register, Storing

AT = datetime(2025, 10, 20, 9, 30, tzinfo=UTC)
STORED = Storing("a" * 32, "b" * 64, 1, "c" * 64, 2, 61.5, AT)
ENTRY = Entry(
    "І-1", "О-1", "a.mp4", "video", date(2025, 10, 16), date(2025, 10, 16), date(2026, 10, 16), stored=STORED
)
HOLD = Hold("І-1", None, "сот", "Қ.", AT)
REGISTER = Register((ENTRY, replace(ENTRY, file="b.mp4", stored=None)), (HOLD,))


def person(object_id: str, register: Register) -> ObjectEntry:
    return ObjectEntry(object_id, "v1", ObjectKind.PERSON, register=register)


def test_registers_come_back_whole_and_by_object(tmp_path: Path) -> None:
    other = Register((replace(ENTRY, case="І-2", stored=replace(STORED, id="d" * 32)),))
    with Index.create(tmp_path / "index") as index:
        index.put(person("urn:1", REGISTER))
        index.put(person("urn:2", other))
        index.put(person("urn:3", Register()))
        assert index.registers() == {"urn:1": REGISTER, "urn:2": other}
        assert index.object_of_recording("a" * 32) == "urn:1"
        assert index.object_of_recording("d" * 32) == "urn:2"
        assert index.object_of_recording("e" * 32) is None


def test_an_object_put_anew_or_dropped_takes_its_register_along(tmp_path: Path) -> None:
    with Index.create(tmp_path / "index") as index:
        index.put(person("urn:1", REGISTER))
        index.put(person("urn:1", Register((), (HOLD,))))
        assert index.registers() == {"urn:1": Register((), (HOLD,))}
        index.drop("urn:1")
        assert index.registers() == {}
