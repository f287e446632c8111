"""config.yaml: every key, its default, and every way it can be wrong."""

from dataclasses import astuple, fields, replace
from datetime import date
from pathlib import Path
from typing import get_type_hints

import pytest
import yaml

import pipeline
from pipeline.config import Config, InvalidConfigError, Paths, WatchMode, load_config
from pipeline.domain.errors import ConfigError, ExitCode
from pipeline.law.readings import Readings, StudiesReading
from pipeline.messages.catalogue import Language

ROOT = Path(pipeline.__file__).parents[1]


@pytest.fixture
def config(tmp_path):
    def load(text: str | bytes) -> Config:
        file = tmp_path / "config.yaml"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return load_config(file)

    return load


@pytest.fixture
def faults(config):
    def load(text: str | bytes) -> list[tuple[int, int, str, dict[str, str | int]]]:
        with pytest.raises(InvalidConfigError) as raised:
            config(text)
        assert raised.value.exit_code is ExitCode.MACHINE
        return [(e.line, e.column, e.code, dict(e.params)) for e in raised.value.errors]

    return load


def test_an_empty_file_is_all_defaults_with_paths_beside_it(config, tmp_path):
    loaded = config("# nothing\n")
    assert loaded.paths.inbox == tmp_path / "inbox"
    assert {path.parent for path in astuple(loaded.paths)} == {tmp_path}
    assert (loaded.lang, loaded.watch, loaded.calendar, loaded.seal) == ("kk", WatchMode.EVENTS, None, None)
    assert (loaded.intake.quiet_seconds, loaded.intake.scan_seconds) == (2, 5)
    assert loaded.readings.readings == Readings()
    assert (loaded.documents.print_instructions, loaded.documents.title_mode) == (True, "exact")
    assert loaded.retention.standing_order is None


def test_every_key(config, tmp_path):
    loaded = config(
        """
paths: {inbox: кіріс, archive: /srv/archive}
lang: ru
intake: {quiet_seconds: 0.5, scan_seconds: 10}
watch: polling
calendar: calendar.yaml
readings: {studies: per_study, strict_full_days: иә, recording_retention_years: 3, last_analysis_on: 01.02.2027}
documents: {print_instructions: жоқ, title_mode: document}
seal: {pkcs12: keys/a.p12, passphrase_file: /run/pass}
retention:
  standing_order: {number: 007, date: 2026-01-12, signed_by: Б.С. Есімов}
"""
    )
    assert loaded.paths.inbox == tmp_path / "кіріс"
    assert loaded.paths.archive == Path("/srv/archive")
    assert loaded.paths.state == tmp_path / "state"
    assert (loaded.lang, loaded.watch) == ("ru", WatchMode.POLLING)
    assert (loaded.intake.quiet_seconds, loaded.intake.scan_seconds) == (0.5, 10)
    assert loaded.calendar == tmp_path / "calendar.yaml"
    assert loaded.readings.readings == Readings(
        studies=StudiesReading.PER_STUDY,
        strict_full_days=True,
        recording_retention_years=3,
        last_analysis_on=date(2027, 2, 1),
    )
    assert (loaded.documents.print_instructions, loaded.documents.title_mode) == (False, "document")
    assert loaded.seal is not None
    assert (loaded.seal.pkcs12, loaded.seal.passphrase_file) == (tmp_path / "keys/a.p12", Path("/run/pass"))
    order = loaded.retention.standing_order
    assert order is not None
    assert (order.number, order.date, order.signed_by) == ("007", date(2026, 1, 12), "Б.С. Есімов")


def test_a_section_left_empty_is_as_if_absent(config):
    assert config("paths:\nseal: ~\nreadings: {}\nretention: {standing_order: null}\n") == config("")


