"""The worker that looks at one paper (see pdf_gate): asked with its ending and limits, it tells the verdict.

It runs confined (`pipeline.confined`), with the open file and nothing else.
"""

from __future__ import annotations

import io
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, BinaryIO

import pikepdf
from PIL import Image, JpegImagePlugin, MpoImagePlugin, PngImagePlugin, TiffImagePlugin  # noqa: F401  # loads them

from pipeline.confined.inside import Files, Told, serve
from pipeline.domain.paper_ends import HEAD, pdf_at, pdf_ends
from pipeline.intake.gate import web_address
from pipeline.intake.gate.attached_file import kind_of_content, kind_of_name

FLATE_RATIO = 1_032
"""The most that one layer of deflate can unpack into, for each byte."""

MAGIC = {
    b"II*\0": "tiff",
    b"MM\0*": "tiff",
    b"\xff\xd8\xff": "jpeg",
    b"\x89PNG\r\n\x1a\n": "png",
}
FORMATS = {"tiff": ("TIFF",), "jpeg": ("JPEG", "MPO"), "png": ("PNG",)}
ENDINGS = {".pdf": "pdf", ".tif": "tiff", ".tiff": "tiff", ".jpg": "jpeg", ".jpeg": "jpeg", ".png": "png"}

ACTIONS = {
    "/JavaScript": "javascript",
    "/Launch": "launch",
    "/SubmitForm": "submit_form",
    "/ImportData": "import_data",
    "/GoToR": "go_to_remote",
    "/GoToE": "go_to_embedded",
    "/Rendition": "rich_media",
    "/RichMediaExecute": "rich_media",
    "/Movie": "rich_media",
    "/Sound": "rich_media",
    "/GoTo3DView": "rich_media",
}
NAMED_ACTIONS = {"/NextPage", "/PrevPage", "/FirstPage", "/LastPage", "/Print"}
"""What a paper may ask of its reader by name (ISO 32000-1, table 211, and printing)."""
CLICKED = ("/A", "/PA")
"""Where an action hangs that a person sets off (ISO 32000-1, 12.6)."""
BY_ITSELF = ("/OpenAction", "/AA", "/Next")
"""Where one hangs that goes off at opening, printing, moving the pointer, or after another."""
FORBIDDEN_KEYS = {"/JS": "javascript", "/JavaScript": "javascript", "/XFA": "xfa"}
OUTSIDE = {"/F", "/Ref", "/OPI"}
"""In a stream: its data, the page it shows or its picture lie in another file."""
MEDIA = {"/RichMedia", "/3D", "/Movie", "/Sound", "/Screen"}
FLATE = {"/FlateDecode", "/Fl"}

NAME_KEYS = ("/UF", "/F", "/Unix", "/DOS", "/Mac")
DRAWN = re.compile(rb"/([^\s/<>\[\](){}%]+)\s+Do\b")
DRAWING_COST = 1_000
"""Of drawing a form once, in bytes of content read."""
NESTED = 100
"""Forms within forms, deeper than any reader goes."""
UNREAD = (pikepdf.PikepdfError, UnicodeDecodeError)
"""What the library raises over a broken file; the second where its own message quotes bytes of it."""
DEPTH = 3
"""Of PDF files attached to each other."""


