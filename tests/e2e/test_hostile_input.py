"""Hostile and broken files through the real command: each gets an answer and harms nothing."""

import os
import re
import resource
import stat
import time
from pathlib import Path
from unicodedata import normalize

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .place import Place, jeke_process, sample

RECORD = sample("refused")
SURROGATES = re.compile("[\ud800-\udfff]")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """It answers what has no end at once too."""
    made = Place.make(tmp_path / "place")
    config = made.folder / "config.yaml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("unfinished_minutes: 10", "unfinished_minutes: 0"), encoding="utf-8")
    return made


def answer_to(place: Place, name: str) -> str:
    """The answer beside the file of that name, wherever it was given back."""
    inbox = place.folder / "inbox"
    found = [path for path in inbox.glob("*/*/*") if os.fsencode(path.name) == os.fsencode(name)]
    assert len(found) == 1, (name, found)
    (answer,) = [path for path in found[0].parent.iterdir() if path != found[0]]
    return answer.read_text(encoding="utf-8")


ALIASES = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(9)
)
MERGES = "a0: &a0 {k: v}\n" + "".join(f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}]}}\n" for n in range(1, 2000))

BROKEN: dict[str, tuple[bytes, str]] = {
    "bomb.yaml": (ALIASES.encode(), "anchor"),
    "merges.yaml": (MERGES.encode(), "anchor"),
    "deep.yaml": (b"[" * 100_000 + b"\n", "nesting"),
    "deep-map.yaml": (("a: " + "{a: " * 50_000).encode() + b"\n", "nesting"),
    "commas.yaml": (b"a: [" + b"," * 900_000 + b"]\n", "[қате]"),
    "nul.yaml": (RECORD.encode() + b"\0\n", "character"),
    "utf16.yaml": (RECORD.encode("utf-16"), "encoding_utf16"),
    "utf16-bare.yaml": (RECORD.encode("utf-16-le"), "encoding_utf16"),
    "cp1251.yaml": ("kind: case\nid: Дело о назначении сотрудника\n".encode("cp1251"), "encoding_cp1251"),
    "latin.yaml": (b"kind: case\nid: \x80\x81\x82\x83\x84\x85\n", "encoding_broken"),
    "bidi.yaml": ("kind: case\nid: \u202eабв\n".encode(), "character"),
    "tag.yaml": (b"kind: !!python/object/apply:os.system ['touch /tmp/x']\n", "tag"),
    "empty.yaml": (b"", "empty_file"),
    "markers.yaml": (b"---\n" * 20_000, "[қате]"),
    "unclosed.yaml": (b'kind: "case\n', "syntax_quote"),
    "exe.yaml": (b"MZ\x90\0\3" + bytes(range(256)) * 40, "[қате]"),
    "a.exe": (b"MZ", "file_kind"),
    "b.zip": (b"PK\3\4" + b"\0" * 40, "bundle_damaged"),
    "c.zip": (b"", "bundle_damaged"),
    "d.pdf": (b"<html>", "gate_not_paper"),
    "e.png": (b"\x89PNG\r\n\x1a\nIEND", "gate_"),
    "f.tif": (b"II*\0\xff\xff\xff\xff", "gate_"),
}


def test_each_broken_file_gets_its_answer_and_nothing_is_filed(place):
    for name, (content, _) in BROKEN.items():
        (place.folder / "inbox" / name).write_bytes(content)
    ran = place.run_once()
    assert ran.status == 2, ran.err
    for name, (_, told) in BROKEN.items():
        assert told in answer_to(place, name), name
    assert place.objects() == []
    assert list((place.folder / "state" / "work").iterdir()) == []
    assert "Traceback" not in ran.err


def test_a_file_of_a_hundred_megabytes_is_refused_without_being_read(place):
    path = place.folder / "inbox" / "үлкен.yaml"
    with path.open("wb") as file:
        file.truncate(100 * 2**20)
        file.seek(0, os.SEEK_END)
        file.write(b"\n")
    jeke_process(["status"], place.folder)
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    ran = jeke_process(["run", "--once"], place.folder)
    assert ran.status == 2, ran.err
    assert "file_too_large" in answer_to(place, "үлкен.yaml")
    after = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    assert after - before < 64 * 2**10  # KiB


