"""Invented records, and an archive filled with them the way the flow fills it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from pipeline.archive.index.entry import entry_of
from pipeline.archive.index.locations import Index
from pipeline.archive.ocfl.storage_root import StorageRoot
from pipeline.archive.person.content import case_folder, changes
from pipeline.archive.person.filed_documents import Document, SealMark, made_document
from pipeline.archive.person.filed_findings import findings_json
from pipeline.archive.person.personal_file import CaseFile, kept, person_content
from pipeline.archive.person.record_file import (
    CampaignFile,
    SittingFile,
    campaign_content,
    commission_content,
    sitting_content,
)
from pipeline.domain.errors import CorruptError
from pipeline.domain.findings import DecidedBy, Decision, Finding, Judgement
from pipeline.domain.records import Campaign, Case, Commission, Employee, Record, Report, Sitting, Vote
from pipeline.record_format.reader import read_stream

SAMPLE = Path(__file__).parents[2] / "samples" / "recommended.yaml"
SEAL = SealMark("СЫНАҚ МӨРІ (jeke-is)", test=True)
FILED_AT = datetime(2025, 10, 21, 9, tzinfo=UTC)
TODAY = date(2026, 12, 1)
IINS = ("850314390019", "900101300007", "770707400009")


def read(text: str) -> Record:
    result = read_stream(text.encode(), "record.yaml")
    if result.errors or len(result.records) != 1:
        raise CorruptError("filed_format", file="record.yaml")
    return result.records[0].record


def sample() -> dict[str, tuple[Record, str]]:
    """Kind → record and text."""
    found = read_stream(SAMPLE.read_bytes(), SAMPLE.name)
    assert not found.errors
    return {str(r.record.ref.kind): (r.record, r.source.text) for r in found.records}


def text_of(case: Case) -> str:
    """A short record for a case made up in a test."""
    e = case.employee
    lines = [f"kind: case\nid: '{case.id}'\ncampaign: '{case.campaign}'\nemployee:\n  iin: '{e.iin}'"]
    lines.append(f"  surname: {e.surname}")
    lines += [
        f"  {key}: {value}"
        for key, value in (("given_name", e.given_name), ("patronymic", e.patronymic))
        if value
    ]
    if case.report and case.report.filed_on:
        lines.append(f"report: {{filed_on: {case.report.filed_on}}}")
    return "\n".join(lines) + "\n"


def a_case(
    case_id: str,
    iin: str = IINS[0],
    surname: str = "Әбілқасов",
    given_name: str | None = "Дархан",
    patronymic: str | None = None,
    *,
    campaign: str = "Н-1",
    filed_on: date | None = None,
) -> Case:
    employee = Employee(iin, surname, given_name, patronymic)
    return Case(case_id, campaign, employee, report=Report(filed_on=filed_on) if filed_on else None)


def no_words(_: Finding) -> tuple[str, str]:
    return "хабарлама", "түзету жолы"


def decided(case_id: str, sitting: str = "О-1", result: Vote = Vote.RECOMMENDED) -> Decision:
    return Decision(case_id, sitting, result, 5, 1, DecidedBy.MAJORITY)


def case_file(
    case: Case, text: str | None = None, *, decisions: Iterable[Decision] = (), names: Iterable[str] = ()
) -> CaseFile:
    judgement = Judgement(decisions=tuple(decisions))
    pdfs = {f"{case_folder(case.id)}{name}.pdf": f"%PDF {case.id} {name}".encode() for name in names}
    return CaseFile(
        case,
        text_of(case) if text is None else text,
        findings_json(judgement, [case.ref], no_words),
        documents=tuple(document(case_folder(case.id), name, pdfs) for name in names),
        pdfs=pdfs,
    )


def document(folder: str, name: str, pdfs: dict[str, bytes]) -> Document:
    return made_document(
        folder,
        document=name.removesuffix("-01"),
        name=name,
        title=f"Құжат {name}",
        fingerprint="f" * 64,
        pdf=pdfs[f"{folder}{name}.pdf"],
        seal=SEAL,
    )


class Filer:
    """Files into a storage root and, where it is given one, an index; opaque ids by what they are about."""

    def __init__(self, root: StorageRoot, index: Index | None = None) -> None:
        self.root = root
        self.index = index

    def person(self, object_id: str, *files: CaseFile) -> None:
        self._write(object_id, person_content(files, retention_years=1, today=TODAY), kept(files))

    def sitting(self, object_id: str, file: SittingFile) -> None:
        self._write(object_id, sitting_content(file), file.kept)

    def other(self, object_id: str, record: Campaign | Commission, text: str) -> None:
        findings = findings_json(Judgement(), [record.ref], no_words)
        content = (
            campaign_content(CampaignFile(record, text, findings))
            if isinstance(record, Campaign)
            else commission_content(record, text, findings)
        )
        self._write(object_id, content, ())

    def sample(self) -> None:
        records = sample()
        campaign, commission, case, sitting = (
            records[kind] for kind in ("campaign", "commission", "case", "sitting")
        )
        assert isinstance(campaign[0], Campaign)
        assert isinstance(commission[0], Commission)
        assert isinstance(case[0], Case)
        assert isinstance(sitting[0], Sitting)
        decision = decided(case[0].id, sitting[0].id)
        file = case_file(
            case[0], case[1], decisions=[decision], names=["annex-1", "annex-2", "annex-3-01", "annex-4"]
        )
        self.other("urn:uuid:campaign", campaign[0], campaign[1])
        self.other("urn:uuid:commission", commission[0], commission[1])
        self.person("urn:uuid:person", replace(file, campaign=campaign[0], sittings=(sitting[0],)))
        self.sitting(
            "urn:uuid:sitting",
            SittingFile(
                sitting[0],
                sitting[1],
                findings_json(Judgement(decisions=(decision,)), [sitting[0].ref], no_words),
                documents=(document("", "protocol", {"protocol.pdf": b"%PDF protocol"}),),
                pdfs={"protocol.pdf": b"%PDF protocol"},
                commission=commission[0],
            ),
        )

    def _write(self, object_id: str, wanted: dict[str, bytes], keep: Iterable[str]) -> None:
        before = self.root.get(object_id)
        self.root.write_version(
            object_id,
            changes(before.state if before else {}, wanted, frozenset(keep)),
            message="сынақ",
            user="jeke",
            address="urn:jeke",
            created=FILED_AT,
        )
        filed = self.root.get(object_id)
        if self.index is not None and filed is not None:
            self.index.put(entry_of(filed, read, self.root.get))
