"""A bar on a terminal, lines otherwise."""

import json
import os
import pty
import subprocess
import sys
import textwrap

from pipeline.cli.context import CliContext
from pipeline.cli.progress import progress
from tests.e2e.place import ROOT


def test_without_a_terminal_it_is_lines_now_and_then(capsys):
    with progress(CliContext.of(["--lang", "en"]), 3, "objects", seconds=0) as step:
        for _ in range(3):
            step(1)
    assert capsys.readouterr().err.splitlines() == ["objects: 1/3", "objects: 2/3", "objects: 3/3"]


def test_what_is_soon_done_is_not_told(capsys):
    with progress(CliContext.of([]), 3, "objects", seconds=60) as step:
        step(3)
    assert capsys.readouterr().err == ""


def test_in_a_services_log_it_is_an_event(capsys):
    with progress(CliContext.of(["--log", "json"]), 2, "objects", seconds=0) as step:
        step(2)
    told = json.loads(capsys.readouterr().err)
    assert (told["event"], told["done"], told["total"]) == ("progress", 2, 2)


def test_where_more_turns_up_the_whole_grows(capsys):
    with progress(CliContext.of(["--lang", "en"]), 1, "drops", seconds=0) as step:
        step(1)
        step(1)
    assert capsys.readouterr().err.splitlines() == ["drops: 1/1", "drops: 2/2"]


def test_on_a_terminal_it_is_a_bar_and_messages_stand_above_it():
    script = """
        from pipeline.cli.context import CliContext
        from pipeline.cli.progress import progress
        cli = CliContext.of(["--lang", "en"])
        with progress(cli, 2, "objects") as step:
            step(1)
            cli.tell("a message")
            step(2)
        cli.tell("after")
    """
    ours, theirs = pty.openpty()
    ran = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script)],
        cwd=ROOT,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm"},
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            piece = os.read(ours, 4096)
        except OSError:  # the terminal's other end is closed
            break
        if not piece:
            break
        shown += piece
    os.close(ours)
    assert ran.wait() == 0
    text = shown.decode()
    assert "objects" in text
    assert "1/2" in text
    assert "3/3" in text
    assert "\r\x1b[Ka message\r\n" in text
    assert text.endswith("after\r\n")
    assert "\x1b[Kafter" not in text
