"""Whether a dropped paper may come in: what a PDF brings along and where it leads."""
