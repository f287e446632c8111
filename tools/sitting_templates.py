"""Papers of a sitting: no form is prescribed for them, the usual ones of offices are kept."""

from __future__ import annotations

from tools.template_parts import SIGN_MM, each, signature_row
from tools.wordml import TEXT_MM, Element, para, run, table, tag_row


def protocol() -> list[Element]:
    columns = len(SIGN_MM)
    return [
        para("FormTitle", "{{ commission_name }}\nОТЫРЫСЫНЫҢ ХАТТАМАСЫ № {{ number or '____' }}"),
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
        para(
            "Body",
            "1. Жоспардан тыс аттестаттауға жіберілген қызметкерлермен әңгімелесу және олар бойынша шешім"
            " қабылдау.",
        ),
        para("Plain", "{%p for candidate in candidates %}"),
        para("ItemKept", "1.{{ loop.index }}. ТЫҢДАЛДЫ:"),
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
                tag_row("{%tr for signer in signers %}", columns, TEXT_MM),
                signature_row("{{ signer.role }}", "{{ signer.name }}"),
                tag_row("{%tr endfor %}", columns, TEXT_MM),
            ],
        ),
        para("Stamp"),
    ]
