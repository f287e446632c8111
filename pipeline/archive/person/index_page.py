"""index.html of an exported personal file: what lies in it, in Kazakh, for a reader with a browser."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from urllib.parse import quote

from pipeline.archive.ocfl.inventory import VersionInfo
from pipeline.archive.person.filed_documents import Document, DocumentState
from pipeline.archive.person.inner_list import Person
from pipeline.domain.names import full_name

_STATES = {
    DocumentState.MADE: "бағдарлама жасаған, қол қойылмаған",
    DocumentState.SIGNED: "қол қойылған",
}
_STYLE = """
body{font:16px/1.45 "Times New Roman",serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#111}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid #bbb}
code{font:.78rem/1.3 "PT Mono",monospace;overflow-wrap:anywhere}
dt{font-weight:bold}dd{margin:0 0 .5rem}
@media print{a{color:inherit;text-decoration:none}}
"""


@dataclass(frozen=True, slots=True)
class CaseDocuments:
    """A case by its id, and its documents."""

    case: str
    documents: tuple[Document, ...]


@dataclass(frozen=True, slots=True)
class Exported:
    """What the page tells; `former` are the names borne before.

    `stored`: logical path → the file's path below the page, at the newest version.
    """

    object_id: str
    person: Person
    cases: Sequence[CaseDocuments]
    versions: Sequence[VersionInfo]
    stored: Mapping[str, str]
    digests: Mapping[str, str]
    at: datetime
    audit_head: str
    former: Sequence[Person] = ()


def index_page(told: Exported) -> bytes:
    """The page: one file, no scripts, nothing from elsewhere."""
    return "".join(f"{line}\n" for line in _lines(told)).encode()


def _lines(told: Exported) -> Iterator[str]:
    name = escape(full_name(told.person))
    yield '<!DOCTYPE html>\n<html lang="kk">\n<head>\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    yield f"<title>Жеке іс: {name}</title>\n<style>{_STYLE}</style>\n</head>\n<body>"
    yield f"<h1>Жеке іс: {name}</h1>\n<dl>"
    yield from _fact("Жеке сәйкестендіру нөмірі (ЖСН)", told.person.iin)
    if told.former:
        yield from _fact("Бұрынғы аты-жөні", ", ".join(map(full_name, told.former)))
    yield from _fact("Істер саны", str(len(told.cases)))
    yield from _fact("Мұрағат объектісі", told.object_id)
    yield from _fact("Көшірме жасалған уақыт", f"{told.at:%d.%m.%Y %H:%M}")
    yield from _fact("Әрекеттер тізбегінің белгісі", told.audit_head)
    yield "</dl>"
    yield "<p>Мемлекеттік құпияларды қамтитын құжаттар болуы мүмкін: рұқсаты жоқ адамға берілмейді.</p>"
    for case in told.cases:
        yield from _case(case, told)
    yield from _others(told)
    yield from _versions(told.versions)
    yield from _HOW_TO_PROVE
    yield "</body>\n</html>"


def _fact(label: str, value: str) -> Iterator[str]:
    yield f"<dt>{escape(label)}</dt><dd>{escape(value)}</dd>"


def _case(case: CaseDocuments, told: Exported) -> Iterator[str]:
    yield f"<h2>Іс: {escape(case.case)}</h2>"
    if not case.documents:
        yield "<p>Құжаттар әлі жасалмаған.</p>"
        return
    yield "<table>\n<tr><th>Құжат</th><th>Күні</th><th>Данасы</th><th>Мөрі</th></tr>"
    for document in sorted(case.documents):
        yield from _document(document, told)
    yield "</table>"


def _document(document: Document, told: Exported) -> Iterator[str]:
    signed = document.signed
    first = document.path if signed is None else signed.path
    day = f"{document.day:%d.%m.%Y}" if document.day else "—"
    digest = told.digests.get(first, "—")
    yield f"<tr><td>{_link(first, document.title, told)}<br><code>SHA-512: {digest}</code>"
    if signed is not None:
        yield f"<br>{_link(document.path, 'Қол қойылмаған данасы', told)}"
        yield from (f"<br>{_link(path, path.rpartition('/')[2], told)}" for path in signed.beside)
    yield f"</td><td>{day}</td><td>{_STATES[document.state]}</td><td>{_seal(document)}</td></tr>"


def _seal(document: Document) -> str:
    if document.seal is None:
        return "жоқ"
    return escape(document.seal.subject) + (" (сынақ мөрі)" if document.seal.test else "")


def _others(told: Exported) -> Iterator[str]:
    """What is no PDF of a case: lists and records, as text files."""
    named = {path for case in told.cases for document in case.documents for path in document.paths}
    yield "<h2>Тізімдеме мен жазбалар</h2>\n<ul>"
    for path in sorted(told.stored.keys() - named):
        yield f"<li>{_link(path, path, told)}</li>"
    yield "</ul>"


def _versions(versions: Sequence[VersionInfo]) -> Iterator[str]:
    yield "<h2>Нұсқалары</h2>\n<table>"
    yield "<tr><th>Нұсқа</th><th>Тігілген уақыт</th><th>Кім</th><th>Түсіндірме</th></tr>"
    for info in versions:
        cells = (info.version, f"{info.created:%d.%m.%Y %H:%M %z}", info.user, info.message)
        yield "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"
    yield "</table>"


def _link(path: str, words: str, told: Exported) -> str:
    stored = told.stored.get(path)
    return escape(words) if stored is None else f'<a href="{escape(quote(stored))}">{escape(words)}</a>'


_HOW_TO_PROVE = (
    "<h2>Өзгермегенін тексеру</h2>",
    "<p>Осы қалтаның үстіндегі қалтада мына командалар әр файлды тексереді (BagIt 1.0, RFC 8493):</p>",
    "<pre>sha512sum --quiet -c manifest-sha512.txt\nsha512sum --quiet -c tagmanifest-sha512.txt</pre>",
    "<p>object қалтасы – OCFL 1.1 объектісі: inventory.json барлық нұсқаны және әр файлдың SHA-512 сомасын",
    "көрсетеді. Бұрынғы нұсқалардың құжаттары да сонда.</p>",
)
