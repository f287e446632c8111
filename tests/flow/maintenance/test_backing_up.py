"""`jeke backup` and `jeke restore`, as a drill: what was there is there again, and works."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sqlite3
import stat
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from pipeline.archive.ocfl.storage_root import StorageRoot
from pipeline.archive.ocfl.verify import verify_root
from pipeline.flow.maintenance.restoring import own_paths
from pipeline.flow.site.parallel import in_parallel
from tests.archive.ocfl_support import (
    SCRATCH,
    at_step,
    calls_of,
    die,
    faults_by_ocfl_py,
    in_a_process,
    was_killed,
    while_working,
)
from tests.e2e.place import Place, jeke, sample
from tests.flow import kept_place as kept

PERSON = "Әбілқасов"


@pytest.fixture(scope="module", autouse=True)
def _clear() -> Iterator[None]:
    yield
    kept.clear()


@pytest.fixture
def folder() -> Iterator[Path]:
    with TemporaryDirectory(dir=SCRATCH) as name:
        yield Path(name)


@pytest.fixture
def place(folder: Path) -> Place:
    return kept.kept_place(folder / "place")


def back_up(place: Place, *more: str) -> str:
    ran = place.jeke("backup", str(place.folder.parent / "backup"), *more)
    assert ran.status == 0, ran.err
    return ran.out.split()[0]


def bring_back(place: Place, to: str = "new", *more: str) -> Place:
    target = place.folder.parent / to
    ran = jeke(
        ["restore", str(place.folder.parent / "backup"), "--to", str(target), *more], place.folder.parent
    )
    assert ran.status == 0, ran.out + ran.err
    return Place(target)


def stored(place: Place) -> dict[str, bytes]:
    archive = place.folder / "archive"
    return {str(p.relative_to(archive)): p.read_bytes() for p in archive.rglob("*") if p.is_file()}


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def a_second_version(place: Place) -> None:
    text = sample("recommended").replace("filled_on: 2025-10-21", "filled_on: 2025-10-22")
    place.drop("again.yaml", text.replace("acquainted_on: 2025-10-21", "acquainted_on: 2025-10-22"))
    assert place.run_once().status == 0


def test_the_drill(place):
    back_up(place)
    new = bring_back(place)
    assert stored(new) == stored(place)
    assert new.jeke("verify").status == 0
    assert new.jeke("find", PERSON).out == place.jeke("find", PERSON).out
    assert new.jeke("audit", "--verify").status == 0
    for name in ("marks.key", "seal/test-seal.p12"):
        assert (new.folder / "state" / name).read_bytes() == (place.folder / "state" / name).read_bytes()
    a_second_version(new)
    assert new.jeke("verify", "--fresh").status == 0
    assert {o.head for o in place.objects()} == {"v1"}
    new.drop("same.yaml", sample("recommended"))
    assert new.run_once().status == 0


def trusting(place: Place, folder: str) -> None:
    config = place.folder / "config.yaml"
    text = config.read_text(encoding="utf-8")
    config.write_text(re.sub(r"(?m)^(trust:)$", rf"\1\n  folder: {folder}", text), encoding="utf-8")
    assert "folder: " in config.read_text(encoding="utf-8")


@pytest.mark.parametrize("named", ["/elsewhere/trust", "../trust", "trust", "config/trust"])
def test_the_folder_of_trust_comes_back_wherever_it_lies(place, named):
    """Without it no signature counts in a place that was restored after its machine was lost."""
    where = place.folder.parent / "elsewhere/trust" if named.startswith("/") else place.folder / named
    where.mkdir(parents=True)
    (where / "kz-root.cer").write_bytes(b"invented")
    (where / "link.crl").symlink_to(where / "kz-root.cer")
    (where / "README").write_text("not read")
    trusting(place, str(where) if named.startswith("/") else named)
    ran = place.jeke("backup", str(place.folder.parent / "backup"))
    assert ran.status == 0, ran.err
    outside = not named.startswith(("trust", "config"))
    assert ("тыс жатқаны да көшірілді" in ran.err) is outside
    shutil.rmtree(where)

    backup, target = place.folder.parent / "backup", place.folder.parent / "deep/new"
    restored = jeke(["restore", str(backup), "--to", str(target)], place.folder.parent)
    assert restored.status == 0, restored.err
    lies = target / ("outside/trust" if outside else named)
    assert {path.name: path.read_bytes() for path in lies.iterdir()} == {
        "kz-root.cer": b"invented",
        "link.crl": b"invented",
    }
    assert ("outside/trust →" in restored.err) is outside
    assert "Көшірмеде жоқ" not in restored.err


def test_a_folder_of_trust_that_cannot_be_read_is_named_as_left_out(place):
    trusting(place, "gone")
    ran = place.jeke("backup", str(place.folder.parent / "backup"))
    assert ran.status == 0
    assert f"Көшірілген жоқ, бөлек сақталады: {place.folder / 'gone'}" in ran.err


def test_secrets_stay_their_owner_s(place):
    back_up(place)
    backup, new = place.folder.parent / "backup", bring_back(place)
    assert mode(backup) == 0o700
    assert {mode(path) for path in (backup / "files").rglob("*") if path.is_file()} == {0o600}
    assert mode(new.folder / "state/marks.key") == 0o600
    assert mode(new.folder / "state/seal/test-seal.p12") == 0o600
    assert mode(new.folder / "state/journal.sqlite") == 0o640
    assert {mode(path) & 0o007 for path in new.folder.rglob("*")} == {0}


def test_a_second_backup_copies_only_what_is_new(place):
    back_up(place)
    backup = place.folder.parent / "backup"
    before = {p: p.stat().st_mtime_ns for p in backup.rglob("*") if p.is_file()}
    back_up(place)
    new = {p for p in backup.rglob("*") if p.is_file()} - before.keys()
    assert {p.relative_to(backup).parts[0] for p in new} == {"files", "lists"}
    assert len([p for p in new if p.parent.name != "lists"]) <= 3  # the audit chain told of the backup
    assert {p: p.stat().st_mtime_ns for p in before} == before


def test_the_mirror_is_a_valid_archive_of_its_own(place):
    back_up(place)
    a_second_version(place)
    back_up(place)
    mirror = place.folder.parent / "backup/archive"
    assert faults_by_ocfl_py(mirror) == []
    assert list(verify_root(mirror, quick=False)) == []


def test_an_earlier_backup_stays_as_good_as_on_its_day(place):
    first = back_up(place)
    was = stored(place)
    a_second_version(place)
    back_up(place)
    assert stored(bring_back(place, "newest")) == stored(place)
    assert stored(bring_back(place, "earlier", "--backup", first)) == was
    listed = jeke(["restore", str(place.folder.parent / "backup")], place.folder.parent)
    assert listed.out.startswith(f"{first}. ")
    assert len(listed.out.splitlines()) == 2


def test_the_list_is_proven_by_sha512sum_alone(place):
    name = back_up(place)
    new = bring_back(place)
    listed = place.folder.parent / f"backup/lists/{name}.sha512"
    lines = [line for line in listed.read_text().splitlines() if "  state/audit" not in line]
    assert len(lines) > 40
    done = subprocess.run(
        ["sha512sum", "--quiet", "--strict", "-c", "-"],
        input="\n".join(lines) + "\n",
        text=True,
        cwd=new.folder,
        check=False,
    )
    assert done.returncode == 0


def test_the_hand_s_way_of_the_readme(place):
    """The few lines of shell in the backup's README.txt give the files back."""
    name = back_up(place)
    backup = place.folder.parent / "backup"
    shell = (backup / "README.txt").read_text().split(":\n\n")[-1].split("\n\n")[0]
    assert "20260131-030000" in shell
    done = subprocess.run(["sh", "-ec", shell.replace("20260131-030000", name)], cwd=backup, check=False)
    assert done.returncode == 0
    assert (backup / "NEW/state/marks.key").read_bytes() == (place.folder / "state/marks.key").read_bytes()
    assert (backup / "NEW/config.yaml").read_bytes() == (place.folder / "config.yaml").read_bytes()


