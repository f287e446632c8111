"""Zips: what an ordinary one gives, and every reason for which one comes back whole."""

import contextlib
import random
import resource
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.confined.child import Answer, Child, CutOffError
from pipeline.confined.limits import Budget, Limit
from pipeline.domain.errors import MachineError
from pipeline.flow.site.budgets import ZIP_SECONDS
from pipeline.intake.bundles import bundle_zip
from pipeline.intake.bundles.bundle_zip import BundleRefusedError, opened_zip, unpack
from tests.intake.bundles.zips import link, overlapping, raw_name, with_entries, zipped


def refusal(path: Path) -> tuple[str, bool]:
    with pytest.raises(BundleRefusedError) as refused, opened_zip(path, Budget(*ZIP_SECONDS)):
        pass
    return refused.value.code, refused.value.hostile


def put(folder: Path, content: bytes) -> Path:
    path = folder / "бума.zip"
    path.write_bytes(content)
    return path


def test_files_come_out_as_they_went_in(tmp_path):
    files = {"b/іс.yaml": b"kind: case\n", "a.yaml": b"", "b/c.pdf": b"%PDF" * 1000}
    with opened_zip(zipped(tmp_path, files), Budget(*ZIP_SECONDS)) as (bundle, members):
        assert [str(member.path) for member in members] == ["a.yaml", "b/c.pdf", "b/іс.yaml"]
        for number, member in enumerate(members):
            unpack(bundle, member, tmp_path / str(number))
            assert (tmp_path / str(number)).read_bytes() == files[str(member.path)]
            assert (tmp_path / str(number)).stat().st_mode & 0o777 == 0o640


def test_folders_and_what_systems_leave_behind_are_no_files(tmp_path):
    files = {"b/": b"", "__MACOSX/._a.yaml": b"x", "b/Thumbs.db": b"x", ".DS_Store": b"x", "b/a.yaml": b"x"}
    with opened_zip(zipped(tmp_path, files), Budget(*ZIP_SECONDS)) as (_, members):
        assert [str(member.path) for member in members] == ["b/a.yaml"]
    assert refusal(zipped(tmp_path, {"b/": b"", "desktop.ini": b"x"})) == ("bundle_empty", False)


@pytest.mark.parametrize(
    "name",
    [
        "../a.yaml",
        "a/../../b.yaml",
        "/etc/a.yaml",
        "C:\\a.yaml",
        "c:a.yaml",
        "\\\\host\\a.yaml",
        "..\\a.yaml",
    ],
)
def test_a_path_that_leads_out_is_hostile(tmp_path, name):
    assert refusal(put(tmp_path, raw_name(name.encode()))) == ("bundle_path", True)
    assert refusal(put(tmp_path, raw_name(name.encode(), utf8=True))) == ("bundle_path", True)


def test_a_name_with_a_zero_byte_is_hostile(tmp_path):
    assert refusal(put(tmp_path, raw_name(b"a.yaml\0.exe"))) == ("bundle_path", True)


@pytest.mark.parametrize("name", ["ж" * 128, "a/" + "ж" * 128 + "/b.yaml"])
def test_a_name_no_file_can_have(tmp_path, name):
    assert refusal(zipped(tmp_path, {name: b"x"})) == ("bundle_name", False)


def test_links_and_devices_are_hostile(tmp_path):
    assert refusal(with_entries(tmp_path, (link(), b"/etc/passwd"))) == ("bundle_link", True)


def test_a_locked_zip(tmp_path):
    content = bytearray(raw_name(b"a.yaml"))
    content[6] |= 1
    content[content.index(b"PK\1\2") + 8] |= 1
    assert refusal(put(tmp_path, bytes(content))) == ("bundle_locked", False)


def test_a_way_of_packing_that_is_not_ordinary(tmp_path):
    path = tmp_path / "бума.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as bundle:
        bundle.writestr("a.yaml", b"x" * 1000)
    assert refusal(path) == ("bundle_method", False)


def test_a_zip_in_a_zip(tmp_path):
    assert refusal(zipped(tmp_path, {"a/Тағы.ZIP": b"x"})) == ("bundle_nested", False)


