"""The stream of drops that the kill tests work off: small cases, later revisions, duplicates, files that come back.

All of it is invented; the IINs have a right check digit and belong to nobody.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipeline.domain.iin import iin_check_digit
from tests.e2e.place import documents_of, sample
from tests.intake.gate.papers import HOSTILE, pdf
from tests.retention.recorded import recorded

CASES_OF_A_CAMPAIGN = 24
RECORDING = "В-2025-118.wav"
_CAMPAIGN, _CASE = documents_of(sample("refused"))
_REPORTED = re.sub(r"(?ms)^own_security:.*", "", _CASE)
"""The report has arrived, and nothing else yet."""
_ANSWERED = re.sub(r"(?ms)^qualification:.*", "", _CASE)
"""The same case some days later."""


@dataclass(frozen=True, slots=True)
class Drop:
    """A file dropped, and the folder of inbox/ it comes back into; None: it is filed."""

    name: str
    content: bytes
    comes_back: str | None = None


def look_often(place: Path) -> None:
    """The watch looks five times a second, so that what failed is soon tried again."""
    config = place / "config.yaml"
    text = config.read_text(encoding="utf-8")
    often = text.replace("scan_seconds: 5", "scan_seconds: 0.2")
    assert often != text
    config.write_text(often, encoding="utf-8")


def put(place: Path, drop: Drop) -> None:
    """Into inbox/, at once as a mover does: no other moment than that of the rename counts."""
    part = place / f".{drop.name}"
    part.write_bytes(drop.content)
    part.rename(place / "inbox" / drop.name)


def iins() -> Iterator[str]:
    """Born on one day, all of them."""
    for serial in range(10_000):
        eleven = f"0102035{serial:04d}"
        digit = iin_check_digit(eleven)
        if digit is not None:
            yield f"{eleven}{digit}"


def campaign(number: int = 0) -> Drop:
    """What cases belong to. There are several, for a campaign's lists are made anew with each of its cases.

    Of the same age as its cases it comes before them, by its name.
    """
    text = _CAMPAIGN.replace("SHY-PD-2026-2", campaign_id(number))
    return Drop(f"{number * CASES_OF_A_CAMPAIGN:04d}-0-campaign.yaml", text.encode())


def campaign_id(number: int) -> str:
    """The id of a campaign of the stream."""
    return f"SHY-PD-2026-K{number}"


def case(number: int, iin: str, text: str = _REPORTED) -> str:
    """A case of its own number and person; 24 of them make a campaign."""
    text = text.replace("SHY-PD-2026-2", campaign_id(number // CASES_OF_A_CAMPAIGN))
    text = text.replace("patronymic: Ғаниұлы", f"patronymic: {fathers_name(number)}")
    return text.replace("SHY-PD-2026-008", case_id(number)).replace("010203500107", f'"{iin}"')


def fathers_name(number: int) -> str:
    """Nobody has another's: namesakes of one birthday would be taken for one person (¶11)."""
    return "".join("абвгдезикл"[int(digit)] for digit in str(number)).capitalize() + "ханұлы"


def case_id(number: int) -> str:
    """The id of a case of the stream."""
    return f"SHY-PD-2026-{number:04d}"


def sitting() -> Drop:
    """A whole case with its sitting, which names a recording; recorded today so that its year is not over."""
    named = f"[{{file: {RECORDING}, type: audio, recorded_on: {datetime.now(UTC).date()}}}]"
    return Drop(
        "sitting.yaml",
        re.sub(r"(?m)^    recordings: .*$", f"    recordings: {named}", sample("recommended")).encode(),
    )


def whole_case(number: int, iin: str) -> Drop:
    """A whole case with its sitting and all its papers, of another person."""
    text = re.sub(r"QRG-PD-(2025-3|AK-2025-S3|AK-2025|2025-014)", rf"W{number}-\1", sample("recommended"))
    text = text.replace("850314390019", iin).replace("В-2025-118", f"В-{number}")
    text = text.replace("patronymic: Маратұлы", f"patronymic: {fathers_name(number)}")
    return Drop(f"whole-{number:04d}.yaml", text.encode())


def recording() -> Drop:
    """The recording of that sitting."""
    return Drop(RECORDING, recorded("wav", 0.2))


def hostile(number: int = 0) -> Drop:
    """A PDF that would run a script."""
    content = pdf(HOSTILE["gate_javascript"], deterministic_id=True) + f"%{number}\n".encode()
    return Drop(f"hostile-{number:04d}.pdf", content, "quarantine")


def broken(number: int) -> Drop:
    """A file that cannot be read, each in its own way."""
    ways = [
        f"kind: case\nid: a{number}\nid: b\n",
        f"kind: case\nid: a{number}\nemployee: {{iin: 010203500108}}\n",
        f"kind: [a{number}\n",
        f"\x00{number}",
    ]
    return Drop(f"broken-{number:04d}.yaml", ways[number % len(ways)].encode(), "refused")


def bundle(name: str, texts: dict[str, str]) -> Drop:
    """A zip; the same bytes each time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for member, text in texts.items():
            archive.writestr(zipfile.ZipInfo(member), text)
    return Drop(name, out.getvalue())


def batch(number: int, people: Sequence[str]) -> tuple[Drop, ...]:
    """The batch of that number: the first brings what the others belong to.

    In each other three people, one of them in a zip; a duplicate; a later revision of a case of the batch before;
    a broken file; in every second one a hostile PDF; in the second the recording of the first one's sitting.
    """
    if number == 0:
        return campaign(), sitting()
    one, two, three = range(3 * number, 3 * number + 3)
    alone = [Drop(f"{n:04d}-a.yaml", case(n, people[n]).encode()) for n in (one, two)]
    drops = [
        *alone,
        bundle(f"{three:04d}-a.zip", {"ішкі/іс.yaml": case(three, people[three])}),
        Drop(f"{two:04d}-b-again.yaml", alone[1].content, "duplicates"),
        broken(number),
    ]
    if one % CASES_OF_A_CAMPAIGN == 0:
        drops.insert(0, campaign(one // CASES_OF_A_CAMPAIGN))
    if number == 2:
        drops.append(recording())
    if number % 2 == 0:
        drops.append(hostile(number))
    if number > 1:
        later = one - 3
        drops.append(Drop(f"{later:04d}-c-later.yaml", case(later, people[later], _ANSWERED).encode()))
    return tuple(drops)


def versions_after(batches: int, people: Sequence[str]) -> dict[str, int]:
    """IIN → how many versions each personal file of these batches is to have."""
    last = range(3 * batches - 3, 3 * batches)
    revised = {n for n in range(3, 3 * batches, 3) if n not in last}
    return {people[n]: 2 if n in revised else 1 for n in range(3, 3 * batches)}


def one_of_each() -> tuple[Drop, ...]:
    """A drop of each kind, for a process that is to have done all once."""
    return campaign(), sitting(), recording(), hostile(), broken(0), bundle("a.zip", {"a.yaml": "x"})