def test_a_damaged_object_is_named_and_its_older_copy_stays(place):
    back_up(place)
    a_second_version(place)
    filed = next(o for o in place.objects() if o.head == "v2")
    new = next((filed.root / "v2/content").rglob("*.json"))
    new.write_bytes(b"{}")
    ran = place.jeke("backup", str(place.folder.parent / "backup"))
    assert ran.status == 1
    assert filed.id in ran.out
    mirror = StorageRoot.open(place.folder.parent / "backup/archive")
    kept_one = mirror.get(filed.id)
    assert kept_one is not None
    assert kept_one.head == "v1"
    assert list(verify_root(mirror.path, quick=False)) == []


def test_what_is_damaged_in_the_backup_is_named_and_the_rest_restored(place):
    back_up(place)
    backup = place.folder.parent / "backup"
    template = (place.folder / "templates/annex-1.docx").read_bytes()
    blob = next(p for p in (backup / "files").rglob("*") if p.is_file() and p.read_bytes() == template)
    blob.write_bytes(template[:-1] + bytes([template[-1] ^ 1]))
    pdf = next((backup / "archive").rglob("annex-2.pdf"))
    pdf.write_bytes(pdf.read_bytes()[:-1] + b"?")
    ran = jeke(["restore", str(backup), "--to", str(place.folder.parent / "new")], place.folder.parent)
    assert ran.status == 1
    assert "templates/annex-1.docx" in ran.out
    lost = next(o.id for o in place.objects() if any(p.endswith("annex-2.pdf") for p in o.state))
    assert lost in ran.out
    assert {o.id for o in Place(place.folder.parent / "new").objects()} == {o.id for o in place.objects()} - {
        lost
    }


