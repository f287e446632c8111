"""How far a long work has come: a bar on a terminal, now and then a line otherwise."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import click

from pipeline.cli.context import CliContext
from pipeline.cli.logs import Level, LogForm

Step = Callable[[int], None]
"""Told of so many more things done."""

SECONDS_BETWEEN: Final = 10.0
"""Between two lines where there is no terminal."""


@contextmanager
def progress(cli: CliContext, total: int, label: str, *, seconds: float = SECONDS_BETWEEN) -> Iterator[Step]:
    """Shows on standard error how many of `total` are done.

        with progress(cli, len(objects), label) as step:
            for each in objects:
                …
                step(1)

    `label` is words of the catalogue. What `CliContext.tell` says meanwhile stands above the bar. Where there
    is more than was counted (what arrives meanwhile, what a zip holds), the whole grows with it.
    """
    if sys.stderr.isatty() and cli.log is LogForm.TEXT:
        with click.progressbar(length=total, label=label, file=sys.stderr, show_pos=True) as bar:

            def step(more: int) -> None:
                bar.length = max(bar.length or 0, bar.pos + more)
                bar.update(more)

            cli.under_bar = True
            try:
                yield step
            finally:
                cli.under_bar = False
    else:
        yield _lines(cli, total, label, seconds)


def _lines(cli: CliContext, total: int, label: str, seconds: float) -> Step:
    """A line when so many seconds have gone by since the last, and one at the end of what took so long."""
    done, last, told = 0, time.monotonic(), False

    def step(more: int) -> None:
        nonlocal done, total, last, told
        done += more
        total = max(total, done)
        late = time.monotonic() - last >= seconds
        if late or (told and done >= total):
            last, told = time.monotonic(), True
            cli.event(Level.INFO, "progress", "cli.progress", label=label, done=done, total=total)

    return step
