"""Each command in its module, which loads when it is called."""

import subprocess
import sys

import pytest

from pipeline.cli.command_table import MODULES
from tests.cli.jeke import ROOT, jeke

HEAVY = {"aiohttp", "av", "cv2", "docxtpl", "pikepdf", "pyhanko", "pypdfium2", "rdocx", "zxingcpp"}
LOADED = (
    "import sys; from pipeline.cli.main import main; main(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"
)


def test_a_name_mistyped_is_answered_with_the_nearest(tmp_path):
    ended = jeke("statu", cwd=tmp_path)
    assert ended.status == 2
    assert "status" in ended.err


@pytest.mark.parametrize("name", sorted(MODULES))
def test_each_command_is_where_the_table_says(tmp_path, name):
    assert jeke(name, "--help", cwd=tmp_path).out.startswith(f"Қолданылуы: jeke {name}")


@pytest.mark.parametrize(
    "arguments", [("--help",), ("find", "Қасымов"), ("history", "a.yaml"), ("doctor", "--health")]
)
def test_what_people_and_monitors_ask_often_loads_no_library_for_papers(tmp_path, arguments):
    assert jeke("init", ".", cwd=tmp_path).status == 0
    ran = subprocess.run(
        [sys.executable, "-c", LOADED, *arguments, "--config", str(tmp_path / "config.yaml")],
        cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True,
    )  # fmt: skip
    assert not HEAVY & set(ran.stderr.splitlines()[-1].split())


GROUPS = {
    "person": {"merge"},
    "recording": {"get", "list"},
    "retention": {"plan", "approve", "run", "sweep", "hold", "release", "register", "report", "reconcile"},
    "templates": {"check"},
}


@pytest.mark.parametrize("name", GROUPS)
def test_a_group_is_whole_in_a_process_that_loads_it_alone(tmp_path, name):
    ran = subprocess.run(
        [sys.executable, "-m", "pipeline", name, "--help"],
        cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=True,
    )  # fmt: skip
    assert GROUPS[name] <= set(ran.stdout.split())