class Found:
    """What was found so far."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.pages = 0
        self.reasons: dict[str, None] = {}
        self.flags: dict[str, None] = {}
        self.attached = 0
        self.attachments = 0

    def reason(self, word: str) -> None:
        """Something that speaks against it."""
        self.reasons.setdefault(word)

    def flag(self, word: str) -> None:
        """Something worth knowing."""
        self.flags.setdefault(word)

    def told(self) -> dict[str, object]:
        """The verdict as it is sent."""
        return {
            "kind": self.kind,
            "pages": self.pages,
            "reasons": sorted(self.reasons),
            "flags": sorted(self.flags),
        }


def answer(asked: dict[str, Any], _data: bytes, files: Files) -> Told:
    """The verdict on the file handed in."""
    return look(files[0], asked["ending"], SimpleNamespace(**asked["limits"])).told(), b""


def look(file: BinaryIO, ending: str, limits: SimpleNamespace) -> Found:
    """What the first bytes say decides; the name must not promise another kind of thing."""
    head = file.read(HEAD)
    pictures = (kind for magic, kind in MAGIC.items() if head.startswith(magic))
    kind = "pdf" if pdf_at(head) >= 0 else next(pictures, "")
    found = Found(kind)
    promised = ENDINGS.get(ending, "")
    if not kind or (promised != kind and "pdf" in (promised, kind)):
        found.reason("not_paper")
        return found
    if promised != kind:
        found.flag("misnamed")
    try:
        (pdf if kind == "pdf" else picture)(file, found, limits)
    except MemoryError:
        found.reason("bomb")
    except UNREAD:
        if "cut_short" not in found.reasons:
            found.reason("damaged")
    except Exception:
        if not found.reasons:
            raise  # our own fault is no verdict on the file
    return found


# --- pictures -------------------------------------------------------------------------------------------


def picture(file: BinaryIO, found: Found, limits: SimpleNamespace) -> None:
    """Every page of it is decoded, one at a time."""
    Image.MAX_IMAGE_PIXELS = limits.pixels
    file.seek(0)
    try:
        with Image.open(file, formats=FORMATS[found.kind]) as image:
            for page in range(limits.pages + 1):
                try:
                    image.seek(page)
                except EOFError:
                    return
                if page == limits.pages:
                    found.reason("pages")
                    return
                if image.width * image.height > limits.pixels:
                    found.reason("pixels")
                    return
                image.load()
                found.pages = page + 1
    except Image.DecompressionBombError:
        found.reason("pixels")
    except (MemoryError, ImportError):
        raise
    except Exception as error:  # noqa: BLE001  # the library says so in many ways: the picture is at fault
        found.reason("cut_short" if "truncated" in str(error) else "damaged")


# --- PDF ------------------------------------------------------------------------------------------------


class Reading:
    """One PDF under way: the paper, or one attached to it."""

    def __init__(self, document: pikepdf.Pdf, found: Found, limits: SimpleNamespace, depth: int) -> None:
        self.document = document
        self.found = found
        self.limits = limits
        self.depth = depth
        self.attached: dict[tuple[int, int], tuple[int, str]] = {}
        """Length and kind of each attachment seen."""


def pdf(file: BinaryIO, found: Found, limits: SimpleNamespace, depth: int = 0) -> None:
    """Every object of it is looked at, whether a page leads to it or not."""
    if depth == 0 and not pdf_ends(file):
        found.reason("cut_short")
    file.seek(0)
    try:
        opened = pikepdf.open(file, suppress_warnings=True)
    except pikepdf.PasswordError:
        found.reason("encrypted")
        return
    with opened as document:
        if document.is_encrypted:
            found.reason("encrypted")
        reading = Reading(document, found, limits, depth)
        count_pages(reading)
        for item in document.objects:
            for part in parts(item):
                judge(part, reading)
                if isinstance(part, pikepdf.Stream):
                    measure(part, found, limits)
        if not found.reasons:
            drawing(reading)
        if document.get_warnings():
            found.flag("repaired")


def count_pages(reading: Reading) -> None:
    """How many, and how large."""
    found, limits, pages = reading.found, reading.limits, reading.document.pages
    count = len(pages)
    if reading.depth == 0:
        found.pages = count
    if not count:
        found.reason("damaged")
    if count > limits.pages:
        found.reason("pages")
        return
    for page in pages:
        left, bottom, right, top = (number(side) for side in page.mediabox)
        unit = number(page.obj.get("/UserUnit"), 1.0)
        if max(abs(right - left), abs(top - bottom)) * unit > limits.page_side:
            found.reason("page_size")


def parts(item: Any) -> Iterator[Any]:
    """An object's dictionaries and streams, but not those it only points to: they come by themselves."""
    waiting = [item]
    while waiting:
        value = waiting.pop()
        if isinstance(value, (pikepdf.Dictionary, pikepdf.Stream)):
            yield value
            inner = [value[key] for key in value.keys()]  # noqa: SIM118  # a PDF dictionary is no mapping
        elif isinstance(value, pikepdf.Array):
            inner = list(value)
        else:
            continue
        waiting += [part for part in inner if isinstance(part, pikepdf.Object) and not part.is_indirect]


def judge(part: Any, reading: Reading) -> None:
    """One dictionary: what it does when somebody opens, clicks or prints."""
    found, keys = reading.found, set(part.keys())
    for key in keys & FORBIDDEN_KEYS.keys():
        found.reason(FORBIDDEN_KEYS[key])
    kind = word(part, "/S")
    if kind in ACTIONS:
        found.reason(ACTIONS[kind])
    if "/URI" in keys:
        link(part, found)
    if "/AcroForm" in keys:
        found.flag("form")
    if word(part, "/Subtype") in MEDIA:
        found.reason("rich_media")
    if (isinstance(part, pikepdf.Stream) and keys & OUTSIDE) or word(part, "/FS") == "/URL":
        found.reason("external_data")
    for key in keys & {*CLICKED, *BY_ITSELF}:
        action(part.get(key), found, clicked=key in CLICKED)
    if "/EF" in keys:
        attachments(part, reading)
    elif isinstance(part, pikepdf.Stream) and word(part, "/Type") == "/EmbeddedFile":
        attached(part, [], reading)


