"""A place of work from `init` on: what is laid out, filed, found, taken out, verified."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.cli.jeke import ROOT, SAMPLES, command, environment, jeke

ON = ("--on", "2025-10-25")


@pytest.fixture(scope="module")
def filed(tmp_path_factory):
    """A place with the three samples filed. Tests of this module do not change it."""
    place = tmp_path_factory.mktemp("place")
    assert jeke("init", place, cwd=place).status == 0
    config = place / "config.yaml"
    config.write_text(config.read_text().replace("quiet_seconds: 2 ", "quiet_seconds: 0 "))
    for sample in SAMPLES.glob("*.yaml"):
        shutil.copy(sample, place / "inbox")
    ended = jeke("run", "--once", cwd=place)
    assert (ended.status, ended.out) == (0, "")
    return place


@pytest.fixture
def place(filed, tmp_path):
    """The same to be spoiled: paths in config.yaml are relative."""
    return Path(shutil.copytree(filed, tmp_path / "place"))


def test_init_lays_out_a_place_and_says_what(tmp_path):
    place = tmp_path / "жаңа" / "орын"
    ended = jeke("init", place, cwd=tmp_path)
    assert (ended.status, ended.out) == (0, "")
    assert {p.name for p in place.iterdir()} == {
        "config.yaml", "inbox", "outbox", "archive", "recordings", "state", "templates",
    }  # fmt: skip
    assert (place / "config.yaml").read_bytes() == (ROOT / "config.yaml").read_bytes()
    shipped = sorted(p.name for p in (ROOT / "templates").glob("*.docx"))
    assert sorted(p.name for p in (place / "templates").iterdir()) == shipped
    assert "jeke new case" in (place / "inbox" / "README.md").read_text()
    assert str(place / "config.yaml") in ended.err


def test_init_again_touches_nothing_and_adds_what_is_missing(place):
    def stamps() -> dict[str, int]:
        files = (p for p in place.rglob("*") if p.is_file() and "sqlite" not in p.name)
        return {p.relative_to(place).as_posix(): p.stat().st_mtime_ns for p in files}

    (place / "config.yaml").write_text("lang: ru\n")
    (place / "templates" / "annex-1.docx").unlink()
    before = stamps()
    ended = jeke("init", place, cwd=place)
    assert ended.status == 0
    after = stamps()
    assert set(after) - set(before) == {"templates/annex-1.docx"}
    assert {name: after[name] for name in before} == before
    assert ended.err.startswith("Добавлено: ")
    again = jeke("init", place, cwd=place)
    assert again.err.count("\n") == 1


def test_init_follows_the_paths_of_a_configuration_that_is_there(tmp_path):
    (tmp_path / "config.yaml").write_text("paths: {inbox: кіріс, archive: мұрағат}\n")
    assert jeke("init", tmp_path, cwd=tmp_path).status == 0
    assert (tmp_path / "кіріс" / "README.md").is_file()
    assert (tmp_path / "мұрағат" / "0=ocfl_1.1").is_file()
    assert not (tmp_path / "inbox").exists()


def test_init_over_a_file_is_the_machines_fault(tmp_path):
    (tmp_path / "x").touch()
    assert jeke("init", "x", cwd=tmp_path).status == 5


def test_a_run_tells_each_drop_and_that_the_seal_is_a_test(tmp_path):
    assert jeke("init", tmp_path, cwd=tmp_path).status == 0
    shutil.copy(SAMPLES / "refused.yaml", tmp_path / "inbox")
    (tmp_path / "inbox" / "broken.yaml").write_text("kind: case\n")
    ended = jeke("run", "--once", cwd=tmp_path)
    assert ended.status == 2  # the worst of the drops
    assert "refused.yaml: қабылданды" in ended.err
    assert "broken.yaml: қабылданбады" in ended.err
    assert "Сынақ мөрі" in ended.err
    (report,) = (tmp_path / "inbox" / "refused").glob("*/жауап.txt")
    assert "Міндетті өріс толтырылмаған: employee" in report.read_text()


def test_no_person_is_named_while_running(filed, tmp_path):
    place = Path(shutil.copytree(filed, tmp_path / "place"))
    text = (SAMPLES / "recommended.yaml").read_text().replace("number: ПС-77", "number: ПС-78")
    (place / "inbox" / "again.yaml").write_text(text)
    ended = jeke("run", "--once", cwd=place)
    assert ended.status == 0
    assert not {word for word in ("850314390019", "Әбілқасов", "Дархан") if word in ended.err}


def test_answers_mask_every_iin(filed):
    for answer in filed.rglob("жауап.txt"):
        assert "850314390019" not in answer.read_text()
        assert "finding." not in answer.read_text()
        assert "answer." not in answer.read_text()


@pytest.mark.parametrize("words", [("құрманғалиева",), ("Курмангалиева", "А"), ("900722490015",), ("9007",)])
def test_find(filed, words):
    ended = jeke("find", *words, cwd=filed)
    assert ended.status == 0
    assert ended.out.startswith("Құрманғалиева Айгерім Ержанқызы, ЖСН 900722490015\n")
    assert "Шешім: ұсынылмайды" in ended.out


def test_find_as_json_and_find_nothing(filed):
    (hit,) = jeke("find", "Әбілқасов", "--json", cwd=filed).json["hits"]
    assert hit["person"]["iin"] == "850314390019"
    assert hit["cases"][0]["decisions"] == [{"sitting": "QRG-PD-AK-2025-S3", "result": "recommended"}]
    nothing = jeke("find", "ешкім", cwd=filed)
    assert (nothing.status, nothing.out) == (3, "")


@pytest.mark.parametrize("name", ["850314390019", "QRG-PD-2025-014", "абилкасов"])
def test_get_one_document_by_whatever_names_it(filed, tmp_path, name):
    ended = jeke("get", name, "--document", "annex-4", "--out", tmp_path, cwd=filed)
    assert ended.status == 0
    assert ended.out == f"{tmp_path}/annex-4.pdf\n"
    assert (tmp_path / "annex-4.pdf").read_bytes().startswith(b"%PDF-")
    assert "Сынақ мөрі" in ended.err


def test_get_everything_of_a_case_and_nobody_elses(filed, tmp_path):
    ended = jeke("get", "QRG-PD-2025-014", "--out", tmp_path, "--json", cwd=filed)
    assert ended.status == 0
    files = {Path(entry["file"]).name: entry for entry in ended.json["files"]}
    assert set(files) == {p.name for p in tmp_path.iterdir()}
    assert {"annex-1.pdf", "annex-2.pdf", "annex-4.pdf", "protocol.pdf", "record.yaml"} < set(files)
    assert files["protocol.pdf"]["object"] != files["annex-4.pdf"]["object"]
    assert files["annex-4.pdf"]["seal"]["test"] is True
    assert (tmp_path / "record.yaml").read_text().lstrip("-\n").startswith("kind: case")


def test_get_leaves_another_file_of_that_name(filed, tmp_path):
    (tmp_path / "annex-4.pdf").write_text("басқа")
    ended = jeke("get", "QRG-PD-2025-014", "--document", "annex-4", "--out", tmp_path, cwd=filed)
    assert ended.status == 4
    assert (tmp_path / "annex-4.pdf").read_text() == "басқа"


def test_get_what_is_not_there(filed, tmp_path):
    assert jeke("get", "ешкім", "--out", tmp_path, cwd=filed).status == 3
    refused = jeke("get", "SHY-PD-2026-008", "--document", "annex-4", "--out", tmp_path, cwd=filed)
    assert refused.status == 3
    assert not list(tmp_path.iterdir())


def first_words(pdf: Path) -> list[str]:
    return [" ".join((page.extract_text() or "").split())[:400] for page in PdfReader(pdf).pages]


def test_get_prints_a_case_as_one_file_in_the_order_of_the_procedure(filed, tmp_path):
    paper = tmp_path / "іс.pdf"
    ended = jeke("get", "QRG-PD-2025-014", "--print", paper, cwd=filed)
    assert (ended.status, ended.out) == (0, f"{paper}\n")
    assert list(tmp_path.iterdir()) == [paper]
    text = " ".join(first_words(paper))
    places = [text.find(word) for word in ("1-ҚОСЫМША", "2-ҚОСЫМША", "3-ҚОСЫМША", "4-ҚОСЫМША")]
    assert places == sorted(places)
    assert -1 not in places
    assert "ХАТТАМАСЫ" not in text
    assert jeke("get", "QRG-PD-2025-014", "--print", paper, cwd=filed).status == 0


def test_get_prints_a_sitting_with_its_protocol_on_both_sides(filed, tmp_path):
    paper = tmp_path / "отырыс.pdf"
    ended = jeke("get", "QRG-PD-AK-2025-S3", "--print", paper, "--duplex", "--json", cwd=filed)
    assert ended.status == 0
    kinds = [entry["document"] for entry in ended.json["files"]]
    assert kinds.index("protocol") > kinds.index("annex-3")
    pages = first_words(paper)
    assert len(pages) % 2 == 0
    assert {n % 2 for n, words in enumerate(pages) if "3-ҚОСЫМША" in words} == {0}


def test_get_prints_what_is_named_alone(filed, tmp_path):
    paper = tmp_path / "х.pdf"
    assert jeke("get", "QRG-PD-2025-014", "--document", "protocol", "--print", paper, cwd=filed).status == 0
    assert "ХАТТАМАСЫ" in first_words(paper)[0]
    assert jeke("get", "QRG-PD-2025-014", "--document", "record", "--print", paper, cwd=filed).status == 3


def test_get_gives_a_sittings_files_too(filed, tmp_path):
    ended = jeke("get", "QRG-PD-AK-2025-S3", "--out", tmp_path, cwd=filed)
    assert ended.status == 0
    assert {"annex-3-01.pdf", "protocol.pdf", "record.yaml"} < {p.name for p in tmp_path.iterdir()}


def spoil(place: Path, name: str) -> None:
    path = min(place.glob(f"archive/**/{name}"))
    path.chmod(0o640)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def test_a_spoiled_document_is_not_given_out(place, tmp_path):
    for path in place.glob("archive/**/annex-4.pdf"):
        path.write_bytes(path.read_bytes()[:-1] + b"?")
    ended = jeke("get", "QRG-PD-2025-014", "--out", tmp_path / "out", cwd=place)
    assert ended.status == 1
    assert not (tmp_path / "out").exists()


def test_verify(place):
    assert jeke("verify", cwd=place).status == 0
    assert jeke("verify", "--quick", cwd=place).status == 0
    spoil(place, "annex-4.pdf")
    full = jeke("verify", "--json", cwd=place)
    assert full.status == 1
    assert [p for p in full.json["problems"] if p["path"].endswith("annex-4.pdf")]
    assert "annex-4.pdf" in jeke("verify", cwd=place).out


def test_reindex_finds_the_same(place):
    before = jeke("find", "Әбілқасов", "--json", cwd=place).out
    for index in place.glob("state/index.sqlite*"):
        index.unlink()
    ended = jeke("reindex", cwd=place)
    assert (ended.status, ended.out) == (0, "")
    assert jeke("find", "Әбілқасов", "--json", cwd=place).out == before


def test_status(filed):
    ended = jeke("status", "--all", *ON, cwd=filed)
    assert ended.status == 0
    assert [line.partition(" [")[0] for line in ended.out.splitlines()] == [
        "ALM-QAZHD-2025-031  Құрманғалиева Айгерім Ержанқызы: аяқталды",
        "QRG-PD-2025-014  Әбілқасов Дархан Маратұлы: аяқталды",
        "SHY-PD-2026-008  Өмірзақов Бекзат Ғаниұлы: аттестаттауға жіберілмеді",
    ]
    (case,) = jeke("status", "850314390019", "--json", *ON, cwd=filed).json["cases"]
    assert (case["case"], case["stage"], case["waits_for"]) == ("QRG-PD-2025-014", "finished", [])
    assert jeke("status", "ешкім", cwd=filed).status == 3


def test_a_right_that_has_run_out_is_no_longer_due(filed):
    def appeals(day: str) -> list[str]:
        due = jeke("deadlines", "--json", "--on", day, cwd=filed).json["deadlines"]
        return [d["record"] for d in due if d["code"] == "appeal"]

    assert appeals("2025-11-21") == ["case:QRG-PD-2025-014"]
    assert appeals("2025-11-22") == []


def test_deadlines_overdue_first_then_soonest(place):
    text = (SAMPLES / "recommended.yaml").read_text()
    (place / "inbox" / "open.yaml").write_text(text.replace("drawn_up_on: 2025-10-20", "drawn_up_on: null"))
    ended = jeke("run", "--once", cwd=place)
    assert ended.status == 0
    due = jeke("deadlines", "--json", "--on", "2025-10-24", cwd=place).json["deadlines"]
    marks = [(not d["overdue"], d["due"]) for d in due]
    assert marks == sorted(marks)
    assert due[0]["code"] == "protocol"


def test_deadlines_for_a_calendar_program_name_nobody(filed, tmp_path):
    ended = jeke("deadlines", "--ics", tmp_path / "a.ics", *ON, cwd=filed)
    assert (ended.status, ended.out) == (0, "")
    text = (tmp_path / "a.ics").read_bytes().decode()
    assert text.count("BEGIN:VEVENT") >= 1
    assert "Әбілқасов" not in text.replace("\r\n ", "")
    assert jeke("deadlines", "--ics", tmp_path / "no" / "a.ics", cwd=filed).status == 5


def test_doctor(place):
    ended = jeke("doctor", "--json", cwd=place)
    assert ended.status == 0
    states = {check["code"]: check["state"] for check in ended.json["checks"]}
    assert states["archive"] == states["templates"] == states["renderer"] == "good"
    assert states["seal_test"] == "mind"
    (place / "templates" / "annex-2.docx").write_bytes(b"not a document")
    shutil.rmtree(place / "recordings")
    ill = jeke("doctor", "--json", cwd=place)
    assert ill.status == 5
    bad = {check["code"]: check for check in ill.json["checks"] if check["state"] == "bad"}
    assert set(bad) == {"folder_missing", "place_recordings_lost"}
    assert {check["code"]: check["state"] for check in ill.json["checks"]}["template_unused"] == "mind"
    assert all(check["remedy"] for check in bad.values())
    assert "[ақау]" in jeke("doctor", cwd=place).out


def test_doctor_without_a_configuration(tmp_path):
    ended = jeke("doctor", "--json", cwd=tmp_path)
    assert ended.status == 5
    assert [check["code"] for check in ended.json["checks"]] == ["versions", "no_config"]


def test_check_sees_what_is_filed(filed, tmp_path):
    """A sitting alone names a case and a commission that only the archive knows."""
    sitting = (SAMPLES / "recommended.yaml").read_text().split("---\n")[-1]
    file = tmp_path / "sitting.yaml"
    file.write_text(sitting)
    with_archive = jeke("check", "--json", file, *ON, cwd=filed).json
    alone = jeke("check", "--alone", "--json", file, *ON, cwd=filed).json
    assert [d["result"] for d in with_archive["decisions"]] == ["recommended"]
    assert alone["decisions"] == []
    assert {f["record"] for f in with_archive["findings"]} <= {"sitting:QRG-PD-AK-2025-S3"}


def test_check_files_nothing(filed):
    def content() -> dict[str, bytes]:
        return {
            p.relative_to(filed).as_posix(): p.read_bytes()
            for folder in ("archive", "inbox", "outbox")
            for p in (filed / folder).rglob("*")
            if p.is_file()
        }

    before = content()
    jeke("check", SAMPLES / "recommended.yaml", cwd=filed)
    assert content() == before


def test_two_places_do_not_touch_each_other(filed, tmp_path):
    other = tmp_path / "other"
    jeke("init", other, cwd=tmp_path)
    assert jeke("find", "Әбілқасов", "--config", other / "config.yaml", cwd=filed).status == 3
    assert jeke("find", "Әбілқасов", "--config", filed / "config.yaml", cwd=other).status == 0


def test_the_watch_files_what_arrives_and_ends_on_sigterm(tmp_path):
    jeke("init", tmp_path, cwd=tmp_path)
    with subprocess.Popen(
        command("run", "--lang", "en"), cwd=tmp_path, env=environment(), stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        assert process.stderr.readline().startswith("Watching:")
        second = jeke("run", "--once", cwd=tmp_path)
        assert (second.status, str(process.pid) in second.err) == (5, True)
        part = tmp_path / "part"
        shutil.copy(SAMPLES / "refused.yaml", part)
        part.rename(tmp_path / "inbox" / "refused.yaml")
        assert process.stderr.readline() == "refused.yaml: accepted and filed\n"
        os.kill(process.pid, signal.SIGTERM)
        assert process.stderr.read().endswith("The watch has ended.\n")
    assert process.returncode == 0
    assert (tmp_path / "outbox" / "SHY-PD-2026-008" / "жауап.txt").is_file()


def test_json_is_one_object_of_a_named_format(filed):
    for arguments in (("find", "Әбілқасов"), ("status",), ("deadlines",), ("verify",), ("doctor",)):
        ended = jeke(*arguments, "--json", cwd=filed)
        assert json.loads(ended.out)["format"] == f"jeke/{arguments[0]}/1"


def test_once_ends_with_the_worst_of_its_drops(tmp_path):
    jeke("init", tmp_path, cwd=tmp_path)
    assert jeke("run", "--once", cwd=tmp_path).status == 0
    text = (SAMPLES / "recommended.yaml").read_text()
    unlawful = text.replace("present: [m1, m2, m3, m4, m5, m6]", "present: [m1, m2, m3]")
    (tmp_path / "inbox" / "unlawful.yaml").write_text(unlawful)
    assert jeke("run", "--once", cwd=tmp_path).status == 1


def test_the_printed_case_lies_below_its_inventory(filed, tmp_path):
    paper = tmp_path / "іс.pdf"
    assert jeke("get", "QRG-PD-2025-014", "--print", paper, cwd=filed).status == 0
    first, second = first_words(paper)[:2]
    assert "ІШКІ ТІЗІМДЕМЕ" in first.upper()
    assert "Баянат (1-қосымша)" in first
    assert "1-ҚОСЫМША" in second


def test_get_all_is_every_file_as_it_is_filed(filed, tmp_path):
    ended = jeke("get", "QRG-PD-2025-014", "--all", "--out", tmp_path, "--json", cwd=filed)
    assert ended.status == 0
    written = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    own = {path.rpartition("/")[2] for path in written if path.startswith("cases/")}
    assert {"annex-1.pdf", "record.yaml", "documents.json", "findings.json"} < own
    assert {"person.json", "recordings.yaml", "events.jsonl", "inner-list.txt"} < written
    for entry in ended.json["files"]:
        assert hashlib.sha512(Path(entry["file"]).read_bytes()).hexdigest() == entry["sha512"]
    for other in ("--print", "x.pdf"), ("--document", "annex-1"), ("--withdrawn",):
        assert jeke("get", "QRG-PD-2025-014", "--all", *other, cwd=filed).status == 2


@pytest.mark.parametrize("name", ["850314390019", "QRG-PD-2025-014", "QRG-PD-AK-2025-S3"])
def test_the_inner_list_is_proven_by_sha512sum_in_the_folder_it_lies_in(filed, tmp_path, name):
    """The command of docs/keeping.md; a changed byte is named."""
    assert jeke("get", name, "--all", "--out", tmp_path, cwd=filed).status == 0
    proof = "sed -n '/^[0-9a-f]\\{128\\}  /p' inner-list.txt | sha512sum -c --strict"

    def proven() -> subprocess.CompletedProcess[str]:
        return subprocess.run(["sh", "-c", proof], cwd=tmp_path, capture_output=True, text=True, check=False)

    done = proven()
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count(": OK") >= 2
    spoilt = min(tmp_path.rglob("*.pdf"))
    spoilt.write_bytes(spoilt.read_bytes() + b"x")
    assert proven().returncode == 1


def test_a_person_with_several_cases_comes_out_in_one_folder(place, tmp_path):
    text = (SAMPLES / "recommended.yaml").read_text()
    (case,) = [part for part in text.split("\n---") if "kind: case" in part]
    other = case.replace("QRG-PD-2025-014", "QRG-PD-2025-914").lstrip("-\n")
    (place / "inbox" / "other.yaml").write_text(other)
    assert jeke("run", "--once", cwd=place).status == 0
    assert jeke("get", "850314390019", "--all", "--out", tmp_path / "x", cwd=place).status == 0
    assert len(list((tmp_path / "x" / "cases").iterdir())) == 2


def test_find_page_by_page_and_what_has_not_come_back_signed(filed):
    everybody = jeke("find", "2025", "--json", cwd=filed).json
    assert (everybody["offset"], everybody["more"]) == (0, False)
    first = jeke("find", "2025", "--limit", "1", "--json", cwd=filed).json
    more = len(everybody["hits"]) > 1
    assert (first["hits"], first["more"]) == (everybody["hits"][:1], more)
    past = jeke("find", "2025", "--offset", str(len(everybody["hits"])), cwd=filed)
    assert past.status == 3
    unsigned = jeke("find", "2025", "--unsigned", "--json", cwd=filed).json
    assert unsigned["hits"] == everybody["hits"]
    assert len(jeke("find", "--unsigned", "--json", cwd=filed).json["hits"]) > len(everybody["hits"])
    assert jeke("find", cwd=filed).status == 2
