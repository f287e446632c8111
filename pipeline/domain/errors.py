"""Errors of the machinery. What a record says wrongly is a finding or an InputError, not an exception."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """The command line's exit statuses."""

    DONE = 0
    FINDINGS = 1
    UNREADABLE = 2
    NOT_FOUND = 3
    REFUSED = 4
    MACHINE = 5
    INTERRUPTED = 130


class JekeError(Exception):
    """A failure with a message key, its values and an exit status.

    The text stands in the catalogues under `error.<code>` and its remedy under `error.<code>.remedy`.
    """

    exit_code = ExitCode.MACHINE

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params

    def __reduce__(self) -> tuple[object, ...]:
        """Whole again after its way out of a worker process."""
        return _remade, (type(self), self.code, self.params)

    def __str__(self) -> str:
        values = ", ".join(f"{k}={v}" for k, v in self.params.items())
        return f"{self.code} ({values})" if values else self.code


def _remade(kind: type[JekeError], code: str, params: dict[str, str | int]) -> JekeError:
    return kind(code, **params)


class NotFoundError(JekeError):
    """What was asked for is not in the archive."""

    exit_code = ExitCode.NOT_FOUND


class RefusedError(JekeError):
    """The law, a hold or a missing right stands against it."""

    exit_code = ExitCode.REFUSED


class CorruptError(JekeError):
    """Something filed does not verify."""

    exit_code = ExitCode.FINDINGS


class ConfigError(JekeError):
    """config.yaml cannot be used."""


class MachineError(JekeError):
    """Disk, renderer or key at fault; worth another try later."""
