"""What is no plain file is answered once and never touched."""

import os
import stat
from pathlib import Path

import pytest

from pipeline.intake.inbox import Unsupported
from pipeline.messages.catalogue import Language, Messages
from tests.e2e.place import Place


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place.make(tmp_path / "place")


def notes(place: Place) -> list[str]:
    folder = place.folder / "inbox" / "refused"
    return sorted(path.name.split("-", 2)[2] for path in folder.iterdir()) if folder.is_dir() else []


def test_links_pipes_and_devices_get_a_note_each_and_stay_as_they_are(place):
    inbox, secret = place.folder / "inbox", place.folder / "secret"
    secret.write_text("жасырын", encoding="utf-8")
    (inbox / "сілтеме.yaml").symlink_to(secret)
    (inbox / "екінші.yaml").hardlink_to(secret)
    os.mkfifo(inbox / "құбыр.pdf")
    (inbox / "қалта").mkdir()
    (inbox / "қалта" / "a.yaml").symlink_to(secret)
    if os.geteuid() == 0:
        os.mknod(inbox / "құрылғы.yaml", stat.S_IFCHR | 0o600, os.makedev(1, 5))
    before = {path: os.lstat(path) for path in inbox.rglob("*") if path.name != "refused"}
    ran = place.run_once()
    assert ran.status == 0, ran.err
    expected = ["екінші.yaml.txt", "сілтеме.yaml.txt", "қалта.txt", "құбыр.pdf.txt", "құрылғы.yaml.txt"]
    assert notes(place) == sorted(expected if os.geteuid() == 0 else expected[:-1])
    assert {path: os.lstat(path) for path in before if path != inbox} == {
        path: found for path, found in before.items() if path != inbox
    }
    assert secret.read_text(encoding="utf-8") == "жасырын"
    for name in ("сілтеме.yaml", "құбыр.pdf", "қалта"):
        assert f"{name}: алынбайды" in ran.err
    assert place.run_once().err == ""
    assert len(notes(place)) == len(expected) - (os.geteuid() != 0)


def test_another_thing_of_the_same_name_gets_its_own_note(place):
    path = place.folder / "inbox" / "a.yaml"
    path.symlink_to("/етс")
    place.run_once()
    path.unlink()
    place.run_once()
    os.mkfifo(path)
    place.run_once()
    assert len(notes(place)) == 2


def test_what_is_made_a_plain_file_is_taken(place):
    path = place.folder / "inbox" / "a.yaml"
    path.symlink_to(place.folder / "config.yaml")
    place.run_once()
    path.unlink()
    path.write_text("kind: case\n", encoding="utf-8")
    assert place.run_once().status == 2
    assert notes(place) == ["a.yaml", "a.yaml.txt"]


@pytest.mark.parametrize("language", Language)
def test_every_oddity_has_words(language):
    say = Messages(language)
    assert all(say.has(f"value.odd.{unsupported}") for unsupported in Unsupported)
