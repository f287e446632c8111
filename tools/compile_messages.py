"""Compiles every locale/*/LC_MESSAGES/*.po beside itself into a .mo; `--check` only says which are stale."""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).parent.parent / "pipeline" / "locale"


def compiled(po: Path) -> bytes:
    """The .mo of a .po: the same bytes for the same text."""
    with po.open("rb") as file:
        catalogue = read_po(file, locale=po.parts[-3], abort_invalid=True)
    out = BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def is_stale(po: Path) -> bool:
    """Whether the .mo beside it is missing or not made from this .po."""
    mo = po.with_suffix(".mo")
    return not mo.is_file() or mo.read_bytes() != compiled(po)


def main() -> int:
    stale = [po for po in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")) if is_stale(po)]
    for po in stale:
        print(po.relative_to(LOCALE.parent.parent))
        if "--check" not in sys.argv:
            po.with_suffix(".mo").write_bytes(compiled(po))
    return 1 if stale and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
