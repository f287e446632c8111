"""From a tree of text to one frozen record: unknown names, missing fields, values that do not fit, letters.

The fields come from the dataclasses themselves (intake/fields.py). Every error is reported at its place;
nothing stops at the first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final, cast

from pipeline.domain.findings import Finding, Severity, Verdict
from pipeline.domain.kazakh.alphabet import KAZAKH_LETTERS
from pipeline.domain.kazakh.letters import Change, repair
from pipeline.record_format.fields import Field, Group, Keyed, Listed, Shape, fields_of
from pipeline.record_format.leaves import Leaf, Repair, ValueRefusedError
from pipeline.record_format.odd_blanks import ODD_BLANK, ODD_BLANKS
from pipeline.record_format.quotes import ANY_QUOTE, unpaired, unwrapped
from pipeline.record_format.stream import code_point
from pipeline.record_format.yaml_tree import Entry, Fields, Items, Node, Refused, Scalar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipeline.domain.records import Kind, Record, Ref
    from pipeline.domain.source import Place
    from pipeline.record_format.problems import Report

# Letters that look alike on a keyboard left in the wrong layout, so that `кіnd` is still near to `kind`.
_LOOKALIKES: Final = str.maketrans("аәеорсухіікмнтвһ", "aaeopcyxiikmhtbh")
_NEAR: Final = 0.7
_GLUED: Final = re.compile(r"[a-z_][a-z0-9_]*:\S")
_SENTENCE: Final = re.compile(r"\s|[^\x00-\x7f]")


@dataclass(frozen=True, slots=True)
class Built:
    """A record, where each of its fields stands, and what was done to its letters."""

    record: Record
    places: Mapping[str, Place]
    repairs: tuple[Finding, ...]


def build(kind: Kind, tree: Fields, report: Report, *, filed: bool = False) -> Built | None:
    """The record the tree holds; None where anything in it was refused, and that reported."""
    builder = _Builder(report, filed=filed)
    fields = Fields(tree.place, [entry for entry in tree.entries if entry.key != "kind"])
    record = builder.group(fields, fields_of(kind))
    if record is _FAILED:
        return None
    record = cast("Record", record)
    return Built(record, builder.places, tuple(builder.findings(record.ref)))


def build_group(group: Group, tree: Fields, report: Report) -> object | None:
    """The group's dataclass out of the tree; None where anything in it was refused, and that reported."""
    built = _Builder(report, filed=False).group(tree, group)
    return None if built is _FAILED else built


