"""Whoever can write into the audit chain's folder, and into no other, cannot make a change of it pass."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from pipeline.archive.audit.entry import AuditEntry, line_of, parse, sealed
from pipeline.archive.audit.log import AuditEvent, AuditHead, AuditLog
from pipeline.archive.audit.sealed_heads import sealed_heads
from tests.archive.ocfl_support import SCRATCH
from tests.e2e.place import Place
from tests.flow import kept_place as kept

AT = datetime(2026, 1, 20, 9, tzinfo=UTC)


@pytest.fixture(scope="module", autouse=True)
def _clear() -> Iterator[None]:
    yield
    kept.clear()


@pytest.fixture
def place() -> Iterator[Place]:
    with TemporaryDirectory(dir=SCRATCH) as folder:
        made = kept.kept_place(Path(folder) / "p")
        for word in ("Әбілқасов", "Құрманғалиева"):
            made.jeke("find", word)
        assert made.jeke("audit", "--verify").status == 0
        yield made


def entries(place: Place) -> list[AuditEntry]:
    return list(AuditLog.open(place.folder / "state/audit").entries())


def put(place: Place, chain: list[AuditEntry]) -> None:
    """The chain's folder as if these had been told, and nothing beside it."""
    folder = place.folder / "state/audit"
    shutil.rmtree(folder)
    folder.mkdir(mode=0o750)
    (folder / "lock").touch()
    years: dict[str, bytes] = {}
    for entry in chain:
        name = f"{entry.at.year}.jsonl"
        years[name] = years.get(name, b"") + line_of(entry) + b"\n"
    for name, lines in years.items():
        (folder / name).write_bytes(lines)
    if chain:
        (folder / "head").write_text(f"{chain[-1].number} {chain[-1].sha256}\n", encoding="ascii")


def linked(chain: list[AuditEntry]) -> list[AuditEntry]:
    """The same entries, every hash computed anew."""
    head, out = AuditHead.start(), []
    for e in chain:
        out.append(sealed(head, e.event, agent=e.agent, at=e.at, objects=e.objects, detail=e.detail))
        head = out[-1].head
    return out


def forged(where: Place, event: str, /, **detail: str | int) -> AuditEntry:
    everything = sorted(o.id for o in where.objects())
    return sealed(AuditHead.start(), event, agent="jeke", at=AT, objects=everything, detail=detail)


def cut_own(place: Place) -> None:
    put(place, entries(place)[:-1])


def cut_today(place: Place) -> None:
    put(place, entries(place)[:1])


def cut_all(place: Place) -> None:
    put(place, [])


def one_restore(place: Place) -> None:
    put(place, [forged(place, AuditEvent.RESTORE)])


def restore_with_a_head(place: Place) -> None:
    last = entries(place)[-1]
    chain = AuditLog.open(place.folder / "state/audit").chain()
    put(
        place,
        [
            forged(
                place,
                AuditEvent.RESTORE,
                former_chain=chain,
                former_number=last.number,
                former_sha256=last.sha256,
            )
        ],
    )


def one_import(place: Place) -> None:
    put(place, [forged(place, AuditEvent.IMPORT, version="v1")])


def begun_anew_with_a_head(place: Place) -> None:
    """All that a lawful new beginning would say, the identity of the place too."""
    last = entries(place)[-1]
    identity = json.loads((place.folder / "state/place.json").read_bytes())["place"]
    chain = AuditLog.open(place.folder / "state/audit").chain()
    former: dict[str, str | int] = {
        "former_chain": chain,
        "former_number": last.number,
        "former_sha256": last.sha256,
    }
    put(
        place,
        linked(
            [
                forged(place, AuditEvent.BEGUN_ANEW, what="state", **former),
                forged(place, AuditEvent.PLACE, place=identity),
            ]
        ),
    )


def without_one(place: Place) -> None:
    put(place, linked([e for e in entries(place) if e.number != 3]))


def other_agent(place: Place) -> None:
    chain = entries(place)
    first = chain[-1]
    chain[-1] = sealed(
        AuditHead.start(), first.event, agent="басқа", at=first.at, objects=first.objects, detail=first.detail
    )
    put(place, linked(chain))


def longer(place: Place) -> None:
    """Made up and longer than the real one, so that no number is out of reach."""
    chain = [e for e in entries(place) if e.event != AuditEvent.VIEW]
    put(place, linked(chain + [forged(place, AuditEvent.VIEW, of="find")] * 9))


def older_copy(place: Place) -> None:
    copy = place.folder / "copy"
    shutil.copytree(place.folder / "state/audit", copy)
    place.jeke("find", "Әбілқасов")
    shutil.rmtree(place.folder / "state/audit")
    copy.rename(place.folder / "state/audit")


def a_year_gone(place: Place) -> None:
    for path in (place.folder / "state/audit").glob("*.jsonl"):
        path.unlink()


def by_a_clock_of_2001(place: Place) -> None:
    chain = [e for e in entries(place) if e.event != AuditEvent.VIEW]
    early = datetime(2001, 1, 1, tzinfo=UTC)
    put(
        place,
        linked(
            [
                AuditEntry(e.number, early, e.event, e.agent, e.objects, e.detail, e.previous, e.sha256)
                for e in chain
            ]
        ),
    )


