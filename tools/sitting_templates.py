"""Papers of a sitting: no form is prescribed for them, the usual ones of offices are kept."""

from __future__ import annotations

from tools.template_parts import HR_MM, RULES, SIGN_MM, each, signature_row, signed_again
from tools.wordml import TEXT_MM, Element, cell, fields, para, row, run, table, tag_row, together

COVERING_MM = (11.0, 58.0, 74.0, 22.0)
ATTENDANCE_MM = (11.0, 76.0, 22.0, 26.0, 30.0)
AGENDA_ITEM = (
    "жоспардан тыс аттестаттауға жіберілген қызметкерлермен әңгімелесу және олар бойынша шешім қабылдау"
)


def protocol() -> list[Element]:
    columns = len(SIGN_MM)
    return [
        para("TopTitle", "{{ commission_name }}\nОТЫРЫСЫНЫҢ ХАТТАМАСЫ № {{ number or '____' }}"),
        para("SplitLine", "{{ city }}\t{{ date }}"),
        para("Plain", "Басталуы: {{ started_at }}    Аяқталуы: {{ ended_at }}"),
        para("Plain", "Орны: {{ place }}"),
        para("Item", run("Төрағалық етті:", bold=True), " {{ chair }}"),
        para("ItemKept", "Қатысты (комиссия мүшелері):"),
        *each("person in present", para("Numbered", "{{ loop.index }}.\t{{ person }}")),
        para("Plain", "{%p if absent %}"),
        para("ItemKept", "Қатыспады:"),
        para("Plain", "{%p endif %}"),
        *each("person in absent", para("ListLine", "{{ person }}")),
        para("Plain", "{%p if no_substitutes %}"),
        para("ListLine", "(қатыспаған мүшелер алмастырылған жоқ)"),
        para("Plain", "{%p endif %}"),
        para("Item", run("Хатшы:", bold=True), " {{ secretary }} (дауыс беруге қатыспайды)"),
        para("Item", "{{ quorum }}"),
        para("ItemKept", "КҮН ТӘРТІБІ:"),
        para("Body", f"1. {AGENDA_ITEM[0].upper()}{AGENDA_ITEM[1:]}."),
        para("Plain", "{%p for candidate in candidates %}"),
        para("ItemKept", "1.{{ loop.index }}. {{ candidate.head }}"),
        para("Plain", "{{ candidate.person }}"),
        *each(
            "line in candidate.heard", para("Plain", run("{{ line.head }}", bold=True), " {{ line.text }}")
        ),
        para("Plain", "{%p if candidate.votes %}"),
        para("ItemKept", "СӨЗ СӨЙЛЕДІ:"),
        para("SpeechRule"),
        para("ItemKept", "ДАУЫС БЕРУ НӘТИЖЕСІ (ашық):"),
        para("Plain", "{%p endif %}"),
        *each("line in candidate.votes", para("Body", "{{ line }}")),
        para("ItemKept", "ШЕШІМ:"),
        para("Body", "{{ candidate.decision }}"),
        para("Plain", "{%p endfor %}"),
        para("Item", "Қоса беріледі: {{ attachments }}"),
        para("Item", "Хаттама ресімделген күн: {{ drawn_up_on }}"),
        para("SignHead"),
        table(
            SIGN_MM,
            [
                signed_again(
                    columns,
                    TEXT_MM,
                    "{{ commission_name }} отырысының № {{ number or '____' }} хаттамасы, {{ date }}",
                    f"Күн тәртібі: {AGENDA_ITEM}.",
                    "Хаттамаға қол қоюшылар:",
                ),
                tag_row("{%tr for signer in signers %}", columns, TEXT_MM),
                signature_row("{{ signer.role }}", "{{ signer.name }}"),
                tag_row("{%tr endfor %}", columns, TEXT_MM),
            ],
        ),
        para("End"),
    ]


