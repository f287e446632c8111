"""Every note and doubt of a scan has words in every language, and is given what they ask for."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import pipeline
from pipeline.messages.catalogue import Language, Messages
from pipeline.scans.pen.ink import Doubt
from pipeline.scans.sorting import PageFault

FLOW = Path(pipeline.__file__).parent / "flow"
DOCUMENT = {"title", "record"}


def notes() -> Iterator[tuple[str, ast.Call]]:
    for name in ("scans/drop", "scans/weighing", "drops/paper_drop"):
        for node in ast.walk(ast.parse((FLOW / f"{name}.py").read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Name("Note"), args=[ast.Constant(code), *_]):
                    yield str(code), node


CODES = {code for code, _ in notes()} | {f"scan_{f}" for f in PageFault} | {"scan_other", "scan_added"}


@pytest.mark.parametrize("language", Language)
def test_every_note_and_doubt_has_words(language: Language) -> None:
    say = Messages(language)
    assert len(CODES) > 20
    assert [code for code in CODES if not say.has(f"answer.note.{code}")] == []
    assert [d for d in Doubt if not say.has(f"value.scan_doubt.{d}")] == []


def test_no_words_are_left_over() -> None:
    text = (FLOW.parent / "locale" / "kk" / "LC_MESSAGES" / "scans.po").read_text(encoding="utf-8")
    named = {part.partition('"')[0].removesuffix(".remedy") for part in text.split('msgid "answer.note.')[1:]}
    assert named == CODES
    doubts = {part.partition('"')[0] for part in text.split('msgid "value.scan_doubt.')[1:]}
    assert doubts == {str(d) for d in Doubt}


def test_notes_written_out_are_given_what_their_words_ask_for() -> None:
    say = Messages(Language.KK)
    for code, call in notes():
        given = call.args[1] if len(call.args) > 1 else ast.Dict([], [])
        if not isinstance(given, ast.Dict) or any(
            key is None and "about" not in ast.dump(value)
            for key, value in zip(given.keys, given.values, strict=True)
        ):
            continue
        names = {key.value for key in given.keys if isinstance(key, ast.Constant)}
        names |= DOCUMENT if None in given.keys else set()
        texts = [say._catalogue.gettext(f"answer.note.{code}{part}") for part in ("", ".remedy")]
        asked = {
            n for t in texts if not t.startswith("answer.") for _, n, _, _ in string.Formatter().parse(t) if n
        }
        assert asked <= names, code
