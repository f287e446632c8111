"""What the objects of a sitting, a commission and a campaign hold, as paths and bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.archive.person.content import DOCUMENTS, FINDINGS, INNER_LIST, RECORD, record_yaml
from pipeline.archive.person.filed_documents import Document, brought, documents_json, kept_paths
from pipeline.archive.person.filed_findings import read_decisions
from pipeline.archive.person.inner_list import record_list, sitting_list
from pipeline.domain.records import Campaign, Commission, Sitting


@dataclass(frozen=True, slots=True)
class SittingFile:
    """A sitting as it is to stand in its object; the fields are those of a CaseFile."""

    sitting: Sitting
    text: str
    findings: bytes
    documents: tuple[Document, ...] = ()
    pdfs: Mapping[str, bytes] = field(default_factory=dict)
    commission: Commission | None = None

    @property
    def kept(self) -> frozenset[str]:
        """Paths of the documents that stay as they are filed."""
        return kept_paths(self.documents, self.pdfs)


def sitting_content(file: SittingFile) -> dict[str, bytes]:
    """Path → bytes of a sitting's object, without the documents that stay as filed."""
    content = {
        RECORD: record_yaml(file.text),
        DOCUMENTS: documents_json(file.documents),
        FINDINGS: file.findings,
        INNER_LIST: sitting_list(
            file.sitting, file.commission, read_decisions(file.findings), file.documents
        ),
    }
    return content | brought(file.documents, file.pdfs)


def commission_content(commission: Commission, text: str, findings: bytes) -> dict[str, bytes]:
    """Path → bytes of a commission's object."""
    return {
        RECORD: record_yaml(text),
        FINDINGS: findings,
        INNER_LIST: record_list(commission.ref.kind, commission.id, commission.name, RECORD),
    }


@dataclass(frozen=True, slots=True)
class CampaignFile:
    """A campaign as it is to stand in its object, with the lists made of its cases; as a CaseFile."""

    campaign: Campaign
    text: str
    findings: bytes
    documents: tuple[Document, ...] = ()
    pdfs: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def kept(self) -> frozenset[str]:
        """Paths of the documents that stay as they are filed."""
        return kept_paths(self.documents, self.pdfs)


def campaign_content(file: CampaignFile) -> dict[str, bytes]:
    """Path → bytes of a campaign's object, without the documents that stay as filed."""
    campaign = file.campaign
    content = {
        RECORD: record_yaml(file.text),
        DOCUMENTS: documents_json(file.documents),
        FINDINGS: file.findings,
        INNER_LIST: record_list(campaign.ref.kind, campaign.id, campaign.unit, RECORD, file.documents),
    }
    return content | brought(file.documents, file.pdfs)
