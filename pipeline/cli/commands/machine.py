"""What `jeke doctor` looks at: libraries, folders, rights, archive, templates, seal, trust and calendar."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from pipeline.archive.index.locations import Index
from pipeline.archive.ocfl.storage_root import StorageRoot
from pipeline.cli.checks import caught
from pipeline.cli.commands.history import shown
from pipeline.cli.desk import Desk, today
from pipeline.config import Seal
from pipeline.confined.probe import confinement
from pipeline.documents.content.plan import DocumentKind
from pipeline.documents.rendering.libreoffice import find_office
from pipeline.documents.rendering.render import RdocxRenderer
from pipeline.documents.sealing.seal import Sealer
from pipeline.documents.templates.fill import Templates
from pipeline.domain.errors import JekeError
from pipeline.flow.health.health import Check, State, belongings, certificate, failed, space
from pipeline.flow.health.retention_check import recordings
from pipeline.flow.health.trust_check import trust
from pipeline.flow.site.rights import foreign, open_keys, open_to_others, squatted
from pipeline.intake.inbox import Inbox
from pipeline.intake.sentinel import require_marked, was_marked
from pipeline.intake.workdays import load_calendar

_LIBRARIES = ("docxtpl", "lxml", "pikepdf", "pyhanko", "pypdf", "rdocx", "holidays", "watchdog", "click")


def examine(desk: Desk) -> Iterator[Check]:
    """Every check; what hangs on the configuration only where that stands."""
    yield _versions()
    try:
        _ = desk.config
    except JekeError as error:
        yield failed(error)
        return
    yield Check(State.GOOD, "config", {"file": str(desk.config_file)})
    for look in _LOOKS:
        yield from caught(look(desk))


def _versions() -> Check:
    missing = tuple(name for name in _LIBRARIES if not _installed(name))
    if missing:
        return Check(State.BAD, "libraries_missing", {"names": missing})
    python = ".".join(str(part) for part in sys.version_info[:3])
    return Check(State.GOOD, "versions", {"python": python, "sqlite": sqlite3.sqlite_version})


def _installed(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def _folders(desk: Desk) -> Iterator[Check]:
    for folder in dict(desk.config.paths).values():
        if not folder.is_dir():
            yield Check(State.BAD, "folder_missing", {"folder": str(folder)})
        elif not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            yield Check(State.BAD, "folder_closed", {"folder": str(folder)})


def _one_disk(desk: Desk) -> Iterator[Check]:
    """A claim is a rename where inbox/ and state/ share a file system, else a copy."""
    inbox, state = desk.places.inbox, desk.places.state
    if inbox.is_dir() and state.is_dir() and inbox.stat().st_dev != state.stat().st_dev:
        yield Check(State.MIND, "two_disks", {"inbox": str(inbox), "state": str(state)})


def _space(desk: Desk) -> Iterator[Check]:
    yield from space(desk.places)


def _rights(desk: Desk) -> Iterator[Check]:
    """Who else may get at what is kept here."""
    places, seal = desk.places, desk.config.seal
    keys = open_keys(places, *((seal.pkcs12, seal.passphrase_file) if seal else ()))
    exposed, others, taken = open_to_others(places), foreign(places), squatted(places)
    yield from (Check(State.BAD, "rights_open", {"folder": str(folder)}) for folder in exposed)
    yield from (Check(State.BAD, "rights_key", {"file": str(key)}) for key in keys)
    yield from (Check(State.MIND, "rights_owner", {"folder": str(folder)}) for folder in others)
    yield from (Check(State.BAD, "rights_squatted", {"folder": str(folder)}) for folder in taken)
    if not (exposed or keys or others or taken):
        yield Check(State.GOOD, "rights")


def _belongings(desk: Desk) -> Iterator[Check]:
    yield from belongings(desk.places, own_seal=desk.config.seal is not None)


def _inbox(desk: Desk) -> Iterator[Check]:
    """Whether it is the one that was marked, and what lies there and will never be taken."""
    if was_marked(desk.places.state):
        require_marked(desk.places.inbox)
    odd = Inbox(desk.places.inbox, desk.config.intake.quiet_seconds).look().odd
    for path, unsupported in odd:
        yield Check(State.MIND, "odd", {"name": shown(path.name), "odd": unsupported.value})


def _archive(desk: Desk) -> Iterator[Check]:
    StorageRoot.open(desk.places.archive)
    yield Check(State.GOOD, "archive", {"folder": str(desk.places.archive)})


def _index(desk: Desk) -> Iterator[Check]:
    path = desk.places.index
    if not path.exists():
        yield Check(State.GOOD, "index_absent")
        return
    try:
        with Index.open(path):
            yield Check(State.GOOD, "index")
    except JekeError:
        yield Check(State.MIND, "index_unusable")


def _templates(desk: Desk) -> Iterator[Check]:
    templates = Templates(desk.places.templates)
    broken = [error for kind in DocumentKind if (error := _template_error(templates, kind)) is not None]
    yield from (Check(State.BAD, "error", error=error) for error in broken)
    if not broken:
        yield Check(State.GOOD, "templates", {"count": len(DocumentKind)})


def _template_error(templates: Templates, kind: DocumentKind) -> JekeError | None:
    try:
        templates.digest(kind)
    except JekeError as error:
        return error
    return None


def _renderer(_desk: Desk) -> Iterator[Check]:
    renderer = RdocxRenderer()
    yield Check(State.GOOD, "renderer", {"name": renderer.name, "version": renderer.version})
    office = find_office()
    if office is None:
        yield Check(State.MIND, "office_missing")
    else:
        yield Check(State.GOOD, "office", {"version": office.version})


def _confined(_desk: Desk) -> Iterator[Check]:
    """Which walls of the kernel stand round the processes that decode strangers' files."""
    given = confinement()
    files_closed = bool(given.landlock or given.seccomp)
    yield _wall("landlock", given.landlock > 0, files_closed, version=given.landlock)
    yield _wall("seccomp", given.seccomp, files_closed)
    yield _wall("privileges", given.no_new_privileges, files_closed)
    yield _wall("network", given.network, files_closed)