def bare(node: Scalar) -> str:
    """The text without blanks around it, and without an office program's quotes round a plain one.

    Who means such quotes to stay puts YAML's own around them.
    """
    text = node.text.strip()
    return (node.plain and unwrapped(text)) or text


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name somebody most likely meant."""
    folded = name.casefold().translate(_LOOKALIKES)
    return next(iter(get_close_matches(folded, known, n=1, cutoff=_NEAR)), None)


def report_unknown(entry: Entry, known: Iterable[str], path: str, report: Report) -> None:
    """Say that there is no such field, and which was meant where that can be guessed."""
    near = nearest(entry.key, known)
    if _hollow(entry.value) and _BEHIND_COLON.search(entry.key):
        code, params = _why_glued(entry)
        report(code, entry.key_place, **params)
    elif near:
        report("unknown_field_near", entry.key_place, field=path, name=entry.key, nearest=near)
    elif _hollow(entry.value) and _GLUED.match(entry.key):
        report("syntax_colon_space", entry.key_place)
    elif _SENTENCE.search(entry.key):
        report("unknown_field_text", entry.key_place, field=path, name=entry.key, known=", ".join(known))
    else:
        report("unknown_field", entry.key_place, field=path, name=entry.key, known=", ".join(known))


def _why_glued(entry: Entry) -> tuple[str, dict[str, str]]:
    """Within braces a name and its value are one text: no space behind the colon, or a blank that is none."""
    sign = _BEHIND_COLON.search(entry.key)
    if sign is None:
        return "syntax_colon_space", {}
    return "odd_blank", {"character": code_point(sign[1]), "lines": str(entry.key_place.line)}


# Nearly no text holds a letter that is not Kazakh; only those that do are worth the repairer's time.
_STRANGER: Final = re.compile(rf"[^\W\d_{''.join(sorted(KAZAKH_LETTERS))}]|¥")

_FAILED: Final = object()
_MENDED: Final = frozenset({"letters", "quotes_removed"})
_TO_MIND: Final = frozenset({"comment_lost", "rank_words"})
_BEHIND_COLON: Final = re.compile(rf":([{ODD_BLANKS}])")
_ODD_ENDS: Final = re.compile(rf"\A[{ODD_BLANKS}]+|[{ODD_BLANKS}]+\Z")
_EXPECTED: Final[Mapping[type, str]] = {
    Leaf: "expected_value",
    Listed: "expected_list",
    Keyed: "expected_fields",
    Group: "expected_fields",
}


class _Builder:
    """Values are None where nothing stands, _FAILED where something was refused."""

    def __init__(self, report: Report, *, filed: bool) -> None:
        self._filed = filed
        self.places: dict[str, Place] = {}
        self._report = report
        self._repairs: list[tuple[str, str, dict[str, str]]] = []

    def group(self, node: Fields, group: Group) -> object:
        values = self._entries(node, group, "")
        return self._made(node, group, values, "")

    def findings(self, record: Ref) -> Iterable[Finding]:
        for code, path, params in self._repairs:
            verdict = Verdict.SATISFIED if code in _MENDED else Verdict.UNDETERMINED
            severity = Severity.WARN if code in _TO_MIND else Severity.INFO
            yield Finding("", code, severity, record, path, params, verdict)

    def _value(self, node: Node, shape: Shape, path: str) -> object:
        if not node.absent:
            return self._present(node, shape, path)
        if isinstance(node, Scalar) and isinstance(shape, Leaf):
            self._note_lost(node, shape, path)
        return None

    def _present(self, node: Node, shape: Shape, path: str) -> object:
        match shape, node:
            case _, Refused():
                return _FAILED
            case Leaf(), Scalar():
                return self._leaf(node, shape, path)
            case Listed(), Items():
                return self._list(node, shape, path)
            case Keyed(), Fields():
                return self._keyed(node, shape, path)
            case Group(), Fields():
                values = self._entries(node, shape, path)
                return self._made(node, shape, values, path) if values else None
        return self._refuse(_EXPECTED[type(shape)], node.place, field=path)

    def _entries(self, node: Fields, group: Group, path: str) -> dict[str, object]:
        """What stands in the group's fields; of those that hold nothing, only the place is kept."""
        values = {}
        prefix = f"{path}." if path else ""
        for entry in node.entries:
            child = prefix + entry.key
            field = group.fields.get(entry.key)
            if field is None:
                report_unknown(entry, group.fields, child, self._report)
                values[entry.key] = _FAILED
                continue
            self.places[child] = entry.key_place if _hollow(entry.value) else entry.value.place
            value = self._value(entry.value, field.shape, child)
            if value is not None:
                values[entry.key] = value
        return values

    def _made(self, node: Fields, group: Group, values: dict[str, object], path: str) -> object:
        missing = [field for field in group.fields.values() if field.required and field.name not in values]
        for field in missing:
            self._report_missing(field, node.place, path)
        if missing or any(value is _FAILED for value in values.values()):
            return _FAILED
        return group.make(**values)

    def _report_missing(self, field: Field, parent: Place, path: str) -> None:
        """At the empty field where its name stands there, else at the group that lacks it."""
        child = f"{path}.{field.name}" if path else field.name
        place = self.places.get(child, parent)
        if isinstance(field.shape, Group):
            for inner in field.shape.fields.values():
                if inner.required:
                    self._report_missing(inner, place, child)
        else:
            self._report("missing", place, field=child)

    def _list(self, node: Items, shape: Listed, path: str) -> object:
        """Items that hold nothing are passed over, as fields are; places count those that remain."""
        values: list[object] = []
        for item in node.items:
            child = f"{path}.{len(values)}"
            before = len(self.places)
            self.places[child] = item.place
            value = self._value(item, shape.item, child)
            if value is not None:
                values.append(value)
            while value is None and len(self.places) > before:
                self.places.popitem()  # the next item takes this one's number
        if any(value is _FAILED for value in values):
            return _FAILED
        return tuple(values) or None

    def _keyed(self, node: Fields, shape: Keyed, path: str) -> object:
        values = {}
        for entry in node.entries:
            child = f"{path}.{entry.key}"
            key = self._leaf(Scalar(entry.key_place, entry.key, plain=True), shape.key, child)
            self.places[child] = entry.key_place if _hollow(entry.value) else entry.value.place
            value = self._value(entry.value, shape.value, child)
            if _hollow(entry.value) and ":" in entry.key and not self._filed:
                code, params = _why_glued(entry)
                value = self._refuse(code, entry.key_place, **params)
            if key is not None and value is not None:
                values[key] = value
        if any(_FAILED in pair for pair in values.items()):
            return _FAILED
        return values or None

    def _leaf(self, node: Scalar, leaf: Leaf, path: str) -> object:
        text = self._bare(node, leaf, path)
        if not text:
            return None
        try:
            value = leaf.parse(self._repaired(text, path) if leaf.repair is Repair.LETTERS else text)
        except ValueRefusedError as error:
            sign = ODD_BLANK.search(text)
            if sign and leaf.repair is Repair.BLANKS:
                return self._refuse("odd_character", node.place, field=path, character=code_point(sign[0]))
            return self._refuse(error.code, node.place, field=path, **error.params)
        if leaf.meant is not None and (meant := leaf.meant(str(value))):
            self._repairs.append(("rank_words", path, {"value": str(value), "meant": meant}))
        return value

    def _bare(self, node: Scalar, leaf: Leaf, path: str) -> str:
        """The value without the quotes of an office program; what was done, or was lost, is noted."""
        text = bare(node)
        if leaf.repair is Repair.BLANKS:
            text = _ODD_ENDS.sub("", text)
        if node.plain and text != node.text.strip() and ANY_QUOTE.search(node.text):
            self._repairs.append(("quotes_removed", path, {"before": node.text.strip(), "after": text}))
        self._note_lost(node, leaf, path)
        if leaf.free and ANY_QUOTE.search(text) and unpaired(text):
            self._repairs.append(("quotes_unpaired", path, {"value": text}))
        return text

    def _note_lost(self, node: Scalar, leaf: Leaf, path: str) -> None:
        if leaf.free and node.lost:
            kept = node.text.strip() or "—"
            self._repairs.append(("comment_lost", path, {"kept": kept, "lost": node.lost}))

    def _repaired(self, text: str, path: str) -> str:
        if not _STRANGER.search(text):
            return text
        done = repair(text)
        for word, changes in _by_word(done.fixed).items():
            meant = {ord(change.found): change.meant[0] for change in changes}
            self._note("letters", path, changes, before=word, after=word.translate(meant))
        for word, changes in _by_word(done.suspected).items():
            self._note("letters_suspected", path, changes, before=word)
        return done.text

    def _note(self, code: str, path: str, changes: Iterable[Change], **params: str) -> None:
        points = dict.fromkeys(change.code_points for change in changes)
        self._repairs.append((code, path, {**params, "code_points": ", ".join(points)}))

    def _refuse(self, code: str, place: Place, **params: str | int) -> object:
        self._report(code, place, **params)
        return _FAILED


def _by_word(changes: Iterable[Change]) -> dict[str, list[Change]]:
    """A word written wrongly ten times in one text is told once."""
    words: dict[str, list[Change]] = {}
    for change in changes:
        words.setdefault(change.word, []).append(change)
    return words


def _hollow(node: Node) -> bool:
    return isinstance(node, Scalar) and node.absent
