"""What of the confinement this kernel gives: a child that decodes nothing is started, and says."""

from __future__ import annotations

from typing import Any, Final

from pipeline.confined.child import Child, Worker
from pipeline.confined.inside import Confinement, Files, Told, serve
from pipeline.confined.limits import MIB, Limits

_WORKER: Final = Worker(
    "inspection_unusable", "pipeline.confined.probe", Limits(512 * MIB, cpu_seconds=5, wall_seconds=30)
)


def confinement() -> Confinement:
    """What a child gives up here.

    Raises:
        MachineError: `inspection_unusable`, none can be started.
    """
    with Child(_WORKER) as child:
        return child.confinement


def answer(asked: dict[str, Any], data: bytes, _files: Files) -> Told:
    """Gives back what it was given."""
    return asked, data


if __name__ == "__main__":
    serve(answer)
