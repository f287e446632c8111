"""What was put on a printed page: signatures, votes, additions, strokes through what is printed."""
