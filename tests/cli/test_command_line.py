"""The command line's contract: exit statuses, both streams, languages, help."""

import os
import re
import signal
import subprocess
import time

import pytest

from pipeline.cli.commands import new as writing
from pipeline.cli.context import CliContext
from pipeline.cli.main import main
from pipeline.domain.errors import CorruptError, ExitCode, MachineError, RefusedError
from pipeline.domain.records import Kind
from pipeline.record_format.reader import read_stream
from tests.cli.jeke import command, environment, jeke

NAMES = (
    "account",
    "assign",
    "audit",
    "backup",
    "check",
    "deadlines",
    "doctor",
    "explain",
    "export",
    "find",
    "get",
    "history",
    "import",
    "init",
    "new",
    "person",
    "recording",
    "reindex",
    "restore",
    "retention",
    "review",
    "run",
    "schema",
    "serve",
    "sign",
    "sitting",
    "status",
    "templates",
    "verify",
    "withdraw",
)


def test_help_is_kazakh_and_names_every_command(tmp_path):
    ended = jeke("--help", cwd=tmp_path)
    assert ended.status == 0
    assert ended.out.startswith("Қолданылуы: jeke")
    assert set(NAMES) == set(re.findall(r"^  ([a-z]+)  ", ended.out, re.MULTILINE)) - {"kk"}
    assert "cli." not in ended.out


@pytest.mark.parametrize(
    ("language", "word"), [("kk", "Қолданылуы:"), ("ru", "Использование:"), ("en", "Usage:")]
)
def test_help_in_each_language_wherever_the_option_stands(tmp_path, language, word):
    for arguments in (("check", "--help", "--lang", language), ("--lang", language, "check", "--help")):
        ended = jeke(*arguments, cwd=tmp_path)
        assert ended.status == 0
        assert ended.out.startswith(word)
        assert "cli." not in ended.out


def test_the_configuration_gives_the_language_and_the_option_overrules_it(tmp_path):
    (tmp_path / "config.yaml").write_text("lang: ru\n")
    assert jeke("check", "нет.yaml", cwd=tmp_path).err.startswith("Файл не найден")
    assert jeke("check", "нет.yaml", "--lang", "en", cwd=tmp_path).err.startswith("There is no such file")


@pytest.mark.parametrize("name", NAMES)
def test_every_command_takes_the_common_options(tmp_path, name):
    ended = jeke(name, "--help", cwd=tmp_path)
    assert {"--config FILE", "--lang [kk|ru|en]", "--debug"} <= set(
        re.findall(r"--\w+(?: \S+)?(?=  )", ended.out)
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ("frobnicate",),
        ("check",),
        ("check", "--bogus", "a"),
        ("new", "person"),
        ("check", "--on", "31.02.2025", "a"),
    ],
)
def test_wrong_usage_is_2_and_speaks_kazakh(tmp_path, arguments):
    ended = jeke(*arguments, cwd=tmp_path)
    assert ended.status == 2
    assert ended.out == ""
    assert "Қате:" in ended.err


def test_an_unknown_kind_is_answered_with_the_list(tmp_path):
    ended = jeke("new", "person", cwd=tmp_path)
    assert all(kind.value in ended.err for kind in Kind)


def test_no_configuration_is_5_with_the_remedy(tmp_path):
    ended = jeke("status", cwd=tmp_path)
    assert ended.status == 5
    assert "config.yaml" in ended.err
    assert "jeke init" in ended.err


def test_a_bad_configuration_is_5_with_its_lines(tmp_path):
    (tmp_path / "config.yaml").write_text("lang: kk\nпапки: x\nwatch: maybe\n")
    ended = jeke("status", cwd=tmp_path)
    assert ended.status == 5
    assert f"{tmp_path}/config.yaml:2:1" in ended.err
    assert "  3 | watch: maybe" in ended.err
    assert "Traceback" not in ended.err


def test_new_gives_a_record_that_reads_once_its_required_fields_are_filled(tmp_path):
    ended = jeke("new", "campaign", cwd=tmp_path)
    assert ended.status == 0
    filled = re.sub(r"^id:", "id: A-1", ended.out, flags=re.MULTILINE)
    assert not read_stream(filled.encode(), "new").errors


def test_schema_is_json_for_one_kind_and_for_all(tmp_path):
    assert jeke("schema", cwd=tmp_path).json["$schema"].startswith("http://json-schema.org/draft-07")
    assert "candidates" in jeke("schema", "sitting", cwd=tmp_path).json["properties"]


def test_explain(tmp_path):
    ended = jeke("explain", "24", cwd=tmp_path)
    assert ended.status == 0
    assert "үштен екісі" in ended.out
    assert "quorum (кедергі)" in ended.out
    assert jeke("explain", "quorum", "--json", cwd=tmp_path).json["checks"][0]["paragraph"] == "24"
    unknown = jeke("explain", "99", cwd=tmp_path)
    assert (unknown.status, unknown.out) == (3, "")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (RefusedError("file_exists", file="x"), ExitCode.REFUSED),
        (CorruptError("index_damaged"), ExitCode.FINDINGS),
        (MachineError("work_unusable", reason="x"), ExitCode.MACHINE),
        (KeyboardInterrupt(), ExitCode.INTERRUPTED),
        (ZeroDivisionError("850314390019"), ExitCode.MACHINE),
    ],
)
def test_every_failure_has_its_status(monkeypatch, capsys, error, status):
    def fail(_self, _text):
        raise error

    monkeypatch.setattr(CliContext, "put", fail)
    assert main(["new", "case"]) == status
    told = capsys.readouterr().err
    assert told.strip()
    assert "Traceback" not in told
    assert "850314390019" not in told


def test_a_traceback_only_for_those_who_ask(monkeypatch, capsys):
    def fail(_kind):
        raise ZeroDivisionError

    monkeypatch.setattr(writing, "blank_record", fail)
    assert main(["new", "case", "--debug"]) == ExitCode.MACHINE
    assert "Traceback" in capsys.readouterr().err


def test_whoever_closes_the_pipe_is_no_error(tmp_path):
    with subprocess.Popen(
        command("schema"), cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        _, told = process.communicate(timeout=60)
    assert (process.returncode, told) == (0, b"")


def test_kazakh_leaves_as_utf8_whatever_the_locale(tmp_path):
    for locale in ("C", "POSIX", "ru_RU.CP1251", "kk_KZ.UTF-8"):
        ended = jeke(
            "explain", "24", cwd=tmp_path, LANG=locale, LC_ALL=locale, PYTHONUTF8="0", PYTHONCOERCECLOCALE="0"
        )
        assert "Аттестаттау комиссиясының отырысы" in ended.out


def test_a_file_name_that_is_no_utf8_stops_no_report(tmp_path):
    name = os.fsdecode(b"\xff\xfe.yaml")
    (tmp_path / name).write_text("kind: campaign\n")
    ended = jeke("check", "--alone", name, cwd=tmp_path)
    assert ended.status == 2
    assert ended.out.startswith("__.yaml:1:1 ")


def test_ctrl_c_is_130(tmp_path):
    jeke("init", tmp_path, cwd=tmp_path)
    with subprocess.Popen(
        command("run"), cwd=tmp_path, env=environment(PYTHONUNBUFFERED="1"), stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        assert str(tmp_path / "inbox") in process.stderr.readline()
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
    assert process.returncode == 130
