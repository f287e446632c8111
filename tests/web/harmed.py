"""What a page child may be once a paper has taken it over."""

import ctypes
from typing import Any, NoReturn

from pipeline.confined.inside import Files, Told, serve


def crash(_asked: dict[str, Any], _data: bytes, _files: Files) -> Told:
    ctypes.string_at(0)
    return {}, b""


def loop(_asked: dict[str, Any], _data: bytes, _files: Files) -> Told:
    while True:
        pass


def memory(_asked: dict[str, Any], _data: bytes, _files: Files) -> Told:
    return {"pages": len(bytearray(1 << 40))}, b""


def lie(asked: dict[str, Any], _data: bytes, _files: Files) -> Told:
    if asked["do"] == "open":
        return {"pages": 3}, b""
    return {"texts": [1, {"a": 2}]}, b"<html><script>alert(1)</script>"


def flood(_asked: dict[str, Any], _data: bytes, _files: Files) -> Told:
    return {"pages": 1}, bytes(200 << 20)


FAULTS = {fault.__name__: fault for fault in (crash, loop, memory, lie, flood)}


def run(fault: str) -> NoReturn:
    serve(FAULTS[fault])
