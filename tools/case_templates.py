"""Papers of a case besides the annexes: no form is prescribed for them."""

from __future__ import annotations

from tools.template_parts import HR_MM, each, signature_row
from tools.wordml import Element, fields, para, table, together


def notice() -> list[Element]:
    return [
        para("FormTitle", "{{ unit }}"),
        para("BlockText", "{{ addressee_post }}"),
        para("BlockText", "{{ addressee_rank }}"),
        para("BlockText", "{{ addressee_name }}"),
        para("FormTitle", "ХАБАРЛАМА"),
        para("FormSubtitle", "жоспардан тыс аттестаттаудың одан әрі кезеңдеріне жіберілмегені туралы"),
        para("SplitLine", "{{ date }}\t№ __________"),
        *each("paragraph in paragraphs", para("Body", "{{ paragraph }}")),
        para("SignHead"),
        together(
            table(HR_MM, [signature_row("Кадр қызметі", "{{ hr }}", HR_MM)]),
            para("SignHead"),
            fields(("Хабарламаны алдым", 45, "", "(қызметкердің қолы және күні)")),
        ),
        para("Stamp"),
    ]
