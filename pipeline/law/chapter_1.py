"""Chapter 1. General provisions (¶1-3)."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.domain.ranks import compare_posts
from pipeline.domain.records import Authority, Campaign, Case, Kind, Nomenclature
from pipeline.law.engine import Bench, Outcome, block, pending, rule, undetermined, warn
from pipeline.law.numbers import IN_FORCE_FROM


@rule("1", on=Kind.CAMPAIGN, warn="before_the_order")
def decided_under_the_order(campaign: Campaign, _bench: Bench) -> Iterator[Outcome]:
    """¶1: a campaign decided before the order's day is not under these Rules."""
    decided_on = campaign.decision.date if campaign.decision else None
    if decided_on is None:
        yield pending("decision.date")
    elif decided_on < IN_FORCE_FROM:
        yield warn("decision.date", decided_on=decided_on, in_force_from=IN_FORCE_FROM)


@rule("2", on=Kind.CASE, block="leading")
def sought_post_is_leading(case: Case, _bench: Bench) -> Iterator[Outcome]:
    """¶2: the procedure serves promotion to a leading post."""
    target = case.employee.target_position
    if target is None or target.leading is None:
        yield pending("employee.target_position.leading")
    elif not target.leading:
        yield block("employee.target_position.leading", post=target.title or "")


@rule("2", on=Kind.CASE, block="higher_post", undetermined="higher_post_unknown")
def sought_post_is_higher(case: Case, _bench: Bench) -> Iterator[Outcome]:
    """¶2 with the Law, art. 32: the sought post is higher by ceiling rank, else by salary category."""
    now, target = case.employee.position, case.employee.target_position
    if now is None or target is None or now.rank_ceiling is None or target.rank_ceiling is None:
        yield pending("employee.target_position.rank_ceiling")
        return
    order = compare_posts(target.rank_ceiling, target.category, now.rank_ceiling, now.category)
    facts = {
        "target_ceiling": target.rank_ceiling,
        "target_category": target.category or "—",
        "ceiling": now.rank_ceiling,
        "category": now.category or "—",
    }
    if order is None:
        yield undetermined("employee.target_position", "higher_post_unknown", **facts)
    elif order <= 0:
        yield block("employee.target_position.rank_ceiling", **facts)


@rule("3", on=Kind.CAMPAIGN, block="decision_missing")
def decided_before_it_began(campaign: Campaign, bench: Bench) -> Iterator[Outcome]:
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
def decided_before_announced(campaign: Campaign, _bench: Bench) -> Iterator[Outcome]:
    """¶3: the decision comes before the announcement."""
    decided_on = campaign.decision.date if campaign.decision else None
    published_on = campaign.announcement.published_on if campaign.announcement else None
    if decided_on is None or published_on is None:
        yield pending("decision.date")
    elif decided_on > published_on:
        yield warn("decision.date", decided_on=decided_on, published_on=published_on)


@rule("3", on=Kind.CASE, block="authority_nomenclature")
def ministry_posts_by_the_minister(case: Case, bench: Bench) -> Iterator[Outcome]:
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
def territorial_posts_by_their_head(case: Case, bench: Bench) -> Iterator[Outcome]:
    """¶3, 20: a territorial post is not for the Minister's own campaign."""
    nomenclature, authority = _who_decides(case, bench)
    if nomenclature is None or authority is None:
        yield pending("employee.target_position.nomenclature")
    elif nomenclature is Nomenclature.TERRITORIAL and authority is Authority.MINISTER:
        yield warn("employee.target_position.nomenclature")


def _who_decides(case: Case, bench: Bench) -> tuple[Nomenclature | None, Authority | None]:
    target, campaign = case.employee.target_position, bench.docket.campaign_of(case)
    decision = campaign.decision if campaign else None
    return target.nomenclature if target else None, decision.authority if decision else None


def begun(campaign: Campaign, bench: Bench) -> bool:
    """The announcement is out, or somebody has already filed a report."""
    published = campaign.announcement is not None and campaign.announcement.published_on is not None
    return published or any(
        c.report is not None and c.report.filed_on is not None
        for c in bench.docket.cases_of_campaign(campaign.id)
    )
