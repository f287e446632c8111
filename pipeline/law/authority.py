"""¶3: whether a post can be that of the deciding authority, read from its words in Kazakh or Russian."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from pipeline.domain.records import Authority

_ACTING: Final = re.compile(r"міндетін|м\.\s*а\.|у\.\s*м\.\s*а|орнындағы|исполняющ|и\.\s*о\.|врио|вр\.\s*и")
_DEPUTY: Final = re.compile(r"орынбасар|заместител|зам\.")
_MINISTER: Final = re.compile(r"министр")
_MINISTER_HIMSELF: Final = re.compile(r"министр[іi]?(?!\w)")
_HEAD: Final = re.compile(r"бастығ|бастық|начальник|командир|ректор|басшы|руководител|төраға|председател")
_UNITS: Final = (
    "департамент",
    "басқарма|управлени",
    "бөлімше|отделени",
    "бөлім(?!ше)|отдел(?!ени)",
    "орталы|центр",
    "база",
    "мекеме|учреждени",
    "академи|институт|колледж|училище|оқу орн|мектеп|учебн",
    "комитет",
    "жасақ|жасағ|отряд|қызмет|служб",
    "факультет|кафедр|штаб|топ(?=тың|ты|$)|групп",
)
_OWN: Final[Mapping[Authority, str]] = {
    Authority.PENAL_COMMITTEE: "комитет|қажк|куис",
    Authority.POLICE_DEPARTMENT: "департамент|пд|дп",
    Authority.PENAL_DEPARTMENT: "департамент|қажд|дуис",
    Authority.ACADEMY: "академи|институт|колледж|училище|оқу орн|мектеп|учебн|воо|вуз",
    Authority.GUARD_SERVICE: "басқарма|управлени|мкқб|қызмет|служб",
    Authority.CANINE_CENTRE: "орталы|центр",
    Authority.SUPPLY_BASE: "база",
    Authority.MOTOR_TRANSPORT: "мекеме|учреждени|ақкм",
    Authority.SUNQAR: "жасақ|жасағ|отряд|сұңқар|сункар",
}


def may_be_the_authority(authority: Authority, post: str) -> bool:
    """False where the words show another post: a deputy's, a minister's for a head, or a unit's within.

    Who acts for the authority is the authority. Words that tell nothing are given the benefit of the doubt.
    """
    words = " ".join(post.casefold().split())
    if authority is Authority.MINISTER:
        if _ACTING.search(words):
            return _MINISTER.search(words) is not None
        return _MINISTER_HIMSELF.search(words) is not None and _DEPUTY.search(words) is None
    if _ACTING.search(words):
        return _of_its_body(authority, words)
    if authority is Authority.PENAL_COMMITTEE:  # its head is a Deputy Minister: "Министрдің орынбасары"
        chairs = re.search(r"төраға(?!сының орынбасар)|председател", words) is not None
        deputy = re.search(r"төраға\w* орынбасар|заместитель председател", words) is not None
        return not deputy and (chairs or "министр" in words)
    heads = _HEAD.search(words) is not None and _DEPUTY.search(words) is None
    return heads and _of_its_body(authority, words)


def _of_its_body(authority: Authority, words: str) -> bool:
    """The unit named last before the post, in Kazakh, or first after it, in Russian, is the body itself."""
    units, head = _units(words), _HEAD.search(words)
    if not units or head is None:
        return True
    before = _units(words[: head.start()])
    nearest = max(before) if before else min(units)
    return re.search(_OWN[authority], words[nearest:].partition(" ")[0]) is not None


def _units(words: str) -> list[int]:
    return [m.start() for unit in _UNITS for m in re.finditer(unit, words)]
