"""Whatever is dropped gets an answer, soon: tricky YAML, pathological YAML, records with anything for values."""

from __future__ import annotations

import os
import random
import re
import resource
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.domain.records import Campaign
from pipeline.intake.journal import DropState, Journal
from pipeline.record_format.reader import ReadResult, read_stream
from pipeline.record_format.stream import MAX_DOCUMENT_BYTES
from pipeline.system.time_limit import time_limit
from tests.e2e.place import Place, documents_of, sample

from .yaml_cases import HEAD, VALUES, WHOLE, Expected

SOAK = int(os.environ.get("JEKE_SOAK", "0"))
ENDS = 60.0
"""Seconds: what takes the square of its length would need many minutes. How fast it is, benchmarks/ say."""


def answered(data: bytes) -> ReadResult:
    """Either records or errors, each with a place in the file; in time."""
    with time_limit(ENDS):
        result = read_stream(data, "а.yaml")
    assert bool(result.errors) != bool(result.records)
    for error in result.errors:
        assert error.code
        assert error.line >= 1 or error.line == 0
    return result


def read(text: str | bytes) -> Expected:
    result = answered(text if isinstance(text, bytes) else text.encode())
    if result.errors:
        return tuple(error.code for error in result.errors)
    (one,) = result.records
    assert isinstance(one.record, Campaign)
    return one.record.unit


@pytest.mark.parametrize("name", VALUES)
def test_a_tricky_value(name: str) -> None:
    text, expected = VALUES[name]
    assert read(f"{HEAD}unit: {text}\n") == expected


@pytest.mark.parametrize("name", WHOLE)
def test_a_tricky_stream(name: str) -> None:
    text, expected = WHOLE[name]
    assert read(text) == expected


