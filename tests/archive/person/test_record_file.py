import json

from pipeline.archive.person.filed_findings import findings_json
from pipeline.archive.person.record_file import (
    CampaignFile,
    SittingFile,
    campaign_content,
    commission_content,
    sitting_content,
)
from pipeline.domain.findings import Judgement
from pipeline.domain.records import Campaign, Candidate, Commission, Sitting
from tests.archive.filing_support import decided, document, no_words

SITTING = Sitting("О-1", "К-1", candidates=(Candidate("І-1"),))
FINDINGS = findings_json(Judgement(decisions=(decided("І-1"),)), [SITTING.ref], no_words)
PDFS = {"protocol.pdf": b"%PDF protocol", "annex-3-01.pdf": b"%PDF ballot"}


def sitting_file(made: dict[str, bytes]) -> SittingFile:
    documents = tuple(document("", name, PDFS) for name in ("protocol", "annex-3-01"))
    return SittingFile(SITTING, "---\nkind: sitting\nid: О-1\n", FINDINGS, documents, made)


def test_a_sitting_lies_flat_in_its_object() -> None:
    content = sitting_content(sitting_file(PDFS))
    assert set(content) == {"record.yaml", "documents.json", "findings.json", "inner-list.txt", *PDFS}
    assert content["record.yaml"].decode() == "kind: sitting\nid: О-1\n"
    assert content["protocol.pdf"] == b"%PDF protocol"
    assert [d["path"] for d in json.loads(content["documents.json"])["documents"]] == [
        "annex-3-01.pdf",
        "protocol.pdf",
    ]
    assert "өсіруге ұсынылады" in content["inner-list.txt"].decode()


def test_documents_not_made_again_stay_as_filed() -> None:
    file = sitting_file({"protocol.pdf": PDFS["protocol.pdf"]})
    assert file.kept == {"annex-3-01.pdf"}
    assert "annex-3-01.pdf" not in sitting_content(file)
    assert sitting_content(file)["documents.json"] == sitting_content(sitting_file(PDFS))["documents.json"]


def test_a_commission_holds_its_record() -> None:
    content = commission_content(
        Commission("К-1", name="Полиция департаменті"), "kind: commission\n", b"{}\n"
    )
    assert set(content) == {"record.yaml", "findings.json", "inner-list.txt"}
    assert "Полиция департаменті" in content["inner-list.txt"].decode()


def test_a_campaign_holds_its_record_and_the_lists_of_its_cases() -> None:
    pdfs = {"list-to-own-security.pdf": b"%PDF list"}
    listed = document("", "list-to-own-security", pdfs)
    file = CampaignFile(
        Campaign("Н-1", unit="Полиция департаменті"), "kind: campaign\n", b"{}\n", (listed,), pdfs
    )
    content = campaign_content(file)
    assert set(content) == {"record.yaml", "documents.json", "findings.json", "inner-list.txt", *pdfs}
    told = content["inner-list.txt"].decode()
    assert "Полиция департаменті" in told
    assert f"{listed.sha512}  list-to-own-security.pdf" in told
