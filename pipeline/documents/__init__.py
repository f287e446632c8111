"""Word templates, their filling, rendering to PDF/A-2b, sealing and merging for print."""
