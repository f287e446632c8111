"""`jeke status`: how cases stand: all on one screen, a line a case, or one case whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

import click

from pipeline.archive.audit.log import AuditEvent
from pipeline.archive.index.locations import Withdrawn
from pipeline.archive.index.standing import open_stages
from pipeline.cli.case_status import case_entry, case_line, case_lines
from pipeline.cli.commands.history import show_drops
from pipeline.cli.context import CliContext, today
from pipeline.cli.options import Day, as_json, common
from pipeline.cli.sitting_status import STATUS, show_sitting
from pipeline.cli.summary import stage_lines, summary_entry, summary_lines, unread_lines
from pipeline.cli.withdrawn import withdrawn_line
from pipeline.domain.errors import ExitCode
from pipeline.domain.records import Kind, Ref
from pipeline.flow.lookup.withdrawn import cases_or_withdrawn
from pipeline.flow.scans.stored import scans_waiting
from pipeline.flow.site.workplace import Workplace
from pipeline.flow.standing.asked import Standings, standings
from pipeline.flow.standing.case import CaseStanding, earliest_sitting


@click.command("status")
@click.argument("words", nargs=-1, metavar="[CASE|PERSON|CAMPAIGN|SITTING]")
@click.option("--all", "every", is_flag=True)
@click.option("--drops", is_flag=True)
@click.option("--on", type=Day(), metavar="DATE")
@as_json
@common
@click.pass_obj
def status(
    cli: CliContext, words: tuple[str, ...], *, every: bool, drops: bool, on: date | None, as_json: bool
) -> int:
    """Without words a summary. Exit status: 1 where something filed could not be read."""
    if drops:
        show_drops(cli, datetime.now(UTC), as_json=as_json)
        return ExitCode.DONE
    if words and show_sitting(cli, " ".join(words), on or today(), as_json=as_json):
        return ExitCode.DONE
    with cli.workplace(on) as place:
        asked = standings(place, on)
        campaign, unread = Ref(Kind.CAMPAIGN, " ".join(words)), asked.unread
        if words and place.index.record(campaign) is not None:
            _show_all(cli, place, asked, campaign, as_json=as_json)
        elif words:
            named = _show_named(cli, place, asked, words, as_json=as_json)
            unread = tuple(ref for ref in unread if ref in named)
        elif every:
            _show_all(cli, place, asked, None, as_json=as_json)
        else:
            _show_summary(cli, place, asked, as_json=as_json)
    if words or every:  # the summary has them
        for line in unread_lines(unread, cli.say):
            cli.tell(line)
    return ExitCode.FINDINGS if unread else ExitCode.DONE


def _show_summary(cli: CliContext, place: Workplace, asked: Standings, *, as_json: bool) -> None:
    """As JSON every case stands beside it."""
    summary, scans = asked.summary(), scans_waiting(cli.places)
    if summary.totals.cases:
        cli.account(AuditEvent.VIEW, (), of="status", scope="all")
    if as_json:
        _put_json(cli, place, asked, asked.all(), (), summary=summary_entry(summary, scans, cli.say))
    elif not summary.totals.cases and not summary.unread:
        cli.tell(cli.say.text("cli.status.none"))
    else:
        cli.put("\n".join(summary_lines(summary, scans, cli.say)))


def _show_all(
    cli: CliContext, place: Workplace, asked: Standings, campaign: Ref | None, *, as_json: bool
) -> None:
    """A line a case, of all or of one campaign with its stages first."""
    only = campaign.id if campaign else None
    objects = [] if campaign is None else [place.index.object_of(campaign)]
    cli.account(AuditEvent.VIEW, filter(None, objects), of="status", scope="all")
    if as_json:
        _put_json(cli, place, asked, asked.all(only), ())
        return
    if campaign is not None:
        cli.put(cli.say.text("cli.status.campaign", campaign=campaign.id))
        for line in stage_lines(open_stages(place.index, only), cli.say):
            cli.put(f"  {line}")
    shown = False
    for standing in asked.all(only):
        shown = True
        cli.put(case_line(standing, asked.on, cli.say))
    if not shown:
        cli.tell(cli.say.text("cli.status.none" if campaign is None else "cli.status.none_there"))


def _show_named(
    cli: CliContext, place: Workplace, asked: Standings, words: Sequence[str], *, as_json: bool
) -> tuple[Ref, ...]:
    """Gives the cases meant."""
    refs, withdrawn = cases_or_withdrawn(place.index, words)
    objects = [place.index.object_of(ref) for ref in refs] + [each.object_id for each in withdrawn]
    cli.account(AuditEvent.VIEW, filter(None, objects), of="status", scope="named")
    found = asked.of([ref.id for ref in refs])
    if as_json:
        _put_json(cli, place, asked, found, withdrawn)
        return refs
    for each in withdrawn:
        cli.put(withdrawn_line(cli, each))
    for standing in found:
        earliest = earliest_sitting(standing, place, asked.on)
        cli.put("\n".join(case_lines(standing, asked.on, earliest, cli.say)))
    return refs


def _put_json(
    cli: CliContext,
    place: Workplace,
    asked: Standings,
    found: Iterable[CaseStanding],
    withdrawn: Sequence[Withdrawn],
    **more: object,
) -> None:
    entries = [case_entry(s, asked.on, earliest_sitting(s, place, asked.on), cli.say) for s in found]
    taken_back = [_withdrawn_entry(each) for each in withdrawn]
    told = {"on": asked.on.isoformat(), **more, "cases": entries, "withdrawn": taken_back}
    cli.put_json({"format": STATUS, **told})


def _withdrawn_entry(withdrawn: Withdrawn) -> dict[str, object]:
    why = withdrawn.correction
    return {
        "kind": withdrawn.record.kind.value,
        "id": withdrawn.record.id,
        "reason": why.reason,
        "by": why.by,
        "at": why.at.isoformat(),
    }


COMMANDS = (status,)
