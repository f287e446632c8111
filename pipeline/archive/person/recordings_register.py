"""recordings.yaml: the register of a person's interview recordings, kept a year by the cadre service (¶29).

The recordings themselves lie outside the archive; what is destroyed leaves its entry here. What the sittings'
records say is made anew at each filing; what happened (storing, holds, destruction) is never lost by it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final, TypeVar

import yaml

from pipeline.archive.person.appeal_holds import with_appeals
from pipeline.archive.person.content import RECORDINGS
from pipeline.domain.errors import CorruptError
from pipeline.domain.recordings import Appealed, Destruction, Entry, Hold, Lifting, Register, Storing
from pipeline.domain.records import Appeal, Recording
from pipeline.domain.terms import add_years

T = TypeVar("T")

RECORDINGS_FORMAT: Final = "jeke/recordings/3"
_EARLIER: Final = ("jeke/recordings/1", "jeke/recordings/2")
"""The first held what the records said and nothing else; the second knew no appeals among its holds, and
counted from what the record said last. Both are read, and written as the newest at the next filing."""
ORDER: Final = "№ 218, 26.03.2025"
"""The version of the rule."""

_HEAD = """\
# Әңгімелесу жазбаларының тізілімі (29-тармақ).
# Жазба keep_until күнін қоса алғанда сақталады, одан кейін ғана жойылады.
# recorded_on көрсетілмесе, сақтау мерзімі белгісіз, жазба жойылмайды.
# counted_from: мерзім осы күннен есептеледі; жазбадағы кейінгі түзету оны кері жылжытпайды.
# holds: жоюға салынған тыйымдар; lifted толтырылмаса, тыйым күшінде.
# appeal: шағым бойынша тыйым (34-тармақ); appeal_open: сондай тыйым осы жазбаға да қатысты.
# destroyed: жою туралы акт, оның осы істегі файлы және файлдың SHA-512 бақылау сомасы.
"""


@dataclass(frozen=True, slots=True)
class Registered:
    """A recording, the interview it is of and the day of that sitting."""

    case: str
    sitting: str
    recording: Recording
    held_on: date | None = None


def merged(
    named: Iterable[Registered],
    filed: Register,
    retention_years: int,
    appeals: Mapping[str, Appeal | None],
    today: date,
) -> Register:
    """The register after its records were filed anew: their words, and everything that happened since.

    A recording that no record names any more stays where it was stored, held or destroyed. The entry of a
    destroyed one stands as it was then. `appeals` are what the cases filed now say of theirs (¶34).
    """
    before = {entry.key: entry for entry in filed.entries}
    entries = [_again(entry, before.pop(entry.key, None)) for entry in _as_named(named, retention_years)]
    entries += [
        replace(entry, named=False)
        for entry in before.values()
        if entry.stored is not None or entry.destroyed is not None
    ]
    register = Register(tuple(entries), with_appeals(filed, appeals, today))
    return replace(
        register,
        entries=tuple(
            e if e.destroyed else replace(e, appeal_open=register.appeal(e.case) is not None)
            for e in register.entries
        ),
    )


def _again(entry: Entry, before: Entry | None) -> Entry:
    """The recording as the record names it now: neither its term nor the day that counts from moves back."""
    if before is None:
        return entry
    if before.destroyed is not None:
        return replace(before, named=True)
    entry = replace(
        entry, stored=before.stored, counted_from=latest(entry.recorded_on, _counted_from(before))
    )
    term = kept_until(entry.counted_from, entry.years)
    if before.keep_until is not None and (term is None or before.keep_until > term):
        return replace(entry, keep_until=before.keep_until, years=before.years)
    return replace(entry, keep_until=term)


def _counted_from(entry: Entry) -> date | None:
    return latest(entry.counted_from, entry.recorded_on)


def latest(*days: date | None) -> date | None:
    """The latest of the days that are given."""
    return max((day for day in days if day is not None), default=None)


def _as_named(named: Iterable[Registered], years: int) -> Iterable[Entry]:
    """One entry a file of an interview; of two days given for it the later, of a day and none the none."""
    entries: dict[object, Entry] = {}
    for place, r in enumerate(named):
        recording = r.recording
        entry = Entry(
            case=r.case,
            sitting=r.sitting,
            file=recording.file,
            type=None if recording.type is None else str(recording.type),
            recorded_on=recording.recorded_on,
            held_on=r.held_on,
            declared_sha256=recording.sha256,
            years=years,
        )
        key = entry.key if recording.file is not None else place
        if (twin := entries.get(key)) is not None:
            days = twin.recorded_on, entry.recorded_on
            entry = replace(twin, recorded_on=None if None in days else latest(*days))
        day = entry.recorded_on
        entries[key] = replace(entry, counted_from=day, keep_until=kept_until(day, years))
    return entries.values()


def kept_until(recorded_on: date | None, years: int) -> date | None:
    """The last day of keeping: calendar years after the day of recording; None where that is unknown."""
    return None if recorded_on is None else add_years(recorded_on, years)


# --- written --------------------------------------------------------------------------------------------


def register_yaml(register: Register) -> bytes:
    """The register. Without a day of recording `keep_until` stays empty, and nothing may be destroyed."""
    entries = sorted((entry_fields(e, register) for e in register.entries), key=_order)
    holds = sorted((hold_fields(h) for h in register.holds), key=_order)
    lines = [_HEAD, f"format: {_quoted(RECORDINGS_FORMAT)}\n"]
    lines += [*_list("recordings", entries), *_list("holds", holds)]
    return "".join(lines).encode()


Written = Mapping[str, "str | Written | None"]


def entry_fields(entry: Entry, register: Register) -> Written:
    """A recording as the register writes it; `read_entry` is the reverse."""
    return {
        "file": entry.file,
        "type": entry.type,
        "case": entry.case,
        "sitting": entry.sitting,
        "state": register.state(entry),
        "recorded_on": _text(entry.recorded_on),
        "sitting_held_on": _text(entry.held_on),
        "rule": f"¶29, {ORDER}: {entry.years} жыл",
        "counted_from": _text(entry.counted_from),
        "keep_until": _text(entry.keep_until),
        "sha256": entry.declared_sha256,
        "named": _yes(entry.named),
        "appeal_open": _yes(entry.appeal_open),
        "stored": None if entry.stored is None else _storing(entry.stored),
        "destroyed": None if entry.destroyed is None else _destruction(entry.destroyed),
    }


def _storing(stored: Storing) -> Written:
    return {
        "id": stored.id,
        "sha256": stored.sha256,
        "size": str(stored.size),
        "sealed_sha256": stored.sealed_sha256,
        "sealed_size": str(stored.sealed_size),
        "seconds": None if stored.seconds is None else f"{stored.seconds:.3f}",
        "stored_at": stored.stored_at.isoformat(),
    }


def _destruction(destroyed: Destruction) -> Written:
    return {
        "act": destroyed.act,
        "date": destroyed.on.isoformat(),
        "path": destroyed.path,
        "sha512": destroyed.sha512,
        "plan": destroyed.plan,
        "mandate": destroyed.mandate,
    }


def hold_fields(hold: Hold) -> Written:
    """A hold as the register writes it; `read_hold` is the reverse."""
    lifted = hold.lifted
    return {
        "case": hold.case,
        "recording": hold.recording,
        "mandate": hold.mandate,
        "by": hold.by,
        "at": hold.at.isoformat(),
        "lifted": None
        if lifted is None
        else {"reason": lifted.reason, "by": lifted.by, "at": lifted.at.isoformat()},
        "appeal": None if hold.appeal is None else _appeal(hold.appeal),
    }


def _appeal(appeal: Appealed) -> Written:
    return {"filed_on": _text(appeal.filed_on), "court": _yes(appeal.court)}


def _list(name: str, entries: list[Written]) -> Iterable[str]:
    yield f"{name}:" + ("\n" if entries else " []\n")
    for entry in entries:
        yield "  - " + "    ".join(_lines(entry, "      "))


def _lines(entry: Written, indent: str) -> Iterable[str]:
    for key, value in entry.items():
        if isinstance(value, Mapping):
            yield f"{key}:\n" + "".join(f"{indent}{line}" for line in _lines(value, f"{indent}  "))
        else:
            yield f"{key}: {_quoted(value)}\n"


def _order(entry: Written) -> tuple[str, ...]:
    return tuple(str(value or "") for value in entry.values())


def _quoted(text: str | None) -> str:
    """Text in double quotes, so that no reader takes a number or a day for anything else."""
    if text is None:
        return "null"
    return yaml.dump(str(text), default_style='"', allow_unicode=True, width=float("inf")).rstrip("\n")


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _yes(value: bool) -> str:  # noqa: FBT001  # the only thing it is about
    return "иә" if value else "жоқ"


# --- read -----------------------------------------------------------------------------------------------


def read_register(data: bytes) -> Register:
    """A recordings.yaml, of this version or an earlier one.

    Raises:
        CorruptError: `filed_format`, it is not one of ours.
    """
    try:
        content = yaml.load(data, Loader=_LOADER)  # noqa: S506  # the safe one, in C where it is there
        if content["format"] not in (RECORDINGS_FORMAT, *_EARLIER):
            raise CorruptError("filed_format", file=RECORDINGS)
        return Register(
            tuple(read_entry(e) for e in content["recordings"]),
            tuple(read_hold(h) for h in content.get("holds", [])),
        )
    except (yaml.YAMLError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CorruptError("filed_format", file=RECORDINGS) from error


_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_entry(e: Mapping[str, Any]) -> Entry:
    """Raises KeyError, TypeError or ValueError where it is no entry."""
    return Entry(
        case=e["case"],
        sitting=e["sitting"],
        file=_maybe(e, "file", str),
        type=_maybe(e, "type", str),
        recorded_on=_maybe(e, "recorded_on", date.fromisoformat),
        held_on=_maybe(e, "sitting_held_on", date.fromisoformat),
        keep_until=_maybe(e, "keep_until", date.fromisoformat),
        counted_from=_maybe(e, "counted_from", date.fromisoformat),
        years=int(e["rule"].rpartition(": ")[2].partition(" ")[0]),
        declared_sha256=_maybe(e, "sha256", str),
        named=e.get("named", "иә") == "иә",
        appeal_open=e.get("appeal_open", "жоқ") == "иә",
        stored=_maybe(e, "stored", _read_storing),
        destroyed=_maybe(e, "destroyed", _read_destruction),
    )


def _read_storing(s: Mapping[str, Any]) -> Storing:
    return Storing(
        id=s["id"],
        sha256=s["sha256"],
        size=int(s["size"]),
        sealed_sha256=s["sealed_sha256"],
        sealed_size=int(s["sealed_size"]),
        seconds=_maybe(s, "seconds", float),
        stored_at=datetime.fromisoformat(s["stored_at"]),
    )


def _read_destruction(d: Mapping[str, Any]) -> Destruction:
    return Destruction(
        act=d["act"],
        on=date.fromisoformat(d["date"]),
        path=d["path"],
        sha512=d["sha512"],
        plan=d["plan"],
        mandate=d["mandate"],
    )


def read_hold(h: Mapping[str, Any]) -> Hold:
    """Raises KeyError, TypeError or ValueError where it is no hold."""
    return Hold(
        case=h["case"],
        recording=_maybe(h, "recording", str),
        mandate=h["mandate"],
        by=h["by"],
        at=datetime.fromisoformat(h["at"]),
        lifted=_maybe(h, "lifted", lambda of: Lifting(**{**of, "at": datetime.fromisoformat(of["at"])})),
        appeal=_maybe(h, "appeal", _read_appeal),
    )


def _read_appeal(a: Mapping[str, Any]) -> Appealed:
    return Appealed(_maybe(a, "filed_on", date.fromisoformat), a["court"] == "иә")


def _maybe(of: Mapping[str, Any], key: str, read: Callable[[Any], T]) -> T | None:
    """The field as it reads; None where it is absent or `null`."""
    value = of.get(key)
    return None if value is None else read(value)
