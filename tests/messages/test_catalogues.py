"""The catalogues are whole: compiled, the same in every language, and no code of the program without its words."""

import ast
import re
import string
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

import pipeline
from pipeline.archive.audit.log import AuditEvent
from pipeline.archive.audit.verify import BreakKind
from pipeline.cli.command_table import MODULES
from pipeline.confined.limits import Limit
from pipeline.domain import findings, iin, records, terms
from pipeline.flow.outcomes.results import Result
from pipeline.intake.inbox import Unsupported
from pipeline.intake.journal import CUT_OFF, DISCARDED, MENDED, RETURNING, DropState
from pipeline.law import judging, overrides
from pipeline.law.engine import RULES, TERMS, UNVERIFIED_CODE
from pipeline.law.next_step import Stage
from pipeline.messages.catalogue import LOCALE, Language
from pipeline.retention.plan import Reason
from pipeline.signatures.pades import Tampering
from pipeline.watch import Notice

ROOT = Path(pipeline.__file__).parent
LANGUAGES = [str(language) for language in Language]
READERS_CODES = {
    "letters",
    "letters_suspected",
    "quotes_removed",
    "quotes_unpaired",
    "comment_lost",
    "rank_words",
    "reference_unknown",
    "reference_unknown_near",
    "member_unknown",
    "member_unknown_near",
}


def catalogue(language: str, domain: str) -> Catalog:
    with (LOCALE / language / "LC_MESSAGES" / f"{domain}.po").open("rb") as file:
        return read_po(file, locale=language)


DOMAINS = sorted({path.stem for path in LOCALE.rglob("*.po")} - {"click"})
TEXTS: list[tuple[str, str, str]] = [
    (language, str(m.id), str(m.string))
    for language in LANGUAGES
    for domain in DOMAINS
    for m in catalogue(language, domain)
    if m.id
]
CATALOGUES: dict[str, dict[str, str]] = {
    language: {key: text for spoken, key, text in TEXTS if spoken == language} for language in LANGUAGES
}
KAZAKH = CATALOGUES["kk"]


def places(text: str) -> set[tuple[str, str]]:
    """Name and vocabulary of each place in a text."""
    return {(name, spec or "") for _, name, spec, _ in string.Formatter().parse(text) if name is not None}


@cache
def modules() -> tuple[tuple[Path, ast.Module], ...]:
    return tuple((path, ast.parse(path.read_text())) for path in sorted(ROOT.rglob("*.py")))


def first_texts(call: ast.Call) -> list[str]:
    """What the first argument says: a text, or both of a choice between two."""
    if not call.args:
        return []
    first = call.args[0]
    options = [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]
    return [o.value for o in options if isinstance(o, ast.Constant) and isinstance(o.value, str)]


def calls(*names: str, within: tuple[str, ...] = ()) -> Iterator[tuple[str, ast.Call]]:
    """Code and call, for every call of such a name that gives its code as text."""
    for path, module in modules():
        if within and not any(room in path.as_posix() for room in within):
            continue
        for node in ast.walk(module):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name in names:
                    yield from ((code, node) for code in first_texts(node))


ERRORS = (
    "JekeError",
    "NotFoundError",
    "RefusedError",
    "CorruptError",
    "ConfigError",
    "MachineError",
    "InboxGoneError",
    "StoppedError",
)


def error_calls() -> list[tuple[str, ast.Call]]:
    # The wrappers turn an OSError or a place in a file into one of the errors.
    # A worker names the error that tells it cannot be started.
    return [*calls(*ERRORS), *calls("_translated"), *calls("Worker"), *calls("_error", within=("calendar",))]


def input_codes() -> set[str]:
    reported = calls(
        "report",
        "_report",
        "add",
        "_note",
        "_refuse",
        "ValueRefusedError",
        within=("intake", "record_format"),
    )
    named = {code for code, _ in reported} | {code for code, _ in calls("InputError")}
    named |= {code for code, _ in calls("add", "ValueRefusedError", within=("config.py",))}
    tables = {
        node.value
        for path, module in modules()
        if {"intake", "record_format"} & {*path.parts}
        for node in ast.walk(module)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"syntax(_\w+)?|(expected|gate|bundle)_\w+", node.value)
    }
    return (named | tables | {str(problem) for problem in iin.IinProblem}) - READERS_CODES


