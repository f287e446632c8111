"""Chapter 1. General provisions (¶1-3)."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.domain.ranks import compare_posts
from pipeline.domain.records import Authority, Campaign, Case, Kind, Nomenclature, Position
from pipeline.law.authority import may_be_the_authority
from pipeline.law.engine import Bench, RuleOutcome, block, pending, rule, undetermined, warn
from pipeline.law.numbers import IN_FORCE_FROM
from pipeline.law.votes import ended_before, heard_or_blamed, settled_at


@rule("1", on=Kind.CAMPAIGN, warn="before_the_order")
def decided_under_the_order(campaign: Campaign, _bench: Bench) -> Iterator[RuleOutcome]:
    """¶1: a campaign decided before the order's day is not under these Rules."""
    decided_on = campaign.decision.date if campaign.decision else None
    if decided_on is None:
        yield pending("decision.date")
    elif decided_on < IN_FORCE_FROM:
        yield warn("decision.date", decided_on=decided_on, in_force_from=IN_FORCE_FROM)


@rule("1", on=Kind.CASE, warn="ended_yet_heard")
def still_an_employee(case: Case, bench: Bench) -> Iterator[RuleOutcome]:
    """¶1: employees are attested; one who had died, been dismissed or transferred cannot have been heard."""
    ended_on = case.ended.on if case.ended else None
    for hearing in bench.docket.hearings(case.id):
        if ended_before(case, hearing.sitting.held_on) and heard_or_blamed(hearing):
            yield warn(
                "ended.on",
                ended_on=ended_on or "—",
                sitting=hearing.sitting.id,
                sitting_on=hearing.sitting.held_on or "—",
            )


@rule("2", on=Kind.CASE, block="leading", undetermined="sought_post_unknown")
def sought_post_is_leading(case: Case, bench: Bench) -> Iterator[RuleOutcome]:
    """¶2: the procedure serves promotion to a leading post."""
    target = case.employee.target_position
    if target is None or target.leading is None:
        path = "employee.target_position.leading" if target else "employee.target_position"
        if decision_taken(case, bench):
            yield undetermined(path, "sought_post_unknown")
        else:
            yield pending(path)
    elif not target.leading:
        yield block("employee.target_position.leading", post=target.title or "")


@rule("2", on=Kind.CASE, block="higher_post", undetermined="higher_post_unknown")
def sought_post_is_higher(case: Case, bench: Bench) -> Iterator[RuleOutcome]:
    """¶2 with the Law, art. 32: the sought post is higher by ceiling rank, else by salary category."""
    now, target = case.employee.position, case.employee.target_position
    known = now is not None and now.rank_ceiling is not None and target is not None and target.rank_ceiling
    if target is None or not (known or decision_taken(case, bench)):
        yield pending("employee.target_position.rank_ceiling")
        return
    now = now or Position()
    order = compare_posts(target.rank_ceiling, target.category, now.rank_ceiling, now.category)
    facts = {
        "target_ceiling": target.rank_ceiling or "—",
        "target_category": target.category or "—",
        "ceiling": now.rank_ceiling or "—",
        "category": now.category or "—",
    }
    if order is None:
        yield undetermined("employee.target_position", "higher_post_unknown", **facts)
    elif order <= 0:
        yield block("employee.target_position.rank_ceiling", **facts)


@rule("3", on=Kind.CAMPAIGN, block="decision_missing")
def decided_before_it_began(campaign: Campaign, bench: Bench) -> Iterator[RuleOutcome]:
    """¶3: a dated, numbered decision of one of the ten authorities stands at the start."""
    decision = campaign.decision
    wanting = tuple(
        name
        for name, value in (
            ("authority", decision and decision.authority),
            ("number", decision and decision.number),
            ("date", decision and decision.date),
        )
        if not value
    )
    if not wanting:
        return
    path = "decision" if len(wanting) > 1 else f"decision.{wanting[0]}"
    if begun(campaign, bench):
        yield block(path, wanting=wanting)
    else:
        yield pending(path)


