"""Signatures checked in the confined child: the same verdicts as without it, and nothing that a bomb can do."""

from __future__ import annotations

import io
from typing import Any

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from pipeline.confined.limits import Budget
from pipeline.flow.site.budgets import PAPER_SECONDS
from pipeline.signatures import signature_checking as checking
from pipeline.signatures.cms import SignatureFile
from pipeline.signatures.paper import Evidence, look
from pipeline.signatures.signature import Checker
from pipeline.signatures.signature_checking import Signatures, UncheckableError
from tests.signatures.people import message_of
from tests.signatures.slow import slow_message
from tests.signatures.test_pades import NOW, PEOPLE, increment, made, seven, trust

__all__ = ("made", "seven")

_pdf: Any = generic  # the library's, without annotations


def form_bomb(pdf: bytes, deep: int = 9, wide: int = 10) -> bytes:
    """A revision whose first page draws a form, which draws ten, which draw ten: a thousand million pictures."""
    out = io.BytesIO(pdf)
    writer: Any = IncrementalPdfFileWriter(out)
    content, resources = b"0 0 1 1 re f", _pdf.DictionaryObject()
    for _ in range(deep):
        form = _pdf.StreamObject(stream_data=content)
        form["/Type"], form["/Subtype"] = _pdf.NameObject("/XObject"), _pdf.NameObject("/Form")
        form["/BBox"] = _pdf.ArrayObject([_pdf.NumberObject(n) for n in (0, 0, 595, 842)])
        form["/Resources"] = resources
        named = _pdf.DictionaryObject({_pdf.NameObject("/F"): writer.add_object(form)})
        resources = _pdf.DictionaryObject({_pdf.NameObject("/XObject"): named})
        content = b"/F Do " * wide
    reference, _ = writer.find_page_for_modification(0)
    page: Any = reference.get_object()
    page["/Contents"] = writer.add_object(_pdf.StreamObject(stream_data=content))
    page["/Resources"] = resources
    writer.mark_update(reference)
    writer.write_in_place()
    return out.getvalue()


@pytest.fixture(scope="module")
def signatures() -> Any:
    with Signatures(trust(), Budget(*PAPER_SECONDS)) as child:
        yield child


@pytest.mark.parametrize("harm", ["none", "info", "page", "garbage", "cut"])
def test_the_same_as_without_it(signatures: Signatures, made: bytes, seven: bytes, harm: str) -> None:
    """A library that loads something too late would make sound signatures look broken."""
    pdf = {"none": seven, "garbage": seven + b"x" * 99, "cut": seven[:-4000]}.get(harm)
    evidence = Evidence(pdf or increment(seven, harm), len(made))
    assert signatures.look(evidence, NOW) == look(evidence, Checker(trust(), NOW))


def test_what_a_file_says_it_signs(signatures: Signatures, made: bytes) -> None:
    files = [message_of(made, PEOPLE[0]), b"no CMS", b"", slow_message(made, 3)]
    one, other, empty, three = signatures.read([SignatureFile("a", data) for data in files])
    assert one.fits(made)
    assert not one.fits(made + b" ")
    assert other.unreadable
    assert empty.unreadable
    assert len(three.signers) == 3


@pytest.mark.parametrize("bomb", ["forms", "signers"])
def test_a_bomb_ends(made: bytes, seven: bytes, bomb: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "CPU_SECONDS", 2.0)
    beside = (SignatureFile("a", slow_message(made)),) if bomb == "signers" else ()
    evidence = Evidence(form_bomb(seven) if bomb == "forms" else made, len(made), beside)
    with Signatures(trust(), Budget(cpu_seconds=5, wall_seconds=60)) as child:
        for _ in range(2):
            with pytest.raises(UncheckableError) as raised:
                child.look(evidence, NOW)
            assert raised.value.why in ("processor", "budget")
        with pytest.raises(UncheckableError, match="budget"):
            child.read([SignatureFile("a", b"")])
