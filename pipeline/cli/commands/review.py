"""`jeke review`: what a person says of a scan, or of a ballot, that the program cannot judge alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from pipeline.cli.commands.assign import at_scans, tell_where
from pipeline.cli.context import CliContext, login
from pipeline.cli.options import as_json, common
from pipeline.domain.errors import ExitCode
from pipeline.domain.findings import Value
from pipeline.flow.ballots.settling import settle
from pipeline.flow.casefile.ballot_pictures import ToCompare, asked_with_pictures
from pipeline.flow.casefile.ballots import Row
from pipeline.flow.scans.deciding import decide, is_asked
from pipeline.flow.scans.doubts import named
from pipeline.flow.scans.drop import DROP_SHOWN, page_list
from pipeline.flow.scans.state import Question, ScanState
from pipeline.flow.scans.stored import open_scans
from pipeline.messages.catalogue import Messages


@click.command("review")
@click.argument("document", required=False, metavar="[DOCUMENT]")
@click.option("--accept", "accept", flag_value=True, type=bool, default=None)
@click.option("--reject", "accept", flag_value=False, type=bool)
@click.option("--by", metavar="NAME")
@click.option("--drop", metavar="DROP")
@as_json
@common
@click.pass_context
def review(
    context: click.Context,
    *,
    document: str | None,
    accept: bool | None,
    by: str | None,
    drop: str | None,
    as_json: bool,
) -> int:
    """Exit status of the list: 1 where something is asked, of a scan or of a ballot that is filed."""
    cli = context.find_object(CliContext)
    assert cli is not None  # noqa: S101  # `main` gives every context one
    with at_scans(cli) as (place, journal):
        if document is None and accept is None:
            filed = tuple(asked_with_pictures(place, journal))
            return _list(cli, open_scans(place.places, journal), filed, as_json=as_json)
        if document is None or accept is None or not (by or "").strip():
            raise click.UsageError(cli.say.text("cli.review.usage"), context)
        by = (by or "").strip()
        if drop is None and not is_asked(place.places.scans, document):
            rows = settle(place, journal, document, accepted=accept, by=by, login=login())
            cli.put(cli.say.text("cli.review.settled", document=document, by=by, rows=page_list(rows)))
            return ExitCode.DONE
        said = decide(place, journal, document, accepted=accept, by=by, login=login(), drop=drop)
    key = "cli.review.accepted" if accept else "cli.review.rejected"
    cli.put(cli.say.text(key, document=said.document, by=by))
    tell_where(cli, said)
    return ExitCode.DONE


def _list(
    cli: CliContext,
    scans: Sequence[tuple[ScanState, Path]],
    filed: Sequence[tuple[ToCompare, Path]],
    *,
    as_json: bool,
) -> int:
    if as_json:
        entries = [_entry(state, lies, cli.say) for state, lies in scans]
        ballots = [_ballot(asked, folder, cli.say) for asked, folder in filed]
        cli.put_json({"format": "jeke/review/1", "scans": entries, "ballots": ballots})
        return ExitCode.FINDINGS if scans or filed else ExitCode.DONE
    for state, lies in scans:
        drop, folder = state.drop[:DROP_SHOWN], str(lies.parent)
        cli.put(cli.say.text("cli.review.scan", drop=drop, name=state.name, folder=folder))
        for question in state.questions:
            _show(cli, question)
        if state.unmarked:
            cli.put("  " + cli.say.text("cli.review.unmarked", pages=page_list(state.unmarked)))
    for asked, lies in filed:
        cli.put(cli.say.text("cli.review.ballot", document=named(asked.filed), folder=str(lies)))
        for row in asked.rows:
            cli.put("  " + cli.say.text("cli.status.ballot_row", **_row(row)))
            if (lies / asked.picture(row)).is_file():
                cli.put("    " + cli.say.text("cli.review.picture", name=asked.picture(row)))
        cli.put("  " + cli.say.text("cli.status.ballot_settle", document=named(asked.filed)))
    if scans or not filed:
        cli.tell(cli.say.text("cli.review.hint" if scans else "cli.review.nothing"))
    return ExitCode.FINDINGS if scans or filed else ExitCode.DONE


def _row(row: Row) -> dict[str, Value]:
    return {"row": row.number, "case": row.case, "mark": str(row.mark), "recorded": str(row.recorded)}


def _ballot(asked: ToCompare, folder: Path, say: Messages) -> dict[str, object]:
    return {
        "document": named(asked.filed),
        "title": say.word("title", asked.filed.document.title),
        "folder": str(folder),
        "rows": [{**_row(row), "picture": asked.picture(row)} for row in asked.rows],
    }


def _show(cli: CliContext, question: Question) -> None:
    cli.put(f"  {question.named} — {cli.say.word('title', question.title)}")
    for code, params in question.words:
        cli.put("    " + cli.say.text(f"answer.note.{code}", **params))


def _entry(state: ScanState, lies: Path, say: Messages) -> dict[str, object]:
    return {
        "drop": state.drop,
        "name": state.name,
        "sha256": state.sha256,
        "folder": str(lies.parent),
        "unmarked": list(state.unmarked),
        "questions": [
            {
                "document": q.named,
                "title": say.word("title", q.title),
                "doubts": [
                    {"key": key, "code": code, **params}
                    for key, (code, params) in zip(q.doubts, q.words, strict=True)
                ],
            }
            for q in state.questions
        ],
    }


COMMANDS = (review,)
