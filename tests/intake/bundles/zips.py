"""Zips as different programs write them, the hostile ones among them."""

import io
import stat
import struct
import zipfile
import zlib
from pathlib import Path


def zipped(folder: Path, files: dict[str, bytes], name: str = "бума.zip") -> Path:
    """An ordinary zip."""
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bundle:
        for member, content in files.items():
            bundle.writestr(member, content)
    return path


def with_entries(folder: Path, *entries: tuple[zipfile.ZipInfo, bytes]) -> Path:
    """A zip of entries made by hand."""
    path = folder / "бума.zip"
    with zipfile.ZipFile(path, "w") as bundle:
        for entry, content in entries:
            bundle.writestr(entry, content)
    return path


def raw_name(name: bytes, *, utf8: bool = False, extra: bytes = b"") -> bytes:
    """A zip with one stored file whose name is these very bytes."""
    content = b"x\n"
    flags, crc = 0x800 if utf8 else 0, zlib.crc32(content)
    sizes = (crc, len(content), len(content), len(name), len(extra))
    local = struct.pack("<4s5H3L2H", b"PK\3\4", 20, flags, 0, 0, 33, *sizes) + name + extra + content
    central = (
        struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, 20, flags, 0, 0, 33, *sizes, 0, 0, 0, 0, 0) + name + extra
    )
    return local + central + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, len(central), len(local), 0)


def unicode_path(name: str, stands_for: bytes) -> bytes:
    """Info-ZIP's extra field."""
    content = struct.pack("<BL", 1, zlib.crc32(stands_for)) + name.encode()
    return struct.pack("<HH", 0x7075, len(content)) + content


def link(name: str = "a.yaml") -> zipfile.ZipInfo:
    """A symbolic link, as Info-ZIP writes it."""
    entry = zipfile.ZipInfo(name)
    entry.create_system = 3
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


def overlapping(count: int) -> bytes:
    """Many members that share the same packed bytes (Fifield's bomb, without its finer points)."""
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    size = 10 * 2**20
    data = packed.compress(b"\0" * size) + packed.flush()
    crc = zlib.crc32(b"\0" * size)
    out = io.BytesIO()
    out.write(struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 8, 0, 33, crc, len(data), size, 1, 0) + b"a" + data)
    start = out.tell()
    for number in range(count):
        name = f"{number}.yaml".encode()
        head = struct.pack(
            "<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 8, 0, 33, crc, len(data), size, len(name), 0, 0, 0, 0, 0, 0
        )
        out.write(head + name)
    length = out.tell() - start
    out.write(struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, length, start, 0))
    return out.getvalue()
