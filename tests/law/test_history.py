"""¶4, 7: what came before, and the Law's art. 57(17) against a slow second counting."""

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.records import Investigation, Sanction
from pipeline.law.docket import Docket
from pipeline.law.engine import Bench
from pipeline.law.history import (
    attestations,
    days_in_force,
    in_force,
    promoted_on,
    sanctions,
    studies,
    under_way,
)
from pipeline.law.readings import Readings

from .examples import CALENDAR, ON, stream

DAYS = st.dates(date(2024, 1, 1), date(2026, 12, 31))


def bench(change=None, add=None) -> Bench:
    return Bench(Docket(stream(change, add)), CALENDAR, Readings(), ON)


@given(st.lists(st.tuples(DAYS, st.none() | st.integers(0, 300)), max_size=6))
def test_sanctions_chain_as_the_law_says(drawn):
    known = [
        Sanction("сөгіс", applied, None if lifted is None else applied + timedelta(days=lifted))
        for applied, lifted in drawn
    ]

    def last(one: Sanction) -> date:
        assert one.applied_on is not None
        own = one.applied_on + relativedelta(months=6)
        end = max([own, *(last(o) for o in known if o.applied_on and one.applied_on < o.applied_on <= own)])
        return end if one.lifted_on is None else min(end, one.lifted_on - timedelta(days=1))

    assert days_in_force(known) == [
        (s.applied_on, last(s)) if s.applied_on is not None else None for s in known
    ]


def test_a_long_chain_is_counted_quickly_and_once():
    chain = [Sanction("ескерту", date(1990, 1, 1) + timedelta(days=30 * n)) for n in range(400)]
    lasts = {days[1] for days in days_in_force(chain) if days is not None}
    assert lasts == {date(1990, 1, 1) + timedelta(days=30 * 399) + relativedelta(months=6)}


def test_a_sanction_of_unknown_day_has_no_last_day():
    assert days_in_force([Sanction("сөгіс")]) == [None]
    assert not in_force([Sanction("сөгіс")], ON)


def test_a_sanction_stands_from_its_day_to_its_last():
    one = [Sanction("сөгіс", date(2025, 8, 31))]
    assert [in_force(one, day) for day in (date(2025, 8, 30), date(2025, 8, 31))] == [False, True]
    assert [in_force(one, day) for day in (date(2026, 2, 28), date(2026, 3, 1))] == [True, False]
    assert in_force([*one, Sanction("ескі", date(2023, 1, 1))], date(2025, 9, 1))


def test_an_investigation_is_under_way_until_the_day_it_is_closed():
    one = Investigation(None, date(2025, 9, 1), date(2025, 9, 10))
    days = (date(2025, 8, 31), date(2025, 9, 1), date(2025, 9, 9), date(2025, 9, 10))
    assert [under_way(one, day) for day in days] == [False, True, True, False]
    assert under_way(Investigation(None, date(2025, 9, 1)), date(2030, 1, 1))
    assert not under_way(Investigation(), ON)


OTHER = {"kind": "case", "id": "K0", "campaign": "C0", "employee": {"iin": "850314390019", "surname": "Ә"}}


def test_a_lifting_known_elsewhere_lifts_here_and_ones_own_word_comes_first():
    lifted = OTHER | {
        "history": {"sanctions": [{"type": "СӨГІС", "applied_on": "2025-09-01", "lifted_on": "2025-09-20"}]}
    }
    one = bench({"case.history.sanctions": [{"type": "сөгіс", "applied_on": "2025-09-01"}]}, [lifted])
    (known,) = sanctions(one.docket.cases["K1"], one)
    assert (known.path, known.filed_in, known.fact.lifted_on) == (
        "history.sanctions.0",
        None,
        date(2025, 9, 20),
    )
    own = {
        "case.history.sanctions": [{"type": "сөгіс", "applied_on": "2025-09-01", "lifted_on": "2025-09-10"}]
    }
    two = bench(own, [lifted])
    assert [k.fact.lifted_on for k in sanctions(two.docket.cases["K1"], two)] == [date(2025, 9, 10)]


def test_the_same_attestation_told_twice_is_one_and_its_result_is_the_known_one():
    elsewhere = OTHER | {"history": {"attestations": [{"held_on": "2024-03-20", "recommended": "иә"}]}}
    one = bench({"case.history.attestations": [{"held_on": "2024-03-20"}]}, [elsewhere])
    told = [
        (k.fact.held_on, k.fact.recommended, k.path)
        for k in attestations(one.docket.cases["K1"], one)
        if k.fact.held_on != date(2025, 10, 16)
    ]
    assert told == [(date(2024, 3, 20), True, "history.attestations.0")]


def test_an_appointment_counts_from_any_case_but_not_from_the_future():
    elsewhere = OTHER | {"history": {"promoted_on": "2025-05-01"}}
    one = bench({"case.history.promoted_on": "2024-05-01"}, [elsewhere])
    case = one.docket.cases["K1"]
    assert promoted_on(case, one, date(2025, 10, 16)) == date(2025, 5, 1)
    assert promoted_on(case, one, date(2025, 5, 1)) == date(2025, 5, 1)
    assert promoted_on(case, one, date(2025, 4, 30)) == date(2024, 5, 1)
    assert promoted_on(case, one, date(2024, 4, 30)) is None


def test_a_study_of_ones_own_comes_first_else_the_latest_filed_up_to_the_day():
    def other(name: str, day: str):
        return OTHER | {"id": name, "studies": {"psychological": {"done_on": day}}}

    filed = [other("K0", "2023-01-01"), other("K2", "2024-01-01"), other("K3", "2026-01-01")]
    one = bench({"case.studies.psychological": "null"}, filed)
    found = studies(one.docket.cases["K1"], one, date(2025, 10, 16))
    assert found.psychological is not None
    assert found.psychological.done_on == date(2024, 1, 1)
    on_the_day = studies(one.docket.cases["K1"], one, date(2026, 1, 1)).psychological
    assert on_the_day is not None
    assert on_the_day.done_on == date(2026, 1, 1)
    assert found.polygraph is not None
    assert found.polygraph.done_on == date(2025, 10, 2)
    two = bench(None, filed)
    own = studies(two.docket.cases["K1"], two, date(2025, 10, 16)).psychological
    assert own is not None
    assert own.done_on == date(2025, 10, 1)
