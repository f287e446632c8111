"""`jeke retention` as people type it: what it prints, and its exit statuses."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import pytest
from pyrage.x25519 import Identity

from tests.cli.logins import log_in
from tests.e2e.place import Place, Ran
from tests.retention.place_support import CASE, FILE, filed, store

DUE, NOT_YET = "2026-10-17", "16.10.2026"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Place:
    made = Place.make(tmp_path_factory.mktemp("base") / "place")
    filed(made)
    store(made)
    return made


@pytest.fixture
def place(base: Place, tmp_path: Path) -> Place:
    shutil.copytree(base.folder, tmp_path / "place")
    return Place(tmp_path / "place")


def test_a_plan_tells_number_hash_reasons_and_the_laws_warning(place: Place) -> None:
    ran = place.jeke("retention", "plan", "--on", DUE)
    assert ran.status == 0
    (plan,) = (place.folder / "state" / "retention" / "plans").glob("*.json")
    (frozen,) = (place.folder / "state" / "retention" / "plans").glob("*.sha256")
    assert plan.stem in ran.out
    assert frozen.read_text().split()[0] in ran.out
    assert "Жойылатын жазбалар: 1" in ran.out
    assert f"{CASE}, {FILE}" in ran.out
    assert "сақтау мерзімі өткен" in ran.out
    assert "50-бабының 3-1-тармағы" in ran.out
    assert "jeke retention approve" in ran.err


def test_on_the_last_day_nothing_is_to_be_destroyed(place: Place) -> None:
    ran = place.jeke("retention", "plan", "--on", NOT_YET, "--json")
    data = json.loads(ran.out)
    assert (data["format"], data["destroy"], data["stored"]) == ("jeke/retention/1", [], True)
    assert [(k["file"], k["reason"], k["keep_until"]) for k in data["keep"]] == [(FILE, "term", "2026-10-16")]


def test_a_dry_run_stores_no_plan(place: Place) -> None:
    ran = place.jeke("retention", "plan", "--on", DUE, "--dry-run")
    assert ran.status == 0
    assert not (place.folder / "state" / "retention").exists()
    assert "ештеңе өзгертілген жоқ" in ran.err


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("approve", "2026-777", "--by", "Есімов Болат"), 3),
        (("run", "2026-777"), 3),
        (("run", "../2026-001"), 3),
        (("hold", "жоқ іс", "--mandate", "сот"), 3),
        (("release", CASE, "--mandate", "сот"), 3),
        (("hold", CASE, "--mandate", "  "), 4),
        (("hold", CASE), 2),
    ],
)
def test_exit_statuses(place: Place, arguments: tuple[str, ...], status: int) -> None:
    ran = place.jeke("retention", *arguments)
    assert ran.status == status, ran.err
    assert ran.out == ""


def test_approvals_are_counted_and_one_person_gives_one(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = json.loads(place.jeke("retention", "plan", "--on", DUE, "--json").out)
    number = data["plan"]
    assert place.jeke("retention", "run", number).status == 4
    first = place.jeke("retention", "approve", number, "--by", "Есімов Болат Серікұлы")
    assert first.status == 0
    assert data["sha256"] in first.out
    again = place.jeke("retention", "approve", number, "--by", "Ахметова Сәуле")
    assert again.status == 4
    assert "есептік жазбадан" in again.err
    log_in(monkeypatch, "saule")
    again = place.jeke("retention", "approve", number, "--by", "B. Esimov")
    assert again.status == 4
    assert "осы адам мақұлдап қойған" in again.err
    assert place.jeke("retention", "approve", number, "--by", "Ахметова Сәуле").status == 0
    assert place.jeke("retention", "approve", number, "--by", "Ли Виктор").status == 4


def planned(place: Place, *options: str) -> str:
    return str(json.loads(place.jeke("retention", "plan", *options, "--json").out)["plan"])


def test_plans_are_listed_with_how_they_stand(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    none = place.jeke("retention", "plans")
    assert (none.status, none.out, "Жою жоспары жоқ" in none.err) == (0, "", True)
    waiting, approved, dropped, altered = (planned(place, "--on", DUE) for _ in range(4))
    for login, name in (("bolat", "Есімов Болат"), ("saule", "Ахметова Сәуле")):
        log_in(monkeypatch, login, login)
        assert place.jeke("retention", "approve", approved, "--by", name).status == 0
    assert place.jeke("retention", "cancel", dropped, "--reason", "сот ісі басталды").status == 0
    file = place.folder / "state" / "retention" / "plans" / f"{altered}.json"
    file.write_bytes(file.read_bytes().replace(b"2026-10-17", b"2026-10-18"))
    listed = json.loads(place.jeke("retention", "plans", "--json").out)
    assert listed["format"] == "jeke/retention-plans/1"
    assert {p["plan"]: p["standing"] for p in listed["plans"]} == {
        waiting: "waiting",
        approved: "approved",
        dropped: "cancelled",
        altered: "altered",
    }
    words = place.jeke("retention", "plans").out
    assert "мақұлдау күтілуде" in words
    assert "Себебі: сот ісі басталды" in words
    assert "Ахметова Сәуле" in words
    assert place.jeke("retention", "run", approved).status == 0
    assert "орындалған" in place.jeke("retention", "show", approved).out
    assert place.jeke("retention", "show", altered).status == 4


def test_a_cancelled_plan_is_neither_approved_nor_run(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    number = planned(place, "--on", DUE)
    for login, name in (("bolat", "Есімов Болат"), ("saule", "Ахметова Сәуле")):
        log_in(monkeypatch, login, login)
        assert place.jeke("retention", "approve", number, "--by", name).status == 0
    assert place.jeke("retention", "cancel", number, "--reason", " ").status == 4
    assert place.jeke("retention", "cancel", "2026-777", "--reason", "қате").status == 3
    done = place.jeke("retention", "cancel", number, "--reason", "қате")
    assert (done.status, "jeke retention hold" in done.err) == (0, True)
    mark = place.folder / "state" / "retention" / "plans" / f"{number}.cancelled"
    for _ in range(2):
        for command in (
            ("run", number),
            ("run", number, "--dry-run"),
            ("cancel", number, "--reason", "қате"),
        ):
            ran = place.jeke("retention", *command)
            assert (ran.status, "күші жойылған" in ran.err) == (4, True), command
        mark.unlink(missing_ok=True)
    assert place.jeke("recording", "list").out.count("destroyed") == 0
    assert "жоспарының күшін жою" in place.jeke("audit").out
    again = planned(place, "--on", DUE)
    assert again != number
    for login, name in (("bolat", "Есімов Болат"), ("saule", "Ахметова Сәуле")):
        log_in(monkeypatch, login, login)
        assert place.jeke("retention", "approve", again, "--by", name).status == 0
    assert place.jeke("retention", "run", again).status == 0
    assert place.jeke("retention", "cancel", again, "--reason", "қате").status == 4


def test_what_only_runs_its_term_is_counted_and_named_where_asked(place: Place) -> None:
    for command in (("plan",), ("plan", "--dry-run")):
        short = place.jeke("retention", *command, "--on", NOT_YET)
        assert FILE not in short.out
        assert "мерзімі әлі өтпегені: 1" in short.out
        assert FILE in place.jeke("retention", *command, "--on", NOT_YET, "--all").out
    number = planned(place, "--on", NOT_YET)
    assert f"jeke retention show {number} --all" in place.jeke("retention", "show", number).out
    assert FILE in place.jeke("retention", "show", number, "--all").out
    shown = json.loads(place.jeke("retention", "show", number, "--json").out)
    assert [k["file"] for k in shown["keep"]] == [FILE]
    assert place.jeke("retention", "hold", CASE, "--mandate", "сот").status == 0
    assert FILE in place.jeke("retention", "plan", "--on", DUE).out, "what a person has to know is named"


def test_a_hold_is_set_shown_and_lifted(place: Place) -> None:
    held = place.jeke("retention", "hold", CASE, "--mandate", "сот ұйғарымы № 7", "--by", "Қасымов А.Б.")
    assert held.status == 0
    assert "сот ұйғарымы № 7" in held.out
    shown = place.jeke("retention", "report", "--on", DUE).out
    assert "Жоюға тыйым салынған жазбалар: 1" in shown
    assert "Тыйымның негізі: сот ұйғарымы № 7" in shown
    plan = json.loads(place.jeke("retention", "plan", "--on", DUE, "--json").out)
    assert [(k["reason"], k["mandates"]) for k in plan["keep"]] == [("held", ["сот ұйғарымы № 7"])]
    listed = place.jeke("retention", "register").out
    assert "жоюға тыйым салынған" in listed
    assert "Қасымов А.Б." in listed
    assert place.jeke("retention", "release", CASE, "--mandate", "сот ұйғарымы № 7").status == 0
    assert "Мерзімі өткен, жоюға болатын жазбалар: 1" in place.jeke("retention", "report", "--on", DUE).out


def test_a_lifted_hold_is_said_to_need_a_new_plan(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a plan made while it stood nor one that was run meanwhile destroys what it held."""

    def plan() -> str:
        return str(json.loads(place.jeke("retention", "plan", "--json").out)["plan"])

    def approve_and_run(number: str) -> Ran:
        for login, name in (("bolat", "Есімов Болат"), ("saule", "Ахметова Сәуле")):
            log_in(monkeypatch, login, login)
            assert place.jeke("retention", "approve", number, "--by", name).status == 0
        return place.jeke("retention", "run", number)

    needed = "Жаңа жоспар керек: jeke retention plan"
    assert needed in place.jeke("retention", "report").err
    run_while_held, court = plan(), ("--mandate", "сот ұйғарымы № 7")
    assert needed not in place.jeke("retention", "report").err, "a plan waits for it"
    assert place.jeke("retention", "hold", CASE, *court).status == 0
    kept = approve_and_run(run_while_held)
    assert kept.status == 4
    assert needed not in kept.err, "it is held"
    assert "жаңа жоспармен жойылады" in kept.err
    made_while_held = plan()
    released = place.jeke("retention", "release", CASE, *court)
    assert (released.status, needed in released.err) == (0, True)
    again = place.jeke("retention", "run", run_while_held)
    assert (again.status, needed in again.err) == (4, True)
    empty = approve_and_run(made_while_held)
    assert (empty.status, needed in empty.err) == (0, True)
    assert needed in place.jeke("retention", "report").err
    ended = approve_and_run(plan())
    assert (ended.status, ended.err) == (0, "")


