"""What the objects of the archive hold: the personal file, its inner list, documents, events, registers."""
