"""A worker that decodes nothing: it is started to see what of the confinement this kernel gives."""

from __future__ import annotations

from typing import Any

from pipeline.confined.inside import Files, Told, serve


def answer(asked: dict[str, Any], data: bytes, _files: Files) -> Told:
    """Gives back what it was given."""
    return asked, data


if __name__ == "__main__":
    serve(answer)
