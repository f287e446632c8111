"""What a file inside of a PDF is, by its name and by its content: PDF, signature (CMS), plain XML, or none.

As cards of NCALayer and SIGEX carry it. Programs choose by the ending what opens a file, and where there is
none by its first bytes; so each must be on the list, and they must agree.

Plain XML is data: no instructions to programs, no document type, and names only of vocabularies on the list.
An office document in one XML file (flat ODF, Word and Excel 2003, flat OPC) is an office document like any
other, with or without macros, and not let in.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from xml.parsers import expat

from pipeline.intake.gate.web_address import script

PROGRAM_BYTES = (
    b"MZ", b"\x7fELF", b"#!", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"L\0\0\0\x01\x14\x02\0",
)  # fmt: skip
"""How programs of Windows, Linux, macOS and Java begin, scripts, and Windows' links."""
ENDINGS = {
    "pdf": "pdf", "cms": "cms", "p7s": "cms", "p7m": "cms", "p7b": "cms", "sig": "cms", "xml": "xml", "": "",
}  # fmt: skip
"""What may lie inside by its ending, and what it then must be."""
PROGRAM_ENDINGS = {
    "bat", "cmd", "cpl", "dll", "exe", "hta", "jar", "js", "jse", "lnk", "msi", "pif", "ps1", "scr", "vbe",
    "vbs", "wsf", "wsh",
}  # fmt: skip
"""Of a program, before the ending: no name of an honest paper."""
NAME_SIGNS = frozenset("№–—‘’‚“”„…‹›−‰™€" + "".join(map(chr, range(0xA0, 0x100)))) - {"\xad", "·"}
"""Beside letters: quotation marks, dashes; what PDF makes of names in Windows-1251 (ISO 32000-1, annex D)."""
STEERING = frozenset('/\\:*?"<>|')
"""What no file is called in Windows: folders, streams, wildcards."""
DER_LENGTHS = (b"\x80", b"\x81", b"\x82", b"\x83", b"\x84")
"""Second byte of a sequence longer than 127 bytes (X.690, 8.1.3)."""
ARMOUR = re.compile(
    rb"(-----BEGIN (CMS|PKCS7|PKCS #7 SIGNED DATA)-----[A-Za-z0-9+/=\s]+-----END \2-----\s*)+"
)
"""RFC 7468, and nothing around it."""
BASE64 = re.compile(rb"[A-Za-z0-9+/=\s]+")

ENCODINGS = {"utf-8": "utf-8", "utf8": "utf-8", "us-ascii": "ascii", "windows-1251": "cp1251"}
"""In these a byte of ASCII is that sign and nothing else: no UTF-7, no ISO-2022."""
DECLARATION = re.compile(
    rb"""<\?xml\s+version\s*=\s*["']1\.0["'](\s+encoding\s*=\s*["'](?P<encoding>[A-Za-z0-9._-]+)["'])?"""
    rb"""(\s+standalone\s*=\s*["'](yes|no)["'])?\s*\?>"""
)
VOCABULARY = re.compile(
    r"http://www\.w3\.org/(2000/09/xmldsig#|2009/xmldsig11#|2001/10/xml-exc-c14n#|2001/XMLSchema(-instance)?"
    r"|20(01/04|07/05|21/04)/xmldsig-more#|2001/04/xmlenc#|2009/xmlenc11#|2003/05/soap-envelope)"
    r"|http://uri\.etsi\.org/(01903|19132|02918)/[\w.#/]+"
    r"|http://schemas\.xmlsoap\.org/soap/envelope/|http://docs\.oasis-open\.org/(wss|dss)[\w./-]*"
    r"|urn:oasis:names:tc:dss:[\w.:]+|urn:EEC:[\w.:-]+"
    r"|https?://([\w-]+\.)*(kz|қаз|xn--80ao21a|nat|local|lan|internal)([:/?#]\S*)?|https?://[\w-]+([:/?#]\S*)?"
    r"|[^:\s]*"
)
"""Names of elements by whose they are: signatures with their envelopes (XMLDSig, XAdES, SOAP, WS-Security);
data of the systems of Kazakhstan, the Eurasian union, closed networks; names that are no address (`v2.esf`).

No published format of documents or programs is called so: those are addresses in the open net or `urn:`.
"""
DRAWN = re.compile(
    r"<!doctype|<!entity|<([\w.-]+:)?(script|html|svg|iframe)\b|hta:application"
    r"|^\s*<(!|(a|b|body|br|div|font|h1|head|p|style|table|title)(?![\w.:-]))",
    re.IGNORECASE,
)
"""What makes a program that goes by what it sees take it for a page (WHATWG MIME Sniffing, 7.1)."""


def kind_of_name(name: str) -> str | None:
    """What the name says it is; empty where it says nothing, None where it is not on the list or hides it."""
    name = unicodedata.normalize("NFC", name)
    if not all(_may_be_in_name(sign) for sign in name) or name[-1:] in {".", " ", "\xa0"}:
        return None
    _, *endings = name.lower().split(".")
    if PROGRAM_ENDINGS.intersection(ending.strip() for ending in endings[:-1]):
        return None
    return ENDINGS.get(endings[-1] if endings else "")


def _may_be_in_name(sign: str) -> bool:
    """No sign that steers the writing, nor one that passes for a dot or stroke."""
    if sign.isascii():
        return sign.isprintable() and sign not in STEERING
    return sign in NAME_SIGNS or script(sign) != ""


def kind_of_content(data: bytes) -> str:
    """`pdf`; `cms`, a signed message in DER, PEM or base64; `xml`, data; `program`; else nothing."""
    if data.startswith(PROGRAM_BYTES):
        return "program"
    if data.startswith(b"%PDF-"):
        return "pdf"
    if (
        (data[:1] == b"\x30" and data[1:2] in DER_LENGTHS)
        or ARMOUR.fullmatch(data)
        or (data[:1] == b"M" and BASE64.fullmatch(data))
    ):
        return "cms"
    return "xml" if _is_plain_xml(data) else ""


class _LiveError(Exception):
    """XML that is more than data."""


def _is_plain_xml(data: bytes) -> bool:
    written = data.removeprefix(codecs.BOM_UTF8)
    declared = DECLARATION.match(written)
    if not written.lstrip().startswith(b"<") or (written.startswith(b"<?") and not declared):
        return False
    encoding = ((declared and declared["encoding"]) or b"utf-8").decode("ascii").lower()
    try:
        text = written.decode(ENCODINGS[encoding])
        if DRAWN.search(text):
            return False
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartNamespaceDeclHandler = _vocabulary
        parser.ProcessingInstructionHandler = parser.StartDoctypeDeclHandler = _live
        parser.Parse(text, True)  # noqa: FBT003  # positional only: this is all of it
    except (KeyError, UnicodeDecodeError, expat.ExpatError, _LiveError):
        return False
    return True


def _vocabulary(_prefix: str | None, name: str | None) -> None:
    if not VOCABULARY.fullmatch(name or ""):
        raise _LiveError


def _live(*_: object) -> None:
    raise _LiveError
