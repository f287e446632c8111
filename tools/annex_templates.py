"""Annexes 1-4 of the order; fixed text stands word for word as there."""

from __future__ import annotations

from tools.template_parts import free_text
from tools.wordml import TEXT_MM, Element, cell, fields, para, row, ruled, table, tag_row, together

DAY = """{before}{{{{ yy or '__' }}}}{after} "{{{{ dd or '{day}' }}}}" {{{{ month or '__________' }}}}"""


def annex_head(number: int, mark: str = "нысан") -> list[Element]:
    """The five lines of the Rules' name, the annex's number, the word "нысан"."""
    if number == 1:
        lines = ("қызметкерлерін жоспардан", "тыс аттестаттауды өткізу тәртібі,")
    else:
        lines = ("қызметкерлерін жоспардан тыс", "аттестаттауды өткізу тәртібі,")
    head = (
        "Ішкі істер органдарының",
        *lines,
        "кезеңдері мен мерзімдері",
        "қағидаларына",
        f"{number}-ҚОСЫМША",
    )
    return [para("AnnexHead", "\n".join(head)), para("AnnexMark", mark)]


def annex_1() -> list[Element]:
    return [
        *annex_head(1),
        para("BlockRule", "{{ addressee_line1 }}"),
        para("BlockCaption", "(басшысының қызметі Т.А.Ж.)"),
        para("BlockRule", "{{ addressee_line2 }}"),
        para("BlockText"),
        para("BlockRule", "{{ applicant_name }}"),
        para("BlockCaption", "(Т.А.Ж.)"),
        para("BlockRule", "{{ applicant_post_and_rank }}"),
        para("BlockCaption", "(лауазымы, сыныптық шені)"),
        para("FormTitle", "БАЯНАТ"),
        para(
            "Body",
            "Мені жоғары тұрған басшылық лауазымға кандидатурамды қарау үшін жоспардан тыс аттестаттауға"
            " жіберуіңізді сұраймын.",
        ),
        para("Body"),
        table((110,), [row(cell(110, *ruled("{{ applicant_signature }}", "(Т.А.Ж., қолы)")))]),
        para("Body"),
        para("Body", "{%p if registration %}"),
        table(
            (85,),
            [
                row(
                    cell(
                        85,
                        para("Stamp", "Кадр қызметінде тіркелді"),
                        para("Stamp", "№ {{ registration.number or '________' }}, {{ registration.date }}"),
                    )
                )
            ],
            framed=True,
        ),
        para("Body", "{%p endif %}"),
        para("End"),
    ]


def instructed(number: int, head: str, instruction: str, field: str) -> list[Element]:
    """An item of Annex 2 with its instruction in brackets, the text HR wrote, or lines to write on."""
    return [
        para("Item", f"{number}. {head}{{% if print_instructions %}} ({instruction}){{% endif %}}."),
        *free_text(field),
    ]


ACKNOWLEDGED_MM = (35.0, 60.0, TEXT_MM - 95.0)


def annex_2() -> list[Element]:
    codex = (
        "Қазақстан Республикасының құқық қорғау органдары, азаматтық қорғау органдары және мемлекеттік"
        " фельдъегерлік қызметі қызметкерлерінің әдеп кодексін, сондай-ақ мемлекеттік және еңбек тәртібін"
    )
    corruption = "оның ішінде сыбайлас жемқорлыққа қарсы заңнаманы"
    return [
        *annex_head(2, "Нысан"),
        para("FormTitle", "{%p if title_exact %}"),
        para(
            "FormTitle",
            "Жоспардан тыс аттестатталуға тиіс қызметкерге берілетін қызметтік мінездеменің ҮЛГІЛІК НЫСАНЫ"
            " (қызметкердің тікелей басшысы толтырады)",
        ),
        para("FormTitle", "{%p else %}"),
        para("FormTitle", "Жоспардан тыс аттестатталуға тиіс қызметкерге берілетін\nҚЫЗМЕТТІК МІНЕЗДЕМЕ"),
        para("FormTitle", "{%p endif %}"),
        fields(
            ("Қызметкердің Т.А.Ж.", 46, "{{ employee_name }}"),
            ("Лауазымы", 23, "{{ employee_post }}"),
            ("Тағайындалған күні", 43, "{{ appointed_on }}"),
            ("Сыныптық шені, әскери атағы", 65, "{{ employee_rank }}"),
        ),
        para("Caption"),
        *instructed(
            1,
            "Лауазымдық міндеттерін орындауы",
            "шешілуіне қызметкер қатысқан негізгі мәселелердің тізбесі беріледі; қызметтік міндеттерін тиімді"
            " және адал орындауы, шығармашылық бастамашылығы, азаматтармен жұмыс істеуі бағаланады және т.б.",
            "item1_duties",
        ),
        *instructed(
            2,
            "Ішкі істер органдарының қызметі аясында стратегиялық және бағдарламалық құжаттарды білуі, кәсіби"
            " білімін, сондай-ақ қызметтік міндеттеріне кіретін болса, коммуникациялық және ақпараттық"
            " технологияларды қолдануы",
            "стратегиялық және бағдарламалық құжаттарды білуі, кәсіби білімі, коммуникациялық және ақпараттық"
            " технологияларды білу деңгейі, оларды жұмыста қолдануы сипатталады және т.б.",
            "item2_knowledge",
        ),
        *instructed(
            3,
            f"Заңдылықты, {corruption}, {codex} сақтауы",
            f"тәртіптік жазалары туралы, заңдылықты, {corruption}, {codex}, ішкі қызмет тәртібін сақтауы"
            " туралы мәліметтер көрсетіледі және т.б.",
            "item3_lawfulness_discipline",
        ),
        *instructed(
            4,
            "Жеке басының қасиеттері",
            "қызметкердің жеке басының қасиеттері сипатталады: тіл табысқыштығы, азаматтармен жұмыс істей"
            " білуі, өзін-өзі жетілдіру қабілеті, көшбасшылығы және т.б.",
            "item4_personal_qualities",
        ),
        para("Item", "5. Өзге мәліметтер *"),
        *free_text("item5_other"),
        para("Caption"),
        together(
            fields(
                ("Лауазымы (сыныптық шені)", 60, "{{ chief_post_and_rank }}"),
                ("Басшының Т.А.Ж.", 40, "{{ chief_name_and_signature }}"),
            ),
            para("SplitLine", DAY.format(before="Күні 20", after=" жылғы", day="____")),
            para("Field", "Таныстым: лауазымы, сыныптық шені (әскери атағы)"),
            table((TEXT_MM,), [row(cell(TEXT_MM, para("Value", "{{ employee_post_and_rank }}"), rule=True))]),
            para("Tight"),
            table(
                ACKNOWLEDGED_MM,
                [
                    row(
                        cell(ACKNOWLEDGED_MM[0], para("Value", "{{ employee_ack_signature }}"), rule=True),
                        cell(ACKNOWLEDGED_MM[1], para("Field", " аттестатталушының Т.А.Ж.")),
                        cell(ACKNOWLEDGED_MM[2], para("Value", "{{ employee_ack_name }}"), rule=True),
                    )
                ],
            ),
            para("Body", "{%p if acquaintance %}"),
            para("SplitLine", "{{ acquaintance }}"),
            para("Body", "{%p endif %}"),
            para(
                "Note",
                "* Қызметтік мінездемеге құқық қорғау органдарының ерекшелігіне байланысты толықтырулар"
                " енгізілуі мүмкін.",
            ),
        ),
    ]


