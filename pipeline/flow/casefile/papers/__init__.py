"""The papers of a record: made, kept as signed, printed."""
