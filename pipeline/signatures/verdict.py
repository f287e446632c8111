"""What a signature is worth, in the words of ETSI EN 319 102-1 (5.1.3)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from pyhanko.sign.ades.report import AdESStatus, AdESSubIndic


class Indication(StrEnum):
    """The main status."""

    PASSED = "TOTAL-PASSED"
    INDETERMINATE = "INDETERMINATE"
    FAILED = "TOTAL-FAILED"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A main status with its sub-indication; a passed signature has none."""

    indication: Indication
    sub: str = ""

    @property
    def passed(self) -> bool:
        """Whether nothing stands against it."""
        return self.indication is Indication.PASSED


PASSED: Final = Verdict(Indication.PASSED)
FORMAT_FAILURE: Final = Verdict(Indication.FAILED, "FORMAT_FAILURE")
HASH_FAILURE: Final = Verdict(Indication.FAILED, "HASH_FAILURE")
SIG_CRYPTO_FAILURE: Final = Verdict(Indication.FAILED, "SIG_CRYPTO_FAILURE")
REVOKED_NO_POE: Final = Verdict(Indication.INDETERMINATE, "REVOKED_NO_POE")
CHAIN_CONSTRAINTS: Final = Verdict(Indication.INDETERMINATE, "CHAIN_CONSTRAINTS_FAILURE")
SIG_CONSTRAINTS: Final = Verdict(Indication.INDETERMINATE, "SIG_CONSTRAINTS_FAILURE")
TRY_LATER: Final = Verdict(Indication.INDETERMINATE, "TRY_LATER")

_INDICATIONS: Final = {
    AdESStatus.PASSED: Indication.PASSED,
    AdESStatus.INDETERMINATE: Indication.INDETERMINATE,
    AdESStatus.FAILED: Indication.FAILED,
}


def verdict_of(found: AdESSubIndic | None) -> Verdict:
    """The library's finding as a verdict; None is that it found nothing against the signature."""
    if found is None or found.status is AdESStatus.PASSED:
        return PASSED
    return Verdict(_INDICATIONS[found.status], str(found.standard_name))
