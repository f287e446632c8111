"""What papers are made with in a place of work: templates, render pool, seal; each ready when used."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Protocol, TypeVar

from pipeline.archive.index.locations import Index
from pipeline.documents.content.plan import DocumentKind
from pipeline.documents.rendering.gate import Choice, Gate
from pipeline.documents.rendering.libreoffice import LibreOfficeRenderer, find_office
from pipeline.documents.rendering.render import RdocxWorker, Renderer
from pipeline.documents.rendering.warm_worker import WarmWorker
from pipeline.documents.sealing.local_authority import ensure_authority
from pipeline.documents.sealing.seal import Sealer
from pipeline.documents.templates.fill import Templates
from pipeline.documents.templates.forms import form
from pipeline.domain.errors import MachineError
from pipeline.flow.site.keys import errors, marks_key
from pipeline.flow.site.places import Places, SealKey
from pipeline.flow.site.render_pool import RenderPool, Tools, second_renderer
from pipeline.flow.site.seal_roots import keep_roots


class _Closed(Protocol):
    def close(self) -> None: ...


_T = TypeVar("_T", bound=_Closed)


@dataclass(frozen=True)
class Production:
    """Reading commands never load this module: its libraries take a second and a hundred megabytes."""

    places: Places
    index: Index
    seal_key: SealKey | None = None
    _running: ExitStack = field(default_factory=ExitStack)

    def close(self) -> None:
        """Ends the processes that were started."""
        self._running.close()

    def _ended_with_it(self, started: _T) -> _T:
        self._running.callback(started.close)
        return started

    @cached_property
    def templates(self) -> Templates:
        """HR's Word templates, each checked before it is used."""
        return Templates(self.places.templates, self.places.kept_templates, self._rdocx)

    @cached_property
    def gate(self) -> Gate:
        """Chooses the renderer of each template."""
        return Gate(self._rdocx, self._office, self.places.kept_templates)

    def renderer_for(self, kind: DocumentKind) -> Choice:
        """The renderer of the template in force, as the gate chooses."""
        templates = self.templates
        digest = templates.digest(kind)
        return self.gate.choose(kind, digest, lambda: templates.fill(kind, form(kind).sample))

    @cached_property
    def _rdocx(self) -> RdocxWorker:
        return self._ended_with_it(RdocxWorker())

    @cached_property
    def _office(self) -> LibreOfficeRenderer | None:
        office = find_office()
        return None if office is None else self._ended_with_it(LibreOfficeRenderer(office))

    @cached_property
    def tools(self) -> Tools:
        """What papers are rendered with here."""
        return Tools(self._rdocx, self.sealer, marks_key(self.places, self.index))

    @cached_property
    def render_pool(self) -> RenderPool:
        """Renders papers, on two cores where there are many."""
        return self._ended_with_it(RenderPool(lambda: self.tools, self._second_renderer))

    def renders_with(self, renderer: Renderer) -> bool:
        """Whether the second process lays out with that renderer too."""
        return renderer is self._rdocx

    def _second_renderer(self) -> WarmWorker:
        key = self.seal_key
        seal = test_authority(self.places, self.index) if key is None else key.pkcs12
        return second_renderer(self.places.state, seal, None if key is None else key.passphrase_file)

    @cached_property
    def sealer(self) -> Sealer:
        """The body's seal, or the local test authority's.

        Raises:
            MachineError: the key cannot be used.
        """
        sealer = self._sealer()
        keep_roots(self.places.seal, sealer)
        return sealer

    def _sealer(self) -> Sealer:
        if self.seal_key is None:
            return Sealer.from_pkcs12(test_authority(self.places, self.index), b"")
        try:
            passphrase = self.seal_key.passphrase_file.read_bytes().strip()
        except OSError as error:
            raise MachineError(
                "seal.passphrase", file=self.seal_key.passphrase_file.name, reason=error.strerror or ""
            ) from error
        return Sealer.from_pkcs12(self.seal_key.pkcs12, passphrase)


def test_authority(places: Places, index: Index) -> Path:
    """The key of the local test authority, made where nothing bears its seal yet.

    Raises:
        MachineError: `seal_key_gone`; as `ensure_authority`.
    """
    for error in errors(places, index, own_seal=False):
        if error.code == "seal_key_gone":
            raise error
    return ensure_authority(places.seal)
