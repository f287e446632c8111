"""Bags from elsewhere: what is sound is laid out as it came, what is hostile never leaves the folder."""

import io
import os
import stat
import tarfile
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha512
from pathlib import Path
from time import monotonic

import bagit
import pytest

from pipeline.archive.moves.bag import write_bag
from pipeline.archive.moves.bag_reading import unpack, validate
from pipeline.domain.errors import CorruptError, JekeError, NotFoundError, RefusedError

AT = datetime(2026, 2, 1, 3, tzinfo=UTC)
PAYLOAD = {"index.html": "Жеке іс".encode(), "object/v1/content/ә.pdf": b"%PDF" * 1000, "object/empty": b""}
FORMS = ("bag", "bag.zip", "bag.tar")


def made(folder: Path, form: str) -> Path:
    write_bag(
        folder / form, PAYLOAD, [("Bagging-Date", "2026-02-01")], tags={"authorities/a.der": b"1"}, at=AT
    )
    return folder / form


def refused(source: Path, tmp_path: Path) -> str:
    target = tmp_path / "out"
    target.mkdir()
    before = everything(tmp_path, target)
    with pytest.raises(JekeError) as caught:
        validate(unpack(source, target))
    assert everything(tmp_path, target) == before
    assert caught.value.code == "bag_unfit"
    return str(caught.value.params["why"])


def everything(folder: Path, but: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if not path.is_relative_to(but))


@pytest.mark.parametrize("form", FORMS)
def test_what_was_written_is_read_back_and_valid_for_the_library(tmp_path, form):
    source, target = made(tmp_path, form), tmp_path / "out"
    target.mkdir()
    bag = unpack(source, target)
    validate(bag)
    bagit.Bag(str(bag)).validate()
    assert {name: (bag / "data" / name).read_bytes() for name in PAYLOAD} == PAYLOAD
    assert bagit.Bag(str(bag)).info["Payload-Oxum"] == f"{sum(map(len, PAYLOAD.values()))}.3"
    assert all(stat.S_IMODE(path.stat().st_mode) in {0o640, 0o750} for path in bag.rglob("*"))


@pytest.mark.parametrize("form", FORMS)
def test_a_bag_is_never_written_over_something(tmp_path, form):
    (tmp_path / form).write_text("another")
    with pytest.raises(RefusedError, match="file_exists"):
        made(tmp_path, form)
    assert (tmp_path / form).read_text() == "another"


@pytest.mark.parametrize("form", FORMS)
def test_a_payload_that_fails_half_way_leaves_nothing(tmp_path, form):
    class Failing(dict[str, bytes]):
        def __getitem__(self, name: str) -> bytes:
            if name == "b":
                raise CorruptError("archive-content", object="o", version="v1", path="b")
            return b"1"

    with pytest.raises(CorruptError):
        write_bag(tmp_path / form, Failing(a=b"", b=b"", c=b""), [], tags={}, at=AT)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", FORMS)
def test_one_flipped_bit_anywhere_is_refused(tmp_path, form):
    source = made(tmp_path, form)
    files = sorted(path for path in source.rglob("*") if path.is_file()) if source.is_dir() else [source]
    for number, file in enumerate(path for path in files if path.stat().st_size):
        sound = file.read_bytes()
        position = sound.find(b"%PDF%PDF") + 9 if file == source else len(sound) // 2
        broken = bytearray(sound)
        broken[position] ^= 1
        file.write_bytes(broken)
        place = tmp_path / f"try-{number}"
        place.mkdir()
        assert refused(source, place) in {"invalid", "kind", "container", "manifest", "declaration"}, file
        file.write_bytes(sound)


