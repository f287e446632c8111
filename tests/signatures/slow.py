"""Files that take long to check, however well they are checked: for tests of limits and stops."""

from __future__ import annotations

from asn1crypto import cms

from pipeline.documents.sealing.kept_key import as_asn1
from tests.signatures.people import Person, message_of
from tests.signatures.test_chains import KEYS, LEAF, everyone_certifies_everyone, signed_by


def slow_message(paper: bytes, signers: int = 100) -> bytes:
    """A detached CMS of many signers, each with a search through authorities that all certify each other."""
    leaf = signed_by("C0", KEYS[0])
    told = cms.ContentInfo.load(message_of(paper, Person("ТҰЛҒА", None, LEAF, leaf, leaf)))
    signed = told["content"]
    signed["certificates"] = [as_asn1(leaf), *map(as_asn1, everyone_certifies_everyone(12))]
    signed["signer_infos"] = [signed["signer_infos"][0]] * signers
    return bytes(told.dump())
