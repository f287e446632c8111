"""Makes templates/*.docx: Annexes 1-4 of the order and the other documents its paragraphs need.

The .docx files are what counts; they may be edited in Word. This script shows how they came about and makes
them anew: `python -m tools.make_templates [DIR]`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipeline.documents.content.plan import TITLES, DocumentKind
from tools import register_templates as registers
from tools.annex_templates import annex_1, annex_2, annex_3, annex_4
from tools.campaign_templates import announcement
from tools.case_templates import act_of_refusal, disagreement, inner_list, invitation, notice
from tools.retention_templates import act_of_destruction
from tools.sitting_templates import agenda, covering_list, protocol
from tools.template_parts import running_footer
from tools.template_styles import STYLES
from tools.wordml import Element, W, package, styles_part


@dataclass(frozen=True, slots=True)
class Template:
    """How a template's body is made and what its running foot says; `wide` lies on its side."""

    body: Callable[[], list[Element]]
    foot: str
    wide: bool = False


TEMPLATES = {
    DocumentKind.ANNOUNCEMENT: Template(announcement, "Хабарландыру"),
    DocumentKind.ANNEX_1: Template(annex_1, "{{ applicant_name }}"),
    DocumentKind.ANNEX_2: Template(annex_2, "{{ employee_name }}"),
    DocumentKind.MATERIALS: Template(covering_list, "Ілеспе хат"),
    DocumentKind.AGENDA: Template(agenda, "Күн тәртібі және қатысу парағы"),
    DocumentKind.ANNEX_3: Template(annex_3, "{{ member_name }}"),
    DocumentKind.ANNEX_4: Template(annex_4, "{{ employee_name }}"),
    DocumentKind.PROTOCOL: Template(protocol, "Хаттама № {{ number }}"),
    DocumentKind.REPORTS: Template(registers.reports, "Баянаттарды тіркеу журналы", wide=True),
    DocumentKind.SECURITY_LIST: Template(
        registers.security_list, "Өзіндік қауіпсіздік қызметіне жіберілетін тізім", wide=True
    ),
    DocumentKind.ADMITTED: Template(registers.admitted, "Жіберілген қызметкерлердің тізімі", wide=True),
    DocumentKind.STUDIES: Template(registers.studies, "Зерттеулер кестесі", wide=True),
    DocumentKind.RECORDINGS: Template(registers.recordings, "Әңгімелесу жазбалары", wide=True),
    DocumentKind.APPEALS: Template(registers.appeals, "Шағымдарды тіркеу журналы", wide=True),
    DocumentKind.DESTRUCTION_ACT: Template(act_of_destruction, "Акт № {{ number }}"),
    DocumentKind.NOTICE: Template(notice, "{{ foot_name }}"),
    DocumentKind.REFUSAL_ACT: Template(act_of_refusal, "Акт № {{ number }}"),
    DocumentKind.DISAGREEMENT: Template(disagreement, "{{ applicant_name }}"),
    DocumentKind.INVITATION: Template(invitation, "{{ foot_name }}"),
    DocumentKind.INNER_LIST: Template(inner_list, "{{ person }}"),
}


def used_styles(parts: list[Element]) -> Element:
    """Only what the template uses; a style nobody defined is an error."""
    used = {style.get(f"{{{W}}}val", "") for part in parts for style in part.iter(f"{{{W}}}pStyle")}
    return styles_part(STYLES[name] for name in sorted(used))


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for kind, template in TEMPLATES.items():
        parts, footer = template.body(), running_footer(template.foot)
        styles = used_styles([*parts, footer])
        made = package(TITLES[kind], parts, styles, footer, wide=template.wide)
        (folder / f"{kind}.docx").write_bytes(made)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent.parent / "templates"))