def test_a_cut_off_file_is_refused(tmp_path):
    for form in ("bag.zip", "bag.tar"):
        source = made(tmp_path, form)
        source.write_bytes(source.read_bytes()[: source.stat().st_size // 2])
        (tmp_path / f"try-{form}").mkdir()
        assert refused(source, tmp_path / f"try-{form}") in {"container", "kind", "invalid", "manifest"}


BAD_PATHS = (
    "../out.txt",
    "/etc/jeke",
    "bag/../../x",
    "bag//x",
    "bag/a\\b",
    "bag/\x01",
    "bag/" + "x" * 256,
    "bag/./x",
)


@pytest.mark.parametrize("path", BAD_PATHS)
def test_a_path_out_of_the_folder_in_a_zip(tmp_path, path):
    with zipfile.ZipFile(tmp_path / "evil.zip", "w") as packed:
        packed.writestr(zipfile.ZipInfo(path), b"x")
    assert refused(tmp_path / "evil.zip", tmp_path) == "path"


@pytest.mark.parametrize("path", BAD_PATHS)
def test_a_path_out_of_the_folder_in_a_tar(tmp_path, path):
    with tarfile.open(tmp_path / "evil.tar", "w") as packed:
        member = tarfile.TarInfo(path)
        member.size = 1
        packed.addfile(member, io.BytesIO(b"x"))
    assert refused(tmp_path / "evil.tar", tmp_path) == "path"


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
def test_what_is_no_plain_file_in_a_tar(tmp_path, kind):
    with tarfile.open(tmp_path / "evil.tar", "w") as packed:
        member = tarfile.TarInfo("bag/x")
        member.type, member.linkname = kind, "/etc/passwd"
        packed.addfile(member)
    assert refused(tmp_path / "evil.tar", tmp_path) == "link"


def test_a_link_in_a_zip(tmp_path):
    with zipfile.ZipFile(tmp_path / "evil.zip", "w") as packed:
        about = zipfile.ZipInfo("bag/x")
        about.external_attr = (stat.S_IFLNK | 0o777) << 16
        packed.writestr(about, "/etc/passwd")
    assert refused(tmp_path / "evil.zip", tmp_path) == "link"


def test_a_link_and_a_pipe_in_a_folder(tmp_path):
    source = made(tmp_path, "bag")
    (source / "data/link").symlink_to("/etc/passwd")
    assert refused(source, tmp_path) == "link"
    (source / "data/link").unlink()
    os.mkfifo(source / "data/pipe")
    (tmp_path / "again").mkdir()
    assert refused(source, tmp_path / "again") == "link"


def test_a_bag_that_is_itself_a_link(tmp_path):
    made(tmp_path, "bag")
    (tmp_path / "link").symlink_to("bag")
    assert refused(tmp_path / "link", tmp_path) == "kind"


def test_a_bomb_is_stopped_at_what_a_bag_may_be(tmp_path, monkeypatch):
    monkeypatch.setattr("pipeline.archive.moves.bag_reading.LARGEST", 1 << 20)
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        for number in range(8):
            packed.writestr(f"bag/{number}", bytes(1 << 19))
    assert (tmp_path / "bomb.zip").stat().st_size < 10_000
    assert refused(tmp_path / "bomb.zip", tmp_path) == "size"
    assert sum(path.stat().st_size for path in (tmp_path / "out").rglob("*") if path.is_file()) <= 1 << 20


def test_a_member_that_holds_more_than_it_says(tmp_path):
    path = tmp_path / "liar.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("bag/x", bytes(100_000))
    data = path.read_bytes()
    path.write_bytes(data.replace((100_000).to_bytes(4, "little"), (10).to_bytes(4, "little")))
    assert refused(path, tmp_path) in {"size", "container"}


def test_more_files_than_a_bag_may_have(tmp_path, monkeypatch):
    monkeypatch.setattr("pipeline.archive.moves.bag_reading.MOST_FILES", 3)
    assert refused(made(tmp_path, "bag.zip"), tmp_path) == "size"


@pytest.mark.parametrize(("first", "second"), [("bag/a", "bag/a"), ("bag/A", "bag/a"), ("bag/й", "bag/й")])
def test_two_files_that_are_one_on_some_file_system(tmp_path, first, second):
    with tarfile.open(tmp_path / "twice.tar", "w") as packed:
        for name in (first, second):
            packed.addfile(tarfile.TarInfo(name), io.BytesIO())
    assert refused(tmp_path / "twice.tar", tmp_path) == "twice"


def test_a_bag_that_would_fetch_its_files_from_elsewhere(tmp_path):
    source = made(tmp_path, "bag")
    (source / "fetch.txt").write_text("https://example.invalid/x 1 data/x\n")
    assert refused(source, tmp_path) == "manifest"


def test_a_bag_of_other_digests_alone(tmp_path):
    folder = tmp_path / "other"
    folder.mkdir()
    (folder / "x").write_text("x")
    bagit.make_bag(str(folder), checksums=["md5"])
    assert refused(folder, tmp_path) == "manifest"


def test_a_file_that_is_no_bag(tmp_path):
    (tmp_path / "x.zip").write_bytes(b"%PDF-1.7")
    assert refused(tmp_path / "x.zip", tmp_path) == "kind"


def test_no_such_bag(tmp_path):
    with pytest.raises(NotFoundError, match="no_such_bag"):
        unpack(tmp_path / "none", tmp_path)


def rewritten(source: Path, name: str, change: Callable[[bytes], bytes]) -> Path:
    """The bag with that file of it changed, and the tag manifest made anew."""
    (source / name).write_bytes(change((source / name).read_bytes()))
    tags = source / "tagmanifest-sha512.txt"
    if name != tags.name:
        listed = [line.split("  ", 1)[1] for line in tags.read_text().splitlines()]
        sums = (f"{sha512((source / tag).read_bytes()).hexdigest()}  {tag}\n" for tag in listed)
        tags.write_text("".join(sums))
    return source


def many(tmp_path: Path) -> Path:
    """As many lines as a personal file has."""
    payload = {f"v1/content/құжат {n}.pdf": b"%d" % n for n in range(60)}
    write_bag(tmp_path / "bag", payload, [("Bagging-Date", "2026-02-01")], tags={}, at=AT)
    return tmp_path / "bag"


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.removesuffix(b"\n"),
        lambda text: text.replace(b"\n", b"\r\n"),
        lambda text: text.replace(b"\n", b"\r"),
        lambda text: text.replace(b"  ", b" \t  "),
    ],
    ids=["no end of line at the end", "CR LF", "CR", "other blanks"],
)
@pytest.mark.parametrize("name", ["manifest-sha512.txt", "tagmanifest-sha512.txt"])
def test_a_manifest_as_another_program_may_write_it(tmp_path, name, change):
    """RFC 8493, 2.1.3: a line ends with CR, LF or both."""
    bag = rewritten(many(tmp_path), name, change)
    (tmp_path / "own").mkdir()
    validate(unpack(bag, tmp_path / "own"))


