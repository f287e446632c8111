"""What is filed around a record: the records it is judged with, and its former revisions."""