def test_the_backup_itself_is_checked_and_what_is_damaged_copied_anew(place):
    back_up(place)
    backup = place.folder.parent / "backup"
    assert place.jeke("backup", str(backup), "--check").status == 0
    template = (place.folder / "templates/annex-1.docx").read_bytes()
    blob = next(p for p in (backup / "files").rglob("*") if p.is_file() and p.read_bytes() == template)
    blob.write_bytes(template[:-1] + bytes([template[-1] ^ 1]))
    pdf = next((backup / "archive").rglob("annex-2.pdf"))
    sound = pdf.read_bytes()
    pdf.write_bytes(sound + b"?")
    ran = place.jeke("backup", str(backup), "--check")
    assert ran.status == 1
    assert blob.name in ran.out
    assert "annex-2.pdf" in ran.out
    back_up(place)
    assert blob.read_bytes() == template
    assert pdf.read_bytes() == sound
    assert [p.read_bytes() for p in (backup / "damaged").rglob("annex-2.pdf")] == [sound + b"?"]
    assert place.jeke("backup", str(backup), "--check").status == 0


def newest_list(backup: Path, ending: str) -> Path:
    return max((backup / "lists").glob(f"*.{ending}"))


def first_object(backup: Path) -> Path:
    return min((backup / "archive").rglob("0=ocfl_object_*")).parent


@pytest.mark.parametrize(
    "spoil",
    [
        lambda backup: newest_list(backup, "json").write_bytes(b""),
        lambda backup: newest_list(backup, "json").write_bytes(b"[]"),
        lambda backup: newest_list(backup, "sha512").write_bytes(b""),
        lambda backup: newest_list(backup, "sha512").unlink(),
        lambda backup: min((backup / "files").glob("*/*")).unlink(),
        lambda backup: min((backup / "files").glob("*/*")).write_bytes(b""),
        lambda backup: shutil.rmtree(first_object(backup)),
    ],
    ids=["no facts", "other facts", "no list", "list gone", "file gone", "file empty", "object gone"],
)
def test_a_backup_that_cannot_be_restored_whole_is_not_sound(place, spoil):
    """Archive case backup-check-blind-to-lists: what power took is no damaged byte, it is not there at all."""
    back_up(place)
    backup = place.folder.parent / "backup"
    spoil(backup)
    ran = place.jeke("backup", str(backup), "--check")
    assert ran.status == 1, ran.out + ran.err


