"""Every value of every finding, deadline, decision and verdict of the examples, as it was last read by a person."""

import subprocess
import sys

import pytest

from pipeline.law.engine import RULES, TERMS

from .golden import FILE, golden


def test_all_is_said_as_it_was():
    assert golden().splitlines() == FILE.read_text("utf-8").splitlines()


@pytest.mark.parametrize(
    "first", ["next_step", "judging", "personal_file", "explaining.explain", "chapters.chapter_2.studies"]
)
def test_the_same_is_said_whatever_is_loaded_first(first):
    code = (
        f"import pipeline.law.{first}, pipeline.law.judging\n"
        "from pipeline.law.engine import RULES, TERMS\n"
        "print(*(r.check.__module__ + r.codes[0] for r in RULES), *(t.code for t in TERMS))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    alone = [*(r.check.__module__ + r.codes[0] for r in RULES), *(t.code for t in TERMS)]
    assert ran.stdout.split() == alone