@pytest.mark.parametrize(
    ("damage", "advised"),
    [
        ("key missing", "жоғалту актісін жасаңыз"),
        ("key emptied", "бүлінген не бос"),
        ("a letter of the key", "бүлінген файлды маман қарағанша сақтаңыз"),
        ("another's key", "кілттер ауысып кеткен"),
        ("file missing", "recordings қалтасындағы файлын сақтық көшірмеден"),
    ],
)
def test_the_closing_advice_is_about_what_is_damaged(place: Place, damage: str, advised: str) -> None:
    """A backup has no keys: to look for one there is no advice. The archive is sound, and not to be restored."""
    (key,) = (place.folder / "state" / "recording-keys").glob("*.key")
    (sealed,) = (place.folder / "recordings").glob("*.age")
    match damage:
        case "key missing":
            key.unlink()
        case "key emptied":
            key.write_bytes(b"")
        case "a letter of the key":
            whole = key.read_text()
            key.write_text(whole[:30] + ("Q" if whole[30] != "Q" else "P") + whole[31:])
        case "another's key":
            key.write_text(f"{Identity.generate()}\n")
        case "file missing":
            sealed.unlink()
    for command in (("verify",), ("retention", "reconcile")):
        ran = place.jeke(*command)
        assert ran.status == 1
        assert advised in ran.err, ran.err
        assert "Мұрағат: ештеңені" not in ran.err
        assert ("кілттер көшірмесі" in ran.err) is ("key" in damage)


