"""Papers of a case besides the annexes: no form is prescribed for them."""

from __future__ import annotations

from tools.template_parts import HR_MM, RULES, each, free_text, signature_row, signed_again
from tools.wordml import (
    TEXT_MM,
    Element,
    cell,
    fields,
    para,
    row,
    ruled,
    table,
    tag_row,
    together,
)


def notice() -> list[Element]:
    return [
        para("TopTitle", "{{ unit }}"),
        *addressed(),
        para("FormTitle", "ХАБАРЛАМА"),
        para("FormSubtitle", "жоспардан тыс аттестаттаудың одан әрі кезеңдеріне жіберілмегені туралы"),
        para("SplitLine", "{{ date }}\t№ __________"),
        *each("paragraph in paragraphs", para("Body", "{{ paragraph }}")),
        *issued_and_received(),
    ]


def invitation() -> list[Element]:
    return [
        para("TopTitle", "{{ unit }}"),
        *addressed(),
        para("FormTitle", "ХАБАРЛАМА"),
        para("FormSubtitle", "жоспардан тыс аттестаттауды өткізу күні мен орны туралы"),
        para("SplitLine", "{{ date }}\t№ __________"),
        para(
            "Body",
            f"{RULES}ның (бұдан әрі – Қағидалар) 17-тармағына сәйкес Сізбен әңгімелесу аттестаттау"
            " комиссиясының отырысында өткізілетінін хабарлаймыз.",
        ),
        fields(
            ("Комиссия:", 62, "{{ commission_name }}"),
            ("Өткізілетін күні:", 62, "{{ held_on }}"),
            ("Отырыстың басталуы:", 62, "{{ started_at }}"),
            ("Өткізілетін орны:", 62, "{{ place }}"),
            ("Қаралатын лауазым:", 62, "{{ target }}"),
        ),
        para("Caption"),
        para(
            "Body",
            "Әңгімелесу техникалық жазу құралдарының (аудио-, бейнежазба) көмегімен жазылады (Қағидалардың"
            " 29-тармағы).",
        ),
        para(
            "Body",
            "Аттестаттау комиссиясының отырысына дәлелсіз себеппен келмеген қызметкерлер жоғары тұрған басшы"
            " лауазымға өсіру үшін ұсынылмайды (Қағидалардың 31-тармағы). Дәлелді себеппен келе алмаған"
            " жағдайда растайтын құжатты қоса беріп, кадр қызметіне алдын ала хабарлауыңызды сұраймыз.",
        ),
        *issued_and_received(),
    ]


def act_of_refusal() -> list[Element]:
    return [
        para("TopTitle", "{{ unit }}"),
        para("FormTitle", "АКТ № {{ number or '________' }}"),
        para("FormSubtitle", "құжатпен қол қойып танысудан бас тарту туралы"),
        para("SplitLine", "{{ date }}"),
        fields(
            ("Қызметкер:", 62, "{{ person }}"),
            ("Лауазымы:", 62, "{{ position }}"),
            ("Танысуға ұсынылған құжат:", 62, "{{ paper }}"),
            ("Құжаттың күні:", 62, "{{ paper_day }}"),
        ),
        para("Caption"),
        para(
            "Body",
            f"{RULES}ның {{{{ paragraph }}}}-тармағына сәйкес қызметкер аталған құжатпен қол қою арқылы"
            " таныстырылуға тиіс. Қызметкер қол қойып танысудан бас тартты, оны осы акт растайды.",
        ),
        para("Item", "Қызметкер айтқан себеп:"),
        para("BlankRule"),
        para("BlankRule"),
        para("SignHead"),
        table(
            HR_MM,
            [
                signed_again(
                    len(HR_MM),
                    TEXT_MM,
                    "Құжатпен қол қойып танысудан бас тарту туралы"
                    " № {{ number or '________' }} акт, {{ date }}",
                    "Қызметкер: {{ person }}. Танысуға ұсынылған құжат: {{ paper }}.",
                    "Актіге қол қоюшылар:",
                ),
                signature_row("Кадр қызметі", "{{ hr }}", HR_MM),
                tag_row("{%tr for witness in witnesses %}", len(HR_MM), TEXT_MM),
                signature_row("Куә", "{{ witness }}", HR_MM),
                tag_row("{%tr endfor %}", len(HR_MM), TEXT_MM),
            ],
        ),
        para("End"),
    ]