BALLOT_MM = (9.0, 61.0, 34.0, 36.0, 25.0)


def annex_3() -> list[Element]:
    number, person, yes, no, signature = BALLOT_MM
    decision = "жоғары тұрған басшылық лауазымға өсіруге "
    return [
        *annex_head(3),
        para("FormTitle", "Дауыс беру парағы"),
        para("PersonRule", "{{ member_name }}"),
        para("PersonCaption", "(аттестаттау комиссиясы мүшесінің Т.А.Ж.)"),
        table(
            BALLOT_MM,
            [
                row(
                    cell(number, para("TableHead", "№"), merge="restart", middle=True),
                    cell(
                        person,
                        para(
                            "TableHead",
                            "Жоспардан тыс аттестаттауға жататын адамның сыныптық шені, әскери атағы, Т.А.Ж.,"
                            " лауазымы",
                        ),
                        merge="restart",
                        middle=True,
                    ),
                    cell(
                        yes + no,
                        para("TableHead", "Аттестаттау комиссиясының қорытындысы мен ұсынымдары"),
                        span=2,
                        middle=True,
                    ),
                    cell(signature, para("TableHead", "Қолы"), merge="restart", middle=True),
                    header=True,
                ),
                row(
                    cell(number, para("TableHead"), merge="continue"),
                    cell(person, para("TableHead"), merge="continue"),
                    cell(yes, para("TableHead", decision + "ұсынылады"), middle=True),
                    cell(no, para("TableHead", decision + "ұсынылмайды"), middle=True),
                    cell(signature, para("TableHead"), merge="continue"),
                    header=True,
                ),
                tag_row("{%tr for row in rows %}", len(BALLOT_MM), TEXT_MM),
                row(
                    cell(number, para("TableNumber", "{{ row.number }}"), middle=True),
                    cell(person, para("TableText", "{{ row.person }}"), middle=True),
                    cell(yes, para("TableMark", "{{ row.mark_yes }}"), middle=True),
                    cell(no, para("TableMark", "{{ row.mark_no }}"), middle=True),
                    cell(signature, para("TableText", "{{ row.member_signature }}"), middle=True),
                    least_mm=10,
                ),
                tag_row("{%tr endfor %}", len(BALLOT_MM), TEXT_MM),
            ],
            framed=True,
        ),
        para("End"),
    ]


def annex_4() -> list[Element]:
    return [
        *annex_head(4),
        para("FormTitle", "Жоспардан тыс аттестатталуға тиіс қызметкердің аттестаттау парағы"),
        fields(
            ("1. Т.А.Ж.", 23, "{{ employee_name }}"),
            ("2. Аттестаттау кезінде атқаратын лауазымы", 56, "{{ employee_post }}"),
            ("3. сыныптық шені немесе әскери атағы", 86, "{{ employee_rank }}"),
            ("4. Аттестаттау комиссиясының шешімі", 83, "{{ decision_text }}"),
            ("5. Өзге мәліметтер*", 46, "{{ other_info }}"),
        ),
        para("Caption"),
        together(
            fields(
                (
                    "Аттестаттау комиссиясының хатшысы",
                    84,
                    "{{ secretary_name_signature }}",
                    "(Т.А.Ж. және қолы)",
                )
            ),
            para("SplitLine", DAY.format(before="Аттестаттау өткізілген күн 20", after="ж.", day="__")),
            fields(
                (
                    "Аттестаттау парағымен таныстым",
                    75,
                    "{{ employee_ack_signature_date }}",
                    "(қызметкердің қолы және күні)",
                )
            ),
            para("Seal", "МО"),
            para(
                "Note",
                "*Аттестаттау парағына құқық қорғау органдарының ерекшелігіне байланысты толықтырулар"
                " енгізілуі мүмкін.",
            ),
        ),
    ]
