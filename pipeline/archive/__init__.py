"""Mechanism: the archive, an OCFL storage root that outlives this software."""
