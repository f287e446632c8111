"""The page (`jeke serve`): for HR, archivists, the head, the auditor. Nothing here changes the archive."""
