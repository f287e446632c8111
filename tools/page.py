"""`make page`: the demo place with an account a role, its watch and its page, until Ctrl+C."""

from __future__ import annotations

import secrets
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PLACE = ROOT / "build" / "page"
JEKE = Path(sys.executable).with_name("jeke")
ADDRESS = "127.0.0.1:8218"
ACCOUNTS = (
    ("kadr", "hr", "Серікова Айгерім Болатқызы"),
    ("khatshy", "secretary", "Мұқанова Әйгүл Ерланқызы"),
    ("muragat", "archivist", "Ким Елена Викторовна"),
    ("bekitushi", "approver", "Жандосов Ерлан Бекұлы"),
    ("basshy", "head", "Төлегенов Асқар Мұратұлы"),
    ("auditor", "auditor", "Ғабитова Ләззат Әнуарқызы"),
    ("akimshi", "admin", "Өтегенов Дәурен Қайратұлы"),
)
SCOPES = {"secretary": ("--commission", "QRG-PD-AK-2025"), "head": ("--campaign", "QRG-PD-2025-3")}
WORDS = (
    "қар",
    "жаңбыр",
    "дала",
    "өзен",
    "тау",
    "жұлдыз",
    "көктем",
    "қайың",
    "бүркіт",
    "домбыра",
    "шаңырақ",
    "жол",
)


def main() -> int:
    """Everything is made anew; what was filed here before goes."""
    shutil.rmtree(PLACE, ignore_errors=True)
    PLACE.parent.mkdir(exist_ok=True)
    jeke("init", str(PLACE), cwd=ROOT)
    for sample in sorted((ROOT / "samples").glob("*.yaml")):
        shutil.copy(sample, PLACE / "inbox")
    jeke("run", "--once")
    print("\nЕсептік жазбалар (аты, құпиясөзі, рөлі):")
    for name, role, full_name in ACCOUNTS:
        password = " ".join(secrets.choice(WORDS) for _ in range(5))
        account = ["account", "add", name, "--role", role, "--full-name", full_name, *SCOPES.get(role, ())]
        jeke(*account, "--password-stdin", typed=f"{password}\n", quiet=True)
        print(f"  {name:<10} {password:<45} {role}")
    print(f"\nБраузерде ашыңыз: http://{ADDRESS}/    (тоқтату: Ctrl+C)\n", flush=True)
    watch = subprocess.Popen([JEKE, "run"], cwd=PLACE)
    try:
        return subprocess.run([JEKE, "serve", "--bind", ADDRESS], cwd=PLACE, check=False).returncode
    except KeyboardInterrupt:
        return 0
    finally:
        watch.terminate()
        watch.wait(60)


def jeke(*arguments: str, cwd: Path = PLACE, typed: str = "", quiet: bool = False) -> None:
    """A command as users type it; ends the demo where it fails."""
    ran = subprocess.run(
        [JEKE, *arguments], cwd=cwd, input=typed, text=True, check=False, capture_output=quiet
    )
    if ran.returncode:
        sys.exit((ran.stderr or "") if quiet else ran.returncode)


if __name__ == "__main__":
    sys.exit(main())
