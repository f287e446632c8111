"""The audit log: a chain of entries, its files, its verification, its sealed heads."""
