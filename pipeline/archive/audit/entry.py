"""One entry of the audit chain and its line.

The line is canonical JSON (RFC 8785): keys sorted, no spaces, UTF-8. `sha256` comes last of all keys; it is
the SHA-256 of the line without it, that is with `,"sha256":"…"` cut out before the closing brace.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

Value = str | int

_GENESIS = "0" * 64
_WORD = re.compile(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_TAIL = len(f',"sha256":"{_GENESIS}"}}')


class AuditEvent(StrEnum):
    """What is told of. Other words of small Latin letters may be used too; these have Kazakh names."""

    FILING = "filing"
    VIEW = "view"
    TAKE_OUT = "take-out"
    PRINT = "print"
    EXPORT = "export"
    IMPORT = "import"
    MERGE = "merge"
    WITHDRAWAL = "withdrawal"
    HOLD = "hold"
    RELEASE = "release"
    APPROVAL = "approval"
    DESTRUCTION = "destruction"
    RETENTION_PLAN = "retention-plan"
    PLAN_CANCELLED = "plan-cancelled"
    TERM = "term"
    CLOCK = "clock"
    ASSIGNMENT = "assignment"
    ACCEPTANCE = "acceptance"
    REJECTION = "rejection"
    VERIFICATION = "verification"
    REINDEX = "reindex"
    BACKUP = "backup"
    RESTORE = "restore"
    REFUSED = "refused-access"
    MEND = "audit-mend"
    GAP = "audit-gap"
    PLACE = "place"
    NOT_DONE = "not-done"
    HEAD_SEALED = "head-sealed"
    BEGUN_ANEW = "begun-anew"
    DISCARD = "discard"
    LOGIN = "login"
    LOGIN_FAILED = "login-failed"
    LOGOUT = "logout"
    UPLOAD = "upload"
    RIGHTS = "rights"


class InvalidEntryError(ValueError):
    """A line that is no entry, or not as it was written."""


@dataclass(frozen=True, slots=True)
class AuditHead:
    """An entry's number and SHA-256: what is printed on acts and exports."""

    number: int
    sha256: str

    @classmethod
    def start(cls) -> AuditHead:
        """What the first entry follows."""
        return cls(0, _GENESIS)

    @classmethod
    def parse(cls, text: str) -> AuditHead:
        """As it is printed: number, a space or a colon, SHA-256. Raises ValueError."""
        number, digest = text.replace(":", " ").split()
        if not (number.isascii() and number.isdigit() and _DIGEST.fullmatch(digest)):
            raise ValueError("no head of an audit chain")
        return cls(int(number), digest)

    def __str__(self) -> str:
        return f"{self.number}:{self.sha256}"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who (`agent`, a login, or "jeke" for the service) did what, when, to which objects (`urn:uuid:…`)."""

    number: int
    at: datetime
    event: str
    agent: str
    objects: tuple[str, ...]
    detail: Mapping[str, Value]
    previous: str
    sha256: str

    @property
    def head(self) -> AuditHead:
        """The chain's head while this entry was its last."""
        return AuditHead(self.number, self.sha256)


def sealed(
    after: AuditHead,
    event: str,
    *,
    agent: str,
    at: datetime,
    objects: Sequence[str],
    detail: Mapping[str, Value],
) -> AuditEntry:
    """The entry that follows that head.

    Raises:
        ValueError: a day without a zone, a word or a value that has no place in an entry.
    """
    if at.utcoffset() is None:
        raise ValueError("an entry's moment has a zone")
    if not all(_WORD.fullmatch(word) for word in (event, *detail)):
        raise ValueError("an entry's words are of small Latin letters")
    if not all(isinstance(value, str | int) for value in detail.values()):
        raise ValueError("an entry's values are texts and whole numbers")
    entry = AuditEntry(
        after.number + 1, at, event, agent, tuple(sorted(set(objects))), dict(detail), after.sha256, ""
    )
    return AuditEntry(
        entry.number,
        at,
        event,
        agent,
        entry.objects,
        entry.detail,
        entry.previous,
        sha256_of(_canonical(_content(entry))),
    )


def line_of(entry: AuditEntry) -> bytes:
    """The entry's line, without its end."""
    return _canonical({**_content(entry), "sha256": entry.sha256})


def parse(line: bytes) -> AuditEntry:
    """An entry's line, proven by its own SHA-256.

    Raises:
        InvalidEntryError: it is not one, or was altered.
    """
    try:
        content = json.loads(line)
        entry = AuditEntry(
            number=content["number"],
            at=datetime.fromisoformat(content["at"]),
            event=content["event"],
            agent=content["agent"],
            objects=tuple(content["objects"]),
            detail=content["detail"],
            previous=content["previous"],
            sha256=content["sha256"],
        )
        sound = sha256_of(line[:-_TAIL] + b"}") == entry.sha256 and line_of(entry) == line
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InvalidEntryError("no entry of the audit chain") from error
    if not sound:
        raise InvalidEntryError("an altered entry of the audit chain")
    return entry


def sha256_of(data: bytes) -> str:
    """SHA-256 in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def _content(entry: AuditEntry) -> dict[str, object]:
    return {
        "agent": entry.agent,
        "at": entry.at.isoformat(timespec="microseconds"),
        "detail": dict(entry.detail),
        "event": entry.event,
        "number": entry.number,
        "objects": list(entry.objects),
        "previous": entry.previous,
    }


def _canonical(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
