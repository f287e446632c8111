"""¶13-16: the service characteristic, the acquaintance with it, and the disagreement."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pipeline.domain.records import Case, Characteristic, Kind, RefusalAct
from pipeline.domain.terms import working_days
from pipeline.law.engine import Bench, Due, RuleOutcome, block, info, pending, rule, term, warn
from pipeline.law.item_keys import item_keys
from pipeline.law.numbers import CHARACTERISTIC_MIN_CHARACTERS, CHARACTERISTIC_WORKING_DAYS
from pipeline.law.stage import going_on, refused

WITNESSES = 2


def sent_on(case: Case) -> date | None:
    """The day the characteristic reached HR."""
    return case.characteristic.sent_to_hr_on if case.characteristic else None


def materials_sent_on(case: Case, bench: Bench) -> date | None:
    """The day the materials went for the latest sitting; for the first where none is known yet (¶17)."""
    hearing = bench.hearing(case)
    if hearing is not None:
        return bench.docket.materials_sent_on(hearing)
    return case.materials.sent_on if case.materials else None


def materials_gone(case: Case, bench: Bench) -> bool:
    """A later fact: the materials went to the commission, or the candidate's turn is over."""
    return materials_sent_on(case, bench) is not None or bench.concluded(case) is not None


# --- ¶13 ------------------------------------------------------------------------------------------------


@rule("13", on=Kind.CASE, block="characteristic_missing")
def characteristic_before_materials(case: Case, bench: Bench) -> Iterator[RuleOutcome]:
    """¶13: the unit's head draws up the characteristic and sends it to HR before the materials go."""
    sent, held_on = sent_on(case), bench.held_on(case)
    if refused(case) or (sent is not None and (held_on is None or sent <= held_on)):
        return
    path = "characteristic.sent_to_hr_on" if case.characteristic else "characteristic"
    if sent is not None or materials_gone(case, bench):
        yield block(path)
    else:
        yield pending(path)


@rule("13", on=Kind.CASE, block="characteristic_incomplete")
def every_item_filled(case: Case, _bench: Bench) -> Iterator[RuleOutcome]:
    """¶13, Annex 2: additions are allowed, omissions are not: items 1-4 are filled once it was sent."""
    if case.characteristic is None or case.characteristic.sent_to_hr_on is None:
        yield pending("characteristic")
        return
    for number, (name, text) in enumerate(case.characteristic.items.items(), start=1):
        if not text:
            yield block(f"characteristic.{name}", item=number)


@rule("13", on=Kind.CASE, warn="characteristic_late")
def characteristic_in_time(case: Case, bench: Bench) -> Iterator[RuleOutcome]:
    """¶13: five working days from the unit's receipt of the list of admitted."""
    received, sent = case.admission.unit_received_on if case.admission else None, sent_on(case)
    if received is None or sent is None:
        yield pending("characteristic.sent_to_hr_on")
        return
    due = working_days(bench.calendar, received, CHARACTERISTIC_WORKING_DAYS).due
    if sent > due:
        yield warn("characteristic.sent_to_hr_on", received_on=received, sent_on=sent, due=due)


@rule("13", on=Kind.CASE, warn="post_changed")
def of_the_post_held(case: Case, bench: Bench) -> Iterator[RuleOutcome]:
    """¶13, 31: a post taken up after the characteristic is not the one it speaks of, nor is its chief.

    An appointment after the sitting may be to the very post that was sought.
    """
    position, text = case.employee.position, case.characteristic
    appointed = position.appointed_on if position else None
    written = (text.signed_on or text.sent_to_hr_on) if text else None
    held_on = bench.held_on(case)
    if appointed is None or written is None:
        yield pending("characteristic.signed_on")
    elif appointed > written and (held_on is None or appointed <= held_on):
        yield warn("employee.position.appointed_on", appointed_on=appointed, signed_on=written)


@rule("13", on=Kind.CASE, warn="unit_head_missing")
def drawn_up_by_the_unit_head(case: Case, _bench: Bench) -> Iterator[RuleOutcome]:
    """¶13: the head of the unit answers for it, whoever filled it in (Annex 2: the direct chief)."""
    if sent_on(case) is None or case.characteristic is None:
        yield pending("characteristic.unit_head")
    elif case.characteristic.unit_head is None or case.characteristic.unit_head.name is None:
        yield warn("characteristic.unit_head")


@term("13", "characteristic", on=Kind.CASE, responsible="unit_head")
def characteristic_due(case: Case, bench: Bench) -> Iterator[Due]:
    """¶13: the characteristic to HR, five working days from receipt of the list."""
    received, sent = case.admission.unit_received_on if case.admission else None, sent_on(case)
    if received is not None and (sent is not None or going_on(case)):
        yield Due(working_days(bench.calendar, received, CHARACTERISTIC_WORKING_DAYS), sent)


# --- ¶14 ------------------------------------------------------------------------------------------------


def acquainted_on(characteristic: Characteristic) -> date | None:
    """The day of the signature, or of the act of refusal to sign."""
    act = characteristic.refusal_act
    return characteristic.acquainted_on or (act.date if act is not None else None)


