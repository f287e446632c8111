"""The chapters of the order: a module a chapter, or a part of one, a function a paragraph.

Whichever is asked for first, all are imported in this order, by which their rules stand in the engine:
so the same is said of a record whatever part of the program was loaded before.
"""

from pipeline.law import dates, person
from pipeline.law.chapters import chapter_1, chapter_3, chapter_4, chapter_5
from pipeline.law.chapters.chapter_2 import (
    admission,
    characteristic,
    interval,
    materials,
    preparation,
    studies,
)

__all__ = [
    "admission",
    "chapter_1",
    "chapter_3",
    "chapter_4",
    "chapter_5",
    "characteristic",
    "dates",
    "interval",
    "materials",
    "person",
    "preparation",
    "studies",
]
