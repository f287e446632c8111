"""Checks of the person's own data that no paragraph names."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.domain.iin import patronymic_agrees
from pipeline.domain.records import Case, Kind
from pipeline.law.engine import Bench, Outcome, rule, undetermined


@rule("", on=Kind.CASE, undetermined="iin_patronymic")
def iin_agrees_with_the_patronymic(case: Case, _bench: Bench) -> Iterator[Outcome]:
    """The IIN's seventh digit tells the sex, and so does the patronymic; one may be mistyped."""
    patronymic = case.employee.patronymic
    if patronymic is not None and patronymic_agrees(case.employee.iin, patronymic) is False:
        yield undetermined("employee.iin", patronymic=patronymic)
