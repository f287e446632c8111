"""`jeke sitting draft`: the votes of a sitting as its signed ballots say them, for the secretary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from pipeline.archive.audit.log import AuditEvent
from pipeline.cli.context import CliContext
from pipeline.cli.options import as_json, common
from pipeline.domain.names import full_name
from pipeline.domain.records import Kind, Ref
from pipeline.flow.ballots.draft import DraftCandidate, DraftVote, draft_votes

_COMMENT_COLUMN = 26


@click.group("sitting")
@common
def sitting() -> None:
    """The texts of all help stand in the catalogues."""


@sitting.command("draft")
@click.argument("sitting_id", metavar="SITTING")
@as_json
@common
@click.pass_obj
def draft(cli: CliContext, sitting_id: str, *, as_json: bool) -> None:
    """A part of a record: it cannot be filed before somebody has put it into the sitting's own."""
    with cli.workplace() as place:
        candidates = draft_votes(place, sitting_id)
        seen = place.index.object_of(Ref(Kind.SITTING, sitting_id))
    cli.account(AuditEvent.VIEW, filter(None, [seen]), of="draft")
    if as_json:
        cli.put_json({"format": "jeke/sitting-draft/1", "sitting": sitting_id, "votes": _entries(candidates)})
        return
    if candidates:
        cli.put("\n".join(_lines(cli, sitting_id, candidates)))
    empty = sum(vote.vote is None for candidate in candidates for vote in candidate.votes)
    cli.tell(cli.say.text("cli.sitting.draft.empty" if candidates else "cli.sitting.draft.none", count=empty))


def _lines(cli: CliContext, sitting_id: str, candidates: Sequence[DraftCandidate]) -> Iterator[str]:
    for line in cli.say.text("cli.sitting.draft.head", sitting=sitting_id).split("\n"):
        yield f"# {line}"
    yield "candidates:"
    for candidate in candidates:
        yield _beside(f"  - case: {candidate.case.id}", full_name(candidate.case.employee))
        yield "    votes:"
        for vote in candidate.votes:
            yield _beside(f"      {vote.member.id}: {vote.vote or ''}".rstrip(), _where(cli, vote))


def _beside(yaml: str, comment: str) -> str:
    return f"{yaml.ljust(_COMMENT_COLUMN)}  # {comment}"


def _where(cli: CliContext, vote: DraftVote) -> str:
    """Whose vote, on which sheet and row, and why it is left empty."""
    said = full_name(vote.member), vote.document
    named = ", ".join(said)
    if vote.row:
        named = cli.say.text("cli.sitting.draft.row", member=said[0], document=said[1], row=vote.row)
    return named if vote.why is None else f"{named}: {cli.say.word('ballot_unread', vote.why)}"


def _entries(candidates: Sequence[DraftCandidate]) -> list[dict[str, object]]:
    return [
        {
            "case": candidate.case.id,
            "member": vote.member.id,
            "document": vote.document,
            "row": vote.row or None,
            "vote": vote.vote,
            "why": vote.why,
        }
        for candidate in candidates
        for vote in candidate.votes
    ]


COMMANDS = (sitting,)
