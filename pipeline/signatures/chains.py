"""Building certificate chains within bounds: shortest first, however many certificates a stranger brings.

The library follows every path through the certificates at hand, one after the other. Twelve authorities of
one name that may all have certified each other are 12! paths (RFC 4158, 2.4.2 and 5.2, warns of it). Here
the search goes by length, a name with the same key is never entered twice, and it ends after a fixed number
of certificates looked at and of chains found, the same on every machine. What the administrator's folder
holds comes before what a paper brings along, so a stranger's certificates do not crowd out a lawful chain.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from pyhanko_certvalidator.authority import AuthorityWithCert, TrustAnchor
from pyhanko_certvalidator.errors import PathBuildingError
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.registry import PathBuilder
from pyhanko_certvalidator.util import CancelableAsyncIterator

LONGEST: Final = 8
"""Certificates of a chain, the signer's with it and the anchor's not; the national ones have two."""
MOST_CANDIDATES: Final = 1000
"""Issuers looked at in one search."""
MOST_CHAINS: Final = 40
"""Chains to an anchor that are tried, each with all its signatures."""


class BoundedPathBuilder(PathBuilder):
    """The library's, with a search that ends."""

    def async_build_paths_lazy(self, end_entity_cert: Any) -> CancelableAsyncIterator[ValidationPath]:
        """The chains from that certificate to an anchor, shortest first."""
        return _Chains(self, end_entity_cert)

    def chains(self, certificate: Any) -> Iterator[ValidationPath]:
        """As above, within the bounds; a name with the same key stands in a chain once."""
        anchor = self.trust_manager.as_trust_anchor(AuthorityWithCert(certificate))
        if anchor:
            yield ValidationPath(anchor, [], None)
            return
        looked_at, found = 0, 0
        chains = [(certificate,)]
        while chains:
            longer: list[tuple[Any, ...]] = []
            for chain in chains:
                for issuer in self.registry.find_potential_issuers(chain[-1], self.trust_manager):
                    looked_at += 1
                    if looked_at > MOST_CANDIDATES or found == MOST_CHAINS:
                        return
                    if isinstance(issuer, TrustAnchor):
                        found += 1
                        yield ValidationPath(issuer, chain[:0:-1], certificate)
                    elif len(chain) < LONGEST and issuer.ca and not _is_in(issuer, chain):
                        longer.append((*chain, issuer))
            chains = longer


class _Chains(CancelableAsyncIterator[ValidationPath]):
    """As the library takes them."""

    def __init__(self, builder: BoundedPathBuilder, certificate: Any) -> None:
        self._certificate = certificate
        self._chains = builder.chains(certificate)
        self._any = False

    async def cancel(self) -> None:
        self._chains = iter(())

    def __aiter__(self) -> _Chains:
        return self

    async def __anext__(self) -> ValidationPath:
        for chain in self._chains:
            self._any = True
            return chain
        if not self._any:
            raise PathBuildingError(f"no chain for {self._certificate.subject.human_friendly}")
        raise StopAsyncIteration


def _is_in(issuer: Any, chain: tuple[Any, ...]) -> bool:
    key = issuer.public_key.dump()
    return any(c.subject == issuer.subject and c.public_key.dump() == key for c in chain)