def test_two_of_one_name_also_where_they_are_written_differently(tmp_path):
    assert refusal(zipped(tmp_path, {"й.yaml": b"1", "и\u0306.yaml": b"2"})) == ("bundle_twice", False)
    assert refusal(zipped(tmp_path, {"a/A.yaml": b"1", "a/a.yaml": b"2"})) == ("bundle_twice", False)


def test_more_files_than_a_bundle_holds_or_deeper_folders(tmp_path, monkeypatch):
    assert refusal(zipped(tmp_path, {"/".join("abcdefghij") + "/a.yaml": b"x"})) == (
        "bundle_too_large",
        False,
    )
    monkeypatch.setattr(bundle_zip, "MAX_MEMBERS", 3)
    assert refusal(zipped(tmp_path, {f"{n}.yaml": b"x" for n in range(4)})) == ("bundle_too_large", False)
    monkeypatch.setattr(bundle_zip, "MAX_BYTES", 3)
    assert refusal(zipped(tmp_path, {"a.yaml": b"xxxx"})) == ("bundle_too_large", False)


def test_what_unpacks_into_far_more_than_it_is_is_a_bomb(tmp_path):
    assert refusal(zipped(tmp_path, {"a.yaml": b"\0" * (8 * 2**20)})) == ("bundle_bomb", True)
    assert refusal(put(tmp_path, overlapping(200))) == ("bundle_bomb", True)


def test_a_table_of_millions_is_not_read(tmp_path):
    """The library would make an object of each of its entries."""
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 2**31, 0, 0)
    assert refusal(put(tmp_path, b"PK\3\4" + end)) == ("bundle_too_large", False)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 5, 5, 2**31, 0, 0)
    assert refusal(put(tmp_path, b"PK\3\4" + end)) == ("bundle_too_large", False)


def zip64(count: int, length: int, *, comment: bytes = b"") -> bytes:
    """A zip whose ordinary end says nothing, and whose zip64 end says this of its table."""
    record = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, length, 0)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, 0, 1)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 2**32 - 1, 2**32 - 1, len(comment))
    return record + locator + end + comment


@pytest.mark.parametrize("comment", [b"", b"PK\5\6", b"PK\5\6" + b"\0" * 18])
def test_a_table_of_zip64_is_measured_too(tmp_path, comment):
    """Where a second reading of the end would find another table, the library's own counts."""
    end = zip64(10**6, 46 * 10**6, comment=comment)
    code, _ = refusal(put(tmp_path, b"PK\3\4" + bytes(46 * 10**6) + end))
    assert code in {"bundle_too_large", "bundle_damaged", "bundle_empty"}


def test_a_real_table_of_a_million_entries_costs_the_child_alone(tmp_path):
    entry = struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 0, 0, 33, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    table = entry * 10**6
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    record = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 10**6, 10**6, len(table), 0)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, len(table), 1)
    for count, length in ((0xFFFF, 2**32 - 1), (5, 2**32 - 1)):
        end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, length, 2**32 - 1, 0)
        assert refusal(put(tmp_path, table + record + locator + end)) == ("bundle_too_large", False)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 * 1024


