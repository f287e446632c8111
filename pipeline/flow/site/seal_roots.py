"""The authorities whose seals stand in the archive: kept at a key's first use, for the decades after."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from pipeline.documents.sealing.key_files import TEST_SEAL
from pipeline.documents.sealing.seal import Sealer
from pipeline.domain.errors import JekeError, MachineError
from pipeline.flow.site.places import SealKey
from pipeline.system.files import atomic_write_shared, read_file

FOLDER = "roots"


def known_authorities(folder: Path, own: SealKey | None) -> tuple[bytes, ...]:
    """Certificates, in DER, of the authorities whose seals are trusted; `folder` is that of the seal.

    A key whose passphrase this user may not read is left out.
    """
    keys = [(folder / TEST_SEAL, b"")]
    if own is not None:
        with suppress(OSError):
            keys.append((own.pkcs12, own.passphrase_file.read_bytes().strip()))
    return roots_of(folder, keys)


def roots_of(folder: Path, keys: Iterable[tuple[Path, bytes]]) -> tuple[bytes, ...]:
    """All authorities known: those kept in `folder`, and those that come with the keys that open."""
    roots = set(known_roots(folder))
    for key, passphrase in keys:
        with suppress(JekeError):
            roots.update(Sealer.from_pkcs12(key, passphrase).roots)
    return tuple(sorted(roots))


def keep_roots(folder: Path, sealer: Sealer) -> None:
    """Keeps the certificates that came with the key in `folder`/roots, each under its SHA-256.

    Raises:
        MachineError: `seal_folder`.
    """
    for root in sealer.roots:
        path = folder / FOLDER / f"{hashlib.sha256(root).hexdigest()}.der"
        try:
            if not path.exists():
                atomic_write_shared(path, root)
        except OSError as error:
            raise MachineError("seal_folder", why=type(error).__name__) from error


def known_roots(folder: Path) -> tuple[bytes, ...]:
    """The authorities kept so far, in DER; a damaged certificate counts for nothing."""
    return tuple(data for path in _files(folder) if (data := _sound(path)) is not None)


def damaged_roots(folder: Path) -> tuple[Path, ...]:
    """Kept certificates that cannot be read, or whose bytes are no longer those they are named by."""
    return tuple(path for path in _files(folder) if _sound(path) is None)


def _files(folder: Path) -> list[Path]:
    return sorted((folder / FOLDER).glob("*.der"))


def _sound(path: Path) -> bytes | None:
    try:
        data = read_file(path)
    except OSError:
        return None
    return data if hashlib.sha256(data).hexdigest() == path.stem else None
