"""Papers made for the gate: harmless, hostile, broken. All of it invented here."""

import io
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

A4_AT_300_DPI = (2480, 3508)


def pdf(change: Callable[[pikepdf.Pdf], None] = lambda _: None, **saving: Any) -> bytes:
    """A blank page, changed."""
    with pikepdf.new() as document:
        document.add_blank_page()
        change(document)
        out = io.BytesIO()
        document.save(out, **saving)
        return out.getvalue()


def acting(**action: Any) -> Callable[[pikepdf.Pdf], None]:
    """Does that as soon as it is opened."""

    def change(document: pikepdf.Pdf) -> None:
        document.Root.OpenAction = Dictionary(**action)

    return change


def attached(name: str, content: bytes) -> Callable[[pikepdf.Pdf], None]:
    """A file inside."""

    def change(document: pikepdf.Pdf) -> None:
        document.attachments[name] = pikepdf.AttachedFileSpec(document, content, filename=name)

    return change


def unpacking_into(size: int, layers: int = 1) -> bytes:
    """A page whose content is that many zero bytes, packed so often."""
    packed = b"\0" * size
    for _ in range(layers):
        packed = zlib.compress(packed, 9)

    def change(document: pikepdf.Pdf) -> None:
        stream = pikepdf.Stream(document, b"")
        stream.write(packed, filter=Array([Name.FlateDecode] * layers))
        document.pages[0].Contents = stream

    return pdf(change, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)


def picture(form: str, size: tuple[int, int] = (200, 300), *, pages: int = 1) -> bytes:
    """A grey picture."""
    out = io.BytesIO()
    page = Image.effect_noise(size, 60)
    more = {"save_all": True, "append_images": [page] * (pages - 1)} if pages > 1 else {}
    page.save(out, form, **more)
    return out.getvalue()


HOSTILE: dict[str, Callable[[pikepdf.Pdf], None]] = {
    "gate_javascript": acting(S=Name.JavaScript, JS=String("app.alert(1)")),
    "gate_launch": acting(S=Name.Launch, F=String("cmd.exe")),
    "gate_submit_form": acting(S=Name.SubmitForm, F=String("http://example.invalid")),
    "gate_import_data": acting(S=Name.ImportData, F=String("x.fdf")),
    "gate_go_to_remote": acting(S=Name.GoToR, F=String("x.pdf"), D=Array([0, Name.Fit])),
    "gate_go_to_embedded": acting(S=Name.GoToE, D=Array([0, Name.Fit])),
    "gate_rich_media": acting(S=Name.Rendition),
    "gate_unknown_action": acting(S=Name.Whatever),
    "gate_executable": attached("хат.exe", b"MZ\x90\0"),
}


def put(folder: Path, name: str, content: bytes) -> Path:
    """A file of it."""
    path = folder / name
    path.write_bytes(content)
    return path
