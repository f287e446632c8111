"""A context of every kind, from the invented records."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from pipeline.documents.content.campaign_plan import documents_of_campaign
from pipeline.documents.content.destruction import Destroyed, OfAct, act_of_destruction
from pipeline.documents.content.plan import DocumentKind, documents_of_case, documents_of_sitting
from pipeline.domain.records import (
    Admission,
    Appeal,
    Disagreement,
    RecordingType,
    RefusalAct,
    Sheet,
    Studies,
    Study,
)
from pipeline.law.readings import Readings

from .invented import ANNOUNCED, CASE, CHARACTERISTIC, SITTING, WEEKENDS, docket

_REFUSED = replace(CASE, admission=Admission(admitted=False, grounds=("7.2",)))
_FULL = replace(
    CASE,
    studies=Studies(Study(planned_on=dt.date(2025, 10, 1), planned_at=dt.time(9, 30), place="112-каб.")),
    characteristic=replace(
        CHARACTERISTIC,
        refusal_act=RefusalAct("12", dt.date(2025, 10, 3), ("Ли В.",)),
        sent_to_hr_on=dt.date(2025, 10, 3),
    ),
    disagreement=Disagreement(filed_on=dt.date(2025, 10, 6), items=(3, 2), text="Негізсіз.", attachments=2),
    sheet=Sheet(acquainted_on=dt.date(2025, 10, 21)),
    appeal=Appeal(filed_on=dt.date(2025, 10, 30), court=True),
)
_RECORDS = docket(ANNOUNCED, _FULL, SITTING)
_DESTROYED = Destroyed(
    file="В-2025-118.mp4",
    type=RecordingType.VIDEO,
    recorded_on=dt.date(2025, 10, 16),
    keep_until=dt.date(2026, 10, 16),
    years=1,
    sha256="0f" * 32,
    gone_at=dt.datetime(2026, 10, 19, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=5))),
    copies=1,
)
_ACT = OfAct(
    number="2026-001/1",
    on=dt.date(2026, 10, 19),
    plan="2026-001",
    plan_sha256="1a" * 32,
    mandate=("Мақұлдаған: Есімов Болат Серікұлы, 19.10.2026 09:10",),
    audit_number=118,
    audit_sha256="2b" * 32,
)
_WANTED = (
    act_of_destruction(CASE, ANNOUNCED, _ACT, [_DESTROYED]),
    *documents_of_campaign(_RECORDS, ANNOUNCED, WEEKENDS, Readings()),
    *documents_of_case(_RECORDS, _FULL),
    *documents_of_sitting(_RECORDS, SITTING),
    *documents_of_case(docket(_REFUSED), _REFUSED),
)

CONTEXTS: Mapping[DocumentKind, dict[str, object]] = {w.kind: dict(w.context) for w in _WANTED}
