"""The cases whose recordings plans of destruction name that nobody has carried out or cancelled yet (¶29)."""

from __future__ import annotations

from pathlib import Path

from pipeline.retention.plans import Plans
from pipeline.retention.run_log import run_logs


def cases_of_open_plans(folder: Path) -> tuple[str, ...]:
    """Ids of those cases: what an approver has to see. `folder` is that of plans and runs.

    Raises:
        RefusedError: `plan_altered`, a plan is not what it was when it was made.
        MachineError: the folder cannot be read.
    """
    plans, begun = Plans(folder / "plans"), {number for number, _ in run_logs(folder)}
    named = (
        item.case
        for number in plans.numbers()
        if number not in begun and not plans.closed(number)
        for item in plans.get(number).destroy
    )
    return tuple(dict.fromkeys(named))
