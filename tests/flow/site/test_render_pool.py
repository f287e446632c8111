"""Papers rendered by two processes come out as by one, whatever becomes of the second."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
import pytest

from pipeline.documents.content.plan import DocumentKind
from pipeline.documents.rendering.render import RdocxWorker
from pipeline.documents.rendering.warm_worker import WarmWorker
from pipeline.documents.sealing.local_authority import ensure_authority
from pipeline.documents.sealing.mark_key import ensure_key
from pipeline.documents.sealing.seal import Sealer, seals
from pipeline.documents.templates.fill import Templates
from pipeline.documents.templates.forms import form
from pipeline.domain.errors import MachineError
from pipeline.flow.site.render_pool import ENOUGH, Mark, Order, RenderPool, Tools, second_renderer
from tests.e2e.place import ROOT

WHEN = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    state = tmp_path_factory.mktemp("state")
    ensure_authority(state / "seal")
    ensure_key(state)
    return state


@pytest.fixture(scope="module")
def tools(state: Path) -> Iterator[Tools]:
    renderer = RdocxWorker()
    yield Tools(renderer, Sealer.test_authority(state / "seal"), ensure_key(state))
    renderer.close()


@pytest.fixture(scope="module")
def docx() -> bytes:
    kind = DocumentKind.ANNEX_1
    return Templates(ROOT / "templates").fill(kind, form(kind).sample)


class Watched(WarmWorker):
    """Counts what the second process brought back."""

    brought = 0

    def ask(self, question: bytes, *, seconds: float) -> bytes:
        answer = super().ask(question, seconds=seconds)
        self.brought += 1
        return answer


def second(state: Path) -> Watched:
    plain = second_renderer(state, state / "seal" / "test-seal.p12", None)
    return Watched(plain._command, plain._env, start_seconds=30, recycle=1000)


def orders(docx: bytes, count: int) -> list[Order]:
    return [Order(docx, f"Баянат — Ә{i}", Mark(i, 1) if i % 2 else None, WHEN) for i in range(count)]


def shown(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def test_an_order_survives_its_way_to_the_other_process(docx: bytes) -> None:
    for order in orders(docx, 2):
        assert Order.unpacked(order.packed()) == order


def test_two_processes_bring_what_one_would(state: Path, tools: Tools, docx: bytes) -> None:
    helper = second(state)
    pool = RenderPool(lambda: tools, lambda: helper)
    asked = orders(docx, ENOUGH + 60)
    try:
        rendered = pool.render(asked)
    finally:
        pool.close()
    assert helper.brought > 0
    for number in (0, 1, len(asked) - 2, len(asked) - 1):
        alone = tools.render(asked[number])
        assert shown(rendered[number]) == shown(alone)
        check = seals(rendered[number], tools.sealer.roots)
        assert [(s.intact, s.whole_file, s.trusted, s.sealed_at) for s in check] == [(True, True, True, WHEN)]


def test_a_few_papers_start_no_process(tools: Tools, docx: bytes) -> None:
    def never() -> WarmWorker:
        raise AssertionError

    assert len(RenderPool(lambda: tools, never).render(orders(docx, 3))) == 3


def test_a_second_process_that_dies_loses_nothing(state: Path, tools: Tools, docx: bytes) -> None:
    helper = second(state)
    pool = RenderPool(lambda: tools, lambda: helper)

    def kill() -> None:
        while not helper.brought:
            time.sleep(0.005)
        if helper.pid is not None:
            os.kill(helper.pid, signal.SIGKILL)

    killer = threading.Thread(target=kill, daemon=True)
    killer.start()
    try:
        rendered = pool.render(orders(docx, ENOUGH + 60))
    finally:
        pool.close()
    assert all(pdf.startswith(b"%PDF-") for pdf in rendered)
    assert helper.brought > 0
    killer.join(timeout=5)


@pytest.mark.parametrize("place", [0, ENOUGH + 9])
def test_a_paper_that_cannot_be_made_is_named(state: Path, tools: Tools, docx: bytes, place: int) -> None:
    asked = orders(docx, ENOUGH + 10)
    asked[place] = Order(b"no docx", "Баянат — Ә", None, WHEN)
    pool = RenderPool(lambda: tools, lambda: second(state))
    try:
        with pytest.raises(MachineError) as raised:
            pool.render(asked)
    finally:
        pool.close()
    assert raised.value.params["document"] == "Баянат"
