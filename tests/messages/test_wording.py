"""Words that people who speak the language put right stay right: in messages, papers, fields and guides."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.jeke import ROOT

PLACES = {
    language: [
        *sorted((ROOT / "pipeline" / "locale" / language / "LC_MESSAGES").glob("*.po")),
        ROOT / "pipeline" / "record_format" / f"fields.{language}.yaml",
        ROOT / "pipeline" / "law" / "text" / f"notes.{language}.toml",
    ]
    for language in ("kk", "ru", "en")
}
PLACES["kk"] += [
    ROOT / "README.md",
    ROOT / "docs" / "glossary.md",
    *sorted((ROOT / "docs").glob("*.kk.md")),
    *sorted((ROOT / "tools").glob("*_templates.py")),
    *sorted((ROOT / "pipeline" / "documents" / "content").glob("*.py")),
    *sorted((ROOT / "pipeline" / "cli" / "place").glob("*.*")),
    ROOT / "tools" / "demo.py",
]
PUT_RIGHT = {
    "kk": {
        r"әкіміне\b": "әкімшісіне",
        r"баянатталат": "баяндалатын",
        r"рәсімде": "ресімдеу",
        r"жаза алын": "жаза алып тасталған",
        r"тармақтар ешқандай шешіммен алынбайды": "бұзылуына ешқандай шешіммен рұқсат берілмейді",
        r"[Хх]аттама(сы)? жасал": "хаттама ресімделген",
        r"\b0 : 0\b": "дауыс берілген жоқ",
        r"[Бб]юллетен": "дауыс беру парағы",
        r"куәгер": "куә",
        r"бақылау саны": "бақылау цифры",
        r"[Аа]удит (тізбег|журнал)": "әрекеттер тізбегі",
        r"резервтік": "сақтық көшірме",
        r"қосымша көшірме": "сақтық көшірме",
        r"іздеу тізімі": "іздеу көрсеткіші",
        r"дәл осы бұйрық|бұйрықты sudo": "команда: бұйрық – органның бұйрығы",
        r"командасымен алып таста": "істің күші жойылады",
        r"ТІГІЛ|тігіл|тігу|тікпей": "мұрағатқа енгізілді",
        r"[Пп]апка|ПАПКА": "қалта",
        r"[Кк]ампания": "науқан",
        r"[Ее]ңбек өтіл": "қызмет өтілі, 6-тармақтың сөзі",
        r"үдеріс": "процесс",
        r"бланкі": "нысан",
        r"\bсаты(да|сы)": "кезең",
        r"машина|құбыр\b|дөңгелек": "компьютер, бағдарлама, орнату бумасы",
        r"күтемін": "бағдарлама күтеді",
        r"шешім \(override\) (бұл|осы) тармақты": "тармақтың бұзылуына рұқсат берілмейді",
        r"[Дд]әлелсіз – тізім": "ештеңе көрсетілмесе",
    },
    "ru": {
        r"журнал\w* аудита|цеп(ь|и) аудита|цепочк\w+ аудита|цеп(ь|и) действий": "журнал действий",
        r"\b[Оо]добр": "утверждение",
        r"тестов\w+ печат": "пробная печать",
        r"\b(еще|истек|отчет|вперед|утвержден|идет)\b": "ё",
        r"так не пишется": "записано в неверном виде",
        r"посчита|считается срок": "исчислить срок",
        r"[Цц]епочк\w+ действий": "журнал действий",
        r"[Тт]ехзапис": "техническая запись",
        r"\bФИО\b": "Ф.И.О.",
        r"[Вв]ызовите": "выполните, сообщите",
        r"(?<=[^ \n]) — ": "–",
    },
    "en": {
        r"audit log": "audit chain",
        r"[^a-z]mend(s|ed|ing)?\b": "repair, correct",
        r"hangs? on": "depends on",
        r"is not written so|begin so\b|exactly so\b": "that way",
        r"[Tt]old (to|of) (in )?the audit": "recorded in",
        r"(?<!\w)no plain file|is no (OCFL|BagIt|URI)\b": "is not a",
        r"[’“]": "straight marks",
        r"\bNo ([#{]|\d)": "№",
        r"ATTENTION": "NOTE",
        r"need be done": "needs to be done",
        r"[Ww]orked off": "processed",
        r"nothing is to be done": "nothing needs to be done",
    },
}


def said(path: Path) -> str:
    """What is said, without ids and comments."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if not line.startswith(("#", "msgid")))


@pytest.mark.parametrize("language", PUT_RIGHT)
def test_words_put_right_do_not_come_back(language: str) -> None:
    found = [
        (path.name, match[0], right)
        for path in PLACES[language]
        for wrong, right in PUT_RIGHT[language].items()
        for match in re.finditer(wrong, said(path))
    ]
    assert found == []
