"""`state/web/accounts.sqlite`: opened from the command line too, and brought to this version's form."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import django
from django.core.management import call_command
from django.db import connections

from pipeline.system.files import mode_within, place_once
from pipeline.system.locks import locked
from pipeline.web import site
from pipeline.web.site_key import site_key

_PATIENCE_SECONDS: Final = 60.0


def use(config_file: Path) -> None:
    """Makes the accounts of that place of work usable in this process, whichever it used before.

    Raises:
        JekeError: the configuration or the folder of the page cannot be used.
    """
    os.environ[site.CONFIG_VARIABLE] = str(config_file.absolute())
    os.environ["DJANGO_SETTINGS_MODULE"] = "pipeline.web.settings"
    site.forget()
    django.setup()
    site_key(site.web_folder())
    used, accounts = connections["default"], site.places().accounts
    if used.settings_dict["NAME"] != accounts:
        used.close()
        used.settings_dict["NAME"] = accounts
    bring_up()


def bring_up() -> None:
    """Runs the migrations that this version brings; of several processes one does it.

    Where the group may write to the folder, it may to the database and what SQLite lays beside it: the
    service's user makes the backup.
    """
    file = Path(connections["default"].settings_dict["NAME"])
    if not file.exists():
        place_once(file, b"", mode_within(file.parent))
    with locked(file.with_suffix(".lock"), make=True, patience_seconds=_PATIENCE_SECONDS):
        call_command("migrate", verbosity=0, interactive=False)
