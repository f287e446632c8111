"""What was put right in a personal file: files of one person joined, a case withdrawn. Nothing is rewritten.

person.json of the file that stays names what was joined to it, that of the other where it went. A withdrawn
case keeps its folder, with `withdrawn.json` in it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pipeline.archive.person.content import PERSON, WITHDRAWN, canonical_json, read_as_ours
from pipeline.domain.records import Case, Record

PERSON_FORMAT = "jeke/person/1"
WITHDRAWN_FORMAT = "jeke/withdrawn/1"


@dataclass(frozen=True, slots=True)
class Person:
    """Whose file it is, as the latest case names them."""

    iin: str
    surname: str
    given_name: str | None
    patronymic: str | None


@dataclass(frozen=True, slots=True)
class Correction:
    """Why something was put right, by whose login, and when."""

    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Joined:
    """A file joined to this one: the IIN it was kept under, its object, and the names it bore, oldest first.

    Names travel with the file that stays; one joined before 0.4.0 has none noted.
    """

    iin: str
    object_id: str
    correction: Correction
    names: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True)
class Gone:
    """Where a file's cases went."""

    object_id: str
    correction: Correction


@dataclass(frozen=True, slots=True)
class PersonFile:
    """A person.json: whose object it is, what was joined to it, and where it went, if it did."""

    person: Person
    joined: tuple[Joined, ...] = ()
    gone: Gone | None = None

    @property
    def former_iins(self) -> frozenset[str]:
        """The IINs whose cases count as this person's."""
        return frozenset(j.iin for j in self.joined)


def counted(record: Record, file: PersonFile) -> Record:
    """The record as this person's, where it still bears the IIN its file was kept under before."""
    if isinstance(record, Case) and record.employee.iin in file.former_iins:
        return replace(record, employee=replace(record.employee, iin=file.person.iin))
    return record


def person_json(file: PersonFile) -> bytes:
    """person.json."""
    person = file.person
    content: dict[str, object] = {
        "format": PERSON_FORMAT,
        "iin": person.iin,
        "surname": person.surname,
        "given_name": person.given_name,
        "patronymic": person.patronymic,
    }
    if file.joined:
        content["joined"] = [
            {
                "iin": j.iin,
                "object": j.object_id,
                **({"names": [_name(person) for person in j.names]} if j.names else {}),
                **_correction(j.correction),
            }
            for j in file.joined
        ]
    if file.gone is not None:
        content["gone_into"] = {"object": file.gone.object_id, **_correction(file.gone.correction)}
    return canonical_json(content)


def read_person_file(data: bytes) -> PersonFile:
    """A person.json.

    Raises:
        CorruptError: `filed_format`, it is not one of ours.
    """
    with read_as_ours(PERSON):
        content = _object(data, PERSON_FORMAT)
        gone = content.get("gone_into")
        return PersonFile(
            Person(content["iin"], content["surname"], content["given_name"], content["patronymic"]),
            tuple(
                Joined(
                    j["iin"], j["object"], _read(j), tuple(_person(j["iin"], n) for n in j.get("names", ()))
                )
                for j in content.get("joined", [])
            ),
            None if gone is None else Gone(gone["object"], _read(gone)),
        )


def _name(person: Person) -> dict[str, str | None]:
    return {"surname": person.surname, "given_name": person.given_name, "patronymic": person.patronymic}


def _person(iin: str, name: Mapping[str, str | None]) -> Person:
    return Person(iin, name["surname"] or "", name["given_name"], name["patronymic"])


def withdrawn_json(correction: Correction) -> bytes:
    """withdrawn.json of a case's folder."""
    return canonical_json({"format": WITHDRAWN_FORMAT, **_correction(correction)})


def read_withdrawn(data: bytes) -> Correction:
    """A withdrawn.json.

    Raises:
        CorruptError: `filed_format`, it is not one of ours.
    """
    with read_as_ours(WITHDRAWN):
        return _read(_object(data, WITHDRAWN_FORMAT))


def _object(data: bytes, form: str) -> Mapping[str, Any]:
    content: Mapping[str, Any] = json.loads(data)
    if content["format"] != form:
        raise ValueError("another format")
    return content


def _correction(correction: Correction) -> dict[str, object]:
    return {"reason": correction.reason, "by": correction.by, "at": correction.at.isoformat()}


def _read(entry: Mapping[str, Any]) -> Correction:
    return Correction(entry["reason"], entry["by"], datetime.fromisoformat(entry["at"]))
