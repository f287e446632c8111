"""`jeke check`: what others script against."""

import pytest

from tests.cli.jeke import SAMPLES, jeke

ON = ("--on", "2026-02-10")
SAMPLE = SAMPLES / "recommended.yaml"


@pytest.fixture
def changed(tmp_path):
    """The sample with one thing changed."""

    def change(before: str, after: str):
        text = SAMPLE.read_text()
        assert before in text
        path = tmp_path / "changed.yaml"
        path.write_text(text.replace(before, after))
        return path

    return change


def test_a_lawful_file_is_0_without_any_configuration(tmp_path):
    ended = jeke("check", "--alone", SAMPLE, *ON, cwd=tmp_path)
    assert (ended.status, ended.err) == (0, "")
    assert ended.out.rstrip().split("\n")[-1].startswith("Жазба: 4. Кедергі: 0.")
    assert "Комиссияның шешімі: ұсынылады (көпшілік дауыспен). Жақтап: 5. Қарсы: 1." in ended.out


def test_a_block_is_1_with_its_frame(tmp_path, changed):
    file = changed("present: [m1, m2, m3, m4, m5, m6]", "present: [m1, m2, m3]")
    ended = jeke("check", "--alone", file, *ON, cwd=tmp_path)
    assert ended.status == 1
    rows = ended.out.split("\n")
    head = next(i for i, row in enumerate(rows) if "¶24 quorum" in row)
    assert rows[head].startswith(f"{file}:")
    assert "кедергі" in rows[head]
    assert "Қатысқан мүшелер: 3. Комиссия құрамы: 7" in rows[head + 1]
    assert rows[head + 3].endswith("| present: [m1, m2, m3]")
    assert rows[head + 4].index("^") == rows[head + 3].index("[")
    assert rows[head + 5].startswith("  = ")


def test_json_has_the_keys_of_the_contract(tmp_path, changed):
    file = changed("present: [m1, m2, m3, m4, m5, m6]", "present: [m1, m2, m3]")
    ended = jeke("check", "--alone", "--json", file, *ON, cwd=tmp_path)
    assert (ended.status, ended.err) == (1, "")
    found = ended.json
    assert list(found) == ["format", "records", "findings", "deadlines", "decisions"]
    assert found["format"] == "jeke/check/1"
    assert [r["kind"] for r in found["records"]] == ["campaign", "commission", "case", "sitting"]
    assert found["records"][0] == {"kind": "campaign", "id": "QRG-PD-2025-3", "file": str(file), "line": 2}
    (quorum,) = (f for f in found["findings"] if f["code"] == "quorum")
    lines = file.read_text().split("\n")
    assert lines[quorum["line"] - 1][quorum["column"] - 1 :] == "[m1, m2, m3]"
    assert (quorum["paragraph"], quorum["severity"], quorum["path"]) == ("24", "block", "present")
    assert quorum["record"] == "sitting:QRG-PD-AK-2025-S3"
    assert quorum["message"]
    assert quorum["remedy"]
    assert "overridden" not in quorum


def test_json_deadlines_and_decisions(tmp_path):
    found = jeke("check", "--alone", "--json", SAMPLE, *ON, cwd=tmp_path).json
    (protocol,) = (d for d in found["deadlines"] if d["code"] == "protocol")
    assert (protocol["paragraph"], protocol["record"]) == ("33", "sitting:QRG-PD-AK-2025-S3")
    assert (protocol["due"], protocol["done"]) == ("2025-10-23", "2025-10-20")
    assert (protocol["start"], protocol["count"], protocol["unit"]) == ("2025-10-16", 5, "working_days")
    assert {s["date"] for s in protocol["skipped"]} == {"2025-10-18", "2025-10-19"}
    assert (protocol["responsible"], protocol["soft"], protocol["overdue"]) == ("secretary", False, False)
    assert found["decisions"] == [
        {
            "case": "QRG-PD-2025-014",
            "sitting": "QRG-PD-AK-2025-S3",
            "result": "recommended",
            "votes_for": 5,
            "votes_against": 1,
            "by": "majority",
        }
    ]


def test_an_overridden_block_stays_in_the_list(tmp_path, changed):
    late = changed("filed_on: 2025-09-17", "filed_on: 2025-09-24")
    assert jeke("check", "--alone", late, *ON, cwd=tmp_path).status == 1
    decision = 'overrides: [{paragraph: "11", reason: ауру, number: "5", date: 2025-09-25, by: Сатпаев Е.Қ.}]'
    lifted = tmp_path / "lifted.yaml"
    lifted.write_text(late.read_text().replace("kind: case\n", f"kind: case\n{decision}\n"))
    ended = jeke("check", "--alone", "--json", lifted, *ON, cwd=tmp_path)
    (finding,) = (f for f in ended.json["findings"] if f["code"] == "report_late")
    assert (finding["severity"], finding["overridden"], ended.status) == ("info", True, 0)


