"""In Russian and English nothing is left in Kazakh but documents, data and the order's own words."""

from __future__ import annotations

import re
import shutil
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml

from pipeline.cli.command_table import MODULES
from pipeline.config import load_config
from pipeline.domain.records import Kind
from pipeline.intake.workdays import load_calendar
from pipeline.law.engine import RULES
from pipeline.law.explaining.explain import explain
from pipeline.law.explaining.languages import _texts as notes
from pipeline.law.order_text import ANNEX_NOTES, paragraphs, words
from pipeline.law.overrides import OVERRIDE_CODES
from pipeline.messages.catalogue import Language, Messages
from pipeline.record_format.blank import blank_record
from pipeline.record_format.descriptions import KAZAKH, _texts
from pipeline.record_format.fixed_words import _texts as fixed_words
from pipeline.record_format.reader import read_stream
from tests.cli.jeke import ROOT, SAMPLES, jeke

OTHERS = ["ru", "en"]
ON = ("--on", "2025-10-25")
FOREIGN = {"ru": re.compile("[әғқңөұүһіӘҒҚҢӨҰҮҺІ]"), "en": re.compile("[А-Яа-яЁёәғқңөұүһіӘҒҚҢӨҰҮҺІ]")}
WORD = re.compile(r"\w+(?!\w*…)")
OURS = (
    "9ПС",
    "жауап",
    "сынақ",
    "мөрі",
    "СЫНАҚ",
    "МӨРІ",
    "иә",
    "жоқ",
    "да",
    "нет",
    "Заң",
    "МО",
    "сөгіс",
    "қала",
    "Р",
    "көш",
)


@pytest.fixture(scope="module", params=OTHERS)
def place(request, tmp_path_factory):
    """A place laid out in that language with the samples filed, one record refused and one dropped twice."""
    place = tmp_path_factory.mktemp(request.param)
    assert jeke("init", "--lang", request.param, place, cwd=place).status == 0
    config = place / "config.yaml"
    config.write_text(config.read_text().replace("quiet_seconds: 2 ", "quiet_seconds: 0 "))
    for sample in SAMPLES.glob("*.yaml"):
        shutil.copy(sample, place / "inbox")
    assert jeke("run", "--once", cwd=place).status == 0
    shutil.copy(SAMPLES / "tie.yaml", place / "inbox" / "again.yaml")
    (place / "inbox" / "wrong.yaml").write_text(
        "kind: sitting\nid: S\ncommission: K\nstarted_at: 25:00\nx: @a\n"
    )
    (place / "inbox" / "late.yaml").write_text(
        (SAMPLES / "tie.yaml").read_text().replace("number: ", "number: 9")
    )
    for name, text in BAD.items():
        (place / "inbox" / name).write_text(text)
    with zipfile.ZipFile(place / "inbox" / "some.zip", "w") as bundle:
        bundle.writestr("a.yaml", "kind: x\n")
        bundle.writestr("b.txt", "x")
    (place / "bad.yaml").write_text("---\n".join(text for text in BAD.values() if text.startswith("kind:")))
    told = jeke("run", "--once", cwd=place)
    assert leftovers(told.out + told.err, request.param, data()) == set()
    return request.param, place


BAD = {
    "time.yaml": "kind: sitting\nid: S\ncommission: K\nheld_on: 1.1.1\n",
    "quote.yaml": 'kind: case\nid: A\nx: "a" b\n',
    "tab.yaml": "kind: case\n\tid: A\n",
    "paragraphs.yaml": "kind: case\nid: A\ncharacteristic:\n  duties: a\nb\n",
    "no-kind.yaml": "id: A\n",
    "other-kind.yaml": "kind: x\n",
    "unknown.yaml": "kind: case\nid: A\nfoo: 1\nemploye: 2\n",
    "word.yaml": "kind: commission\nid: K\nmembers: [{id: m, role: x, represents: y, iin: '1'}]\n",
    "vote.yaml": "kind: sitting\nid: S\ncommission: K\ncandidates: [{case: A, votes: {m: x}, attendance: z}]\n",
    "blank.yaml": "kind: case\nid:\u00a0A\n",
    "sign.yaml": 'kind: campaign\nid: C\nunit: "\U0001f600"\n',
    "day-off.yaml": "kind: sitting\nid: S9\ncommission: K9\nheld_on: 2025-03-08\n",
    "empty.yaml": "",
    "broken.pdf": "%PDF-1.4",
    "broken.wav": "RIFF",
    "broken.cms": "x",
    "letter.docx": "x",
}
"""What HR may drop that is no good, or on a holiday."""


