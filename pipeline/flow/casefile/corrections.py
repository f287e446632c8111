"""Putting a personal file right: two files of one person joined.

Nothing that was filed is rewritten: new versions say so, and the earlier ones keep what was. A join writes
two objects, the one that stays first; it says what was joined to it, so that a kill in between is found at
the next start and the other object follows. Whoever calls holds the write lock (`flow/site/write_lock.py`).
"""

from __future__ import annotations

from dataclasses import replace

from pipeline.archive.audit.log import AuditEvent
from pipeline.archive.ocfl.storage_root import OcflObject
from pipeline.archive.person.content import (
    EVENTS,
    INNER_LIST,
    PERSON,
    RECORD,
    RECORDINGS,
    WITHDRAWN,
    changes,
)
from pipeline.archive.person.corrections import Correction, Gone, Joined, PersonFile, counted
from pipeline.archive.person.events import EventType, ObjectEvent
from pipeline.archive.person.personal_file import CaseFile, FileStanding, former_names
from pipeline.domain.errors import CorruptError, NotFoundError, RefusedError
from pipeline.domain.names import full_name, names_agree
from pipeline.domain.records import Case
from pipeline.flow.casefile.personal import PersonalFiles, standing_in
from pipeline.flow.casefile.registered import registered
from pipeline.flow.casefile.related.related_records import RelatedRecords
from pipeline.flow.casefile.versions import Act, catch_up, file_version
from pipeline.flow.site.workplace import Workplace
from pipeline.law.docket import Docket

_OWN = frozenset({PERSON, INNER_LIST, RECORDINGS, EVENTS})
"""What each personal file has for itself; everything else goes along where files are joined."""


def settle(place: Workplace) -> None:
    """At start: finishes what a kill interrupted.

    Raises:
        JekeError: the machine is at fault.
    """
    catch_up(place)
    for stays, goes in place.index.unfinished_joins():
        _leave(place, stays, goes)


# --- two files of one person ------------------------------------------------------------------------------


def correction_of(place: Workplace, reason: str, by: str) -> Correction:
    """Why something filed is put right, by whom and when.

    Raises:
        RefusedError: `reason_missing`.
    """
    said = " ".join(reason.split())
    if not said:
        raise RefusedError("reason_missing")
    return Correction(said, by, place.clock())


def join(
    place: Workplace, from_iin: str, into_iin: str, correction: Correction, *, renamed: bool = False
) -> tuple[str, str]:
    """Joins the file of a mistyped IIN to the person's right one; gives the objects, that which stays first.

    Doing it again changes nothing. Files under different names are joined only where the person is said to be
    `renamed`: a wrong join leaks one person's file into another's.

    Raises:
        NotFoundError: `no_personal_file`.
        RefusedError: `join_other_name`.
        RefusedError: `same_person_named`, `join_conflict`: both hold a file of one name that differs.
        JekeError: the machine is at fault; the next start goes on.
    """
    settle(place)
    stays = place.index.object_of_person(into_iin)
    if stays is None:
        raise NotFoundError("no_personal_file")
    if from_iin == into_iin:
        raise RefusedError("same_person_named")
    goes = place.index.object_of_person(from_iin)
    if goes is None:
        done = place.index.joined_to(stays, from_iin)
        if not done:
            raise NotFoundError("no_personal_file")
        return stays, done[0]
    if not renamed and not _one_name(place, stays, goes):
        raise RefusedError("join_other_name")
    _take_in(place, stays, goes, correction)
    _leave(place, stays, goes)
    return stays, goes


def _one_name(place: Workplace, stays: str, goes: str) -> bool:
    one, other = place.index.person(stays), place.index.person(goes)
    return one is not None and other is not None and names_agree(full_name(one), other)


