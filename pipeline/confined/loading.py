"""Libraries loaded whole before a worker gives up its rights: nothing can be opened later."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterable
from contextlib import suppress
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from pkgutil import walk_packages
from typing import Final

LATE: Final = 98
"""Exit status: a library wanted to load something when it was too late."""


def load_whole(packages: Iterable[str], *, guarded: Collection[str]) -> None:
    """Loads all that these packages would load when it is first needed.

    From then on the process ends where anything of a `guarded` package is loaded after all. Otherwise sound
    content might be told to be broken, since what libraries raise is taken for a fault of the file's.
    """
    for package in map(import_module, packages):
        for found in walk_packages(getattr(package, "__path__", ()), f"{package.__name__}."):
            with suppress(ImportError):  # parts for which further libraries would be needed
                import_module(found.name)
    sys.meta_path.insert(0, _Late(guarded))


class _Late(MetaPathFinder):
    """Ends the process where a library loads something after all."""

    def __init__(self, guarded: Collection[str]) -> None:
        self._guarded = frozenset(guarded)

    def find_spec(self, fullname: str, path: object, target: object = None) -> ModuleSpec | None:  # noqa: ARG002  # Python's own signature
        if fullname.partition(".")[0] not in self._guarded:
            return None
        os._exit(LATE)
