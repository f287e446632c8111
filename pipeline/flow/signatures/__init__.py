"""Electronic signatures: attached to a PDF, detached, made here; checked and filed with their evidence."""
