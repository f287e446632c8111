"""Accounts, and the tickets of what they handed in: `state/web/accounts.sqlite`."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from pipeline.messages.catalogue import Language
from pipeline.web.accounts.roles import Act, Role, acts_of


class Accounts(BaseUserManager["Account"]):
    """What Django asks of the accounts."""

    def get_by_natural_key(self, username: str | None) -> Account:
        """Names are written small, whatever was typed."""
        return self.get(name=(username or "").strip().lower())


class Account(AbstractBaseUser):
    """Somebody who signs in.

    `commissions` and `campaigns` are ids of records: the scope of a secretary and of a head. `iin` is the
    account's own, so that nobody opens their own file. `language` is that of the page.
    """

    name: models.CharField[str, str] = models.CharField(max_length=64, unique=True)
    full_name: models.CharField[str, str] = models.CharField(max_length=200)
    iin: models.CharField[str, str] = models.CharField(max_length=12, blank=True)
    roles: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    commissions: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    campaigns: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    language: models.CharField[str, str] = models.CharField(max_length=2, default=Language.KK.value)
    is_active: models.BooleanField[bool, bool] = models.BooleanField(default=True)
    made_at: models.DateTimeField[datetime, datetime] = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "name"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]
    objects: ClassVar[Accounts] = Accounts()

    @property
    def its_roles(self) -> frozenset[Role]:
        """The roles it bears."""
        return frozenset(map(Role, self.roles))

    @property
    def acts(self) -> frozenset[Act]:
        """What it may do."""
        return acts_of(self.its_roles)

    @property
    def rights(self) -> dict[str, str]:
        """What the audit log is told of it where its rights change."""
        return {
            "account": self.name,
            "roles": " ".join(self.roles),
            "commissions": " ".join(self.commissions),
            "campaigns": " ".join(self.campaigns),
        }

    @property
    def agent(self) -> str:
        """As the audit log names it."""
        return f"web:{self.name}"


class Ticket(models.Model):
    """A file that was handed in: what it was called, its bytes' SHA-256, when, and its name in inbox/."""

    account: models.ForeignKey[Account, Account] = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="tickets"
    )
    key: models.UUIDField[UUID, UUID] = models.UUIDField(unique=True)
    name: models.CharField[str, str] = models.CharField(max_length=255)
    laid_as: models.CharField[str, str] = models.CharField(max_length=255)
    sha256: models.CharField[str, str] = models.CharField(max_length=64)
    size: models.BigIntegerField[int, int] = models.BigIntegerField()
    at: models.DateTimeField[datetime, datetime] = models.DateTimeField()

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-at"]

    def __str__(self) -> str:
        """No name of a file: it may be a person's."""
        return str(self.key)


class Upload(models.Model):
    """A file on its way: its bytes lie hidden in inbox/ under `key` until the last has come."""

    account: models.ForeignKey[Account, Account] = models.ForeignKey(
        Account, on_delete=models.CASCADE, related_name="uploads"
    )
    key: models.UUIDField[UUID, UUID] = models.UUIDField(unique=True)
    name: models.CharField[str, str] = models.CharField(max_length=255)
    size: models.BigIntegerField[int, int] = models.BigIntegerField()
    at: models.DateTimeField[datetime, datetime] = models.DateTimeField()

    def __str__(self) -> str:
        """As a ticket's."""
        return str(self.key)