def finding_codes() -> set[str]:
    assert judging.CHAPTERS
    declared = {code for rule in RULES for code in rule.codes}
    return declared | set(overrides.OVERRIDE_CODES) | {UNVERIFIED_CODE} | READERS_CODES


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_missing_in_any_language(language):
    assert set(CATALOGUES[language]) == set(KAZAKH)
    assert not [key for key, text in CATALOGUES[language].items() if not text.strip()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_left_from_another_language(language):
    letters = {"kk": r"[әғқңөұүһіӘҒҚҢӨҰҮҺІ]", "ru": r"[а-яё]", "en": r"[a-z]"}[language]
    mine = " ".join(CATALOGUES[language].values())
    assert len(re.findall(letters, mine)) > 1000
    if language != "kk":
        kazakh = {"input.boolean.remedy", "input.encoding_cp1251.remedy", "cli.find.help"}
        assert not [
            k for k, t in CATALOGUES[language].items() if k not in kazakh and re.search("[әғқңөұүһ]", t)
        ]


def test_places_are_the_same_in_every_language():
    for key, kazakh in KAZAKH.items():
        for language in LANGUAGES:
            assert places(CATALOGUES[language][key]) == places(kazakh), (language, key)


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_places_of_the_librarys_words(language):
    for message in catalogue(language, "click"):
        if message.id:
            ids = [message.id] if isinstance(message.id, str) else message.id
            texts = [message.string] if isinstance(message.string, str) else message.string
            allowed = set().union(*(places(i) for i in ids))
            assert all(places(str(text)) <= allowed for text in texts or ()), message.id


def test_an_id_stands_in_one_catalogue_only():
    assert len(TEXTS) == sum(len(texts) for texts in CATALOGUES.values())


def test_no_remedy_stands_alone():
    for key in (k for k in KAZAKH if k.endswith(".remedy") and not k.startswith("answer.")):
        assert key.removesuffix(".remedy") in KAZAKH, key


def test_every_finding_has_words():
    assert {f"finding.{code}" for code in finding_codes()} - set(KAZAKH) == set()


def test_every_block_and_warning_says_what_to_do():
    only_told = {"begins_with_interview", "quarter_partial", "withdrawn"}
    assert {f"finding.{code}.remedy" for code in finding_codes() - only_told} - set(KAZAKH) == set()


def test_every_log_line_has_words_and_no_words_are_without_one():
    told = (call for _, call in calls("info", "warning", "error"))
    logged = {
        code for call in told if ast.unparse(call.func).startswith("log.") for code in first_texts(call)
    }
    assert logged == {key.removeprefix("log.") for key in KAZAKH if key.startswith("log.")}


def test_no_words_without_a_finding():
    words = {k.split(".")[1] for k in KAZAKH if k.startswith("finding.")}
    assert words == finding_codes()


def test_every_term_has_words():
    codes = {term.code for term in TERMS}
    assert {k.removeprefix("deadline.") for k in KAZAKH if k.startswith("deadline.")} == codes


def test_every_input_error_has_words():
    codes = input_codes()
    assert {f"input.{code}" for code in codes} - set(KAZAKH) == set()
    assert {k.split(".")[1] for k in KAZAKH if k.startswith("input.")} == codes


def test_every_error_has_words_and_a_remedy():
    codes = {code for code, _ in error_calls()} | {"config_invalid"}
    assert {f"error.{code}{part}" for code in codes for part in ("", ".remedy")} - set(KAZAKH) == set()
    words = {k.removeprefix("error.").removesuffix(".remedy") for k in KAZAKH if k.startswith("error.")}
    assert words == codes


def test_errors_are_given_what_their_words_ask_for():
    for code, call in error_calls():
        given = {keyword.arg for keyword in call.keywords}
        direct = getattr(call.func, "id", "") in ERRORS
        if direct and None not in given:
            asked = {
                name for part in ("", ".remedy") for name, _ in places(KAZAKH.get(f"error.{code}{part}", ""))
            }
            assert asked <= given, (code, asked - given)


def test_findings_are_given_what_their_words_ask_for():
    """Where the rule names its code and values in one call; the others are seen by judging."""
    for _, module in modules():
        for function in (n for n in ast.walk(module) if isinstance(n, ast.FunctionDef)):
            own = next((r.code for r in RULES if r.check.__name__ == function.name), None)
            for node in ast.walk(function):
                name = getattr(getattr(node, "func", None), "id", "")
                if not isinstance(node, ast.Call) or name not in {"block", "warn", "info", "undetermined"}:
                    continue
                given = {keyword.arg for keyword in node.keywords}
                named = node.args[1] if len(node.args) > 1 else ast.Constant(own)
                code = named.value if isinstance(named, ast.Constant) else None
                if not isinstance(code, str) or None in given:
                    continue
                keys = (f"finding.{code}", f"finding.{code}.remedy")
                asked = {name for key in keys if key in KAZAKH for name, _ in places(KAZAKH[key])}
                assert asked <= given, (code, asked - given)


def test_every_key_the_program_names_is_there():
    named = {key for key, _ in calls("text") if not key.startswith("value.")}
    assert {key for key in named if "." in key and "{" not in key} - set(KAZAKH) == set()


@pytest.mark.parametrize(
    ("vocabulary", "words"),
    [
        ("result", Result),
        ("stage", Stage),
        ("kind", records.Kind),
        ("vote", records.Vote),
        ("represents", records.Represents),
        ("nomenclature", records.Nomenclature),
        ("authority", records.Authority),
        ("attendance", records.Attendance),
        ("investigation", records.InvestigationType),
        ("topic", records.Topic),
        ("factor", records.Factor),
        ("by", findings.DecidedBy),
        ("nature", findings.Nature),
        ("severity", findings.Severity),
        ("unit", terms.Unit),
        ("tampering", Tampering),
        ("audit_event", AuditEvent),
        ("retention_reason", Reason),
        ("audit_break", BreakKind),
        ("odd", Unsupported),
        ("check_limit", [*Limit, "crashed"]),
        ("drop_state", [*DropState, CUT_OFF, DISCARDED, MENDED, RETURNING]),
    ],
)
def test_every_word_of_a_closed_set_is_there(vocabulary, words):
    prefix = f"value.{vocabulary}."
    assert {k.removeprefix(prefix) for k in KAZAKH if k.startswith(prefix)} == {str(word) for word in words}


def test_everybody_who_may_be_responsible_is_named():
    assert {f"value.responsible.{term.responsible}" for term in TERMS} - set(KAZAKH) == set()


def test_every_vocabulary_asked_for_is_there():
    asked = {spec for text in KAZAKH.values() for _, spec in places(text) if spec}
    assert asked <= {k.split(".")[1] for k in KAZAKH if k.startswith("value.")}


def test_every_command_and_parameter_has_help():
    commands = {c.name: c for m in MODULES.values() for c in import_module(f"pipeline.cli.{m}").COMMANDS}
    assert commands.keys() == MODULES.keys()
    for name, command in commands.items():
        assert f"cli.{name}.help" in KAZAKH
        for param in command.params:
            assert {f"cli.{name}.{param.name}", f"cli.option.{param.name}"} & set(KAZAKH), (name, param.name)


def test_every_notice_of_the_watch_has_words():
    assert {f"cli.run.{notice}" for notice in Notice} - set(KAZAKH) == set()


@pytest.mark.parametrize(
    "path", sorted(LOCALE.rglob("*.po")), ids=lambda path: f"{path.parts[-3]}/{path.name}"
)
def test_compiled_catalogue_is_not_stale(path):
    assert path.relative_to(ROOT.parent).as_posix() not in stale()


@cache
def stale() -> str:
    """What the tool says of all of them."""
    done = subprocess.run(
        [sys.executable, str(ROOT.parent / "tools" / "compile_messages.py"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout
