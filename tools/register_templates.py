"""Lists and registers: a head, the table of `documents.content.registers`, whose signature stands below.

They lie on their side. No form is prescribed for them.
"""

from __future__ import annotations

from pipeline.documents.content.plan import DocumentKind
from pipeline.documents.content.registers import COLUMNS
from tools.template_parts import RULES, signature_row, signed_again
from tools.wordml import WIDE_TEXT_MM, Element, cell, para, row, ruled, table, tag_row, together

CENTRED = (
    "number",
    "registered",
    "filed_on",
    "iin",
    "in_time",
    "recorded_on",
    "keep_until",
    "planned_on",
    "planned_at",
    "last_day",
    "decided_on",
)
WIDE_SIGN_MM = (88.0, 52.0, 112.0)
RECEIPT_MM = (100.0, 107.0, 45.0)


def reports() -> list[Element]:
    return [
        *head(
            "Жоспардан тыс аттестаттаудан өтуге ниет білдірген қызметкерлердің", "БАЯНАТТАРЫН ТІРКЕУ ЖУРНАЛЫ"
        ),
        para("Item", "Баянат берудің соңғы күні (Қағидалардың 11-тармағы): {{ report_due }}"),
        para("Tight"),
        listing(DocumentKind.REPORTS),
        para("Item", "Журналды жүргізуге жауапты: кадр қызметі{% if hr %}, {{ hr }}{% endif %}"),
    ]


def security_list() -> list[Element]:
    return [
        para("TopTitle", "{{ unit }}"),
        para("WideBlock", "Өзіндік қауіпсіздік қызметіне"),
        para("FormTitle", "Жоспардан тыс аттестаттаудан өтуге ниет білдірген қызметкерлердің\nТІЗІМІ"),
        para("WideSplit", "{{ date }}\t№ __________"),
        para(
            "Body",
            f"{RULES}ның 11-тармағына сәйкес жоспардан тыс аттестаттаудан өтуге ниет білдірген"
            " қызметкерлердің тізімі тексеру үшін жіберіледі. Тексеру нәтижелерін үш жұмыс күні ішінде"
            " кадр қызметіне хабарлауыңызды сұраймыз.",
        ),
        para("Tight"),
        listing(DocumentKind.SECURITY_LIST),
        para("SignHead"),
        signed("Кадр қызметі", "{{ hr }}", "Тізімді алдым (өзіндік қауіпсіздік қызметі)"),
    ]


def admitted() -> list[Element]:
    unit, received, day = RECEIPT_MM
    return [
        para("TopTitle", "{{ unit }}"),
        para(
            "FormTitle",
            "Жоспардан тыс аттестаттауға жіберілген қызметкерлердің\n"
            "ТІЗІМІ{% if list_number %} № {{ list_number }}{% endif %}",
        ),
        para("WideSplit", "{{ date }}"),
        para("Plain", "Жоспардан тыс аттестаттау өткізілетін күн (жоспар бойынша): {{ planned_on }}"),
        para("Plain", "Өткізілетін орны: {{ place }}"),
        para("Tight"),
        listing(DocumentKind.ADMITTED),
        para(
            "Note",
            "Құрылымдық бөлімшенің басшысы тізімді алғаннан кейін бес жұмыс күні ішінде қызметкердің"
            " қызметтік мінездемесін ресімдеп, кадр қызметіне жібереді (Қағидалардың 13-тармағы).",
        ),
        para("SignHead"),
        table(WIDE_SIGN_MM, [signature_row("Кадр қызметі", "{{ hr }}", WIDE_SIGN_MM)]),
        para("SignTitle", "Тізімді алдым:"),
        para("Tight"),
        table(
            RECEIPT_MM,
            [
                signed_again(
                    len(RECEIPT_MM),
                    WIDE_TEXT_MM,
                    "{{ unit }}: жоспардан тыс аттестаттауға жіберілген қызметкерлердің"
                    " тізімі{% if list_number %} № {{ list_number }}{% endif %}, {{ date }}",
                    "Жоспардан тыс аттестаттау өткізілетін күн (жоспар бойынша): {{ planned_on }}",
                ),
                row(
                    cell(unit, para("SignTableHead", "Құрылымдық бөлімше"), middle=True),
                    cell(received, para("SignTableHead", "Бөлімше басшысының Т.А.Ж., қолы"), middle=True),
                    cell(day, para("SignTableHead", "Алған күні"), middle=True),
                    header=True,
                ),
                tag_row("{%tr for unit in units %}", 3, WIDE_TEXT_MM),
                row(
                    cell(unit, para("SignTableText", "{{ unit }}"), middle=True),
                    cell(received, para("SignTableText")),
                    cell(day, para("SignTableText")),
                    least_mm=10,
                ),
                tag_row("{%tr endfor %}", 3, WIDE_TEXT_MM),
            ],
            framed=True,
        ),
        para("End"),
    ]


