"""Every paragraph on records that keep it and on records that break it (tests/law/records)."""

from collections import Counter

import pytest

from pipeline.domain.findings import Severity
from pipeline.law.engine import RULES, TERMS, UNVERIFIED_CODE
from pipeline.law.overrides import OVERRIDE_CODES

from .examples import HERE as RECORDS
from .examples import Example, examples, stream

ALL = examples()
LAWFUL = [e for e in ALL if e.lawful]
UNLAWFUL = [e for e in ALL if not e.lawful]


def test_the_base_stream_is_lawful_to_the_last_warning():
    judgement = Example("base", "", lawful=True, codes=(), document={}).judgement
    assert judgement.findings == ()
    assert [(d.case, d.result.value, d.votes_for, d.votes_against) for d in judgement.decisions] == [
        ("K1", "recommended", 5, 1)
    ]


@pytest.mark.parametrize("example", UNLAWFUL, ids=lambda e: e.name)
def test_unlawful(example: Example):
    found = {
        (f.code, f.severity.value, str(f.record), f.path)
        for f in example.judgement.findings
        if f.code in example.codes or f.severity is Severity.BLOCK
    }
    assert found == example.expected()


@pytest.mark.parametrize("example", UNLAWFUL, ids=lambda e: e.name)
def test_said_under_its_paragraph(example: Example):
    own = {f.paragraph for f in example.judgement.findings if f.code == example.codes[0]}
    if example.paragraph[0].isdigit():
        assert own == {example.paragraph}


@pytest.mark.parametrize("example", LAWFUL, ids=lambda e: e.name)
def test_lawful(example: Example):
    judgement = example.judgement
    assert judgement.blocks == ()
    assert not {f.code for f in judgement.findings} & set(example.codes)


def test_every_code_has_both():
    declared = {code for rule in RULES for code in rule.codes} | {*OVERRIDE_CODES, UNVERIFIED_CODE}
    assert declared - {code for e in UNLAWFUL for code in e.codes} == set()
    assert declared - {code for e in LAWFUL for code in e.codes} == set()


def test_every_severity_a_header_declares_is_shown():
    said = {
        (f.paragraph, f.code, f.severity) for e in UNLAWFUL for f in e.judgement.findings if not f.overridden
    }
    declared = {(r.paragraph, code, s) for r in RULES for code in r.codes for s in r.severities(code)}
    assert declared - said == set()


def test_every_example_names_a_code_of_the_registry():
    declared = {code for rule in RULES for code in rule.codes} | {*OVERRIDE_CODES, UNVERIFIED_CODE}
    assert {code for e in ALL for code in e.codes} <= declared


def test_every_term_is_run_by_some_example():
    run = {d.code for e in ALL for d in e.judgement.deadlines}
    assert {t.code for t in TERMS} <= run


def test_titles_are_unique_and_files_are_paragraphs():
    assert [
        n for n, count in Counter((e.paragraph, e.lawful, e.title) for e in ALL).items() if count > 1
    ] == []
    paragraphs = {r.paragraph for r in RULES if r.paragraph} | {"other"}
    assert {f.stem for f in RECORDS.glob("*.yaml")} - {"base"} == paragraphs


def test_a_code_belongs_to_one_rule():
    codes = Counter(code for rule in RULES for code in rule.codes)
    assert [code for code, count in codes.items() if count > 1] == []


def test_records_are_read_by_the_reader():
    assert {r.ref.id for r in stream()} == {"C1", "AK", "K1", "S1"}
