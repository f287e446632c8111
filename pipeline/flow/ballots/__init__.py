"""Ballots signed at a sitting (¶32): votes drafted of them, how they stand, and what a person decides."""
