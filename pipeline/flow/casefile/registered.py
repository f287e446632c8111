"""What is filed of a person's recordings, carried along when their cases are filed anew or move (¶29)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pipeline.archive.index.entry import OpenObject
from pipeline.archive.index.locations import Index
from pipeline.archive.ocfl.storage_root import OcflObject
from pipeline.archive.person.content import DOCUMENTS, RECORDINGS, case_folder
from pipeline.archive.person.filed_documents import read_documents
from pipeline.archive.person.recordings_register import read_register
from pipeline.documents.content.plan import DocumentKind
from pipeline.domain.recordings import Register
from pipeline.domain.records import Case
from pipeline.flow.casefile.papers.made import Made


def registered(filed: OcflObject | None) -> Register:
    """The register in a personal file.

    Raises:
        CorruptError: it does not verify or does not read.
    """
    if filed is None or RECORDINGS not in filed.state:
        return Register()
    return read_register(filed.read(RECORDINGS))


def register_of(index: Index, opened: OpenObject, object_id: str, cases: Iterable[Case]) -> Register:
    """The register of a personal file, with what another one says of these cases still (a corrected IIN)."""
    register = registered(opened(object_id))
    for case in cases:
        for holder in left_by(index, case, object_id):
            register += registered(opened(holder)).of_cases([case.id])
    return replace(register, holds=tuple(dict.fromkeys(register.holds)))  # a kill may have let some in before


def left_by(index: Index, case: Case, object_id: str) -> tuple[str, ...]:
    """The other objects in which the case lies still, or lay until it was withdrawn there."""
    holders = (w.object_id for w in index.withdrawn() if w.record == case.ref)
    found = dict.fromkeys((index.object_of(case.ref), *holders))
    return tuple(holder for holder in found if holder not in (None, object_id))


def keep_as_filed(filed: OcflObject | None, case: Case, object_id: str, made: Made, *, whole: bool) -> None:
    """Puts the case's acts of destruction among its documents: they are of their day and never made anew.

    Of a case heard elsewhere (`whole`) so stays every paper that is not made here: its ballots and its sheet
    cannot be made without the sitting. Where the case moves to another person's file they go with it.
    """
    folder = case_folder(case.id)
    if filed is None or folder + DOCUMENTS not in filed.state:
        return
    made_now = {document.path for document in made.documents}
    for document in read_documents(filed.read(folder + DOCUMENTS)):
        stays = whole or document.document == DocumentKind.DESTRUCTION_ACT
        if stays and document.path not in made_now:
            made.documents.append(document)
            if filed.id != object_id:
                made.brought |= {path: filed.read(path) for path in document.paths}
