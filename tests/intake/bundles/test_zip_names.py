import zipfile
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.intake.bundles.zip_names import name_of
from tests.intake.bundles.zips import raw_name, unicode_path


def read(content: bytes) -> str:
    with zipfile.ZipFile(BytesIO(content)) as bundle:
        return name_of(bundle.infolist()[0])


@pytest.mark.parametrize(
    ("raw", "utf8", "name"),
    [
        (b"a.yaml", False, "a.yaml"),
        ("Қасымов/іс.yaml".encode(), True, "Қасымов/іс.yaml"),
        ("Қасымов/іс.yaml".encode(), False, "Қасымов/іс.yaml"),  # macOS and Linux, without the mark
        ("Дело/запись № 5.yaml".encode("cp866", "replace"), False, "Дело/запись ? 5.yaml".replace("?", "№")),
        ("Дело/запись.yaml".encode("cp866"), False, "Дело/запись.yaml"),  # Windows Explorer, WinRAR
        ("Дело/запись.yaml".encode("cp1251"), False, "Дело/запись.yaml"),
        ("ПРОТОКОЛ.PDF".encode("cp1251"), False, "ПРОТОКОЛ.PDF"),
        (b"a\\b\\c.yaml", False, "a/b/c.yaml"),
    ],
)
def test_names_are_read_as_they_were_written(raw, utf8, name):
    assert read(raw_name(raw, utf8=utf8)) == name


def test_the_extra_field_tells_what_the_code_page_cannot():
    raw = "?лби.yaml".encode("cp866")
    assert read(raw_name(raw, extra=unicode_path("Әлби.yaml", raw))) == "Әлби.yaml"
    assert read(raw_name(raw, extra=unicode_path("Әлби.yaml", b"another"))) == "?лби.yaml"


@given(st.text("абвгдеёжзийклмнопрстуфхцчшщъыьэюяАБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ", min_size=4, max_size=40))
def test_russian_names_of_dos_are_read(name):
    assert read(raw_name(name.encode("cp866"))) == name


@given(st.binary(min_size=1, max_size=60).filter(lambda raw: b"\0" not in raw))
def test_any_bytes_are_some_name(raw):
    assert read(raw_name(raw))
