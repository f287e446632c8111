"""Addresses of records: an object's uuid and a case's folder, never a name, an IIN or a case's id."""

from __future__ import annotations

from uuid import UUID

from pipeline.archive.person.content import CASES

_URN = "urn:uuid:"


def key_of(object_id: str) -> UUID:
    """The object's uuid."""
    return UUID(object_id.removeprefix(_URN))


def object_of(key: UUID) -> str:
    """The reverse."""
    return f"{_URN}{key}"


def record_address(object_id: str, path: str) -> str:
    """The screen of a record that lies at that path of an object: a case in its folder, else the object."""
    key = key_of(object_id)
    if path.startswith(CASES):
        return f"/case/{key}/{path.removeprefix(CASES).partition('/')[0]}"
    return f"/record/{key}"


class Folder:
    """A case's folder in an address."""

    regex = "[0-9a-f]{16}"

    def to_python(self, value: str) -> str:
        """As Django asks for it."""
        return value

    def to_url(self, value: str) -> str:
        """The reverse."""
        return value