def test_the_register_leaves_as_a_workbook_and_as_plain_text(place: Place) -> None:
    ran = place.jeke("retention", "register", "--xlsx", "r.xlsx", "--csv", "r.csv")
    assert (ran.status, ran.out) == (0, "")
    with zipfile.ZipFile(place.folder / "r.xlsx") as book:
        assert FILE in book.read("xl/sharedStrings.xml").decode()
    lines = (place.folder / "r.csv").read_text(encoding="utf-8-sig").splitlines()
    row = dict(zip(lines[0].split(";"), lines[1].split(";"), strict=True))
    assert (row["Файлы"], row["Түрі"], row["Ұзақтығы"]) == (FILE, "бейнежазба", "0:01:01")
    assert (row["Жазылған күні"], row["Сақтаудың соңғы күні"]) == ("16.10.2025", "16.10.2026")
    assert row["Тегі, аты, әкесінің аты"] == "Әбілқасов Дархан Маратұлы"
    assert row["Жағдайы"] == "сақтаулы"
    data = json.loads(place.jeke("retention", "register", "--json").out)
    assert [r["file"] for r in data["recordings"]] == [FILE]


def test_the_report_looks_ahead_as_far_as_it_is_asked(place: Place) -> None:
    for days, found in ((0, 0), (30, 1), (90, 1)):
        ran = place.jeke("retention", "report", "--on", "2026-10-01", "--days", str(days), "--json")
        assert len(json.loads(ran.out)["soon"]) == found


def test_the_end_of_keeping_stands_among_the_deadlines_unless_it_is_held(place: Place) -> None:
    def recordings(on: str) -> list[str]:
        data = json.loads(place.jeke("deadlines", "--on", on, "--json").out)
        return [d["due"] for d in data["deadlines"] if d["code"] == "recording"]

    assert recordings("2026-07-01") == []
    assert recordings("2026-08-01") == ["2026-10-16"]
    assert recordings("2026-12-01") == ["2026-10-16"]
    assert place.jeke("retention", "hold", FILE, "--mandate", "сот").status == 0
    assert recordings("2026-08-01") == []


def test_nothing_is_due_where_nothing_is_stored(tmp_path: Path) -> None:
    place = Place.make(tmp_path / "empty")
    swept = place.jeke("retention", "sweep")
    assert (swept.status, swept.out, swept.err) == (0, "", "")
