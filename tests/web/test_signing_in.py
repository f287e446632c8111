"""Signing in, and every way it must not work."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from pipeline.archive.audit.log import AuditLog
from tests.e2e.place import Place

from .conftest import ORIGIN, code_of
from .people import PASSWORD


def events(place: Place, count: int) -> list[tuple[str, str]]:
    return [
        (e.event, e.agent) for e in list(AuditLog.open(place.folder / "state" / "audit").entries())[-count:]
    ]


@pytest.fixture
def somebody(place):
    """An account of this test's own."""
    from pipeline.web.accounts import managing
    from pipeline.web.accounts.models import Account
    from pipeline.web.accounts.roles import Role

    name = f"x{Account.objects.count()}"
    managing.add(name, "Сыдықов Бауыржан Әлиұлы", PASSWORD, [Role.HR])
    return managing.named(name)


def test_the_right_password_opens_the_work_list_and_is_told(place, signed_in):
    client = signed_in("hr")
    assert ("login", "web:hr") in events(place, 3)
    assert client.get("/").status_code == 200


def test_a_wrong_password_says_nothing_of_which_was_wrong(nobody, place):
    one = nobody.post("/login", {"name": "hr", "password": "x" * 20})
    assert events(place, 1) == [("login-failed", "web:hr")]
    other = nobody.post("/login", {"name": "nobody-of-that-name", "password": "x" * 20})
    assert events(place, 1) == [("login-failed", "web")]
    assert one.status_code == other.status_code == 403
    assert "Есептік жазбаның аты немесе құпиясөз қате." in one.content.decode()


def test_what_was_typed_for_a_name_is_not_kept_in_the_audit_log(nobody, place):
    nobody.post("/login", {"name": "менің құпиясөзім", "password": ""})
    written = b"".join(path.read_bytes() for path in (place.folder / "state" / "audit").glob("*.jsonl"))
    assert "құпиясөзім".encode() not in written


def test_five_wrong_passwords_lock_the_account_and_the_right_one_does_not_help(nobody, somebody):
    answers = [nobody.post("/login", {"name": somebody.name, "password": "қате" * 5}) for _ in range(50)]
    assert [a.status_code for a in answers[:4]] == [403] * 4
    assert {a.status_code for a in answers[5:]} == {429}
    assert nobody.post("/login", {"name": somebody.name, "password": PASSWORD}).status_code == 429
    assert "15 минуттан кейін" in answers[-1].content.decode()


def test_an_administrator_opens_a_locked_account(nobody, somebody):
    from pipeline.web.accounts import managing

    for _ in range(6):
        nobody.post("/login", {"name": somebody.name, "password": "қате" * 5})
    managing.enable(somebody)
    assert nobody.post("/login", {"name": somebody.name, "password": PASSWORD}).status_code == 302


def test_the_session_before_signing_in_is_not_the_one_after(nobody):
    """Session fixation (ASVS 7.2.4)."""
    nobody.post("/language", {"language": "ru"})
    before = nobody.cookies["__Host-jeke"].value
    nobody.post("/login", {"name": "hr", "password": PASSWORD})
    assert nobody.cookies["__Host-jeke"].value != before


