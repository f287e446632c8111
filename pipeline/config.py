"""config.yaml: where the places are and how this body works. Read once at the start; nothing else configures.

Every value is read as text and typed by its key, as in the records; unknown keys are errors. Paths are
relative to the file itself, so that two places of work on one machine never touch each other.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, TypeVar, cast

from pipeline.domain.errors import ConfigError
from pipeline.domain.source import InputError, Place
from pipeline.flow.site.places import Places, RecordingRules, SealKey, TrustRules
from pipeline.law.numbers import RECORDING_YEARS
from pipeline.law.readings import Readings, StudiesReading
from pipeline.messages.catalogue import Language
from pipeline.record_format import leaves
from pipeline.record_format.build import build_group
from pipeline.record_format.fields import group_of
from pipeline.record_format.leaves import Leaf, Repair, ValueRefusedError
from pipeline.record_format.problems import GivenUpError, Problems
from pipeline.record_format.stream import characters_allowed, decode, split
from pipeline.record_format.yaml_tree import Fields, Node, parse
from pipeline.retention import approval as retention
from pipeline.system import time_zone

_SECONDS = re.compile(r"[0-9]{1,4}(\.[0-9]{1,3})?")
_LONGEST_YEARS = 75
_Section = TypeVar("_Section")


class WatchMode(StrEnum):
    """What wakes the scan of inbox/ between two regular ones; network shares send no events."""

    EVENTS = "events"
    POLLING = "polling"


class TitleMode(StrEnum):
    """How Annex 2 is headed: as the form has it, or as a filled paper has it."""

    EXACT = "exact"
    DOCUMENT = "document"


def _seconds(first: float, last: float) -> Leaf:
    def parse(text: str) -> float:
        if not _SECONDS.fullmatch(text) or not first <= float(text) <= last:
            raise ValueRefusedError("seconds", value=text, first=f"{first:g}", last=f"{last:g}")
        return float(text)

    return Leaf("seconds", Repair.BLANKS, parse, {})


def _zone(text: str) -> str:
    if not time_zone.is_known(text):
        raise ValueRefusedError("time_zone", value=text)
    return text


Line = Annotated[str, Leaf("line", Repair.NONE, str, {})]
"""Text as it stands."""
Beside = Annotated[Path, Leaf("path", Repair.NONE, Path, {})]
"""A path, relative to config.yaml."""
Zone = Annotated[str, Leaf("time_zone", Repair.BLANKS, _zone, {})]


@dataclass(frozen=True, slots=True)
class Paths:
    """The places of work."""

    inbox: Beside = Path("inbox")
    outbox: Beside = Path("outbox")
    archive: Beside = Path("archive")
    recordings: Beside = Path("recordings")
    state: Beside = Path("state")
    templates: Beside = Path("templates")

    @property
    def places(self) -> Places:
        """The same, as the flow takes it."""
        return Places(*_values(self))


@dataclass(frozen=True, slots=True)
class Intake:
    """How the drop folder is read."""

    quiet_seconds: Annotated[float, _seconds(0, 3600)] = 2.0
    """How long a file's size and time must stand still before it is taken."""
    paper_quiet_seconds: Annotated[float, _seconds(0, 3600)] = 6.0
    """The same of scans, recordings, zips and folders, which are written with pauses."""
    unfinished_minutes: Annotated[int, leaves.integer(0, 1440)] = 10
    """How long what is quiet but has no end is waited for before it is given back."""
    mended_days: Annotated[int, leaves.integer(1, 3660)] = 90
    """For how many days a refused file is kept whose records were accepted since out of another."""
    scan_seconds: Annotated[float, _seconds(0.1, 3600)] = 5.0
    """How often the folder is looked through, events or none."""


@dataclass(frozen=True, slots=True)
class ReadingsSection:
    """How this body reads the places where the order's words leave a choice."""

    studies: StudiesReading = StudiesReading.BOTH_REQUIRED
    strict_full_days: bool = False
    recording_retention_years: Annotated[int, leaves.integer(RECORDING_YEARS, _LONGEST_YEARS)] = (
        RECORDING_YEARS
    )

    last_analysis_on: date | None = None

    @property
    def readings(self) -> Readings:
        """The same, as the law floor takes it."""
        return Readings(*_values(self))


@dataclass(frozen=True, slots=True)
class Documents:
    """How the forms are printed."""

    print_instructions: bool = True
    """Annex 2: whether the form's own instructions in brackets are printed."""
    title_mode: TitleMode = TitleMode.EXACT
    """Annex 2: its heading."""


@dataclass(frozen=True, slots=True)
class Seal:
    """The body's electronic seal."""

    pkcs12: Beside
    passphrase_file: Beside

    @property
    def key(self) -> SealKey:
        """The same, as the flow takes it."""
        return SealKey(self.pkcs12, self.passphrase_file)


