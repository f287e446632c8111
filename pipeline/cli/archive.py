"""The archive asked: `jeke find`, `jeke verify`, `jeke reindex`."""

from __future__ import annotations

from dataclasses import asdict
from itertools import chain

import click

from pipeline.archive.find import CaseHit, Hit, find
from pipeline.archive.ocfl import StorageRoot
from pipeline.archive.verify import Problem, verify_root
from pipeline.cli.desk import Desk
from pipeline.cli.options import as_json, common
from pipeline.domain.errors import ExitCode
from pipeline.domain.names import full_name
from pipeline.flow.workplace import reindex as rebuild_index
from pipeline.intake.instance import lock


@click.command("find")
@click.argument("words", nargs=-1, required=True, metavar="WORDS...")
@as_json
@common
@click.pass_obj
def find_files(desk: Desk, words: tuple[str, ...], *, as_json: bool) -> int:
    """Exit status: 3 where nothing matches."""
    with desk.archive() as (_, index):
        hits = find(index, tuple(chain.from_iterable(word.split() for word in words)))
    if as_json:
        desk.put_json({"format": "jeke/find/1", "hits": [_hit_entry(hit) for hit in hits]})
    for hit in () if as_json else hits:
        desk.put(desk.say.text("cli.find.person", name=full_name(hit.person), iin=hit.person.iin))
        for case in hit.cases:
            desk.put("  " + _case_line(desk, case))
    if not hits:
        desk.tell(desk.say.text("error.nothing_found"))
    return ExitCode.DONE if hits else ExitCode.NOT_FOUND


def _case_line(desk: Desk, case: CaseHit) -> str:
    votes = [desk.say.word("vote", decision.result.value) for decision in case.decisions]
    return desk.say.text(
        "cli.find.case",
        case=case.id,
        post=case.post or "—",
        unit=case.unit or "—",
        sought=case.target_post or "—",
        reported_on=case.reported_on or "—",
        decision=", ".join(votes) or "—",
    )


def _hit_entry(hit: Hit) -> dict[str, object]:
    return {
        "object": hit.object_id,
        "person": asdict(hit.person),
        "cases": [
            {
                "id": case.id,
                "campaign": case.campaign,
                "unit": case.unit,
                "post": case.post,
                "target_unit": case.target_unit,
                "target_post": case.target_post,
                "reported_on": case.reported_on.isoformat() if case.reported_on else None,
                "decisions": [{"sitting": d.sitting, "result": d.result.value} for d in case.decisions],
            }
            for case in hit.cases
        ],
    }


@click.command("verify")
@click.option("--quick", is_flag=True)
@as_json
@common
@click.pass_obj
def verify(desk: Desk, *, quick: bool, as_json: bool) -> int:
    """Exit status: 1 where something does not verify; the specification's warnings alone are none."""
    problems: list[Problem] = []
    for problem in verify_root(desk.places.archive, quick=quick):
        problems.append(problem)
        if not as_json:
            desk.put(_problem_line(desk, problem))
    broken = sum(not problem.warning for problem in problems)
    if as_json:
        desk.put_json(
            {"format": "jeke/verify/1", "quick": quick, "problems": [asdict(problem) for problem in problems]}
        )
    if broken:
        desk.tell(desk.say.text("cli.verify.broken", problems=broken))
        desk.tell(desk.say.text("cli.verify.broken.remedy"))
        return ExitCode.FINDINGS
    desk.tell(desk.say.text("cli.verify.quick_sound" if quick else "cli.verify.sound"))
    return ExitCode.DONE


def _problem_line(desk: Desk, problem: Problem) -> str:
    line = desk.say.text(
        "cli.verify.warning" if problem.warning else "cli.verify.problem",
        code=problem.code,
        object=problem.object_id or "—",
        path=problem.path or "—",
    )
    return f"{line} ({problem.detail})" if problem.detail else line


@click.command("reindex")
@common
@click.pass_obj
def reindex(desk: Desk) -> int:
    """Exit status: 1 where an object does not verify and had to be left out."""
    places = desk.places
    root = StorageRoot.open(places.archive)
    with lock(places.state):
        rebuilt = rebuild_index(root, places)
    desk.tell(desk.say.text("cli.reindex.done", objects=rebuilt.objects))
    for object_id in rebuilt.damaged:
        desk.put(desk.say.text("cli.reindex.damaged", object=object_id))
    return ExitCode.FINDINGS if rebuilt.damaged else ExitCode.DONE


COMMANDS = (find_files, verify, reindex)