def data(*, order: bool = False) -> frozenset[str]:
    """Words of the samples and of file names; where the order is quoted, its words too."""
    texts = [path.read_text() for path in SAMPLES.glob("*.yaml")]
    if order:
        texts += [words(address) or "" for address in (*paragraphs(), *ANNEX_NOTES)]
    return frozenset(WORD.findall(" ".join(texts))) | set(OURS)


def leftovers(text: str, language: str, known: frozenset[str]) -> set[str]:
    """Words of another language; single letters are initials, or letters of a pattern."""
    return {
        w
        for w in WORD.findall(text)
        if len(w) > 2 and FOREIGN[language].search(w) and w not in known and w.lower() not in known
    }


COMMANDS = [
    ("status", *ON),
    ("status", "--all", *ON),
    ("status", "QRG-PD-2025-3", *ON),
    ("status", "QRG-PD-2025-014", *ON),
    ("status", "QRG-PD-AK-2025-S3", *ON),
    ("status", "--drops"),
    ("sitting", "draft", "QRG-PD-AK-2025-S3"),
    ("deadlines", *ON),
    ("find", "Әбілқасов"),
    ("history", "tie.yaml"),
    ("history", "wrong.yaml"),
    ("check", *ON, *sorted(SAMPLES.glob("*.yaml"))),
    ("check", "--alone", *ON, *sorted(SAMPLES.glob("*.yaml"))),
    ("recording", "list"),
    ("retention", "report"),
    ("retention", "register"),
    ("retention", "plan", "--dry-run"),
    ("retention", "reconcile"),
    ("templates", "check"),
    ("doctor",),
    ("verify", "--quick"),
    ("audit",),
    ("explain", "24"),
    ("explain", "7.2"),
    ("explain", "4.3"),
    ("explain", "31"),
    ("explain", "quorum"),
    ("explain", "own_security_list"),
    ("explain", "Заң 57"),
    ("explain", "49"),
    ("explain", "annex-2"),
    *(("explain", code) for code in sorted({code for rule in RULES for code in rule.codes} | {"31"})),
    *(("explain", address) for address in (*paragraphs(), *ANNEX_NOTES)),
    ("explain", "nothing"),
    ("check", "--json", "--alone", *ON, "bad.yaml"),
    ("check", "--json", *ON, *sorted(SAMPLES.glob("*.yaml"))),
    ("status", "--json", *ON),
    ("status", "QRG-PD-AK-2025-S3", "--json", *ON),
    ("deadlines", "--json", *ON),
    ("find", "--unsigned", "--json"),
    ("find", "Әбілқасов", "--json"),
    ("review", "--json"),
    ("get", "QRG-PD-2025-014", "--json", "--out", "papers-json"),
    ("history", "tie.yaml", "--json"),
    ("deadlines", "--ics", "deadlines.ics", *ON),
    ("status", "NOTHING"),
    ("status", "--drops", "--json"),
    ("find", "--unsigned", "QRG"),
    ("find", "жоқадам"),
    ("history", "nothing"),
    ("get", "QRG-PD-2025-014", "--out", "papers"),
    ("get", "QRG-PD-2025-014", "--print", "papers.pdf"),
    ("get", "QRG-PD-2025-3", "--out", "lists"),
    ("get", "QRG-PD-2025-014", "--document", "protocol", "--out", "protocol"),
    ("get", "QRG-PD-2025-014", "--all", "--out", "everything"),
    ("export", "QRG-PD-2025-014", "--out", "bag"),
    ("import", "bag"),
    ("import", "nobag"),
    ("backup", "../backup"),
    ("backup", "archive"),
    ("restore", "../backup"),
    ("restore", "../backup", "--to", "../restored"),
    ("restore", "nobackup"),
    ("reindex",),
    ("verify", "--json"),
    ("doctor", "--json"),
    ("doctor", "--health"),
    ("audit", "--verify"),
    ("audit", "--person", "850314390019"),
    ("review",),
    ("review", "QRG-PD-2025-014/annex-2", "--accept", "--by", "Есімов"),
    ("assign", "nothing", "1", "QRG-PD-2025-014/annex-2"),
    ("sign", "QRG-PD-2025-014/annex-2", "--key", "key.p12"),
    ("sign", "nothing", "--key", "key.p12"),
    ("withdraw", "QRG-PD-2025-014", "--reason", "сынақ"),
    ("person", "merge", "850314390019", "790101300011", "--reason", "сынақ"),
    ("recording", "get", "nothing", "--out", "file"),
    ("retention", "plan"),
    ("retention", "approve", "nothing", "--by", "Есімов Болат"),
    ("retention", "run", "nothing"),
    ("retention", "sweep"),
    ("retention", "hold", "QRG-PD-2025-014", "--mandate", "Заң", "--by", "Есімов Болат"),
    ("retention", "release", "QRG-PD-2025-014", "--mandate", "Заң", "--by", "Есімов Болат"),
    ("retention", "shorten", "nothing", "--mandate", "Заң", "--by", "Есімов Болат"),
    ("retention", "clock", "--mandate", "Заң", "--by", "Есімов Болат"),
    ("give-back", "nothing"),
    ("account", "list"),
    (
        "account",
        "add",
        "x",
        "--full-name",
        "Есімов Болат",
        "--role",
        "admin",
        "--role",
        "auditor",
        "--password-stdin",
    ),
    ("account", "role", "nobody", "--role", "hr"),
    ("account", "password", "nobody", "--password-stdin"),
    ("account", "disable", "nobody"),
    ("account", "enable", "nobody"),
    ("serve", "--bind", "0.0.0.0:8218"),
    ("init", "."),
    ("new", "nothing"),
    *((command, "--nothing") for command in MODULES),
    *(("schema", kind.value) for kind in Kind),
    ("schema",),
    *(("new", kind.value) for kind in Kind),
]


