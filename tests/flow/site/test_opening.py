"""An index damaged where opening it shows nothing is made anew by whoever opens it next."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.domain.errors import CorruptError
from pipeline.flow.site.opening import archive_of
from tests.e2e.place import Place
from tests.flow.kept_place import clear, kept_place, places


@pytest.fixture(scope="module", autouse=True)
def _original_taken_away() -> Iterator[None]:
    yield
    clear()


def damage_rows(place: Place, text: str) -> None:
    """Every page on which the text stands; words are folded, so theirs is not among them."""
    index = place.folder / "state" / "index.sqlite"
    data = bytearray(index.read_bytes())
    at = data.find(text.encode())
    while at >= 0:
        page = at - at % 4096
        data[page : page + 4096] = b"\xff" * 4096
        at = data.find(text.encode())
    index.write_bytes(data)


def test_damage_that_shows_late_is_mended_by_the_next_command(tmp_path: Path) -> None:
    place = kept_place(tmp_path / "place")
    whole = place.jeke("find", "Әбілқасов")
    assert whole.status == 0
    damage_rows(place, "Маратұлы")
    assert place.jeke("find", "Әбілқасов").status == 1
    assert place.jeke("find", "Әбілқасов").out == whole.out
    assert place.jeke("verify", "--quick").status == 0


def test_other_damage_leaves_the_index_alone(tmp_path: Path) -> None:
    where = places(kept_place(tmp_path / "place"))
    with pytest.raises(CorruptError, match="archive-content"), archive_of(where):
        raise CorruptError("archive-content")
    assert where.index.is_file()