@rule("3", on=Kind.CAMPAIGN, warn="decision_late")
def decided_before_announced(campaign: Campaign, _bench: Bench) -> Iterator[RuleOutcome]:
    """¶3: the decision comes before the announcement."""
    decided_on = campaign.decision.date if campaign.decision else None
    published_on = campaign.announcement.published_on if campaign.announcement else None
    if decided_on is None or published_on is None:
        yield pending("decision.date")
    elif decided_on > published_on:
        yield warn("decision.date", decided_on=decided_on, published_on=published_on)


@rule("3", on=Kind.CASE, block="authority_nomenclature")
def ministry_posts_by_the_minister(case: Case, bench: Bench) -> Iterator[RuleOutcome]:
    """¶3, 19: posts of the Minister's or the ministry's nomenclature are decided on by the Minister."""
    nomenclature, authority = _who_decides(case, bench)
    if nomenclature is None or authority is None:
        yield pending("employee.target_position.nomenclature")
    elif nomenclature is not Nomenclature.TERRITORIAL and authority is not Authority.MINISTER:
        yield block(
            "employee.target_position.nomenclature",
            nomenclature=nomenclature.value,
            authority=authority.value,
        )


@rule("3", on=Kind.CASE, warn="authority_territorial")
def territorial_posts_by_their_head(case: Case, bench: Bench) -> Iterator[RuleOutcome]:
    """¶3, 20: a territorial post is not for the Minister's own campaign."""
    nomenclature, authority = _who_decides(case, bench)
    if nomenclature is None or authority is None:
        yield pending("employee.target_position.nomenclature")
    elif nomenclature is Nomenclature.TERRITORIAL and authority is Authority.MINISTER:
        yield warn("employee.target_position.nomenclature")


@rule("3", on=Kind.CASE, undetermined="nomenclature_unknown")
def nomenclature_is_said(case: Case, bench: Bench) -> Iterator[RuleOutcome]:
    """¶3, 19, 20: who may decide, and before which commission, hangs on who appoints to the sought post."""
    target = case.employee.target_position
    if target is None or target.nomenclature is not None:
        return
    if decision_taken(case, bench):
        yield undetermined("employee.target_position.nomenclature")
    else:
        yield pending("employee.target_position.nomenclature")


@rule("3", on=Kind.CAMPAIGN, warn="signatory_not_authority")
def signed_by_the_authority(campaign: Campaign, _bench: Bench) -> Iterator[RuleOutcome]:
    """¶3: the authority itself decides, or who acts for it; not a deputy, nor the head of a unit in it."""
    decision = campaign.decision
    post = decision.signed_by.position if decision and decision.signed_by else None
    if decision is None or decision.authority is None or post is None:
        yield pending("decision.signed_by.position")
    elif not may_be_the_authority(decision.authority, post):
        yield warn("decision.signed_by.position", authority=decision.authority.value, position=post)


def _who_decides(case: Case, bench: Bench) -> tuple[Nomenclature | None, Authority | None]:
    target, campaign = case.employee.target_position, bench.docket.campaign_of(case)
    decision = campaign.decision if campaign else None
    return target.nomenclature if target else None, decision.authority if decision else None


def decision_taken(case: Case, bench: Bench) -> bool:
    """A decision on the case was taken: by ballots, in writing, or by an absence (¶31)."""
    hearing = bench.hearing(case)
    return hearing is not None and settled_at(bench.docket, hearing)


def begun(campaign: Campaign, bench: Bench) -> bool:
    """The announcement is out, or somebody has already filed a report."""
    published = campaign.announcement is not None and campaign.announcement.published_on is not None
    return published or any(
        c.report is not None and c.report.filed_on is not None
        for c in bench.docket.cases_of_campaign(campaign.id)
    )
