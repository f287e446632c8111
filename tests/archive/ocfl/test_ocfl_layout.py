import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ocfl.layout_registry import get_layout

from pipeline.archive.ocfl.layout import LAYOUT, LAYOUT_CONFIG, object_id_at, object_path, root_files

ids = st.text(st.characters(codec="utf-8"), min_size=1, max_size=10) | st.uuids().map(
    lambda u: f"urn:uuid:{u}"
)


@given(ids)
def test_objects_stand_where_the_extension_puts_them(object_id: str) -> None:
    try:
        path = object_path(object_id)
    except ValueError:
        assert len(object_id.encode()) > 33
        return
    assert path == get_layout(LAYOUT).identifier_to_path(object_id)
    assert object_id_at(path) == object_id


def test_the_id_can_be_read_off_the_path() -> None:
    path = object_path("urn:uuid:6c1f5b1e-5f0d-4f43-9a55-1d0f3a1b2c3d")
    assert path == "f31/640/bf0/urn%3auuid%3a6c1f5b1e-5f0d-4f43-9a55-1d0f3a1b2c3d"


@pytest.mark.parametrize(
    "path", ["", "a", "abc/def/012/a", "f31/640/bf1/urn%3auuid%3a1", "a/b/c/%ff", "a/b/c/%zz"]
)
def test_no_object_belongs_elsewhere(path: str) -> None:
    assert object_id_at(path) is None


@given(st.text(max_size=30))
def test_any_name_may_be_asked(path: str) -> None:
    object_id_at(path)


def test_the_layout_is_declared_as_it_is() -> None:
    files = root_files()
    layout = get_layout(LAYOUT)
    layout.check_and_set_layout_params(json.loads(files[LAYOUT_CONFIG]))
    assert layout.config == json.loads(files[LAYOUT_CONFIG])
    assert list(files)[-1] == "0=ocfl_1.1"