@pytest.mark.parametrize(
    ("text", "line", "column", "code", "params"),
    [
        ("lang: kk\noutbxo: x", 2, 1, "unknown_field", {"name": "outbxo"}),
        ("paths:\n  outbxo: x", 2, 3, "unknown_field_near", {"field": "paths.outbxo", "nearest": "outbox"}),
        ("file: x", 1, 1, "unknown_field", {"name": "file"}),
        ("lang: de", 1, 7, "choice", {"field": "lang", "value": "de", "allowed": "kk, ru, en"}),
        ("watch: maybe", 1, 8, "choice", {"field": "watch", "allowed": "events, polling"}),
        ("readings: {studies: one}", 1, 21, "choice", {"allowed": "both_required, per_study"}),
        ("readings: {strict_full_days: on}", 1, 30, "boolean", {"value": "on"}),
        ("readings: {recording_retention_years: 0}", 1, 39, "integer", {"first": 1, "last": 75}),
        ("readings: {recording_retention_years: 1.5}", 1, 39, "integer", {"value": "1.5"}),
        ("intake: {quiet_seconds: soon}", 1, 25, "seconds", {"value": "soon"}),
        ("intake: {scan_seconds: 0}", 1, 24, "seconds", {"first": "0.1", "last": "3600"}),
        ("intake: 5", 1, 9, "expected_fields", {"field": "intake"}),
        ("calendar: [a]", 1, 11, "expected_value", {"field": "calendar"}),
        ("paths: {inbox: {a: b}}", 1, 16, "expected_value", {"field": "paths.inbox"}),
        ("seal: {pkcs12: a.p12}", 1, 7, "missing", {"field": "seal.passphrase_file"}),
        (
            "retention: {standing_order: {number: 1, date: 31.02.2026, signed_by: a}}",
            1,
            47,
            "date_not_real",
            {"field": "retention.standing_order.date"},
        ),
        ("lang: kk\nlang: ru", 2, 1, "duplicate_key", {"name": "lang"}),
        ("- a", 1, 1, "expected_fields", {}),
        ("lang: kk\n---\nlang: ru", 2, 1, "config_documents", {}),
        ("paths: {inbox: a", 2, 1, "syntax_bracket", {}),
        ("paths: &a {inbox: b}", 1, 8, "anchor", {"name": "a"}),
    ],
)
def test_what_does_not_stand_is_told_at_its_place(faults, text, line, column, code, params):
    (fault,) = faults(text)
    assert fault[:3] == (line, column, code)
    assert params.items() <= fault[3].items()


def test_all_faults_at_once_in_their_order(faults):
    codes = [fault[2] for fault in faults("lang: de\nbogus: 1\nwatch: x\nreadings: {strict_full_days: y}\n")]
    assert codes == ["choice", "unknown_field", "choice", "boolean"]


def test_bytes_that_are_no_utf8(faults):
    assert faults("lang: қазақша".encode("utf-16"))[0][2] == "encoding_utf16"
    assert faults("lang: русский язык настроек".encode("cp1251"))[0][2] == "encoding_cp1251"


def test_a_missing_file_is_told_apart_from_a_bad_one(tmp_path):
    with pytest.raises(ConfigError) as raised:
        load_config(tmp_path / "config.yaml")
    assert raised.value.code == "no_config"
    with pytest.raises(ConfigError) as raised:
        load_config(tmp_path)
    assert raised.value.code == "config_unreadable"


def test_the_environment_is_not_read(config, monkeypatch):
    for name in ("LANG", "PATHS", "JEKE_LANG", "WATCH", "CALENDAR"):
        monkeypatch.setenv(name, "ru")
    assert config("").lang == "kk"


def test_languages_are_those_there_are_texts_for():
    assert get_type_hints(Config)["lang"] is Language


def test_the_shipped_files_are_one_and_say_the_defaults():
    shipped = ROOT / "pipeline" / "cli" / "place" / "config.yaml"
    assert shipped.read_bytes() == (ROOT / "config.yaml").read_bytes()
    bare = load_config(shipped)
    assert replace(bare, paths=Paths()) == Config()


def test_the_shipped_file_names_every_key():
    shipped = yaml.safe_load((ROOT / "config.yaml").read_text())
    assert set(shipped) == {field.name for field in fields(Config)}
    for name in ("paths", "intake", "readings", "documents"):
        assert set(shipped[name]) == {field.name for field in fields(getattr(Config(), name))}