ATTACKS = (
    cut_own,
    cut_today,
    cut_all,
    one_restore,
    restore_with_a_head,
    one_import,
    begun_anew_with_a_head,
    without_one,
    other_agent,
    longer,
    older_copy,
    a_year_gone,
    by_a_clock_of_2001,
)


@pytest.mark.parametrize("attack", ATTACKS)
def test_it_shows_at_once_and_ever_after(place: Place, attack: Callable[[Place], None]) -> None:
    attack(place)
    for command in (("audit", "--verify"), ("verify", "--quick"), ("verify",)):
        assert place.jeke(*command).status == 1, command
    place.jeke("find", "Әбілқасов")
    place.drop("again.yaml", "kind: case\n")
    place.run_once()
    assert place.jeke("audit", "--verify").status == 1
    assert place.jeke("verify", "--quick").status == 1


@pytest.mark.parametrize(
    "attack", [cut_today, one_restore, restore_with_a_head, begun_anew_with_a_head, without_one]
)
def test_even_without_the_head_that_was_seen_the_sealed_heads_tell(
    place: Place, attack: Callable[[Place], None]
) -> None:
    """Whoever can write into state/ too: all but what came after the last sealed head."""
    attack(place)
    head = (place.folder / "state/audit/head").read_bytes()
    (place.folder / "state/audit-seen").write_bytes(head)
    assert place.jeke("audit", "--verify").status == 1
    assert place.jeke("verify", "--quick").status == 1


def test_a_sealed_head_that_is_gone_changed_or_sealed_by_another_is_named(place: Place) -> None:
    from pipeline.documents.sealing.seal import Sealer

    (file,) = sealed_heads(place.folder / "archive")
    sound = file.read_bytes()
    stranger = Sealer.test_authority(place.folder / "stranger")
    said = json.dumps({"format": "jeke/audit-head/1", "number": 1}).encode()
    for changed, code in (
        (None, "audit-sealed-missing"),
        (sound[:-40] + bytes(40), "audit-sealed-damaged"),
        (sound.replace(b'"number": ', b'"number":1'), "audit-sealed-damaged"),
        (stranger.seal_data(said, when=AT), "audit-sealed-damaged"),
        (b"", "audit-sealed-damaged"),
        (sound + bytes(1 << 16), "audit-sealed-damaged"),  # larger than a head can be: it is not parsed
    ):
        file.unlink()
        if changed is not None:
            file.write_bytes(changed)
        assert code in place.jeke("audit", "--verify").out
        assert place.jeke("verify").status == 1
        file.write_bytes(sound)
    assert place.jeke("verify").status == 0


def test_a_head_is_sealed_once_a_day_and_only_where_something_was_done(place: Place) -> None:
    from pipeline.documents.sealing.seal import Sealer
    from pipeline.flow.maintenance.head_sealing import seal_daily

    places = kept.places(place)
    log = AuditLog.open(places.audit)
    sealer = Sealer.from_pkcs12(places.seal / "test-seal.p12", b"")
    assert len(sealed_heads(places.archive)) == 1
    assert not seal_daily(places, log, lambda: sealer, datetime.now(UTC).astimezone())
    days = [
        datetime(2040, 1, 1, tzinfo=UTC),
        datetime(2026, 1, 2, tzinfo=UTC),
        datetime(2026, 1, 3, tzinfo=UTC),
    ]
    sealed_on = []
    for day in days:  # a clock that leapt and came back does not stop it
        sealed_on.append(seal_daily(places, log, lambda: sealer, day))
        sealed_on.append(seal_daily(places, log, lambda: sealer, day))
        log.append(AuditEvent.VIEW, agent="a", at=day)
    assert sealed_on == [True, False] * 3
    log.append(AuditEvent.VIEW, agent="a", at=AT)
    assert len(sealed_heads(places.archive)) == 4
    assert seal_daily(places, log, lambda: sealer, AT)
    assert not seal_daily(places, log, lambda: sealer, AT.replace(day=21))
    assert place.jeke("audit", "--verify").status == 0


def test_a_real_import_is_excused_and_no_further_than_it_came() -> None:
    with TemporaryDirectory(dir=SCRATCH) as name:
        folder = Path(name)
        sender = kept.kept_place(folder / "sender")
        place = Place.make(folder / "receiver")
        bag = folder / "bag"
        assert sender.jeke("export", "Әбілқасов", "--out", str(bag)).status == 0
        ran = place.jeke("import", str(bag), "--trust-authorities")
        assert ran.status == 0, ran.err
        assert place.jeke("audit", "--verify").status == 0
        (entry,) = [e for e in entries(place) if "former_number" in e.detail]
        shorter = dict(entry.detail) | {"former_number": int(entry.detail["former_number"]) - 1}
        chain = [
            e
            if e != entry
            else sealed(AuditHead.start(), e.event, agent=e.agent, at=e.at, objects=e.objects, detail=shorter)
            for e in entries(place)
        ]
        put(place, linked(chain))
        (place.folder / "state/audit-seen").write_bytes((place.folder / "state/audit/head").read_bytes())
        assert json.loads(place.jeke("audit", "--verify", "--json").out)["strangers"] == list(entry.objects)


def test_entries_parse_as_they_were_written(place: Place) -> None:
    """The helper of this page makes what the program itself would take for its own."""
    chain = entries(place)
    assert [parse(line_of(e)) for e in linked(chain)] == chain
