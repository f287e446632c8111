"""Kazakh writing: letters, their order, dates and endings."""
