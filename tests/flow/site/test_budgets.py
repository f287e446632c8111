"""One budget for all confined children of a drop; once it is spent the drop comes back whole, with words."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

from pipeline.confined.limits import Budget
from pipeline.flow.drops import paper_drop, quarantine
from pipeline.flow.outcomes.results import DropAnswer, Result
from pipeline.flow.site.budgets import PAPER_SECONDS
from tests.flow.signed_place import MEMBERS, SignedPlace, codes
from tests.signatures.cards import card_of
from tests.signatures.people import message_of


@pytest.fixture
def place(tmp_path: Path) -> SignedPlace:
    return SignedPlace.make(tmp_path / "p")


def card(place: SignedPlace) -> bytes:
    made = place.read("protocol.pdf")
    return card_of(made, *(message_of(made, place.people[m]) for m in MEMBERS))


def signed(place: SignedPlace) -> bytes:
    return place.signed(place.read("protocol.pdf"), *MEMBERS)


def dear_scan(_place: SignedPlace) -> bytes:
    """Fifty pages within the gate's bounds, each some seconds to draw."""
    with pikepdf.new() as pdf:
        content = pdf.make_stream(b"0 0 600 600 re f " * 500_000)
        for _ in range(50):
            pdf.add_blank_page(page_size=(600, 600)).obj.Contents = content
        out = io.BytesIO()
        pdf.save(out, compress_streams=True)
        return out.getvalue()


def spent_behind_the_gate(monkeypatch: pytest.MonkeyPatch, left: float) -> None:
    """As if the gate had taken all but this."""
    gate = quarantine.let_in

    def dear(*arguments: object) -> object:
        verdict = gate(*arguments)  # type: ignore[arg-type]  # handed on as they came
        budget = arguments[-1]
        assert isinstance(budget, Budget)
        budget.cpu_left = left
        return verdict

    monkeypatch.setattr(paper_drop, "let_in", dear)


def reasons(answer: DropAnswer) -> list[str]:
    return [*codes(answer), *(error.code for error in answer.errors)]


@pytest.mark.parametrize(
    ("made", "left", "reason"),
    [
        (card, 0.0, "gate_bomb"),
        (signed, 0.2, "signature_uncheckable"),
        (dear_scan, 4.0, "scan_costly"),
        (dear_scan, 0.0, "scan_costly"),
    ],
)
def test_what_has_spent_its_budget_comes_back_whole(
    place: SignedPlace,
    monkeypatch: pytest.MonkeyPatch,
    made: Callable[[SignedPlace], bytes],
    left: float,
    reason: str,
) -> None:
    data = made(place)
    spent_behind_the_gate(monkeypatch, left)
    answer = place.drop("қағаз.pdf", data, whole=True)
    assert answer.result is Result.REFUSED
    assert reason in reasons(answer)
    assert not {"scan_unmarked", "scan_nothing"} & set(reasons(answer)), "a card is told as no scan"
    inbox = place.place.folder / "inbox"
    (back,) = (path for path in inbox.rglob("қағаз*.pdf") if path.is_file())
    assert back.read_bytes() == data
    (words,) = (path for path in back.parent.iterdir() if path.suffix == ".txt")
    assert words.read_text(encoding="utf-8").strip()


@pytest.mark.parametrize("made", [card, signed])
def test_the_gate_the_card_and_the_signatures_draw_from_one_budget(
    place: SignedPlace, monkeypatch: pytest.MonkeyPatch, made: Callable[[SignedPlace], bytes]
) -> None:
    data = made(place)
    budget = Budget(*PAPER_SECONDS)
    left: list[float] = []
    gate = quarantine.let_in

    def watched(*arguments: object) -> object:
        verdict = gate(*arguments)  # type: ignore[arg-type]  # handed on as they came
        left.append(budget.cpu_left)
        return verdict

    monkeypatch.setattr(paper_drop, "budget_of_paper", lambda: budget)
    monkeypatch.setattr(paper_drop, "let_in", watched)
    answer = place.drop("қағаз.pdf", data, whole=True)
    assert answer.result is Result.DONE, reasons(answer)
    assert PAPER_SECONDS[0] > left[0] > budget.cpu_left > PAPER_SECONDS[0] * 0.9
