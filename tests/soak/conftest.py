"""What the tests of the whole program share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .lives import Lives


@pytest.fixture(scope="session")
def lives() -> Iterator[Lives]:
    """One server for all: its imports take seconds."""
    with Lives() as lives:
        yield lives