def test_a_list_that_does_not_read_is_told_where_backups_are_listed(place):
    back_up(place)
    backup = place.folder.parent / "backup"
    newest_list(backup, "sha512").write_bytes(b"")
    assert place.jeke("restore", str(backup)).status == 1


@pytest.mark.parametrize("wrong", [0, 1], ids=["the first in 2099", "the second in 2001"])
def test_the_newest_backup_is_the_one_made_last_whatever_the_clock_said(place, wrong):
    """Archive case restore-newest-by-clock."""
    made = [back_up(place)]
    a_second_version(place)
    made.append(back_up(place))
    for file in (place.folder.parent / "backup" / "lists").glob(f"{made[wrong]}.*"):
        file.rename(file.with_stem(("20990301-000000", "20010301-000000")[wrong]))
    assert stored(bring_back(place)) == stored(place)
    back_up(place)
    assert place.jeke("backup", str(place.folder.parent / "backup"), "--check").status == 0


def test_a_backup_of_an_earlier_version_is_older_than_any_with_a_number(place):
    old = back_up(place)
    facts = place.folder.parent / "backup" / "lists" / f"{old}.json"
    facts.write_text(json.dumps({k: v for k, v in json.loads(facts.read_text()).items() if k != "number"}))
    for file in facts.parent.glob(f"{old}.*"):
        file.rename(file.with_stem("20990301-000000"))
    a_second_version(place)
    back_up(place)
    assert stored(bring_back(place)) == stored(place)


def test_where_the_list_of_the_newest_does_not_read_no_older_one_is_restored_in_its_stead(place):
    back_up(place)
    a_second_version(place)
    newest = back_up(place)
    (place.folder.parent / "backup" / "lists" / f"{newest}.json").write_bytes(b"")
    ran = place.jeke("restore", str(place.folder.parent / "backup"), "--to", str(place.folder.parent / "new"))
    assert ran.status != 0
    assert newest in ran.err
    assert not (place.folder.parent / "new").exists()


def test_a_list_that_leads_out_of_the_place_is_refused(place):
    name = back_up(place)
    listed = place.folder.parent / f"backup/lists/{name}.sha512"
    about = listed.with_suffix(".json")
    facts = json.loads(about.read_bytes())
    for path in ("../outside", "/outside", "state/../../outside"):
        forged = listed.read_text().replace("  config.yaml\n", f"  {path}\n").encode()
        files = {path if key == "config.yaml" else key: seen for key, seen in facts["files"].items()}
        sha512 = hashlib.sha512(forged).hexdigest()
        other = listed.with_name("20990101-000000.sha512")
        other.write_bytes(forged)
        other.with_suffix(".json").write_text(json.dumps(facts | {"files": files, "list_sha512": sha512}))
        ran = jeke(["restore", str(listed.parents[1]), "--to", "new"], place.folder.parent)
        assert ran.status == 1, ran.err
        assert not (place.folder.parent / "outside").exists()


def test_the_keys_of_the_recordings_stay_behind_unless_asked_for(place):
    keys = place.folder / "state/recording-keys"
    keys.mkdir(mode=0o700, exist_ok=True)
    (keys / "one.key").write_bytes(b"AGE-SECRET-KEY")
    (keys / "one.key").chmod(0o600)
    ran = place.jeke("backup", str(place.folder.parent / "backup"))
    assert "state/recording-keys" in ran.err
    assert not any(
        b"AGE-SECRET-KEY" in p.read_bytes()
        for p in (place.folder.parent / "backup").rglob("*")
        if p.is_file()
    )
    restored = jeke(["restore", str(place.folder.parent / "backup"), "--to", "new"], place.folder.parent)
    assert "state/recording-keys" in restored.err
    ran = place.jeke("backup", str(place.folder.parent / "with-keys"), "--with-recording-keys")
    assert ran.status == 0
    assert "жойылған жазба" in ran.err
    jeke(["restore", str(place.folder.parent / "with-keys"), "--to", "with"], place.folder.parent)
    key = place.folder.parent / "with/state/recording-keys/one.key"
    assert key.read_bytes() == b"AGE-SECRET-KEY"
    assert (mode(key), mode(key.parent)) == (0o600, 0o700)


