"""Who is taken to ask: the login, whatever rights were taken on since, and no name out of the environment."""

from __future__ import annotations

import os
import pwd
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.cli import identity
from pipeline.domain.errors import RefusedError

SCRIPT = "from pipeline.cli.identity import identity; print(identity())"


def process(folder: Path, number: int, name: str, uid: int, parent: int) -> None:
    at = folder / str(number)
    at.mkdir(parents=True, exist_ok=True)
    (at / "status").write_text(f"Name:\t{name}\nPPid:\t{parent}\nUid:\t{uid}\t{uid}\t{uid}\t{uid}\n")


@pytest.fixture
def proc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "self").mkdir()
    (tmp_path / "self" / "loginuid").write_text(str(2**32 - 1))
    monkeypatch.setattr(os, "getppid", lambda: 100)
    process(tmp_path, 1, "systemd", 0, 0)
    return tmp_path


def test_the_kernels_login_id_is_asked_first(proc: Path) -> None:
    (proc / "self" / "loginuid").write_text("0")
    assert identity._logged_in(proc) == "root"
    (proc / "self" / "loginuid").write_text("none")
    assert identity._logged_in(proc) is None
    (proc / "self" / "loginuid").write_text(str(2**32 - 1))
    assert identity._logged_in(proc) is None


def test_behind_sudo_the_person_above_it_asks(proc: Path) -> None:
    process(proc, 100, "sudo", 0, 90)
    process(proc, 90, "bash", 4321, 1)
    assert identity._above(proc, own=998) == "4321"
    process(proc, 100, "bash", 998, 95)
    process(proc, 95, "sudo", 0, 90)
    assert identity._above(proc, own=998) == "4321", "a shell of the service's in between"
    assert identity._above(proc, own=0) == identity._name(998)


def test_the_environment_is_believed_of_root_or_below_a_sudo_alone(proc: Path) -> None:
    said = {"SUDO_USER": "daemon"}
    process(proc, 100, "bash", 998, 1)
    assert identity._by_sudo(proc, 998, said) is None
    assert identity._by_sudo(proc, 0, said) == "daemon"
    process(proc, 100, "sudo", 998, 1)
    assert identity._by_sudo(proc, 998, said) is None, "anybody can call a program sudo"
    process(proc, 100, "sudo", 0, 1)
    assert identity._by_sudo(proc, 998, said) == "daemon"
    assert identity._by_sudo(proc, 998, {"SUDO_USER": "a\nb"}) is None
    assert identity._by_sudo(proc, 998, {}) is None


def test_two_names_of_one_account_are_one_login_and_an_account_nobody_has_is_none(
    proc: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`toor` and `root` have one number; sudo hands on the name that somebody typed."""
    accounts = [
        pwd.struct_passwd(("aigerim", "x", 4321, 4321, "", "/home/aigerim", "/bin/bash")),
        pwd.struct_passwd(("hr-admin", "x", 4321, 4321, "", "/home/aigerim", "/bin/bash")),
    ]

    def named(name: str) -> pwd.struct_passwd:
        return next(a for a in accounts if a.pw_name == name)

    monkeypatch.setattr(
        pwd, "getpwnam", lambda name: named(name) if name in ("aigerim", "hr-admin") else {}[name]
    )
    monkeypatch.setattr(pwd, "getpwuid", lambda uid: next(a for a in accounts if a.pw_uid == uid))
    process(proc, 100, "sudo", 0, 1)
    for name in ("aigerim", "hr-admin"):
        assert identity._by_sudo(proc, 0, {"SUDO_USER": name}) == "aigerim"
    assert identity._by_sudo(proc, 0, {"SUDO_USER": "nobody-has-this"}) is None


def test_a_services_account_approves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity, "identity", lambda: identity.Identity("daemon", "daemon"))
    with pytest.raises(RefusedError, match="approval_no_person"):
        identity.approver()
    monkeypatch.setattr(identity, "identity", lambda: identity.Identity("root", "daemon"))
    assert identity.approver() == "root (daemon)"
    monkeypatch.setattr(identity, "identity", lambda: identity.Identity("4242", "root"))
    with pytest.raises(RefusedError, match="approval_no_person"):
        identity.approver()


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become another")
@pytest.mark.skipif(identity._logged_in(Path("/proc")) is not None, reason="somebody is logged in")
def test_a_real_process_that_lies_about_sudo_is_taken_for_what_it_is() -> None:
    environment = {**os.environ, "SUDO_USER": "aigerim"}
    done = subprocess.run(
        ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", sys.executable, "-c", SCRIPT],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 0:
        assert done.stdout.strip() == "nobody"
