"""config.yaml: where the places are and how this body works. Read once at the start; nothing else configures.

Every value is read as text and typed by its key, as in the records; unknown keys are errors. Paths are
relative to the file itself, so that two places of work on one machine never touch each other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, ValidationInfo
from pydantic_core import ErrorDetails, PydanticCustomError

from pipeline.domain.errors import ConfigError
from pipeline.domain.source import InputError, Place
from pipeline.flow.site.places import RecordingRules, TrustRules
from pipeline.law.numbers import RECORDING_YEARS
from pipeline.law.readings import Readings, StudiesReading
from pipeline.record_format import leaves
from pipeline.record_format.build import nearest
from pipeline.record_format.leaves import Leaf, ValueRefusedError
from pipeline.record_format.problems import GivenUpError, Problems
from pipeline.record_format.stream import characters_allowed, decode, split
from pipeline.record_format.yaml_tree import Fields, Items, Node, Scalar, parse
from pipeline.retention import approval as retention
from pipeline.system import time_zone

Location = tuple[str | int, ...]

_KEY = "<key>"
"""In a location: the place of the key itself and not of its value."""
_SECONDS = re.compile(r"[0-9]{1,4}(\.[0-9]{1,3})?")
_LONGEST_YEARS = 75
_CODES = {"missing": "missing", "model_type": "expected_fields"}
_NOT_TEXT = ("bool_type", "date_type", "enum", "float_type", "int_type", "is_instance_of", "string_type")
"""pydantic's names for what does not stand; a list or a section where one value belongs is the last."""


class WatchMode(StrEnum):
    """What wakes the scan of inbox/ between two regular ones; network shares send no events."""

    EVENTS = "events"
    POLLING = "polling"


def _typed(leaf: Leaf) -> BeforeValidator:
    """A value typed as in the records, and refused in the same words."""

    def parse(value: object) -> object:
        if not isinstance(value, str):
            return value
        try:
            return leaf.parse(value.strip())
        except ValueRefusedError as refused:
            raise PydanticCustomError(refused.code, "refused", refused.params) from None

    return BeforeValidator(parse)


def _seconds(first: float, last: float) -> BeforeValidator:
    def parse(value: object) -> object:
        if not isinstance(value, str):
            return value
        if not _SECONDS.fullmatch(value) or not first <= float(value) <= last:
            bounds = {"value": value, "first": f"{first:g}", "last": f"{last:g}"}
            raise PydanticCustomError("seconds", "refused", bounds)
        return float(value)

    return BeforeValidator(parse)


def _zone(value: object) -> object:
    if isinstance(value, str) and not time_zone.is_known(value):
        raise PydanticCustomError("time_zone", "refused", {"value": value})
    return value


def _beside(value: object, info: ValidationInfo) -> object:
    return Path(info.context or "", value) if isinstance(value, str | Path) else value


Flag = Annotated[bool, _typed(leaves.BOOLEAN)]
Day = Annotated[date, _typed(leaves.DATE)]
Beside = Annotated[Path, BeforeValidator(_beside)]
"""A path, relative to config.yaml."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, validate_default=True)


class Paths(_Section):
    """The places of work."""

    inbox: Beside = Path("inbox")
    outbox: Beside = Path("outbox")
    archive: Beside = Path("archive")
    recordings: Beside = Path("recordings")
    state: Beside = Path("state")
    templates: Beside = Path("templates")


class Intake(_Section):
    """How the drop folder is read."""

    quiet_seconds: Annotated[float, _seconds(0, 3600)] = 2.0
    """How long a file's size and time must stand still before it is taken."""
    paper_quiet_seconds: Annotated[float, _seconds(0, 3600)] = 6.0
    """The same of scans, recordings, zips and folders, which are written with pauses."""
    unfinished_minutes: Annotated[int, _typed(leaves.integer(0, 1440))] = 10
    """How long what is quiet but has no end is waited for before it is given back."""
    mended_days: Annotated[int, _typed(leaves.integer(1, 3660))] = 90
    """For how many days a refused file is kept whose records were accepted since out of another."""
    scan_seconds: Annotated[float, _seconds(0.1, 3600)] = 5.0
    """How often the folder is looked through, events or none."""


class ReadingsSection(_Section):
    """How this body reads the places where the order's words leave a choice."""

    studies: Annotated[StudiesReading, _typed(leaves.choice(StudiesReading))] = StudiesReading.BOTH_REQUIRED
    strict_full_days: Flag = False
    recording_retention_years: Annotated[int, _typed(leaves.integer(RECORDING_YEARS, _LONGEST_YEARS))] = (
        RECORDING_YEARS
    )

    last_analysis_on: Day | None = None

    @property
    def readings(self) -> Readings:
        """The same, as the law floor takes it."""
        return Readings(**dict(self))