def _wall(name: str, stands: bool, files_closed: bool, **params: int) -> Check:  # noqa: FBT001  # facts
    if stands:
        return Check(State.GOOD, f"confined_{name}", dict(params))
    return Check(State.MIND if files_closed else State.BAD, f"confined_no_{name}")


def _seal(desk: Desk) -> Iterator[Check]:
    if desk.config.seal is None:
        yield Check(State.MIND, "seal_test")
    else:
        yield from seal_in_force(desk.config.seal)


def seal_in_force(seal: Seal) -> Iterator[Check]:
    """Whether the body's own seal can be used, and until when.

    Raises:
        MachineError: its key cannot be read.
    """
    passphrase = _passphrase(seal.passphrase_file)
    if passphrase is None:
        yield Check(State.BAD, "seal_passphrase", {"file": str(seal.passphrase_file)})
        return
    sealer = Sealer.from_pkcs12(seal.pkcs12, passphrase)
    yield certificate(sealer.subject, sealer.not_after, datetime.now(UTC))


def _passphrase(file: Path) -> bytes | None:
    try:
        return file.read_bytes().strip()
    except OSError:
        return None


def _trust(desk: Desk) -> Iterator[Check]:
    """Whom signatures are believed."""
    yield from trust(desk.config.trust.folder, datetime.now(UTC))


def _recordings(desk: Desk) -> Iterator[Check]:
    order = desk.config.retention.order
    yield from recordings(desk.places, order, datetime.now(UTC).astimezone(), thorough=True)


def _calendar(desk: Desk) -> Iterator[Check]:
    verified = load_calendar(desk.config.calendar).verified_years
    year = today().year
    if year in verified:
        yield Check(State.GOOD, "calendar", {"year": str(year)})
    else:
        yield Check(State.MIND, "calendar_unverified", {"year": str(year)})


_LOOKS = (
    _folders,
    _rights,
    _belongings,
    _inbox,
    _one_disk,
    _space,
    _archive,
    _index,
    _templates,
    _renderer,
    _confined,
    _seal,
    _trust,
    _recordings,
    _calendar,
)
