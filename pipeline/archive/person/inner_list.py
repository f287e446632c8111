"""inner-list.txt, the ішкі тізімдеме: what an object holds, in plain Kazakh, for readers without software."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.archive.person.completeness import Lack, LackKind
from pipeline.archive.person.content import line
from pipeline.archive.person.corrections import Correction, Person, PersonFile
from pipeline.archive.person.filed_documents import Document, DocumentState, How, Signed
from pipeline.domain.findings import DecidedBy, Decision
from pipeline.domain.names import full_name
from pipeline.domain.records import Campaign, Case, Commission, Kind, Sitting, TargetPosition, Vote

__all__ = (
    "CaseEntry",
    "Person",
    "WithdrawnRecord",
    "case_document_day",
    "person_list",
    "record_list",
    "sitting_document_day",
    "sitting_list",
    "withdrawn_list",
)

SHORT_DIGEST = 16  # characters of the SHA-512 beside a document; the whole one stands at the end

_STATES = {
    DocumentState.MADE: "бағдарлама жасаған, қол қойылмаған",
    DocumentState.SIGNED: "қол қойылған",
}
_RESULTS = {
    Vote.RECOMMENDED: "жоғары тұрған басшылық лауазымға өсіруге ұсынылады",
    Vote.NOT_RECOMMENDED: "жоғары тұрған басшылық лауазымға өсіруге ұсынылмайды",
}
_BY = {
    DecidedBy.MAJORITY: "көпшілік дауыспен",
    DecidedBy.CHAIR: "дауыстар тең болғандықтан, төрағаның дауысымен",
    DecidedBy.ABSENCE: "отырысқа дәлелсіз себеппен келмегендіктен",
}
_HOW_SIGNED = {
    How.SCAN: "қағазда, сканерленген",
    How.PADES: "электрондық цифрлық қолтаңбамен, PDF файлының ішінде",
    How.CMS: "электрондық цифрлық қолтаңбамен, бөлек файлда",
}
_LACKS = {
    LackKind.MISSING: "Жетіспейтін құжат",
    LackKind.UNSIGNED: "Қол қойылған данасы жетіспейді",
}
_RECORD_TITLES = {Kind.CAMPAIGN: "Аттестаттау туралы хабарландыру", Kind.COMMISSION: "Аттестаттау комиссиясы"}
_WITHDRAWN = {Kind.CAMPAIGN: "АТТЕСТАТТАУ", Kind.COMMISSION: "КОМИССИЯ", Kind.SITTING: "ОТЫРЫС"}
_UNKNOWN = "көрсетілмеген"
_HOW_TO_CHECK = (
    "Файл жолдары осы тізімдеме жатқан қалтадан басталады. Файлдың өзгермегенін тексеру үшін оның",
    "SHA-512 бақылау сомасын (мысалы, sha512sum бағдарламасымен) есептеп, төмендегі сомамен салыстырыңыз.",
)


@dataclass(frozen=True, slots=True)
class CaseEntry:
    """What the list says of one case; the sittings in time."""

    case: Case
    folder: str
    campaign: Campaign | None
    sittings: tuple[Sitting, ...]
    decisions: tuple[Decision, ...]
    documents: tuple[Document, ...]
    lacking: tuple[Lack, ...] = ()


@dataclass(frozen=True, slots=True)
class WithdrawnRecord:
    """A record filed by mistake: its folder and documents stay, nobody is shown it unasked."""

    id: str
    folder: str
    correction: Correction
    documents: tuple[Document, ...]
    kind: Kind = Kind.CASE


def person_list(
    file: PersonFile, cases: Sequence[CaseEntry], withdrawn: Sequence[WithdrawnRecord] = ()
) -> bytes:
    """The list of a personal file."""
    person = file.person
    lines = [
        "ЖЕКЕ ІСТІҢ ІШКІ ТІЗІМДЕМЕСІ",
        "",
        f"Тегі, аты, әкесінің аты: {full_name(person)}",
        f"Жеке сәйкестендіру нөмірі (ЖСН): {person.iin}",
        *_joined_lines(file),
        f"Істер саны: {len(cases)}",
        "",
        *_HOW_TO_CHECK,
    ]
    for number, entry in enumerate(cases, 1):
        lines += ["", *_case_lines(number, entry)]
    for case in withdrawn:
        lines += ["", *_withdrawn_lines(case)]
    documents = [d for entry in cases for d in entry.documents]
    return _text(lines, documents + [d for case in withdrawn for d in case.documents])


def sitting_list(
    sitting: Sitting,
    commission: Commission | None,
    decisions: Iterable[Decision],
    documents: Sequence[Document],
) -> bytes:
    """The list of a sitting's object; candidates by their case only: their names stand in their own files."""
    by_case = {d.case: d for d in decisions if d.sitting == sitting.id}
    lines = [
        "АТТЕСТАТТАУ КОМИССИЯСЫ ОТЫРЫСЫНЫҢ ІШКІ ТІЗІМДЕМЕСІ",
        "",
        f"Отырыс: {sitting.id}",
        f"Нөмірі: {line(sitting.number) or _UNKNOWN}",
        f"Өткізілген күні: {_day(sitting.held_on)}",
        f"Комиссия: {_known_as(sitting.commission, commission.name if commission else None)}",
        "",
        *_HOW_TO_CHECK,
        "",
        "Қаралған істер:",
    ]
    for number, candidate in enumerate(sitting.candidates, 1):
        decision = by_case.get(candidate.case)
        lines.append(f"  {number}. {candidate.case}: {_decision(decision) if decision else 'шешім жоқ'}")
    lines += ["", *_document_lines(documents, lambda d: d.day or sitting_document_day(d.document, sitting))]
    return _text(lines, documents)