def studies() -> list[Element]:
    return [
        *head("Психологиялық-әлеуметтанушылық және полиграфологиялық зерттеулердің", "КЕСТЕСІ"),
        listing(DocumentKind.STUDIES),
        para("SignHead"),
        table(WIDE_SIGN_MM, [signature_row("Кадр қызметі", "{{ hr }}", WIDE_SIGN_MM)]),
        para("End"),
    ]


def recordings() -> list[Element]:
    return [
        *head("Әңгімелесудің техникалық жазбаларын", "ЕСЕПКЕ АЛУ ЖУРНАЛЫ"),
        para("Plain", "Отырыс: {% if number %}№ {{ number }}, {% endif %}{{ date }}"),
        para("Tight"),
        listing(DocumentKind.RECORDINGS),
        para(
            "Note",
            "Жазбалар кадр қызметінде жазылған күнінен бастап сақталады және сақтаудың соңғы күні өткенге"
            " дейін жойылмайды (Қағидалардың 29-тармағы).",
        ),
        para("SignHead"),
        together(
            table(
                WIDE_SIGN_MM,
                [
                    signature_row("Жазбаларды тапсырдым: комиссия хатшысы", "{{ secretary }}", WIDE_SIGN_MM),
                    signature_row("Жазбаларды қабылдадым: кадр қызметі", "{{ hr }}", WIDE_SIGN_MM),
                ],
            ),
            width_mm=WIDE_TEXT_MM,
        ),
        para("End"),
    ]


def appeals() -> list[Element]:
    return [
        *head("Аттестаттау комиссиясының шешімдеріне берілген", "ШАҒЫМДАРДЫ ТІРКЕУ ЖУРНАЛЫ"),
        listing(DocumentKind.APPEALS),
        para("Item", "Журналды жүргізуге жауапты: кадр қызметі{% if hr %}, {{ hr }}{% endif %}"),
    ]


# --- pieces ---------------------------------------------------------------------------------------------


def head(of: str, name: str) -> list[Element]:
    return [para("TopTitle", "{{ unit }}"), para("FormTitle", f"{of}\n{name}")]


def listing(kind: DocumentKind) -> Element:
    """The list's table; its head is repeated on each page."""
    columns = COLUMNS[kind]
    tags = (tag_row(tag, len(columns), WIDE_TEXT_MM) for tag in ("{%tr for row in rows %}", "{%tr endfor %}"))
    opening, closing = tags
    return table(
        [column.width_mm for column in columns],
        [
            row(
                *(cell(c.width_mm, para("TableHead", c.title), middle=True) for c in columns),
                header=True,
            ),
            opening,
            row(*(cell(c.width_mm, para(_style(c.field), f"{{{{ row.{c.field} }}}}")) for c in columns)),
            closing,
        ],
        framed=True,
    )


def signed(role: str, name: str, receipt: str) -> Element:
    """Who sends the list, and the receipt of who gets it."""
    return together(
        table(WIDE_SIGN_MM, [signature_row(role, name, WIDE_SIGN_MM)]),
        para("SignHead"),
        table(
            (95.0, WIDE_TEXT_MM - 95.0),
            [
                row(
                    cell(95, para("Field", receipt)),
                    cell(WIDE_TEXT_MM - 95, *ruled("", "(лауазымы, Т.А.Ж., қолы және күні)")),
                )
            ],
        ),
        width_mm=WIDE_TEXT_MM,
    )


def _style(field: str) -> str:
    return "TableFigure" if field in CENTRED else "TableCell"
