"""The page asked by Django's own client, in one process."""
