"""Every address as every role and as nobody: open or closed as the table of docs/page.md says."""

import re
import shutil
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.urls import get_resolver

from pipeline.archive.audit.log import AuditLog
from pipeline.archive.index.locations import Index
from pipeline.archive.person.content import case_folder
from pipeline.archive.person.corrections import Person
from pipeline.domain.records import Kind, Ref
from pipeline.retention.plan import Item, Plan, Reason
from pipeline.retention.plans import Plans
from pipeline.web.access import act_of
from pipeline.web.accounts.roles import GRANTED, Act, Role
from tests.e2e.place import Place

from .conftest import commission_and_campaign, index_of
from .people import PASSWORD, everybody

ROLES = [role.value for role in Role]
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')


def patterns() -> list[Any]:
    return get_resolver().url_patterns


def addresses(place: Place) -> dict[str, Any]:
    """Every address, with ids of the first case."""
    _, campaign = commission_and_campaign(place)
    with index_of(place) as index:
        case = next(c for c in index.cases_of_campaign(campaign))
        home = home_of(index, Ref(Kind.CASE, case))
        sheet = home_of(index, Ref(Kind.CAMPAIGN, campaign))
    values = {
        "key": home.removeprefix("urn:uuid:"),
        "folder": case_folder(case).split("/")[1],
        "number": "14",
        "published": "page.css",
        "name": "annex-1",
        "page": "1",
        "ticket": str(uuid4()),
        "upload": str(uuid4()),
        "account": "hr",
    }
    found = {}
    for pattern in patterns():
        route = str(pattern.pattern)
        address = route
        for name in pattern.pattern.converters:
            kind = next(part for part in route.split("<") if part.partition(">")[0].endswith(name))
            value = values[name]
            if route.startswith("record/") and name == "key":
                value = sheet.removeprefix("urn:uuid:")
            address = address.replace(f"<{kind.partition('>')[0]}>", value)
        found[f"/{address}"] = pattern.callback
    return found


def test_every_screen_says_which_act_opens_it(place):
    for address, view in addresses(place).items():
        act = act_of(view)
        assert act is None or act in tuple(Act), address


def test_nobody_sees_anything_but_the_way_in(place, nobody):
    for address, view in addresses(place).items():
        answer = nobody.get(address)
        if act_of(view) is None:
            assert answer.status_code in (200, 404, 405), address
        else:
            assert answer.headers.get("Location") == "/login", address
            assert nobody.post(address).status_code == 401, address


@pytest.mark.parametrize("role", ROLES)
def test_each_role_opens_what_the_table_says_and_nothing_else(place, signed_in, role):
    client = signed_in(role)
    granted = GRANTED[Role(role)] | {Act.OWN}
    for address, view in addresses(place).items():
        act = act_of(view)
        if act is None:
            continue
        answer = client.get(address)
        if act in granted:
            assert answer.status_code in (200, 302, 404, 405), (address, answer.status_code)
        else:
            assert answer.status_code == 403, address
            assert client.post(address).status_code == 403, address


def test_what_was_refused_is_told(place, signed_in):
    signed_in("auditor").get("/find")
    entries = list(AuditLog.open(place.folder / "state" / "audit").entries())
    assert (entries[-1].event, entries[-1].agent) == ("refused-access", "web:auditor")


# --- whose files ------------------------------------------------------------------------------------------


@pytest.fixture
def case_of(place):
    """The address of a case of that campaign."""

    def address(campaign: str) -> str:
        with index_of(place) as index:
            case = index.cases_of_campaign(campaign)[0]
            home = home_of(index, Ref(Kind.CASE, case))
        return f"/case/{home.removeprefix('urn:uuid:')}/{case_folder(case).split('/')[1]}"

    return address


def home_of(index: Index, ref: Ref) -> str:
    """The object a record lies in."""
    found = index.object_of(ref)
    assert found is not None
    return found


def person_in(index: Index, object_id: str) -> Person:
    """Whose file it is."""
    found = index.person(object_id)
    assert found is not None
    return found


