"""The recordings store: nothing lost, nothing left, nothing readable without its key."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import resource
import signal
import stat
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyrage
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.domain.errors import CorruptError, MachineError, NotFoundError
from pipeline.retention import sealing
from pipeline.retention.vault import About, Stored, Vault

NOW = datetime(2025, 10, 16, 15, 0, tzinfo=UTC)
CHUNK = 65_536  # of the age format


class Heard:
    """Keeps what it is given."""

    def __init__(self) -> None:
        self.data = b""

    def write(self, data: bytes) -> int:
        self.data += data
        return len(data)


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return opened(tmp_path)


def opened(folder: Path) -> Vault:
    return Vault.open(folder / "recordings", folder / "state" / "recording-keys")


def about(data: bytes, **changed: Any) -> About:
    facts: dict[str, Any] = {
        "file": "В-2025-118.mp4",
        "case": "QRG-PD-2025-014",
        "sitting": "QRG-PD-AK-2025-S3",
        "type": "video",
        "recorded_on": date(2025, 10, 16),
        "seconds": 20.1,
        "size": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
    }
    return About(**facts | changed)


def put(vault: Vault, folder: Path, data: bytes = b"a voice" * 40_000, **changed: Any) -> Stored:
    source = folder / "source"
    source.write_bytes(data)
    return vault.put(source, about(data, **changed), at=NOW)


def heard(vault: Vault, recording: str) -> bytes:
    listener = Heard()
    vault.read_into(recording, listener)
    return listener.data


def files(folder: Path) -> dict[str, int]:
    return {p.name: stat.S_IMODE(p.stat().st_mode) for p in folder.rglob("*") if p.is_file()}


# --- kept ---------------------------------------------------------------------------------------------------


def test_what_is_stored_is_heard_again_and_known(vault: Vault, tmp_path: Path) -> None:
    stored = put(vault, tmp_path, b"a voice" * 40_000)
    assert heard(vault, stored.id) == b"a voice" * 40_000
    assert vault.all() == (stored,) == (vault.get(stored.id),) == opened(tmp_path).find(stored.sha256)
    assert (stored.case, stored.recorded_on, stored.seconds, stored.size) == (
        "QRG-PD-2025-014",
        date(2025, 10, 16),
        20.1,
        280_000,
    )
    sealed = (tmp_path / "recordings" / f"{stored.id}.age").read_bytes()
    assert (stored.sealed_size, stored.sealed_sha256) == (len(sealed), hashlib.sha256(sealed).hexdigest())


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.binary(max_size=300), st.sampled_from([CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK]).map(os.urandom)
    )
)
def test_any_bytes_come_back(tmp_path: Path, data: bytes) -> None:
    vault = opened(tmp_path)
    assert heard(vault, put(vault, tmp_path, data).id) == data


def test_any_age_program_reads_it_with_the_key_alone(vault: Vault, tmp_path: Path) -> None:
    stored = put(vault, tmp_path, b"in forty years")
    key = (tmp_path / "state" / "recording-keys" / f"{stored.id}.key").read_text()
    sealed = (tmp_path / "recordings" / f"{stored.id}.age").read_bytes()
    assert sealed.startswith(b"age-encryption.org/v1\n")
    assert pyrage.decrypt(sealed, [pyrage.x25519.Identity.from_str(key.strip())]) == b"in forty years"


def test_each_has_a_key_of_its_own_and_closed_to_all_others(vault: Vault, tmp_path: Path) -> None:
    os.umask(0)
    try:
        first, second = put(vault, tmp_path), put(vault, tmp_path)
    finally:
        os.umask(0o022)
    keys = tmp_path / "state" / "recording-keys"
    assert stat.S_IMODE(keys.stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "recordings").stat().st_mode) == 0o750
    assert files(keys) == {f"{first.id}.key": 0o600, f"{second.id}.key": 0o600}
    assert set(files(tmp_path / "recordings").values()) == {0o640}
    assert (keys / f"{first.id}.key").read_text() != (keys / f"{second.id}.key").read_text()


def test_names_in_the_store_say_nothing_and_look_like_no_iin(vault: Vault, tmp_path: Path) -> None:
    put(vault, tmp_path, file="Қасымов 850314390019.mp4")
    for name in files(tmp_path / "recordings"):
        assert "850314390019" not in name
    assert not any(re.search(r"\d{12}", put(vault, tmp_path, b"x").id) for _ in range(30))


def test_nothing_of_the_recording_lies_there_in_plain(vault: Vault, tmp_path: Path) -> None:
    put(vault, tmp_path, b"the words that were said " * 10_000)
    (tmp_path / "source").unlink()
    assert not [p for p in tmp_path.rglob("*") if p.is_file() and b"words that were" in p.read_bytes()]


def test_memory_stays_flat(tmp_path: Path) -> None:
    size = 96 << 20
    with (tmp_path / "source").open("wb") as file:
        file.truncate(size)
    digest = sealing.summed(tmp_path / "source").sha256

    def work() -> None:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        stored = opened(tmp_path).put(tmp_path / "source", about(b"", size=size, sha256=digest), at=NOW)
        assert stored.size == size
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 16 << 10

    assert child(work) == 0


# --- cut short ----------------------------------------------------------------------------------------------


def child(work: Callable[[], None]) -> int:
    """The wait status of a process of its own."""
    pid = os.fork()
    if pid == 0:
        try:
            work()
        except BaseException:  # noqa: BLE001  # its exit status tells
            os._exit(1)
        os._exit(0)
    return os.waitpid(pid, 0)[1]


def die_at(step: int) -> None:
    left = step

    def before(real: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            nonlocal left
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **kwargs)

        return wrapped

    for name in ("rename", "unlink", "open", "fsync", "fchmod", "pwrite"):
        setattr(os, name, before(getattr(os, name)))


def test_killed_at_any_step_of_storing_it_is_stored_whole_or_not_at_all(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"a voice" * 40_000)
    outcomes = []
    for step in range(1, 60):
        folder = tmp_path / str(step)

        def work(folder: Path = folder, step: int = step) -> None:
            vault = opened(folder)
            die_at(step)
            vault.put(source, about(source.read_bytes()), at=NOW)

        killed = child(work) == signal.SIGKILL
        vault = opened(folder)
        vault.recover()
        for stored in vault.all():
            assert heard(vault, stored.id) == source.read_bytes()
        kept = len(vault.all())
        assert len(files(folder)) == 3 * kept
        assert kept == 1 or killed
        outcomes.append((killed, kept))
        if not killed:
            break
    assert {(True, 0), (True, 1), (False, 1)} == set(outcomes)


def test_killed_at_any_step_of_destroying_it_is_destroyed_by_doing_it_again(tmp_path: Path) -> None:
    def destroy(vault: Vault, recording: str) -> None:
        vault.destroy_key(recording)
        vault.destroy_file(recording)
        vault.forget(recording)

    for step in range(1, 60):
        vault = opened(tmp_path)
        recording = put(vault, tmp_path).id

        def work(vault: Vault = vault, recording: str = recording, step: int = step) -> None:
            die_at(step)
            destroy(vault, recording)

        killed = child(work) == signal.SIGKILL
        if vault.has_key(recording) is False:
            assert vault.has_file(recording) or not vault.traces(recording)
        destroy(vault, recording)
        assert vault.ids() == ()
        if not killed:
            break
    else:
        pytest.fail("never ended")


def test_recovering_leaves_alone_what_it_did_not_begin(vault: Vault, tmp_path: Path) -> None:
    stored = put(vault, tmp_path)
    recordings = tmp_path / "recordings"
    (recordings / f"{'a' * 32}.age").write_bytes(b"somebody's")
    (recordings / f"{stored.id}.json").rename(tmp_path / "lost.json")
    before = files(tmp_path)
    vault.recover()
    assert files(tmp_path) == before


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(os.urandom(300_000))

    def work() -> None:
        vault = opened(tmp_path)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
        with pytest.raises(MachineError) as caught:
            vault.put(source, about(source.read_bytes()), at=NOW)
        assert caught.value.code == "recordings_unusable"
        assert caught.value.params == {"reason": os.strerror(errno.EFBIG)}

    assert child(work) == 0
    assert set(files(tmp_path)) == {"source"}


def test_a_source_that_somebody_still_writes_to_is_not_stored(vault: Vault, tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(b"more than there was")
    with pytest.raises(MachineError) as caught:
        vault.put(tmp_path / "source", about(b"what was hashed"), at=NOW)
    assert caught.value.code == "recording_changed"
    assert set(files(tmp_path)) == {"source"}


def test_a_sign_of_life_is_given_while_it_is_stored_and_read_back(vault: Vault, tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(bytes(3_000_000))
    sizes: list[int] = []

    def alive() -> None:
        part = next((tmp_path / "recordings").glob("*.age.part"), None)
        sizes.append(part.stat().st_size if part else 0)

    vault.put(tmp_path / "source", about(bytes(3_000_000)), at=NOW, alive=alive)
    assert sum(size < 3_000_000 for size in sizes) > 10
    assert sum(size > 3_000_000 for size in sizes) > 10


def test_a_disk_that_gives_back_something_else_is_found_out(
    vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = sealing.seal

    def bad_disk(source: Path, target: Path, recipient: Any, alive: Any) -> None:
        real(source, target, recipient, alive)
        spoil(target, 300)

    monkeypatch.setattr("pipeline.retention.vault.seal", bad_disk)
    with pytest.raises(MachineError) as caught:
        put(vault, tmp_path)
    assert caught.value.code == "recording_sealed_wrong"
    assert set(files(tmp_path)) == {"source"}


def test_a_link_is_not_followed(vault: Vault, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"x")
    (tmp_path / "source").symlink_to(tmp_path / "secret")
    with pytest.raises(MachineError):
        vault.put(tmp_path / "source", about(b"x"), at=NOW)
    assert vault.ids() == ()


# --- damaged, missing ---------------------------------------------------------------------------------------


def spoil(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(bytes(data))


@pytest.mark.parametrize(
    ("harm", "code"),
    [
        (lambda v, age, key: spoil(age, 30_000), "recording_damaged"),
        (lambda v, age, key: spoil(age, 30), "recording_damaged"),
        (lambda v, age, key: os.truncate(age, CHUNK * 2), "recording_damaged"),
        (lambda v, age, key: os.truncate(age, 0), "recording_damaged"),
        (lambda v, age, key: age.open("ab").write(b"z"), "recording_damaged"),
        (lambda v, age, key: age.unlink(), "recording_file_missing"),
        (lambda v, age, key: key.unlink(), "recording_key_missing"),
        (lambda v, age, key: key.write_bytes(os.urandom(75)), "recording_key_missing"),
        (lambda v, age, key: key.write_text(f"{pyrage.x25519.Identity.generate()}\n"), "recording_damaged"),
    ],
)
def test_harm_is_told_and_never_heard(vault: Vault, tmp_path: Path, harm: Any, code: str) -> None:
    stored = put(vault, tmp_path)
    harm(
        vault,
        tmp_path / "recordings" / f"{stored.id}.age",
        tmp_path / "state" / "recording-keys" / f"{stored.id}.key",
    )
    with pytest.raises(CorruptError) as caught:
        vault.read_into(stored.id, Heard())
    assert caught.value.code == code


def test_anothers_recording_under_this_name_is_found_out(vault: Vault, tmp_path: Path) -> None:
    mine, other = put(vault, tmp_path, b"mine"), put(vault, tmp_path, b"other")
    for place, ending in (("recordings", "age"), ("state/recording-keys", "key")):
        (tmp_path / place / f"{other.id}.{ending}").replace(tmp_path / place / f"{mine.id}.{ending}")
    with pytest.raises(CorruptError) as caught:
        vault.read_into(mine.id, Heard())
    assert caught.value.code == "recording_damaged"


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff", b'{"format": "jeke/recording/9"}'])
def test_facts_that_do_not_read_hide_no_other_recording(vault: Vault, tmp_path: Path, content: bytes) -> None:
    spoilt, sound = put(vault, tmp_path), put(vault, tmp_path)
    (tmp_path / "recordings" / f"{spoilt.id}.json").write_bytes(content)
    assert vault.all() == (sound,)
    assert vault.get(spoilt.id) is None
    assert set(vault.ids()) == {spoilt.id, sound.id}
    with pytest.raises(NotFoundError):
        vault.read_into(spoilt.id, Heard())


@pytest.mark.parametrize(
    "name", ["../state/recording-keys/x", "", "A" * 32, "a" * 31, "a" * 33, "a" * 32 + "\n"]
)
def test_nothing_but_an_id_becomes_a_path(vault: Vault, tmp_path: Path, name: str) -> None:
    put(vault, tmp_path)
    before = files(tmp_path)
    vault.destroy_key(name)
    vault.destroy_file(name)
    vault.forget(name)
    assert vault.get(name) is None
    assert not vault.has_key(name)
    assert not vault.has_file(name)
    assert vault.traces(name) == ()
    assert files(tmp_path) == before


# --- destroyed ----------------------------------------------------------------------------------------------


def test_a_destroyed_key_makes_every_copy_unreadable(vault: Vault, tmp_path: Path) -> None:
    stored = put(vault, tmp_path, b"said in confidence")
    copy = (tmp_path / "recordings" / f"{stored.id}.age").read_bytes()
    key = tmp_path / "state" / "recording-keys" / f"{stored.id}.key"
    held_open = key.open("rb")  # what undeleting a file would give
    secret = key.read_bytes()
    vault.destroy_key(stored.id)
    assert held_open.read() != secret
    held_open.close()
    assert not [p for p in tmp_path.rglob("*") if p.is_file() and secret.strip() in p.read_bytes()]
    assert copy == (tmp_path / "recordings" / f"{stored.id}.age").read_bytes()
    with pytest.raises(CorruptError):
        vault.read_into(stored.id, Heard())
    assert vault.get(stored.id) == stored


def test_destroyed_step_by_step_until_nothing_is_left(vault: Vault, tmp_path: Path) -> None:
    stored, other = put(vault, tmp_path), put(vault, tmp_path, b"another")
    assert {p.suffix for p in vault.traces(stored.id)} == {".age", ".key"}
    with pytest.raises(ValueError, match="last of all"):
        vault.forget(stored.id)
    for _ in range(2):
        vault.destroy_key(stored.id)
        assert (vault.has_key(stored.id), vault.has_file(stored.id)) == (False, True)
    for _ in range(2):
        vault.destroy_file(stored.id)
        assert vault.traces(stored.id) == ()
    assert vault.get(stored.id) == stored
    for _ in range(2):
        vault.forget(stored.id)
    assert vault.ids() == (other.id,)
    assert heard(vault, other.id) == b"another"


def test_pieces_are_traces_too(vault: Vault, tmp_path: Path) -> None:
    stored = put(vault, tmp_path)
    (tmp_path / "recordings" / f"{stored.id}.age.part").write_bytes(b"half")
    (tmp_path / "state" / "recording-keys" / f"{stored.id}.key.part").write_bytes(b"half")
    assert len(vault.traces(stored.id)) == 4
    vault.destroy_key(stored.id)
    vault.destroy_file(stored.id)
    assert vault.traces(stored.id) == ()
