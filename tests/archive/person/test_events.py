"""events.jsonl: PREMIS event types of each version, added to and never rewritten."""

import json
from datetime import UTC, datetime

import pytest

from pipeline.archive.audit.log import AuditHead
from pipeline.archive.person.events import EventType, ObjectEvent, Told, appended, events_of, read_events
from pipeline.domain.errors import CorruptError

AT = datetime(2025, 10, 16, 10, 30, tzinfo=UTC)
TOLD = Told("0123456789abcdef", AuditHead(7, "ab" * 32))
CASE = "cases/0123456789abcdef/"


def version(before: bytes, name: str, *events: ObjectEvent) -> bytes:
    return appended(before, events, version=name, at=AT, agent="jeke", detail="drop 1", told=TOLD)


def test_what_a_first_version_is() -> None:
    changes = {
        f"{CASE}record.yaml": b"kind: case",
        f"{CASE}annex-1.pdf": b"%PDF",
        f"{CASE}documents.json": b"{}",
        "person.json": b"{}",
    }
    told = {event.type: event.paths for event in events_of({}, changes)}
    assert told == {
        EventType.INGESTION: (f"{CASE}record.yaml",),
        EventType.CREATION: (f"{CASE}annex-1.pdf",),
        EventType.SIGNATURE_GENERATION: (f"{CASE}annex-1.pdf",),
        EventType.METADATA_MODIFICATION: (f"{CASE}documents.json", "person.json"),
    }


def test_a_new_revision_a_signed_paper_and_one_taken_out() -> None:
    current = {f"{CASE}record.yaml": "1", f"{CASE}annex-4.pdf": "2"}
    changes = {
        f"{CASE}record.yaml": b"again",
        f"{CASE}signed/annex-1.pdf": b"%PDF scan",
        f"{CASE}signed/annex-1.json": b"{}",
        f"{CASE}annex-4.pdf": None,
    }
    told = {event.type: event.paths for event in events_of(current, changes)}
    assert told == {
        EventType.MODIFICATION: (f"{CASE}record.yaml",),
        EventType.INGESTION: (f"{CASE}signed/annex-1.json", f"{CASE}signed/annex-1.pdf"),
        EventType.DEACCESSION: (f"{CASE}annex-4.pdf",),
    }


def test_in_a_sittings_object_signed_papers_lie_at_the_top() -> None:
    told = {
        event.type: event.paths for event in events_of({}, {"signed/protocol.pdf": b"x", "record.yaml": b"y"})
    }
    assert told == {EventType.INGESTION: ("record.yaml", "signed/protocol.pdf")}


def test_earlier_lines_stay_and_each_version_ends_with_its_entry_of_the_chain() -> None:
    first = version(b"", "v1", ObjectEvent(EventType.INGESTION, ("record.yaml",)))
    second = version(first, "v2", ObjectEvent(EventType.MERGING, (), "себебі"))
    assert second.startswith(first)
    events = read_events(second)
    assert [(e.version, e.type) for e in events] == [
        ("v1", "ingestion"),
        ("v1", "message digest calculation"),
        ("v2", "information package merging"),
        ("v2", "message digest calculation"),
    ]
    assert [e.told for e in events] == [None, TOLD, None, TOLD]
    assert (events[0].detail, events[2].detail) == ("drop 1", "себебі")
    assert {e.at for e in events} == {AT}


def test_every_line_has_the_names_of_premis() -> None:
    for line in version(b"", "v1", ObjectEvent(EventType.CREATION, ("a.pdf",))).splitlines():
        assert {"eventType", "eventDateTime", "eventDetail", "linkingAgent", "linkingObjects"} <= json.loads(
            line
        ).keys()


@pytest.mark.parametrize("data", [b"x", b"[]\n", b"{}\n", b'{"eventType": "creation"}\n'])
def test_a_file_that_is_not_ours_is_said(data: bytes) -> None:
    with pytest.raises(CorruptError, match="filed_format"):
        read_events(data)
