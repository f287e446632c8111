"""The context of a command: who is spoken to, by which configuration, and the two streams.

Messages and progress go to standard error, results to standard output. What opens the archive, or the
whole place of work, loads when it is asked for: few commands need the libraries for sealing and drawing.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import office
from pipeline.archive.audit.actor import Actor
from pipeline.archive.audit.log import AuditEntry, AuditLog
from pipeline.cli.identity import identity
from pipeline.cli.logs import Level, LogForm, event_line
from pipeline.config import Config, load_config
from pipeline.domain.errors import ConfigError
from pipeline.domain.iin import mask_iin
from pipeline.flow.site.places import Places, SealKey
from pipeline.messages.catalogue import Language, Messages
from pipeline.system import time_zone

if TYPE_CHECKING:
    from pipeline.archive.index.locations import Index
    from pipeline.archive.ocfl.storage_root import StorageRoot
    from pipeline.flow.site.workplace import Workplace

CONFIG_NAME = "config.yaml"
_CLEAR_LINE = "\r\x1b[K"
_NO_TEXT = re.compile("[\ud800-\udfff]")


class ReaderGoneError(Exception):
    """Whoever read our standard output has closed it (`jeke find … | head`)."""


@dataclass
class CliContext:
    """What every command is given."""

    config_file: Path
    config_named: bool
    language: Language | None
    debug: bool
    log: LogForm = LogForm.TEXT
    under_bar: bool = False
    """A progress bar stands on the terminal's last line."""
    test_seal_told: bool = False

    @classmethod
    def of(cls, arguments: Sequence[str]) -> CliContext:
        """Read from the arguments ahead of click, since help and wrong usage are spoken of too."""
        named, language = _ahead(arguments, "--config"), _ahead(arguments, "--lang")
        log = _ahead(arguments, "--log")
        return cls(
            config_file=Path(named or CONFIG_NAME),
            config_named=named is not None,
            language=Language(language) if language in tuple(Language) else None,
            debug="--debug" in arguments,
            log=LogForm(log) if log in tuple(LogForm) else LogForm.TEXT,
        )

    @cached_property
    def config(self) -> Config:
        """The configuration.

        Raises:
            ConfigError: there is none, or it does not stand.
            MachineError: `time_zone`.
        """
        config = load_config(self.config_file)
        time_zone.settle(config.time_zone)
        return config

    @property
    def config_if_any(self) -> Config | None:
        """The configuration, or None where there is no such file and nobody named one.

        Raises:
            ConfigError: it does not stand, or a file was named that is not there.
        """
        return self.config if self.config_named or self.config_file.exists() else None

    @cached_property
    def say(self) -> Messages:
        """The texts of the language asked for, else of the configuration's, else Kazakh."""
        return Messages(self.language or self._configured_language())

    def _configured_language(self) -> Language:
        try:
            return self.config.lang
        except ConfigError:
            return Language.KK

    @property
    def places(self) -> Places:
        """The folders of the place of work.

        Raises:
            ConfigError: there is no configuration, or it does not stand.
        """
        return self.config.paths.places

    @property
    def own_seal(self) -> SealKey | None:
        """The body's own key; None where papers bear the test seal.

        Raises:
            ConfigError: there is no configuration, or it does not stand.
        """
        return self.config.seal.key if self.config.seal else None

    @contextmanager
    def archive(self) -> Iterator[tuple[StorageRoot, Index]]:
        """The archive and its index.

        Raises:
            JekeError: configuration or archive cannot be used; `place_open` where others may look in; as
                `require`, a folder is not the one that belongs here.
        """
        with office.archive(self.config) as opened:
            yield opened

    @cached_property
    def audit(self) -> AuditLog:
        """The audit chain of the place of work.

        Raises:
            ConfigError: there is no configuration, or it does not stand.
        """
        return AuditLog.open(self.places.audit)

    @cached_property
    def actor(self) -> Actor:
        """The person at the terminal, as rooms take whoever acts.

        Raises:
            ConfigError: there is no configuration, or it does not stand.
        """
        return Actor(login(), self.audit, office.now)

    def account(self, event: str, objects: Iterable[str], **detail: str | int) -> AuditEntry:
        """Tells the audit chain what the person at the terminal is about to do.

        Raises:
            MachineError: `audit_unwritable`: it must not be done.
        """
        return self.actor.tell(event, objects, **detail)

    @contextmanager
    def workplace(self, on: date | None = None) -> Iterator[Workplace]:
        """The place of work, opened; `on` judges as if it were that day.

        Raises:
            JekeError: configuration, calendar or archive cannot be used.
        """
        with office.workplace(self.config, on) as place:
            yield place

    def tell(self, text: str) -> None:
        """A line for the person at the terminal, or a message in the service's log."""
        json_log = self.log is LogForm.JSON
        self.write(event_line(Level.INFO, "message", text=mask_iin(text)) if json_log else text)

    def event(self, level: Level, event: str, key: str, **values: str | int) -> None:
        """Something that happened: the text of that key, or a line of the service's log with the values."""
        if self.log is LogForm.JSON:
            self.write(event_line(level, event, **values))
        else:
            self.tell(self.say.text(key, **values))

    def write(self, line: str) -> None:
        """A line on standard error, as it is."""
        text = f"{_CLEAR_LINE}{line}" if self.under_bar else line
        print(text, file=sys.stderr, flush=True)  # noqa: T201  # the one place that writes there

    def put(self, text: str) -> None:
        """A line of the result; bytes of a file's name that are no UTF-8 are shown as `_`."""
        try:
            print(_NO_TEXT.sub("_", text))  # noqa: T201  # the one place that writes there
        except BrokenPipeError:
            raise ReaderGoneError from None

    def put_json(self, value: object) -> None:
        """The result as one JSON value; letters as they are, bytes that are none escaped."""
        text = json.dumps(value, ensure_ascii=False, indent=1)
        self.put(text.encode(errors="backslashreplace").decode())


def login() -> str:
    """Who is at the terminal: the login; behind it whose rights were taken on (sudo), if another's."""
    return str(identity())


def today() -> date:
    """The day on this machine's calendar."""
    return office.now().date()


def _ahead(arguments: Sequence[str], option: str) -> str | None:
    """The option's last value, as click will find it."""
    found = None
    for place, argument in enumerate(arguments):
        if argument == "--":
            break
        if argument == option:
            found = next(iter(arguments[place + 1 : place + 2]), found)
        elif argument.startswith(f"{option}="):
            found = argument.removeprefix(f"{option}=")
    return found
