"""Who may sign in to the page, with which roles, and over which records."""
