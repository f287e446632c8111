"""A mutation run over the law and the counting of days: does some test notice each small lie in the code?

    python tools/mutate.py [FILE ...] [--out FILE] [--again FILE]

Without files: pipeline/law and pipeline/domain/{calendar,terms}.py. Every mutant is one changed comparison,
connective, number, sign, return or yield inside a function. It is put in the place of the function's code in
a forked process and judged, quickest first: the examples of tests/law/records that noticed something last,
the tests named after its module, the other examples, all of tests/law, and what else looks at it (ALSO). No
file is touched and no network used; what nobody noticed is written to --out (default build/mutants.txt).
Exit status 1 below 98 %.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import copy
import importlib
import io
import os
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from mmap import mmap
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
AIM = 0.98
SECONDS_A_MUTANT = 90
"""Of the processor, three times what all the tests need; a busy machine cuts nobody off."""
SWAPS: dict[type, tuple[type, ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.And: (ast.Or,),
    ast.Or: (ast.And,),
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Add,),
}
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}
SLOW = (
    "test_a_lawful_case_has_no_block_at_any_stage",
    "test_every_block_of_the_examples_is_lifted_exactly_where_it_may_be",
    "test_records_in_any_order_give_the_same_judgement",
    "test_the_page_is_fresh",
    "test_all_is_said_as_it_was",
    "test_unlawful",
    "test_lawful",
    "test_said_under_its_paragraph",
)
"""Left to the ordinary run: they repeat what the examples show."""
UNJUDGED = frozenset({"explain", "explain_languages", "next_step", "personal_file"})
"""Modules that no judgement of an example reaches; their own tests alone are asked."""
LAST_ASKED = 40
"""So many examples, those that noticed a mutant last, come before the tests named after the module."""
ALSO: dict[str, tuple[str, ...]] = dict.fromkeys(
    ("explain", "explain_languages", "order_text"),
    (
        "tests/cli/test_command_line.py::test_explain",
        "tests/messages/test_languages.py::test_every_reading_and_check_has_its_text",
        "tests/messages/test_languages.py::test_no_kazakh_is_left",
    ),
)
"""Tests of other floors, by module: what is told of a paragraph is asked through the command line."""


@dataclass(frozen=True)
class Mutant:
    """One changed place: its function (None: a number of the module) and how the module is changed there."""

    file: Path
    change: str
    function: str | None
    source: ast.Module
    node: Any
    mutate: Callable[[Any], object]

    def __str__(self) -> str:
        line = getattr(self.node, "lineno", 0)
        return f"{self.file.relative_to(ROOT)}:{line} {self.function or '-'}: {self.change}"

    @property
    def module(self) -> str:
        return ".".join(self.file.relative_to(ROOT).with_suffix("").parts)

    def tree(self) -> ast.Module:
        """The changed module."""
        place = next(i for i, n in enumerate(ast.walk(self.source)) if n is self.node)
        tree = copy.deepcopy(self.source)
        self.mutate(next(n for i, n in enumerate(ast.walk(tree)) if i == place))
        return ast.fix_missing_locations(tree)


def mutants(file: Path) -> Iterator[Mutant]:
    """Every mutant of one file."""
    source = ast.parse(file.read_text("utf-8"))
    for function, body in _functions(source):
        for node in _code_of(body):
            for change, mutate in _changes(node):
                yield Mutant(file, change, function, source, node, mutate)
    for statement in source.body:
        number = statement.value if isinstance(statement, ast.AnnAssign) else None
        if isinstance(number, ast.Constant) and isinstance(number.value, int):
            yield Mutant(file, "n -> n + 1", None, source, number, _count_up)


def _functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from ((f"{node.name}.{f.name}", f) for f in node.body if isinstance(f, ast.FunctionDef))


def _code_of(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """The nodes that run: neither decorators nor annotations nor docstrings."""
    for statement in function.body:
        for node in ast.walk(statement):
            if not isinstance(node, ast.arg | ast.arguments):
                yield node


def _changes(node: ast.AST) -> Iterator[tuple[str, Any]]:
    match node:
        case ast.Compare(ops=ops):
            for i, op in enumerate(ops):
                for other in SWAPS.get(type(op), ()):
                    yield (
                        f"{_word(op)} -> {other.__name__}",
                        lambda n, i=i, o=other: n.ops.__setitem__(i, o()),
                    )
        case ast.BoolOp(op=op) | ast.BinOp(op=op):
            for other in SWAPS.get(type(op), ()):
                yield f"{_word(op)} -> {other.__name__}", lambda n, o=other: setattr(n, "op", o())
        case ast.Return() | ast.Expr():
            yield from _silences(node)
        case _:
            yield from _twists(node)


def _silences(node: ast.Return | ast.Expr) -> Iterator[tuple[str, Any]]:
    match node:
        case ast.Return(value=ast.expr() as value) if not _is_none(value):
            yield "return None", lambda n: setattr(n, "value", ast.Constant(None))
        case ast.Expr(value=ast.Yield() | ast.YieldFrom()):
            yield "yields nothing", lambda n: setattr(n, "value", ast.YieldFrom(ast.Tuple([], ast.Load())))
        case _:
            pass


def _twists(node: ast.AST) -> Iterator[tuple[str, Any]]:
    match node:
        case ast.UnaryOp(op=ast.Not()):
            yield "not x -> bool(x)", _double_not
        case ast.Constant(value=bool()):
            yield "bool flipped", lambda n: setattr(n, "value", not n.value)
        case ast.Constant(value=int()):
            yield "n -> n + 1", _count_up
        case ast.Call(func=ast.Name(id=name)) if name in NAMES:
            yield f"{name} -> {NAMES[name]}", lambda n: setattr(n.func, "id", NAMES[n.func.id])
        case ast.IfExp():
            yield "branches swapped", _swap_branches
        case _:
            pass


def _word(op: ast.AST) -> str:
    return type(op).__name__


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def _count_up(node: Any) -> None:
    node.value += 1


def _double_not(node: Any) -> None:
    node.operand = ast.UnaryOp(ast.Not(), node.operand)


def _swap_branches(node: Any) -> None:
    node.body, node.orelse = node.orelse, node.body


def put_in_place(mutant: Mutant) -> None:
    """Gives the living function the mutant's code; a number is set wherever it was imported to."""
    module = importlib.import_module(mutant.module)
    for kept in [v for v in vars(module).values() if hasattr(v, "cache_clear")]:
        kept.cache_clear()  # what was told before the lie is not told again
    code = compile(mutant.tree(), str(mutant.file), "exec")
    if mutant.function is not None:
        _living(module, mutant.function).__code__ = _inner(code, mutant.function)
        return
    fresh: dict[str, Any] = {"__name__": mutant.module}
    exec(code, fresh)  # noqa: S102  # the module's own text with one number changed
    for name, value in vars(module).items():
        if isinstance(value, int) and fresh.get(name) != value:
            for other in [m for key, m in sys.modules.items() if key.startswith("pipeline.")]:
                if name in vars(other):
                    setattr(other, name, fresh[name])


