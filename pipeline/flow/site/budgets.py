"""What looking into one drop may cost: all its confined children together (`pipeline.confined`).

Each judging of a drop has a budget of its own, so that one that others made out of date is not held to
account for it. A recording is looked at with one question, and its limits grow with the file (`media`).
"""

from __future__ import annotations

from typing import Final

from pipeline.confined.limits import Budget

PAPER_SECONDS: Final = (240.0, 900.0)
"""Of processor time, and on the clock: gate, card, pages, signatures and the preparing for the seal. A
protocol with eleven signatures takes 3 s. A scan's first pages add to it (`returned.pages`), up to 480 s."""
ZIP_SECONDS: Final = (60.0, 360.0)
"""The table of contents takes a second; unpacking adds by size (`intake.bundle_zip`)."""


def budget_of_paper() -> Budget:
    """For a scan, a signed PDF, a card or a signature in a file of its own."""
    return Budget(*PAPER_SECONDS)


def budget_of_zip() -> Budget:
    """For taking a zip apart; each paper that comes out of it has its own."""
    return Budget(*ZIP_SECONDS)
