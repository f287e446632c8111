"""Filed papers looked at: their pages as pictures and as text, decoded in confined children."""
