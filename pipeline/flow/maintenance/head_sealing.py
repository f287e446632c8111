"""The audit chain's head, sealed into the archive once a day, and the chain held against all of them.

Who can only write into the audit chain's folder can neither make such a seal nor take one away.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from pipeline.archive.audit.log import SERVICE, AuditEntry, AuditEvent, AuditHead, AuditLog
from pipeline.archive.audit.sealed_heads import path_of, put, read, sealed_heads
from pipeline.archive.ocfl.verify import Problem
from pipeline.documents.sealing.seal import Sealer, content_of, sealed_content
from pipeline.domain.errors import CorruptError, MachineError
from pipeline.flow.site.identity import known
from pipeline.flow.site.places import Places

FORMAT: Final = "jeke/audit-head/1"


@dataclass(frozen=True, slots=True)
class SealedHead:
    """What a sealed head says: of which place, which entry was the last, and when."""

    place: str
    head: AuditHead
    at: datetime


def seal_daily(places: Places, log: AuditLog, sealer: Callable[[], Sealer], now: datetime) -> bool:
    """Seals the head where none was sealed that day and something was done since; says whether it did.

    Raises:
        MachineError: the seal's key cannot be used; the archive or the chain cannot be written.
    """
    head, place = log.head(), known(places)
    last = _newest(places.archive)
    behind = last.head.number if last else 0
    if place is None or head.number <= behind + 1 or (last is not None and last.at.date() == now.date()):
        return False
    said = {
        "at": now.isoformat(timespec="seconds"),
        "format": FORMAT,
        "number": head.number,
        "place": place,
        "sha256": head.sha256,
    }
    data = sealer().seal_data((json.dumps(said) + "\n").encode(), when=now)
    try:
        put(places.archive, head.number, data)
    except OSError as error:
        raise MachineError("archive-write", reason=error.strerror or "") from error
    detail: dict[str, str | int] = {"head": head.number, "sha256": hashlib.sha256(data).hexdigest()}
    log.append(AuditEvent.HEAD_SEALED, agent=SERVICE, at=now, detail=detail)
    return True


def proven_heads(
    places: Places, log: AuditLog, roots: Iterable[bytes] | None
) -> tuple[dict[AuditHead, str], tuple[Problem, ...]]:
    """Every sealed head with its path, and what is wrong with them; `roots` None: seals are not looked at.

    Codes: `audit-sealed-damaged`, no head of this place sealed by a known authority; `audit-sealed-missing`,
    the chain names one that is gone or is another; `audit-place`, the chain is not of this place of work.

    Raises:
        MachineError: `audit_unreadable`.
    """
    place = known(places)
    heads: dict[AuditHead, str] = {}
    problems: list[Problem] = []
    digests: dict[str, str] = {}
    trusted = None if roots is None else tuple(roots)
    for file in sealed_heads(places.archive):
        data = _read(file)
        path = str(file.relative_to(places.archive))
        digests[path] = hashlib.sha256(data).hexdigest()
        said = _said(data, trusted)
        if said is None or said.place != place or path != path_of(said.head.number):
            problems.append(Problem("audit-sealed-damaged", None, path))
        else:
            heads[said.head] = path
    problems += _against_chain(log.entries(), digests, place)
    return heads, tuple(problems)


def _against_chain(
    entries: Iterable[AuditEntry], digests: dict[str, str], place: str | None
) -> Iterator[Problem]:
    of_this_place = place is None
    for entry in entries:
        if entry.event == AuditEvent.PLACE:
            of_this_place = of_this_place or entry.detail.get("place") == place
        number = entry.detail.get("head")
        if entry.event == AuditEvent.HEAD_SEALED and isinstance(number, int):
            path = path_of(number)
            if digests.get(path) != entry.detail.get("sha256"):
                yield Problem("audit-sealed-missing", None, path, str(entry.number))
    if not of_this_place:
        yield Problem("audit-place", None, "audit")


def _newest(archive: Path) -> SealedHead | None:
    """The last that reads; its seal is proven by those who verify."""
    found = (_said(_read(file), None) for file in reversed(sealed_heads(archive)))
    return next((said for said in found if said is not None), None)


def _read(file: Path) -> bytes:
    """Empty, and so no head, where it is no file of ours."""
    try:
        return read(file) or b""
    except OSError:
        return b""


def _said(data: bytes, roots: tuple[bytes, ...] | None) -> SealedHead | None:
    try:
        content = content_of(data) if roots is None else sealed_content(data, roots)
        said = json.loads(content)
        if said["format"] != FORMAT:
            return None
        head = AuditHead.parse(f"{said['number']}:{said['sha256']}")
        return SealedHead(str(said["place"]), head, datetime.fromisoformat(said["at"]))
    except (CorruptError, ValueError, KeyError, TypeError):
        return None
