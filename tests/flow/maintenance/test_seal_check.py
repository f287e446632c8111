"""What is said of a seal in the archive."""

from __future__ import annotations

from datetime import UTC, datetime

import pikepdf
import pytest

from pipeline.documents.sealing.papers import Papers
from pipeline.documents.sealing.seal import Sealer
from pipeline.flow.maintenance.seal_check import SealCheck
from pipeline.flow.site.seal_roots import damaged_roots, keep_roots, known_roots, roots_of

WHEN = datetime(2026, 2, 1, 3, tzinfo=UTC)


@pytest.fixture(scope="module")
def seal_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("seal")


@pytest.fixture(scope="module")
def sealer(seal_folder) -> Sealer:
    return Sealer.test_authority(seal_folder)


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    path = tmp_path_factory.mktemp("pdf") / "plain.pdf"
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(path)
    return path.read_bytes()


@pytest.fixture(scope="module")
def sealed(sealer, plain):
    return sealer.seal(plain, reason="Сынақ", when=WHEN)


@pytest.fixture
def papers():
    with Papers() as papers:
        yield papers


def altered(pdf: bytes) -> bytes:
    """A number of the page changed, within what the seal covers."""
    return pdf.replace(b"612", b"613", 1)


def test_what_a_seal_must_be(papers, sealer, plain, sealed):
    check = SealCheck(sealer.roots, papers)
    assert check(sealed, sealer.subject) is None
    assert check(plain, sealer.subject) == "seal-missing"
    assert check(sealed, "Басқа орган") == "seal-missing"
    assert check(altered(sealed), sealer.subject) == "seal-broken"
    assert check(sealed + b"\n%added\n", sealer.subject) == "seal-partial"
    assert check(b"no PDF", sealer.subject) == "seal-unreadable"
    assert SealCheck((), papers)(sealed, sealer.subject) == "seal-untrusted"


def test_a_paper_that_people_signed(papers, sealer, plain, sealed):
    """Any signature in it that can be computed must fit; whose they are is another matter."""
    check = SealCheck((), papers)
    assert check(sealed, None) is None
    assert check(plain, None) is None
    assert check(altered(sealed), None) == "seal-broken"


def test_authorities_are_kept_when_the_key_changes(tmp_path, sealer):
    keep_roots(tmp_path, sealer)
    former = Sealer.test_authority(tmp_path / "another")
    keep_roots(tmp_path, former)
    assert set(known_roots(tmp_path)) == {*sealer.roots, *former.roots}
    assert len(known_roots(tmp_path)) == 2


def test_a_damaged_certificate_counts_for_nothing(tmp_path, sealer):
    keep_roots(tmp_path, sealer)
    (kept,) = (tmp_path / "roots").iterdir()
    kept.write_bytes(kept.read_bytes()[:-1])
    assert known_roots(tmp_path) == ()
    assert damaged_roots(tmp_path) == (kept,)


def test_a_key_that_does_not_open_brings_no_authorities(tmp_path, seal_folder, sealer):
    good = seal_folder / "test-seal.p12"
    assert roots_of(tmp_path, [(good, b""), (good, b"wrong"), (tmp_path / "none", b"")]) == sealer.roots
