"""Scanned papers: weighed, decided by people, filed beside the document as it was made."""