MIB = MAX_DOCUMENT_BYTES - 1_000
PATHOLOGICAL: dict[str, Callable[[int], str]] = {
    "brackets": lambda n: "[" * n,
    "brackets in pairs": lambda n: "[]," * (n // 3),
    "braces": lambda n: "{a: " * (n // 4),
    "compact lists": lambda n: "- " * (n // 2) + "a",
    "question marks": lambda n: "? " * (n // 2),
    "colons": lambda n: ": " * (n // 2),
    "keys": lambda n: "".join(f"k{i}: v\n" for i in range(n // 12)),
    "one key again and again": lambda n: "unit: v\n" * (n // 8),
    "list items": lambda n: "unit:\n" + "- a\n" * (n // 4),
    "an unfinished quote": lambda n: 'unit: "' + "a" * n,
    "lines of a quote": lambda n: 'unit: "' + "a\n " * (n // 3) + '"',
    "lines of a plain scalar": lambda n: "unit: " + "a\n  " * (n // 4),
    "blank lines in a block": lambda n: "unit: |\n" + "\n" * n,
    "spaces": lambda n: "unit:" + " " * n,
    "comments": lambda n: "#\n" * (n // 2),
    "documents": lambda n: "---\n" * (n // 4),
    "records without end": lambda n: "---\nkind: case\n" * (n // 15),
    "escapes": lambda n: 'unit: "' + r"\u049a" * (n // 6) + '"',
    "anchors": lambda n: "".join(f"k{i}: &a{i} v\n" for i in range(n // 14)),
    "aliases": lambda n: "unit: &a x\n" + "".join(f"k{i}: *a\n" for i in range(n // 12)),
    "merges": lambda n: "a: &a {b: c}\n" + "".join(f"k{i}: {{<<: *a}}\n" for i in range(n // 18)),
    "tags": lambda n: "".join(f"k{i}: !t{i} v\n" for i in range(n // 14)),
    "one long word": lambda n: "unit: " + "қ" * (n // 2),
    "mixed letters": lambda n: "unit: " + "қaзaқ " * (n // 8),
    "combining marks": lambda n: "unit: и" + "\u0306" * (n // 2),
    "right to left": lambda n: "unit: " + "\u202eа" * (n // 5),
    "an unknown field of any length": lambda n: "ж" * (n // 2) + ": a",
    "indentation": lambda n: "\n".join(" " * i + f"k{i}:" for i in range(int((2 * n) ** 0.5) - 1)),
    "percent signs": lambda n: "%YAML 1.2\n" * (n // 10),
    "carriage returns": lambda n: "\r" * n,
    "NULs": lambda n: "\0" * n,
    "exclamation marks": lambda n: "unit: " + "!" * n,
    "pipes": lambda n: "unit: |" + "9" * n,
    "numbers": lambda n: "report: {filed_on: " + "9" * n + "}",
    "dashes": lambda n: "-" * n,
}


@pytest.mark.parametrize("name", PATHOLOGICAL)
@pytest.mark.parametrize("head", ["kind: case\nid: a\n", ""] if SOAK else ["kind: case\nid: a\n"])
def test_a_mebibyte_of_it_is_answered(name: str, head: str) -> None:
    answered((head + PATHOLOGICAL[name](MIB)).encode())


# --- records with anything for values ---------------------------------------------------------------------

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-10, 10**6),
    st.dates().map(str),
    st.sampled_from(
        [
            "",
            "~",
            "жоқ",
            "иә",
            "2025-02-30",
            "24:00",
            "7.2",
            "010203500107",
            "m1",
            "recommended",
            "present",
            "¶",
            "۳",
        ]
    ),
    st.text(max_size=12),
)
ANYTHING: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
)
DAYS = re.compile(r"\d{4}-\d{2}-\d{2}$")


def places_in(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value of a tree."""
    inside = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in inside:
        yield (*path, key)
        yield from places_in(value, (*path, key))


class _AllText(yaml.SafeLoader):
    """Reads every scalar as the text it is."""


_AllText.yaml_implicit_resolvers = {}


def records(name: str) -> list[dict[str, Any]]:
    return [yaml.load(text, _AllText) for text in documents_of(sample(name))]  # noqa: S506  # a SafeLoader


def changed(trees: list[dict[str, Any]], chance: random.Random, value: Callable[[Any], Any]) -> str:
    """The records with some of their values put, taken away or doubled."""
    for tree in trees:
        for _ in range(chance.randint(0, 4)):
            *above, key = chance.choice(list(places_in(tree)))
            holder: Any = tree
            for step in above:
                holder = holder[step]
            match chance.randrange(4):
                case 0:
                    del holder[key]
                case 1 if isinstance(holder, list):
                    holder.append(holder[key])
                case _:
                    holder[key] = value(holder[key])
    return yaml.safe_dump_all(trees, allow_unicode=True, sort_keys=False)


@pytest.mark.parametrize("name", ["recommended", "tie", "refused"])
@settings(
    max_examples=20 * SOAK or 15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_records_with_anything_for_values_are_judged_or_refused(
    data: st.DataObject, name: str, tmp_path: Path
) -> None:
    text = changed(records(name), data.draw(st.randoms(use_true_random=False)), lambda _: data.draw(ANYTHING))
    file = tmp_path / "a.yaml"
    file.write_text(text, encoding="utf-8", errors="surrogatepass")
    ran = Place(tmp_path).jeke("check", "--alone", str(file))
    assert ran.status in (0, 1, 2), ran.err


def plausible(chance: random.Random) -> Callable[[Any], Any]:
    """Another value of the same sort, so that it is read and the rules have to deal with it."""

    def value(before: Any) -> Any:
        if isinstance(before, str) and DAYS.match(before):
            return f"{chance.randint(2020, 2027)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"
        if before in ("true", "false"):
            return chance.choice(["true", "false"])
        return chance.choice(
            [None, before, "ә" * chance.choice([1, 300]), "m1", "recommended", "absent_valid"]
        )

    return value


def test_every_strange_file_dropped_is_answered(tmp_path: Path) -> None:
    """All of the above through the real drop, and samples whose facts are others at random."""
    place = Place.make(tmp_path / "place")
    chance = random.Random(218)
    dropped = {f"value-{n:03d}.yaml": f"{HEAD}unit: {text}\n" for n, (text, _) in enumerate(VALUES.values())}
    for name in ("recommended", "tie", "refused"):
        for number in range(SOAK or 4):
            changes = plausible(chance)
            text = changed(records(name), chance, changes)
            dropped[f"{name}-{number:03d}.yaml"] = text
    for name, text in dropped.items():
        place.drop(name, text)
    assert place.run_once().status in (1, 2)
    with Journal.open(place.folder / "state" / "journal.sqlite") as journal:
        drops = journal.drops()
        assert sorted(drop.name for drop in drops) == sorted(dropped)
        assert {drop.state for drop in drops} <= {DropState.DONE, DropState.WAITING, DropState.REFUSED}
        filed = [drop for drop in drops if drop.state is not DropState.REFUSED]
    assert len(filed) > 3
    assert list((place.folder / "state" / "work").iterdir()) == []
    assert [p for p in (place.folder / "inbox").iterdir() if p.name in dropped] == []
    assert place.jeke("verify").status == 0
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 2**21  # KiB