def test_cookies_are_for_this_host_over_an_encrypted_line_and_no_script(signed_in):
    cookies = signed_in("hr").cookies
    cookie = cookies["__Host-jeke"]
    assert cookie["secure"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    assert cookie["path"] == "/"
    assert not cookie["domain"]


def test_disabling_ends_the_session_at_once(signed_in, somebody):
    from pipeline.web.accounts import managing

    client = signed_in(somebody.name)
    managing.disable(somebody)
    assert client.get("/").headers["Location"] == "/login"
    assert client.post("/login", {"name": somebody.name, "password": PASSWORD}).status_code == 403


@pytest.mark.parametrize("change", ["roles", "password"])
def test_new_rights_and_a_new_password_end_sessions(signed_in, somebody, change):
    from pipeline.web.accounts import managing
    from pipeline.web.accounts.roles import Role

    client = signed_in(somebody.name)
    if change == "roles":
        managing.give_roles(somebody, [Role.HEAD])
    else:
        managing.set_password(somebody, PASSWORD + " тағы")
    assert client.get("/").headers["Location"] == "/login"


def test_an_idle_session_ends_after_a_quarter_of_an_hour(signed_in):
    from django.contrib.sessions.models import Session

    client = signed_in("hr")
    key = client.cookies["__Host-jeke"].value
    left = Session.objects.get(session_key=key).expire_date - timezone.now()
    assert timedelta(minutes=14) < left <= timedelta(minutes=15)
    Session.objects.filter(session_key=key).update(expire_date=timezone.now() - timedelta(seconds=1))
    assert client.get("/").headers["Location"] == "/login"


def test_a_busy_session_ends_after_ten_hours(signed_in, monkeypatch):
    client = signed_in("hr")
    import time

    now = time.time()
    monkeypatch.setattr("pipeline.web.session.time.time", lambda: now + 10 * 3600 + 1)
    assert client.get("/").headers["Location"] == "/login"


def test_signing_out_ends_the_session_on_the_server(signed_in):
    client = signed_in("hr")
    old = client.cookies["__Host-jeke"].value
    answer = client.post("/logout")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    client.cookies["__Host-jeke"] = old
    assert client.get("/").headers["Location"] == "/login"


@pytest.mark.parametrize("role", ["approver", "auditor", "admin"])
def test_roles_with_power_give_a_one_time_code_too(nobody, role):
    nobody.post("/login", {"name": role, "password": PASSWORD})
    assert nobody.get("/").headers["Location"] == "/second-factor"
    nobody.get("/second-factor")
    assert nobody.post("/second-factor", {"code": "000000"}).status_code == 403
    assert nobody.get("/").headers["Location"] == "/second-factor"
    assert nobody.post("/second-factor", {"code": code_of(role)}).status_code == 302
    assert nobody.get("/").status_code == 200


def test_the_key_of_the_code_is_shown_only_until_it_is_confirmed(place, signed_in, nobody):
    signed_in("auditor")
    nobody.post("/login", {"name": "auditor", "password": PASSWORD})
    shown = nobody.get("/second-factor").content.decode()
    assert "<svg" not in shown
    assert "Кілт:" not in shown


@pytest.mark.parametrize(
    "origin", [None, "null", "http://evil.example", "http://localhost:81", "https://localhost"]
)
def test_what_another_site_sends_is_not_done(place, origin):
    client = Client(headers={"host": "localhost"} | ({} if origin is None else {"origin": origin}))
    assert client.post("/login", {"name": "hr", "password": PASSWORD}).status_code == 403


def test_a_form_without_its_token_is_not_done(place):
    client = Client(headers={"host": "localhost", "origin": ORIGIN}, enforce_csrf_checks=True)
    assert client.post("/login", {"name": "hr", "password": PASSWORD}).status_code == 403
    token = client.get("/login").content.decode().partition('name="csrfmiddlewaretoken" value="')[2][:64]
    answer = client.post("/login", {"name": "hr", "password": PASSWORD, "csrfmiddlewaretoken": token})
    assert answer.status_code == 302


@pytest.mark.parametrize("address", ["/login", "/", "/nothing-here", "/static/page.css"])
def test_every_answer_bears_the_headers_that_keep_a_browser_at_home(nobody, address):
    headers = nobody.get(address).headers
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "same-origin"


def test_another_host_is_not_answered(place):
    assert Client(headers={"host": "evil.example"}).get("/login").status_code == 400


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("қысқа", "short"),
        ("а" * 40, "same"),
        ("passwordpassword", None),
        ("hr hr hr hr hr hr", "same"),
        ("серікова айгерім болатқызы", "name"),
    ],
)
def test_weak_passwords_are_refused(password, why):
    from pipeline.web.accounts.weak import weak

    assert weak(password, "hr", "Серікова Айгерім Болатқызы") == (why or "")


def test_no_account_bears_two_roles_that_watch_over_each_other(place):
    from pipeline.domain.errors import RefusedError
    from pipeline.web.accounts import managing
    from pipeline.web.accounts.roles import Role

    for two in ([Role.ADMIN, Role.AUDITOR], [Role.APPROVER, Role.ADMIN], [Role.AUDITOR, Role.APPROVER], []):
        with pytest.raises(RefusedError, match="account_roles"):
            managing.add("two", "Екеу", PASSWORD, two)
