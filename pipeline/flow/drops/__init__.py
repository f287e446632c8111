"""Drops that are not records: papers, bundles, cards; what is quarantined, given up or not supported."""
