"""The record format, rule by rule: what is taken, what is refused, and at which place."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.domain.findings import Severity
from pipeline.domain.records import (
    Attendance,
    Authority,
    Case,
    Commission,
    Kind,
    RankKind,
    Record,
    Ref,
    Sitting,
    Vote,
)
from pipeline.domain.source import Place
from pipeline.record_format.reader import MAX_RECORDS, ReadRecord, read_stream

SAMPLES = Path(__file__).parents[2] / "samples"

CASE = """\
kind: case
id: A-1
campaign: C-1
employee:
  iin: "850314390019"
  surname: Әбілқасов
"""


def read(text: str) -> tuple[ReadRecord, ...]:
    result = read_stream(text.encode(), "a.yaml")
    assert result.errors == ()
    return result.records


def one(text: str) -> Any:
    (record,) = read(text)
    return record


def case(more: str) -> Any:
    record = one(CASE + more).record
    assert isinstance(record, Case)
    return record


def sitting(more: str) -> Any:
    record = one("kind: sitting\nid: S\ncommission: K\n" + more).record
    assert isinstance(record, Sitting)
    return record


def errors(text: str | bytes) -> list[tuple[str, int, int]]:
    data = text if isinstance(text, bytes) else text.encode()
    result = read_stream(data, "a.yaml")
    assert not (result.records and result.errors)
    return [(error.code, error.line, error.column) for error in result.errors]


def params(text: str) -> dict[str, str | int]:
    (error,) = read_stream(text.encode(), "a.yaml").errors
    return dict(error.params)


# --- the samples ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("recommended", "campaign commission case sitting"),
        ("refused", "campaign case"),
        ("tie", "campaign commission case sitting"),
    ],
)
def test_samples_are_read_whole(name: str, kinds: str) -> None:
    data = (SAMPLES / f"{name}.yaml").read_bytes()
    result = read_stream(data, f"{name}.yaml")
    assert result.errors == ()
    assert [read.record.ref.kind for read in result.records] == kinds.split()
    assert all(read.repairs == () for read in result.records)
    joined = "".join(read.source.text for read in result.records)
    assert joined == data.decode()


def test_sample_values() -> None:
    records: list[Any] = [
        read.record for read in read_stream((SAMPLES / "recommended.yaml").read_bytes(), "a").records
    ]
    campaign, commission, record, held = records
    assert campaign.decision.authority is Authority.POLICE_DEPARTMENT
    assert campaign.announcement.published_on == date(2025, 9, 15)
    assert commission.chair.surname == "Қасымов"
    assert record.employee.target_position.leading is True
    assert record.employee.rank_kind is RankKind.SPECIAL
    assert record.studies.polygraph.internal_investigation is False
    assert record.history.attestations[0].recommended is False
    assert record.characteristic.duties.count("\n\n") == 1
    assert held.started_at == time(10, 0)
    assert held.candidates[0].attendance is Attendance.PRESENT
    assert held.candidates[0].votes["m4"] is Vote.NOT_RECOMMENDED
    assert held.absent[0].reason == "іссапар"


# --- scalars are text until their field types them --------------------------------------------------------


def test_unquoted_iin_with_a_leading_zero_arrives_whole() -> None:
    text = CASE.replace('"850314390019"', "010203500107")
    assert one(text).record.employee.iin == "010203500107"


@pytest.mark.parametrize(
    "text", ["no", "on", "yes", "1.20", "010", "0x1F", "1e3", "10:30", "2025-10-16", "3."]
)
def test_what_yaml_would_type_stays_text(text: str) -> None:
    assert case(f"sheet: {{other: {text}}}").sheet.other == text


@pytest.mark.parametrize("text", ["2025-10-16", "16.10.2025", "'2025-10-16'", '" 16.10.2025 "'])
def test_dates(text: str) -> None:
    assert case(f"withdrawn_on: {text}").withdrawn_on == date(2025, 10, 16)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2025-1-5", "date_form"),
        ("5.1.2025", "date_form"),
        ("16/10/2025", "date_form"),
        ("16.10.25", "date_form"),
        ("2025-10-16T10:00", "date_form"),
        ("20251016", "date_form"),
        ("٢٠٢٥-10-16", "date_form"),
        ("0", "date_form"),
        ("30.02.2026", "date_not_real"),
        ("2025-02-29", "date_not_real"),
        ("2025-13-01", "date_not_real"),
        ("00.01.2025", "date_not_real"),
        ("0025-10-16", "date_year"),
        ("16.10.9999", "date_year"),
    ],
)
def test_what_is_no_date(text: str, code: str) -> None:
    assert errors(CASE + f"withdrawn_on: {text}") == [(code, 7, 15)]


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_every_day_reads_in_both_forms(day: date) -> None:
    for text in (day.isoformat(), day.strftime("%d.%m.") + f"{day.year:04}"):
        assert case(f"withdrawn_on: {text}").withdrawn_on == day


@given(st.times().map(lambda moment: moment.replace(second=0, microsecond=0)))
def test_times(moment: time) -> None:
    assert sitting(f"started_at: {moment:%H:%M}").started_at == moment


def test_an_hour_of_one_digit() -> None:
    assert sitting("started_at: 9:00").started_at == sitting("started_at: 09:00").started_at == time(9)


@pytest.mark.parametrize("text", ["24:00", "10.30", "9:5", "10:60", "10:30:00", "630"])
def test_what_is_no_time(text: str) -> None:
    assert errors(f"kind: sitting\nid: S\ncommission: K\nstarted_at: {text}") == [("time", 4, 13)]


@pytest.mark.parametrize("word", ["true", "TRUE", "True", "иә", "Иә", "ИӘ", "да", "Да", "ДА"])
def test_yes(word: str) -> None:
    assert case(f"sheet: {{sealed: {word}}}").sheet.sealed is True


@pytest.mark.parametrize("word", ["false", "False", "жоқ", "Жоқ", "ЖОҚ", "нет", "Нет", '"нет"'])
def test_no(word: str) -> None:
    assert case(f"sheet: {{sealed: {word}}}").sheet.sealed is False


@pytest.mark.parametrize("word", ["yes", "no", "on", "off", "y", "n", "1", "0", "ия", "+"])
def test_no_other_word_is_yes_or_no(word: str) -> None:
    assert errors(CASE + f"sheet:\n  sealed: {word}") == [("boolean", 8, 11)]


def test_words_of_a_closed_list() -> None:
    text = CASE.replace("  surname", "  rank_kind: military\n  surname")
    assert one(text).record.employee.rank_kind is RankKind.MILITARY
    wrong = text.replace("military", "naval")
    assert errors(wrong) == [("choice", 6, 14)]
    assert params(wrong) == {
        "field": "employee.rank_kind",
        "value": "naval",
        "allowed": "RankKind",
    }


@pytest.mark.parametrize(
    ("text", "items"), [("[1]", (1,)), ("[5, 1, 3]", (5, 1, 3)), ('["2"]', (2,)), ("[]", ())]
)
def test_items_of_the_characteristic(text: str, items: tuple[int, ...]) -> None:
    disagreement = case(f"disagreement: {{text: а, items: {text}}}").disagreement
    assert disagreement.items == items


@pytest.mark.parametrize("text", ["0", "6", "-1", "1.0", "1_0", "01", "бір", "٣"])
def test_what_is_no_item(text: str) -> None:
    assert errors(CASE + f"disagreement: {{items: [{text}]}}") == [("integer", 7, 24)]


def test_attachments_may_be_none_but_not_less() -> None:
    assert case("disagreement: {attachments: 0}").disagreement.attachments == 0
    assert errors(CASE + "disagreement: {attachments: -1}") == [("integer", 7, 29)]


@pytest.mark.parametrize("text", ["1", "38", "4", "3.10", "7.2", "8.5", "10.3", "30.1", '"31"'])
def test_paragraphs_of_the_order(text: str) -> None:
    record = case(f"overrides: [{{paragraph: {text}, reason: себеп}}]")
    assert record.overrides[0].paragraph == text.strip('"')
    assert case(f"admission: {{grounds: [{text}]}}").admission.grounds == (text.strip('"'),)


@pytest.mark.parametrize("text", ["0", "39", "7.4", "3.11", "11.1", "7.0", "07", "¶7", "7.2)", "VII"])
def test_what_is_no_paragraph(text: str) -> None:
    assert case(f"overrides: [{{paragraph: {text}}}]").overrides[0].paragraph == text  # a finding tells of it
    assert errors(CASE + f"admission:\n  grounds:\n    - {text}") == [("paragraph", 9, 7)]


@pytest.mark.parametrize(
    ("iin", "code"),
    [
        ("85031439001", "iin_digits"),
        ("8503143900190", "iin_digits"),
        ("85031439001A", "iin_digits"),
        ("٨50314390019", "iin_digits"),
        ("850314 390019", "iin_digits"),
        ("850314790019", "iin_century"),
        ("850314090019", "iin_century"),
        ("850230390019", "iin_date"),
        ("850314390018", "iin_check"),
    ],
)
def test_an_iin_says_what_is_wrong_with_it(iin: str, code: str) -> None:
    wrong = CASE.replace("850314390019", iin)
    assert errors(wrong) == [(code, 5, 8)]
    assert params(wrong) == {"field": "employee.iin"}
    commission = f"kind: commission\nid: K\nmembers:\n  - {{id: m1, iin: '{iin}'}}"
    assert errors(commission) == [(code, 4, 19)]


def test_recordings() -> None:
    candidate = "candidates: [{case: A, recordings: [{file: %s, sha256: %s}]}]"
    recording = sitting(candidate % ("В-2025-118.mp4", "Ab" * 32)).candidates[0].recordings[0]
    assert (recording.file, recording.sha256) == ("В-2025-118.mp4", "ab" * 32)
    head = "kind: sitting\nid: S\ncommission: K\n"
    assert errors(head + candidate % ("../x.mp4", "ab" * 32)) == [("file_name", 4, 44)]
    assert errors(head + candidate % ("'a\\b.mp4'", "ab" * 32)) == [("file_name", 4, 44)]
    assert errors(head + candidate % ("x.mp4", "ab" * 31)) == [("sha256", 4, 59)]
    assert errors(head + candidate % ("x.mp4", "xy" * 32)) == [("sha256", 4, 59)]


# --- absent -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("nothing", ["", "~", "null", "Null", "NULL", "[]", "{}", '""', "'  '"])
def test_absent_in_every_way(nothing: str) -> None:
    whole = case("")
    assert case(f"withdrawn_on: {nothing}") == whole
    assert case(f"sheet: {nothing}") == whole
    assert case(f"sheet: {{other: {nothing}}}") == whole
    assert case(f"overrides: {nothing}") == whole
    assert case(f"overrides: [{nothing}]" if nothing else "overrides:\n  -") == whole
    assert case(f"history: {nothing}") == whole


@pytest.mark.parametrize("text", ['"null"', "'~'", "nUll", "none", "жоқ", "|\n    null"])
def test_quoted_null_and_other_words_are_text(text: str) -> None:
    assert case(f"sheet:\n  other: {text}").sheet.other == text.strip("\"'| \n").strip()


def test_an_empty_kind_of_rank_is_the_default() -> None:
    assert one(CASE + "").record.employee.rank_kind is RankKind.SPECIAL
    assert (
        one(CASE.replace("  surname", "  rank_kind:\n  surname")).record.employee.rank_kind
        is RankKind.SPECIAL
    )


def test_votes_left_out_are_absent() -> None:
    record = sitting("candidates: [{case: A, votes: {m1: recommended, m2: }}]")
    assert record.candidates[0].votes == {"m1": Vote.RECOMMENDED}
    assert sitting("candidates: [{case: A, votes: {m1: , m2: ~}}]").candidates[0].votes == {}


def test_empty_items_leave_the_numbers_to_those_that_follow() -> None:
    found = one("kind: commission\nid: K\nmembers:\n  - role:\n  - {id: m1}\n")
    assert [member.id for member in found.record.members] == ["m1"]
    assert found.source.places["members.0"] == Place(5, 5)
    assert "members.0.role" not in found.source.places


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("kind: campaign", [("id", 1, 1)]),
        ("kind: campaign\nid:", [("id", 2, 1)]),
        ("kind: campaign\nid: ''", [("id", 2, 1)]),
        ("kind: case\nid: A", [("campaign", 1, 1), ("employee.iin", 1, 1), ("employee.surname", 1, 1)]),
        (
            "kind: case\nid: A\ncampaign: C\nemployee:\n  iin:\n",
            [("employee.surname", 5, 3), ("employee.iin", 5, 3)],
        ),
        ("kind: case\nid: A\ncampaign: C\nemployee: {surname: Ли}", [("employee.iin", 4, 11)]),
        ("kind: sitting\nid: S", [("commission", 1, 1)]),
        (
            "kind: sitting\nid: S\ncommission: K\ncandidates: [{attendance: present}]",
            [("candidates.0.case", 4, 14)],
        ),
        ("kind: sitting\nid: S\ncommission: K\nabsent: [{reason: ауру}]", [("absent.0.member", 4, 10)]),
        ("kind: commission\nid: K\nmembers:\n  - role: chair", [("members.0.id", 4, 5)]),
    ],
)
def test_missing_fields(text: str, missing: list[tuple[str, int, int]]) -> None:
    found = read_stream(text.encode(), "a").errors
    assert {error.code for error in found} == {"missing"}
    assert sorted((e.params["field"], e.line, e.column) for e in found) == sorted(missing)


# --- refused at their place -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("id: B\n", ("duplicate_key", 7, 1)),
        ("sheet: {other: а, other: ә}\n", ("duplicate_key", 7, 19)),
        ("sheet: &a {other: а}\n", ("anchor", 7, 8)),
        ("sheet: {other: &a а}\n", ("anchor", 7, 16)),
        ("sheet: *a\n", ("alias", 7, 8)),
        ("*a : б\n", ("alias", 7, 1)),
        ("sheet: {<<: {other: а}}\n", ("merge_key", 7, 9)),
        ("sheet: !x {other: а}\n", ("tag", 7, 8)),
        ("withdrawn_on: !!str 2025-10-16\n", ("tag", 7, 15)),
        ("withdrawn_on: ! 2025-10-16\n", ("tag", 7, 15)),
        ("? [а]\n: б\n", ("key_not_text", 7, 3)),
        ('"": б\n', ("key_not_text", 7, 1)),
        ("sheat: {other: а}\n", ("unknown_field_near", 7, 1)),
        ("зерттеу: а\n", ("unknown_field_text", 7, 1)),
        ("sheet:\n  seal: иә\n", ("unknown_field_near", 8, 3)),
        ("studies: {psychological: {internal_investigation: жоқ}}\n", ("unknown_field", 7, 27)),
        ("withdrawn_on: [2025-10-16]\n", ("expected_value", 7, 15)),
        ("withdrawn_on: {on: 2025-10-16}\n", ("expected_value", 7, 15)),
        ("overrides: {paragraph: 11}\n", ("expected_list", 7, 12)),
        ("overrides: 11\n", ("expected_list", 7, 12)),
        ("overrides: [11]\n", ("expected_fields", 7, 13)),
        ("sheet: толды\n", ("expected_fields", 7, 8)),
        ("sheet: [а]\n", ("expected_fields", 7, 8)),
        ('sheet: {other: "\\x07"}\n', ("character", 7, 16)),
        ('"\\e[31m": б\n', ("character", 7, 1)),
        ("sheet: {other: \x07}\n", ("character", 7, 16)),
        ("sheet: {other: а\u202eб}\n", ("character", 7, 17)),
        ("report:\n  registered: |\n    1\n    2\n", ("line_break", 8, 15)),
    ],
)
def test_refused_with_line_and_column(more: str, expected: tuple[str, int, int]) -> None:
    assert errors(CASE + more) == [expected]


def test_the_nearest_known_name_is_offered() -> None:
    assert params(CASE + "sheat: {other: а}")["nearest"] == "sheet"
    assert params(CASE.replace("surname:", "Surname: А\n  surname:"))["nearest"] == "surname"
    assert params("кіnd: case\n")["nearest"] == "kind"
    assert params(CASE.replace("  iin", "  ііn: 1\n  iin"))["nearest"] == "iin"
    assert "overrides" in str(params(CASE + "зерттеу: а")["known"])


def test_kind() -> None:
    assert errors("id: A\n") == [("kind_missing", 1, 1)]
    assert errors("id: A\nkind:\n") == [("kind_missing", 2, 1)]
    assert errors("id: A\nkind: адам\n") == [("kind_unknown", 2, 7)]
    assert errors("id: A\nkind: [case]\n") == [("kind_unknown", 2, 7)]
    assert params("kind: адам")["allowed"] == "Kind"
    assert one("id: A\nkind: campaign\n").record.ref == Ref(Kind.CAMPAIGN, "A")


@pytest.mark.parametrize("text", ["- kind: case\n", "жай мәтін\n", "[]\n", '"а"\n'])
def test_what_is_no_record(text: str) -> None:
    assert [code for code, *_ in errors(text)] == ["not_a_record"]


@pytest.mark.parametrize(
    "text", ["", "\n\n", "# түсініктеме\n", "---\n", "--- # а\n...\n---\n", "%YAML 1.2\n---\n"]
)
def test_empty_file(text: str) -> None:
    assert errors(text) == [("empty_file", 1, 1)]


def test_nesting() -> None:
    deep = "sheet: " + "[" * 31 + "]" * 31
    assert errors(CASE + deep) == [("expected_fields", 7, 8)]
    assert errors(CASE + "sheet: " + "[" * 32 + "]" * 32) == [("nesting", 7, 39)]


def test_ids_are_unique_by_kind_in_a_file() -> None:
    assert len(read("kind: campaign\nid: A\n---\nkind: commission\nid: A\n")) == 2
    twice = "kind: campaign\nid: A\n---\nkind: campaign\nid: 'A '\n"
    assert errors(twice) == [("duplicate_id", 5, 5)]
    assert params(twice) == {"field": "id", "kind": "campaign", "id": "A", "first_line": 2}


def test_an_id_is_seen_twice_even_in_a_record_with_other_errors() -> None:
    assert errors("kind: campaign\nid: A\nx: 1\n---\nkind: campaign\nid: A\n") == [
        ("unknown_field", 3, 1),
        ("duplicate_id", 6, 5),
    ]


def test_member_ids_are_unique_in_a_composition() -> None:
    assert errors("kind: commission\nid: K\nmembers: [{id: m1}, {id: m1}]") == [("duplicate_member", 3, 26)]


# --- many documents ---------------------------------------------------------------------------------------


def test_places_count_from_the_head_of_the_file() -> None:
    first, second = read("# басы\n---\nkind: campaign\nid: A\n...\n--- {kind: campaign, id: B}\n")
    assert first.source.text == "---\nkind: campaign\nid: A\n...\n"
    assert first.source.place("id") == Place(4, 5)
    assert second.source.place("id") == Place(6, 26)
    assert second.source.start == Place(6, 5)


def test_places_of_values_keys_and_containers() -> None:
    source = one(
        CASE + "sheet:\n  sealed:\n  other: а\noverrides:\n  - paragraph: 11\n    reason: |\n      себеп\n"
    ).source
    assert source.places["employee"] == Place(5, 3)
    assert source.places["employee.iin"] == Place(5, 8)
    assert source.places["sheet"] == Place(8, 3)
    assert source.places["sheet.sealed"] == Place(8, 3)
    assert source.places["overrides"] == Place(11, 3)
    assert source.places["overrides.0"] == Place(11, 5)
    assert source.places["overrides.0.paragraph"] == Place(11, 16)
    assert source.places["overrides.0.reason"] == Place(12, 13)
    assert source.place("overrides.0.date") == Place(11, 5)
    assert source.place("") == Place(1, 1)


def test_places_of_votes() -> None:
    source = one(
        "kind: sitting\nid: S\ncommission: K\ncandidates:\n  - case: A\n    votes: {m1: recommended, ә2: }\n"
    ).source
    assert source.place("candidates.0.votes.m1") == Place(6, 17)
    assert source.place("candidates.0.votes.ә2") == Place(6, 30)
    assert source.place("candidates.0.votes") == Place(6, 12)


def test_columns_count_characters_and_not_bytes() -> None:
    assert errors(CASE + "sheet: {other: Қазақша мәтін, sealed: мүмкін}") == [("boolean", 7, 39)]


def test_all_errors_of_all_documents_in_their_order() -> None:
    text = (
        CASE
        + "withdrawn_on: кеше\nsheat: а\n---\nkind: sitting\nid: S\nheld_on: 30.02.2026\n"
        + "---\nkind: campaign\nid: B\nunit: [а\n---\nkind: campaign\nid: Ә\nid: Ә\n"
    )
    assert errors(text) == [
        ("date_form", 7, 15),
        ("unknown_field_near", 8, 1),
        ("missing", 10, 1),
        ("date_not_real", 12, 10),
        ("syntax_bracket", 17, 1),
        ("duplicate_key", 20, 1),
    ]


def test_the_offending_line_goes_with_the_error() -> None:
    (error,) = read_stream((CASE + "withdrawn_on: кеше\n").encode(), "a.yaml").errors
    assert (error.file, error.line_text) == ("a.yaml", "withdrawn_on: кеше")
    (error,) = read_stream(b"kind: campaign\nid: A\n---\nkind: campaign\nid:\n", "a.yaml").errors
    assert (error.line, error.line_text) == (5, "id:")


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_line_ends_of_every_system(end: str) -> None:
    text = (CASE + "sheet:\n  other: |\n    бір\n\n    екі\n").replace("\n", end)
    found = one(text)
    assert found.record.sheet.other == "бір\n\nекі"
    assert found.source.place("sheet.other") == Place(8, 10)


# --- limits -----------------------------------------------------------------------------------------------


def test_records_in_a_file() -> None:
    some = "---\n".join(f"kind: campaign\nid: A{n}\n" for n in range(MAX_RECORDS))
    assert len(read(some)) == MAX_RECORDS
    assert errors(some + "---\nkind: campaign\nid: B\n") == [("too_many_records", 3 * MAX_RECORDS, 1)]


def test_a_document_of_a_mebibyte() -> None:
    head = "kind: campaign\nid: A1\nunit: "
    fits = head + "ә" * ((2**20 - len(head)) // 2)
    assert len(fits.encode()) == 2**20
    assert len(read(fits)) == 1
    assert errors("kind: campaign\nid: B\nx: 1\n---\n" + fits + "ә") == [
        ("unknown_field", 3, 1),
        ("document_too_large", 4, 1),
    ]


def test_a_file_too_large_is_not_even_parsed() -> None:
    assert errors(b"[" * (64 * 2**20 + 1)) == [("file_too_large", 1, 1)]


def test_errors_nobody_would_read_to_the_end() -> None:
    found = errors("kind: campaign\nid: A\n" + "x: 1\n" * 1000)
    assert len(found) == 501
    assert found[-1][0] == "too_many_errors"


def test_long_values_are_not_repeated_whole_in_messages() -> None:
    value = str(params(CASE + "withdrawn_on: " + "а" * 5000)["value"])
    assert len(value) < 500
    assert value.endswith("…")


def test_values_without_number_are_given_up() -> None:
    assert errors("kind: sitting\nid: S\npresent: [" + "а," * 150_000 + "]")[-1][0] == "too_many_values"


@pytest.mark.parametrize(
    "text",
    [
        "[" * 5000,
        "{" * 5000,
        "- " * 5000,
        "? " * 5000,
        "a: " * 5000,
        "\n".join(" " * n + "a:" for n in range(1000)),
    ],
)
def test_depth_is_given_up_at_once(text: str) -> None:
    assert {code for code, *_ in errors(text)} <= {"nesting", "syntax", "syntax_colon_in_text"}


# --- text -------------------------------------------------------------------------------------------------


def test_text_is_composed_and_stripped() -> None:
    record = case('sheet: {other: "  и\u0306од\\n\\nж\u00adоқ\u200b "}')
    assert record.sheet.other == "йод\n\nжоқ"


def test_ids_are_composed_so_that_links_meet() -> None:
    assert one(CASE.replace("C-1", "и\u0306")).record.campaign == "й"


def test_a_latin_letter_in_a_kazakh_word_is_repaired_and_told() -> None:
    found = one(CASE.replace("Әбілқасов", "Әбiлқacов"))
    assert found.record.employee.surname == "Әбілқасов"
    (finding,) = found.repairs
    assert (finding.code, finding.severity, finding.paragraph) == ("letters", Severity.INFO, "")
    assert (finding.record, finding.path) == (Ref(Kind.CASE, "A-1"), "employee.surname")
    assert finding.params["before"] == "Әбiлқacов"
    assert finding.params["after"] == "Әбілқасов"
    assert "U+0069 → U+0456" in str(finding.params["code_points"])


def test_a_letter_with_two_readings_is_only_told() -> None:
    found = one(CASE.replace("Әбілқасов", "Мyхтар"))
    assert found.record.employee.surname == "Мyхтар"
    (finding,) = found.repairs
    assert (finding.code, finding.params["before"]) == ("letters_suspected", "Мyхтар")


def test_ids_numbers_files_and_addresses_are_never_touched() -> None:
    mixed = "Кaзaк"
    record = case(
        f"report: {{registered: {mixed}}}\n"
        f"minister_waiver: {{number: {mixed}}}\n"
        f"admission: {{list_number: {mixed}}}\n"
        f"history: {{sanctions: [{{order: {mixed}}}]}}\n"
        f"studies: {{polygraph: {{number: {mixed}}}}}\n"
    )
    assert record.report.registered == mixed
    assert record.minister_waiver.number == mixed
    assert record.admission.list_number == mixed
    assert record.history.sanctions[0].order == mixed
    assert record.studies.polygraph.number == mixed
    found = one(
        f"kind: sitting\nid: {mixed}\ncommission: {mixed}\ncandidates: [{{case: {mixed}, recordings: [{{file: {mixed}}}], votes: {{{mixed}: recommended}}}}]"
    )
    assert found.repairs == ()
    assert found.record.id == found.record.commission == found.record.candidates[0].case == mixed
    assert found.record.candidates[0].recordings[0].file == mixed
    assert list(found.record.candidates[0].votes) == [mixed]
    campaign = one(f"kind: campaign\nid: A\nannouncement: {{resource: 'https://example.invalid/{mixed}'}}")
    assert campaign.repairs == ()


# --- whatever the bytes -----------------------------------------------------------------------------------


@given(st.binary(max_size=300))
def test_bytes_always_get_an_answer(data: bytes) -> None:
    result = read_stream(data, "a")
    assert bool(result.records) != bool(result.errors)


YAMLISH = st.lists(
    st.sampled_from(
        ["kind", "case", "id", ":", ": ", "\n", "\n  ", "- ", "[", "]", "{", "}", ",", '"', "'", "|", ">", "#",
         "---", "\n---\n", "\n...\n", "&a", "*a", "!x", "<<", "?", "%", "@", "\t", "\\", "ә", "~", "null", "\ufeff",
         "sitting", "candidates", "votes", "\r", "employee"]
    ) | st.text(max_size=3),
    max_size=40,
).map("".join)  # fmt: skip


@settings(max_examples=400)
@given(YAMLISH)
def test_text_always_gets_an_answer_within_the_file(text: str) -> None:
    result = read_stream(text.encode("utf-8", "surrogatepass"), "a")
    assert bool(result.records) != bool(result.errors)
    lines = text.count("\n") + text.count("\r") + 1
    assert all(1 <= error.line <= lines + 1 and error.column >= 1 for error in result.errors)
    assert list(result.errors) == sorted(result.errors, key=lambda error: (error.line, error.column))


@settings(max_examples=150)
@given(st.data())
def test_a_broken_sample_is_refused_or_read_never_half(data: st.DataObject) -> None:
    text = (SAMPLES / "recommended.yaml").read_text("utf-8")
    at = data.draw(st.integers(0, len(text)))
    cut = data.draw(st.integers(0, 40))
    result = read_stream(
        (text[:at] + data.draw(YAMLISH) + text[at + cut :]).encode("utf-8", "surrogatepass"), "a"
    )
    assert bool(result.records) != bool(result.errors)
    for found in result.records:
        for path in _paths(found.record):
            assert found.source.place(path).line >= found.source.start.line


def _paths(record: Record) -> list[str]:
    return [field.name for field in fields(record) if getattr(record, field.name)]


def test_records_of_a_file_do_not_depend_on_their_order() -> None:
    parts = (SAMPLES / "tie.yaml").read_text("utf-8").split("\n---\n")
    there = {found.record.ref: found.record for found in read("\n---\n".join(parts))}
    back = {found.record.ref: found.record for found in read("\n---\n".join(reversed(parts)))}
    assert there == back
    assert all(is_dataclass(record) and replace(record) == record for record in there.values())
    assert any(isinstance(record, Commission) for record in there.values())


@pytest.mark.parametrize("name", ["recommended", "refused", "tie"])
def test_a_records_own_text_reads_back_alone(name: str) -> None:
    for found in read((SAMPLES / f"{name}.yaml").read_text("utf-8")):
        assert one(found.source.text).record == found.record
