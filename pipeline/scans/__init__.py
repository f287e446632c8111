"""Scanned pages: marks, registration, ink, text against the original. Decoded in confined children."""
