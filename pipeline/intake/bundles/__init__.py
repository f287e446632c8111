"""Folders and zips that bring several files: taken apart within limits."""