def _take_in(place: Workplace, stays: str, goes: str, correction: Correction) -> None:
    """The file that stays, with all that lies in the other."""
    into, other = object_of(place, stays), object_of(place, goes)
    here, there = standing_of_object(into), standing_of_object(other)
    carried = _carried(into, other)
    names = (*former_names(other, place.root.get), there.file.person)
    joined = Joined(there.file.person.iin, goes, correction, names)
    file = replace(here.file, joined=(*here.file.joined, *there.file.joined, joined))
    behind = _stay_behind(into, other)
    withdrawn = (*here.withdrawn, *(w for w in there.withdrawn if w.folder not in behind))
    standing = FileStanding(file, withdrawn)
    docket = (
        RelatedRecords(place.root, place.index)
        .around((*place.index.refs_of(stays), *place.index.refs_of(goes)))
        .docket
    )
    personal = PersonalFiles(place, docket)
    files = [*personal.as_filed(stays), *(_as_ones(f, file) for f in personal.as_filed(goes))]
    register = registered(into) + registered(other)
    content = carried | personal.content(stays, files, register, standing=standing)
    keep = into.state.keys() - _OWN
    detail = f"{goes}: {correction.reason}"
    file_version(
        place,
        stays,
        changes(into.state, content, keep),
        Act(
            correction.reason,
            AuditEvent.MERGE,
            correction.by,
            {"joined": goes},
            (ObjectEvent(EventType.MERGING, tuple(sorted(carried)), detail),),
        ),
    )


def _leave(place: Workplace, stays: str, goes: str) -> None:
    """The other file: it says where its cases went, and its earlier versions keep them."""
    into, other = object_of(place, stays), object_of(place, goes)
    there = standing_of_object(other)
    joined = next(j for j in standing_of_object(into).file.joined if j.object_id == goes)
    left = tuple(w for w in there.withdrawn if w.folder in _stay_behind(into, other))
    standing = FileStanding(replace(there.file, gone=Gone(stays, joined.correction)), left)
    register = registered(other).of_cases(w.id for w in left)
    content = PersonalFiles(place, Docket(())).content(goes, (), register, standing=standing)
    taken_out = dict.fromkeys(_goes_along(into, other))
    file_version(
        place,
        goes,
        {**taken_out, **changes(other.state, content, taken_out.keys())},
        Act(
            joined.correction.reason,
            AuditEvent.MERGE,
            joined.correction.by,
            {"into": stays},
            (ObjectEvent(EventType.TRANSFER, detail=f"{stays}: {joined.correction.reason}"),),
        ),
    )


def _as_ones(case_file: CaseFile, file: PersonFile) -> CaseFile:
    """The case as the person's it is counted to from now on."""
    case = counted(case_file.case, file)
    assert isinstance(case, Case)  # noqa: S101  # a case stays one
    return replace(case_file, case=case)


def _carried(into: OcflObject, other: OcflObject) -> dict[str, bytes]:
    """The bytes of everything that goes along, each proven by its SHA-512.

    Raises:
        RefusedError: `join_conflict`.
        CorruptError: something does not verify.
    """
    paths = _goes_along(into, other)
    for path in paths:
        if into.state.get(path, other.state[path]) != other.state[path]:
            raise RefusedError("join_conflict", path=path)
    return {path: other.read(path) for path in paths}


def _goes_along(into: OcflObject, other: OcflObject) -> list[str]:
    behind = tuple(_stay_behind(into, other))
    return [path for path in sorted(other.state.keys() - _OWN) if not path.startswith(behind)]


def _stay_behind(into: OcflObject, other: OcflObject) -> frozenset[str]:
    """Folders of withdrawn cases that were dropped again since and stand in the file that stays."""
    withdrawn = {path.removesuffix(WITHDRAWN) for path in other.state if path.endswith(f"/{WITHDRAWN}")}
    return frozenset(
        folder
        for folder in withdrawn
        if folder + RECORD in into.state
        and into.state.get(folder + WITHDRAWN) != other.state[folder + WITHDRAWN]
    )


# ----------------------------------------------------------------------------------------------------------


def object_of(place: Workplace, object_id: str) -> OcflObject:
    """An object that must be there.

    Raises:
        CorruptError: it is not, or does not verify.
    """
    filed = place.root.get(object_id)
    if filed is None:
        raise CorruptError("filed_missing", path=PERSON)
    return filed


def standing_of_object(filed: OcflObject) -> FileStanding:
    """What no filing takes from a personal file.

    Raises:
        CorruptError: something in it does not verify or does not read.
    """
    standing = standing_in(filed)
    if standing is None:
        raise CorruptError("filed_missing", path=PERSON)
    return standing
