"""Archive content out and in: backup and restore, BagIt bags."""