def test_repaired_letters_are_findings_without_a_paragraph(tmp_path, changed):
    latin_a = changed("surname: Әбілқасов", "surname: Әбілқ\u0061сов")
    found = jeke("check", "--alone", "--json", latin_a, *ON, cwd=tmp_path).json
    (letters,) = (f for f in found["findings"] if f["code"] == "letters")
    assert (letters["paragraph"], letters["severity"]) == ("", "info")
    assert letters["path"] == "employee.surname"
    assert "U+0061" in letters["message"]


def test_unreadable_is_2_with_every_error(tmp_path):
    broken = tmp_path / "broken.yaml"
    broken.write_text('kind: case\nid: X\ncampaign: C\nemployee: {iin: "850314390018", surnam: Ә}\n')
    ended = jeke("check", "--alone", "--json", broken, cwd=tmp_path)
    assert ended.status == 2
    found = ended.json
    assert (found["findings"], found["records"]) == ([], [])
    assert {(e["line"], e["code"]) for e in found["errors"]} >= {(4, "iin_check"), (4, "unknown_field_near")}
    assert all(e["file"] == str(broken) and e["column"] and e["message"] for e in found["errors"])
    text = jeke("check", "--alone", broken, cwd=tmp_path)
    assert text.status == 2
    assert "850314390018" in text.out  # HR's own line, at HR's own terminal
    assert "ЖСН-нің бақылау цифры сәйкес келмейді" in text.out


def test_records_name_each_other_across_files(tmp_path):
    documents = SAMPLE.read_text().split("---\n")
    files = []
    for number, document in enumerate(documents):
        files.append(tmp_path / f"{number}.yaml")
        files[-1].write_text(document)
    apart = jeke("check", "--alone", "--json", *files, *ON, cwd=tmp_path).json
    whole = jeke("check", "--alone", "--json", SAMPLE, *ON, cwd=tmp_path).json
    for name in ("decisions", "deadlines"):
        assert apart[name] == whole[name]
    assert [f["code"] for f in apart["findings"]] == [f["code"] for f in whole["findings"]]


def test_the_same_record_in_two_files_is_an_error_and_no_guess(tmp_path):
    copy = tmp_path / "copy.yaml"
    copy.write_text(SAMPLE.read_text().split("---\n")[0])
    ended = jeke("check", "--alone", "--json", SAMPLE, copy, cwd=tmp_path)
    assert ended.status == 2
    (error,) = ended.json["errors"]
    assert (error["file"], error["code"]) == (str(copy), "duplicate_in_files")
    assert str(SAMPLE) in error["message"]
    assert jeke("check", "--alone", SAMPLE, SAMPLE, *ON, cwd=tmp_path).status == 0  # named twice, read once


def test_a_file_that_is_not_there_is_3(tmp_path):
    ended = jeke("check", "--alone", SAMPLE, "absent.yaml", cwd=tmp_path)
    assert (ended.status, ended.out) == (3, "")
    assert "absent.yaml" in ended.err
    assert jeke("check", "--alone", tmp_path, cwd=tmp_path).status == 3


@pytest.mark.parametrize("day", ["2025-09-16", "16.09.2025"])
def test_on_takes_both_forms_of_a_date(tmp_path, day):
    report = SAMPLE.read_text().split("---\n")
    file = tmp_path / "early.yaml"
    file.write_text(report[0])
    ended = jeke("check", "--alone", "--json", "--on", day, file, cwd=tmp_path)
    assert ended.status == 0


def test_on_decides_what_is_overdue(tmp_path, changed):
    file = changed("drawn_up_on: 2025-10-20", "drawn_up_on: null")
    overdue = []
    for day in ("2025-10-23", "2025-10-24"):
        found = jeke("check", "--alone", "--json", "--on", day, file, cwd=tmp_path).json
        overdue += [d["overdue"] for d in found["deadlines"] if d["code"] == "protocol"]
    assert overdue == [False, True]


def test_without_alone_a_configuration_is_needed(tmp_path):
    assert jeke("check", SAMPLE, cwd=tmp_path).status == 5


def test_alone_uses_the_readings_of_a_configuration_that_is_there(tmp_path):
    tie = SAMPLES / "tie.yaml"  # its materials went on the last day of the term
    assert jeke("check", "--alone", tie, *ON, cwd=tmp_path).status == 0
    (tmp_path / "config.yaml").write_text("readings: {strict_full_days: иә}\n")
    strict = jeke("check", "--alone", "--json", tie, *ON, cwd=tmp_path)
    assert strict.status == 1
    assert [f["code"] for f in strict.json["findings"] if f["severity"] == "block"] == ["materials_late"]


def test_every_message_of_the_samples_is_spoken(tmp_path):
    for language in ("kk", "ru", "en"):
        ended = jeke(
            "check", "--alone", *sorted(SAMPLES.glob("*.yaml")), *ON, "--lang", language, cwd=tmp_path
        )
        assert "finding." not in ended.out
        assert "cli." not in ended.out
        assert "deadline." not in ended.out
