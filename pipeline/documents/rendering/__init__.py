"""Word to PDF: the renderers, their helper processes, the choice between them, merging."""
