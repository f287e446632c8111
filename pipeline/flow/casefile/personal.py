"""Personal files as they are filed, read to be written again with all that no filing may take from them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from pipeline.archive.index.entry import OpenObject
from pipeline.archive.ocfl.storage_root import OcflObject
from pipeline.archive.person.completeness import Lack, lacking
from pipeline.archive.person.content import PERSON
from pipeline.archive.person.filed_documents import Document
from pipeline.archive.person.inner_list import Person
from pipeline.archive.person.personal_file import (
    CaseFile,
    FileStanding,
    filed_case,
    person_content,
    standing_of,
)
from pipeline.documents.content.plan import TITLES
from pipeline.domain.recordings import Register
from pipeline.domain.records import Case, Sitting
from pipeline.flow.site.opening import filed_record
from pipeline.flow.site.workplace import Workplace
from pipeline.law.docket import Docket
from pipeline.law.engine import Bench
from pipeline.law.personal_file import required

_TITLES: Final[Mapping[str, str]] = {str(kind): title for kind, title in TITLES.items()}


class PersonalFiles:
    """Those of a docket that knows every case in them; `opened` may remember what it has opened."""

    def __init__(self, place: Workplace, docket: Docket, opened: OpenObject | None = None) -> None:
        self._place = place
        self._opened = opened or place.root.get
        self._docket = docket
        self._bench = Bench(docket, place.calendar, place.readings, place.today)

    def case_file(
        self,
        case: Case,
        text: str,
        findings: bytes,
        documents: tuple[Document, ...],
        pdfs: Mapping[str, bytes],
    ) -> CaseFile:
        """A case as it is now, with what its folder lacks."""
        return CaseFile(
            case,
            text,
            findings,
            documents,
            pdfs,
            self._docket.campaign_of(case),
            self._sittings(case),
            self.lacking(case, documents),
        )

    def as_filed(self, object_id: str, *, but: Collection[str] = ()) -> list[CaseFile]:
        """The cases of an object as they are filed, but those ids.

        Raises:
            CorruptError: something in the object does not verify or does not read.
        """
        filed = self._opened(object_id)
        if filed is None:
            return []
        ids = [ref.id for ref in self._place.index.refs_of(object_id) if ref.id not in but]
        return [self._as_filed(filed, self._docket.cases[case_id]) for case_id in ids]

    def content(
        self,
        object_id: str,
        files: Iterable[CaseFile],
        register: Register,
        *,
        person: Person | None = None,
        standing: FileStanding | None = None,
    ) -> dict[str, bytes]:
        """Path → bytes of an object with these cases, and all else filed of it, or given as `standing`.

        Raises:
            CorruptError: something in the object does not verify or does not read.
        """
        return person_content(
            files,
            retention_years=self._place.readings.recording_retention_years,
            today=self._place.today,
            person=person,
            register=register,
            standing=standing or standing_in(self._opened(object_id)),
        )

    def lacking(self, case: Case, documents: Iterable[Document]) -> tuple[Lack, ...]:
        """What of the papers that ¶36 asks for at the case's stage is not among these, or not signed."""
        return lacks_of(case, self._bench, documents)

    def _as_filed(self, filed: OcflObject, case: Case) -> CaseFile:
        return filed_case(
            filed.read,
            case,
            campaign=self._docket.campaign_of(case),
            sittings=self._sittings(case),
            lacking=lambda documents: self.lacking(case, documents),
        )

    def _sittings(self, case: Case) -> tuple[Sitting, ...]:
        return tuple(h.sitting for h in self._docket.hearings(case.id))


def lacks_of(case: Case, bench: Bench, documents: Iterable[Document]) -> tuple[Lack, ...]:
    """What of the papers that ¶36 asks for at the case's stage is not among these, or not signed."""
    return lacking(required(case, bench), documents, _TITLES)


def standing_in(filed: OcflObject | None) -> FileStanding | None:
    """What no filing takes from a personal file; None where there is none yet.

    Raises:
        CorruptError: something in the object does not verify or does not read.
    """
    return None if filed is None or PERSON not in filed.state else standing_of(filed, filed_record)
