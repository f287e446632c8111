"""The answers laid beside the documents and the files given back: plain text for HR, IINs masked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from pipeline.archive.person.filed_documents import Document
from pipeline.domain.findings import Decision, Finding, Judgement, Severity
from pipeline.domain.iin import mask_iin
from pipeline.domain.names import full_name
from pipeline.domain.records import Case, Ref
from pipeline.domain.source import InputError, Place
from pipeline.flow.outcomes.results import DropAnswer, Note, RecordAnswer
from pipeline.messages.catalogue import Language, Messages
from pipeline.messages.frames import Where, code_frame, severity
from pipeline.messages.lines import awaited_line, deadline_line, decision_line, paragraph_words


class Answers:
    """Puts answers into the language of the place of work (`flow.answers.Speaker`)."""

    def __init__(self, say: Messages) -> None:
        self._say = say
        self._kazakh = Messages(Language.KK)

    def finding(self, finding: Finding) -> tuple[str, str]:
        """Message and remedy as findings.json keeps them: in Kazakh, whatever language HR works in.

        What is filed must not hang on a setting, and the archive is read without these catalogues.
        """
        return mask_iin(self._kazakh.finding(finding)), mask_iin(self._kazakh.finding_remedy(finding))

    def filed(self, drop: DropAnswer, answer: RecordAnswer) -> str:
        """What was filed, what to sign, what it waits for, what was found, what is due when."""
        return _page(
            drop,
            self._head("answer.title", drop, answer),
            self._filing(answer),
            self._notes(answer.notes),
            self._again(drop),
            self._documents("answer.lists_made", () if drop.name else answer.made),
            self._documents("answer.unsigned", answer.unsigned),
            self._documents("answer.to_sign", answer.to_sign),
            self._documents("answer.made", [d for d in answer.made if d not in answer.to_sign]),
            self._others(drop, answer),
            self._awaited(answer),
            self._waits(answer.waits_for),
            self._decisions(answer.judgement.decisions),
            self._findings((*_repairs(drop, answer), *answer.judgement.findings), drop),
            self._deadlines(answer.judgement, drop),
            self._templates(drop),
            [self._say.text("answer.test_seal")] if drop.test_seal and answer.made else [],
        )

    def _others(self, drop: DropAnswer, answer: RecordAnswer) -> Iterator[str]:
        """Papers of records that lay here already: this drop was the reason to make them anew."""
        dropped = {read.record.ref for read in drop.records}
        if answer.record.ref not in dropped:
            return
        others = [a for a in drop.answers if a.record.ref not in dropped and a.made]
        if others:
            yield self._say.text("answer.others")
        for other in others:
            ref = other.record.ref
            yield self._say.text("answer.other", kind=ref.kind.value, id=ref.id)
            yield from (f"  {line}" for line in self._listed(other.made))
        if drop.lists_of:
            yield self._say.text("answer.lists_follow", campaigns=drop.lists_of)

    def _awaited(self, answer: RecordAnswer) -> Iterator[str]:
        if answer.awaited:
            yield self._say.text("answer.to_be_signed")
        for paper in answer.awaited:
            yield f"  {awaited_line(paper, self._say)}"

    def _notes(self, notes: Iterable[Note]) -> Iterator[str]:
        for note in notes:
            key = f"answer.note.{note.code}"
            yield self._say.text(key, **note.params)
            if self._say.has(f"{key}.remedy"):
                yield from self._mend(self._say.text(f"{key}.remedy", **note.params))

    def _templates(self, drop: DropAnswer) -> list[str]:
        return [
            self._say.text(
                f"answer.{note.vocabulary}", title=note.title, why=self._say.word(note.vocabulary, note.why)
            )
            for note in drop.templates
        ]

    def refused(self, drop: DropAnswer) -> str:
        """Why a file came back: every error or block with its line, its paragraph and the mend."""
        return _page(
            drop,
            self._head("answer.title_partly" if drop.partly else "answer.title_refused", drop),
            [self._say.text("answer.partly.remedy" if drop.partly else "answer.refused.remedy")],
            self._failure(drop),
            self._errors(drop.errors),
            self._notes(drop.notes),
            self._blocks(drop),
        )

    def noted(self, drop: DropAnswer) -> str:
        """What became of a paper or a recording that was filed."""
        return _page(drop, self._head("answer.title", drop), self._notes(drop.notes))

    def quarantined(self, drop: DropAnswer) -> str:
        """Why a file is set apart, and that nobody is to open it."""
        return _page(
            drop,
            self._head("answer.title_quarantined", drop),
            [self._say.text("answer.quarantined.remedy")],
            self._errors(drop.errors),
        )

    def odd(self, name: str, unsupported: str, on: date) -> str:
        """Why something in inbox/ is left lying there."""
        say = self._say
        return self._left_lying(
            name, on, say.text("answer.odd", odd=unsupported), say.text("answer.odd.remedy")
        )

    def closed(self, name: str, folder: str, on: date) -> str:
        """That a dropped folder was closed by its owner when it had left inbox/."""
        say = self._say
        return self._left_lying(
            name, on, say.text("answer.closed", folder=folder), say.text("answer.closed.remedy")
        )

    def _left_lying(self, name: str, on: date, *why: str) -> str:
        say = self._say
        head = (
            say.text("answer.title_odd"),
            say.text("answer.file", name=name),
            say.text("answer.date", on=on),
        )
        return mask_iin("\n".join((*head, "", *why))) + "\n"

    def unchanged(self, drop: DropAnswer) -> str:
        """That a file changes nothing."""
        say = self._say
        if drop.first_drop:
            lines = [say.text("answer.unchanged"), say.text("answer.first_drop", first_drop=drop.first_drop)]
        else:
            lines = [say.text("answer.same_records")]
        refs = [read.record.ref for read in drop.records]
        lines += [say.text("answer.record", kind=ref.kind.value, id=ref.id) for ref in refs]
        folders = tuple(f"outbox/{ref.id}" for ref in refs)
        return _page(
            drop,
            self._head("answer.title_unchanged", drop),
            [*lines, *([say.text("answer.answers_in", folders=folders)] if folders else [])],
        )

    def _head(self, title: str, drop: DropAnswer, answer: RecordAnswer | None = None) -> Iterator[str]:
        say = self._say
        yield say.text(title)
        yield say.text("answer.file", name=drop.name) if drop.name else say.text("answer.of_lists")
        if drop.bundle is not None:
            yield say.text("answer.bundle", name=drop.bundle)
        yield say.text("answer.date", on=drop.on)
        if answer is not None:
            ref = answer.record.ref
            yield say.text("answer.record", kind=ref.kind.value, id=ref.id)
            if isinstance(answer.record, Case):
                yield say.text("answer.employee", name=full_name(answer.record.employee))

    def _filing(self, answer: RecordAnswer) -> list[str]:
        if answer.version is None:
            return [self._say.text("answer.filed_same")]
        return [self._say.text("answer.filed", version=answer.version)]

    def _again(self, drop: DropAnswer) -> list[str]:
        """The same bytes brought a record back to what it was before."""
        return [self._say.text("answer.dropped_again", first_drop=drop.first_drop)] if drop.first_drop else []

    def _documents(self, heading: str, documents: Iterable[Document]) -> Iterator[str]:
        listed = list(self._listed(documents))
        if listed:
            yield self._say.text(heading)
            yield from listed

    def _listed(self, documents: Iterable[Document]) -> Iterator[str]:
        return (self._say.text("answer.document", title=d.title, file=f"{d.name}.pdf") for d in documents)

    def _waits(self, refs: Iterable[Ref]) -> Iterator[str]:
        listed = [self._say.text("answer.waits_for", kind=ref.kind.value, id=ref.id) for ref in refs]
        if listed:
            yield self._say.text("answer.waits")
            yield from listed
            yield self._say.text("answer.waits.remedy")

    def _decisions(self, decisions: Iterable[Decision]) -> list[str]:
        return [decision_line(decision, self._say) for decision in decisions]

    def _findings(self, findings: Iterable[Finding], drop: DropAnswer) -> Iterator[str]:
        gravest_first = sorted(findings, key=lambda f: list(Severity).index(f.severity))
        if not gravest_first:
            yield self._say.text("answer.no_findings")
            return
        yield self._say.text("answer.findings")
        for finding in gravest_first:
            yield from self._finding(finding, drop)

    def _blocks(self, drop: DropAnswer) -> Iterator[str]:
        blocks = drop.judgement.blocks
        if blocks:
            yield self._say.text("answer.blocks", count=len(blocks))
            for finding in blocks:
                yield from self._finding(finding, drop)

    def _finding(self, finding: Finding, drop: DropAnswer) -> Iterator[str]:
        sources = {read.record.ref: read.source for read in drop.records}
        paragraph = paragraph_words(finding.paragraph, self._say)
        yield f"  [{severity(finding, self._say)}] {', '.join(filter(None, (paragraph, finding.code)))}"
        yield f"    {self._say.finding(finding)}"
        if finding.record not in sources:
            ref = finding.record
            yield f"    {self._say.text('answer.of_record', kind=ref.kind.value, id=ref.id)}"
        else:
            where = Where.of(sources[finding.record], finding.path)
            yield from self._at(where.place, where.line)
        yield from self._mend(self._say.finding_remedy(finding))

    def _errors(self, errors: tuple[InputError, ...]) -> Iterator[str]:
        if errors:
            yield self._say.text("answer.errors", count=len(errors))
        for error in errors:
            yield f"  [{self._say.text('severity.error')}] {error.code}"
            yield f"    {self._say.input_error(error)}"
            if error.line:
                yield from self._at(Place(error.line, error.column), error.line_text)
            yield from self._mend(self._say.input_remedy(error))

    def _failure(self, drop: DropAnswer) -> Iterator[str]:
        if drop.error is not None:
            yield self._say.error(drop.error)
            yield from self._mend(self._say.error_remedy(drop.error))

    def _at(self, place: Place, line: str) -> Iterator[str]:
        yield f"    {self._say.text('answer.where', line=place.line, column=place.column)}"
        yield from (f"    {row}" for row in code_frame(line, place))

    def _mend(self, remedy: str) -> Iterator[str]:
        if remedy:
            yield f"    {self._say.text('answer.remedy', remedy=remedy)}"

    def _deadlines(self, judgement: Judgement, drop: DropAnswer) -> Iterator[str]:
        due = tuple(d for d in judgement.deadlines if d.owed(drop.on))
        if due:
            yield self._say.text("answer.deadlines")
        for deadline in due:
            yield f"  {deadline_line(deadline, drop.on, self._say)}"


def _repairs(drop: DropAnswer, answer: RecordAnswer) -> Iterator[Finding]:
    """What the reader mended in the record, or noticed there."""
    return (f for read in drop.records if read.record.ref == answer.record.ref for f in read.repairs)


def _page(drop: DropAnswer, *sections: Iterable[str]) -> str:
    """Sections with a blank line between, empty ones left out; at the foot which very file it was.

    The sum is left as it is: a run of twelve digits in it is no IIN.
    """
    texts = ("\n".join(section) for section in sections)
    body = mask_iin("\n\n".join(text for text in texts if text))
    return f"{body}\n\nSHA-256: {drop.sha256}\n" if drop.sha256 else f"{body}\n"
