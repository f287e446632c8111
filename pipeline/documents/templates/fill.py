"""HR's templates in force: read anew when they change, and never used before they pass their check.

Each good template is kept under its digest, so that a broken one that follows it changes nothing: the last
good one stays in force, and it is said.
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG
from typing import Final

from pipeline.documents.content.plan import DocumentKind
from pipeline.documents.rendering.render import RdocxRenderer, Renderer
from pipeline.documents.templates.check import Fault, FaultCode, faults
from pipeline.documents.templates.forms import form, shipped
from pipeline.documents.templates.word_template import WordTemplate
from pipeline.domain.errors import MachineError
from pipeline.system.files import atomic_write_shared, read_file

IN_FORCE: Final = "in-force"
"""Beside the kept templates of a kind: the digest of the last good one."""

_LARGEST: Final = 16 * 2**20
"""Bytes of a template; with a coat of arms it takes some hundred thousand."""
_Stat = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class TemplateWarning:
    """A template in the folder that is not used: why, and the digest of the one used instead."""

    kind: DocumentKind
    faults: tuple[Fault, ...]
    in_force: str


@dataclass(frozen=True, slots=True)
class _InForce:
    template: WordTemplate
    stat: _Stat | None
    warning: TemplateWarning | None = None


class Templates:
    """The templates of a folder, one file a kind, each compiled at its first use.

    Without `keep` every template is taken as it stands, and its faults are errors when it is used. With it a
    template is checked before use, and `keep/<kind>/<sha256>.docx` holds the good ones. `renderer` lays out
    the sample of the check.
    """

    def __init__(self, folder: Path, keep: Path | None = None, renderer: Renderer | None = None) -> None:
        self._folder = folder
        self._keep = keep
        self._renderer = renderer
        self._taken: dict[DocumentKind, _InForce] = {}
        self._seen: set[DocumentKind] = set()

    def refresh(self) -> None:
        """To be called once a batch: each template used after it is looked at again, once."""
        self._seen.clear()

    def digest(self, kind: DocumentKind) -> str:
        """SHA-256 of the template in force, in hexadecimal.

        Raises:
            MachineError: see `fill`.
        """
        return self._get(kind).digest

    def fill(self, kind: DocumentKind, context: Mapping[str, object]) -> bytes:
        """The filled .docx; the same bytes for the same context.

        Raises:
            MachineError: `template_unreadable`, `template_field`, `template_broken`, `template_refused` (it
                does not pass its check and no good one is left), `template_keep` (`keep` cannot be written).
        """
        return self._get(kind).fill(context)

    def warnings(self) -> tuple[TemplateWarning, ...]:
        """The templates looked at and not used, by kind."""
        return tuple(t.warning for _, t in sorted(self._taken.items()) if t.warning is not None)

    def _get(self, kind: DocumentKind) -> WordTemplate:
        if kind not in self._seen:
            self._look(kind)
            self._seen.add(kind)
        return self._taken[kind].template

    def _look(self, kind: DocumentKind) -> None:
        stat = _stat(self._folder / f"{kind}.docx")
        before = self._taken.get(kind)
        if before is None or before.stat != stat:
            self._taken[kind] = (
                self._taken_as_it_is(kind, stat) if self._keep is None else self._checked(kind, stat)
            )

    def _read(self, kind: DocumentKind) -> bytes:
        try:
            return plain_file(self._folder / f"{kind}.docx")
        except OSError as error:
            raise MachineError("template_unreadable", document=kind, why=type(error).__name__) from error

    def _taken_as_it_is(self, kind: DocumentKind, stat: _Stat | None) -> _InForce:
        return _InForce(WordTemplate.of(kind, self._read(kind)), stat)

    def _checked(self, kind: DocumentKind, stat: _Stat | None) -> _InForce:
        try:
            source = self._read(kind)
        except MachineError:
            found: tuple[Fault, ...] = (Fault(FaultCode.ABSENT),)
        else:
            source = _as_shipped_now(kind, source)
            found = self._faults(kind, source)
            if not found:
                self._put_in_force(kind, source)
                return _InForce(WordTemplate.of(kind, source), stat)
        good = self._last_good(kind)
        if good is None:
            raise MachineError("template_refused", document=kind, why=found[0].code)
        template = WordTemplate.of(kind, good)
        return _InForce(template, stat, TemplateWarning(kind, found, template.digest))

    def _faults(self, kind: DocumentKind, source: bytes) -> tuple[Fault, ...]:
        """Nothing is wrong with what was shipped; all else is checked anew by each version of the program."""
        if hashlib.sha256(source).hexdigest() == form(kind).sha256:
            return ()
        return faults(kind, source, form(kind), self._renderer or RdocxRenderer())

    # --- what is kept -------------------------------------------------------------------------------------

    def _last_good(self, kind: DocumentKind) -> bytes | None:
        try:
            digest = read_file(self._place(kind) / IN_FORCE).decode("ascii").strip()
        except (OSError, UnicodeDecodeError):
            return shipped(kind)
        kept = self._kept(kind, digest)
        return kept if kept is not None and not self._faults(kind, kept) else shipped(kind)

    def _kept(self, kind: DocumentKind, digest: str) -> bytes | None:
        """What is kept under that digest, if it is whole."""
        try:
            source = read_file(self._place(kind) / f"{digest}.docx")
        except OSError:
            return None
        return source if hashlib.sha256(source).hexdigest() == digest else None

    def _put_in_force(self, kind: DocumentKind, source: bytes) -> None:
        digest = hashlib.sha256(source).hexdigest()
        place = self._place(kind)
        try:
            if self._kept(kind, digest) is None:
                atomic_write_shared(place / f"{digest}.docx", source)
            atomic_write_shared(place / IN_FORCE, f"{digest}\n".encode())
        except OSError as error:
            raise MachineError("template_keep", document=kind, why=type(error).__name__) from error

    def _place(self, kind: DocumentKind) -> Path:
        assert self._keep is not None  # noqa: S101  # called with `keep` alone
        return self._keep / kind


def plain_file(path: Path) -> bytes:
    """A template's file. HR may write into that folder: a pipe there would be waited for without end.

    Raises OSError.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(descriptor, "rb") as file:  # noqa: PTH123  # a descriptor, not a path
        found = os.fstat(descriptor)
        if not S_ISREG(found.st_mode) or found.st_size > _LARGEST:
            raise OSError(errno.EINVAL, "no plain file, or too large")
        return file.read()


def _as_shipped_now(kind: DocumentKind, source: bytes) -> bytes:
    """A template that an earlier version laid out and HR left as it was gives way to the one shipped now."""
    if hashlib.sha256(source).hexdigest() in form(kind).earlier:
        return shipped(kind) or source
    return source


def _stat(path: Path) -> _Stat | None:
    """What changes when somebody saves the file; None where it is not there."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