def test_a_zip64_of_an_ordinary_size_is_read(tmp_path):
    path = tmp_path / "бума.zip"
    with zipfile.ZipFile(path, "w") as made, made.open("a.yaml", "w", force_zip64=True) as writing:
        writing.write(b"kind: case\n")
    with opened_zip(path, Budget(*ZIP_SECONDS)) as (bundle, (member,)):
        unpack(bundle, member, tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == b"kind: case\n"


def test_a_member_larger_than_a_piece(tmp_path):
    content = random.Random(5).randbytes(9 * 2**20)
    with opened_zip(zipped(tmp_path, {"a.wav": content}), Budget(*ZIP_SECONDS)) as (bundle, (member,)):
        unpack(bundle, member, tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == content


def test_a_zip_has_a_budget_that_grows_with_what_is_in_it(tmp_path):
    path = zipped(tmp_path, {f"{n}.yaml": random.Random(n).randbytes(100_000) for n in range(500)})
    budget = Budget(*ZIP_SECONDS)
    with opened_zip(path, budget) as (bundle, members):
        allowed = budget.cpu_left
        assert allowed > ZIP_SECONDS[0]
        for number, member in enumerate(members):
            unpack(bundle, member, tmp_path / f"out-{number}")
        assert budget.cpu_left > allowed - ZIP_SECONDS[0] / 4, "five hundred honest files take little of it"
        budget.charge(budget.cpu_left, 0)
        with pytest.raises(BundleRefusedError, match="bundle_bomb"):
            unpack(bundle, members[0], tmp_path / "again")
    with pytest.raises(BundleRefusedError, match="bundle_bomb"), opened_zip(path, budget):
        pass


@pytest.mark.parametrize("limit", list(Limit))
def test_how_a_child_that_is_cut_off_is_told(tmp_path, monkeypatch, limit):
    def ask(*_, **__):
        raise CutOffError(limit)

    monkeypatch.setattr(Child, "ask", ask)
    path = zipped(tmp_path, {"a.yaml": b"x"})
    if limit is Limit.KILLED:
        with pytest.raises(MachineError), opened_zip(path, Budget(*ZIP_SECONDS)):
            pass
    else:
        assert refusal(path)[0] in {"bundle_too_large", "bundle_bomb"}


@pytest.mark.parametrize("told", [{}, {"entries": [{}]}, {"entries": [5]}, {"entries": None}])
def test_what_is_no_table_is_damage(tmp_path, monkeypatch, told):
    monkeypatch.setattr(Child, "ask", lambda *_, **__: Answer(told, b""))
    assert refusal(zipped(tmp_path, {"a.yaml": b"x"})) == ("bundle_damaged", False)


def test_no_zip_and_half_a_zip(tmp_path):
    whole = zipped(tmp_path, {"a.yaml": b"x" * 1000}).read_bytes()
    for content in (b"", b"kind: case\n", whole[:40], whole[:-5], b"\0" * 100):
        assert refusal(put(tmp_path, content)) == ("bundle_damaged", False)


def test_a_damaged_member_is_found_in_unpacking(tmp_path):
    path = tmp_path / "бума.zip"
    with zipfile.ZipFile(path, "w") as bundle:
        bundle.writestr("a.yaml", b"some content")
    path.write_bytes(path.read_bytes().replace(b"some content", b"other conten"))
    with opened_zip(path, Budget(*ZIP_SECONDS)) as (bundle, (member,)):
        with pytest.raises(BundleRefusedError) as refused:
            unpack(bundle, member, tmp_path / "out")
        assert (refused.value.code, refused.value.member) == ("bundle_member_damaged", "a.yaml")
        assert not (tmp_path / "out").exists()


@given(st.binary(max_size=300), st.booleans())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_refused_or_read(tmp_path, content, with_end):
    path = put(
        tmp_path, (b"PK\3\4" if with_end else b"") + content + (b"PK\5\6" + b"\0" * 18 if with_end else b"")
    )
    with pytest.raises(BundleRefusedError), opened_zip(path, Budget(*ZIP_SECONDS)):
        pass


def test_a_table_that_leads_before_the_beginning_is_damage_not_the_machines_fault(tmp_path):
    content = bytearray(zipped(tmp_path, {"a.yaml": b"kind: case\n"}).read_bytes())
    at = content.rindex(b"PK\5\6")
    content[at + 16 : at + 20] = struct.pack("<L", 2**30)  # where the table is said to begin
    with (
        pytest.raises(BundleRefusedError) as refused,
        opened_zip(put(tmp_path, bytes(content)), Budget(*ZIP_SECONDS)) as (bundle, members),
    ):
        unpack(bundle, members[0], tmp_path / "out")
    assert refused.value.code in {"bundle_damaged", "bundle_member_damaged"}


@given(st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_zip_with_any_byte_changed_is_refused_or_read(tmp_path, data):
    content = bytearray(zipped(tmp_path, {"іс/a.yaml": b"kind: case\n" * 20, "b.pdf": b"%PDF-"}).read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    out = tmp_path / "out"
    with (
        contextlib.suppress(BundleRefusedError),
        opened_zip(put(tmp_path, bytes(content)), Budget(*ZIP_SECONDS)) as (bundle, members),
    ):
        for member in members:
            (tmp_path / ".part").unlink(missing_ok=True)
            out.unlink(missing_ok=True)
            unpack(bundle, member, out)
