"""`jeke account`: who may sign in to the page, with which roles."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from pipeline.archive.audit.log import AuditEvent
from pipeline.cli.context import CliContext
from pipeline.cli.options import as_json, common
from pipeline.domain.errors import RefusedError
from pipeline.web.accounts.roles import Role

if TYPE_CHECKING:
    from pipeline.web.accounts.models import Account

F = TypeVar("F", bound=Callable[..., Any])
_ROLE = click.Choice([str(role) for role in Role])

password_stdin = click.option("--password-stdin", is_flag=True)


@click.group("account")
@common
@click.pass_obj
def account(_cli: CliContext) -> None:
    """The texts stand in the catalogues."""


def _scope(command: F) -> F:
    for option in (
        click.option("--campaign", "campaigns", multiple=True, metavar="ID"),
        click.option("--commission", "commissions", multiple=True, metavar="ID"),
        click.option(
            "--role",
            "roles",
            multiple=True,
            required=True,
            type=_ROLE,
            metavar="ROLE",
        ),
    ):
        command = option(command)
    return command


@account.command("add")
@click.argument("name", metavar="NAME")
@click.option("--full-name", required=True, metavar="TEXT")
@click.option("--iin", default="", metavar="IIN")
@_scope
@password_stdin
@common
@click.pass_obj
def add(
    cli: CliContext,
    name: str,
    *,
    full_name: str,
    iin: str,
    roles: tuple[str, ...],
    commissions: tuple[str, ...],
    campaigns: tuple[str, ...],
    password_stdin: bool,
) -> None:
    """A new account; the password is asked for twice, or read from standard input."""
    managing = _managing(cli)
    typed = _password(cli, from_stdin=password_stdin)
    with managing.whole():
        made = managing.add(
            name,
            full_name,
            typed,
            frozenset(map(Role, roles)),
            iin=iin,
            commissions=commissions,
            campaigns=campaigns,
            language=cli.say.language,
        )
        _account(cli, "added", made)
    _tell(cli, "added", made)


@account.command("list")
@as_json
@common
@click.pass_obj
def list_accounts(cli: CliContext, *, as_json: bool) -> None:
    """All accounts, by name."""
    _managing(cli)
    from pipeline.web.accounts.models import Account

    accounts = list(Account.objects.order_by("name"))
    if as_json:
        cli.put_json({"format": "jeke/accounts/1", "accounts": [_entry(each) for each in accounts]})
        return
    for each in accounts:
        cli.put(
            cli.say.text(
                "cli.account.line",
                name=each.name,
                full_name=each.full_name,
                roles=tuple(each.roles),
                scope=", ".join((*each.commissions, *each.campaigns)) or "—",
                state="active" if each.is_active else "disabled",
            )
        )
    if not accounts:
        cli.tell(cli.say.text("cli.account.none"))


@account.command("role")
@click.argument("name", metavar="NAME")
@_scope
@common
@click.pass_obj
def role(
    cli: CliContext,
    name: str,
    *,
    roles: tuple[str, ...],
    commissions: tuple[str, ...],
    campaigns: tuple[str, ...],
) -> None:
    """These roles from now on, and no others."""
    managing = _managing(cli)

    def give(which: Account) -> None:
        managing.give_roles(which, frozenset(map(Role, roles)), commissions or None, campaigns or None)

    _change(cli, managing.named(name), "roles", give)


@account.command("password")
@click.argument("name", metavar="NAME")
@password_stdin
@click.option("--forget-second-factor", is_flag=True)
@common
@click.pass_obj
def password(cli: CliContext, name: str, *, password_stdin: bool, forget_second_factor: bool) -> None:
    """A new password; its sessions end."""
    managing = _managing(cli)
    which = managing.named(name)
    typed = _password(cli, from_stdin=password_stdin)

    def set_it(which: Account) -> None:
        if forget_second_factor:
            managing.forget_second_factor(which)
        managing.set_password(which, typed)

    _change(cli, which, "password", set_it)


@account.command("disable")
@click.argument("name", metavar="NAME")
@common
@click.pass_obj
def disable(cli: CliContext, name: str) -> None:
    """Its sessions end at once."""
    managing = _managing(cli)
    _change(cli, managing.named(name), "disabled", managing.disable)


@account.command("enable")
@click.argument("name", metavar="NAME")
@common
@click.pass_obj
def enable(cli: CliContext, name: str) -> None:
    """It may sign in again; wrong tries are forgotten."""
    managing = _managing(cli)
    _change(cli, managing.named(name), "enabled", managing.enable)


def _change(cli: CliContext, which: Account, what: str, change: Callable[[Account], None]) -> None:
    """Made, and told to the audit log, or neither."""
    from pipeline.web.accounts import managing

    with managing.whole():
        change(which)
        _account(cli, what, which)
    _tell(cli, what, which)


def _managing(cli: CliContext) -> Any:
    """The accounts of this place of work, opened."""
    places = cli.places
    if not places.state.is_dir():
        raise RefusedError("account_no_place", folder=str(places.state))
    from pipeline.web import database

    database.use(cli.config_file)
    from pipeline.web.accounts import managing

    return managing


def _password(cli: CliContext, *, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass(cli.say.text("cli.account.ask_password"))
    if first != getpass.getpass(cli.say.text("cli.account.ask_again")):
        raise RefusedError("account_password", why="differs")
    return first


def _account(cli: CliContext, what: str, which: Account) -> None:
    """To the audit log, before the change counts."""
    cli.account(AuditEvent.RIGHTS, (), what=what, **which.rights)


def _tell(cli: CliContext, what: str, which: Account) -> None:
    cli.tell(cli.say.text(f"cli.account.{what}", name=which.name, roles=tuple(which.roles)))


def _entry(which: Account) -> dict[str, object]:
    return {
        "name": which.name,
        "full_name": which.full_name,
        "roles": which.roles,
        "commissions": which.commissions,
        "campaigns": which.campaigns,
        "language": which.language,
        "active": which.is_active,
    }


COMMANDS = (account,)
