"""A person who was renamed is found under the names they bore before, wherever those stand by now."""

from __future__ import annotations

import json
import sqlite3
import tarfile
from pathlib import Path

import pytest

from tests.e2e.place import Place, documents_of, sample

IIN = "850314390019"
CASE, LATER = "QRG-PD-2025-014", "QRG-PD-2026-001"
NOW = "Әбілқасов Дархан Маратұлы"
PACKED = Path(__file__).parents[2] / "e2e" / "place_0_3_0.tar.xz"


def case_of(name: str, case_id: str = CASE, campaign: str = "QRG-PD-2025-3") -> str:
    """A case before its studies, of a person of that name."""
    (case,) = [d for d in documents_of(sample("recommended")) if "kind: case" in d]
    surname, given_name, patronymic = name.split()
    for before, after in (
        ("Әбілқасов", surname),
        ("given_name: Дархан", f"given_name: {given_name}"),
        ("patronymic: Маратұлы", f"patronymic: {patronymic}"),
        (CASE, case_id),
        ("QRG-PD-2025-3", campaign),
    ):
        case = case.replace(before, after)
    return case.partition("\nstudies:")[0] + "\n"


def filed(place: Place, *records: str) -> None:
    for number, text in enumerate(records):
        place.drop(f"{number}.yaml", text)
        ran = place.run_once()
        assert ran.status == 0, ran.err


def found(place: Place, *words: str) -> list[str]:
    ran = place.jeke("find", *words, "--json")
    return [hit["person"]["surname"] for hit in json.loads(ran.out)["hits"]] if ran.out else []


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place.make(tmp_path / "place")


@pytest.mark.parametrize(
    ("before", "typed"),
    [
        ("Оразбаева Дархан Маратұлы", ("Оразбаева",)),
        ("Оразбаева Дархан Маратұлы", ("оразб", "Дархан", IIN)),
        ("Қалқаева-Ким Айсұлу Маратқызы", ("Ким", "Д.М.")),
        ("Қалқаева-Ким Айсұлу Маратқызы", ("Калкаева", "Айсулу")),
    ],
)
def test_a_renamed_person_is_found_under_the_former_name_too(
    place: Place, before: str, typed: tuple[str, ...]
) -> None:
    filed(place, case_of(before), case_of(NOW))
    assert found(place, *typed) == found(place, "Әбілқасов") == ["Әбілқасов"]
    ran = place.jeke("find", *typed)
    assert f"Бұрынғы аты-жөні: {before}" in ran.out
    assert place.jeke("status", *typed).out == place.jeke("status", CASE).out
    assert place.jeke("verify").status == 0
    (place.folder / "state" / "index.sqlite").unlink()
    assert found(place, *typed) == ["Әбілқасов"]


def test_all_cases_of_the_person_are_found_under_either_name(place: Place) -> None:
    filed(
        place,
        case_of("Оразбаева Дархан Маратұлы"),
        case_of(NOW, LATER, "QRG-PD-2026-1"),
        case_of(NOW),
    )
    (hit,) = json.loads(place.jeke("find", "Оразбаева", "--json").out)["hits"]
    assert [case["id"] for case in hit["cases"]] == [CASE, LATER]
    assert hit["former_names"] == [{"surname": "Оразбаева", "given_name": "Дархан", "patronymic": "Маратұлы"}]


def test_who_was_never_renamed_has_no_former_name(place: Place) -> None:
    filed(place, case_of(NOW), case_of(NOW).replace("полиция майоры", "полиция подполковнигі"))
    (hit,) = json.loads(place.jeke("find", "Әбілқасов", "--json").out)["hits"]
    assert hit["former_names"] == []
    assert "Бұрынғы аты-жөні" not in place.jeke("find", "Әбілқасов").out


@pytest.fixture
def filled_by_0_3_0(tmp_path: Path) -> Place:
    """Renamed twice: in a record dropped anew, and by a file under another name joined to it with `--renamed`.

    No record that is in force bears a former name; the verification of then is remembered.
    """
    folder = tmp_path / "place"
    folder.mkdir(mode=0o700)
    with tarfile.open(PACKED) as packed:
        packed.extractall(folder, filter="fully_trusted")  # noqa: S202  # our own file
    return Place(folder)


@pytest.mark.parametrize("typed", ["Оразбаев", "Тоқсанбаев", "Думан", "Сапарулы"])
def test_in_a_place_filled_before_the_names_are_found_by_the_first_command(
    filled_by_0_3_0: Place, typed: str
) -> None:
    """The index is made anew by itself; an archivist's hand does nothing."""
    assert found(filled_by_0_3_0, typed) == ["Әбілқасов"]


def test_a_place_filled_before_verifies_with_what_was_remembered(filled_by_0_3_0: Place) -> None:
    for command in (("find", NOW), ("verify", "--quick"), ("verify",), ("verify", "--quick")):
        ran = filled_by_0_3_0.jeke(*command)
        assert ran.status == 0, (command, ran.out, ran.err)


def test_a_damaged_version_of_the_past_hides_nobody(filled_by_0_3_0: Place) -> None:
    """What is left is found; `verify` names the damage."""
    first = filled_by_0_3_0.object_named("ЖСН): 850314300400")
    path = next((first.root / "v1" / "content").glob("person.json"))
    path.write_bytes(b"{}")
    assert found(filled_by_0_3_0, "Әбілқасов") == ["Әбілқасов"]
    assert found(filled_by_0_3_0, "Тоқсанбаев") == ["Әбілқасов"]
    assert filled_by_0_3_0.jeke("verify").status == 1


def test_the_index_of_the_version_before_is_not_used(filled_by_0_3_0: Place) -> None:
    with sqlite3.connect(filled_by_0_3_0.folder / "state" / "index.sqlite") as index:
        assert index.execute("PRAGMA user_version").fetchone() == (6,)


def test_the_names_of_a_joined_file_travel_with_an_export(place: Place, tmp_path: Path) -> None:
    """The file that was joined stays behind: what it was called goes along."""
    other = "850314300400"
    earlier = case_of("Оразбаева Дархан Маратұлы", LATER, "QRG-PD-2026-1").replace(IIN, other)
    between = case_of("Тоқсанбаева Дархан Маратұлы", LATER, "QRG-PD-2026-1").replace(IIN, other)
    filed(place, case_of(NOW), earlier, between)
    joined = place.jeke("person", "merge", other, IIN, "--reason", "тегі өзгерген", "--renamed")
    assert joined.status == 0, joined.err
    assert place.jeke("export", NOW, "--out", str(tmp_path / "bag")).status == 0
    page = (tmp_path / "bag" / "data" / "index.html").read_text(encoding="utf-8")
    assert "Бұрынғы аты-жөні" in page
    elsewhere = Place.make(tmp_path / "elsewhere")
    came = elsewhere.jeke("import", str(tmp_path / "bag"))
    assert came.status == 0, came.err
    for name in ("Оразбаева", "Тоқсанбаева", "Әбілқасов"):
        assert found(elsewhere, name) == found(place, name) != []
    (elsewhere.folder / "state" / "index.sqlite").unlink()
    assert found(elsewhere, "Оразбаева") == found(place, "Оразбаева")
