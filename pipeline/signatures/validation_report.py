"""The validation report filed beside a signed paper: from it a stranger can tell what was checked, how."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from pipeline.signatures.expected import Signer
from pipeline.signatures.holder import Link
from pipeline.signatures.paper import Judged
from pipeline.signatures.signature import Checked

FORMAT: Final = "jeke/validation/1"
PRELIMINARY: Final = (
    "Алдын ала тексеру: ұлттық алгоритмдер бойынша түпкілікті қорытындыны тек сертификатталған құрал береді."
)


def report(judged: Judged, moment: datetime, files: Mapping[str, str]) -> dict[str, object]:
    """The report as plain data; `files` are name → SHA-512 of what was checked.

    The words of `verdict` are those of ETSI EN 319 102-1. IINs stand whole: they are what the check is about.
    """
    found = judged.tally
    return {
        "format": FORMAT,
        "checked_at": moment.isoformat(timespec="seconds"),
        "files": dict(files),
        "verdict": {"indication": str(judged.verdict.indication), "sub_indication": judged.verdict.sub},
        "preliminary": PRELIMINARY if judged.preliminary else None,
        "expected": None if judged.expected is None else [_signer(s) for s in judged.expected],
        "signed": [s.key for s in found.signed],
        "signed_by_name_only": [s.key for s in found.unsure],
        "missing": [s.key for s in found.missing],
        "tampered": [{"what": str(t.what), "where": t.where} for t in judged.tampered],
        "signatures": [
            _signature(s, found.whose.get(place), again=place in found.again)
            for place, s in enumerate(judged.signatures)
        ],
    }


def _signer(signer: Signer) -> dict[str, object]:
    return {"key": signer.key, "name": signer.name, "iin": signer.iin}


def _signature(checked: Checked, signer: Signer | None, *, again: bool) -> dict[str, object]:
    holder = checked.holder
    return {
        "where": checked.where,
        "signer": signer.key if signer else None,
        "again": again,
        "holder": None
        if holder is None
        else {"name": holder.full_name, "iin": holder.iin, "bin": holder.bin},
        "verdict": {"indication": str(checked.verdict.indication), "sub_indication": checked.verdict.sub},
        "algorithm": checked.algorithm,
        "preliminary": checked.preliminary,
        "claimed_at": _time(checked.claimed_at),
        "proven_at": _time(checked.proven_at),
        "revocation": str(checked.revocation),
        "chain": [_link(link) for link in checked.chain],
    }


def _link(link: Link) -> dict[str, object]:
    return {
        "subject": link.subject,
        "serial": link.serial,
        "sha256": link.sha256,
        "not_before": _time(link.not_before),
        "not_after": _time(link.not_after),
    }


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")