GROUPS = {
    "account": ("add", "list", "role", "password", "disable", "enable"),
    "person": ("merge",),
    "recording": ("get", "list"),
    "retention": (
        "plan",
        "approve",
        "run",
        "sweep",
        "hold",
        "release",
        "shorten",
        "clock",
        "register",
        "report",
        "reconcile",
    ),
    "sitting": ("draft",),
    "templates": ("check",),
}


def test_every_command_is_driven() -> None:
    """But the watch itself, which the place was filled by."""
    driven = {(a[0], a[1] if a[0] in GROUPS else "") for a in COMMANDS if "--nothing" not in a}
    wanted = {(name, sub) for name in MODULES for sub in GROUPS.get(name, ("",))}
    assert wanted - driven == {("run", "")}


def _named(arguments: tuple[str | Path, ...]) -> str:
    return " ".join([*map(str, arguments[:2]), *(["json"] if "--json" in arguments else [])])


@pytest.mark.parametrize("arguments", COMMANDS, ids=_named)
def test_no_kazakh_is_left(place, arguments):
    """Field case kk-leftovers: of all that a command prints, in Russian and in English."""
    language, folder = place
    name, *rest = arguments
    parts = [name, rest.pop(0)] if name in GROUPS and rest[0] != "--nothing" else [name]
    ended = jeke(*parts, "--lang", language, *rest, cwd=folder)
    known = data(order=name in {"explain", "new", "schema"})
    if name in {"new", "schema"}:  # the words a fixed word may be written with are part of the format
        known |= set(WORD.findall(str(fixed_words())))
    assert leftovers(ended.out + ended.err, language, known) == set()


def test_answers_speak_the_language_of_the_place(place):
    """Field case kk-leftovers: in outbox/ and in refused/ too."""
    language, folder = place
    answers = [*folder.glob("outbox/*/*.txt"), *folder.glob("inbox/*/*/*.txt")]
    assert len(answers) > 8
    for answer in answers:
        assert leftovers(answer.read_text(), language, data()) == set(), answer
    assert leftovers((folder / "inbox" / "README.md").read_text(), language, data()) == set()
    config = (folder / "config.yaml").read_text()
    assert leftovers(config.replace("Жеке іс", ""), language, data() | {"Есімов"}) == set()
    assert load_config(folder / "config.yaml").lang == language