def action(value: Any, found: Found, *, clicked: bool) -> None:
    """By a list of what a paper may do: go to a place in itself; open a web address where a person clicks."""
    if isinstance(value, pikepdf.Array):
        for inner in listed_actions(value):
            action(inner, found, clicked=clicked)
        return
    if not isinstance(value, pikepdf.Dictionary):
        return  # a place to go to may be a name
    if "/S" not in value:
        for key in value.keys():  # noqa: SIM118  # additional actions (/AA) by what sets them off
            if isinstance(inner := value[key], pikepdf.Dictionary) and "/S" in inner:
                action(inner, found, clicked=False)
        return
    kind = word(value, "/S")
    may = kind == "/GoTo" or (kind == "/Named" and word(value, "/N") in NAMED_ACTIONS)
    if not may and kind not in ACTIONS and not (kind == "/URI" and clicked):
        found.reason("unknown_action")


def listed_actions(value: Any) -> Iterator[Any]:
    """The actions of a list (/Next), in lists within it too; an array may be a place to go to as well."""
    waiting, seen = [value], {(0, 0)}
    while waiting:
        for inner in waiting.pop():
            if isinstance(inner, pikepdf.Array) and (not inner.is_indirect or inner.objgen not in seen):
                seen.add(inner.objgen)
                waiting.append(inner)
            elif isinstance(inner, pikepdf.Dictionary) and "/S" in inner:
                yield inner


def link(part: Any, found: Found) -> None:
    """An address to go to; or what all addresses of the paper begin with (/Base in /URI of the root)."""
    found.flag("uri")
    value = part.get("/URI")
    address = value.get("/Base", "") if isinstance(value, pikepdf.Dictionary) else value
    text = written(address) if isinstance(address, str | pikepdf.String) else "?"
    if text and not web_address.is_plain(text):
        found.reason("link")


def written(value: Any) -> str:
    """In UTF-8, as addresses are (ISO 32000-2, 12.6.4.8) and programs write names; else as PDF has it."""
    if not isinstance(value, pikepdf.String):
        return spelt(value) if isinstance(value, pikepdf.Name) else str(value)
    try:
        return bytes(value).decode().removeprefix("\ufeff")
    except UnicodeDecodeError:
        return str(value)


def word(part: Any, key: str) -> str:
    """The name that stands there, else nothing."""
    value = part.get(key)
    return spelt(value) if isinstance(value, pikepdf.Name) else ""


def spelt(name: Any) -> str:
    """A name as text; bytes of Latin and Cyrillic code pages stand in it as they do in keys."""
    return bytes(name).decode(errors="surrogateescape")


def attachments(specification: Any, reading: Reading) -> None:
    """The files that a file specification carries, each under all the names it gives."""
    embedded = specification.get("/EF")
    if not isinstance(embedded, pikepdf.Dictionary):
        return
    names = [written(specification[key]) for key in NAME_KEYS if key in specification]
    streams = (embedded[key] for key in embedded.keys())  # noqa: SIM118  # as above
    for stream in {s.objgen: s for s in streams if isinstance(s, pikepdf.Stream)}.values():
        length = attached(stream, names, reading)
        reading.found.attached += length
        reading.found.attachments += 1
    if (
        reading.found.attached > reading.limits.attachment_bytes
        or reading.found.attachments > reading.limits.attachments
    ):
        reading.found.reason("bomb")


def attached(stream: Any, names: list[str], reading: Reading) -> int:
    """A file inside: of a kind on the list by its name and by its content. Gives its length."""
    found = reading.found
    found.flag("attachment")
    if stream.objgen not in reading.attached:
        data = unpacked(stream, reading.limits.stream_bytes)
        if data is None:
            found.reason("bomb")
            return 0
        kind = kind_of_content(data)
        reading.attached[stream.objgen] = len(data), kind
        look_into(data, kind, reading)
    length, kind = reading.attached[stream.objgen]
    if kind not in ("", "program") and any(kind_of_name(name) not in ("", kind) for name in names):
        found.reason("attachment_kind")
    return length


def look_into(data: bytes, kind: str, reading: Reading) -> None:
    """A PDF inside is a paper like any other."""
    found = reading.found
    match kind:
        case "program":
            found.reason("executable")
        case "":
            found.reason("attachment_kind")
        case "pdf" if reading.depth == DEPTH:
            found.reason("bomb")
        case "pdf":
            try:
                pdf(io.BytesIO(data), found, reading.limits, reading.depth + 1)
            except UNREAD:
                found.reason("damaged")


