"""Accounts made, changed and ended: what `jeke account` and the screen of accounts do."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from axes.utils import reset
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from django_otp.plugins.otp_totp.models import TOTPDevice

from pipeline.domain.errors import NotFoundError, RefusedError
from pipeline.domain.iin import check_iin
from pipeline.web.accounts.models import Account
from pipeline.web.accounts.roles import Role, excluding
from pipeline.web.accounts.weak import weak

_NAME: Final = re.compile(r"[a-z][a-z0-9._-]{0,31}")


def counted_as(name: str) -> str:
    """What wrong tries under a name are counted by: a digest, since people type passwords there too."""
    return hashlib.sha256(name.encode()).hexdigest()


@contextmanager
def whole() -> Iterator[None]:
    """All that is changed within, or nothing: it counts only once it is told to the audit log."""
    with transaction.atomic():
        yield


def add(
    name: str,
    full_name: str,
    password: str,
    roles: Collection[Role],
    *,
    iin: str = "",
    commissions: Sequence[str] = (),
    campaigns: Sequence[str] = (),
    language: str = "kk",
) -> Account:
    """A new account.

    Raises:
        RefusedError: `account_name`, `account_exists`, `account_iin`, `account_password`, `account_roles`.
    """
    if not _NAME.fullmatch(name):
        raise RefusedError("account_name", name=name)
    if iin and check_iin(iin):
        raise RefusedError("account_iin")
    _require_fit(roles)
    _require_strong(password, name, full_name)
    account = Account(
        name=name,
        full_name=full_name,
        iin=iin,
        roles=sorted(roles),
        commissions=list(commissions),
        campaigns=list(campaigns),
        language=language,
    )
    account.set_password(password)
    try:
        with transaction.atomic():
            account.save()
    except IntegrityError:
        raise RefusedError("account_exists", name=name) from None
    return account


def named(name: str) -> Account:
    """The account of that name.

    Raises:
        NotFoundError: `account_unknown`.
    """
    found = Account.objects.filter(name=name.strip().lower()).first()
    if found is None:
        raise NotFoundError("account_unknown", name=name)
    return found


def give_roles(
    account: Account,
    roles: Collection[Role],
    commissions: Sequence[str] | None = None,
    campaigns: Sequence[str] | None = None,
) -> None:
    """These roles from now on, and no others; a scope that is not named stays. Its sessions end.

    Raises:
        RefusedError: `account_roles`.
    """
    _require_fit(roles)
    account.roles = sorted(roles)
    if commissions is not None:
        account.commissions = list(commissions)
    if campaigns is not None:
        account.campaigns = list(campaigns)
    account.save()
    end_sessions(account)


def set_password(account: Account, password: str) -> None:
    """A new password; sessions end, and wrong tries are forgotten.

    Raises:
        RefusedError: `account_password`.
    """
    _require_strong(password, account.name, account.full_name)
    account.set_password(password)
    account.save(update_fields=["password"])
    reset(username=counted_as(account.name))
    end_sessions(account)


def disable(account: Account) -> None:
    """Nobody signs in with it any more, and who has, is out at once."""
    account.is_active = False
    account.save(update_fields=["is_active"])
    end_sessions(account)


def enable(account: Account) -> None:
    """It may be used again; wrong tries are forgotten."""
    account.is_active = True
    account.save(update_fields=["is_active"])
    reset(username=counted_as(account.name))


def forget_second_factor(account: Account) -> None:
    """The telephone is lost: a new key is shown at the next signing in. Its sessions end."""
    TOTPDevice.objects.filter(user=account).delete()
    end_sessions(account)


def end_sessions(account: Account) -> None:
    """Of that account, all."""
    for session in Session.objects.all():
        if session.get_decoded().get("_auth_user_id") == str(account.pk):
            session.delete()


def _require_fit(roles: Collection[Role]) -> None:
    if not roles or excluding(roles):
        raise RefusedError("account_roles", roles=", ".join(sorted(excluding(roles) or ("—",))))


def _require_strong(password: str, name: str, full_name: str) -> None:
    if why := weak(password, name, full_name):
        raise RefusedError("account_password", why=why)