STRANGE: tuple[bytes, ...] = (
    b"\xff\xfe.yaml",
    "екі\nжол.yaml".encode(),
    "терминал\x1b[31mқызыл\x07.yaml".encode(),
    "\u202elmay.\u202cyaml".encode(),
    ("ж" * 125 + ".yaml").encode(),
    ("и" + "\u0306" + ".yaml").encode(),
    b"-rf.yaml",
    b"$(reboot);`id`&|<>*?.yaml",
    " бос .YML".encode(),
    b"CON.yaml",
    b"a:b\\c.yaml",
    ("x" * 250 + ".yml").encode(),
    b"..yaml",
    b"%s%n{name}{0}.yaml",
)


def test_strange_names_are_answered_in_readable_folders(place):
    inbox = place.folder / "inbox"
    for name in STRANGE[:-2] + STRANGE[-1:]:
        (inbox / os.fsdecode(name)).write_bytes(b"kind: case\n")
    ran = jeke_process(["run", "--once"], place.folder)
    assert ran.status == 2, ran.err
    back = sorted((inbox / "refused").iterdir())
    assert len(back) == len(STRANGE) - 1
    for folder in back:
        assert folder.name.isprintable()
        assert not set(folder.name) & set('<>:"/\\|?*')
        assert not folder.name.endswith((" ", "."))
        (answer,) = [path for path in folder.iterdir() if path.name == "жауап.txt"]
        words = answer.read_text(encoding="utf-8")
        assert "ФАЙЛ ҚАБЫЛДАНБАДЫ" in words
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", words)
        assert words.splitlines()[1].startswith("Файл: ")
    names = {os.fsencode(path.name) for path in inbox.glob("refused/*/*") if path.name != "жауап.txt"}
    assert names == set(STRANGE[:-2] + STRANGE[-1:])
    assert "\x1b" not in ran.err
    assert "\x07" not in ran.err
    assert "\u202e" not in ran.err
    assert not SURROGATES.search(ran.err)


@pytest.mark.parametrize(
    "record_id",
    ["../../../etc/passwd", "..", "a/../../b", "/abs", "C:\\x", "жол/ішінде", "x" * 200, "con", ".", "~"],
)
def test_no_path_is_built_from_an_id(place, record_id):
    text = RECORD.replace("SHY-PD-2026-008", f"'{record_id}'")
    assert text != RECORD
    place.drop("a.yaml", text)
    before = {path for path in place.folder.parent.rglob("*") if not path.is_relative_to(place.folder)}
    place.run_once()
    after = {path for path in place.folder.parent.rglob("*") if not path.is_relative_to(place.folder)}
    assert after == before
    for path in (place.folder / "outbox").rglob("*"):
        assert len(path.relative_to(place.folder / "outbox").parts) <= 2
        assert stat.S_ISDIR(path.lstat().st_mode) or path.is_file()


def test_names_written_in_two_ways_are_two_files(place):
    for form in ("NFC", "NFD"):
        (place.folder / "inbox" / normalize(form, "й.yaml")).write_bytes(b"kind: case\n")
    assert place.run_once().status == 2
    assert len(list((place.folder / "inbox" / "refused").iterdir())) == 2


NAMES = ("a.yaml", "a.zip", "a.pdf", "a.png", "a.tif", "a.jpg", "a.cms", "a")
HEADS = (b"", b"PK\3\4", b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\0", b"kind: case\n")
LONGEST_SECONDS = 2.0


@given(st.binary(max_size=600), st.sampled_from(HEADS))
@settings(
    max_examples=1000 if "JEKE_SOAK" in os.environ else 4,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_bytes_under_any_name_get_an_answer(place, content, head):
    """Each without a crash, and none takes longer than two seconds of processor time."""
    inbox = place.folder / "inbox"
    for name in NAMES:
        (inbox / name).write_bytes(head + content)
    began = time.process_time()
    ran = place.run_once()
    assert time.process_time() - began < LONGEST_SECONDS * len(NAMES)
    assert ran.status == 2, ran.err
    assert {path.name for path in inbox.iterdir() if path.is_file()} == {".jeke-inbox", "README.md"}
    assert ran.err.count("қабылданбады") + ran.err.count("оқшауланды") == len(NAMES)
    assert place.objects() == []