def unpacked(stream: Any, most: int) -> bytes | None:
    """What an attachment unpacks into, whatever it calls itself; None where that is more than `most`."""
    raw: bytes = stream.read_raw_bytes()
    layers = filters(stream)
    if not layers:
        return raw if len(raw) <= most else None
    if all(layer in FLATE for layer in layers) and not inflates_within(raw, len(layers), most):
        return None
    data: bytes = stream.read_bytes()
    return data if len(data) <= most else None


def filters(stream: Any) -> list[str]:
    """The ways it is packed, outermost first."""
    value = stream.get("/Filter")
    names = list(value) if isinstance(value, pikepdf.Array) else [value]
    return [spelt(name) if isinstance(name, pikepdf.Name) else "?" for name in names if name is not None]


def drawing(reading: Reading) -> None:
    """Forms drawn in forms: what is read to draw a page, counted and not drawn."""
    costs: dict[tuple[int, int], int] = {}
    for page in reading.document.pages:
        contents = page.obj.get("/Contents")
        streams = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
        if sum(cost_of(s, page.resources, costs, ()) for s in streams) > reading.limits.drawn_bytes:
            reading.found.reason("bomb")
            return


def cost_of(stream: Any, resources: Any, costs: dict[tuple[int, int], int], within: tuple[Any, ...]) -> int:
    """Bytes of content read to draw this stream, with all that it draws."""
    if not isinstance(stream, pikepdf.Stream) or word(stream, "/Subtype") == "/Image":
        return 0
    if stream.objgen in costs:
        return costs[stream.objgen]
    if stream.objgen in within or len(within) > NESTED:
        return 0  # readers draw no form within itself
    try:
        content = stream.read_bytes()
    except UNREAD:
        return 0
    own = stream.get("/Resources", resources)
    forms = own.get("/XObject") if isinstance(own, pikepdf.Dictionary) else None
    cost = len(content)
    if isinstance(forms, pikepdf.Dictionary):
        for name, times in Counter(DRAWN.findall(content)).items():
            called = "/" + name.decode(errors="surrogateescape")
            form = forms[called] if called in forms else None  # noqa: SIM401  # `get` takes UTF-8 alone
            cost += times * (DRAWING_COST + cost_of(form, own, costs, (*within, stream.objgen)))
    costs[stream.objgen] = cost
    return cost


def number(value: Any, otherwise: float = 0.0) -> float:
    """The number; `otherwise` where none stands there, as readers have it."""
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return otherwise


def measure(stream: Any, found: Found, limits: SimpleNamespace) -> None:
    """What the stream unpacks into is counted, never kept."""
    most = limits.stream_bytes
    if word(stream, "/Subtype") == "/Image":
        width, height = int(number(stream.get("/Width"))), int(number(stream.get("/Height")))
        if width * height > limits.pixels:
            found.reason("pixels")
            return
        # 16 bits for each of 4 colours at most, and a byte more for each row.
        most = max(most, height * (width * 8 + 1))
    layers = filters(stream)
    raw: bytes = stream.read_raw_bytes()
    if len(raw) * FLATE_RATIO ** len(layers) <= most:
        return
    if all(layer in FLATE for layer in layers):
        fits = inflates_within(raw, len(layers), most)
    else:
        try:
            fits = len(stream.read_bytes()) <= most
        except UNREAD:
            return  # pictures in formats of their own: what they may unpack into is in their size
    if not fits:
        found.reason("bomb")


def inflates_within(raw: bytes, layers: int, most: int) -> bool:
    """Whether each layer unpacks into no more than that."""
    step = 8 * 2**20
    for layer in range(layers):
        last = layer == layers - 1
        unpacking, count, kept, rest = zlib.decompressobj(), 0, [], raw
        try:
            while rest and not unpacking.eof:
                piece = unpacking.decompress(rest, step)
                rest = unpacking.unconsumed_tail
                count += len(piece)
                if count > most:
                    return False
                if not last:
                    kept.append(piece)
        except zlib.error:
            pass  # readers take what they got so far, and so does this count
        raw = b"".join(kept)
    return True


def open_random_source() -> None:
    """The library opens the system's random numbers when it first meets encryption, and keeps them open."""
    with pikepdf.new() as document:
        document.save(io.BytesIO(), encryption=pikepdf.Encryption(owner="", user=""))


if __name__ == "__main__":
    Image.preinit()
    open_random_source()
    serve(answer)
