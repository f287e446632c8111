"""The whole program killed, starved and fuzzed; docs/reliability.md has the figures of the long runs."""