class Documents(_Section):
    """How the forms are printed."""

    print_instructions: Flag = True
    """Annex 2: whether the form's own instructions in brackets are printed."""
    title_mode: Literal["exact", "document"] = "exact"
    """Annex 2: the heading as the form has it, or as a filled paper has it."""


class Seal(_Section):
    """The body's electronic seal."""

    pkcs12: Beside
    passphrase_file: Beside


class Recordings(_Section):
    """How recordings are taken in, and who may listen to them (¶29)."""

    listeners: list[str] = []
    """Names in the operating system; where it is empty, the service's own user alone."""
    wait_days: Annotated[int, _typed(leaves.integer(1, 366))] = 30
    """How long a recording waits for the sitting's record that names it before it is given back."""

    @property
    def rules(self) -> RecordingRules:
        """The same, as the flow takes it."""
        return RecordingRules(tuple(self.listeners), self.wait_days)


class Trust(_Section):
    """Whom electronic signatures of people are believed."""

    folder: Beside | None = None
    """Certificates of authorities, revocation lists, OCSP answers."""
    revocation_required: Flag = False
    """Whether a signature counts only where its certificate is shown not to be revoked."""


class Timestamp(_Section):
    """The timestamping authority of the closed network (RFC 3161)."""

    url: str


class StandingOrder(_Section):
    """The order by which recordings are destroyed without two approvals each time."""

    number: str
    date: Day
    signed_by: str


class Retention(_Section):
    """The keeping and destruction of recordings (¶29)."""

    standing_order: StandingOrder | None = None

    @property
    def order(self) -> retention.StandingOrder | None:
        """The same, as the retention takes it."""
        order = self.standing_order
        return None if order is None else retention.StandingOrder(order.number, order.date, order.signed_by)


class Config(_Section):
    """The whole of config.yaml, every path absolute."""

    paths: Paths
    lang: Literal["kk", "ru", "en"] = "kk"
    intake: Intake = Intake()
    watch: Annotated[WatchMode, _typed(leaves.choice(WatchMode))] = WatchMode.EVENTS
    calendar: Beside | None = None
    time_zone: Annotated[str, BeforeValidator(_zone)] = "Asia/Almaty"
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
    places: dict[Location, Place] = {}
    values = _values(tree, (), places) if tree else {}
    if not isinstance(values, dict):
        problems.add("expected_fields", tree.place if tree else Place(1, 1), field=path.name)
        return None
    try:
        return Config.model_validate({"paths": {}, **values}, context=path.parent)
    except ValidationError as invalid:
        for error in invalid.errors(include_url=False):
            _add_fault(problems, error, places)
        return None


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


def _values(node: Node, at: Location, places: dict[Location, Place]) -> object:
    """Plain text, lists and mappings; what is absent is left out. `places` is filled by the way."""
    places[at] = node.place
    match node:
        case Fields():
            for entry in node.entries:
                places[*at, _KEY, entry.key] = entry.key_place
            present = (entry for entry in node.entries if not entry.value.absent)
            return {entry.key: _values(entry.value, (*at, entry.key), places) for entry in present}
        case Items():
            return [_values(item, (*at, i), places) for i, item in enumerate(node.items)]
        case Scalar():
            return node.text
        case _:
            return None


def _add_fault(problems: Problems, error: ErrorDetails, places: Mapping[Location, Place]) -> None:
    at = error["loc"]
    field = ".".join(str(part) for part in at)
    place = places.get(at) or places.get(at[:-1]) or Place(1, 1)
    match error["type"]:
        case "extra_forbidden":
            _add_unknown(problems, places[*at[:-1], _KEY, at[-1]], at)
        case "literal_error":
            allowed = ", ".join(re.findall("'([^']*)'", error["ctx"]["expected"]))
            problems.add("choice", place, field=field, value=str(error["input"]), allowed=allowed)
        case kind if kind in _NOT_TEXT:
            problems.add("expected_value", place, field=field)
        case kind:
            problems.add(_CODES.get(kind, kind), place, **{"field": field, **error.get("ctx", {})})


def _add_unknown(problems: Problems, place: Place, at: Location) -> None:
    name, known = str(at[-1]), _section(at[:-1])
    field = ".".join(str(part) for part in at)
    near = nearest(name, known)
    if near:
        problems.add("unknown_field_near", place, field=field, name=name, nearest=near)
    else:
        problems.add("unknown_field", place, field=field, name=name, known=", ".join(known))


def _section(at: Location) -> list[str]:
    """The keys that may stand in the section."""
    model: type[BaseModel] = Config
    for part in at:
        annotation = model.model_fields[str(part)].annotation
        choices = get_args(annotation) or (annotation,)
        model = next(c for c in choices if isinstance(c, type) and issubclass(c, BaseModel))
    return list(model.model_fields)
