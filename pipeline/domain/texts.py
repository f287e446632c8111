"""What kind of text a field of a record holds: said at the field, so that none is read as another.

For whoever reads a record's attribute each is a `str`. `record_format` reads the kind off the field: how the
text is checked, and whether its Kazakh letters are repaired.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import Annotated


class Text(Enum):
    """The kinds."""

    PROSE = auto()
    """For people to read: names, places, reasons. Kazakh letters typed otherwise are repaired."""
    RANK = auto()
    """A special rank, as prose; one said in other words is told of."""
    CODE = auto()
    """An id or the number of a paper: letters are left as they are."""
    VERBATIM = auto()
    """One line, every sign of it: an address."""
    FILE_NAME = auto()
    """The name of a file, without a folder."""
    SHA256 = auto()
    """A checksum in hexadecimal digits."""
    IIN = auto()
    """An individual identification number, its check digit right."""
    PARAGRAPH = auto()
    """A paragraph of the Rules or a sub-item: "24", "7.2"."""


Prose = Annotated[str, Text.PROSE]
Rank = Annotated[str, Text.RANK]
Code = Annotated[str, Text.CODE]
Verbatim = Annotated[str, Text.VERBATIM]
FileName = Annotated[str, Text.FILE_NAME]
Sha256 = Annotated[str, Text.SHA256]
Iin = Annotated[str, Text.IIN]
Paragraph = Annotated[str, Text.PARAGRAPH]
