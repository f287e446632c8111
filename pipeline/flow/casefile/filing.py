"""Filing: one new version of each object that the dropped records change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from pipeline.archive.index.entry import OpenObject
from pipeline.archive.person.content import DOCUMENTS, RECORDINGS, case_folder, changes
from pipeline.archive.person.filed_documents import read_documents
from pipeline.archive.person.filed_findings import findings_json
from pipeline.archive.person.personal_file import CaseFile, kept
from pipeline.archive.person.record_file import (
    CampaignFile,
    SittingFile,
    campaign_content,
    commission_content,
    sitting_content,
)
from pipeline.archive.person.recordings_register import register_yaml
from pipeline.documents.content.campaign_plan import documents_of_campaign
from pipeline.documents.content.plan import Wanted, documents_of_case, documents_of_sitting
from pipeline.domain.errors import CorruptError
from pipeline.domain.findings import Judgement
from pipeline.domain.records import Campaign, Case, Commission, Ref, Sitting
from pipeline.flow.casefile.papers.made import Made, Returned
from pipeline.flow.casefile.papers.making import make, running_register
from pipeline.flow.casefile.personal import PersonalFiles
from pipeline.flow.casefile.registered import keep_as_filed, left_by, register_of, registered
from pipeline.flow.casefile.related.heard_elsewhere import also_heard, heard_elsewhere
from pipeline.flow.casefile.related.related_records import Related
from pipeline.flow.casefile.sheets import Sheets
from pipeline.flow.casefile.versions import Act, file_version, index_object, new_id, put_anew
from pipeline.flow.site.workplace import Workplace

__all__ = ("Filed", "Filing", "as_before", "index_object", "new_id")


@dataclass(frozen=True, slots=True)
class Filed:
    """A record as it was filed: its object, the version if anything changed, and its documents."""

    ref: Ref
    object_id: str
    version: str | None
    made: Made


@dataclass(frozen=True, slots=True)
class _Planned:
    """An object about to be written."""

    object_id: str
    refs: tuple[Ref, ...]
    content: Mapping[str, bytes]
    keep: frozenset[str]
    made: Mapping[Ref, Made]


class Filing:
    """One drop's filing.

    `texts` are the dropped records' own texts, `returned` what came back signed, by object and path.
    """

    def __init__(
        self,
        place: Workplace,
        gathered: Related,
        judgement: Judgement,
        texts: Mapping[Ref, str],
        returned: Mapping[tuple[str, str], Returned] = MappingProxyType({}),
    ) -> None:
        self._place = place
        self._docket = gathered.docket
        self._opened: OpenObject = cache(place.root.get)
        self._personal = PersonalFiles(place, gathered.docket, self._opened)
        self._sheets = Sheets(place, gathered.docket)
        self._subjects = gathered.to_file
        self._judgement = also_heard(place.index, gathered, judgement)
        self._texts = texts
        self._returned = returned

    def file(self, touch: Callable[[str], None] | None, message: str) -> tuple[Filed, ...]:
        """Makes what is wanted and writes it; `touch`, the drop's journal, is told of all objects before.

        Everything is made before anything is written, so that a document that cannot be made leaves the
        archive as it was. A kill in between leaves objects old or new; working the drop off again ends the
        same, once `as_before` has seen what the journal was told of.

        Raises:
            MachineError, CorruptError: the machine is at fault.
        """
        planned = [(plan, self._changes(plan)) for plan in self._plan()]
        if touch is not None:
            for plan, wanted in planned:
                if wanted:
                    touch(plan.object_id)
        filed: list[Filed] = []
        for plan, wanted in planned:
            version = self._write(plan, wanted, Act(message), journalled=touch is not None)
            filed += [Filed(ref, plan.object_id, version, plan.made.get(ref, Made())) for ref in plan.refs]
        return tuple(filed)

    # --- what is to be written ----------------------------------------------------------------------------

    def _plan(self) -> Iterable[_Planned]:
        """Sittings come before people, whose files hold extracts of the sheets signed there."""
        people: dict[str, list[Case]] = {}
        for ref in self._subjects:
            match self._docket.get(ref):
                case Campaign() as campaign:
                    yield self._plan_campaign(campaign)
                case Commission() as commission:
                    yield self._plan_commission(commission)
                case Sitting() as sitting:
                    yield self._plan_sitting(sitting)
                case Case() as case:
                    people.setdefault(case.employee.iin, []).append(case)
        for iin, cases in people.items():
            yield from self._plan_person(iin, cases)

    def _plan_commission(self, commission: Commission) -> _Planned:
        ref = commission.ref
        content = commission_content(commission, self._text(ref), self._findings(ref))
        return _Planned(self._object_of(ref), (ref,), content, frozenset(), {})

    def _plan_campaign(self, campaign: Campaign) -> _Planned:
        place, ref = self._place, campaign.ref
        object_id = self._object_of(ref)
        wanted = documents_of_campaign(self._docket, campaign, place.calendar, place.readings)
        made = self._make(object_id, "", tuple(w for w in wanted if w.to_sign))
        for running in (w for w in wanted if not w.to_sign):
            made.beside |= running_register(place, running)
        file = CampaignFile(campaign, self._text(ref), self._findings(ref), tuple(made.documents), made.pdfs)
        return _Planned(object_id, (ref,), campaign_content(file), file.kept, {ref: made})

    def _plan_sitting(self, sitting: Sitting) -> _Planned:
        object_id = self._object_of(sitting.ref)
        made = self._make(object_id, "", self._wanted_of(sitting))
        self._sheets.learn(sitting, object_id, made.documents)
        file = SittingFile(
            sitting,
            self._text(sitting.ref),
            self._findings(sitting.ref),
            tuple(made.documents),
            made.pdfs,
            self._docket.commission_of(sitting),
        )
        return _Planned(object_id, (sitting.ref,), sitting_content(file), file.kept, {sitting.ref: made})

    def _wanted_of(self, sitting: Sitting) -> tuple[Wanted, ...]:
        years = self._place.readings.recording_retention_years
        return documents_of_sitting(self._docket, sitting, recording_years=years)

    def _plan_person(self, iin: str, cases: list[Case]) -> Iterable[_Planned]:
        """The person's object with all their cases: these as they are now, the others as they are filed."""
        object_id = self._place.index.object_of_person(iin) or new_id()
        made: dict[Ref, Made] = {}
        files: list[CaseFile] = []
        for case in cases:
            documents = documents_of_case(self._docket, case, self._place.options, self._sheets.of)
            made[case.ref] = self._make(object_id, case_folder(case.id), documents, moving=case.ref)
            lies_in = self._place.index.object_of(case.ref) or object_id
            whole = self._heard_elsewhere(case)
            keep_as_filed(self._opened(lies_in), case, object_id, made[case.ref], whole=whole)
            files.append(self._case_file(case, made[case.ref]))
        files += self._personal.as_filed(object_id, but={c.id for c in cases})
        content = self._personal.content(
            object_id, files, register_of(self._place.index, self._opened, object_id, cases)
        )
        yield _Planned(object_id, tuple(made), content, kept(files), made)
        yield from self._left_behind(object_id, cases)

    def _left_behind(self, object_id: str, cases: list[Case]) -> Iterable[_Planned]:
        """A case whose IIN was corrected leaves the object it stood in; the versions there keep what was.

        One that was withdrawn there stays so, and its recordings and holds go with the case that stands now.
        """
        index = self._place.index
        moved: dict[str, set[str]] = {}
        for case in cases:
            for before in left_by(self._place.index, case, object_id):
                moved.setdefault(before, set()).add(case.id)
        for before, gone in moved.items():
            filed = self._opened(before)
            register = registered(filed)
            rest = register.but_cases(gone)
            if gone & {ref.id for ref in index.refs_of(before)}:
                files = self._personal.as_filed(before, but=gone)
                content = self._personal.content(before, files, rest, person=index.person(before))
                yield _Planned(before, (), content, kept(files), {})
            elif filed is not None and rest != register:
                others = frozenset(filed.state) - {RECORDINGS}
                yield _Planned(before, (), {RECORDINGS: register_yaml(rest)}, others, {})

    def _case_file(self, case: Case, made: Made) -> CaseFile:
        text, findings = self._text(case.ref), self._findings(case.ref)
        pdfs = made.pdfs | made.brought
        return self._personal.case_file(case, text, findings, tuple(made.documents), pdfs)

    def _heard_elsewhere(self, case: Case) -> bool:
        heard = heard_elsewhere(self._place.index, case.id)
        return any(decision.sitting not in self._docket.sittings for decision in heard)

    def _make(
        self, object_id: str, folder: str, wanted: tuple[Wanted, ...], moving: Ref | None = None
    ) -> Made:
        filed = self._opened(object_id)
        if filed is not None and folder + DOCUMENTS in filed.state:
            before = {d.path: d for d in read_documents(filed.read(folder + DOCUMENTS))}
            returned = {path: came for (of, path), came in self._returned.items() if of == object_id}
            return make(self._place, wanted, object_id, folder, before, returned)
        lies_in = self._place.index.object_of(moving) if moving else None
        if lies_in is None or lies_in == object_id:
            return make(self._place, wanted, object_id, folder, {})
        return self._make_moving(object_id, folder, wanted, lies_in)

    def _make_moving(self, object_id: str, folder: str, wanted: tuple[Wanted, ...], lies_in: str) -> Made:
        """The papers of a case that lies in another object: what people have signed comes along.

        The others are made anew, since the marks on their pages name the object.
        """
        source = self._opened(lies_in)
        if source is None or folder + DOCUMENTS not in source.state:
            return make(self._place, wanted, object_id, folder, {})
        signed = {d.path: d for d in read_documents(source.read(folder + DOCUMENTS)) if d.signed is not None}
        made = make(self._place, wanted, object_id, folder, signed, lies_in=lies_in)
        stands = [d for d in made.documents if d.path not in made.pdfs]
        made.brought |= {path: source.read(path) for d in stands for path in d.paths}
        return made

    def _findings(self, ref: Ref) -> bytes:
        return findings_json(self._judgement, {ref}, self._place.speaker.finding)

    def _text(self, ref: Ref) -> str:
        """The record's own words: as dropped, else as filed."""
        if ref in self._texts:
            return self._texts[ref]
        location = self._place.index.record(ref)
        filed = self._opened(location.object_id) if location else None
        if location is None or filed is None:
            raise CorruptError("filed_missing", path=str(ref.kind))
        return filed.read(location.path).decode()

    def _object_of(self, ref: Ref) -> str:
        """The object it lies in, also withdrawn: dropped again it stands again there."""
        index = self._place.index
        withdrawn = index.withdrawn_of(ref)
        return index.object_of(ref) or (withdrawn.object_id if withdrawn else new_id())

    # --- writing ------------------------------------------------------------------------------------------

    def _changes(self, plan: _Planned) -> Mapping[str, bytes | None]:
        filed = self._opened(plan.object_id)
        return changes(filed.state if filed else {}, plan.content, plan.keep)

    def _write(
        self, plan: _Planned, wanted: Mapping[str, bytes | None], act: Act, *, journalled: bool
    ) -> str | None:
        place = self._place
        if not wanted and any(place.index.object_of(ref) != plan.object_id for ref in plan.refs):
            put_anew(place, plan.object_id)  # written before a kill, and the other object not yet
        return file_version(place, plan.object_id, wanted, act, journalled=journalled)


def as_before(place: Workplace, objects: Iterable[str], message: str) -> None:
    """What a kill left of a filing under way: the index as the archive is, and as if a move had not begun.

    `objects` are those that the journal was told of. One that was not written yet has in the index whatever
    it holds still: a case on its way to another object is taken out of it when it is filed once more.
    """
    unwritten: list[str] = []
    for object_id in objects:
        index_object(place, object_id)
        filed = place.root.get(object_id)
        if filed is not None and filed.versions()[-1].message != message:
            unwritten.append(object_id)
    for object_id in unwritten:
        put_anew(place, object_id)
