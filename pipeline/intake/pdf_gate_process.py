"""The process that looks at one paper (see pdf_gate): its standard input is the file, its output the verdict.

Run as a script under `python -I`: it imports nothing of the program. Everything it needs is loaded before the
limits are set, and the limits are set before the first byte of the file is read.
"""

import ctypes
import json
import os
import resource
import sys
import zlib
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, BinaryIO

import pikepdf
from PIL import Image, JpegImagePlugin, MpoImagePlugin, PngImagePlugin, TiffImagePlugin  # noqa: F401  # loads them

PR_SET_NO_NEW_PRIVS = 38
FLATE_RATIO = 1_032
"""The most that one layer of deflate can unpack into, for each byte."""
TAIL = 1_024
"""Where a PDF's end must stand (ISO 32000-1, annex H.3)."""

MAGIC = {
    b"%PDF-": "pdf",
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
HARMLESS_ACTIONS = {"/GoTo", "/Named", "/URI", "/Hide", "/SetOCGState", "/Trans", "/Thread", "/ResetForm"}
MEDIA = {"/RichMedia", "/3D", "/Movie", "/Sound", "/Screen"}
FLATE = {"/FlateDecode", "/Fl"}

PROGRAMS = frozenset({
    "ade", "adp", "apk", "app", "application", "bat", "chm", "cmd", "com", "cpl", "dll", "docm", "dotm",
    "elf", "exe", "gadget", "hta", "inf", "ins", "iso", "jar", "js", "jse", "ksh", "lnk", "mht", "msc", "msi",
    "msp", "mst", "pif", "pl", "ppam", "pptm", "ps1", "psm1", "py", "pyz", "reg", "rgs", "scr", "sct",
    "settingcontent-ms", "sh", "shb", "sys", "url", "vb", "vbe", "vbs", "vhd", "ws", "wsc", "wsf", "wsh",
    "xbap", "xlam", "xll", "xlsm",
})  # fmt: skip
"""Endings of what runs when it is opened."""
PROGRAM_BYTES = (
    b"MZ", b"\x7fELF", b"#!", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"L\0\0\0\x01\x14\x02\0",
)  # fmt: skip
"""How programs of Windows, Linux, macOS and Java begin, scripts, and Windows' links."""


class Found:
    """What was found so far."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.pages = 0
        self.reasons: dict[str, None] = {}
        self.flags: dict[str, None] = {}

    def reason(self, word: str) -> None:
        """Something that speaks against it."""
        self.reasons.setdefault(word)

    def flag(self, word: str) -> None:
        """Something worth knowing."""
        self.flags.setdefault(word)

    def told(self) -> bytes:
        """The verdict as it is sent."""
        verdict = {
            "kind": self.kind,
            "pages": self.pages,
            "reasons": sorted(self.reasons),
            "flags": sorted(self.flags),
        }
        return json.dumps(verdict).encode()


def main() -> None:
    """Says that it is ready, then what it found."""
    ending, limits = sys.argv[1], SimpleNamespace(**json.loads(sys.argv[2]))
    confine(limits)
    os.write(1, b"ready\n")
    os.write(1, look(sys.stdin.buffer, ending, limits).told())


def confine(limits: SimpleNamespace) -> None:
    """Gives up every right and resource that looking does not need."""
    ctypes.CDLL(None).prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, 8),
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_AS, limits.memory_bytes),
    ):
        resource.setrlimit(what, (most, most))


def look(file: BinaryIO, ending: str, limits: SimpleNamespace) -> Found:
    """What the first bytes say decides; the name must not promise another kind of thing."""
    head = file.read(16)
    kind = next((kind for magic, kind in MAGIC.items() if head.startswith(magic)), "")
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
    except Exception:  # noqa: BLE001  # whatever the libraries stumble over, the file is at fault
        if "cut_short" not in found.reasons:
            found.reason("damaged")
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
    except OSError as error:
        found.reason("cut_short" if "truncated" in str(error) else "damaged")


# --- PDF ------------------------------------------------------------------------------------------------


def pdf(file: BinaryIO, found: Found, limits: SimpleNamespace) -> None:
    """Every object of it is looked at, whether a page leads to it or not."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - TAIL))
    if b"%%EOF" not in file.read(TAIL):
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
        pages(document, found, limits)
        for item in document.objects:
            for part in parts(item):
                judge(part, found)
                if isinstance(part, pikepdf.Stream):
                    measure(part, found, limits)
        if document.get_warnings():
            found.flag("repaired")


def pages(document: pikepdf.Pdf, found: Found, limits: SimpleNamespace) -> None:
    """How many, and how large."""
    found.pages = len(document.pages)
    if not found.pages:
        found.reason("damaged")
    if found.pages > limits.pages:
        found.reason("pages")
        return
    for page in document.pages:
        left, bottom, right, top = (float(side) for side in page.mediabox)
        unit = float(page.obj.get("/UserUnit", 1))
        if max(abs(right - left), abs(top - bottom)) * unit > limits.page_side:
            found.reason("page_size")


def parts(item: Any) -> Iterator[Any]:
    """An object's dictionaries and streams, but not those it only points to: they come by themselves."""
    waiting = [item]
    while waiting:
        value = waiting.pop()
        if isinstance(value, (pikepdf.Dictionary, pikepdf.Stream)):
            yield value
            inner = [value.get(key) for key in value.keys()]  # noqa: SIM118  # a PDF dictionary is no mapping
        elif isinstance(value, pikepdf.Array):
            inner = list(value)
        else:
            continue
        waiting += [part for part in inner if isinstance(part, pikepdf.Object) and not part.is_indirect]


def judge(part: Any, found: Found) -> None:
    """One dictionary: what it does when somebody opens, clicks or prints."""
    keys = set(part.keys())
    if keys & {"/JS", "/JavaScript"}:
        found.reason("javascript")
    action = word(part, "/S")
    if action in ACTIONS:
        found.reason(ACTIONS[action])
    if action == "/URI" or "/URI" in keys:
        found.flag("uri")
    if "/XFA" in keys:
        found.reason("xfa")
    if "/AcroForm" in keys:
        found.flag("form")
    if word(part, "/Subtype") in MEDIA:
        found.reason("rich_media")
    if "/EF" in keys:
        attachment(part, found)
    if isinstance(part, pikepdf.Stream) and "/F" in keys:
        found.reason("external_data")
    if "/OpenAction" in keys:
        at_opening(part.get("/OpenAction"), found)


def word(part: Any, key: str) -> str:
    """The name that stands there, else nothing."""
    value = part.get(key)
    return str(value) if isinstance(value, pikepdf.Name) else ""


def at_opening(value: Any, found: Found) -> None:
    """A place to go to is an array or a name; anything else is an action, known or not."""
    if isinstance(value, pikepdf.Dictionary):
        action = word(value, "/S")
        if action not in ACTIONS and action not in HARMLESS_ACTIONS:
            found.reason("unknown_action")


def attachment(specification: Any, found: Found) -> None:
    """A file inside: a program by its name, or by its first bytes."""
    found.flag("attachment")
    names = [str(specification.get(key, "")) for key in ("/UF", "/F")]
    if any(name.rstrip(". \0").lower().rpartition(".")[2] in PROGRAMS for name in names):
        found.reason("executable")
    embedded = specification.get("/EF")
    if not isinstance(embedded, pikepdf.Dictionary):
        return
    for key in embedded.keys():  # noqa: SIM118  # as above
        stream = embedded.get(key)
        if isinstance(stream, pikepdf.Stream) and beginning(stream).startswith(PROGRAM_BYTES):
            found.reason("executable")


def beginning(stream: Any) -> bytes:
    """The first bytes of what the stream unpacks into."""
    raw: bytes = stream.read_raw_bytes()
    for _ in filters(stream):
        try:
            raw = zlib.decompressobj().decompress(raw, 64)
        except zlib.error:
            break
    return raw[:16]


def filters(stream: Any) -> list[str]:
    """The ways it is packed, outermost first."""
    value = stream.get("/Filter")
    names = list(value) if isinstance(value, pikepdf.Array) else [value]
    return [str(name) for name in names if name is not None]


def measure(stream: Any, found: Found, limits: SimpleNamespace) -> None:
    """What the stream unpacks into is counted, never kept."""
    most = limits.stream_bytes
    if word(stream, "/Subtype") == "/Image":
        width, height = int(stream.get("/Width", 0)), int(stream.get("/Height", 0))
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
        except pikepdf.PdfError:
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


if __name__ == "__main__":
    main()