@pytest.mark.parametrize("spoilt", [b"\x00", b"\x01", b"0\n", b"\n\n", b"  x", b"\xff", b"\xe2\x80\xa8"])
@pytest.mark.parametrize("name", ["manifest-sha512.txt", "tagmanifest-sha512.txt"])
def test_a_manifest_with_one_bad_line_at_its_end_is_refused_at_once(tmp_path, name, spoilt):
    bag = rewritten(many(tmp_path), name, lambda text: text + spoilt)
    (tmp_path / "own").mkdir()
    began = monotonic()
    assert refused(bag, tmp_path / "own") == "manifest"
    assert monotonic() - began < 5


@pytest.mark.parametrize(
    "declared",
    [
        b"BagIt-Version : 1.0\nTag-File-Character-Encoding: UTF-8\n",
        b"BagIt-Version:1.0\nTag-File-Character-Encoding: UTF-8\n",
        b"BagIt-Version: 1.0 \nTag-File-Character-Encoding: UTF-8\n",
        b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\nX: y\n",
        b"BagIt-Version: 1.0\n\nTag-File-Character-Encoding: UTF-8\n",
        b"Tag-File-Character-Encoding: UTF-8\nBagIt-Version: 1.0\n",
        b"BagIt-Version: 0.96\nTag-File-Character-Encoding: UTF-8\n",
        b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-16\n",
        b"\xef\xbb\xbfBagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        b"",
    ],
)
def test_a_declaration_is_two_lines_and_nothing_else(tmp_path, declared):
    """RFC 8493, 2.1.1; the library reads it as any tag file."""
    bag = rewritten(many(tmp_path), "bagit.txt", lambda _: declared)
    (tmp_path / "own").mkdir()
    assert refused(bag, tmp_path / "own") == "declaration"


@pytest.mark.parametrize(
    "change", [(b"\n", b"\r\n"), (b"UTF-8\n", b"UTF-8"), (b"UTF-8", b"utf-8"), (b"1.0", b"0.97")]
)
def test_a_declaration_as_another_program_may_write_it(tmp_path, change):
    bag = rewritten(many(tmp_path), "bagit.txt", lambda text: text.replace(*change))
    (tmp_path / "own").mkdir()
    validate(unpack(bag, tmp_path / "own"))
