"""What became of a drop, and who puts it into words."""
