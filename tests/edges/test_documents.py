"""The documents against the command line: nothing of it untold, nothing told that is not there."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import pipeline
from pipeline.cli.context import CliContext
from pipeline.cli.main import jeke
from pipeline.domain.errors import ExitCode
from tests.cli.jeke import jeke as typed

ROOT = Path(pipeline.__file__).parents[1]
PAGE = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
COMMON = {"--config", "--lang", "--log", "--debug"}
PAGES = sorted({*ROOT.glob("docs/*.md"), ROOT / "README.md", ROOT / "CHANGELOG.md"})
CODE = re.compile(r"```\w*\n(.*?)```|`([^`\n]+)`", re.DOTALL)
CALL = re.compile(r"(?:^|(?<=[\s/]))jeke +([^#\n]*)", re.MULTILINE)
"""Not the log's identifiers or a unit's name: a call begins a line or stands behind a space or a path."""


def commands(group: click.Group = jeke, path: str = "") -> Iterator[tuple[str, click.Command]]:
    context = click.Context(jeke, obj=CliContext.of([]))
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, f"{path}{name} ")
        else:
            yield f"{path}{name}", command


COMMANDS = dict(commands())
GROUPS = {name.partition(" ")[0] for name in COMMANDS if " " in name}


def options(command: click.Command) -> set[str]:
    return {option for param in command.params for option in param.opts if option.startswith("--")}


def rows(name: str) -> str:
    """Every row of the tables that begins with that command."""
    return "\n".join(re.findall(rf"^\| `jeke {name}[ `].*$", PAGE, re.MULTILINE))


@pytest.mark.parametrize("name", COMMANDS)
def test_the_page_tells_of_every_command_with_its_options(name):
    told = rows(name)
    assert told
    assert {o for o in options(COMMANDS[name]) - COMMON if not re.search(rf"{o}\b", told)} == set()


def test_the_page_tells_of_the_common_options():
    assert all(re.search(rf"^\| `{option}\b", PAGE, re.MULTILINE) for option in COMMON)


def test_the_page_tells_of_every_exit_status():
    told = re.findall(r"^\| (\d+) \| ", PAGE.partition("## Exit status")[2], re.MULTILINE)
    assert {int(status) for status in told} == {int(status) for status in ExitCode}


def test_the_page_names_every_format_the_commands_print():
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "pipeline" / "cli").rglob("*.py")]
    printed = {form for source in sources for form in re.findall(r"jeke/[a-z-]+/\d", source)}
    assert printed
    assert printed == set(re.findall(r"\| `(jeke/[a-z-]+/\d)` \|", PAGE))


def calls(text: str) -> Iterator[list[str]]:
    for block, span in CODE.findall(text):
        for arguments in CALL.findall(block or span):
            yield re.sub(r"\[|\]|\\\||…|\"[^\"]*\"|'[^']*'", " ", arguments).split()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_names_no_command_or_option_that_is_not_there(page):
    for words in calls(page.read_text(encoding="utf-8")):
        said = " ".join(words)
        if not re.match(r"[a-z]+$", words[0] if words else ""):
            continue
        name = " ".join(words[:2] if words[0] in GROUPS else words[:1])
        several = [name] if name in COMMANDS else [n for n in COMMANDS if n.startswith(f"{words[0]} ")]
        assert several, said
        known = set().union(*(options(COMMANDS[n]) for n in several)) | {"--help"}
        assert {w.strip(",.;:)|") for w in words if w.startswith("--")} <= known, said


@pytest.mark.parametrize("name", COMMANDS)
def test_every_help_is_in_words(tmp_path, name):
    ended = typed(*name.split(), "--help", cwd=tmp_path)
    assert ended.status == 0
    assert not re.search(r"\bcli\.|\{", ended.out)
