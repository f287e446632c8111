"""Whatever an increment between two signatures does to what is seen or done: the verdict is failed."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from pipeline.documents.sealing.seal import Sealer
from pipeline.signatures.verdict import Indication
from tests.signatures.papers import protocol_pdf
from tests.signatures.test_pades import NOW, PEOPLE, judged, signed_by

_pdf: Any = generic  # the library's, without annotations
Change = Callable[[Any], None]
Box = tuple[float, float, float, float]
DECISION: Box = (70, 684, 300, 698)
EMPTY: Box = (70, 100, 300, 120)
WHITE = b"1 g -999 -999 9999 9999 re f"
YES = _pdf.BooleanObject(value=True)


def name(text: str) -> Any:
    return _pdf.pdf_name(f"/{text}")


def named(**entries: object) -> Any:
    return _pdf.DictionaryObject({name(key): value for key, value in entries.items()})


def array(*values: Any) -> Any:
    return _pdf.ArrayObject([_pdf.FloatObject(v) if isinstance(v, int | float) else v for v in values])


def script() -> Any:
    return named(S=name("JavaScript"), JS=_pdf.pdf_string("1"))


def page_of(writer: Any) -> Any:
    return writer.root["/Pages"]["/Kids"][0].get_object()


def put(of: Callable[[Any], Any], **entries: Any) -> Change:
    def change(writer: Any) -> None:
        holder = of(writer)
        for key, value in entries.items():
            holder[name(key)] = value
        writer.update_container(holder) if holder is not writer.root else writer.update_root()

    return change


def on_page(**entries: Any) -> Change:
    return put(page_of, **entries)


def in_catalog(**entries: Any) -> Change:
    return put(lambda writer: writer.root, **entries)


def in_forms(**entries: Any) -> Change:
    return put(lambda writer: writer.root["/AcroForm"].get_object(), **entries)


def picture(writer: Any, content: bytes = WHITE, **entries: Any) -> Any:
    about = named(Subtype=name("Form"), BBox=array(0, 0, 230, 14), **entries)
    return writer.add_object(_pdf.StreamObject(dict_data=dict(about), stream_data=content))


def annotation(kind: str, box: Box = DECISION, **entries: Any) -> Change:
    """`entries` that are callables are made with the writer."""

    def change(writer: Any) -> None:
        made = {key: value(writer) if callable(value) else value for key, value in entries.items()}
        about = {"F": _pdf.NumberObject(4), "Rect": array(*box), **made}
        put_on(writer, writer.add_object(named(Type=name("Annot"), Subtype=name(kind), **about)))

    return change


def put_on(writer: Any, reference: Any, *, field: bool = False) -> None:
    page = page_of(writer)
    listed = page["/Annots"]
    listed.append(reference)
    writer.update_container(listed)
    if field:
        fields = writer.root["/AcroForm"]["/Fields"]
        fields.append(reference)
        writer.update_container(fields)


def field(kind: str = "Sig", box: Box = DECISION, **entries: Any) -> Change:
    def change(writer: Any) -> None:
        made = {key: value(writer) if callable(value) else value for key, value in entries.items()}
        about = {"F": _pdf.NumberObject(4), "Rect": array(*box), "T": _pdf.pdf_string("t"), **made}
        about |= {"Type": name("Annot"), "Subtype": name("Widget"), "FT": name(kind)}
        put_on(writer, writer.add_object(named(**about)), field=True)

    return change


def both(*changes: Change) -> Change:
    def change(writer: Any) -> None:
        for each in changes:
            each(writer)

    return change


def stamp(**entries: Any) -> Change:
    """Of the one who signed first."""

    def change(writer: Any) -> None:
        made = {key: value(writer) if callable(value) else value for key, value in entries.items()}
        put(lambda w: page_of(w)["/Annots"][-1].get_object(), **made)(writer)

    return change


def widget_apart(writer: Any) -> None:
    """A field whose picture hangs on a child of it."""
    about = {"Rect": array(*DECISION), "F": _pdf.NumberObject(4), "AP": named(N=picture(writer))}
    child = writer.add_object(named(Type=name("Annot"), Subtype=name("Widget"), **about))
    put_on(writer, child)
    fields = writer.root["/AcroForm"]["/Fields"]
    above = named(FT=name("Sig"), T=_pdf.pdf_string("t"), Kids=array(child))
    fields.append(writer.add_object(above))
    writer.update_container(fields)


def twice(writer: Any) -> None:
    listed = page_of(writer)["/Annots"]
    listed.append(listed.raw_get(0))
    writer.update_container(listed)


def none_left(writer: Any) -> None:
    page = page_of(writer)
    del page["/Annots"]
    writer.update_container(page)


def drawn_with(**entries: Callable[[Any], Any]) -> Change:
    """The font of the first name draws otherwise."""

    def change(writer: Any) -> None:
        fonts = page_of(writer)["/Resources"]["/Font"]
        font = fonts[next(iter(fonts))]["/DescendantFonts"][0].get_object()
        put(lambda _: font, **{key: make(writer) for key, make in entries.items()})(writer)

    return change


def zeros(writer: Any) -> Any:
    return writer.add_object(_pdf.StreamObject(stream_data=bytes(131072)))


def _shown(**entries: Any) -> Callable[[Any], Any]:
    return lambda writer: named(N=picture(writer, **entries))


LINES = array(70, 698, 300, 698, 70, 684, 300, 684)
OVERPRINT = named(ExtGState=named(G=named(OP=YES, op=YES, OPM=_pdf.NumberObject(1))))
CHANGES: Mapping[str, Change] = {
    "turned": on_page(Rotate=_pdf.NumberObject(90)),
    "turned by the tree": put(lambda w: w.root["/Pages"].get_object(), Rotate=_pdf.NumberObject(180)),
    "cut": on_page(CropBox=array(0, 0, 595, 600)),
    "cut by the tree": put(lambda w: w.root["/Pages"].get_object(), CropBox=array(0, 0, 300, 600)),
    "trimmed": on_page(TrimBox=array(0, 0, 300, 600)),
    "art box": on_page(ArtBox=array(0, 0, 300, 600)),
    "twice as large": on_page(UserUnit=_pdf.NumberObject(2)),
    "blended as ink": on_page(Group=named(S=name("Transparency"), CS=name("DeviceCMYK"), I=YES)),
    "a script of the page": on_page(AA=named(O=script())),
    "a page that leaves": on_page(Dur=_pdf.NumberObject(1)),
    "a script at opening": in_catalog(OpenAction=script()),
    "layers off": in_catalog(OCProperties=named(OCGs=array(), D=named(BaseState=name("OFF")))),
    "other colours": in_catalog(OutputIntents=array(named(S=name("GTS_PDFX")))),
    "drawn by a form": in_catalog(NeedsRendering=YES),
    "a portfolio": in_catalog(Collection=named()),
    "another structure": in_catalog(StructTreeRoot=named(Type=name("StructTreeRoot"))),
    "a base of links": in_catalog(URI=named(Base=_pdf.pdf_string("http://evil.example"))),
    "scripts by name": in_catalog(Names=named(JavaScript=named(Names=array(_pdf.pdf_string("a"), script())))),
    "XFA": in_forms(XFA=_pdf.pdf_string("<xdp/>")),
    "text without a picture": both(
        field("Tx", V=_pdf.pdf_string("ЖОҚ"), DA=_pdf.pdf_string("/Helv 12 Tf 0 g")),
        in_forms(NeedAppearances=YES),
    ),
    "a ground without a picture": both(
        field(MK=named(BG=array(1, 1, 1), BC=array(0, 0, 0))), in_forms(NeedAppearances=YES)
    ),
    "shown by an action": field(
        F=_pdf.NumberObject(2),
        AP=_shown(),
        AA=named(PV=named(S=name("Hide"), H=_pdf.BooleanObject(value=False))),
    ),
    "in print alone": field(F=_pdf.NumberObject(4 | 32), AP=_shown()),
    "overprinted": field(AP=_shown(Resources=OVERPRINT)),
    "while it is pressed": field(AP=lambda w: named(N=picture(w, b""), D=picture(w))),
    "another state": field(AS=name("Off"), AP=lambda w: named(N=named(On=picture(w), Off=picture(w, b"")))),
    "outside of the page": field(box=(-500, -500, -400, -400), AP=_shown(Matrix=array(20, 0, 0, 20, 0, 0))),
    "a link of a field": field(A=named(S=name("URI"), URI=_pdf.pdf_string("http://evil.example"))),
    "a script of a field": field(AA=named(U=script())),
    "a link of the first stamp": stamp(A=named(S=name("URI"), URI=_pdf.pdf_string("http://evil.example"))),
    "of a child": widget_apart,
    "marker": annotation("Highlight", QuadPoints=LINES, C=array(0, 0, 0)),
    "struck out": annotation("StrikeOut", QuadPoints=LINES, C=array(0, 0, 0)),
    "words of a reader": annotation(
        "FreeText", EMPTY, DA=_pdf.pdf_string("/Helv 12 Tf 0 g"), Contents=_pdf.pdf_string("ЖОҚ")
    ),
    "a stamp of a reader": annotation("Stamp", EMPTY, Name=name("NotApproved")),
    "a line": annotation("Line", L=array(70, 690, 300, 690), C=array(0, 0, 0)),
    "the border of a link": annotation("Link", Border=array(0, 0, 9), C=array(1, 1, 1)),
    "an open note": annotation("Text", Open=YES, Contents=_pdf.pdf_string("жоқ")),
    "to be cut out": annotation("Redact", OverlayText=_pdf.pdf_string("x")),
    "a watermark": annotation("Watermark", EMPTY),
    "a film": annotation("RichMedia"),
    "the first stamp emptied": stamp(AP=lambda w: named(N=picture(w, b""))),
    "the first stamp hidden": stamp(F=_pdf.NumberObject(2)),
    "the first stamp moved": stamp(Rect=array(*DECISION)),
    "the first stamp in a layer": stamp(OC=named(Type=name("OCG"))),
    "a stamp twice": twice,
    "no stamps": none_left,
    "wider letters": drawn_with(DW=lambda _: _pdf.NumberObject(2000), W=lambda _: array()),
    "other letters": drawn_with(CIDToGIDMap=zeros),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    sealer = Sealer.test_authority(tmp_path_factory.mktemp("keys"))
    return sealer.seal(protocol_pdf(), reason="Отырыс хаттамасы № 3", when=NOW)


@pytest.fixture(scope="module")
def signed(made: bytes) -> bytes:
    return signed_by(made, PEOPLE[0])


@pytest.mark.parametrize("how", CHANGES)
def test_no_increment_changes_what_is_seen(made: bytes, signed: bytes, how: str) -> None:
    writer: Any = IncrementalPdfFileWriter(io.BytesIO(signed))
    CHANGES[how](writer)
    out = io.BytesIO()
    writer.write(out)
    found = judged(signed_by(out.getvalue(), PEOPLE[1]), made)
    assert found.tampered
    assert found.verdict.indication is Indication.FAILED
