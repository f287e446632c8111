"""Lists and registers as tables: the columns of each, and the rows of one as a workbook and as plain text."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from csv import writer as csv_writer
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from xlsxwriter import Workbook

from pipeline.documents.content.plan import DocumentKind, Wanted
from pipeline.documents.content.printable import ZERO_WIDTH_SPACE, printable

Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the field of a row it shows, its head, its width on paper in mm."""

    field: str
    title: str
    width_mm: float


_NUMBER: Final = Column("number", "№", 10)
_PERSON: Final = "Атағы (шені), тегі, аты, әкесінің аты"
_POST: Final = "Атқаратын лауазымы"
_SOUGHT: Final = "Үміткер болып отырған лауазымы"

COLUMNS: Final[Mapping[DocumentKind, tuple[Column, ...]]] = {
    DocumentKind.REPORTS: (
        _NUMBER,
        Column("registered", "Тіркеу нөмірі", 20),
        Column("filed_on", "Берілген күні", 22),
        Column("person", _PERSON, 42),
        Column("position", _POST, 56),
        Column("target", _SOUGHT, 54),
        Column("in_time", "Мерзімінде берілді", 24),
        Column("note", "Ескертпе", 24),
    ),
    DocumentKind.SECURITY_LIST: (
        _NUMBER,
        Column("rank", "Атағы (шені)", 38),
        Column("name", "Тегі, аты, әкесінің аты", 50),
        Column("iin", "ЖСН", 30),
        Column("position", _POST, 66),
        Column("target", _SOUGHT, 58),
    ),
    DocumentKind.ADMITTED: (
        _NUMBER,
        Column("person", _PERSON, 44),
        Column("position", _POST, 54),
        Column("unit", "Бөлімшесі", 48),
        Column("target", _SOUGHT, 54),
        Column("studies", "Өтетін зерттеулері", 42),
    ),
    DocumentKind.STUDIES: (
        _NUMBER,
        Column("person", _PERSON, 64),
        Column("unit", "Бөлімшесі", 48),
        Column("study", "Зерттеу", 48),
        Column("planned_on", "Күні", 24),
        Column("planned_at", "Сағаты", 18),
        Column("place", "Орны", 40),
    ),
    DocumentKind.RECORDINGS: (
        _NUMBER,
        Column("person", _PERSON, 42),
        Column("recorded_on", "Жазылған күні", 24),
        Column("type", "Түрі", 25),
        Column("file", "Файлы", 30),
        Column("sha256", "SHA-256 бақылау сомасы", 40),
        Column("carrier", "Тасымалдағышы", 34),
        Column("keep_until", "Сақтаудың соңғы күні", 24),
        Column("destroyed", "Жою актісі (№, күні)", 23),
    ),
    DocumentKind.APPEALS: (
        _NUMBER,
        Column("filed_on", "Берілген күні", 24),
        Column("person", _PERSON, 42),
        Column("decision", "Шағым жасалған шешім", 46),
        Column("last_day", "Шағым берудің соңғы күні", 24),
        Column("to", "Қайда берілді", 36),
        Column("result", "Қарау нәтижесі", 46),
        Column("decided_on", "Қаралған күні", 24),
    ),
}
"""The lists that leave the house also as a workbook and as plain text. On paper they lie on their side."""

_MM_A_CHARACTER: Final = 1.9
_MADE: Final = datetime(2025, 3, 26, tzinfo=UTC)
"""The order's day instead of the clock's, so that the same rows make the same bytes."""
_A4: Final = 9
_RUNS: Final = tuple("=+-@\t\r\n＝＋－＠")
"""What makes a spreadsheet take the text of a .csv for a formula."""


def rows(wanted: Wanted) -> Rows:
    """The rows of a list in the order of its columns, without the head.

    Raises:
        KeyError: this kind of document is no list.
    """
    columns = COLUMNS[wanted.kind]
    listed = wanted.context["rows"]
    if not isinstance(listed, list):
        raise TypeError("the rows of a list are a list")
    return tuple(tuple(_text(row[column.field]) for column in columns) for row in listed)


def xlsx(wanted: Wanted) -> bytes:
    """The list as a workbook; see `workbook`."""
    return workbook(wanted.title, COLUMNS[wanted.kind], rows(wanted))


def csv(wanted: Wanted) -> bytes:
    """The list as plain text; see `plain_table`."""
    return plain_table(COLUMNS[wanted.kind], rows(wanted))


def workbook(title: str, columns: Sequence[Column], listed: Rows) -> bytes:
    """A table to be printed on A4 lying on its side; the same bytes for the same rows.

    Every cell is text: an IIN keeps its zeros and nothing runs.
    """
    buffer = io.BytesIO()
    with Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"title": title, "author": "jeke-is", "created": _MADE})
        sheet = book.add_worksheet("Тізім")
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.set_margins(left=1.2, right=0.6, top=0.8, bottom=0.8)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(1)
        sheet.freeze_panes(2, 0)
        sheet.set_footer("&C&P / &N")
        letters = {"font_name": "Times New Roman", "font_size": 11, "num_format": "@"}
        cell = book.add_format({**letters, "text_wrap": True, "valign": "top", "border": 1})
        head = book.add_format({**letters, "text_wrap": True, "bold": True, "align": "center", "border": 1})
        sheet.write_string(0, 0, title, book.add_format({**letters, "bold": True}))
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width_mm / _MM_A_CHARACTER)
            sheet.write_string(1, place, column.title, head)
        for line, row in enumerate(listed, 2):
            for place, text in enumerate(row):
                sheet.write_string(line, place, text, cell)
    return buffer.getvalue()


def plain_table(columns: Sequence[Column], listed: Rows) -> bytes:
    """A table as UTF-8 with a mark of its order, parted by semicolons, the head first.

    A text that a spreadsheet would run gets an apostrophe before it. Spreadsheets that open the file drop the
    leading zeros of an IIN; the workbook keeps them.
    """
    buffer = io.StringIO(newline="")
    table = csv_writer(buffer, delimiter=";", lineterminator="\r\n")
    table.writerow(column.title for column in columns)
    table.writerows([_inert(text) for text in row] for row in listed)
    return buffer.getvalue().encode("utf-8-sig")


def _inert(text: str) -> str:
    return f"'{text}" if text.startswith(_RUNS) else text


def _text(value: object) -> str:
    """As printed, but whole: places to break a long word are for paper."""
    return str(printable(value)).replace(ZERO_WIDTH_SPACE, "")
