"""`jeke doctor`: what is missing on this machine, and the mend."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from importlib import metadata
from pathlib import Path

import click

from pipeline.archive.index import Index
from pipeline.archive.ocfl import StorageRoot
from pipeline.cli.desk import Desk, today
from pipeline.cli.options import as_json, common
from pipeline.documents.fill import Templates
from pipeline.documents.libreoffice import find_office
from pipeline.documents.plan import DocumentKind
from pipeline.documents.render import RdocxRenderer
from pipeline.documents.seal import Sealer
from pipeline.domain.errors import ExitCode, JekeError
from pipeline.domain.findings import Value
from pipeline.intake.workdays import load_calendar

_LIBRARIES = ("docxtpl", "lxml", "pikepdf", "pyhanko", "pypdf", "rdocx", "holidays", "watchdog", "click")
_LEAST_FREE = 2**30
_SOON = timedelta(days=60)


class State(StrEnum):
    """How one thing stands."""

    GOOD = "good"
    MIND = "mind"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. `code` and `params` fill `cli.doctor.<code>`, an error its own message."""

    state: State
    code: str
    params: dict[str, Value] = field(default_factory=dict)
    error: JekeError | None = None


@click.command("doctor")
@as_json
@common
@click.pass_obj
def doctor(desk: Desk, *, as_json: bool) -> int:
    """Exit status: 5 where something must be mended before the program can work."""
    checks = list(examine(desk))
    if as_json:
        desk.put_json({"format": "jeke/doctor/1", "checks": [_entry(desk, check) for check in checks]})
    for check in () if as_json else checks:
        desk.put(f"[{desk.say.text(f'cli.doctor.state.{check.state}')}] {_message(desk, check)}")
        if remedy := _remedy(desk, check):
            desk.put(f"    = {remedy}")
    bad = any(check.state is State.BAD for check in checks)
    return ExitCode.MACHINE if bad else ExitCode.DONE


def examine(desk: Desk) -> Iterator[Check]:
    """Every check; what hangs on the configuration only where that stands."""
    yield _versions()
    try:
        _ = desk.config
    except JekeError as error:
        yield Check(State.BAD, "error", error=error)
        return
    yield Check(State.GOOD, "config", {"file": str(desk.config_file)})
    for look in (_folders, _one_disk, _space, _archive, _index, _templates, _renderer, _seal, _calendar):
        yield from _caught(look, desk)


def _caught(look: Callable[[Desk], Iterator[Check]], desk: Desk) -> Iterator[Check]:
    try:
        yield from look(desk)
    except JekeError as error:
        yield Check(State.BAD, "error", error=error)


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
    archive = desk.places.archive
    if archive.is_dir():
        free = shutil.disk_usage(archive).free
        state = State.GOOD if free >= _LEAST_FREE else State.MIND
        code = "space" if state is State.GOOD else "space_short"
        yield Check(state, code, {"free_mib": free // 2**20})


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


def _seal(desk: Desk) -> Iterator[Check]:
    if desk.config.seal is None:
        yield Check(State.MIND, "seal_test")
        return
    passphrase = _passphrase(desk.config.seal.passphrase_file)
    if passphrase is None:
        yield Check(State.BAD, "seal_passphrase", {"file": str(desk.config.seal.passphrase_file)})
        return
    sealer = Sealer.from_pkcs12(desk.config.seal.pkcs12, passphrase)
    left = sealer.not_after - datetime.now(UTC)
    params: dict[str, Value] = {"subject": sealer.subject, "until": sealer.not_after.date()}
    if left <= timedelta(0):
        yield Check(State.BAD, "seal_expired", params)
    else:
        yield Check(State.MIND if left < _SOON else State.GOOD, "seal", params)


def _passphrase(file: Path) -> bytes | None:
    try:
        return file.read_bytes().strip()
    except OSError:
        return None


def _calendar(desk: Desk) -> Iterator[Check]:
    verified = load_calendar(desk.config.calendar).verified_years
    year = today().year
    if year in verified:
        yield Check(State.GOOD, "calendar", {"year": str(year)})
    else:
        yield Check(State.MIND, "calendar_unverified", {"year": str(year)})


def _message(desk: Desk, check: Check) -> str:
    if check.error is not None:
        return desk.say.error(check.error)
    return desk.say.text(f"cli.doctor.{check.code}", **check.params)


def _remedy(desk: Desk, check: Check) -> str:
    if check.error is not None:
        return desk.say.error_remedy(check.error)
    key = f"cli.doctor.{check.code}.remedy"
    return desk.say.text(key, **check.params) if desk.say.has(key) else ""


def _entry(desk: Desk, check: Check) -> dict[str, object]:
    return {
        "state": check.state.value,
        "code": check.error.code if check.error else check.code,
        "message": _message(desk, check),
        "remedy": _remedy(desk, check),
    }


COMMANDS = (doctor,)
