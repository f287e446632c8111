"""A place of work whose commission's members have IINs, with a protocol waiting for seven signatures."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding

from pipeline.archive.index.locations import FiledDocument
from pipeline.cli.context import CliContext
from pipeline.documents.sealing.signing import free_place, sign
from pipeline.domain.records import Kind, Ref
from pipeline.flow.outcomes.results import DropAnswer
from pipeline.flow.signatures.signed_pdf import work_off_signed_pdf
from pipeline.flow.site.budgets import budget_of_paper
from pipeline.flow.site.workplace import Workplace
from pipeline.intake.claim import claim
from pipeline.intake.journal import Journal
from pipeline.intake.kinds import DropKind, kind_of
from pipeline.steps import work_off
from tests.e2e.place import Place, Ran, sample
from tests.signatures.people import Authority, Person, invented_iin

SITTING = Ref(Kind.SITTING, "QRG-PD-AK-2025-S3")
CASE = Ref(Kind.CASE, "QRG-PD-2025-014")
MEMBERS = ("m1", "m2", "m3", "m4", "m5", "m6", "s1")
AUTHORITY = Authority()


@dataclass(frozen=True)
class SignedPlace:
    """The place, and the authority its trust folder holds."""

    place: Place
    authority: Authority

    @classmethod
    def make(cls, folder: Path, *, iins: bool = True, empty: bool = False) -> SignedPlace:
        """A copy of one that was worked off once; or one into which nothing was dropped."""
        shutil.copytree(_laid_out(iins=iins, empty=empty).name, folder, dirs_exist_ok=True)
        return cls(Place(folder), AUTHORITY)

    @cached_property
    def people(self) -> dict[str, Person]:
        """Whoever signs the protocol."""
        return dict(_people())

    @contextmanager
    def opened(self) -> Iterator[Workplace]:
        with CliContext.of(["--config", str(self.place.folder / "config.yaml")]).workplace() as work:
            yield work

    def document(self, name: str = "protocol", ref: Ref = SITTING) -> FiledDocument:
        with self.opened() as work:
            return next(d for d in work.index.documents(ref) if d.document.name == name)

    def read(self, path: str, ref: Ref = SITTING) -> bytes:
        with self.opened() as work:
            object_id = work.index.object_of(ref)
            assert object_id is not None
            filed = work.root.get(object_id)
            assert filed is not None
            return filed.read(path)

    def signed(self, pdf: bytes, *members: str) -> bytes:
        """By these people, one after another, as their own programs would."""
        with self.opened() as work:
            now = work.clock()
        for member in members:
            person = self.people[member]
            pdf = sign(
                pdf,
                person.signer,
                name=person.name,
                iin=person.iin,
                reason="Хаттама",
                when=now,
                place=free_place(pdf),
            )
        return pdf

    def drop(self, name: str, data: bytes, *, whole: bool = False) -> DropAnswer:
        """Worked off by itself, to its end; `whole`: a PDF goes through the gate too."""
        with self.opened() as work, Journal.open(work.places.journal) as journal:
            (work.places.inbox / name).write_bytes(data)
            claimed = claim(work.places.inbox / name, work.places.work, journal, now=work.clock())
            if whole or kind_of(name) is DropKind.SIGNATURE:
                answer = work_off(work, journal, claimed, last_word=True)
            else:
                answer = work_off_signed_pdf(work, journal, claimed, budget_of_paper(), last_word=True)
        assert answer is not None
        return answer

    def jeke(self, *arguments: str) -> Ran:
        return self.place.jeke(*arguments)


@cache
def _people() -> dict[str, Person]:
    text, found = sample("recommended"), {}
    for number, member in enumerate(MEMBERS):
        row = next(line for line in text.splitlines() if f"id: {member}," in line)
        fields = dict(re.findall(r"(\w+): ([^,}]+)", row))
        found[member] = AUTHORITY.person(
            number, fields["surname"], fields["given_name"], fields["patronymic"], iin=iin_of(member)
        )
    return found


@cache
def _laid_out(*, iins: bool, empty: bool = False) -> tempfile.TemporaryDirectory[str]:
    kept = tempfile.TemporaryDirectory()
    folder = Path(kept.name)
    folder.rmdir()
    place = Place.make(folder)
    if not empty:
        place.drop("a.yaml", with_iins(sample("recommended")) if iins else sample("recommended"))
        assert place.run_once().status == 0
    (folder / "trust").mkdir()
    (folder / "trust" / "root.cer").write_bytes(AUTHORITY.certificate.public_bytes(Encoding.PEM))
    config = folder / "config.yaml"
    text = config.read_text(encoding="utf-8")
    config.write_text(re.sub(r"(?m)^trust:.*$", "trust: {folder: trust}", text), encoding="utf-8")
    return kept


def iin_of(member: str) -> str:
    return invented_iin(MEMBERS.index(member))


def with_iins(text: str) -> str:
    for member in MEMBERS:
        text = text.replace(f"{{id: {member},", f'{{id: {member}, iin: "{iin_of(member)}",')
    return text


def codes(answer: DropAnswer) -> list[str]:
    return [note.code for note in answer.notes]
