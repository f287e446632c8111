"""Why a drop stands as it does, in words, and a file's name as it may be shown."""

from __future__ import annotations

from pipeline.domain.errors import JekeError
from pipeline.domain.iin import mask_iin
from pipeline.intake.journal import Detail
from pipeline.messages.catalogue import Messages


def reason_of(detail: Detail, say: Messages, *, codes: bool = True) -> str:
    """Of a drop's or a step's detail, with the codes of what was found; empty where it says nothing."""
    if (error := error_of(detail)) is not None:
        return mask_iin(say.error(error))
    if "why" in detail:
        found = f" [{detail['codes']}]" if codes and detail.get("codes") else ""
        return say.text("cli.drops.why", why=str(detail["why"])) + found
    if "reason" in detail:
        return say.text("cli.drops.why", why=str(detail["reason"]))
    return ""


def error_of(detail: Detail) -> JekeError | None:
    """The machine's fault that it tells of, if any."""
    params = {name: value for name, value in detail.items() if name != "error"}
    return JekeError(str(detail["error"]), **params) if "error" in detail else None


def shown(name: str) -> str:
    """A file's name: signs that cannot be seen, or are no text, become `_`; IINs are masked."""
    return mask_iin("".join(c if c.isprintable() else "_" for c in name))