def record_list(
    kind: Kind, record_id: str, title: str | None, record_path: str, documents: Sequence[Document] = ()
) -> bytes:
    """The list of a campaign's or a commission's object."""
    lines = ["ІШКІ ТІЗІМДЕМЕ", "", f"{_RECORD_TITLES[kind]}: {_known_as(record_id, title)}"]
    lines += [f"Жазба: {record_path}"]
    if documents:
        lines += ["", *_HOW_TO_CHECK, "", *_document_lines(documents, lambda d: d.day)]
    return _text(lines, documents)


def withdrawn_list(before: bytes, kind: Kind, record_id: str, correction: Correction) -> bytes:
    """The list of a withdrawn sitting, commission or campaign: that it is none, above what it held."""
    head = [f"КҮШІ ЖОЙЫЛҒАН {_WITHDRAWN[kind]}: {record_id}", *_correction_lines(correction), "", ""]
    return "\n".join(head).encode() + before


def case_document_day(document: str, case: Case, sittings: Sequence[Sitting]) -> date | None:
    """The day a case's document bears, out of the records."""
    match document:
        case "annex-1":
            return case.report.filed_on if case.report else None
        case "annex-2":
            return case.characteristic.signed_on if case.characteristic else None
        case "annex-3":
            return sittings[-1].held_on if sittings else None
        case "annex-4":
            return case.sheet.filled_on if case.sheet else None
        case "notice-of-non-admission":
            admission = case.admission
            return (admission.notice_sent_on or admission.decided_on) if admission else None
        case _:
            return None


def sitting_document_day(document: str, sitting: Sitting) -> date | None:
    """The day a sitting's document bears, out of the record."""
    if document == "protocol":
        return sitting.protocol.drawn_up_on if sitting.protocol else None
    return sitting.held_on


def _joined_lines(file: PersonFile) -> Iterator[str]:
    for joined in file.joined:
        yield f"Осы іске біріктірілген істің ЖСН-і: {joined.iin}"
        yield f"  Ол істің мұрағаттағы нысаны: {joined.object_id}"
        yield from _correction_lines(joined.correction)
    if file.gone is not None:
        yield f"Бұл іс басқа іске біріктірілді. Ол істің мұрағаттағы нысаны: {file.gone.object_id}"
        yield from _correction_lines(file.gone.correction)


def _withdrawn_lines(case: WithdrawnRecord) -> Iterator[str]:
    yield f"КҮШІ ЖОЙЫЛҒАН ІС: {case.id}"
    yield from _correction_lines(case.correction)
    yield f"  Іс жазбасы: {case.folder}record.yaml"
    yield from _document_lines(case.documents, lambda d: d.day)


def _correction_lines(correction: Correction) -> Iterator[str]:
    yield f"  Себебі: {line(correction.reason)}"
    yield f"  Кім, қашан: {line(correction.by)}, {correction.at:%d.%m.%Y %H:%M}"