def covering_list() -> list[Element]:
    number, person, papers, sheets = COVERING_MM
    columns = len(COVERING_MM)
    return [
        para("TopTitle", "{{ unit }}"),
        para("BlockText", "{{ commission_to }}"),
        para("FormTitle", "ІЛЕСПЕ ХАТ"),
        para("FormSubtitle", "аттестаттау материалдарын жіберу туралы"),
        para("SplitLine", "{{ date }}\t№ __________"),
        para(
            "Body",
            f"{RULES}ның 17-тармағына сәйкес комиссияның отырысына мынадай аттестаттау материалдары"
            " жіберіледі.",
        ),
        para("Kept", "Отырыс өткізілетін күн: {{ held_on }}"),
        para("Tight"),
        table(
            COVERING_MM,
            [
                row(*heads(COVERING_MM, "№", "Қызметкер", "Материалдар", "Парақ саны"), header=True),
                tag_row("{%tr for row in rows %}", columns, TEXT_MM),
                row(
                    cell(number, para("TableNumber", "{{ row.number }}")),
                    cell(
                        person,
                        para("TableText", "{{ row.person }}"),
                        para("TableText", "{{ row.position }}"),
                    ),
                    cell(
                        papers,
                        *(
                            para("TableText", text)
                            for text in (
                                "{%p for paper in row.papers %}",
                                "{{ loop.index }}) {{ paper }}",
                                "{%p endfor %}",
                            )
                        ),
                    ),
                    cell(sheets, para("TableText")),
                ),
                tag_row("{%tr endfor %}", columns, TEXT_MM),
            ],
            framed=True,
        ),
        para("SignHead"),
        together(
            table(HR_MM, [signature_row("Кадр қызметі", "{{ hr }}", HR_MM)]),
            para("SignHead"),
            fields(("Материалдарды алдым", 52, "", "(комиссия хатшысының Т.А.Ж., қолы және күні)")),
        ),
        para("End"),
    ]


def agenda() -> list[Element]:
    number, member, role, signature, absence = ATTENDANCE_MM
    columns = len(ATTENDANCE_MM)
    return [
        para("TopTitle", "{{ commission_whose }}\n№ {{ number or '____' }} ОТЫРЫСЫНЫҢ КҮН ТӘРТІБІ"),
        para("SplitLine", "{{ city }}\t{{ date }}"),
        para("Plain", "Басталуы: {{ started_at }}"),
        para("Plain", "Орны: {{ place }}"),
        para("Item", f"1. {AGENDA_ITEM[0].upper()}{AGENDA_ITEM[1:]}:"),
        *each("person in candidates", para("Numbered", "1.{{ loop.index }}.\t{{ person }}")),
        para(
            "Note",
            "Қағидалардың 28 және 29-тармақтарына сәйкес әңгімелесу сыпайылық пен ізгілік жағдайында өтеді"
            " және техникалық жазу құралдарының көмегімен жазылады.",
        ),
        para("FormTitle", "ҚАТЫСУ ПАРАҒЫ"),
        para(
            "Kept",
            "{{ composition }}. Отырыс заңды болуы үшін кемінде {{ quorum }} мүше қатысуға тиіс (Қағидалардың"
            " 24-тармағы).",
        ),
        para("Tight"),
        table(
            ATTENDANCE_MM,
            [
                row(
                    *heads(
                        ATTENDANCE_MM,
                        "№",
                        "Лауазымы, атағы (шені), Т.А.Ж.",
                        "Рөлі",
                        "Қолы",
                        "Қатыспауы, себебі",
                    ),
                    header=True,
                ),
                tag_row("{%tr for row in rows %}", columns, TEXT_MM),
                row(
                    cell(number, para("TableNumber", "{{ row.number }}"), middle=True),
                    cell(member, para("TableText", "{{ row.member }}"), middle=True),
                    cell(role, para("TableNumber", "{{ row.role }}"), middle=True),
                    cell(signature, para("TableText")),
                    cell(absence, para("TableText", "{{ row.absence }}"), middle=True),
                    least_mm=10,
                ),
                tag_row("{%tr endfor %}", columns, TEXT_MM),
            ],
            framed=True,
        ),
        para("Item", "Дауыс беру құқығы бар қатысқан мүшелердің саны: ______"),
        para("SignHead"),
        table(SIGN_MM, [signature_row("Хатшы", "{{ secretary }}")]),
        para("End"),
    ]


def heads(widths_mm: tuple[float, ...], *titles: str) -> list[Element]:
    return [
        cell(width, para("TableHead", title), middle=True)
        for width, title in zip(widths_mm, titles, strict=True)
    ]
