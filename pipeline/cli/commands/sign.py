"""`jeke sign`: a person signs a filed document here, with a key of their own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from pyhanko.sign import Signer

from pipeline.archive.audit.log import AuditEvent
from pipeline.archive.index.locations import FiledDocument
from pipeline.cli.context import CliContext
from pipeline.cli.options import common
from pipeline.documents.sealing.signing_key import SCHEME, opened_key
from pipeline.domain.errors import ExitCode, MachineError, NotFoundError, RefusedError
from pipeline.domain.records import Kind, Ref
from pipeline.flow.outcomes.results import Result
from pipeline.flow.signatures.signed_pdf import original_of
from pipeline.flow.signatures.signing import sign_filed
from pipeline.flow.site.workplace import Workplace
from pipeline.system.files import write_file
from pipeline.working import Ended, at_work

RUNNING = "already_running"
FILE_MODE = 0o640


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
        filed = _document(place, document)
        with _key(cli, key, passphrase_file) as opened:
            cli.account(AuditEvent.VIEW, [filed.object_id], of="sign")
            signed = sign_filed(place, filed, opened)
        name = _drop(place.places.inbox, filed.document.name, signed.pdf)
        cli.tell(cli.say.text("cli.sign.signed", title=filed.document.title, name=signed.signer.full_name))
        return _file(cli, place, name)


def _document(place: Workplace, named: str) -> FiledDocument:
    """By its PDF, or by record and name: "QRG-PD-AK-2025-S3/protocol"."""
    path = Path(named)
    if path.is_file():
        found = original_of(place, path.read_bytes())
        if found is None:
            raise NotFoundError("sign_no_document")
        return found[0]
    record, _, name = named.rpartition("/")
    for kind in Kind:
        for filed in place.index.documents(Ref(kind, record)):
            if filed.document.name == name.removesuffix(".pdf"):
                return filed
    raise NotFoundError("sign_no_document")


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


def _drop(inbox: Path, name: str, pdf: bytes) -> str:
    """Whole at once, under a name not taken yet."""
    part = inbox / f".{name}.{os.getpid()}.part"
    try:
        write_file(part, pdf)
        number = 1
        while (target := inbox / (f"{name}.pdf" if number == 1 else f"{name}-{number}.pdf")).exists():
            number += 1
        part.rename(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise MachineError("inbox_not_writable", reason=error.strerror or "") from error
    return target.name


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
