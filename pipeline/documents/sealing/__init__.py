"""Seal, signatures and marks on the papers made here, and their keys."""
