"""Records into the archive: related records loaded, judged, papers made, versions written, registers kept."""
