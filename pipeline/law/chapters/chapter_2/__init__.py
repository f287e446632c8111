"""Chapter 2. Order, stages and terms of the attestation (¶4-17), a module a subject."""