def disagreement() -> list[Element]:
    return [
        para("BlockText", "Аттестаттау комиссиясының төрағасына"),
        para("BlockText", "{%p if commission_name %}"),
        para("BlockText", "({{ commission_name }})"),
        para("BlockText", "{%p endif %}"),
        para("BlockRule", "{{ chair }}"),
        para("BlockCaption", "(төрағаның Т.А.Ж.)"),
        para("BlockRule", "{{ applicant_name }}"),
        para("BlockCaption", "(өтініш берушінің Т.А.Ж.)"),
        para("BlockRule", "{{ applicant_post_and_rank }}"),
        para("BlockCaption", "(лауазымы, сыныптық шені)"),
        para("FormTitle", "ӨТІНІШ"),
        para("FormSubtitle", "қызметтік мінездемемен келіспеу туралы"),
        para(
            "Body",
            f"Маған ұсынылған қызметтік мінездемемен келіспейтінімді {RULES}ның 15 және 16-тармақтарына"
            " сәйкес мәлімдеймін.",
        ),
        fields(("Мен келіспейтін тармақтар:", 66, "{{ items }}")),
        para("Item", "Келіспеу негіздері:"),
        *free_text("text"),
        fields(("Қоса берілетін құжаттар саны:", 72, "{{ attachments }}")),
        para("Caption"),
        together(
            para("SplitLine", "{{ date }}"),
            table((110,), [row(cell(110, *ruled("{{ applicant_signature }}", "(Т.А.Ж., қолы)")))]),
        ),
        para("End"),
    ]


INNER_MM = (10.0, 92.0, 25.0, 18.0, 20.0)


def inner_list() -> list[Element]:
    number, title, day, count, sheets = INNER_MM
    heads = ("№", "Құжаттың атауы", "Күні", "Данасы", "Парақ саны")
    return [
        para("TopTitle", "{{ unit }}"),
        para("FormTitle", "Жоспардан тыс аттестаттау құжаттарының\nІШКІ ТІЗІМДЕМЕСІ"),
        fields(("Қызметкер:", 32, "{{ person }}"), ("Лауазымы:", 32, "{{ position }}")),
        para("Caption"),
        table(
            INNER_MM,
            [
                row(
                    *(
                        cell(w, para("TableHead", h), middle=True)
                        for w, h in zip(INNER_MM, heads, strict=True)
                    ),
                    header=True,
                ),
                tag_row("{%tr for row in rows %}", len(INNER_MM), TEXT_MM),
                row(
                    cell(number, para("TableNumber", "{{ row.number }}"), middle=True),
                    cell(title, para("TableText", "{{ row.title }}"), middle=True),
                    cell(day, para("TableNumber", "{{ row.day }}"), middle=True),
                    cell(count, para("TableNumber", "{{ row.count }}"), middle=True),
                    cell(sheets, para("TableNumber", "{{ row.sheets }}"), middle=True),
                    least_mm=9,
                ),
                tag_row("{%tr endfor %}", len(INNER_MM), TEXT_MM),
            ],
            framed=True,
        ),
        para(
            "Note",
            "Аттестаттаудан өткен қызметкердің аттестаттау парағы, оның баянаты және қызметтік мінездемесі"
            " жеке ісінде сақталады (Қағидалардың 36-тармағы).",
        ),
        para("SignHead"),
        together(
            table(HR_MM, [signature_row("Кадр қызметі", "{{ hr }}", HR_MM)]),
            para("SplitLine", '20__ жылғы "____" __________'),
        ),
        para("End"),
    ]


# --- pieces ---------------------------------------------------------------------------------------------


def addressed() -> list[Element]:
    return [
        para("BlockText", "{{ addressee_post }}"),
        para("BlockText", "{{ addressee_rank }}"),
        para("BlockText", "{{ addressee_name }}"),
    ]


def issued_and_received() -> list[Element]:
    return [
        para("SignHead"),
        together(
            table(HR_MM, [signature_row("Кадр қызметі", "{{ hr }}", HR_MM)]),
            para("SignHead"),
            fields(("Хабарламаны алдым", 45, "", "(қызметкердің қолы және күні)")),
        ),
        para("End"),
    ]