@rule("14", on=Kind.CASE, block=("unacquainted", "acquainted_late"), warn="acquainted_after_sending")
def employee_acquainted(case: Case, bench: Bench) -> Iterator[RuleOutcome]:
    """¶14: the head must acquaint the employee against signature, before the commission reads it."""
    characteristic = case.characteristic
    if characteristic is None:
        yield pending("characteristic.acquainted_on")
        return
    day, held_on = acquainted_on(characteristic), bench.held_on(case)
    if day is None and characteristic.refusal_act is None:
        if materials_gone(case, bench):
            yield block("characteristic.acquainted_on")
        else:
            yield pending("characteristic.acquainted_on")
    elif day is not None and held_on is not None and day > held_on:
        yield block("characteristic.acquainted_on", "acquainted_late", acquainted_on=day, sitting_on=held_on)
    elif day is not None and characteristic.sent_to_hr_on is not None and day > characteristic.sent_to_hr_on:
        yield warn(
            "characteristic.acquainted_on",
            "acquainted_after_sending",
            acquainted_on=day,
            sent_on=characteristic.sent_to_hr_on,
        )


@rule("14", on=Kind.CASE, warn=("acquainted_and_refused", "acquainted_in_future"))
def acquaintance_is_one_fact(case: Case, bench: Bench) -> Iterator[RuleOutcome]:
    """¶14: signed or refused, not both, and not on a day still to come."""
    text = case.characteristic
    if text is None:
        return
    if text.acquainted_on is not None and text.refusal_act is not None:
        yield warn("characteristic.acquainted_on")
    day = acquainted_on(text)
    if day is not None and day > bench.on:
        yield warn("characteristic.acquainted_on", "acquainted_in_future", day=day)


@rule("14", on=Kind.CASE, warn="refusal_act_incomplete")
def refusal_act_is_whole(case: Case, _bench: Bench) -> Iterator[RuleOutcome]:
    """¶14: an act of refusal to sign has a day and two witnesses."""
    act = case.characteristic.refusal_act if case.characteristic else None
    if act is not None and not act_is_whole(act):
        yield warn("characteristic.refusal_act", witnesses=len(act.witnesses))


def act_is_whole(act: RefusalAct) -> bool:
    """A day and two witnesses (cf. the Law, art. 57(9))."""
    return act.date is not None and len(act.witnesses) >= WITNESSES


@rule("14", on=Kind.CASE, warn="characteristic_short")
def grounded_in_words(case: Case, _bench: Bench) -> Iterator[RuleOutcome]:
    """¶14: objective and grounded; an item of a few words can hardly be."""
    if case.characteristic is None:
        yield pending("characteristic")
        return
    for number, (name, text) in enumerate(case.characteristic.items.items(), start=1):
        if text and len(text) < CHARACTERISTIC_MIN_CHARACTERS:
            yield warn(
                f"characteristic.{name}",
                item=number,
                characters=len(text),
                at_least=CHARACTERISTIC_MIN_CHARACTERS,
            )


@rule("14", on=Kind.CASE, warn="characteristic_copied")
def written_for_this_person(case: Case, bench: Bench) -> Iterator[RuleOutcome]:
    """¶14: the same words about two people are not an assessment."""
    if case.characteristic is None:
        yield pending("characteristic")
        return
    keys = item_keys(case)
    for number, name in enumerate(case.characteristic.items, start=1):
        twins = bench.item_twins[keys[name]] if name in keys else ()
        other = next((c for c in twins if c.employee.iin != case.employee.iin), None)
        if other is not None:
            yield warn(f"characteristic.{name}", item=number, other_case=other.id)


# --- ¶15, 16 --------------------------------------------------------------------------------------------


@rule("16", on=Kind.CASE, warn="disagreement_late", info="disagreement_same_day")
def disagreement_before_the_sitting(case: Case, bench: Bench) -> Iterator[RuleOutcome]:
    """¶16: a written disagreement is handed in before the sitting; on the day itself it is in time."""
    filed = case.disagreement.filed_on if case.disagreement else None
    held_on = bench.held_on(case)
    if case.disagreement is None:
        return
    if filed is None or held_on is None:
        yield pending("disagreement.filed_on")
    elif filed > held_on:
        yield warn("disagreement.filed_on", filed_on=filed, sitting_on=held_on)
    elif filed == held_on:
        yield info("disagreement.filed_on", "disagreement_same_day", filed_on=filed)


@rule("16", on=Kind.CASE, info="disagreement_after_materials")
def disagreement_goes_to_the_commission(case: Case, bench: Bench) -> Iterator[RuleOutcome]:
    """¶16: a statement handed in after the materials went needs a supplementary transmittal."""
    filed = case.disagreement.filed_on if case.disagreement else None
    sent = materials_sent_on(case, bench)
    if filed is not None and sent is not None and filed > sent:
        yield info("disagreement.filed_on", filed_on=filed, sent_on=sent)
