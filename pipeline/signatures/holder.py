"""Whose certificate it is, as the national ones name people: an IIN as serial number, a BIN as unit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipeline.domain.names import Named, names_agree

_IIN = re.compile(r"IIN([0-9]{12})")
_BIN = re.compile(r"BIN([0-9]{12})")


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody a certificate names.

    `name` is the common name (surname and given name), `second` the patronymic, which the national
    certificates keep as the given name; `iin` and `bin` where the certificate has them.
    """

    name: str
    second: str
    iin: str | None
    bin: str | None

    @property
    def full_name(self) -> str:
        """As people read it."""
        return " ".join(dict.fromkeys(filter(None, (self.name, self.second))))

    def may_be(self, person: Named) -> bool:
        """Whether the name on the certificate can be that person's."""
        return any(names_agree(text, person) for text in (self.full_name, self.name))


@dataclass(frozen=True, slots=True)
class Link:
    """One certificate of a chain. `serial` is in hexadecimal digits, times carry a zone."""

    subject: str
    serial: str
    sha256: str
    not_before: datetime
    not_after: datetime


def holder_of(certificate: Any) -> Holder:
    """Whom the certificate names."""
    subject = certificate.subject.native
    return Holder(
        name=_first(subject.get("common_name")),
        second=_first(subject.get("given_name")),
        iin=_number(_IIN, subject.get("serial_number")),
        bin=_number(_BIN, subject.get("organizational_unit_name")),
    )


def link_of(certificate: Any) -> Link:
    """The certificate as the validation report names it."""
    validity = certificate["tbs_certificate"]["validity"]
    return Link(
        subject=_first(certificate.subject.native.get("common_name")) or certificate.subject.human_friendly,
        serial=f"{certificate.serial_number:X}",
        sha256=certificate.sha256.hex(),
        not_before=validity["not_before"].native,
        not_after=validity["not_after"].native,
    )


def _number(pattern: re.Pattern[str], value: object) -> str | None:
    """A subject may hold a field more than once; the first that is such a number counts."""
    for text in _texts(value):
        found = pattern.fullmatch(text.strip())
        if found:
            return found[1]
    return None


def _first(value: object) -> str:
    return next(iter(_texts(value)), "")


def _texts(value: object) -> list[str]:
    if value is None:
        return []
    return [str(v) for v in value] if isinstance(value, list) else [str(value)]