def test_what_is_under_way_and_what_lies_in_the_clear_stays_behind(place):
    for name in ("state/work/x/В-1.mp4", "inbox/В-2.mp4", "outbox/x.pdf"):
        (place.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (place.folder / name).write_bytes(b"in the clear")
    back_up(place)
    backup = place.folder.parent / "backup"
    assert not any(b"in the clear" in p.read_bytes() for p in backup.rglob("*") if p.is_file())


def test_the_seal_s_passphrase_stays_behind_and_is_missed(place):
    shutil.copy(place.folder / "state/seal/test-seal.p12", place.folder / "own.p12")
    (place.folder / "passphrase").write_text("pass-71940-phrase")
    config = place.folder / "config.yaml"
    text = re.sub(r"(?m)^seal:.*\n(?:[ \t]+.*\n)*", "", config.read_text(encoding="utf-8"))
    text += "\nseal:\n  pkcs12: own.p12\n  passphrase_file: passphrase\n"
    config.write_text(text, encoding="utf-8")
    back_up(place)
    backup = place.folder.parent / "backup"
    assert not any(b"pass-71940-phrase" in p.read_bytes() for p in backup.rglob("*") if p.is_file())
    ran = jeke(["restore", str(backup), "--to", "new"], place.folder.parent)
    assert (place.folder.parent / "new/own.p12").is_file()
    assert str(place.folder.parent / "new/passphrase") in ran.err


def test_the_new_place_never_works_in_the_folders_of_the_old(place):
    config = place.folder / "config.yaml"
    (place.folder / "archive").rename(place.folder.parent / "far")
    text = config.read_text(encoding="utf-8")
    config.write_text(
        text.replace("  archive: archive", f"  archive: {place.folder.parent / 'far'}"), encoding="utf-8"
    )
    assert place.jeke("verify").status == 0
    back_up(place)
    new = bring_back(place)
    assert len(new.objects()) == 4
    assert stored(new) == stored(Place(place.folder.parent / "none")) | {
        str(p.relative_to(place.folder.parent / "far")): p.read_bytes()
        for p in (place.folder.parent / "far").rglob("*")
        if p.is_file()
    }
    a_second_version(new)
    assert place.jeke("verify", "--fresh").status == 0
    assert "v2" not in {p.name for p in (place.folder.parent / "far").glob("*/*/*/*/v*")}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("lang: kk\n", "lang: kk\n"),
        (
            "paths:\n  inbox: inbox\n  archive: ./archive # here\nlang: kk\n",
            "paths:\n  inbox: inbox\n  archive: ./archive # here\nlang: kk\n",
        ),
        (
            "paths:\n  archive: /srv/a\n\n  state: state\nlang: kk\n",
            "# paths:\n#   archive: /srv/a\n\n#   state: state\nlang: kk\n",
        ),
        ("lang: kk\npaths: {archive: /srv/a}", "lang: kk\n# paths: {archive: /srv/a}\n"),
    ],
)
def test_a_section_of_paths_becomes_a_comment(before, after):
    assert own_paths(before) == after


def test_a_configuration_that_leads_elsewhere_all_the_same_is_laid_aside(place):
    config = place.folder / "config.yaml"
    text = config.read_text(encoding="utf-8").replace("\npaths:", '\n"paths":')
    config.write_text(text.replace("  outbox: outbox", "  outbox: ../far"), encoding="utf-8")
    back_up(place)
    new = bring_back(place)
    assert (new.folder / "config.saved").read_text(encoding="utf-8") == config.read_text(encoding="utf-8")
    assert not (place.folder.parent / "far").exists()


