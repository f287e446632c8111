"""What every kind of drop ends in: the outbox and the answers laid there, files given back."""
