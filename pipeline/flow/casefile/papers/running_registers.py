"""The registers of a campaign that run on (reports, appeals): made of what is filed, whenever asked for."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.documents.content.campaign_plan import documents_of_campaign
from pipeline.documents.content.plan import DocumentKind
from pipeline.domain.records import Campaign, Ref
from pipeline.flow.casefile.papers.making import running_register
from pipeline.flow.casefile.related.related_records import RelatedRecords
from pipeline.flow.site.workplace import Workplace


def running_registers(
    place: Workplace, campaign: Ref, only: str | None = None
) -> Mapping[DocumentKind, Mapping[str, bytes]]:
    """The files of each register (PDF, workbook, plain text) by name, or those of the kind `only`.

    Raises:
        MachineError: a template or the renderer is at fault.
        CorruptError: a record does not verify.
    """
    docket = RelatedRecords(place.root, place.index).campaign(campaign).docket
    record = docket.get(campaign)
    if not isinstance(record, Campaign):
        return {}
    place.production.templates.refresh()
    wanted = documents_of_campaign(docket, record, place.calendar, place.readings)
    return {w.kind: running_register(place, w) for w in wanted if not w.to_sign and only in (None, w.kind)}
