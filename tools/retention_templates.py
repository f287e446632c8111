"""The act of destruction of recordings (¶29): no form is prescribed."""

from __future__ import annotations

from tools.template_parts import RULES, each
from tools.wordml import TEXT_MM, Element, cell, fields, para, row, table, tag_row

ACT_COLUMNS = (
    (("number",), "№", 9.0),
    (("file", "type"), "Файлы, түрі", 36.0),
    (("sha256",), "SHA-256\nбақылау сомасы", 46.0),
    (("recorded_on",), "Жазылған күні", 22.0),
    (("years", "keep_until"), "Сақталған мерзімі, соңғы күні", 26.0),
    (("gone_at",), "Жойылған күні, сағаты", 26.0),
)
CENTRED = ("number", "recorded_on", "years", "keep_until", "gone_at")


def act_of_destruction() -> list[Element]:
    widths = [width for _, _, width in ACT_COLUMNS]
    columns = len(ACT_COLUMNS)
    return [
        para("TopTitle", "{{ unit }}"),
        para("FormTitle", "АКТ № {{ number }}"),
        para("FormSubtitle", "әңгімелесудің техникалық жазбаларын жою туралы"),
        para("SplitLine", "{{ date }}"),
        fields(
            ("Қызметкер:", 40, "{{ person }}"),
            ("Лауазымы:", 40, "{{ position }}"),
            ("Іс:", 40, "{{ case }}"),
            ("Сақтау негізі:", 40, "{{ rule }}"),
            ("Жою жоспары:", 40, "№ {{ plan }}"),
        ),
        para("Caption"),
        para(
            "Body",
            f"{RULES}ның 29-тармағында белгіленген сақтау мерзімі өткен мынадай техникалық жазбалар жойылды:",
        ),
        para("Tight"),
        table(
            widths,
            [
                row(*(cell(w, para("TableHead", t), middle=True) for _, t, w in ACT_COLUMNS), header=True),
                tag_row("{%tr for row in rows %}", columns, TEXT_MM),
                row(
                    *(
                        cell(w, *(para(_style(f), f"{{{{ row.{f} }}}}") for f in fs))
                        for fs, _, w in ACT_COLUMNS
                    )
                ),
                tag_row("{%tr endfor %}", columns, TEXT_MM),
            ],
            framed=True,
        ),
        para("ItemKept", "Жою негізі:"),
        *each("line in mandate", para("Plain", "{{ line }}")),
        para(
            "Item",
            "Жою тәсілі: әр жазбаның шифрлау кілті, содан кейін шифрланған файлы жойылды. Қоймадан тыс"
            " табылып, жойылған көшірмелер саны: {{ copies }}. Тексеруде жазбалардан ештеңе табылған жоқ."
            " Кілтсіз сақтық көшірмедегі файл оқылмайды.",
        ),
        para(
            "Item",
            "Жою кезінде шешілмеген шағым (34-тармақ) да, жоюға салынған тыйым да болған жоқ.",
        ),
        para("ItemKept", "Жоспардың SHA-256 бақылау сомасы:"),
        para("Plain", "{{ plan_sha256 }}"),
        para("ItemKept", "Әрекеттер тізбегінің № {{ audit_number }} жазбасы, SHA-256 бақылау сомасы:"),
        para("Plain", "{{ audit_sha256 }}"),
        para(
            "Note", "Актіні бағдарлама жасады. Актінің түпнұсқалығын органның электрондық мөрі куәландырады."
        ),
        para("End"),
    ]


def _style(field: str) -> str:
    return "TableFigure" if field in CENTRED else "TableCell"