def _living(module: Any, function: str) -> FunctionType:
    owner, _, name = function.rpartition(".")
    found = vars(getattr(module, owner) if owner else module)[name]
    while not isinstance(found, FunctionType):
        match found:
            case property(fget=inner) if inner is not None:
                found = inner
            case cached_property(func=inner):
                found = inner
            case staticmethod() | classmethod():
                found = found.__func__
            case _:
                found = found.__wrapped__
    return found


def _inner(code: CodeType, function: str) -> CodeType:
    found: list[CodeType] = []

    def search(inside: CodeType) -> None:
        for constant in inside.co_consts:
            if isinstance(constant, CodeType):
                if constant.co_qualname == function:
                    found.append(constant)
                search(constant)

    search(code)
    return found[-1]


class Court:
    """What is asked of every mutant; warmed up once, then forked."""

    def __init__(self) -> None:
        from tests.law.examples import examples
        from tests.law.golden import BASE, chapter

        with contextlib.redirect_stdout(io.StringIO()):
            self._ask(["--collect-only", "tests/law", "tests/domain"])  # read once, for all who are forked
        self.endless = 0
        """How many were noticed only by not ending."""
        self._chapter = chapter
        self._told = [(example, chapter(example)) for example in (BASE, *examples())]
        for example, _ in self._told:
            del example.__dict__["judgement"]
        self._quickest = mmap(-1, 4)

    def notices(self, mutant: Mutant | None) -> bool:
        """Some test fails, or the mutant cannot end; none is the code as it stands."""
        self._quickest[:4] = bytes(4)
        child = os.fork()
        if child == 0:
            signal.setitimer(signal.ITIMER_PROF, SECONDS_A_MUTANT)
            os._exit(0 if self._survives(mutant) else 1)
        ended = os.waitpid(child, 0)[1]
        self._told.insert(0, self._told.pop(int.from_bytes(self._quickest[:4])))
        self.endless += os.WIFSIGNALED(ended) and os.WTERMSIG(ended) == signal.SIGPROF
        return ended != 0

    def _survives(self, mutant: Mutant | None) -> bool:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            try:
                if mutant is None:
                    every = range(len(self._told))
                    return not self._an_example_differs(every) and self._ask(["tests/law"])
                put_in_place(mutant)
                law = mutant.module.startswith("pipeline.law")
                mirror = f"tests/{'law' if law else 'domain'}/test_{mutant.file.stem}.py"
                named = [mirror] if Path(mirror).exists() else []
                judged = law and mutant.file.stem not in UNJUDGED
                if judged and self._an_example_differs(range(LAST_ASKED)):
                    return False
                if named and not self._ask(named):
                    return False
                if judged and self._an_example_differs(range(LAST_ASKED, len(self._told))):
                    return False
                return self._ask(["tests/law", *ALSO.get(mutant.file.stem, ())])
            except BaseException:  # noqa: BLE001  # a mutant may do anything; whatever it does is noticed
                return False

    def _ask(self, tests: list[str]) -> bool:
        quick = " and ".join(f"not {name}" for name in SLOW)
        return pytest.main(["-x", "-q", "-p", "no:cacheprovider", "-k", quick, *tests]) == pytest.ExitCode.OK

    def _an_example_differs(self, places: range) -> bool:
        """The one that noticed is asked first about the next mutant, which often stands beside this one."""
        for place in places:
            example, told = self._told[place]
            if self._chapter(example) != told:
                self._quickest[:4] = place.to_bytes(4)
                return True
        return False


