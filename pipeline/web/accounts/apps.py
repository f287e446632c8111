"""The application, as Django names it."""

from __future__ import annotations

from django.apps import AppConfig


class Accounts(AppConfig):
    """Accounts and what they handed in."""

    name = "pipeline.web.accounts"
    label = "accounts"
