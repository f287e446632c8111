"""What `jeke doctor` looks at: libraries, folders, rights, archive, templates, seal, trust and calendar."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import astuple
from datetime import datetime
from importlib import metadata
from pathlib import Path

from pipeline.archive.index.locations import Index
from pipeline.archive.ocfl.storage_root import StorageRoot
from pipeline.confined.probe import confinement
from pipeline.documents.content.plan import DocumentKind
from pipeline.documents.rendering.libreoffice import find_office
from pipeline.documents.rendering.render import RdocxRenderer
from pipeline.documents.sealing.seal import Sealer
from pipeline.documents.templates.fill import Templates
from pipeline.documents.templates.folder import looked_through
from pipeline.domain.errors import JekeError
from pipeline.flow.health.health import Check, Installed, State, belongings, caught, certificate, space
from pipeline.flow.health.retention_check import recordings
from pipeline.flow.health.trust_check import trust
from pipeline.flow.site.places import SealKey
from pipeline.flow.site.rights import foreign, open_keys, open_to_others, squatted
from pipeline.intake.inbox import Inbox
from pipeline.intake.sentinel import require_marked, was_marked
from pipeline.intake.workdays import load_calendar
from pipeline.system import time_zone

_LIBRARIES = ("docxtpl", "lxml", "pikepdf", "pyhanko", "pypdf", "rdocx", "holidays", "watchdog", "click")


def examine(installed: Installed) -> Iterator[Check]:
    """Every check of a place of work; where looking itself fails, that is told in its place."""
    yield Check(State.GOOD, "config", {"file": str(installed.config_file)})
    for look in _LOOKS:
        yield from caught(look(installed))


def versions() -> Check:
    """Whether the libraries are there, and of which version Python is."""
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


def _folders(its: Installed) -> Iterator[Check]:
    for folder in astuple(its.places):
        if not folder.is_dir():
            yield Check(State.BAD, "folder_missing", {"folder": str(folder)})
        elif not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            yield Check(State.BAD, "folder_closed", {"folder": str(folder)})


def _one_disk(its: Installed) -> Iterator[Check]:
    """A claim is a rename where inbox/ and state/ share a file system, else a copy."""
    inbox, state = its.places.inbox, its.places.state
    if inbox.is_dir() and state.is_dir() and inbox.stat().st_dev != state.stat().st_dev:
        yield Check(State.MIND, "two_disks", {"inbox": str(inbox), "state": str(state)})


def _space(its: Installed) -> Iterator[Check]:
    yield from space(its.places)


def _rights(its: Installed) -> Iterator[Check]:
    """Who else may get at what is kept here."""
    places, seal = its.places, its.seal
    keys = open_keys(places, *((seal.pkcs12, seal.passphrase_file) if seal else ()))
    exposed, others, taken = open_to_others(places), foreign(places), squatted(places)
    yield from (Check(State.BAD, "rights_open", {"folder": str(folder)}) for folder in exposed)
    yield from (Check(State.BAD, "rights_key", {"file": str(key)}) for key in keys)
    yield from (Check(State.MIND, "rights_owner", {"folder": str(folder)}) for folder in others)
    yield from (Check(State.BAD, "rights_squatted", {"folder": str(folder)}) for folder in taken)
    if not (exposed or keys or others or taken):
        yield Check(State.GOOD, "rights")


def _belongings(its: Installed) -> Iterator[Check]:
    yield from belongings(its.places, own_seal=its.seal is not None)


def _inbox(its: Installed) -> Iterator[Check]:
    """Whether it is the one that was marked, and what lies there and will never be taken."""
    if was_marked(its.places.state):
        require_marked(its.places.inbox)
    odd = Inbox(its.places.inbox, its.quiet_seconds).look().odd
    for path, unsupported in odd:
        yield Check(State.MIND, "odd", {"name": path.name, "odd": unsupported.value})


def _archive(its: Installed) -> Iterator[Check]:
    StorageRoot.open(its.places.archive)
    yield Check(State.GOOD, "archive", {"folder": str(its.places.archive)})


def _index(its: Installed) -> Iterator[Check]:
    path = its.places.index
    if not path.exists():
        yield Check(State.GOOD, "index_absent")
        return
    try:
        with Index.open(path):
            yield Check(State.GOOD, "index")
    except JekeError:
        yield Check(State.MIND, "index_unusable")


def _templates(its: Installed) -> Iterator[Check]:
    """Which are not used, the last good one being in force, and whether that one can be used."""
    unused = [template for template in looked_through(its.places.templates) if template.faults]
    templates = Templates(its.places.templates, its.places.kept_templates)
    for template in unused:
        yield Check(
            State.MIND, "template_unused", {"file": template.file.name, "why": template.faults[0].code}
        )
        yield from caught(_in_force(templates, template.kind))
    if not unused:
        yield Check(State.GOOD, "templates", {"count": len(DocumentKind)})


def _in_force(templates: Templates, kind: DocumentKind) -> Iterator[Check]:
    templates.digest(kind)
    yield from ()


def _renderer(_: Installed) -> Iterator[Check]:
    renderer = RdocxRenderer()
    yield Check(State.GOOD, "renderer", {"name": renderer.name, "version": renderer.version})
    office = find_office()
    if office is None:
        yield Check(State.MIND, "office_missing")
    else:
        yield Check(State.GOOD, "office", {"version": office.version})


def _confined(_: Installed) -> Iterator[Check]:
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


def _seal(its: Installed) -> Iterator[Check]:
    if its.seal is None:
        yield Check(State.MIND, "seal_test")
    else:
        yield from seal_in_force(its.seal, its.now)


def seal_in_force(seal: SealKey, now: datetime) -> Iterator[Check]:
    """Whether the body's own seal can be used, and until when.

    Raises:
        MachineError: its key cannot be read.
    """
    passphrase = _passphrase(seal.passphrase_file)
    if passphrase is None:
        yield Check(State.BAD, "seal_passphrase", {"file": str(seal.passphrase_file)})
        return
    sealer = Sealer.from_pkcs12(seal.pkcs12, passphrase)
    yield certificate(sealer.subject, sealer.not_after, now)


def _passphrase(file: Path) -> bytes | None:
    try:
        return file.read_bytes().strip()
    except OSError:
        return None


def _trust(its: Installed) -> Iterator[Check]:
    """Whom signatures are believed."""
    yield from trust(its.trust_folder, its.now)


def _recordings(its: Installed) -> Iterator[Check]:
    yield from recordings(its.places, its.standing_order, its.recording_years, its.now, thorough=True)


def _calendar(its: Installed) -> Iterator[Check]:
    verified = load_calendar(its.calendar).verified_years
    year = its.now.year
    if year in verified:
        yield Check(State.GOOD, "calendar", {"year": str(year)})
    else:
        yield Check(State.MIND, "calendar_unverified", {"year": str(year)})


def _time_zone(its: Installed) -> Iterator[Check]:
    """In which zone days are reckoned, and whether the machine's own says the same."""
    told = {"zone": its.time_zone, "offset": time_zone.written(time_zone.offset())}
    machine = time_zone.machines_offset()
    if machine == time_zone.offset():
        yield Check(State.GOOD, "time_zone", {**told})
    else:
        yield Check(State.MIND, "time_zone_machine", {**told, "machine": time_zone.written(machine)})


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
    _time_zone,
)
