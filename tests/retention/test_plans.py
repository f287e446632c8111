from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.domain.errors import NotFoundError, RefusedError
from pipeline.retention.plan import Plan, Situation, make_plan
from pipeline.retention.plans import Plans

AT = datetime(2026, 10, 17, 9, tzinfo=UTC)


def plan(number: str) -> Plan:
    return make_plan(Situation(()), number=number, on=AT.date(), made_at=AT)


def test_numbers_count_within_the_year_and_never_come_twice(tmp_path: Path) -> None:
    plans = Plans(tmp_path)
    assert plans.next_number(2026) == "2026-001"
    for number in ("2025-017", "2026-009", "2026-010"):
        plans.keep(plan(number))
    assert plans.numbers() == ("2025-017", "2026-009", "2026-010")
    assert plans.next_number(2026) == "2026-011"
    assert plans.next_number(2027) == "2027-001"
    assert plans.next_number(2026, used=["2026-040", "2025-300"]) == "2026-041"


def test_a_kept_plan_comes_back_and_sha256sum_agrees(tmp_path: Path) -> None:
    plans = Plans(tmp_path)
    plans.keep(plan("2026-001"))
    assert plans.get("2026-001") == plan("2026-001")
    done = subprocess.run(
        ["sha256sum", "-c", "2026-001.sha256"], cwd=tmp_path, capture_output=True, check=False
    )
    assert done.returncode == 0


@pytest.mark.parametrize("number", ["2026-002", "../2026-001", "2026-001.json", "", "2026"])
def test_a_plan_that_is_not_there(tmp_path: Path, number: str) -> None:
    plans = Plans(tmp_path)
    plans.keep(plan("2026-001"))
    with pytest.raises(NotFoundError, match="plan_unknown"):
        plans.get(number)


def test_a_plan_altered_anywhere_is_refused(tmp_path: Path) -> None:
    plans = Plans(tmp_path)
    plans.keep(plan("2026-001"))
    path = tmp_path / "2026-001.json"
    whole = path.read_bytes()
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(RefusedError, match="plan_altered"):
            plans.get("2026-001")
    path.write_bytes(whole)
    assert plans.get("2026-001") == plan("2026-001")
    (tmp_path / "2026-001.sha256").unlink()
    with pytest.raises(RefusedError, match="plan_altered"):
        plans.get("2026-001")