def _lack_lines(lacking: Sequence[Lack]) -> Iterator[str]:
    for lack in lacking:
        number = f", саны {lack.count}" if lack.count > 1 else ""
        yield f"  {_LACKS[lack.what]}: {line(lack.title)}{number}, {lack.paragraph}-тармақ"


def _case_lines(number: int, entry: CaseEntry) -> Iterator[str]:
    case, campaign = entry.case, entry.campaign
    yield f"{number}-ІС: {case.id}"
    yield f"  Аттестаттау: {_known_as(case.campaign, campaign.unit if campaign else None)}"
    yield f"  Үміткер болып отырған лауазымы: {_post(case.employee.target_position)}"
    yield f"  Баянат берілген күні: {_day(case.report.filed_on if case.report else None)}"
    for sitting in entry.sittings:
        number_of_it = f"№ {sitting.number}" if sitting.number else None
        yield f"  Комиссия отырысы: {_known_as(sitting.id, number_of_it)}, {_day(sitting.held_on)}"
    for decision in entry.decisions:
        yield f"  Комиссия шешімі ({decision.sitting}): {_decision(decision)}"
    if not entry.decisions:
        yield "  Комиссия шешімі: жоқ"
    if case.withdrawn_on is not None:
        yield f"  Баянат қайтарып алынған күні: {_day(case.withdrawn_on)}"
    yield from _lack_lines(entry.lacking)
    yield f"  Іс жазбасы: {entry.folder}record.yaml"
    yield from _document_lines(
        entry.documents, lambda d: d.day or case_document_day(d.document, case, entry.sittings)
    )


def _document_lines(
    documents: Sequence[Document], day_of: Callable[[Document], date | None]
) -> Iterator[str]:
    yield f"  Құжаттар саны: {len(documents)}"
    for number, document in enumerate(sorted(documents, key=lambda d: (d.name, d.path)), 1):
        yield f"  {number}. {line(document.title)}"
        yield f"     Күні: {_day(day_of(document))}"
        yield f"     Данасы: {_STATES[document.state]}"
        yield f"     Мөрі: {_seal(document)}"
        yield f"     Файлы: {document.path}"
        yield f"     SHA-512: {document.sha512[:SHORT_DIGEST]}…"
        if document.signed is not None:
            yield from _signed_lines(document.signed)


def _signed_lines(signed: Signed) -> Iterator[str]:
    yield f"     Қол қойылған данасының файлы: {signed.path}"
    yield f"     Қалай қол қойылған: {_HOW_SIGNED[signed.how]}"
    yield f"     Мұрағатқа түскен күні: {_day(signed.filed_on)}"
    if signers := signed.names or signed.signers:
        yield f"     Қол қойғандар: {'; '.join(line(signer) for signer in signers)}"
    if not signed.whole:
        yield "     Барлығы қол қойған жоқ"
    for path in signed.beside:
        yield f"     Дәлелі: {path}"
    yield f"     SHA-512: {signed.sha512[:SHORT_DIGEST]}…"


def _text(lines: Iterable[str], documents: Iterable[Document]) -> bytes:
    """The list, and below it the full SHA-512 of each document in the form that `sha512sum -c` reads.

    A document that is there as made and as signed has both.
    """
    files = (file for d in documents for file in (d, d.signed) if file is not None)
    sums = {file.path: file.sha512 for file in files}
    digests = [f"{sha512}  {path}" for path, sha512 in sorted(sums.items())]
    end = ["", "Толық SHA-512 бақылау сомалары:", *digests] if digests else []
    return ("\n".join([*lines, *end]) + "\n").encode()


def _decision(decision: Decision) -> str:
    votes = f"жақтап {decision.votes_for}, қарсы {decision.votes_against}, "
    counted = "" if decision.by is DecidedBy.ABSENCE else votes
    return f"{_RESULTS[decision.result]} ({counted}{_BY[decision.by]})"


def _seal(document: Document) -> str:
    if document.seal is None:
        return "жоқ"
    return line(document.seal.subject) + (" (сынақ мөрі)" if document.seal.test else "")


def _post(post: TargetPosition | None) -> str:
    parts = (line(post.title), line(post.unit)) if post else ()
    return ", ".join(part for part in parts if part) or _UNKNOWN


def _known_as(record_id: str, name: str | None) -> str:
    return f"{record_id}, {line(name)}" if line(name) else record_id


def _day(day: date | None) -> str:
    return _UNKNOWN if day is None else f"{day:%d.%m.%Y}"
