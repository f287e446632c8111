"""The case closes when its papers are complete and signed by all; until then it is said who is to sign."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from pipeline.archive.index.locations import FiledDocument
from pipeline.archive.person.filed_documents import How
from pipeline.cli.context import CliContext
from pipeline.domain.records import Kind, Ref
from pipeline.flow.casefile.papers.made import Returned
from pipeline.flow.scans.signed import SignedPaper, file_signed
from pipeline.intake.claim import claim, finish
from pipeline.intake.journal import DropState, Journal
from tests.e2e.place import Place

CASE = Ref(Kind.CASE, "QRG-PD-2025-014")
SITTING = Ref(Kind.SITTING, "QRG-PD-AK-2025-S3")
PROTOCOL_SIGNERS = 7
BALLOTS = 6


@pytest.fixture(scope="module")
def filed(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place.with_sample(tmp_path_factory.mktemp("closing") / "p", "recommended")


def status(place: Place) -> dict[str, object]:
    ran = place.jeke("status", CASE.id, "--on", "2025-10-25", "--json")
    assert ran.status == 0, ran.err
    case: dict[str, object] = json.loads(ran.out)["cases"][0]
    return case


def to_sign(place: Place) -> dict[str, tuple[list[str], str | None]]:
    papers = status(place)["to_sign"]
    assert isinstance(papers, list)
    return {paper["name"]: (paper["signers"], paper["due"]) for paper in papers}


def come_back(place: Place, returned: Callable[[FiledDocument], Returned | None]) -> None:
    cli = CliContext.of(["--config", str(place.folder / "config.yaml")])
    with cli.workplace() as work, Journal.open(work.places.journal) as journal:
        path = work.places.inbox / "скан.pdf"
        path.write_bytes(b"%PDF")
        claimed = claim(path, work.places.work, journal, now=work.clock())
        documents = [d for ref in (CASE, SITTING) for d in work.index.documents(ref)]
        came = [(d, returned(d)) for d in documents]
        file_signed(work, journal, claimed, [SignedPaper(d, r) for d, r in came if r is not None])
        finish(claimed, work.places.work, journal, DropState.DONE, now=work.clock(), detail={})


def test_who_is_to_sign_what_by_when(filed: Place) -> None:
    papers = to_sign(filed)
    assert papers["annex-1"] == (["Әбілқасов Дархан Маратұлы"], "2025-09-22")
    assert papers["annex-4"] == (["Мұқанова Айнұр Ерланқызы", "Әбілқасов Дархан Маратұлы"], "2025-10-23")
    signers, due = papers["protocol"]
    assert (len(signers), due) == (PROTOCOL_SIGNERS, "2025-10-23")
    assert sum(name.startswith("annex-3") for name in papers) == BALLOTS
    assert status(filed)["closed"] is False
    answer = (filed.folder / "outbox" / CASE.id / "жауап.txt").read_text(encoding="utf-8")
    assert "Қол қойылған данасы күтілетін құжаттар:\n  Құжат: Баянат" in answer


def test_one_after_another_until_it_closes(filed: Place) -> None:
    def protocol_by_two(paper: FiledDocument) -> Returned | None:
        if paper.document.name != "protocol":
            return None
        return Returned(b"%PDF two", How.PADES, ("m1", "s1"), names=("Қ", "М"), whole=False)

    come_back(filed, protocol_by_two)
    signers, _ = to_sign(filed)["protocol"]
    assert len(signers) == PROTOCOL_SIGNERS - 2
    assert "Қасымов Арман Бекетұлы" not in signers
    found = filed.jeke("find", "--unsigned", CASE.id)
    assert found.status == 0

    come_back(filed, lambda paper: Returned(b"%PDF all", How.SCAN))
    assert not to_sign(filed)
    assert status(filed)["closed"] is True
    assert "Іс жабылды" in filed.jeke("status", CASE.id, "--on", "2025-10-25").out
    assert filed.jeke("find", "--unsigned", CASE.id).status == 3
