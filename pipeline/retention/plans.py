"""The plans made, frozen by their SHA-256, and the approvals given to each.

- `<number>.json`: the plan, canonical JSON
- `<number>.sha256`: what it was when it was made; `sha256sum -c` reads it
- `<number>.approvals.jsonl`: one approval a line
- `<number>.cancelled`: empty; the audit chain says who cancelled it, and only what it says counts
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from pipeline.domain.errors import CorruptError, NotFoundError, RefusedError
from pipeline.retention.plan import Plan, read_plan
from pipeline.retention.state_files import put, translated
from pipeline.system.files import read_file

_NUMBER: Final = re.compile(r"(\d{4})-(\d{3,})")


class Plans:
    """The folder of plans."""

    def __init__(self, folder: Path) -> None:
        """It is made with the first plan."""
        self._folder = folder

    def numbers(self) -> tuple[str, ...]:
        """Of all plans, the oldest first."""
        names = (path.stem for path in self._folder.glob("*.json"))
        return tuple(sorted((n for n in names if _NUMBER.fullmatch(n)), key=_order))

    def next_number(self, year: int, used: Iterable[str] = ()) -> str:
        """A number no plan bears: the year and a count. `used` are those that acts in the archive name."""
        counts = [
            int(match[2])
            for number in (*self.numbers(), *used)
            if (match := _NUMBER.fullmatch(number)) and int(match[1]) == year
        ]
        return f"{year:04}-{max(counts, default=0) + 1:03}"

    def keep(self, plan: Plan) -> None:
        """Stores a new plan; its SHA-256 first, so that a plan that is there is frozen.

        Raises:
            MachineError: `retention_unusable`.
        """
        put(self._path(plan.number, "sha256"), f"{plan.sha256}  {plan.number}.json\n".encode())
        put(self._path(plan.number, "json"), plan.data())

    def get(self, number: str) -> Plan:
        """A plan as it was made.

        Raises:
            NotFoundError: `plan_unknown`.
            RefusedError: `plan_altered`, it is not what it was when it was made.
        """
        if not _NUMBER.fullmatch(number) or not self._path(number, "json").is_file():
            raise NotFoundError("plan_unknown", plan=number)
        with translated():
            data = read_file(self._path(number, "json"))
        try:
            frozen = read_file(self._path(number, "sha256")).decode("ascii").partition(" ")[0]
            plan = read_plan(data)
        except (OSError, UnicodeDecodeError, CorruptError) as error:
            raise RefusedError("plan_altered", plan=number) from error
        if plan.sha256 != frozen or plan.number != number:
            raise RefusedError("plan_altered", plan=number)
        return plan

    def approvals(self, number: str) -> Path:
        """The file of a plan's approvals."""
        return self._path(number, "approvals.jsonl")

    def close(self, number: str) -> None:
        """Marks a plan as cancelled, for those who do not read the audit chain.

        Raises:
            MachineError: `retention_unusable`.
        """
        put(self._path(number, "cancelled"), b"")

    def closed(self, number: str) -> bool:
        """Whether it is marked as cancelled."""
        return self._path(number, "cancelled").is_file()

    def _path(self, number: str, ending: str) -> Path:
        return self._folder / f"{number}.{ending}"


def _order(number: str) -> tuple[int, int]:
    year, _, count = number.partition("-")
    return int(year), int(count)
