"""Who signs which paper of the order, and who of them has: pure, from the records alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pipeline.domain.names import Named, full_name, names_agree
from pipeline.domain.records import Case, Commission, Member, Signatory, Sitting

if TYPE_CHECKING:  # these load the libraries for signatures, which who is to sign needs not
    from pipeline.signatures.holder import Holder
    from pipeline.signatures.signature import Checked

EMPLOYEE: Final = "employee"
UNIT_HEAD: Final = "unit_head"


@dataclass(frozen=True, slots=True)
class Signer:
    """Somebody who is to sign.

    `key` is the member's id, "employee" or "unit_head"; `name` as the record has it. `iin` is None where the
    record does not give it; then a certificate can be told by its name alone, which only `by_name` signers
    are accepted by: those for whom the record has no field to put an IIN into.
    """

    key: str
    name: str
    iin: str | None = None
    person: Named | None = None
    by_name: bool = False

    def is_of(self, holder: Holder) -> bool | None:
        """Whether the certificate is this person's; None: the name agrees, but no number tells it."""
        if self.iin is not None and holder.iin is not None:
            return self.iin == holder.iin
        if self.person is not None:
            return None if holder.may_be(self.person) else False
        return None if self.name and _same_words(self.name, holder) else False


@dataclass(frozen=True, slots=True)
class Tally:
    """Expected against found.

    `unsure` have signed by their name only. `foreign` and `again` are positions in the list of signatures: of
    somebody not expected, and of somebody who had signed before. `whose` gives each position its signer.
    """

    signed: tuple[Signer, ...] = ()
    unsure: tuple[Signer, ...] = ()
    missing: tuple[Signer, ...] = ()
    foreign: tuple[int, ...] = ()
    again: tuple[int, ...] = ()
    whose: dict[int, Signer] = field(default_factory=dict)


def signers_of_case(
    document: str, case: Case, sitting: Sitting | None, commission: Commission | None
) -> tuple[Signer, ...] | None:
    """Who signs a paper of the case; None where the order does not name them.

    Annex 1 the employee (¶11); Annex 2 the unit head and the employee (¶13, 14); Annex 4 the secretary and
    the employee (¶35); the ballots of a personal file are copies that nobody signs. An employee who refused
    to sign, with an act of it, is not expected.
    """
    match document:
        case "annex-1" | "disagreement":
            return (_employee(case),)
        case "annex-2":
            text = case.characteristic
            head = text.unit_head if text else None
            refused = text is not None and text.refusal_act is not None
            return (*_signatory(head), *(() if refused else (_employee(case),)))
        case "annex-4":
            refused = case.sheet is not None and case.sheet.refusal_act is not None
            return (*_secretary(sitting, commission), *(() if refused else (_employee(case),)))
        case "annex-3":
            return ()
        case _:
            return None


def signers_of_sitting(
    document: str, name: str, sitting: Sitting, commission: Commission | None
) -> tuple[Signer, ...] | None:
    """Who signs a paper of the sitting; None where the order does not name them.

    The protocol every voting member present and the secretary (¶33); a ballot its member (¶32), by the number
    in the paper's name.
    """
    if commission is None:
        return None
    match document:
        case "protocol":
            present = [m for m in commission.voting if m.id in sitting.present]
            return (*map(_member, present), *_secretary(sitting, commission))
        case "annex-3":
            place = name.removeprefix("annex-3-")
            voting = commission.voting
            known = place.isdecimal() and 0 < int(place) <= len(voting)
            return (_member(voting[int(place) - 1]),) if known else None
        case _:
            return None


def tally(expected: Sequence[Signer], signatures: Iterable[Checked]) -> Tally:
    """Who of the expected signed, by the signatures given; each signature counts for one person.

    One that does not pass counts for nobody, but it is told whose it claims to be.
    """
    whose: dict[int, Signer] = {}
    sure: dict[str, bool] = {}
    foreign, again = [], []
    for place, signature in enumerate(signatures):
        found = _signer_of(expected, signature.holder)
        if found is not None:
            whose[place] = found[0]
        if not signature.verdict.passed:
            continue
        if found is None:
            foreign.append(place)
            continue
        signer, certain = found
        if signer.key in sure:
            again.append(place)
        sure[signer.key] = sure.get(signer.key, False) or certain
    return Tally(
        signed=tuple(s for s in expected if sure.get(s.key)),
        unsure=tuple(s for s in expected if sure.get(s.key) is False),
        missing=tuple(s for s in expected if s.key not in sure),
        foreign=tuple(foreign),
        again=tuple(again),
        whose=whose,
    )


def signer_of(expected: Sequence[Signer], holder: Holder) -> Signer | None:
    """Whose certificate it is; None where it is nobody's of them, or a name fits several."""
    found = _signer_of(expected, holder)
    return None if found is None else found[0]


def _signer_of(expected: Sequence[Signer], holder: Holder | None) -> tuple[Signer, bool] | None:
    """By number where there is one; by name only where it fits one of them and no other."""
    if holder is None:
        return None
    answers = [(signer, signer.is_of(holder)) for signer in expected]
    for signer, certain in answers:
        if certain:
            return signer, True
    named = [signer for signer, certain in answers if certain is None]
    return (named[0], named[0].by_name) if len(named) == 1 else None


def _member(member: Member) -> Signer:
    return Signer(member.id, full_name(member), member.iin, member)


def _employee(case: Case) -> Signer:
    return Signer(EMPLOYEE, full_name(case.employee), case.employee.iin, case.employee)


def _secretary(sitting: Sitting | None, commission: Commission | None) -> tuple[Signer, ...]:
    if sitting is None or commission is None or sitting.secretary is None:
        return ()
    secretary = commission.member(sitting.secretary)
    return () if secretary is None else (_member(secretary),)


def _signatory(signatory: Signatory | None) -> tuple[Signer, ...]:
    name = " ".join((signatory.name or "").split()) if signatory else ""
    return (Signer(UNIT_HEAD, name, by_name="." not in name),) if name else ()


@dataclass(frozen=True, slots=True)
class _OnCertificate:
    surname: str | None
    given_name: str | None
    patronymic: str | None


def _same_words(name: str, holder: Holder) -> bool:
    """A name in one text against a certificate's three parts."""
    words = holder.name.split()
    if len(words) != 2:  # noqa: PLR2004  # surname and given name
        return False
    second = holder.second or None
    orders = ((words[0], words[1]), (words[1], words[0]))
    return any(names_agree(name, _OnCertificate(surname, given, second)) for surname, given in orders)