def test_folders_that_must_not_be_written_to(place):
    for inside in (".", "archive/backup", "state", ".."):
        assert place.jeke("backup", inside).status == 4, inside
    foreign = place.folder.parent / "foreign"
    foreign.mkdir()
    (foreign / "thesis.doc").write_text("x")
    assert place.jeke("backup", str(foreign)).status == 4
    assert [p.name for p in foreign.iterdir()] == ["thesis.doc"]
    back_up(place)
    assert (
        jeke(["restore", str(place.folder.parent / "backup"), "--to", str(foreign)], place.folder).status == 4
    )
    assert jeke(["restore", str(foreign)], place.folder).status == 3
    assert (
        jeke(
            ["restore", str(place.folder.parent / "backup"), "--to", "x", "--backup", "20000101-000000"],
            place.folder,
        ).status
        == 3
    )


def test_killed_at_any_step_the_next_backup_completes_it(place):
    backup = place.folder.parent / "backup"
    steps = len(calls_of(lambda: back_up(place)))
    shutil.rmtree(backup)
    for number in range(5, steps, steps // 5):

        def killed(number=number) -> None:
            with at_step(number, die):
                back_up(place)

        assert was_killed(in_a_process(killed))
        unfinished = list((backup / "lists").glob("*.json")) if backup.exists() else []
        assert unfinished == []
        back_up(place)
        assert faults_by_ocfl_py(backup / "archive") == []
        assert not (backup / "part").exists()
        new = bring_back(place, f"new-{number}")
        assert stored(new) == stored(place)
        shutil.rmtree(new.folder)
        shutil.rmtree(backup)


def test_a_killed_restoration_begins_again(place):
    back_up(place)

    def killed() -> None:
        with at_step(60, die):
            bring_back(place)

    assert was_killed(in_a_process(killed))
    assert not (place.folder.parent / "new").exists()
    new = bring_back(place)
    assert stored(new) == stored(place)
    assert [p.name for p in place.folder.parent.iterdir() if p.name.startswith(".")] == []


def test_a_backup_taken_while_the_service_files_is_whole(place):
    """Restored from any moment, the archive verifies and agrees with its audit chain and its index."""

    def service() -> None:
        for number in range(4):
            text = sample("recommended").replace("filled_on: 2025-10-21", f"filled_on: 2025-10-{22 + number}")
            place.drop(
                f"{number}.yaml",
                text.replace("acquainted_on: 2025-10-21", f"acquainted_on: 2025-10-{22 + number}"),
            )
            assert place.run_once().status == 0

    names = [back_up(place) for _ in while_working(service)]
    heads = set()
    for name in {names[0], names[len(names) // 2], names[-1]}:
        new = bring_back(place, f"at-{name}", "--backup", name)
        heads |= {o.head for o in new.objects()}
    assert names
    assert heads


def test_work_in_parallel_gives_every_result_and_its_errors():
    assert sorted(in_parallel(abs, range(-100, 0), 2)) == list(range(1, 101))
    with pytest.raises(ValueError, match="invalid literal"):
        list(in_parallel(int, ["x"] * 100, 2))
    with pytest.raises(Exception, match="worker_died"):
        list(in_parallel(os._exit, [1] * 100, 2))


def test_of_the_page_its_accounts_come_back_and_nothing_else(place: Place) -> None:
    web = place.folder / "state" / "web"
    web.mkdir()
    with closing(sqlite3.connect(web / "accounts.sqlite")) as accounts:
        accounts.execute("PRAGMA journal_mode = WAL")
        accounts.execute("CREATE TABLE account (name)")
        accounts.execute("INSERT INTO account VALUES ('kadr')")
        accounts.commit()  # lies in the write-ahead log, as beside a page at work
        (web / "site.key").write_bytes(b"the page's own")
        (web / "accounts.lock").touch()
        back_up(place)
    back = bring_back(place).folder / "state" / "web"
    assert [path.name for path in back.iterdir()] == ["accounts.sqlite"]
    with closing(sqlite3.connect(back / "accounts.sqlite")) as accounts:
        assert accounts.execute("SELECT name FROM account").fetchall() == [("kadr",)]