@dataclass(frozen=True, slots=True)
class Recordings:
    """How recordings are taken in, and who may listen to them (¶29)."""

    listeners: tuple[Line, ...] = ()
    """Names in the operating system; where it is empty, the service's own user alone."""
    wait_days: Annotated[int, leaves.integer(1, 366)] = 30
    """How long a recording waits for the sitting's record that names it before it is given back."""

    @property
    def rules(self) -> RecordingRules:
        """The same, as the flow takes it."""
        return RecordingRules(self.listeners, self.wait_days)


@dataclass(frozen=True, slots=True)
class Trust:
    """Whom electronic signatures of people are believed."""

    folder: Beside | None = None
    """Certificates of authorities, revocation lists, OCSP answers."""
    revocation_required: bool = False
    """Whether a signature counts only where its certificate is shown not to be revoked."""


@dataclass(frozen=True, slots=True)
class Timestamp:
    """The timestamping authority of the closed network (RFC 3161)."""

    url: Line


@dataclass(frozen=True, slots=True)
class StandingOrder:
    """The order by which recordings are destroyed without two approvals each time."""

    number: Line
    date: date
    signed_by: Line


@dataclass(frozen=True, slots=True)
class Retention:
    """The keeping and destruction of recordings (¶29)."""

    standing_order: StandingOrder | None = None

    @property
    def order(self) -> retention.StandingOrder | None:
        """The same, as the retention takes it."""
        order = self.standing_order
        return None if order is None else retention.StandingOrder(order.number, order.date, order.signed_by)


@dataclass(frozen=True, slots=True)
class Config:
    """The whole of config.yaml, every path absolute."""

    paths: Paths = Paths()
    lang: Language = Language.KK
    intake: Intake = Intake()
    watch: WatchMode = WatchMode.EVENTS
    calendar: Beside | None = None
    time_zone: Zone = "Asia/Almaty"
    """In which days are reckoned, whatever the machine's own is."""
    readings: ReadingsSection = ReadingsSection()
    documents: Documents = Documents()
    seal: Seal | None = None
    recordings: Recordings = Recordings()
    retention: Retention = Retention()
    trust: Trust = Trust()
    timestamp: Timestamp | None = None

    @property
    def trusting(self) -> TrustRules:
        """The same, as the flow takes it."""
        url = self.timestamp.url if self.timestamp else ""
        return TrustRules(self.trust.folder, self.trust.revocation_required, url)


class InvalidConfigError(ConfigError):
    """What is written in config.yaml does not stand: all its errors, each at its place."""

    def __init__(self, file: Path, errors: tuple[InputError, ...]) -> None:
        super().__init__("config_invalid", file=str(file), line=errors[0].line)
        self.errors = errors


def load_config(path: Path) -> Config:
    """The configuration in that file.

    Raises:
        ConfigError: the file is not there (`no_config`) or cannot be opened (`config_unreadable`).
        InvalidConfigError: it is not YAML, or a key or value in it does not stand.
    """
    path = path.absolute()
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise ConfigError("no_config", file=str(path)) from None
    except OSError as error:
        raise ConfigError("config_unreadable", file=str(path), reason=error.strerror or "") from None
    problems = Problems(str(path))
    config = None
    with suppress(GivenUpError):
        config = _parsed(path, data, problems)
    if config is None:
        raise InvalidConfigError(path, problems.sorted())
    return config


def _parsed(path: Path, data: bytes, problems: Problems) -> Config | None:
    tree = _tree(data, problems)
    if len(problems):
        return None
    if tree is not None and not isinstance(tree, Fields):
        problems.add("expected_fields", tree.place, field=path.name)
        return None
    config = build_group(group_of(Config), tree or Fields(Place(1, 1), []), problems.add)
    return None if config is None else _anchored(cast("Config", config), path.parent)


def _tree(data: bytes, problems: Problems) -> Node | None:
    text = decode(data, problems.add)
    if text is None:
        return None
    problems.within(text, 1)
    documents = [document for document in split(text) if not document.empty]
    if len(documents) > 1:
        problems.add("config_documents", Place(documents[1].first_line, 1))
    if not documents or not characters_allowed(documents[0], problems.add):
        return None
    return parse(documents[0], problems.add)


def _anchored(section: _Section, folder: Path) -> _Section:
    """Every path of it, and of the sections within, beside config.yaml."""
    moved: dict[str, Any] = {}
    for name, value in zip(_names(section), _values(section), strict=True):
        if isinstance(value, Path):
            moved[name] = folder / value
        elif is_dataclass(value):
            moved[name] = _anchored(value, folder)
    return cast("_Section", replace(cast("Any", section), **moved))


def _names(section: object) -> tuple[str, ...]:
    return tuple(field.name for field in fields(cast("Any", section)))


def _values(section: object) -> tuple[Any, ...]:
    return tuple(getattr(section, name) for name in _names(section))
