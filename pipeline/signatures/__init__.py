"""Electronic signatures: CMS, PAdES, certificate chains, trust, verdicts (ETSI EN 319 102-1)."""
