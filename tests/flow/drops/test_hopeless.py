"""A drop whose paper fails in the same way again and again comes back; a person can ask for any other one."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from pipeline.documents.content.plan import DocumentKind
from pipeline.documents.rendering.render import RdocxWorker
from pipeline.domain.errors import MachineError
from pipeline.flow.drops.hopeless import ASKED, MOST_ALIKE
from tests.e2e.place import Place, sample


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place.make(tmp_path / "place")


def given_back(place: Place) -> list[str]:
    return sorted(path.name for path in (place.folder / "inbox").glob("refused/*/*.yaml"))


def failing(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The renderer fails on every paper in that way."""

    def render(_self: RdocxWorker, _docx: bytes, *, title: str, language: str = "kk") -> bytes:
        raise MachineError(code, document=title, why=language)

    monkeypatch.setattr(RdocxWorker, "render", render)


@pytest.mark.parametrize("code", ["render_failed", "render_empty", "template_broken"])
def test_a_paper_that_fails_alike_each_time_goes_back(
    place: Place, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(code, monkeypatch)
    place.drop("a.yaml", sample("refused"))
    for _ in range(MOST_ALIKE - 1):
        assert place.run_once().status == 5
        assert given_back(place) == []
    assert place.run_once().status == 5
    assert given_back(place) == ["a.yaml"]
    assert list((place.folder / "state" / "work").iterdir()) == []
    assert place.run_once().status == 0
    monkeypatch.undo()
    place.drop("a.yaml", sample("refused"))
    assert place.run_once().status == 0


def test_a_fault_of_the_machine_is_waited_out(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    failing("seal_failed", monkeypatch)
    place.drop("a.yaml", sample("refused"))
    for _ in range(MOST_ALIKE + 1):
        assert place.run_once().status == 5
    assert given_back(place) == []
    monkeypatch.undo()
    assert place.run_once().status == 0
    assert (place.folder / "outbox" / "SHY-PD-2026-008").is_dir()


@pytest.mark.parametrize("named", ["a.yaml", "id", "beginning"])
def test_a_person_asks_for_a_drop(place: Place, named: str, monkeypatch: pytest.MonkeyPatch) -> None:
    failing("seal_failed", monkeypatch)
    place.drop("a.yaml", sample("refused"))
    assert place.run_once().status == 5
    (work,) = (place.folder / "state" / "work").iterdir()
    words = {"a.yaml": "a.yaml", "id": work.name, "beginning": work.name[:6]}[named]
    asked = place.jeke("give-back", words)
    assert (asked.status, work.name in asked.out) == (0, True)
    assert place.run_once().status == 1
    assert given_back(place) == ["a.yaml"]
    (answer,) = (place.folder / "inbox" / "refused").glob("*/жауап.txt")
    assert "Файл сұрау бойынша қайтарылды" in answer.read_text(encoding="utf-8")
    assert list((place.folder / "state" / ASKED).iterdir()) == []
    assert place.jeke("give-back", "a.yaml").status == 4, "it is over"


def test_what_is_not_under_way_is_not_asked_for(place: Place) -> None:
    assert place.jeke("give-back", "nothing.yaml").status == 3
    place.drop("a.yaml", sample("refused"))
    assert place.run_once().status == 0
    assert place.jeke("give-back", "a.yaml").status == 4
    assert not (place.folder / "state" / ASKED).exists()


def test_a_bookmark_in_a_list_is_filed(place: Place) -> None:
    """Document case template-bookmark-in-loop: two candidates doubled it, and the sitting was never filed."""
    path = place.folder / "templates" / f"{DocumentKind.PROTOCOL}.docx"
    mark = '<w:bookmarkStart w:id="0" w:name="_GoBack"/><w:bookmarkEnd w:id="0"/>'
    buffer = io.BytesIO()
    with zipfile.ZipFile(path) as template, zipfile.ZipFile(buffer, "w") as marked:
        for name in template.namelist():
            content = template.read(name).decode()
            if name == "word/document.xml":
                at = content.index("</w:r>", content.index("{{ candidate.decision }}")) + len("</w:r>")
                content = content[:at] + mark + content[at:]
            marked.writestr(name, content)
    path.write_bytes(buffer.getvalue())
    place.drop("tie.yaml", sample("tie"))
    assert place.run_once().status == 0
    assert "пайдаланылмады" not in "".join(
        answer.read_text(encoding="utf-8") for answer in (place.folder / "outbox").rglob("жауап.txt")
    )
