"""What stands in each paper: which papers a record has, and the words and tables of each."""
