"""In Russian and English nothing is left in Kazakh but documents, data and the order's own words."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import yaml

from pipeline.cli.command_table import MODULES
from pipeline.config import load_config
from pipeline.domain.records import Kind
from pipeline.law.engine import RULES
from pipeline.law.explain import explain
from pipeline.law.explain_languages import _texts as notes
from pipeline.law.order_text import ANNEX_NOTES, paragraphs, words
from pipeline.law.overrides import OVERRIDE_CODES
from pipeline.record_format.blank import blank_record
from pipeline.record_format.descriptions import KAZAKH, _texts
from pipeline.record_format.fixed_words import _texts as fixed_words
from pipeline.record_format.reader import read_stream

from .jeke import ROOT, SAMPLES, jeke

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
    jeke("run", "--once", cwd=place)
    return request.param, place


def data() -> frozenset[str]:
    """Words of the samples, of the order, of file names."""
    texts = [path.read_text() for path in SAMPLES.glob("*.yaml")]
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
    ("status", "QRG-PD-2025-014", *ON),
    ("status", "--drops"),
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
    *(("schema", kind.value) for kind in Kind),
    ("schema",),
    *(("new", kind.value) for kind in Kind),
]


@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda arguments: " ".join(map(str, arguments[:2])))
def test_no_kazakh_is_left(place, arguments):
    language, folder = place
    name, *rest = arguments
    parts = [name, rest.pop(0)] if name in {"recording", "retention", "templates"} else [name]
    ended = jeke(*parts, "--lang", language, *rest, cwd=folder)
    known = data()
    if name in {"new", "schema"}:  # the words a fixed word may be written with are part of the format
        known |= set(WORD.findall(str(fixed_words())))
    assert leftovers(ended.out + ended.err, language, known) == set()


def test_answers_speak_the_language_of_the_place(place):
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
    kazakh = load_config(ROOT / "config.yaml")
    other = load_config(ROOT / "pipeline" / "cli" / "place" / language / "config.yaml")
    assert other.model_copy(update={"lang": "kk", "paths": kazakh.paths}) == kazakh


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("command", sorted(MODULES))
def test_help(language, command, tmp_path):
    ended = jeke(command, "--lang", language, "--help", cwd=tmp_path)
    assert (
        leftovers(ended.out, language, data() | {"касымов", "Қасымова", "Показывает", "эту", "справку"})
        == set()
    )


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


def test_a_kind_may_be_named_in_kazakh(tmp_path: Path):
    for word, kind in (("іс", "case"), ("Отырыс", "sitting"), ("дело", "case"), ("науқан", "campaign")):
        for command in ("new", "schema"):
            named, plain = (jeke(command, w, cwd=tmp_path) for w in (word, kind))
            assert (named.status, named.out) == (0, plain.out)
    assert jeke("new", "адам", cwd=tmp_path).status == 2
