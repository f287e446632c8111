"""What is lost for good and begun anew on purpose (`jeke init --anew`), told of in the audit chain."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Final

from pipeline.archive.audit.log import AuditEvent, AuditLog
from pipeline.archive.audit.sealed_heads import lay_aside
from pipeline.archive.ocfl.layout import IDENTITY_FILE
from pipeline.archive.ocfl.storage_root import StorageRoot
from pipeline.archive.person.events import Told, witnessed
from pipeline.documents.sealing.key_files import MARKS_KEY, TEST_SEAL
from pipeline.documents.sealing.local_authority import ensure_authority
from pipeline.documents.sealing.mark_key import ensure_key
from pipeline.domain.errors import CorruptError, MachineError, RefusedError
from pipeline.flow.site import identity, keys
from pipeline.flow.site.kept_journal import begin_journal, is_lost
from pipeline.flow.site.places import Places
from pipeline.retention.vault import PLACE_FILE
from pipeline.system.files import atomic_write, read_file

STATE: Final = "state"
RECORDINGS: Final = "recordings"
JOURNAL: Final = "journal"
ANEW: Final = (STATE, RECORDINGS, JOURNAL, keys.MARKS, keys.SEAL)


def begin_anew(places: Places, what: str, *, agent: str, at: datetime) -> None:
    """Begins that part anew; what is there already is never touched.

    Raises:
        RefusedError: `anew_not_lost`, it is there.
        MachineError: `audit_unwritable`, `place_unusable`; a key cannot be made.
    """
    if not _lost(places)[what]():
        raise RefusedError("anew_not_lost", what=what)
    places.make()
    if what == STATE:
        _begin_state(places, agent, at)
        return
    log = AuditLog.open(places.audit)
    log.append(AuditEvent.BEGUN_ANEW, agent=agent, at=at, detail={"what": what})
    if what == RECORDINGS:
        atomic_write(places.recordings / PLACE_FILE, read_file(places.state / PLACE_FILE))
    elif what == JOURNAL:
        begin_journal(places, at)
    elif what == keys.MARKS:
        ensure_key(places.state)
    else:
        ensure_authority(places.seal)


def _lost(places: Places) -> dict[str, Callable[[], bool]]:
    return {
        STATE: lambda: _missing(places) == "place_state_lost",
        RECORDINGS: lambda: _missing(places) == "place_recordings_lost",
        JOURNAL: lambda: is_lost(places),
        keys.MARKS: lambda: not (places.state / MARKS_KEY).exists(),
        keys.SEAL: lambda: not (places.seal / TEST_SEAL).exists(),
    }


def _missing(places: Places) -> str:
    try:
        identity.require(places)
    except MachineError as error:
        return error.code
    return ""


def _begin_state(places: Places, agent: str, at: datetime) -> None:
    """The new chain's first entry says of the former one up to where the archive bears witness for it."""
    root = StorageRoot.open(places.archive)
    former = _former(root)
    detail: dict[str, str | int] = {"what": STATE}
    if former is not None:
        detail |= {
            "former_chain": former.chain,
            "former_number": former.head.number,
            "former_sha256": former.head.sha256,
        }
        lay_aside(places.archive, former.chain)
    AuditLog.open(places.audit).append(AuditEvent.BEGUN_ANEW, agent=agent, at=at, detail=detail)
    ensure_key(places.state)
    ensure_authority(places.seal)
    kept = places.archive / IDENTITY_FILE
    content = read_file(kept) if kept.exists() else identity.new()
    identity.give(places, content, agent=agent, at=at)


def _former(root: StorageRoot) -> Told | None:
    """The newest entry of the chain that most objects name last; those of other chains were imported."""
    newest: dict[str, Told] = {}
    named: Counter[str] = Counter()
    for object_id in root.object_ids():
        try:
            filed = root.get(object_id)
            told = witnessed(filed) if filed else ()
        except CorruptError:
            continue
        for one in told:
            if one.chain not in newest or newest[one.chain].head.number < one.head.number:
                newest[one.chain] = one
        named.update({told[-1].chain} if told else ())
    return newest[named.most_common(1)[0][0]] if named else None
