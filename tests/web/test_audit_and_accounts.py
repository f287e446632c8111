"""The auditor's screen, one's own account, and the administrator's."""

import pytest

from pipeline.archive.audit.log import AuditLog
from pipeline.domain.records import Kind
from pipeline.web.accounts.roles import Role
from tests.e2e.place import Place

from .conftest import index_of
from .people import PASSWORD

NEW = "наурыз айында күн жылынды"


def last(place: Place) -> tuple[str, str, dict[str, object]]:
    entry = list(AuditLog.open(place.folder / "state" / "audit").entries())[-1]
    return entry.event, entry.agent, dict(entry.detail)


@pytest.fixture
def first_person(place):
    with index_of(place) as index:
        ref = index.refs(Kind.CASE)[0]
        home = index.object_of(ref)
        assert home is not None
        person = index.person(home)
        assert person is not None
    return home, person


def account(name: str, *roles: Role, iin: str = ""):
    from pipeline.web.accounts import managing
    from pipeline.web.accounts.models import Account

    if not Account.objects.filter(name=name).exists():
        managing.add(name, "Сыдықов Бауыржан Әлиұлы", PASSWORD, roles, iin=iin)
    return managing.named(name)


# --- the auditor ------------------------------------------------------------------------------------------


def test_the_auditor_sees_who_looked_into_whose_file(place, signed_in, first_person):
    home, person = first_person
    signed_in("archivist").get(f"/person/{home.removeprefix('urn:uuid:')}")
    shown = signed_in("auditor").post("/audit", {"person": person.iin}).content.decode()
    assert "web:archivist" in shown
    assert person.surname in shown
    assert person.iin not in shown.replace(f'value="{person.iin}"', "")


def test_by_agent_and_day(place, signed_in):
    client = signed_in("auditor")
    signed_in("hr").get("/")
    shown = client.post("/audit", {"agent": "web:hr"}).content.decode()
    assert "web:hr" in shown
    assert 'data-label="Кім">web:auditor' not in shown
    assert "Мұндай әрекет жоқ." in client.post("/audit", {"until": "01.01.2020"}).content.decode()


def test_a_day_that_is_none_is_said(place, signed_in):
    shown = signed_in("auditor").post("/audit", {"since": "31.02.2025"}).content.decode()
    assert "Күн былай жазылады" in shown
    assert 'aria-invalid="true"' in shown


def test_somebody_unknown_is_not_everybody(place, signed_in):
    shown = signed_in("auditor").post("/audit", {"person": "Ешкім Емес"}).content.decode()
    assert "<tbody>" not in shown
    assert "бір адамды немесе бір жазбаны" in shown


def test_the_chain_is_verified_and_a_break_is_told(place, signed_in):
    client = signed_in("auditor")
    assert "Әрекеттер тізбегі бүтін." in client.post("/audit/verify").content.decode()
    file = max((place.folder / "state" / "audit").glob("*.jsonl"))
    whole = file.read_bytes()
    file.write_bytes(whole.replace(b'"agent":"web:hr"', b'"agent":"web:xx"', 1))
    try:
        assert "бүтін емес" in client.post("/audit/verify").content.decode()
    finally:
        told = file.read_bytes()[len(whole) :]
        file.write_bytes(whole + told)


# --- one's own account ------------------------------------------------------------------------------------


def test_a_person_sees_who_looked_into_their_own_file(place, signed_in, first_person):
    home, person = first_person
    account("looker", Role.SECRETARY, iin=person.iin)
    signed_in("hr").get(f"/person/{home.removeprefix('urn:uuid:')}")
    client = signed_in("looker")
    assert "web:hr" in client.get("/me/looked").content.decode()
    assert client.get(f"/person/{home.removeprefix('urn:uuid:')}").status_code == 404


def test_without_an_iin_nobody_is_guessed(place, signed_in):
    assert "ЖСН көрсетілмеген" in signed_in("head").get("/me/looked").content.decode()


def test_a_new_password_wants_the_old_one(place, signed_in):
    account("changer", Role.HR)
    client, other = signed_in("changer"), signed_in("changer")
    assert client.post("/me", {"old": "x", "new": NEW, "again": NEW}).status_code == 400
    assert last(place)[:2] == ("login-failed", "web:changer")
    assert client.post("/me", {"old": PASSWORD, "new": NEW, "again": NEW + "!"}).status_code == 400
    assert client.post("/me", {"old": PASSWORD, "new": "қысқа", "again": "қысқа"}).status_code == 400
    assert "өзгертілді" in client.post("/me", {"old": PASSWORD, "new": NEW, "again": NEW}).content.decode()
    assert last(place) == ("rights", "web:changer", {"what": "password", "account": "changer"})
    assert client.get("/").status_code == 200
    assert other.get("/").headers["Location"] == "/login"
    assert signed_in("changer", NEW).get("/").status_code == 200


# --- the administrator ------------------------------------------------------------------------------------


def test_an_administrator_adds_an_account_and_it_is_told(place, signed_in, nobody):
    client = signed_in("admin")
    typed = {"name": "zhana", "full_name": "Жаңа Адам", "password": NEW, "roles": ["hr", "archivist"]}
    assert client.post("/accounts", typed).status_code == 302
    event, agent, detail = last(place)
    assert (event, agent, detail["account"], detail["roles"]) == (
        "rights",
        "web:admin",
        "zhana",
        "archivist hr",
    )
    assert nobody.post("/login", {"name": "zhana", "password": NEW}).status_code == 302


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": "Үлкен Ат"}, "аты жарамайды"),
        ({"name": "hr"}, "жазба бар"),
        ({"password": "қысқа"}, "15 таңбадан қысқа"),
        ({"roles": ["admin", "auditor"]}, "рөлдерді"),
        ({"roles": []}, "рөлдерді"),
        ({"iin": "123456789012"}, "ЖСН қате"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(place, signed_in, change, said):
    typed = {"name": "qate", "full_name": "Қате Адам", "password": NEW, "roles": ["hr"]} | change
    answer = signed_in("admin").post("/accounts", typed)
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert 'value="Қате Адам"' in answer.content.decode()
    assert NEW not in answer.content.decode()


@pytest.mark.parametrize("what", ["roles", "password", "disabled", "enabled", "second-factor"])
def test_each_change_is_made_and_told(place, signed_in, what):
    which = account("changed", Role.HR)
    answer = signed_in("admin").post(
        "/accounts/changed", {"what": what, "password": NEW, "roles": ["archivist"]}
    )
    assert answer.status_code == 302
    assert last(place)[2]["what"] == what
    which.refresh_from_db()
    assert which.is_active == (what != "disabled")


def test_nobody_changes_their_own_account(place, signed_in):
    answer = signed_in("admin").post("/accounts/admin", {"what": "roles", "roles": ["auditor"]})
    assert answer.status_code == 400
    assert "Өз есептік жазбаңызды" in answer.content.decode()


def test_a_change_that_cannot_be_told_is_not_made(place, signed_in):
    client, which = signed_in("admin"), account("untold", Role.HR)
    audit = place.folder / "state" / "audit"
    audit.rename(audit.with_name("audit-away"))
    audit.write_text("")
    try:
        assert client.post("/accounts/untold", {"what": "disabled"}).status_code == 503
    finally:
        audit.unlink()
        audit.with_name("audit-away").rename(audit)
    which.refresh_from_db()
    assert which.is_active
