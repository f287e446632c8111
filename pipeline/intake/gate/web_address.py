"""Addresses a paper may lead to: web and mail, written so that the place is the one a person reads.

By a list of what an honest paper needs. RFC 3986 (addresses), RFC 6068 (mail), RFC 5890 to 5893 (names with
letters beyond ASCII). Where a name resolves to, and what lies there, nobody can know from the paper.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from urllib.parse import unquote

import idna
import idna.idnadata  # loads the tables: a confined child opens no file later

_WEB = re.compile(
    r"https?://(?P<host>[^/?#:]+)(:(?P<port>[1-9][0-9]{0,4}))?(?P<rest>[/?#].*)?",
    re.IGNORECASE | re.ASCII | re.DOTALL,
)
_REST = re.compile(r"([\w\-.~:/?#\[\]@!$&'()*+,;={}|^]|%[0-9a-f]{2})*", re.IGNORECASE | re.ASCII)
"""RFC 3986, and the brackets that browsers write bare. Above all no backslash, space or quotation mark."""
_MAILBOX = re.compile(r"[\w+-]+(\.[\w+-]+)*@(?P<host>[^@]+)", re.ASCII)
_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
"""RFC 5890, 2.3.1: letters, digits, hyphens."""
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
"""A last label by which browsers take the whole host for a number (WHATWG URL, 3.5)."""
_ASCII_CODED = re.compile(r"%(?![89a-f][0-9a-f])", re.IGNORECASE)
_LATIN_LOOKING = frozenset("асԁеһіјӏорԛѕԝхуъьҽпгѵѡ")
"""Cyrillic letters that pass for Latin ones, as browsers list them."""
_LONGEST_HOST = 253


def is_plain(address: str) -> bool:
    """Whether it leads to a web page or a mailbox, and to the one it shows."""
    if address[:7].lower() == "mailto:":
        return _is_mail(address[7:])
    web = _WEB.fullmatch(address)
    return (
        web is not None
        and _is_host(web["host"])
        and int(web["port"] or 1) < 2**16
        and _REST.fullmatch(_letters_as_ascii(web["rest"] or "")) is not None
    )


def script(sign: str) -> str:
    """LATIN or CYRILLIC for a letter of them; else nothing."""
    name = unicodedata.name(sign, "").partition(" ")[0]
    return name if name in ("LATIN", "CYRILLIC") and sign.isalpha() else ""


def _letters_as_ascii(text: str) -> str:
    return "".join("a" if not sign.isascii() and script(sign) else sign for sign in text)


def _is_host(host: str) -> bool:
    """A name of letters of one script a label, or four decimal numbers that are another machine's address."""
    if _ASCII_CODED.search(host):
        return False
    try:
        labels = [_read(label) for label in unquote(host, errors="strict").split(".")]
    except UnicodeError:  # IDNAError too
        return False
    if _NUMBER.fullmatch(labels[-1]):
        return _is_quad(host)
    top = script(labels[-1][0])
    return (
        len(host) <= _LONGEST_HOST
        and labels[-1] != "localhost"
        and all(label.isascii() or _is_of_one_script(label, top) for label in labels)
    )


def _read(label: str) -> str:
    """A label in small letters, out of punycode.

    Raises:
        UnicodeError: none that a name may have, or not written as it would be written back.
    """
    if any(not sign.isascii() and not script(sign) for sign in label):
        raise UnicodeError
    small = label.lower()
    if small.isascii() and not small.startswith("xn--"):
        if not _NAME.fullmatch(small):
            raise UnicodeError
        return small
    read = idna.ulabel(small)
    if small.isascii() and idna.alabel(read) != small.encode():
        raise UnicodeError
    return read


def _is_of_one_script(label: str, top: str) -> bool:
    """Latin with its marks; or Cyrillic, which beside a Latin ending must have a letter of its own shape."""
    letters = {sign for sign in label if sign not in "0123456789-"}
    if {script(sign) for sign in letters} == {"CYRILLIC"}:
        return top == "CYRILLIC" or not letters <= _LATIN_LOOKING
    return all(sign == "ß" or unicodedata.normalize("NFD", sign)[0].isascii() for sign in letters)


def _is_quad(host: str) -> bool:
    """Closed networks go by numbers. Not this machine, those without a router, or groups."""
    try:
        number = ipaddress.IPv4Address(host)
    except ValueError:
        return False
    return 0 < number.packed[0] < 224 and not number.is_loopback and not number.is_link_local  # noqa: PLR2004


def _is_mail(rest: str) -> bool:
    """Mailboxes; beside them a subject, a text and copies, each once and nothing else."""
    to, asked, query = rest.partition("?")
    fields = [field.partition("=") for field in query.split("&")] if asked else []
    named = [name.lower() for name, _, _ in fields]
    return (
        _are_mailboxes(to)
        and len(set(named)) == len(named)
        and all(_is_field(name, value) for name, (_, _, value) in zip(named, fields, strict=True))
    )


def _are_mailboxes(text: str) -> bool:
    found = [_MAILBOX.fullmatch(one) for one in re.split("[,;]", text)]
    return all(one is not None and _is_host(one["host"]) for one in found)


def _is_field(name: str, value: str) -> bool:
    if "#" in value or not _REST.fullmatch(_letters_as_ascii(value)):
        return False
    try:
        text = unquote(value, errors="strict")
    except UnicodeError:
        return False
    match name:
        case "cc":
            return _are_mailboxes(text)
        case "subject":
            return text.isprintable()
        case "body":
            return re.sub(r"[\r\n\t]", "", text).isprintable()
    return False