@pytest.mark.parametrize("language", OTHERS)
def test_settings_laid_out_are_the_same_in_every_language(language, tmp_path):
    """Field case kk-leftovers: `jeke init` writes its settings in the language asked for."""
    kazakh = load_config(ROOT / "config.yaml")
    other = load_config(ROOT / "pipeline" / "cli" / "place" / language / "config.yaml")
    assert replace(other, lang=Language.KK, paths=kazakh.paths) == kazakh


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize(
    "command",
    [*((name,) for name in sorted(MODULES)), *((g, sub) for g, subs in GROUPS.items() for sub in subs)],
)
def test_help(language, command, tmp_path):
    ended = jeke(*command, "--lang", language, "--help", cwd=tmp_path)
    assert ended.status == 0
    assert leftovers(ended.out, language, data() | {"касымов", "Қасымова", "Қасымов"}) == set()


@pytest.mark.parametrize("language", OTHERS)
def test_every_field_word_and_form_has_its_text(language):
    own = yaml.safe_load((ROOT / "pipeline" / "record_format" / f"fields.{language}.yaml").read_text())
    for part, kazakh in _texts(KAZAKH).items():
        assert set(kazakh) <= set(own[part]), part
    for name, words_of in _texts(KAZAKH)["choices"].items():
        assert set(words_of) == set(own["choices"][name]), name
    for path, kazakh in _texts(KAZAKH)["fields"].items():
        assert ("law" in kazakh) == ("law" in own["fields"][path]), path


@pytest.mark.parametrize("language", OTHERS)
def test_every_reading_and_check_has_its_text(language):
    own = notes(language)
    codes = {code for rule in RULES for code in rule.codes} | set(OVERRIDE_CODES)
    assert codes <= set(own["codes"])
    for address in (*paragraphs(), *ANNEX_NOTES):
        told = explain(address)
        if told is not None and told.reading:
            found = own["paragraphs"].get(address) or own["paragraphs"][address.partition(".")[0]]
            assert found.get("reading"), address


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("kind", list(Kind))
def test_a_blank_record_of_any_language_reads_alike(kind, language):
    def filled(text: str) -> str:
        text = re.sub(r"^(id|campaign|commission):.*$", r"\1: A", text, flags=re.MULTILINE)
        text = re.sub(r"^(  iin):.*$", r'\1: "850314390019"', text, count=1, flags=re.MULTILINE)
        return re.sub(r"^(  surname):.*$", r"\1: Ли", text, count=1, flags=re.MULTILINE)

    records = [read_stream(filled(blank_record(kind, spoken)).encode(), "a") for spoken in (KAZAKH, language)]
    assert records[0].errors == records[1].errors == ()
    assert records[0].records[0].record == records[1].records[0].record


@pytest.mark.parametrize(
    ("language", "day"), [("ru", "Международный женский день"), ("en", "International Women's Day")]
)
def test_a_day_off_is_named_in_the_language_of_the_place(place, language, day):
    spoken, folder = place
    if spoken == language:
        (answer,) = folder.glob("outbox/S9/*.txt")
        assert day in answer.read_text()


@pytest.mark.parametrize("language", OTHERS)
def test_every_holiday_the_calendar_names_has_its_words(language):
    """But days moved by a decree: their name holds the day they were moved from."""
    say, calendar = Messages(Language(language)), load_calendar(None)
    year = [date(y, 1, 1) + timedelta(days=n) for y in range(2025, 2031) for n in range(365)]
    named = {calendar.title(day) for day in year if not calendar.is_working(day)}
    named = {title for title in named if not title.startswith("Демалыс күні (")}
    assert len(named) > 10
    assert {title for title in named if FOREIGN["ru"].search(say.word("day", title))} == set()
    assert {title for title in named if say.word("day", title) == title} <= {"Наурыз мейрамы"}


def test_a_kind_may_be_named_in_kazakh(tmp_path: Path):
    """Field case new-kk-kind: as the help names it."""
    for word, kind in (("іс", "case"), ("Отырыс", "sitting"), ("дело", "case"), ("науқан", "campaign")):
        for command in ("new", "schema"):
            named, plain = (jeke(command, w, cwd=tmp_path) for w in (word, kind))
            assert (named.status, named.out) == (0, plain.out)
    assert jeke("new", "адам", cwd=tmp_path).status == 2