def campaigns(place: Place) -> list[str]:
    with index_of(place) as index:
        return [ref.id for ref in index.refs(Kind.CAMPAIGN)]


@pytest.mark.parametrize("role", ["hr", "archivist"])
def test_hr_and_the_archivist_see_every_case(place, signed_in, case_of, role):
    client = signed_in(role)
    assert {client.get(case_of(campaign)).status_code for campaign in campaigns(place)} == {200}


def test_a_head_sees_the_cases_of_own_campaigns_alone(place, signed_in, case_of):
    client = signed_in("head")
    mine, *others = campaigns(place)
    assert client.get(case_of(mine)).status_code == 200
    assert {client.get(case_of(other)).status_code for other in others} == {404}


def test_a_secretary_sees_the_cases_of_own_commissions_alone(place, signed_in):
    commission, _ = commission_and_campaign(place)
    client = signed_in("secretary")
    with index_of(place) as index:
        heard = {
            case
            for sitting in index.sittings_of_commission(commission)
            for case in index.texts("SELECT case_id FROM candidates WHERE sitting = ?", (sitting,))
        }
        for ref in index.refs(Kind.CASE):
            home = home_of(index, ref).removeprefix("urn:uuid:")
            answer = client.get(f"/case/{home}/{case_folder(ref.id).split('/')[1]}")
            assert answer.status_code == (200 if ref.id in heard else 404)
            person = client.get(f"/person/{home}").status_code
            assert person == (200 if ref.id in heard else 404)
    assert heard


def test_search_finds_nothing_outside_of_the_scope(place, signed_in):
    everything = signed_in("hr").post("/find", {"words": "2025"}).content.decode()
    little = signed_in("head").post("/find", {"words": "2025"}).content.decode()
    mine, *others = campaigns(place)
    with index_of(place) as index:
        for campaign in others:
            for case in index.cases_of_campaign(campaign):
                if f">{case}<" in everything:
                    assert case not in little
        assert any(case in little for case in index.cases_of_campaign(mine))


def test_an_approver_without_a_plan_sees_no_case(place, signed_in, case_of):
    client = signed_in("approver")
    assert {client.get(case_of(campaign)).status_code for campaign in campaigns(place)} == {404}
    assert client.get("/").status_code == 200


def test_an_approver_sees_the_cases_of_plans_that_nobody_has_carried_out(place, signed_in, case_of):
    mine, other, *_ = campaigns(place)
    with index_of(place) as index:
        case = index.cases_of_campaign(mine)[0]
    item = Item("r1", case, "S", "a.wav", "0" * 64, 1, None, None, 1, Reason.TERM_OVER)
    plans = Plans(place.folder / "state" / "retention" / "plans")
    plans.keep(Plan("2026-001", date(2026, 11, 30), datetime(2026, 11, 30, tzinfo=UTC), 1, destroy=(item,)))
    client = signed_in("approver")
    try:
        assert client.get(case_of(mine)).status_code == 200
        assert client.get(case_of(other)).status_code == 404
        (place.folder / "state" / "retention" / "runs").mkdir(parents=True)
        (place.folder / "state" / "retention" / "runs" / "2026-001.jsonl").touch()
        assert client.get(case_of(mine)).status_code == 404
    finally:
        shutil.rmtree(place.folder / "state" / "retention")


def test_nobody_opens_their_own_file(place, signed_in, case_of):
    from pipeline.web.accounts import managing

    with index_of(place) as index:
        ref = index.refs(Kind.CASE)[0]
        person = person_in(index, home_of(index, ref))
        campaign = index.value("SELECT campaign FROM cases WHERE id = ?", (ref.id,))
    managing.add("own", "Өз ісін ашпақ", PASSWORD, [Role.HR], iin=person.iin)
    client = signed_in("own")
    home = case_of(campaign)
    assert client.get(home).status_code == 404
    assert client.get(f"/person/{home.split('/')[2]}").status_code == 404
    assert ref.id not in client.post("/find", {"words": person.iin}).content.decode()
    for task in ("due", "overdue", "to-sign"):
        assert person.surname not in client.get(f"/?task={task}").content.decode()


