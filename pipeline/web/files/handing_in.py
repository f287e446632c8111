"""Handing in over the page: what an account has on its way, and the ticket it gets for each file."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction
from django.db.models import Sum
from django.http import HttpRequest
from django.utils import timezone

from pipeline.archive.audit.log import AuditEvent
from pipeline.domain.errors import RefusedError
from pipeline.intake.uploads import MIB, Arriving, plain_name, require_disk, require_size
from pipeline.web import site, telling
from pipeline.web.accounts.models import Account, Ticket, Upload

ABANDONED: Final = timedelta(days=1)
"""Nobody has continued it for so long: it is deleted."""
QUOTA: Final = 32 * 1024 * MIB
MOST_ON_THE_WAY: Final = 200
"""Files of one account that have not come whole."""


def arriving(key: UUID) -> Arriving:
    """The file that comes under that key."""
    return Arriving(site.places().inbox, key)


def begun(account: Account, given: str, size: int, modified: str) -> Upload:
    """A file's way in: a new one, or the one that the same account began with the same file.

    Raises:
        RefusedError: name, kind, size, quota or the disk do not allow it: nothing is kept.
        MachineError: inbox/ cannot be written.
    """
    name = plain_name(given)
    require_size(name, size)
    key = _free_key(account, name, size, modified)
    upload = on_its_way(account, key)
    if upload is None:
        upload = reserved(account, key, name, size)
    else:
        require_disk(site.places().inbox, size - arriving(key).size)
    arriving(key).begin()
    return upload


def on_its_way(account: Account, key: UUID) -> Upload | None:
    """What comes under that key, if it is this account's; what a kill cut off behind the naming has come.

    Raises:
        MachineError: inbox/ cannot be read.
    """
    upload: Upload | None = Upload.objects.filter(account=account, key=key).first()
    if upload is not None and not arriving(key).is_there and Ticket.objects.filter(key=key).exists():
        upload.delete()
        return None
    return upload


def reserved(account: Account, key: UUID, name: str, size: int) -> Upload:
    """Room for so many bytes more.

    Raises:
        RefusedError: `upload_quota`, `upload_disk`. MachineError: inbox/ cannot be read.
    """
    require_disk(site.places().inbox, size + _still_to_come())
    with transaction.atomic():
        on_the_way = Upload.objects.filter(account=account).count()
        if on_the_way >= MOST_ON_THE_WAY or _total(account) + size > QUOTA:
            raise RefusedError("upload_quota", limit_mib=QUOTA // MIB, most=MOST_ON_THE_WAY)
        return Upload.objects.create(account=account, key=key, name=name, size=size, at=timezone.now())


def handed_in(request: HttpRequest, upload: Upload) -> Ticket:
    """The file has come whole: told to the audit log, ticketed, named in inbox/.

    Raises:
        OtherOffsetError: that is being done just now.
        MachineError: `inbox_not_writable`, `audit_unwritable`: it stays hidden, to be tried again.
    """
    ticket = Ticket.objects.filter(key=upload.key).first()
    if ticket is None:
        ticket = Ticket(account=upload.account, key=upload.key, name=upload.name)

    def before(sha256: str, size: int) -> None:
        telling.tell(request, AuditEvent.UPLOAD, of="drop", sha256=sha256, bytes=size)
        ticket.sha256, ticket.size, ticket.at = sha256, size, timezone.now()

    def named(name: str) -> None:
        ticket.laid_as = name
        ticket.save()

    try:
        arriving(upload.key).lay(upload.name, before, named)
    except BaseException:
        if ticket.pk is not None:
            ticket.delete()
        raise
    upload.delete()
    return ticket


def given_up(upload: Upload) -> None:
    """The file does not come: nothing of it is kept.

    Raises:
        MachineError: `inbox_not_writable`.
    """
    arriving(upload.key).remove()
    upload.delete()


def forget_abandoned() -> None:
    """Deletes what nobody has continued for a day, of whomever.

    Raises:
        MachineError: `inbox_not_writable`.
    """
    for upload in Upload.objects.filter(at__lt=timezone.now() - ABANDONED):
        given_up(upload)


def _free_key(account: Account, name: str, size: int, modified: str) -> UUID:
    """The same for the same file until it has come whole: so it is found again after a broken line."""
    number = 0
    while True:
        key = uuid5(NAMESPACE_URL, f"jeke:{account.pk}:{size}:{modified}:{number}:{name}")
        if on_its_way(account, key) or not Ticket.objects.filter(key=key).exists():
            return key
        number += 1


def _total(account: Account) -> int:
    return Upload.objects.filter(account=account).aggregate(total=Sum("size"))["total"] or 0


def _still_to_come() -> int:
    return sum(max(0, upload.size - arriving(upload.key).size) for upload in Upload.objects.all())