def _without_line(mutant: str) -> str:
    """Lines move between runs; file, function and change tell enough to look again."""
    place, _, rest = mutant.partition(" ")
    return f"{place.partition(':')[0]} {rest}"


def main() -> int:
    """Exit status 0, or 1 where the aim is missed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "mutants.txt")
    parser.add_argument("--again", type=Path, help="only those that a former run's file names")
    chosen = parser.parse_args()
    files = [f.resolve() for f in chosen.files] or [
        *sorted((ROOT / "pipeline" / "law").rglob("*.py")),
        ROOT / "pipeline" / "domain" / "calendar.py",
        ROOT / "pipeline" / "domain" / "terms.py",
    ]
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    court = Court()
    if court.notices(None):
        sys.exit("the code as it stands fails its tests")
    every = [mutant for file in files for mutant in mutants(file)]
    if chosen.again is not None:
        named = {_without_line(line) for line in chosen.again.read_text("utf-8").splitlines()}
        every = [mutant for mutant in every if _without_line(str(mutant)) in named]
    unnoticed = []
    for number, mutant in enumerate(every, start=1):
        if not court.notices(mutant):
            unnoticed.append(mutant)
            print(mutant, flush=True)
        if number % 100 == 0:
            print(f"{number} of {len(every)}, {len(unnoticed)} unnoticed", file=sys.stderr, flush=True)
    noticed = len(every) - len(unnoticed)
    share = f"{noticed / max(len(every), 1):.1%}"
    print(f"{noticed} of {len(every)} noticed, {share}; {court.endless} of them did not end")
    chosen.out.parent.mkdir(exist_ok=True)
    chosen.out.write_text("".join(f"{mutant}\n" for mutant in unnoticed), "utf-8")
    return 0 if noticed >= AIM * len(every) else 1


if __name__ == "__main__":
    sys.exit(main())