def test_nobody_sees_the_papers_of_the_sitting_that_heard_them(place, signed_in):
    """¶32: its ballots and protocol say who voted how."""
    from pipeline.web.accounts import managing

    with index_of(place) as index:
        sitting, other = index.refs(Kind.SITTING)[:2]
        case = index.texts("SELECT case_id FROM candidates WHERE sitting = ?", (sitting.id,))[0]
        person = person_in(index, home_of(index, Ref(Kind.CASE, case)))
        heard, elsewhere = (home_of(index, ref).removeprefix("urn:uuid:") for ref in (sitting, other))
    managing.add("heard", "Өз отырысын ашпақ", PASSWORD, [Role.HR], iin=person.iin)
    client = signed_in("heard")
    assert client.get(f"/record/{heard}").status_code == 404
    assert client.get(f"/record/{elsewhere}").status_code == 200


def test_guessed_ids_look_like_unknown_ones(place, signed_in, case_of):
    client = signed_in("head")
    _, other, *_ = campaigns(place)
    known, unknown = client.get(case_of(other)), client.get(f"/case/{uuid4()}/{'0' * 16}")
    assert known.status_code == unknown.status_code == 404
    bodies = [TOKEN.sub("", answer.content.decode()) for answer in (known, unknown)]
    assert bodies[0] == bodies[1]


@pytest.mark.parametrize(
    "path",
    ["/case/../state", "/person/%2e%2e/x", "/static/../settings.py", "/static/%2e%2e%2fsite.key", "/case//x"],
)
def test_paths_lead_nowhere(place, signed_in, path):
    assert signed_in("hr").get(path).status_code == 404


# --- what is told of it -----------------------------------------------------------------------------------


def test_a_view_is_told_before_it_is_given_and_not_given_where_it_cannot_be(place, signed_in, case_of):
    client, address = signed_in("hr"), case_of(campaigns(place)[0])
    client.get(address)
    last = list(AuditLog.open(place.folder / "state" / "audit").entries())[-1]
    assert (last.event, last.agent, last.detail["of"]) == ("view", "web:hr", "case")
    assert last.objects == (f"urn:uuid:{address.split('/')[2]}",)
    audit = place.folder / "state" / "audit"
    audit.rename(audit.with_name("audit-away"))
    audit.write_text("")  # nothing can be written below a file
    try:
        answer = client.get(address)
        assert answer.status_code == 503
        assert "Құрманғалиева" not in answer.content.decode()
    finally:
        audit.unlink()
        audit.with_name("audit-away").rename(audit)


def test_an_iin_is_masked_until_it_is_asked_for_and_that_is_told(place, signed_in, case_of):
    client, key = signed_in("hr"), case_of(campaigns(place)[0]).split("/")[2]
    with index_of(place) as index:
        iin = person_in(index, f"urn:uuid:{key}").iin
    pages = [client.get(f"/person/{key}"), client.post("/find", {"words": iin})]
    assert all(f">{iin}" not in page.content.decode() for page in pages)
    assert iin in client.post(f"/person/{key}").content.decode()
    last = list(AuditLog.open(place.folder / "state" / "audit").entries())[-1]
    assert last.detail["of"] == "iin"


def test_no_title_names_anybody(place, signed_in, case_of):
    client, address = signed_in("hr"), case_of(campaigns(place)[0])
    with index_of(place) as index:
        surname = person_in(index, f"urn:uuid:{address.split('/')[2]}").surname
    for page in (address, f"/person/{address.split('/')[2]}", f"{address}/changes"):
        title = client.get(page).content.decode().partition("<title>")[2].partition("</title>")[0]
        assert surname not in title
        assert title


def test_everybody_of_the_tests_is_there(place):
    assert {one.role for one in everybody("", "")} == set(ROLES)
