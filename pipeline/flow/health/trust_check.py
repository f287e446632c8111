"""How the trust folder fares: whom it holds, and what of it has run out; nothing is changed."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline.flow.health.health import CERTIFICATE_MIND, Check, State
from pipeline.signatures.revocations import is_signed_by
from pipeline.signatures.trust import Trust

_WRITE_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH


def trust(folder: Path | None, now: datetime) -> Iterator[Check]:
    """The folder that `trust.folder` names.

    Raises:
        MachineError: `trust_folder` or `trust_file`.
    """
    if folder is None:
        yield Check(State.MIND, "trust_none")
        return
    known = Trust.load(folder)
    if known.anchors:
        numbers = {"roots": len(known.anchors), "others": len(known.intermediates), "lists": len(known.crls)}
        yield Check(State.GOOD, "trust", {**numbers})
    else:
        yield Check(State.BAD, "trust_empty", {"folder": str(folder)})
    if folder.stat().st_mode & _WRITE_BY_OTHERS:
        yield Check(State.BAD, "trust_open", {"folder": str(folder)})
    for certificate in (*known.anchors, *known.intermediates):
        until = certificate.not_valid_after
        if until - now < CERTIFICATE_MIND:
            yield Check(State.MIND, "trust_ends", {"name": _name(certificate.subject), "until": until.date()})
    authorities = (*known.anchors, *known.intermediates)
    for listed in known.crls:
        yield _list(listed, authorities, now)


def _list(listed: Any, authorities: Sequence[Any], now: datetime) -> Check:
    """Until when it serves; one that no authority of the folder signed serves nobody."""
    name, until = _name(listed.issuer), listed["tbs_cert_list"]["next_update"].native
    if not any(is_signed_by(listed, authority) for authority in authorities):
        return Check(State.MIND, "trust_list_unsigned", {"name": name})
    if until is None or until <= now:
        since = listed["tbs_cert_list"]["this_update"].native
        return Check(State.MIND, "trust_list_old", {"name": name, "until": (until or since).date()})
    return Check(State.GOOD, "trust_list", {"name": name, "until": until.date()})


def _name(name: Any) -> str:
    found = name.native.get("common_name")
    return str(found) if found else str(name.human_friendly)
