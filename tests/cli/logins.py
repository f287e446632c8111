"""People at the terminal whose accounts this machine need not have."""

from __future__ import annotations

import pwd

import pytest

from pipeline.cli import identity


def log_in(monkeypatch: pytest.MonkeyPatch, login: str, rights: str = "root") -> None:
    """As `login`, a person's account, in a process that has the `rights` of another."""
    own = pwd.getpwuid(0)
    account = pwd.struct_passwd((login, "x", 1000, 1000, login, f"/home/{login}", "/bin/bash"))
    monkeypatch.setattr(pwd, "getpwnam", lambda name: {"root": own, login: account}[name])
    monkeypatch.setattr(identity, "identity", lambda: identity.Identity(login, rights))
