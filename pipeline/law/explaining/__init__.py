"""What stands behind a paragraph, a code or a deadline, told in three languages."""
