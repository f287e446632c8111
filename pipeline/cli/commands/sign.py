"""`jeke sign`: a person signs a filed document here, with a key of their own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from pyhanko.sign import Signer

from pipeline.archive.audit.log import AuditEvent
from pipeline.cli.context import CliContext
from pipeline.cli.options import common
from pipeline.documents.sealing.signing_key import SCHEME, opened_key
from pipeline.domain.errors import ExitCode, MachineError, RefusedError
from pipeline.flow.outcomes.results import Result
from pipeline.flow.signatures.signing import document_named, sign_filed
from pipeline.flow.site.workplace import Workplace
from pipeline.intake.handing_in import hand_in
from pipeline.working import Ended, at_work

RUNNING = "already_running"


@click.command("sign")
@click.argument("document", metavar="ID/NAME|FILE")
@click.option("--key", required=True, metavar="FILE.p12|pkcs11:…")
@click.option("--passphrase-file", type=click.Path(path_type=Path), metavar="FILE")
@common
@click.pass_obj
def sign(cli: CliContext, document: str, *, key: str, passphrase_file: Path | None) -> int:
    """Signs the newest rendition and drops it into inbox/, where it is checked and filed as any other.

    Exit status: 1 where the check finds something, 3 where there is no such document, 4 where the key does
    not open or is of nobody who is to sign.
    """
    with cli.workplace() as place:
        filed = document_named(place, document)
        with _key(cli, key, passphrase_file) as opened:
            cli.account(AuditEvent.VIEW, [filed.object_id], of="sign")
            signed = sign_filed(place, filed, opened)
        name = hand_in(place.places.inbox, filed.document.name, ".pdf", signed.pdf)
        cli.tell(cli.say.text("cli.sign.signed", title=filed.document.title, name=signed.signer.full_name))
        return _file(cli, place, name)


@contextmanager
def _key(cli: CliContext, address: str, passphrase_file: Path | None) -> Iterator[Signer]:
    """A file without a passphrase opens at once; otherwise it is asked for, unseen."""
    if passphrase_file is not None:
        try:
            passphrase = passphrase_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise MachineError("sign_passphrase", file=passphrase_file.name) from error
        with opened_key(address, passphrase) as key:
            yield key
        return
    if not address.startswith(SCHEME) and _opens(address):
        with opened_key(address, "") as key:
            yield key
        return
    passphrase = click.prompt(cli.say.text("cli.sign.passphrase"), hide_input=True, err=True)
    with opened_key(address, passphrase) as key:
        yield key


def _opens(address: str) -> bool:
    try:
        with opened_key(address, ""):
            return True
    except RefusedError:
        return False


def _file(cli: CliContext, place: Workplace, name: str) -> int:
    """Files it at once, or leaves it to the program that watches inbox/."""
    answers: list[Ended] = []
    try:
        with at_work(place) as work:
            work.work_off_all(answers.append)
    except MachineError as error:
        if error.code != RUNNING:
            raise
        cli.tell(cli.say.text("cli.sign.dropped", name=name))
        return ExitCode.DONE
    drop = next((ended.answer for ended in answers if ended.answer.name == name), None)
    if drop is None or drop.result is Result.RETRY:
        return ExitCode.MACHINE
    refused = drop.result is Result.REFUSED
    for note in drop.notes:
        key = f"answer.note.{note.code}"
        cli.tell(cli.say.text(key, **note.params))
        if refused and cli.say.has(f"{key}.remedy"):
            cli.tell(cli.say.text(f"{key}.remedy", **note.params))
    return ExitCode.FINDINGS if refused else ExitCode.DONE


COMMANDS = (sign,)
