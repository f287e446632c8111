"""The attestation materials of a candidate: what the commission has before it (¶17, 26)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pipeline.domain.records import (
    Case,
    Characteristic,
    Disagreement,
    OwnSecurity,
    RefusalAct,
    Report,
    Studies,
)


def materials(case: Case) -> list[tuple[str, date | None]]:
    """Each that the record shows to be there, with its day; a study that is only planned is not."""
    return [(name, day) for there, name, day in _papers(case) if there]


def _papers(case: Case) -> Iterator[tuple[bool, str, date | None]]:
    report, text = case.report or Report(), case.characteristic or Characteristic()
    studies, security = case.studies or Studies(), case.own_security or OwnSecurity()
    act, said = text.refusal_act or RefusalAct(), case.disagreement or Disagreement()
    yield report.filed_on is not None, "баянат", report.filed_on
    yield text != Characteristic(), "қызметтік мінездеме", text.signed_on
    yield act != RefusalAct(), "қызметтік мінездемемен танысудан бас тарту туралы акт", act.date
    for name, study in (
        ("психологиялық-әлеуметтанушылық", studies.psychological),
        ("полиграфологиялық", studies.polygraph),
    ):
        done_on = study.done_on if study else None
        yield done_on is not None, f"{name} зерттеудің қорытындысы", done_on
    yield security.answered_on is not None, "өзіндік қауіпсіздік қызметінің хабарламасы", security.answered_on
    yield said != Disagreement(), "келіспеу туралы өтініш", said.filed_on
